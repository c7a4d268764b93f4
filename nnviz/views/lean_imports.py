"""Modules that are imported after PySide do not leave their source text in memory.

PySide reads the source of every module that is imported, to find out whether it might use the
snake_case names that ``from __feature__ import`` switches on; what it has read stays in Python's
``linecache``. Of numba and pyqtgraph that is 250,000 lines: 29 MB of the window's memory.
"""

import sys

import PySide6.QtCore  # noqa: F401 - its import makes the module that is looked for below

__all__ = ["keep_no_sources"]


def keep_no_sources() -> None:
    """Let PySide take for granted that nobody uses ``__feature__``; nothing here does.

    WORKAROUND (PySide6 6.10 to 6.12, ``shibokensupport.feature``): it goes when PySide asks without
    reading. A PySide without that function is left as it is.
    """
    feature = sys.modules.get("shibokensupport.feature")
    if feature is not None and hasattr(feature, "_mod_uses_pyside"):
        feature.__dict__["_mod_uses_pyside"] = _uses_no_feature


def _uses_no_feature(module: object) -> bool:
    return False
