"""The widgets. They show the stores, send requests to them, and decide nothing.

May import: PySide6, pyqtgraph, numpy, nnviz.stores, nnviz.visual, nnviz.trace, nnviz.training,
nnviz.datasets, nnviz.presets, nnviz.engine, nnviz.formatting, nnviz.errors.
"""

from nnviz.views.lean_imports import keep_no_sources
from nnviz.views.override_guard import guard_overrides

guard_overrides()
keep_no_sources()
