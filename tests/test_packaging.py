"""What the package promises: versions, pins, icons that stand alone, and the content of a wheel."""

import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import version
from pathlib import Path
from xml.etree import ElementTree

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from nnviz import __version__
from nnviz.app.qt_check import fatal_pair

ROOT = Path(__file__).resolve().parents[1]
ICONS = sorted((ROOT / "assets" / "icons").glob("*.svg"))
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def dependencies() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [Requirement(text) for text in project["dependencies"]]


def pyside_accepted(dependencies: list[Requirement], python: str, pyside: str) -> bool:
    """Whether pip would install this PySide6 on this Python."""
    return any(
        requirement.specifier.contains(Version(pyside))
        for requirement in dependencies
        if requirement.name == "PySide6-Essentials"
        and requirement.marker is not None
        and requirement.marker.evaluate({"python_version": python})
    )


def test_the_installed_version_is_the_one_in_the_source() -> None:
    assert version("nnviz") == __version__


def test_the_dependencies_are_the_five_that_were_chosen(dependencies: list[Requirement]) -> None:
    names = {requirement.name for requirement in dependencies}

    assert names == {"numpy", "numba", "pillow", "pyqtgraph", "PySide6-Essentials"}


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
@pytest.mark.parametrize(
    "pyside",
    ["6.9.2", "6.10.0", "6.10.1", "6.10.3", "6.11.0", "6.11.1", "6.11.2", "6.12.0", "6.13.0"],
)
def test_the_pins_and_the_check_at_the_start_agree(
    dependencies: list[Requirement], python: str, pyside: str
) -> None:
    python_version = tuple(int(part) for part in python.split("."))

    accepted = fatal_pair(python_version, pyside) is None

    assert accepted == pyside_accepted(dependencies, python, pyside)


@pytest.mark.parametrize("path", ICONS, ids=lambda path: path.stem)
def test_an_icon_is_a_drawing_that_refers_to_nothing_outside(path: Path) -> None:
    root = ElementTree.parse(path).getroot()

    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    attributes = {name for element in root.iter() for name in element.attrib}

    assert root.tag == f"{SVG}svg"
    assert tags <= {"svg", "g", "path", "circle", "rect"}
    assert not any("href" in name or name.startswith("on") for name in attributes)
    assert "url(" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "path", [path for path in ICONS if path.stem != "nnviz"], ids=lambda path: path.stem
)
def test_an_icon_follows_the_one_stroke_style(path: Path) -> None:
    root = ElementTree.parse(path).getroot()

    colours = {element.attrib.get(key) for element in root.iter() for key in ("stroke", "fill")}

    assert root.attrib["viewBox"] == "0 0 24 24"
    assert root.attrib["stroke-width"] == "1.75"
    assert root.attrib["stroke-linecap"] == root.attrib["stroke-linejoin"] == "round"
    assert colours <= {"currentColor", "none", None}


def test_each_bundled_face_comes_with_its_licence() -> None:
    fonts = ROOT / "assets" / "fonts"

    families = {re.split(r"[-.]", path.name)[0] for path in fonts.glob("*.[ot]tf")}
    licences = {path.name.removesuffix("-LICENSE.txt") for path in fonts.glob("*-LICENSE.txt")}

    assert families == licences == {"Inter", "JetBrainsMono", "DejaVuSans", "STIXTwoMath"}


@pytest.mark.slow
def test_the_wheel_carries_fonts_icons_and_data_but_no_tests(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "-w", str(tmp_path), str(ROOT)]

    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())

    assert {f"nnviz/_assets/icons/{path.name}" for path in ICONS} <= names
    assert "nnviz/_assets/fonts/Inter-Regular.otf" in names
    assert "nnviz/_assets/fonts/Inter-LICENSE.txt" in names
    assert sum(re.fullmatch(r"nnviz/_data/.*-ubyte\.gz", name) is not None for name in names) == 4
    assert {name.split("/")[0] for name in names} == {"nnviz", f"nnviz-{__version__}.dist-info"}
