"""Can Qt run here? Answered in plain words before Qt itself would abort the process.

Apart from the window because it must not import Qt: some pairs of Python and PySide6 crash, and a
missing system library ends the process with a message that few can read.
"""

import ctypes
import os
import re
import sys
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

from nnviz.errors import NnvizError

__all__ = [
    "check_display",
    "check_qt",
    "fatal_pair",
    "has_display",
    "import_advice",
    "missing_xcb_libraries",
]

CORE_PACKAGES = "libegl1 libgl1 libxkbcommon0 libfontconfig1 libfreetype6 libglib2.0-0 libdbus-1-3"
"""Debian packages without which Qt cannot be imported, in a window or not."""

XCB_PACKAGES = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""What Qt's X11 plugin is linked to, and the Debian package of each."""

MINIMUM_PYSIDE = (6, 10, 1)
MINIMUM_PYQTGRAPH = (0, 14)


def fatal_pair(python: tuple[int, ...], pyside: str) -> str | None:
    """Return why this Python and this PySide6 cannot run nnviz together, or None if they can.

    The same bounds as the pins in ``pyproject.toml``, for environments made without them.

    Parameters
    ----------
    python : tuple of int
        Such as ``(3, 11, 7)``.
    pyside : str
        Such as ``"6.11.3"``.
    """
    found = (*_release(pyside), 0, 0)[:3]
    if found < MINIMUM_PYSIDE:
        return f"PySide6 {pyside} makes plots crash"  # pyqtgraph#3328, #3323, #3357
    if found in {(6, 11, 0), (6, 11, 1)}:
        return f"PySide6 {pyside} breaks dock widgets"  # QTBUG-147209, mended in 6.11.2
    if found >= (6, 12) and python < (3, 12):
        # 6.12.0 drops a reference of None with every line drawn, until the process aborts.
        return f"PySide6 {pyside} crashes on Python older than 3.12"
    return None


def check_qt() -> None:
    """Raise NnvizError if PySide6, pyqtgraph or the libraries under Qt cannot serve a window.

    Imports Qt, but only after the versions are known to be sound.
    """
    _check_versions()
    try:
        import_module("PySide6.QtWidgets")
        import_module("PySide6.QtSvg")
    except ImportError as error:
        raise NnvizError(import_advice(str(error))) from error


def import_advice(error: str) -> str:
    """Return one sentence for the text of an ImportError that Qt raised while loading."""
    library = re.search(r"(lib[\w.+-]+\.so[.\d]*): ", error)
    if library and "PySide6" not in error:
        state = "missing" if "cannot open" in error else "broken"
        return (
            f"Qt cannot load, the system library {library[1]} is {state}; on Debian or Ubuntu "
            f"run apt-get install {CORE_PACKAGES}."
        )
    return f"Qt cannot load ({error}); run pip install --force-reinstall PySide6-Essentials."


def has_display() -> bool:
    """Tell whether a window can be opened: always on macOS and Windows.

    Elsewhere an X11 or Wayland display must be named, or a Qt platform chosen by hand
    (``QT_QPA_PLATFORM=offscreen`` or ``vnc`` need no screen).
    """
    if sys.platform in {"darwin", "win32"}:
        return True
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    if platform and not platform.startswith(("xcb", "wayland")):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def missing_xcb_libraries() -> list[str]:
    """Return the Debian packages that Qt's X11 plugin lacks here, empty where it is not used."""
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    chosen = platform.startswith("xcb")
    likely = not platform and "DISPLAY" in os.environ and "WAYLAND_DISPLAY" not in os.environ
    if not sys.platform.startswith("linux") or not (chosen or likely):
        return []
    return [package for library, package in XCB_PACKAGES.items() if not _loads(library)]


def check_display() -> None:
    """Raise NnvizError if no window can be opened, before Qt would abort the process."""
    if not has_display():
        raise NnvizError(
            "No display was found (neither DISPLAY nor WAYLAND_DISPLAY is set); "
            "run nnviz tour FOLDER to get the pictures without a window."
        )
    packages = missing_xcb_libraries()
    if packages:
        raise NnvizError(
            "Qt's window system plugin lacks system libraries; on Debian or Ubuntu run "
            f"apt-get install {' '.join(packages)}."
        )


def _check_versions() -> None:
    pyside = _installed("PySide6-Essentials") or _installed("PySide6")
    reason = fatal_pair(sys.version_info[:3], pyside) if pyside else None
    if reason:
        needed = "6.10.1 or newer, not 6.11.0 or 6.11.1"
        if sys.version_info < (3, 12):
            needed += ", and older than 6.12"
        raise NnvizError(
            f"{reason}; nnviz needs PySide6 {needed}: install it in an environment of its own."
        )
    pyqtgraph = _installed("pyqtgraph")
    if pyqtgraph and _release(pyqtgraph) < MINIMUM_PYQTGRAPH:
        raise NnvizError(
            f"pyqtgraph {pyqtgraph} crashes with this PySide6; nnviz needs 0.14 or newer: "
            "run pip install 'pyqtgraph>=0.14'."
        )


def _installed(distribution: str) -> str | None:
    """Return the installed version, or None: other packagers may leave the metadata out."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


def _release(text: str) -> tuple[int, ...]:
    """Return the leading numbers of a version: ``6.12.0rc1`` gives (6, 12, 0)."""
    match = re.match(r"\d+(\.\d+)*", text)
    return tuple(int(part) for part in match[0].split(".")) if match else ()


def _loads(library: str) -> bool:
    """Tell whether the dynamic linker finds ``library``."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
