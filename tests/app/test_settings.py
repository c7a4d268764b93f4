import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QSettings

from nnviz.app.main_window import MainWindow
from nnviz.app.settings import LAYOUT_VERSION, AppSettings, SettingsStore, open_settings
from nnviz.trace.notation import ErrorSymbol, LayerPlace, Notation, WeightOrder
from nnviz.trace.notation_choices import ASPECTS, FEWEST_DIGITS, MOST_DIGITS, with_option

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
