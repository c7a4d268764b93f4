import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QSettings

from nnviz.app.main_window import MainWindow
from nnviz.app.settings import LAYOUT_VERSION, AppSettings, SettingsStore, open_settings
from nnviz.trace.notation import ErrorSymbol, LayerPlace, Notation, WeightOrder
from nnviz.trace.notation_choices import ASPECTS, FEWEST_DIGITS, MOST_DIGITS, with_option
from nnviz.training.smoothing import SMOOTHINGS, USUAL
from nnviz.visual.colour_schemes import with_colours
from nnviz.visual.palette import DARK
from nnviz.visual.settings import (
    ActivationColours,
    CanvasSettings,
    EdgeMeasure,
    Normalisation,
    SignedColours,
)

GEOMETRY, STATE = QByteArray(b"geometry"), QByteArray(b"state")
CANVASES = QByteArray(b"canvases")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.ini"


def store_of(file: Path, text: str = "") -> SettingsStore:
    if text:
        file.write_text(text, encoding="utf-8")
    return open_settings(file)


def test_without_a_file_the_defaults_hold(file: Path) -> None:
    assert store_of(file).load() == AppSettings("system", "layer")
    assert store_of(file).layout() is None


def test_what_is_saved_is_loaded(file: Path) -> None:
    store_of(file).save(AppSettings("light", "operation"))

    assert store_of(file).load() == AppSettings("light", "operation")


def test_what_is_saved_stands_in_the_file(file: Path) -> None:
    store = store_of(file)
    store.save(AppSettings("light", "operation"))
    store.save_layout(GEOMETRY, STATE)

    text = file.read_text(encoding="utf-8")

    assert "theme=light" in text
    assert "granularity=operation" in text


@pytest.mark.parametrize(
    "text", ["theme=purple", "theme=", "theme=dark, light", "theme=@ByteArray(dark)", "theme=7"]
)
def test_a_bad_theme_falls_back_with_a_warning(
    file: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    store = store_of(file, f"[General]\n{text}\ngranularity=operation\n")

    with caplog.at_level(logging.WARNING):
        settings = store.load()

    assert settings == AppSettings("system", "operation")
    assert "The setting theme is" in caplog.text


def test_a_file_that_is_no_settings_file_does_not_stop_the_start(file: Path) -> None:
    file.write_bytes(bytes(range(256)) * 20)

    assert open_settings(file).load() == AppSettings()


def test_a_layout_is_remembered_and_forgotten(file: Path) -> None:
    store_of(file).save_layout(GEOMETRY, STATE, CANVASES)
    remembered = store_of(file).layout()
    store_of(file).forget_layout()

    assert remembered == (GEOMETRY, STATE, CANVASES)
    assert store_of(file).layout() is None


@pytest.mark.parametrize("version", ["0", str(LAYOUT_VERSION + 1), "new"])
def test_a_layout_of_another_version_is_ignored(file: Path, version: str) -> None:
    store_of(file).save_layout(GEOMETRY, STATE)
    QSettings(str(file), QSettings.Format.IniFormat).setValue("layout/version", version)

    assert store_of(file).layout() is None


def test_a_layout_that_is_no_bytes_is_ignored(file: Path) -> None:
    text = f"[layout]\nversion={LAYOUT_VERSION}\ngeometry=wide\nstate=7\n"

    assert store_of(file, text).layout() is None


OTHERS = Notation(ErrorSymbol.DELTA, LayerPlace.SUBSCRIPT, 1, WeightOrder.FROM_TO, 9)


def test_the_notation_is_remembered(file: Path) -> None:
    store_of(file).save(AppSettings(notation=OTHERS))

    assert store_of(file).load().notation == OTHERS
    text = file.read_text(encoding="utf-8")
    assert "error=delta" in text
    assert "digits=9" in text


def test_every_choice_of_the_notation_comes_back(file: Path) -> None:
    for aspect in ASPECTS:
        for option in aspect.options:
            notation = with_option(Notation(), aspect, option)
            store_of(file).save(AppSettings(notation=notation))

            assert store_of(file).load().notation == notation


@pytest.mark.parametrize(
    "text",
    ["digits=1", "digits=13", "digits=four", "digits=4.0", "digits=", "digits=@ByteArray(4)"],
)
def test_bad_digits_fall_back_alone_and_with_a_warning(
    file: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    store = store_of(file, f"[notation]\nerror=delta\n{text}\nfirst_index=1\n")

    with caplog.at_level(logging.WARNING):
        notation = store.load().notation

    assert notation == Notation(ErrorSymbol.DELTA, first_index=1)
    assert "The setting notation/digits is" in caplog.text
    assert "notation/error" not in caplog.text


@pytest.mark.parametrize("digits", [FEWEST_DIGITS, MOST_DIGITS])
def test_a_window_opens_with_the_fewest_and_with_the_most_digits(
    make_window: Callable[[], MainWindow], settings_file: Path, digits: int
) -> None:
    store_of(settings_file, f"[notation]\ndigits={digits}\n")

    workspace = make_window().workspace
    workspace.stepper.to_end()

    assert workspace.display.notation.digits == digits


CANVAS = CanvasSettings(
    Normalisation.NETWORK,
    EdgeMeasure.GRADIENT,
    77,
    all_edges=True,
    motion=False,
    activation_colours=ActivationColours.WARM,
    signed_colours=SignedColours.BLUE_RED,
)


def test_every_setting_of_the_canvas_comes_back(file: Path) -> None:
    usual = CanvasSettings()
    assert all(getattr(CANVAS, each) != getattr(usual, each) for each in CanvasSettings.__slots__)

    store_of(file).save(AppSettings(canvas=CANVAS))

    assert store_of(file).load().canvas == CANVAS


@pytest.mark.parametrize("name", CanvasSettings.__slots__)
@pytest.mark.parametrize("text", ["", "−1", "many", "@ByteArray(4)", "99999999999999999999999"])
def test_a_bad_setting_of_the_canvas_falls_back_alone_and_with_a_warning(
    file: Path, name: str, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    store_of(file).save(AppSettings(canvas=CANVAS))
    lines = file.read_text(encoding="utf-8").splitlines()
    changed = [f"{name}={text}" if line.startswith(f"{name}=") else line for line in lines]

    with caplog.at_level(logging.WARNING):
        canvas = store_of(file, "\n".join(changed)).load().canvas

    assert canvas == replace(CANVAS, **{name: getattr(CanvasSettings(), name)})
    assert f"The setting canvas/{name} is" in caplog.text


def test_colours_that_are_chosen_are_everywhere_at_once_and_at_the_next_start(
    make_window: Callable[[], MainWindow], settings_file: Path
) -> None:
    window = make_window()
    window.apply_theme("dark")
    weight_images = window.panels["weight-images"]

    window.workspace.display.set_canvas(CANVAS)

    colours = with_colours(DARK, CANVAS)
    scene = window.canvas.scene
    assert scene is not None
    assert scene.palette == colours
    assert {panel.theme for panel in window.panels.values()} == {colours}
    assert weight_images.theme.weight_positive != DARK.weight_positive
    assert open_settings(settings_file).load().canvas == CANVAS
    window.workspace.display.set_canvas(CanvasSettings())
    assert weight_images.theme == DARK


@pytest.mark.parametrize("name", SMOOTHINGS)
def test_the_smoothing_comes_back(file: Path, name: str) -> None:
    store_of(file).save(AppSettings(smoothing=SMOOTHINGS[name]))

    assert store_of(file).load().smoothing is SMOOTHINGS[name]


def test_a_smoothing_that_is_none_is_the_usual_one(file: Path) -> None:
    assert store_of(file, "[General]\nsmoothing=butter\n").load().smoothing is USUAL
