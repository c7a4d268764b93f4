import subprocess
import sys

import numpy as np
import pytest
from PySide6.QtGui import QFontMetrics
from pytestqt.qtbot import QtBot

from nnviz.views.plotting import (
    TICK_PX,
    add_curve,
    new_plot,
    set_data,
    show_logarithmic,
    show_x,
    x_span,
)
from nnviz.views.theme import mono_font
from nnviz.visual.palette import DARK


def test_importing_the_panels_does_not_import_pyqtgraph() -> None:
    code = (
        "import sys; import nnviz.views.panels.cost_plot, nnviz.views.panels.accuracy_plot;"
        "print('pyqtgraph' in sys.modules)"
    )

    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert result.stdout.strip() == "False"


def test_images_of_plots_are_row_major(qtbot: QtBot) -> None:
    qtbot.addWidget(new_plot(DARK))

    import pyqtgraph

    assert pyqtgraph.getConfigOption("imageAxisOrder") == "row-major"
    assert pyqtgraph.getConfigOption("antialias") is False


def test_a_plot_has_no_menu_and_cannot_be_dragged(qtbot: QtBot) -> None:
    plot = new_plot(DARK)
    qtbot.addWidget(plot)

    box = plot.getPlotItem().getViewBox()
    assert not box.menuEnabled()
    assert box.mouseEnabled() == [False, False]


def test_whole_epochs_have_whole_ticks(qtbot: QtBot) -> None:
    plot = new_plot(DARK)
    qtbot.addWidget(plot)
    plot.resize(400, 200)

    show_x(plot, 1, 4, whole=True)

    axis = plot.getAxis("bottom")
    values = [value for _, level in axis.tickValues(*axis.range, 350) for value in level]
    assert sorted(values) == [1, 2, 3, 4]


def test_a_curve_of_gaps_alone_is_empty_and_warns_of_nothing(qtbot: QtBot) -> None:
    plot = new_plot(DARK)
    qtbot.addWidget(plot)
    curve = add_curve(plot, symbol_px=4)

    set_data(curve, np.array([1.0, 2.0]), np.array([np.nan, np.nan]))
    plot.getPlotItem().getViewBox().updateAutoRange()

    assert curve.getData() == (None, None)


def test_a_flat_logarithmic_curve_still_has_a_range(qtbot: QtBot) -> None:
    plot = new_plot(DARK)
    qtbot.addWidget(plot)

    show_logarithmic(plot, 0.5, 0.5)

    low, high = plot.viewRange()[1]
    assert low < -0.301 < high


@pytest.mark.parametrize("last", [2, 30, 5000])
def test_the_numbers_at_the_ends_of_a_grid_have_room_in_a_narrow_plot(
    qtbot: QtBot, last: int
) -> None:
    plot = new_plot(DARK)
    qtbot.addWidget(plot)
    plot.resize(169, 118)
    plot.show()

    show_x(plot, 1, last, whole=True, grid=True)

    area, low, high = x_span(plot)
    half = QFontMetrics(mono_font(TICK_PX)).horizontalAdvance(str(last)) / 2
    px_per_unit = area.width() / (high - low)
    assert (high - last) * px_per_unit >= half
    assert (1 - low) * px_per_unit >= half


def test_long_numbers_of_the_x_axis_stand_apart_in_a_narrow_plot(qtbot: QtBot) -> None:
    plot = new_plot(DARK)
    qtbot.addWidget(plot)
    plot.resize(169, 118)
    plot.show()

    show_x(plot, 0, 1500, grid=True)

    axis = plot.getAxis("bottom")
    area, low, high = x_span(plot)
    values = [value for _, level in axis.tickValues(*axis.range, area.width()) for value in level]
    apart = np.diff(sorted(values)).min() * area.width() / (high - low)
    assert apart >= QFontMetrics(mono_font(TICK_PX)).horizontalAdvance("1500") + 8
