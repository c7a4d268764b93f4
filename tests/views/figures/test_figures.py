"""Figures of a known pass: what an SVG says and hides, how large pages and pixels are."""

import re
from collections.abc import Iterator
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from nnviz.errors import NnvizError
from nnviz.formatting import number
from nnviz.stores.workspace import Workspace
from nnviz.trace.refs import NodeRef
from nnviz.views.figures.figure import Figure, FigureLook, build_figure
from nnviz.views.figures.formats import figure_file
from nnviz.views.figures.pdf import figure_pdf
from nnviz.views.figures.png import figure_image, figure_png
from nnviz.views.figures.svg import figure_svg
from nnviz.views.scene.scene_builder import moment_of
from nnviz.visual.palette import DARK, LIGHT, PAPER

SVG = "{http://www.w3.org/2000/svg}"
INPUT, FORWARD, ALL = 1, 3, 7
"""How many steps of the primer are done: the input, the forward half, the update too."""


@pytest.fixture
def primer(qapp: QApplication) -> Iterator[Workspace]:
    workspace = Workspace()
    workspace.open_preset("primer-2-3-2")
    yield workspace
    assert workspace.training.shutdown()


def figure_at(workspace: Workspace, steps: int, look: FigureLook | None = None) -> Figure:
    workspace.stepper.move_to(steps - 1)
    return build_figure(workspace, look or FigureLook())


def texts(svg: bytes) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def rgb_at(image: QImage, x: float, y: float) -> tuple[int, ...]:
    return image.pixelColor(round(x), round(y)).getRgb()[:3]


def drawn_from(svg: bytes, width: int, height: int) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(svg)).render(painter, QRectF(0, 0, width, height))
    painter.end()
    return image


def test_an_svg_says_the_known_numbers_as_text_and_none_that_is_not_known(
    primer: Workspace,
) -> None:
    trace = primer.stepper.trace
    assert trace is not None
    outputs = [number(value) for value in trace.forward.activations[-1][0]]
    hidden = [number(value) for value in trace.forward.activations[1][0]]
    unknown = [number(trace.cost_of(0)), *map(number, trace.backward.deltas[0][0])]

    early = texts(figure_svg(figure_at(primer, INPUT)))
    forward = texts(figure_svg(figure_at(primer, FORWARD)))
    end = " ".join(texts(figure_svg(figure_at(primer, ALL))))

    assert not any(value in text for value in outputs + hidden + unknown for text in early)
    assert set(outputs + hidden) <= set(forward)
    assert not any(value in text for value in unknown for text in forward)
    assert all(value.lstrip("−") in end for value in unknown)


def test_words_and_values_of_an_explanation_are_text_its_equations_curves(
    primer: Workspace,
) -> None:
    primer.selection.select(NodeRef(1, 1))
    bare = figure_at(primer, FORWARD)

    figure = figure_at(primer, FORWARD, FigureLook(with_inspector=True))
    said = texts(figure_svg(figure))

    assert {"Layer 1 neuron 1", "w·a", "The terms of z, the largest first"} <= set(said)
    assert "∂C/∂a" in said  # its value is a dash
    assert said[said.index("∂C/∂a") + 1] == "–"
    assert figure_svg(figure).count(b"<path") > figure_svg(bare).count(b"<path") + 20


def test_an_explanation_of_the_start_reveals_nothing(primer: Workspace) -> None:
    said = texts(figure_svg(figure_at(primer, 0, FigureLook(with_inspector=True))))

    assert "Before the first step" in said


def test_an_svg_tells_what_it_shows_and_comes_out_the_same_twice(primer: Workspace) -> None:
    figure = figure_at(primer, FORWARD)
    svg = figure_svg(figure)
    root = ElementTree.fromstring(svg)

    assert svg == figure_svg(figure_at(primer, FORWARD))
    assert (root.attrib["width"], root.attrib["height"]) == ("1200", str(figure.height))
    assert root.findtext(f"{SVG}title") == "Primer 2-3-2: Compute z and a of layer 2"
    assert "2-3-2" in (root.findtext(f"{SVG}desc") or "")
    assert "step 3 of 7" in (root.findtext(f"{SVG}desc") or "")


def test_an_svg_drawn_by_another_program_has_the_colours_of_the_frame(primer: Workspace) -> None:
    figure = figure_at(primer, FORWARD)
    x, y = figure.scene.centre(NodeRef(1, 0))
    fill = figure.scene.frame.layers[1].fill
    assert fill is not None

    image = drawn_from(figure_svg(figure), figure.width, figure.height)

    assert rgb_at(image, x, y + 24) == pytest.approx(tuple(fill[0].tolist()), abs=1)
    assert rgb_at(image, 3, 3) == PAPER.surface


def test_edges_end_at_the_image_of_the_input_in_an_svg_too(image_workspace: Workspace) -> None:
    figure = figure_at(image_workspace, 1)
    area = figure.scene.image_area()
    fill = figure.scene.frame.layers[0].fill
    assert area is not None
    assert fill is not None
    svg = figure_svg(figure)
    root = ElementTree.fromstring(svg)
    clips = {each.attrib["id"] for each in root.iter(f"{SVG}clipPath")}
    used = {each.attrib["clip-path"] for each in root.iter() if "clip-path" in each.attrib}

    # Qt's own reader knows no clips: the lines themselves have to end.
    image = drawn_from(svg, figure.width, figure.height)
    pixel = area.width / 28
    found = [
        rgb_at(image, area.x + (column + 0.5) * pixel, area.y + (row + 0.5) * pixel)
        for row in range(1, 27)
        for column in range(1, 27)
    ]
    expected = fill.reshape(28, 28, 3)[1:27, 1:27].reshape(-1, 3)

    assert used
    assert used == {f"url(#{name})" for name in clips}
    assert "nnviz-clip" not in svg.decode()
    assert np.abs(np.array(found) - expected).max() <= 1


def test_a_pdf_has_one_page_of_the_size_of_the_figure_and_its_words_inside(
    primer: Workspace,
) -> None:
    figure = figure_at(primer, FORWARD, FigureLook(height=720))

    pdf = figure_pdf(figure)
    box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)

    assert pdf.startswith(b"%PDF")
    assert box is not None
    assert (float(box[1]), float(box[2])) == (900, 540)  # 1200 by 720 px, 96 to the inch
    assert pdf.count(b"/Type /Page\n") == 1
    assert b"/FontFile" in pdf
    assert b"step 3 of 7" in pdf


@pytest.mark.parametrize("scale", [1, 2, 4])
def test_a_png_has_so_many_pixels_per_px(primer: Workspace, scale: int) -> None:
    figure = figure_at(primer, FORWARD, FigureLook("light", 640, 400))
    fill = figure.scene.frame.layers[2].fill
    x, y = figure.scene.centre(NodeRef(2, 1))
    radius = figure.scene.radius(figure.scene.layout.layers[2])
    assert fill is not None

    image = QImage.fromData(figure_png(figure, scale))

    assert (image.width(), image.height()) == (640 * scale, 400 * scale)
    assert rgb_at(image, x * scale, (y + 0.6 * radius) * scale) == tuple(fill[1].tolist())
    assert image.text("Title") == "Primer 2-3-2: Compute z and a of layer 2"


@pytest.mark.parametrize(("theme", "palette"), [("paper", PAPER), ("light", LIGHT), ("dark", DARK)])
def test_each_theme_has_its_ground(
    primer: Workspace, theme: str, palette: type[PAPER] | object
) -> None:
    image = figure_image(figure_at(primer, INPUT, FigureLook(theme, 400)))

    assert rgb_at(image, 1, 1) == palette.surface  # type: ignore[attr-defined]


@pytest.mark.parametrize("width", [320, 700, 860, 1600])
def test_nothing_of_an_explanation_leaves_the_figure(primer: Workspace, width: int) -> None:
    primer.selection.select(NodeRef(1, 0))
    for height in (None, 500):
        figure = figure_at(primer, 6, FigureLook("paper", width, height, with_inspector=True))
        explanation, (left, top) = figure.explanation, figure.explanation_place
        scene = figure.scene.layout

        assert explanation is not None
        assert (figure.width, figure.height) == (width, height or figure.height)
        assert top + explanation.height <= figure.height
        assert left >= scene.width or top >= scene.height


def test_a_moment_of_another_network_is_refused(primer: Workspace) -> None:
    moment = moment_of(primer)
    primer.open_preset("xor-2-2-1")

    with pytest.raises(NnvizError, match="Another network is open"):
        build_figure(primer, FigureLook(), moment)


def test_a_figure_is_drawn_of_the_moment_that_was_kept(primer: Workspace) -> None:
    moment = moment_of(primer)
    assert moment is not None
    forward = replace(moment, timeline=moment.timeline.to(2))
    expected = figure_file(figure_at(primer, FORWARD), ".SVG")
    primer.stepper.move_to(6)

    assert figure_file(build_figure(primer, FigureLook(), forward), "svg") == expected
    with pytest.raises(ValueError, match="bmp"):
        figure_file(build_figure(primer, FigureLook()), "bmp")
