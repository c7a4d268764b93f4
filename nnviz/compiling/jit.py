"""How the kernels are compiled: without the GIL, and kept on disk where there is a place for it.

Nothing imports this module before it is needed: it imports numba, which takes about a second.
"""

import logging
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from numba import njit

__all__ = [
    "OPTIONS", "UNCOUNTED", "compiled", "entry", "inlined", "uncounted", "uncounted_entry",
]  # fmt: skip

logger = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

# Not fastmath=True: it also promises that there are no infinities and no NaN, and a saturated
# sigmoid then becomes NaN.
OPTIONS = {
    "nogil": True,
    "error_model": "numpy",
    "fastmath": {"contract", "reassoc", "nsz"},
}
UNCOUNTED = {**OPTIONS, "_nrt": False}
"""For loops that make no arrays, without reference counts: to count every slice of an array with a
locked instruction took a third of the time of small networks."""


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a part of an entry function; its machine code is kept within that of the entry."""
    return njit(**OPTIONS)(function)


def entry(function: Callable[P, R]) -> Callable[P, R]:
    """Compile, and keep the machine code on disk where there is a place for it."""
    return _kept(function, OPTIONS)


def uncounted(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a part of an entry function that makes no arrays."""
    return njit(**UNCOUNTED)(function)


def uncounted_entry(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function that makes no arrays, and keep its machine code on disk."""
    return _kept(function, UNCOUNTED)


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """Put a part's statements in place of its calls: how to return a slice uncounted."""
    return njit(inline="always", **UNCOUNTED)(function)


def _kept(function: Callable[P, R], options: dict[str, Any]) -> Callable[P, R]:
    try:
        return njit(cache=True, **options)(function)
    except RuntimeError as error:  # numba: "cannot cache function: no locator available"
        logger.warning("A compiled loop is not kept on disk: %s", error)
        return njit(cache=False, **options)(function)
