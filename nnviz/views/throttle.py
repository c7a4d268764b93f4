"""The throttle of the stores, by the name that views know."""

from nnviz.stores.throttle import Throttle

__all__ = ["Throttle"]
