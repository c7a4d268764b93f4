import os
import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nnviz.app.arguments import ALL_EDGES
from nnviz.app.main import open_workspace
from nnviz.app.studio import Studio
from nnviz.errors import NnvizError
from nnviz.trace.refs import NodeRef
from nnviz.trace.steps import Granularity


@pytest.fixture
def studio(qapp: QApplication, qtbot: QtBot) -> Studio:
    studio = Studio(partial(open_workspace, "xor-2-2-1"), "dark", (1000, 700))
    qtbot.addWidget(studio.window)
    return studio


def position(studio: Studio) -> int:
    return studio.workspace.stepper.timeline.position


def test_without_a_step_all_but_the_update_is_done(studio: Studio) -> None:
    studio.show(None)

    assert position(studio) == len(studio.workspace.stepper.timeline.steps) - 2


def test_a_moment_can_be_chosen_with_its_granularity_and_selection(studio: Studio) -> None:
    studio.show(4, "operation", (1, 1))

    assert position(studio) == 3
    assert studio.workspace.stepper.granularity is Granularity.OPERATION
    assert studio.workspace.selection.selected == NodeRef(1, 1)


def test_an_example_can_be_chosen(studio: Studio) -> None:
    studio.choose_example(3)

    assert studio.workspace.examples.index == 3


def test_a_second_example_and_the_other_side_of_the_update_can_be_shown(studio: Studio) -> None:
    studio.show(4)
    studio.show_second(2)

    assert [each[:8] for each in studio.window.canvas_area.headings] == ["Sample 0", "Sample 2"]
    with pytest.raises(NnvizError, match="--second-example 4: there are examples 0 to 3"):
        studio.show_second(4)
    with pytest.raises(NnvizError, match="--second-weights start: they are the current ones"):
        studio.show_second(None, "start")
    with pytest.raises(NnvizError, match="--compare"):
        studio.compare()
    studio.show(7)
    studio.compare()
    shown = studio.workspace.shown_pass.shown
    assert shown is not None
    assert shown.words == "After the update"


def test_the_number_of_edges_can_be_chosen_or_all(studio: Studio) -> None:
    studio.draw_edges(50)
    few = studio.workspace.display.canvas
    studio.draw_edges(ALL_EDGES)

    assert (few.strongest, few.all_edges) == (50, False)
    assert studio.workspace.display.canvas.all_edges


def test_a_mini_batch_can_be_chosen_up_to_all_examples(studio: Studio) -> None:
    studio.choose_mini_batch(4)
    studio.show(None, "neuron")

    assert position(studio) == 4 * 8  # the mean: XOR's eight steps for each of four samples
    with pytest.raises(NnvizError, match="--mini-batch 5: choose 1 to 4"):
        studio.choose_mini_batch(5)


@pytest.mark.parametrize("example", [4, -1])
def test_an_example_that_there_is_not_is_refused(studio: Studio, example: int) -> None:
    with pytest.raises(NnvizError):
        studio.choose_example(example)


@pytest.mark.parametrize(
    ("step", "select", "words"),
    [
        (99, None, "--step 99: a pass of 2-2-1 has 7 steps by layer"),
        (0, (9, 9), "--select 9,9: 2-2-1 has layers 0 to 2"),
        (0, (1, 2), "--select 1,2: layer 1 has neurons 0 to 1"),
    ],
)
def test_a_step_or_neuron_that_there_is_not_is_refused(
    studio: Studio, step: int, select: tuple[int, int] | None, words: str
) -> None:
    with pytest.raises(NnvizError, match=words):
        studio.show(step, "layer", select)


@pytest.mark.usefixtures("warmed_up")
def test_training_changes_the_network_and_ends(studio: Studio) -> None:
    before = studio.workspace.state.parameters

    studio.train(0.2)

    assert studio.workspace.state.parameters is not before


@pytest.mark.usefixtures("warmed_up")
def test_a_change_by_hand_ends_the_run_that_owns_the_numbers(studio: Studio) -> None:
    studio.train(0.1)
    studio.show(None, "layer", (1, 0))

    studio.change(0.25)

    assert not studio.workspace.training.is_active
    assert studio.workspace.state.parameters.biases[0][0] == 0.25


def test_a_picture_is_saved(studio: Studio, tmp_path: Path) -> None:
    studio.save(tmp_path / "window.png")

    assert QImage(str(tmp_path / "window.png")).width() == 1000


def test_a_picture_that_cannot_be_written_is_refused(studio: Studio, tmp_path: Path) -> None:
    with pytest.raises(NnvizError, match="cannot be written"):
        studio.save(tmp_path / "missing" / "window.png")


ENLARGED = {
    "QT_SCALE_FACTOR": "2",
    "QT_SCREEN_SCALE_FACTORS": "1.5",
    "QT_FONT_DPI": "192",
    "QT_ENABLE_HIGHDPI_SCALING": "1",
    "QT_USE_PHYSICAL_DPI": "1",
}


@pytest.mark.slow
def test_a_desktop_that_enlarges_leaves_the_picture_as_it_is(tmp_path: Path) -> None:
    pictures = []
    # Large enough for every bar and panel: Qt shares too little room by the order of its events.
    arguments = ["--preset", "xor-2-2-1", "--size", "1000x700"]

    for number, environment in enumerate(({}, ENLARGED)):
        path = tmp_path / f"{number}.png"
        command = [sys.executable, "-m", "nnviz", "screenshot", str(path), *arguments]
        subprocess.run(command, check=True, env={**os.environ, **environment}, timeout=120)
        pictures.append(QImage(str(path)))

    assert pictures[1].size() == QSize(1000, 700)
    assert pictures[1] == pictures[0]


def test_a_picture_can_go_back_in_the_training_but_no_further_than_it_has_come(
    qtbot: QtBot, studio: Studio
) -> None:
    with pytest.raises(NnvizError, match=r"0.00 epochs are trained"):
        studio.go_back_to(1)
    studio.train(0.2)
    done = len(studio.workspace.training.history)

    studio.go_back_to(done / 2)  # each epoch has one mini-batch
    shown = studio.workspace.travel.shown
    with pytest.raises(NnvizError, match="choose fewer"):
        studio.go_back_to(done + 1.0)

    assert shown is not None
    between = studio.workspace.training.record.epochs_between
    assert abs(shown.moment.epoch - done / 2) <= between


@pytest.mark.usefixtures("warmed_up")
def test_a_run_can_be_frozen_before_any_of_its_mini_batches(studio: Studio) -> None:
    studio.workspace.set_config(replace(studio.workspace.config, mini_batch_size=3, epochs=3))

    studio.freeze(3)

    batch = studio.workspace.frozen.batch
    assert batch is not None
    assert (batch.epoch, batch.number, len(batch)) == (2, 2, 1)
    studio.show_second(2)
    studio.show(None)
    assert studio.window.canvas_area.headings[0].startswith(f"Sample {batch.parts.examples[0]}")
    with pytest.raises(NnvizError, match="--freeze 50: the run ends before"):
        studio.freeze(50)
    studio.close()


@pytest.mark.usefixtures("warmed_up")
def test_the_heading_over_two_canvases_says_that_a_mini_batch_is_the_run_s(studio: Studio) -> None:
    studio.workspace.set_config(replace(studio.workspace.config, mini_batch_size=2))
    studio.freeze(1)
    numbers = studio.workspace.examples.indices.tolist()

    studio.show_second(1)
    studio.workspace.stepper.to_end()
    together = list(studio.window.canvas_area.headings)
    studio.workspace.stepper.to_start()
    studio.workspace.stepper.step_forward()

    assert together[0].startswith("2 examples of the run's mini-batch")
    assert together[1].startswith("2 examples from sample 1 on")
    assert studio.window.canvas_area.headings[0].startswith(f"Sample {numbers[0]}")
    studio.close()


@pytest.mark.usefixtures("warmed_up")
def test_a_run_again_stands_beside_the_first(studio: Studio) -> None:
    with pytest.raises(NnvizError, match="--again runs a run again"):
        studio.train_again(0.5, 0.1)

    studio.train(0.1)
    studio.train_again(0.5, 0.1)

    runs = studio.workspace.runs
    assert [each.name for each in runs.entries] == ["Run 1", "Run 2 · η 0.5"]
    assert runs.compared == runs.entries
    assert not studio.workspace.training.is_active
    studio.close()
