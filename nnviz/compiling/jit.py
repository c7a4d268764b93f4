"""How the kernels are compiled: without the GIL, and kept on disk where there is a place for it.

Nothing imports this module before it is needed: it imports numba, which takes about a second.
"""

import logging
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from numba import njit

__all__ = ["OPTIONS", "compiled", "entry", "inlined"]

logger = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

# Not fastmath=True: it also promises that there are no infinities and no NaN, and a saturated
# sigmoid then becomes NaN. No reference counts (_nrt): the kernels make no arrays, and counting
# every slice of one with a locked instruction took a third of the time of small networks.
OPTIONS = {
    "nogil": True,
    "_nrt": False,
    "error_model": "numpy",
    "fastmath": {"contract", "reassoc", "nsz"},
}


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a part of an entry function; its machine code is kept within that of the entry."""
    return njit(**OPTIONS)(function)


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """Put a part's statements in place of its calls: how to return a slice uncounted."""
    return njit(inline="always", **OPTIONS)(function)


def entry(function: Callable[P, R]) -> Callable[P, R]:
    """Compile, and keep the machine code on disk where there is a place for it."""
    try:
        return njit(cache=True, **OPTIONS)(function)
    except RuntimeError as error:  # numba: "cannot cache function: no locator available"
        logger.warning("A compiled loop is not kept on disk: %s", error)
        return njit(cache=False, **OPTIONS)(function)
