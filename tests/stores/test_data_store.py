"""Data from disk, from the file to the network that is looked at, with the real threads."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnviz.datasets import open_data as opening
from nnviz.datasets.reading import Reading
from nnviz.presets.names import TOY_PRESETS
from nnviz.stores.examples_store import Subset
from nnviz.stores.training_store import TrainingState
from nnviz.stores.workspace import Workspace
from nnviz.trace.refs import NodeRef


@pytest.fixture
def two_rows(tmp_path: Path) -> Path:
    """24 examples of 3 numbers in the classes a and b."""
    rng = np.random.default_rng(1)
    y = np.array(["a", "b"] * 12)
    x = rng.random((24, 3)) + (y == "b")[:, None]
    np.savez(tmp_path / "rows.npz", x=x, y=y)
    return tmp_path / "rows.npz"


@pytest.fixture
def opened(workspace: Workspace, qtbot: QtBot) -> Callable[[Path], None]:
    def open_path(path: Path) -> None:
        with qtbot.waitSignal(workspace.data.opened, timeout=10_000):
            workspace.data.open(path)

    return open_path


def test_opened_data_brings_a_network_that_fits_and_undo_the_old_one_back(
    workspace: Workspace, opened: Callable[[Path], None], two_rows: Path
) -> None:
    before = workspace.state
    said: list[str] = []
    workspace.problem.connect(said.append)

    opened(two_rows)

    state = workspace.state
    assert state.spec.sizes == (3, 2, 2)
    assert state.class_names == ("a", "b")
    assert (state.title, workspace.examples.subset) == ("rows 3-2-2", Subset.TEST)
    assert not workspace.stepper.locked
    assert state.samples is not None
    assert said == [
        "Network 3-2-2 with new weights: Adam, η 0.002, 300 epochs, mini-batches of 2. "
        + state.samples.note
    ]
    workspace.undo()
    assert workspace.state is before
    workspace.redo()
    assert workspace.state.samples is state.samples


def test_both_parts_can_be_stepped_through_and_training_uses_them(
    workspace: Workspace, opened: Callable[[Path], None], two_rows: Path, qtbot: QtBot
) -> None:
    opened(two_rows)
    workspace.examples.show(Subset.TRAIN, 3)
    assert workspace.examples.dataset is not None
    assert len(workspace.examples.dataset) == 20

    with qtbot.waitSignal(workspace.training.run_finished, timeout=10_000):
        workspace.run.start()

    report = workspace.training.history.reports[-1]
    assert report.test_accuracy == 1.0
    assert (workspace.examples.subset, workspace.examples.index) == (Subset.TRAIN, 3)
    assert workspace.answer() == workspace.examples.label


def test_refused_data_leaves_everything_and_a_run_goes_on(
    workspace: Workspace, qtbot: QtBot, tmp_path: Path
) -> None:
    workspace.set_config(replace(workspace.config, epochs=100_000))
    workspace.run.start()
    before = workspace.state.samples

    with qtbot.waitSignal(workspace.data.refused, timeout=10_000) as caught:
        workspace.data.open(tmp_path / "nothing.npz")

    assert caught.args is not None
    assert caught.args[0].startswith("There is no file or folder")
    assert workspace.state.samples is before
    assert workspace.training.state is TrainingState.RUNNING
    assert not workspace.data.is_reading
    workspace.training.stop()
    qtbot.waitUntil(lambda: not workspace.training.is_active)


@pytest.fixture
def endless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading that ends only when it is given up."""

    def read(path: Path, reading: Reading) -> None:
        reading.say("reading for ever …")
        while True:
            reading.check()

    monkeypatch.setattr(opening, "_opened", read)


def test_opening_something_else_gives_the_reading_up(
    workspace: Workspace, qtbot: QtBot, endless: None, tmp_path: Path
) -> None:
    workspace.data.open(tmp_path)
    qtbot.waitUntil(lambda: workspace.data.progress == "reading for ever …")
    assert workspace.data.is_reading

    workspace.open_preset("primer-2-3-2")

    assert not workspace.data.is_reading
    assert workspace.data.progress == ""
    workspace.data.shutdown()
    assert workspace.state.title == "Primer 2-3-2"


def test_the_end_of_the_program_waits_for_no_reading(
    workspace: Workspace, endless: None, tmp_path: Path
) -> None:
    workspace.data.open(tmp_path)

    workspace.data.shutdown()

    assert not workspace.data.is_reading


def test_a_mistake_in_a_reader_is_a_sentence(
    workspace: Workspace, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(path: Path, reading: Reading) -> None:
        raise RuntimeError("what nobody thought of")

    monkeypatch.setattr(opening, "_opened", fail)

    with qtbot.waitSignal(workspace.data.refused, timeout=10_000) as caught:
        workspace.data.open(tmp_path)

    assert caught.args is not None
    assert "failed unexpectedly: RuntimeError('what nobody thought of')" in caught.args[0]


@pytest.mark.parametrize("toy", TOY_PRESETS)
def test_a_toy_preset_can_be_stepped_through_at_once(workspace: Workspace, toy: str) -> None:
    workspace.open_preset(TOY_PRESETS[toy])

    assert not workspace.stepper.locked
    assert workspace.examples.subsets == (Subset.TEST, Subset.TRAIN)
    assert bool(workspace.class_names) == (toy != "sine")
    assert not workspace.loading


def test_the_spirals_are_learned_on_the_worker_thread(workspace: Workspace, qtbot: QtBot) -> None:
    workspace.open_preset(TOY_PRESETS["spirals"])
    workspace.set_config(replace(workspace.config, epochs=400))

    with qtbot.waitSignal(workspace.training.run_finished, timeout=30_000):
        workspace.run.start()

    reports = workspace.training.history.reports
    assert reports[0].test_accuracy is not None
    assert reports[-1].test_accuracy is not None
    assert reports[0].test_accuracy < 0.8
    assert reports[-1].test_accuracy > 0.95


def test_points_are_drawn_anew_the_weights_stay_and_undo_takes_them_back(
    workspace: Workspace,
) -> None:
    workspace.open_preset(TOY_PRESETS["moons"])
    before = workspace.state
    assert before.samples is not None
    assert before.samples.toy is not None
    workspace.selection.select(NodeRef(1, 0))

    workspace.data.draw_toy(replace(before.samples.toy, points=50, noise=0.3))

    assert workspace.state.samples is not None
    assert len(workspace.state.samples.train) == 50
    assert workspace.state.parameters is before.parameters
    assert workspace.history.undo_text == "Draw points"
    workspace.undo()
    assert workspace.state.samples is before.samples


def test_another_network_on_the_same_data_is_called_after_it(workspace: Workspace) -> None:
    workspace.open_preset(TOY_PRESETS["moons"])
    workspace.examples.show(Subset.TRAIN, 7)
    spec = replace(workspace.spec, sizes=(2, 3, 2))

    workspace.new_network(spec, "xavier", workspace.config)

    assert workspace.state.title == "Moons 2-3-2"
    assert (workspace.examples.subset, workspace.examples.index) == (Subset.TRAIN, 7)


def test_few_examples_are_saved_with_the_network_in_both_parts(
    workspace: Workspace, tmp_path: Path
) -> None:
    workspace.open_preset(TOY_PRESETS["circles"])
    before = workspace.state.samples
    workspace.save_network(tmp_path / "rings.json")

    workspace.open_network(tmp_path / "rings.json")

    after = workspace.state.samples
    assert before is not None
    assert before.test is not None
    assert after is not None
    assert after.test is not None
    assert (after.class_names, after.note, after.name) == (
        before.class_names, before.note, before.name,
    )  # fmt: skip
    np.testing.assert_array_equal(after.train.inputs, before.train.inputs)
    np.testing.assert_array_equal(after.test.labels, before.test.labels)


def test_many_examples_are_not_saved_but_asked_for_and_then_the_weights_stay(
    workspace: Workspace, opened: Callable[[Path], None], tmp_path: Path
) -> None:
    rng = np.random.default_rng(1)
    x, y = rng.integers(0, 256, (120, 28, 28)).astype(np.uint8), np.arange(120) % 10
    np.savez(tmp_path / "clothes.npz", x=x, y=y)
    opened(tmp_path / "clothes.npz")
    weights = workspace.state.parameters.weights
    workspace.save_network(tmp_path / "net.json")
    assert (tmp_path / "net.json").stat().st_size < 200_000

    workspace.open_network(tmp_path / "net.json")

    # 784 inputs and 10 outputs fit MNIST, but it was never meant for digits.
    assert workspace.stepper.locked
    assert not workspace.state.reads_mnist
    assert workspace.examples.dataset is None
    assert workspace.state.image_shape == (28, 28)
    assert "does not hold the examples of clothes; File › Open Data…" in workspace.why_no_example()
    workspace.save_network(tmp_path / "again.json")
    assert '"data": {"name": "clothes"' in (tmp_path / "again.json").read_text()

    said: list[str] = []
    workspace.problem.connect(said.append)
    opened(tmp_path / "clothes.npz")

    assert not workspace.stepper.locked
    assert said[-1].startswith("Network 784-2-10 with its own weights: ")
    for ours, theirs in zip(workspace.state.parameters.weights, weights, strict=True):
        np.testing.assert_array_equal(ours, theirs)
