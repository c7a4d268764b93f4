"""Assets: every face and sign is found, readable and drawn in the colour asked for."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QFont, QFontDatabase, QGlyphRun, QIcon, QImage, QRawFont, QTextLayout
from pytestqt.qtbot import QtBot

from nnviz.app.resources import (
    FALLBACK_FAMILY,
    MONO_FAMILY,
    TEXT_FAMILY,
    application_icon,
    asset,
    icon,
    load_fonts,
)
from nnviz.errors import NnvizError

SIGNS = "∂ση′⊙⁽⁾−·×Σδλ₀₁₂₃⁰¹²³ᴸ✓½→←≈ᵀ…–⋮"

ICONS = (
    "first", "back", "play", "pause", "forward", "last", "stop", "train", "mini-batch-step",
    "epoch-step", "reset", "fit", "zoom-in", "zoom-out", "next", "previous", "random", "wrong",
    "open", "save", "undo", "redo", "theme", "network", "weights", "curve", "inspector", "digit",
    "info", "keyboard", "apply-update", "pass-previous", "pass-later",
)  # fmt: skip


def visible_colours(image: QImage) -> set[str]:
    """The colours of the pixels that are fully covered."""
    colours = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return {colour.name() for colour in colours if colour.alpha() == 255}


def glyph_families(text: str, family: str) -> list[str]:
    """The families Qt really takes the glyphs of ``text`` from."""
    layout = QTextLayout(text, QFont(family, 12))
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    runs: list[QGlyphRun] = layout.glyphRuns()
    return [run.rawFont().familyName() for run in runs]


def test_an_unknown_asset_is_named_in_the_error() -> None:
    with pytest.raises(NnvizError, match=r"icons/nothing\.svg"):
        asset("icons/nothing.svg")


@pytest.mark.usefixtures("qapp")
def test_the_bundled_families_are_known_to_qt_after_loading() -> None:
    load_fonts()
    load_fonts()

    assert {TEXT_FAMILY, MONO_FAMILY, FALLBACK_FAMILY} <= set(QFontDatabase.families())


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("sign", SIGNS)
def test_each_sign_the_program_shows_is_in_a_bundled_face(sign: str) -> None:
    files = ("Inter-Regular.otf", "JetBrainsMono-Regular.ttf", "DejaVuSans.ttf")
    faces = [QRawFont(str(asset(f"fonts/{name}")), 12) for name in files]

    assert [face.supportsCharacter(ord(sign)) for face in faces].count(True) >= 1


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("family", [TEXT_FAMILY, MONO_FAMILY])
def test_signs_that_a_family_lacks_come_from_the_bundled_fallback(family: str) -> None:
    load_fonts()

    assert glyph_families("a", family) == [family]
    assert glyph_families("ᴸᵀ", family) == [FALLBACK_FAMILY]


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("name", ICONS)
def test_an_icon_is_drawn_in_the_colours_asked_for(name: str) -> None:
    drawn = icon(name, "#ff0000", "#0000ff")

    normal = drawn.pixmap(QSize(64, 64), 1.0).toImage()
    disabled = drawn.pixmap(QSize(64, 64), 1.0, QIcon.Mode.Disabled).toImage()

    assert visible_colours(normal) == {"#ff0000"}
    assert visible_colours(disabled) == {"#0000ff"}


def test_an_icon_is_drawn_anew_for_a_dense_screen(qtbot: QtBot) -> None:
    drawn = icon("play", "#ffffff", "#888888")

    assert drawn.pixmap(QSize(20, 20), 2.0).size() == QSize(40, 40)
    assert drawn.pixmap(QSize(20, 20), 1.0).size() == QSize(20, 20)


def test_every_icon_file_is_in_the_list_of_this_test() -> None:
    files = {path.stem for path in asset("icons").glob("*.svg")}

    assert files == {*ICONS, "nnviz"}


@pytest.mark.usefixtures("qapp")
def test_the_application_icon_has_blue_and_orange_edges() -> None:
    colours = visible_colours(application_icon().pixmap(QSize(256, 256), 1.0).toImage())

    assert {"#4c9bff", "#ff9a3d"} <= colours
