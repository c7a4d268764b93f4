import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QSpinBox
from pytestqt.qtbot import QtBot

from nnviz.datasets.dataset import Dataset
from nnviz.datasets.mnist import Mnist
from nnviz.stores.examples_store import ChosenExamples, Subset
from nnviz.stores.workspace import Workspace
from nnviz.views.example_bar import ExampleBar


def digits(name: str, count: int) -> Dataset:
    rng = np.random.default_rng(count)
    pixels = rng.integers(0, 256, (count, 784)).astype(np.uint8)
    labels = (np.arange(count) % 10).astype(np.uint8)
    return Dataset(name, pixels, labels=labels, image_shape=(28, 28), class_count=10)


@pytest.fixture
def bar(workspace: Workspace, qtbot: QtBot) -> ExampleBar:
    """The bar over a network that reads 20 training and 12 test digits."""
    workspace.examples.set_mnist(Mnist(digits("train", 20), digits("test", 12)))
    workspace.open_preset("mnist-784-10")
    bar = ExampleBar(workspace, [])
    qtbot.addWidget(bar)
    bar.resize(1200, 50)
    with qtbot.waitExposed(bar):
        bar.show()
    return bar


def index_box(bar: ExampleBar) -> QSpinBox:
    box = bar.findChild(QSpinBox, "example.index")
    assert box is not None
    return box


def subset_box(bar: ExampleBar) -> QComboBox:
    box = bar.findChild(QComboBox, "example.subset")
    assert box is not None
    return box


def answer(bar: ExampleBar) -> QLabel:
    label = bar.findChild(QLabel, "example.answer")
    assert label is not None
    return label


def write(qtbot: QtBot, box: QSpinBox, text: str) -> None:
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, text)


def test_a_number_that_is_typed_is_looked_at_after_return(
    bar: ExampleBar, workspace: Workspace, qtbot: QtBot
) -> None:
    write(qtbot, index_box(bar), "7")
    before = workspace.examples.index

    qtbot.keyClick(index_box(bar), Qt.Key.Key_Return)

    assert (before, workspace.examples.index) == (0, 7)


def test_typing_is_not_disturbed_by_a_run_that_changes_the_pass(
    bar: ExampleBar, workspace: Workspace, qtbot: QtBot
) -> None:
    write(qtbot, index_box(bar), "1")
    workspace.reset_parameters()
    qtbot.keyClicks(index_box(bar), "1")

    qtbot.keyClick(index_box(bar), Qt.Key.Key_Return)

    assert workspace.examples.index == 11


def test_the_number_stays_in_the_set(bar: ExampleBar, workspace: Workspace) -> None:
    index_box(bar).setValue(99)

    assert workspace.examples.index == index_box(bar).value() == 11


def test_the_bar_follows_the_example(bar: ExampleBar, workspace: Workspace) -> None:
    workspace.examples.show(Subset.TRAIN, 17)

    assert index_box(bar).value() == 17
    assert subset_box(bar).currentText() == "Training digits"


def test_the_number_is_that_of_the_example_that_the_steps_show(
    bar: ExampleBar, workspace: Workspace
) -> None:
    numbers = np.array([17, 3, 8])
    data = workspace.examples.dataset_of(Subset.TRAIN)
    assert data is not None
    workspace.examples.show_chosen(ChosenExamples(Subset.TRAIN, data, numbers))
    steps = workspace.stepper.timeline.steps

    shown = {}
    for position, step in enumerate(steps):
        workspace.stepper.move_to(position)
        shown.setdefault(step.example, set()).add(index_box(bar).value())

    assert shown == {0: {17}, 1: {3}, 2: {8}, None: {17}}
    assert workspace.examples.chosen is not None


def test_another_set_begins_at_its_first_example(
    bar: ExampleBar, workspace: Workspace, qtbot: QtBot
) -> None:
    workspace.examples.show(Subset.TEST, 5)

    qtbot.keyClick(subset_box(bar), Qt.Key.Key_Down)

    assert (workspace.examples.subset, workspace.examples.index) == (Subset.TRAIN, 0)
    assert index_box(bar).maximum() == 19


def test_the_answer_is_marked_right_or_wrong(bar: ExampleBar, workspace: Workspace) -> None:
    marks = set()
    for index in range(12):
        workspace.examples.show(Subset.TEST, index)
        right = workspace.answer() == index % 10
        marks.add(right)
        assert answer(bar).property("good") is right
        assert answer(bar).property("bad") is not right
        assert f"This is a {index % 10}." in answer(bar).text()
        assert ("✓" in answer(bar).text(), "✗" in answer(bar).text()) == (right, not right)
    assert False in marks


def test_a_small_network_shows_its_numbers_instead(bar: ExampleBar, workspace: Workspace) -> None:
    workspace.open_preset("mazur-2-2-2")

    assert answer(bar).text() == "x = (0.05, 0.1)  →  y = (0.01, 0.99)"
    assert subset_box(bar).currentText() == "Samples"
    assert not index_box(bar).isEnabled()  # there is only one


def test_the_samples_of_a_small_network_can_be_walked(
    bar: ExampleBar, workspace: Workspace
) -> None:
    workspace.open_preset("xor-2-2-1")

    index_box(bar).setValue(2)

    assert answer(bar).text() == "x = (1, 0)  →  y = (1)"


def test_long_examples_are_cut_and_minus_signs_are_true(
    workspace: Workspace, qtbot: QtBot, qapp: QApplication
) -> None:
    from nnviz.views.example_bar import _values

    assert _values(np.array([-0.5, 1.0]), 4) == "(−0.5, 1)"
    assert _values(np.arange(8.0), 4) == "(0, 1, 2, 3, 4, 5, …)"
    assert _values(np.array([0.123456, -2e-7]), 3) == "(0.123, −2×10⁻⁷)"


def mini_batch_box(bar: ExampleBar) -> QSpinBox:
    box = bar.findChild(QSpinBox, "example.mini-batch")
    assert box is not None
    return box


def test_a_mini_batch_has_no_more_examples_than_there_are(
    bar: ExampleBar, workspace: Workspace, qtbot: QtBot
) -> None:
    write(qtbot, mini_batch_box(bar), "8")
    qtbot.keyClick(mini_batch_box(bar), Qt.Key.Key_Return)
    chosen = (workspace.examples.mini_batch, trace_size(workspace))

    workspace.examples.set_mini_batch(32)

    assert chosen == (8, 8)
    assert (mini_batch_box(bar).maximum(), mini_batch_box(bar).value()) == (12, 12)
    assert trace_size(workspace) == 12


def test_a_mini_batch_is_switched_off_with_one(bar: ExampleBar, workspace: Workspace) -> None:
    texts = [mini_batch_box(bar).text()]

    for count in (12, 1):
        mini_batch_box(bar).setValue(count)
        texts.append(mini_batch_box(bar).text())

    assert texts == ["Mini-batch off", "Mini-batch 12", "Mini-batch off"]
    assert trace_size(workspace) == 1


def test_a_single_sample_offers_no_mini_batch_and_says_why(
    bar: ExampleBar, workspace: Workspace
) -> None:
    workspace.open_preset("primer-2-3-2")

    assert not mini_batch_box(bar).isEnabled()
    assert "two examples or more" in mini_batch_box(bar).toolTip()


def test_the_bar_tells_the_digit_that_is_walked_through(
    bar: ExampleBar, workspace: Workspace
) -> None:
    workspace.examples.show(Subset.TEST, 10)
    workspace.examples.set_mini_batch(4)
    length = (len(workspace.stepper.timeline.steps) - 2) // 4
    told = []

    for example in range(4):
        workspace.stepper.move_to(example * length)
        told.append(answer(bar).text())

    # From number 10 on, around the end of the twelve digits.
    assert [text.split("  ")[0] for text in told] == [
        f"{index + 1} of 4: a {digit}." for index, digit in enumerate((0, 1, 0, 1))
    ]


def test_at_the_mean_the_bar_counts_the_right_answers(
    bar: ExampleBar, workspace: Workspace
) -> None:
    workspace.examples.set_mini_batch(5)
    right = sum(
        workspace.answer(example) == workspace.examples.label_of(example) for example in range(5)
    )

    workspace.stepper.to_end()

    assert answer(bar).text() == f"All 5 examples together: {right} answered correctly"


def trace_size(workspace: Workspace) -> int:
    assert workspace.stepper.trace is not None
    return workspace.stepper.trace.example_count
