"""The panel of health: real looks, painted; words for every cell; nothing while hidden."""

import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QHelpEvent

from nnviz.engine.initialisers import initialise
from nnviz.engine.network import NetworkSpec
from nnviz.training.health import histogram_of
from nnviz.views.panels.health import Health
from nnviz.views.panels.health_columns import COLUMNS, ColumnKind, lay_out_columns
from nnviz.views.panels.health_marks import log_range
from nnviz.views.panels.health_table import HEADING_PX, MARGIN_PX
from nnviz.views.panels.health_texts import asleep_text, cell_text, row_text, short
from nnviz.views.theme import text_font
from nnviz.visual.palette import DARK, LIGHT


@pytest.fixture
def panel(qtbot, image_workspace):
    result = Health(image_workspace)
    qtbot.addWidget(result)
    result.resize(560, 150)
    with qtbot.waitExposed(result):
        result.show()
    yield result
    result.hide()


def looked(qtbot, panel) -> None:
    qtbot.waitUntil(lambda: panel.workspace.health.check_up is not None, timeout=5_000)


def place_of(panel, kind: ColumnKind, row: int | None) -> QPoint:
    left, width = lay_out_columns(panel.table.width() - 2 * MARGIN_PX)[kind]
    y = HEADING_PX / 2 if row is None else HEADING_PX + (row + 0.5) * panel.table.row_height
    return QPoint(round(MARGIN_PX + left + width / 2), round(y))


def test_a_look_is_shown_with_a_row_for_each_layer(qtbot, panel):
    panel.workspace.new_network(
        NetworkSpec((784, 12, 8, 10), ("relu", "sigmoid", "sigmoid")), "he", panel.workspace.config
    )
    looked(qtbot, panel)
    qtbot.waitUntil(panel.table.isVisible)

    assert [panel.table.cell_at(place_of(panel, ColumnKind.UPDATE, row)) for row in range(3)] == [
        (ColumnKind.UPDATE, 0), (ColumnKind.UPDATE, 1), (ColumnKind.UPDATE, 2),
    ]  # fmt: skip
    assert panel.table.cell_at(place_of(panel, ColumnKind.LAYER, None)) == (ColumnKind.LAYER, None)
    assert panel.table.cell_at(QPoint(30, 5_000)) is None
    assert "Layer 3: gradient" in panel.table.accessibleDescription()
    assert panel.table.height() <= panel.scroll_area.viewport().height(), "no need to scroll"


def test_every_column_fits_its_heading_at_the_smallest_window(qtbot, panel):
    looked(qtbot, panel)
    panel.table.setFont(text_font(11))
    metrics = panel.table.fontMetrics()
    places = lay_out_columns(540)
    for column in COLUMNS:
        assert metrics.horizontalAdvance(column.heading) <= places[column.kind][1] + 1


@pytest.mark.parametrize("width", [200, 420, 540, 800, 1_500])
def test_columns_stand_side_by_side_in_any_width(width):
    places = list(lay_out_columns(width).values())

    for (left, wide), (following, _) in pairwise(places):
        assert left + wide <= following
    assert places[-1][0] + places[-1][1] <= max(width, 0) + 1


def test_cells_explain_themselves(qtbot, panel, monkeypatch):
    looked(qtbot, panel)
    told = []
    monkeypatch.setattr(
        "nnviz.views.panels.health_table.QToolTip.showText",
        lambda _, text, __=None: told.append(text),
    )
    for column in COLUMNS:
        for row in (None, 0):
            place = place_of(panel, column.kind, row)
            event = QHelpEvent(QHelpEvent.Type.ToolTip, place, panel.table.mapToGlobal(place))
            panel.table.event(event)
            assert column.explanation in told[-1]
    assert "10⁻³" in told[-1]
    assert "Computed: the step that gradient descent would make" in told[-1]


def test_the_words_say_the_numbers(qtbot, panel):
    looked(qtbot, panel)
    check_up = panel.workspace.health.check_up
    layer = check_up.layers[0]

    assert f"|∂C/∂W| = {layer.weight_gradient:.3g}"[:16] in cell_text(
        check_up, ColumnKind.GRADIENT, 0
    )
    dead = int(layer.dead.sum())
    assert asleep_text(layer) == f"{dead} of 10 dead"
    assert f"{dead} of 10 dead" in row_text(check_up, 0)
    assert "7,840 weights between −" in cell_text(check_up, ColumnKind.WEIGHTS, 0)
    assert asleep_text(replace(layer, dead=None)) == "–"
    measured = replace(check_up, steps=(0.002,), step_span=170)
    assert "divided by its 170 mini-batches" in cell_text(measured, ColumnKind.UPDATE, 0)
    unknown = replace(check_up, steps=None)
    assert "not known" in cell_text(unknown, ColumnKind.UPDATE, 0)
    assert short(None) == short(float("nan")) == "–"
    empty = replace(layer, weights=histogram_of(np.array([np.nan])))
    assert "no weights that are numbers" in cell_text(
        replace(check_up, layers=(empty,)), ColumnKind.WEIGHTS, 0
    )


def test_keys_go_from_row_to_row(qtbot, panel):
    panel.workspace.new_network(
        NetworkSpec((784, 12, 10), ("sigmoid", "sigmoid")), "xavier", panel.workspace.config
    )
    looked(qtbot, panel)
    table = panel.table
    for key, row in (
        (Qt.Key.Key_Down, 0), (Qt.Key.Key_Down, 1), (Qt.Key.Key_Down, 1), (Qt.Key.Key_Up, 0),
        (Qt.Key.Key_End, 1), (Qt.Key.Key_Home, 0),
    ):  # fmt: skip
        qtbot.keyClick(table, key)
        assert table.current_row == row
        assert table.accessibleDescription().startswith(f"Layer {row + 1}:")
        assert len(re.findall("Layer", table.accessibleDescription())) == 1


def test_keys_scroll_to_their_row(qtbot, panel):
    spec = NetworkSpec((784, *(12,) * 9, 10), ("sigmoid",) * 10)
    panel.workspace.new_network(spec, "xavier", panel.workspace.config)
    looked(qtbot, panel)
    bar = panel.scroll_area.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)

    qtbot.keyClick(panel.table, Qt.Key.Key_End)
    assert bar.value() == bar.maximum()
    qtbot.keyClick(panel.table, Qt.Key.Key_Home)
    assert bar.value() == 0


def test_a_hidden_panel_looks_at_nothing(qtbot, panel):
    looked(qtbot, panel)
    panel.hide()

    panel.workspace.set_config(replace(panel.workspace.config, learning_rate=1.0))

    assert not panel.workspace.health.is_busy


def test_without_data_there_is_a_sentence(qtbot, workspace):
    panel = Health(workspace)
    qtbot.addWidget(panel)
    panel.resize(500, 150)
    with qtbot.waitSignal(workspace.problem, timeout=5_000):
        workspace.open_preset("mnist-784-10")
    with qtbot.waitExposed(panel):
        panel.show()

    assert panel.empty_label.isVisible()
    assert panel.empty_label.text() == workspace.why_no_example()
    panel.hide()


@pytest.mark.parametrize("palette", [DARK, LIGHT])
def test_it_paints_in_both_themes_what_the_numbers_say(qtbot, panel, palette):
    looked(qtbot, panel)
    panel.set_theme(palette)
    image = panel.table.grab().toImage()

    colours = {
        image.pixelColor(x, y).getRgb()[:3]
        for x in range(0, image.width(), 1)
        for y in range(0, image.height(), 3)
    }
    for colour in (palette.weight_negative, palette.weight_positive):
        assert any(sum(abs(a - b) for a, b in zip(each, colour, strict=True)) < 30
                   for each in colours)  # fmt: skip


def test_a_course_shows_at_least_a_power_of_ten():
    assert log_range([0.0, float("nan")]) is None
    assert log_range([0.01]) == pytest.approx((-2.5, -1.5))
    assert log_range([1e-6, 1.0]) == pytest.approx((-6, 0))


def test_parameters_that_are_no_numbers_are_painted_too(qtbot, panel):
    looked(qtbot, panel)
    spec = panel.workspace.spec
    broken = initialise(spec, "xavier", np.random.default_rng(0))
    check_up = panel.workspace.health.check_up
    layer = replace(
        check_up.layers[0], weight_gradient=float("nan"), weights=histogram_of(np.array([np.inf]))
    )
    assert broken.weights[0].shape == (10, 784)

    panel.table.show_health(replace(check_up, layers=(layer,), steps=(float("nan"),)), (), DARK)

    assert not panel.table.grab().isNull()
