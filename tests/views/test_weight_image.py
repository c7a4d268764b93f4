"""The small image of a neuron's weights: its ends, its colours, its pixels."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QToolTip
from pytestqt.qtbot import QtBot

from nnviz.formatting import UNKNOWN
from nnviz.trace.notation import Notation
from nnviz.views.widgets.weight_image import TITLE_PX, WeightImage
from nnviz.visual.palette import DARK
from nnviz.visual.scales import Scale


@pytest.fixture
def image(qtbot: QtBot) -> WeightImage:
    result = WeightImage("weights", Scale.WEIGHT)
    qtbot.addWidget(result)
    result.set_values(np.array([-0.5, 0.25, 0.0, 0.5]), (2, 2), DARK)
    result.resize(100, result.heightForWidth(100))
    return result


def test_the_scale_is_symmetric_and_its_ends_are_written(image: WeightImage) -> None:
    assert image.ends == ("−0.500", "+0.500")


def test_the_largest_values_have_the_full_colours(image: WeightImage) -> None:
    picture = image.grab().toImage()
    top_left, bottom_right = QPoint(20, int(TITLE_PX) + 20), QPoint(75, int(TITLE_PX) + 75)

    assert picture.pixelColor(top_left) == QColor(*DARK.weight_negative)
    assert picture.pixelColor(bottom_right) == QColor(*DARK.weight_positive)


def test_unknown_values_are_a_dash_and_not_zero(image: WeightImage) -> None:
    image.set_values(None, (2, 2), DARK)

    assert image.values is None
    assert image.ends == (UNKNOWN, UNKNOWN)


def test_a_click_names_the_pixel(qtbot: QtBot, image: WeightImage) -> None:
    with qtbot.waitSignal(image.pixel_clicked) as clicked:
        qtbot.mouseClick(image, Qt.MouseButton.LeftButton, pos=QPoint(75, int(TITLE_PX) + 20))

    assert clicked.args == [1]


def test_pixels_are_counted_and_numbers_written_as_the_notation_says(
    qtbot: QtBot, image: WeightImage
) -> None:
    values = np.array([-0.5, 0.25, 0.0, 1 / 3])
    image.set_values(values, (2, 2), DARK, Notation(first_index=1, digits=6))
    image.show()

    qtbot.mouseMove(image, QPoint(75, int(TITLE_PX) + 75))

    assert QToolTip.text() == "pixel row 2, column 2: 0.333333"
    QToolTip.hideText()
