"""The check before Qt starts: which versions, displays and libraries are refused, and how."""

import subprocess
import sys

import pytest

from nnviz.app import qt_check
from nnviz.errors import NnvizError

DISPLAY_VARIABLES = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


@pytest.fixture
def no_display(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for variable in DISPLAY_VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    return monkeypatch


@pytest.mark.parametrize(
    ("python", "pyside"),
    [
        ((3, 11, 7), "6.10.1"),
        ((3, 11, 7), "6.11.2"),
        ((3, 11, 7), "6.11.3"),
        ((3, 12, 0), "6.12.0"),
        ((3, 13, 1), "6.13.1"),
        ((3, 13, 1), "7.0"),
    ],
)
def test_a_sound_pair_is_accepted(python: tuple[int, ...], pyside: str) -> None:
    assert qt_check.fatal_pair(python, pyside) is None


@pytest.mark.parametrize(
    ("python", "pyside"),
    [
        ((3, 11, 7), "6.12.0"),
        ((3, 11, 7), "6.12.0rc1"),
        ((3, 13, 0), "6.11.0"),
        ((3, 13, 0), "6.11"),
        ((3, 11, 7), "6.11.1"),
        ((3, 12, 0), "6.10.0"),
        ((3, 12, 0), "6.9.2"),
    ],
)
def test_a_fatal_pair_is_refused_by_its_version(python: tuple[int, ...], pyside: str) -> None:
    assert pyside in (qt_check.fatal_pair(python, pyside) or "")


def test_the_installed_versions_can_run_here() -> None:
    qt_check.check_qt()


def test_a_fatal_pair_is_reported_with_the_versions_needed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(qt_check, "version", lambda distribution: "6.11.1")

    with pytest.raises(NnvizError, match=r"6\.11\.1 breaks .* needs PySide6 6\.10\.1 or newer"):
        qt_check.check_qt()


def test_an_old_pyqtgraph_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    versions = {"PySide6-Essentials": "6.11.3", "pyqtgraph": "0.13.7"}
    monkeypatch.setattr(qt_check, "version", versions.__getitem__)

    with pytest.raises(NnvizError, match=r"pyqtgraph 0\.13\.7 .* 0\.14"):
        qt_check.check_qt()


def test_a_missing_system_library_is_named_with_the_line_that_installs_it() -> None:
    advice = qt_check.import_advice(
        "libEGL.so.1: cannot open shared object file: No such file or directory"
    )

    assert "libEGL.so.1 is missing" in advice
    assert "apt-get install libegl1 libgl1" in advice


def test_a_broken_library_is_named_with_its_packages() -> None:
    advice = qt_check.import_advice("/lib/x86_64-linux-gnu/libEGL.so.1: file too short")

    assert "libEGL.so.1 is broken" in advice
    assert "apt-get install libegl1 libgl1" in advice


def test_another_import_error_is_passed_on_in_words() -> None:
    advice = qt_check.import_advice("No module named 'PySide6'")

    assert "No module named 'PySide6'" in advice
    assert "apt-get" not in advice


def test_linux_without_a_named_display_has_none(no_display: pytest.MonkeyPatch) -> None:
    assert not qt_check.has_display()
    with pytest.raises(NnvizError, match="nnviz tour"):
        qt_check.check_display()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DISPLAY", ":0"),
        ("WAYLAND_DISPLAY", "wayland-0"),
        ("QT_QPA_PLATFORM", "offscreen"),
        ("QT_QPA_PLATFORM", "vnc"),
    ],
)
def test_a_named_display_or_platform_counts(
    no_display: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    no_display.setenv(variable, value)

    assert qt_check.has_display()


def test_the_x11_platform_alone_is_no_display(no_display: pytest.MonkeyPatch) -> None:
    no_display.setenv("QT_QPA_PLATFORM", "xcb")

    assert not qt_check.has_display()


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_macos_and_windows_always_have_a_display(
    no_display: pytest.MonkeyPatch, platform: str
) -> None:
    no_display.setattr(sys, "platform", platform)

    assert qt_check.has_display()
    assert qt_check.missing_xcb_libraries() == []


def test_missing_x11_libraries_are_named_by_their_packages(
    no_display: pytest.MonkeyPatch,
) -> None:
    no_display.setenv("DISPLAY", ":0")
    libraries = {"libnnviz-absent.so.9": "libnnviz-absent9"}
    no_display.setattr(qt_check, "XCB_PACKAGES", libraries)

    assert qt_check.missing_xcb_libraries() == ["libnnviz-absent9"]
    with pytest.raises(NnvizError, match="apt-get install libnnviz-absent9"):
        qt_check.check_display()


def test_x11_libraries_do_not_matter_offscreen(no_display: pytest.MonkeyPatch) -> None:
    no_display.setenv("DISPLAY", ":0")
    no_display.setenv("QT_QPA_PLATFORM", "offscreen")
    no_display.setattr(qt_check, "XCB_PACKAGES", {"libnnviz-absent.so.9": "libnnviz-absent9"})

    assert qt_check.missing_xcb_libraries() == []


def test_importing_the_check_does_not_import_qt() -> None:
    code = "import nnviz.app.qt_check, sys; print([m for m in sys.modules if 'PySide6' in m])"

    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert (result.stdout.strip(), result.stderr) == ("[]", "")
