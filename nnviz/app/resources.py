"""The files that come with the program: type faces and icons, found wherever it is installed.

A wheel carries them inside the package, a checkout has them in its ``assets`` folder.
"""

from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from nnviz.errors import NnvizError
from nnviz.views.theme import MONO_FAMILY, TEXT_FAMILY

__all__ = [
    "FALLBACK_FAMILY",
    "MONO_FAMILY",
    "TEXT_FAMILY",
    "application_icon",
    "asset",
    "icon",
    "load_fonts",
]

FALLBACK_FAMILY = "DejaVu Sans"
"""Draws the few signs that neither other family has: ᴸ, ᵀ, ∇."""

ICON_SIZES = (16, 20, 24, 32, 40, 48, 64)
"""Widths in physical px: 16 to 32 px signs on screens of up to twice the normal density."""

APPLICATION_ICON_SIZES = (16, 24, 32, 48, 64, 128, 256)

_PACKAGE = Path(__file__).resolve().parents[1]
_FOLDERS = (_PACKAGE / "_assets", _PACKAGE.parent / "assets")


def asset(name: str) -> Path:
    """Return the path of a file or folder under ``assets``, such as ``icons/play.svg``.

    Raises NnvizError if the installation lacks it.
    """
    for folder in _FOLDERS:
        if (folder / name).exists():
            return folder / name
    raise NnvizError(
        f"{name}: this file of the program is in neither {_FOLDERS[0]} nor {_FOLDERS[1]}; "
        "install nnviz again."
    )


@cache
def load_fonts() -> None:
    """Make the bundled type faces known to Qt; needs a QGuiApplication, further calls do nothing.

    Raises NnvizError if a face is missing or unreadable.
    """
    for path in sorted(asset("fonts").iterdir()):
        if path.suffix not in {".otf", ".ttf"}:
            continue
        if QFontDatabase.addApplicationFont(str(path)) < 0:
            raise NnvizError(f"{path}: not a type face that Qt can read; install nnviz again.")
    for family in (TEXT_FAMILY, MONO_FAMILY):
        QFont.insertSubstitution(family, FALLBACK_FAMILY)


@cache
def icon(name: str, color: str, disabled_color: str) -> QIcon:
    """Return the icon ``name`` drawn in ``color``, and in ``disabled_color`` where it is disabled.

    Both are names that QColor understands, such as ``#d8dce4``. Cached: one per sign and palette.
    Raises NnvizError for an icon that does not exist.
    """
    svg = asset(f"icons/{name}.svg").read_text(encoding="utf-8")
    result = QIcon()
    for mode, ink in ((QIcon.Mode.Normal, color), (QIcon.Mode.Disabled, disabled_color)):
        # QtSvg takes currentColor for black: it has no outside to inherit a colour from.
        inked = svg.replace("currentColor", QColor(ink).name())
        for size in ICON_SIZES:
            result.addPixmap(_drawn(inked, size), mode)
    return result


@cache
def application_icon() -> QIcon:
    """Return the icon of the program, which has its own colours."""
    svg = asset("icons/nnviz.svg").read_text(encoding="utf-8")
    result = QIcon()
    for size in APPLICATION_ICON_SIZES:
        result.addPixmap(_drawn(svg, size))
    return result


def _drawn(svg: str, size: int) -> QPixmap:
    """Draw ``svg`` on a transparent square of ``size`` physical px."""
    image = QImage(QSize(size, size), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        QSvgRenderer(QByteArray(svg.encode())).render(painter)
    return QPixmap.fromImage(image)
