"""The panel of classes: bars, the confusion matrix, and the examples behind a cell."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics

from nnviz.datasets.data_source import DataSource
from nnviz.datasets.dataset import Dataset
from nnviz.stores.examples_store import Subset
from nnviz.stores.fitting import fitted
from nnviz.training.class_report import ClassReport
from nnviz.views.panels.class_bars import LEAST_BAR_PX, ClassBars
from nnviz.views.panels.classes import NO_CLASSES, Classes
from nnviz.views.panels.confusion_matrix import ConfusionMatrix, most_side
from nnviz.views.theme import text_font
from nnviz.visual.palette import DARK

NAMES = ("cat", "dog", "eel")
CONFUSION = np.array([[8, 2, 0], [0, 0, 4], [0, 0, 0]])


def report(confusion=CONFUSION) -> ClassReport:
    labels, answers = [], []
    for (true, answer), number in np.ndenumerate(confusion):
        labels += [true] * number
        answers += [answer] * number
    rows = np.arange(len(labels))
    return ClassReport(NAMES, confusion, rows, np.array(labels), np.array(answers), 100)


@pytest.fixture
def panel(qtbot, image_workspace):
    result = Classes(image_workspace)
    qtbot.addWidget(result)
    result.resize(560, 150)
    with qtbot.waitExposed(result):
        result.show()
    qtbot.waitUntil(lambda: image_workspace.health.classes is not None, timeout=5_000)
    yield result
    result.hide()


@pytest.fixture
def matrix(qtbot):
    result = ConfusionMatrix()
    qtbot.addWidget(result)
    result.resize(160, 160)
    result.show_report(report(), DARK)
    with qtbot.waitExposed(result):
        result.show()
    return result


def centre(matrix, cell) -> QPoint:
    return matrix.rectangle(cell).center().toPoint()


def test_bars_say_right_answers_of_each_class(qtbot):
    bars = ClassBars()
    qtbot.addWidget(bars)
    bars.resize(200, 120)
    bars.show_report(report(), DARK)

    assert bars.text_of(0) == "cat: 80.0 % right, 8 of 10 examples."
    assert bars.text_of(1) == "dog: 0.0 % right, 0 of 4 examples."
    assert bars.text_of(2) == "eel: none of the examples."
    assert "dog: 0.0 %" in bars.accessibleDescription()
    assert [bars.row_at(y) for y in (1, 45, 85, 119)] == [0, 1, 2, None]
    assert not bars.grab().isNull()


def test_cells_say_what_is_taken_for_what(matrix):
    assert matrix.text_of((0, 0)) == "cat, answered correctly: 8 of 10 examples (80.0 %)"
    assert matrix.text_of((1, 2)) == "dog, taken for eel: 4 of 4 examples (100.0 %)"
    assert matrix.text_of((2, 0)) == "eel, taken for cat: 0 of 0 examples"


def test_right_and_wrong_have_their_colours(matrix):
    image = matrix.grab().toImage()

    def at(cell):
        box = matrix.rectangle(cell)
        return image.pixelColor(round(box.left()) + 3, round(box.top()) + 3)

    right, wrong, none = at((0, 0)), at((1, 2)), at((0, 2))
    assert right.green() > right.red()
    assert wrong.red() > wrong.green()
    assert none.getRgb()[:3] == DARK.raised


def test_a_click_chooses_the_cell_under_it(qtbot, matrix):
    with qtbot.waitSignal(matrix.cell_chosen) as chosen:
        qtbot.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=centre(matrix, (1, 2)))

    assert chosen.args == [1, 2]
    assert matrix.current == (1, 2)


def test_keys_go_from_cell_to_cell_and_choose(qtbot, matrix):
    for key, cell in (
        (Qt.Key.Key_Down, (1, 0)), (Qt.Key.Key_Right, (1, 1)), (Qt.Key.Key_Right, (1, 2)),
        (Qt.Key.Key_Right, (1, 2)), (Qt.Key.Key_Up, (0, 2)), (Qt.Key.Key_Left, (0, 1)),
    ):  # fmt: skip
        qtbot.keyClick(matrix, key)
        assert matrix.current == cell
        assert matrix.accessibleDescription() == matrix.text_of(cell)
    with qtbot.waitSignal(matrix.cell_chosen) as chosen:
        qtbot.keyClick(matrix, Qt.Key.Key_Return)
    assert chosen.args == [0, 1]


def test_a_cell_of_the_panel_shows_its_examples_one_after_the_other(qtbot, panel):
    workspace = panel.workspace
    found = workspace.health.classes
    cell = tuple(int(each) for each in np.unravel_index(found.confusion.argmax(), (10, 10)))
    examples = found.examples[(found.labels == cell[0]) & (found.answers == cell[1])].tolist()
    assert len(examples) > 1

    seen = []
    for _ in (*examples, 0):
        qtbot.mouseClick(panel.matrix, Qt.MouseButton.LeftButton, pos=centre(panel.matrix, cell))
        assert workspace.examples.subset is Subset.TEST
        assert workspace.examples.label == cell[0]
        assert workspace.answer() == cell[1]
        seen.append(workspace.examples.index)

    assert sorted(set(seen)) == examples, "all of them, and around the end"
    assert seen[0] == seen[-1]


def test_the_share_and_the_number_of_examples_are_told(qtbot, panel):
    found = panel.workspace.health.classes

    assert panel.share_label.text() == f"{100 * found.accuracy:.1f} %"
    assert panel.of_label.text() == "right, of all 40 test examples"


def test_the_cell_under_the_pointer_is_told(qtbot, panel):
    qtbot.mouseMove(panel.matrix, centre(panel.matrix, (3, 5)))
    qtbot.waitUntil(lambda: "taken for 5" in panel.cell_label.text())


def test_without_classes_there_is_a_sentence(qtbot, workspace):
    panel = Classes(workspace)
    qtbot.addWidget(panel)
    with qtbot.waitExposed(panel):
        panel.show()

    qtbot.waitUntil(lambda: not workspace.health.is_busy, timeout=5_000)
    assert panel.empty_label.isVisible()
    assert panel.empty_label.text() == NO_CLASSES
    panel.hide()


def test_a_hidden_panel_counts_nothing(qtbot, panel):
    panel.hide()

    panel.workspace.reset_parameters()

    assert not panel.workspace.health.is_busy


@pytest.mark.parametrize(("width", "height"), [(480, 130), (560, 150), (1_200, 600)])
def test_the_matrix_is_a_square_that_fits(qtbot, panel, width, height):
    panel.resize(width, height)
    qtbot.waitUntil(lambda: panel.matrix.height() > 80)

    last = panel.matrix.rectangle((9, 9))
    assert last.right() > 0.8 * min(panel.matrix.width(), 16 + 10 * 44), "it uses its room"
    assert last.right() <= panel.matrix.width()
    assert last.bottom() <= panel.matrix.height()
    assert last.width() == last.height()


def test_many_classes_scroll_and_never_make_the_window_high(qtbot, workspace):
    classes = 60
    labels = np.repeat(np.arange(classes, dtype=np.uint8), 2)
    data = Dataset("many", np.random.default_rng(1).random((120, 2)), labels=labels)
    names = tuple(f"class {each}" for each in range(classes))
    workspace.open_state(
        "Open data", fitted(workspace.state, DataSource("many", data, data, names))
    )
    panel = Classes(workspace)
    qtbot.addWidget(panel)
    panel.resize(560, 150)
    with qtbot.waitExposed(panel):
        panel.show()
    qtbot.waitUntil(lambda: workspace.health.classes is not None, timeout=5_000)
    panel.settle()

    assert panel.minimumSizeHint().height() <= 150
    qtbot.waitUntil(lambda: panel.matrix.height() >= 60 * 7)
    assert panel.matrix.width() >= 60 * 7
    assert panel.bars.height() >= 60 * 12
    panel.hide()


def test_the_test_part_of_opened_data_is_counted(qtbot, workspace):
    workspace.open_preset("moons-2-6-2")
    samples = workspace.state.samples

    assert workspace.health.tested is samples.test


def test_in_a_narrow_panel_names_bars_and_percentages_keep_their_room(qtbot):
    bars = ClassBars()
    qtbot.addWidget(bars)
    bars.show_report(report(), DARK)
    metrics = QFontMetrics(text_font(12))
    names = max(metrics.horizontalAdvance(name) for name in NAMES)

    least = names + LEAST_BAR_PX + metrics.horizontalAdvance("100.0 %")

    assert bars.minimumWidth() >= least


def test_a_matrix_of_few_classes_takes_no_more_width_than_it_fills(panel):
    classes = len(panel.workspace.health.classes.names)
    panel.resize(2400, 1400)

    assert panel.matrix.width() == most_side(classes)


def test_ten_classes_need_no_scrolling_in_a_low_panel(qtbot, panel, image_workspace):
    panel.resize(560, 134)
    panel.synchronize()

    viewport = panel.bars.parentWidget().parentWidget()
    qtbot.waitUntil(lambda: panel.bars.parentWidget().height() <= viewport.height())

    assert len(image_workspace.class_names) == 10
    assert panel.of_label.height() >= panel.of_label.heightForWidth(panel.of_label.width())
