"""The marks of the plot of C against one number: all are named, none hides another."""

import math
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from nnviz.trace.what_if_curve import Curve, Point
from nnviz.views.panels.what_if_plot import CostAlongPlot
from nnviz.visual.palette import DARK, RGB

HERE = Point(0.0, 1.0)
VALUES = np.linspace(-1.0, 1.0, 41)
CURVE = Curve(VALUES, VALUES**2 + 1.0, HERE, HERE, None, None)
BELOW_LEGEND = 60
NEAR = 60


@pytest.fixture
def plot(qtbot: QtBot) -> CostAlongPlot:
    result = CostAlongPlot()
    qtbot.addWidget(result)
    result.resize(300, 250)
    return result


def shown(plot: CostAlongPlot, curve: Curve) -> tuple[QImage, list[tuple[int, int]]]:
    """The plot, and where below the legend it has about the colour of the dot."""
    plot.show_curve(curve, "w", 4, DARK)
    image = plot.grab().toImage()
    places = product(range(image.width()), range(BELOW_LEGEND, image.height()))
    return image, [place for place in places if is_near(image, place, DARK.accent)]


def is_near(image: QImage, place: tuple[int, int], colour: RGB) -> bool:
    """Whether a pixel has about a colour: small marks are smoothed all over."""
    return math.dist(image.pixelColor(*place).getRgb()[:3], colour) < NEAR


def test_the_legend_names_the_dot_before_an_edit_too(plot: CostAlongPlot) -> None:
    plot.show_curve(CURVE, "w", 4, DARK)

    before, now = plot.accessibleName().split(": ")[1].split(", ")

    assert (before.split()[0], now.split()[0]) == ("before", "now")
    assert before.split()[1] == now.split()[1]


def test_the_dot_does_not_hide_a_learning_step_that_ends_in_it(plot: CostAlongPlot) -> None:
    _, alone = shown(plot, CURVE)

    image, beside = shown(plot, replace(CURVE, step=HERE))

    x, y = (round(float(np.mean(axis))) for axis in zip(*alone, strict=True))
    assert (x, y) in alone
    assert is_near(image, (x, y), DARK.text)
    assert 0 < len(beside) < len(alone)
