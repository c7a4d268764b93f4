"""The run's next mini-batch in the stepper, with the real worker thread."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnviz.datasets.data_source import DataSource
from nnviz.datasets.toy import from_samples
from nnviz.engine.network import Parameters
from nnviz.engine.optimizers import OPTIMIZERS, Optimizer
from nnviz.files.network_file import write_network
from nnviz.stores.comparison_store import Weights
from nnviz.stores.documents import document_of
from nnviz.stores.examples_store import Subset
from nnviz.stores.frozen_store import FROZEN, FrozenStore, Origin
from nnviz.stores.training_store import TrainingState
from nnviz.stores.workspace import Workspace
from nnviz.trace.mistakes import Mistake
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.trace.what_if import adjustables_of
from nnviz.training.config import RunMoment, TrainingJob
from nnviz.training.next_mini_batch import epoch_order
from nnviz.training.schedules import Schedule
from nnviz.training.snapshot import Outcome
from nnviz.training.warm_up import best_trainer

IDLE, RUNNING, PAUSED = TrainingState.IDLE, TrainingState.RUNNING, TrainingState.PAUSED


@pytest.fixture
def workspace(qtbot: QtBot, kernels: None, tmp_path: Path) -> Iterator[Workspace]:
    """Seven samples in mini-batches of three, the last of one, with all that a run can have."""
    result = Workspace(data_folder=tmp_path / "nothing")
    result.open_preset("xor-to-learn-2-3-1")
    open_samples(result, tmp_path, 7, 3)
    yield result
    assert result.training.shutdown()


@pytest.fixture
def frozen(workspace: Workspace) -> FrozenStore:
    return workspace.frozen


def open_samples(workspace: Workspace, folder: Path, samples: int, mini_batch_size: int) -> None:
    """Open a network file with random samples, and train it with everything that there is."""
    rng = np.random.default_rng(2)
    data = from_samples("samples", rng.random((samples, 2)).tolist(),
                        rng.random((samples, 1)).tolist())  # fmt: skip
    write_network(
        folder / "network.json",
        document_of(replace(workspace.state, samples=DataSource("samples", data))),
    )
    workspace.open_network(folder / "network.json")
    workspace.set_config(
        replace(
            workspace.config, mini_batch_size=mini_batch_size, epochs=6, learning_rate=0.05,
            l2=0.3, dropout=0.3, optimizer=Optimizer("adam"), schedule=Schedule("cosine"),
        )
    )  # fmt: skip


def pause(qtbot: QtBot, workspace: Workspace, mini_batches: int = 1) -> None:
    """Train so many mini-batches and pause."""
    for _ in range(mini_batches):
        workspace.run.one_mini_batch()
    wait(qtbot, workspace, PAUSED)


def wait(qtbot: QtBot, workspace: Workspace, state: TrainingState) -> None:
    qtbot.waitUntil(lambda: workspace.training.state is state, timeout=10_000)


def commit(qtbot: QtBot, workspace: Workspace) -> None:
    workspace.stepper.to_end()
    workspace.next_pass()
    assert workspace.training.state is RUNNING
    wait(qtbot, workspace, PAUSED)


def finish(qtbot: QtBot, workspace: Workspace) -> Outcome:
    with qtbot.waitSignal(workspace.training.run_finished, timeout=10_000) as finished:
        workspace.run.start_or_pause()
    return finished.args[0]


def bits(moment: RunMoment) -> bytes:
    values = (moment.parameters, *moment.optimizer_state.moments)
    return b"".join(a.tobytes() for each in values for a in (*each.weights, *each.biases))


def undisturbed(job: TrainingJob) -> RunMoment:
    trainer = best_trainer(job, None)
    while not trainer.is_done:
        trainer.advance(100)
    return trainer.moment


def assert_close(ours: Parameters, theirs: Parameters) -> None:
    for a, b in zip((*ours.weights, *ours.biases), (*theirs.weights, *theirs.biases), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)


def test_the_paused_run_s_next_mini_batch_is_opened_with_its_state(
    qtbot: QtBot, workspace: Workspace, frozen: FrozenStore
) -> None:
    pause(qtbot, workspace)
    moment = workspace.training.snapshot.moment
    config = workspace.config

    with qtbot.waitSignal(frozen.opened):
        frozen.open_next()

    trace = workspace.stepper.trace
    numbers = epoch_order(config.seed, 0, 7)[3:6]
    assert trace is not None
    np.testing.assert_array_equal(workspace.examples.indices, numbers)
    np.testing.assert_array_equal(trace.inputs, workspace.state.samples.train.inputs[numbers])
    np.testing.assert_array_equal(trace.before.weights[0], moment.parameters.weights[0])
    assert trace.before.weights[0].dtype == np.float64
    assert trace.state.steps == 1
    np.testing.assert_array_equal(
        trace.state.moments[1].weights[0], moment.optimizer_state.moments[1].weights[0]
    )
    assert trace.settings.optimizer == config.optimizer
    assert trace.settings.decay == pytest.approx(0.3 / 7)
    assert 0 < trace.settings.learning_rate < config.learning_rate  # the cosine has begun
    assert trace.forward.masks[0].shape == (3, 3)
    assert (frozen.batch.epoch, frozen.batch.number, frozen.batch.of) == (1, 2, 3)
    assert workspace.stepper.timeline.at_start


def test_one_example_has_its_own_row_of_the_masks(
    qtbot: QtBot, workspace: Workspace, frozen: FrozenStore
) -> None:
    pause(qtbot, workspace)
    frozen.open_next()
    whole = frozen.trace

    frozen.open_example(2)

    trace = workspace.stepper.trace
    assert trace is frozen.trace
    assert trace.example_count == 1
    np.testing.assert_array_equal(trace.forward.masks[0], whole.forward.masks[0][2:3])
    np.testing.assert_allclose(trace.forward.activations[-1], whole.forward.activations[-1][2:3])
    assert workspace.examples.index == workspace.examples.indices[0] == epoch_order(0, 0, 7)[5]
    assert frozen.only == 2
    workspace.stepper.to_end()
    assert "one of 3 examples" in frozen.why_no_commit
    frozen.open_whole()
    assert (frozen.only, workspace.stepper.trace.example_count) == (None, 3)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_shown_update_is_what_the_run_makes(
    qtbot: QtBot, workspace: Workspace, frozen: FrozenStore, name: str
) -> None:
    workspace.set_config(replace(workspace.config, optimizer=Optimizer(name)))
    pause(qtbot, workspace)
    frozen.open_next()
    for _ in range(3):  # over the end of an epoch with its partial mini-batch
        shown = frozen.trace

        commit(qtbot, workspace)

        moment = workspace.training.snapshot.moment
        assert_close(shown.after, moment.parameters)
        assert shown.state_after.steps == moment.optimizer_state.steps
        for ours, theirs in zip(
            shown.state_after.moments, moment.optimizer_state.moments, strict=True
        ):
            assert_close(ours, theirs)
        assert workspace.training.history.costs[-1] == pytest.approx(shown.cost, rel=1e-5)
    assert len(workspace.training.history) == 4


@pytest.mark.parametrize("name", ["sgd", "momentum", "adam", "adamw"])
def test_a_run_that_is_stepped_through_ends_bit_for_bit_like_one_that_is_not(
    qtbot: QtBot, workspace: Workspace, frozen: FrozenStore, name: str
) -> None:
    workspace.set_config(replace(workspace.config, optimizer=Optimizer(name)))
    job = workspace.state.training_job(99, workspace.training_data, None)
    pause(qtbot, workspace, 2)
    frozen.open_next()
    for _ in range(5):
        commit(qtbot, workspace)
        assert frozen.origin is Origin.NEXT
    assert workspace.training.snapshot.moment.mini_batches == 7

    outcome = finish(qtbot, workspace)

    assert not frozen.is_open
    assert bits(outcome.moment) == bits(undisturbed(job))
    assert len(workspace.training.history) == 18


def test_after_a_commit_the_one_after_it_is_open_from_its_start(
    qtbot: QtBot, workspace: Workspace, frozen: FrozenStore
) -> None:
    pause(qtbot, workspace)
    frozen.open_next()
    first = frozen.batch
    assert frozen.why_no_commit == "The update has not been computed yet: press End."

    commit(qtbot, workspace)

    assert frozen.batch is frozen.next is not first
    assert (frozen.batch.number, len(frozen.batch)) == (3, 1)
    assert workspace.stepper.timeline.at_start
    assert workspace.stepper.trace is frozen.trace


def test_a_running_run_pauses_to_be_opened(
    qtbot: QtBot, workspace: Workspace, frozen: FrozenStore
) -> None:
    workspace.set_config(replace(workspace.config, epochs=1_000_000))
    workspace.run.start()
    assert "pause it" in frozen.why_no_next

    frozen.open_next()
    wait(qtbot, workspace, PAUSED)

    assert frozen.origin is Origin.NEXT
    np.testing.assert_array_equal(
        frozen.trace.before.weights[0], workspace.training.snapshot.parameters.weights[0]
    )


def test_hyperparameters_changed_in_the_pause_are_those_of_the_pass(
    qtbot: QtBot, workspace: Workspace, frozen: FrozenStore
) -> None:
    pause(qtbot, workspace)
    frozen.open_next()
    workspace.stepper.step_forward()
    before = frozen.trace

    workspace.set_config(
        replace(workspace.config, mini_batch_size=2, learning_rate=0.5, dropout=0.0)
    )

    trace = workspace.stepper.trace
    assert trace is frozen.trace is not before
    assert (trace.example_count, trace.forward.masks) == (2, ())
    assert trace.settings.learning_rate > 0.4
    np.testing.assert_array_equal(workspace.examples.indices, epoch_order(0, 0, 7)[3:5])
    assert workspace.stepper.timeline.position == 0
    commit(qtbot, workspace)
    assert_close(trace.after, workspace.training.snapshot.parameters)


LEAVING = {
    "resuming": lambda w: w.run.start_or_pause(),
    "one epoch": lambda w: w.run.one_epoch(),
    "stopping": lambda w: w.training.stop(),
    "another example": lambda w: w.examples.show_next(),
    "another mini-batch": lambda w: w.examples.set_mini_batch(2),
    "another network": lambda w: w.open_preset("primer-2-3-2"),
    "leaving": lambda w: w.frozen.leave(),
}


@pytest.mark.parametrize("how", LEAVING)
def test_what_shows_something_else_leaves_it(
    qtbot: QtBot, workspace: Workspace, frozen: FrozenStore, how: str
) -> None:
    pause(qtbot, workspace)
    workspace.set_config(replace(workspace.config))
    frozen.open_next()
    workspace.stepper.to_end()

    with qtbot.waitSignal(frozen.changed):
        LEAVING[how](workspace)

    assert (frozen.is_open, frozen.trace, frozen.batch, frozen.origin) == (False, None, None, None)
    assert workspace.examples.chosen is None
    trace = workspace.stepper.trace
    np.testing.assert_array_equal(
        trace.inputs, workspace.state.samples.train.inputs_at(workspace.examples.indices)
    )
    assert trace.forward.masks == ()
    assert not workspace.challenges.bug.is_held


def test_leaving_shows_the_example_from_before(
    qtbot: QtBot, workspace: Workspace, frozen: FrozenStore
) -> None:
    workspace.examples.show(Subset.SAMPLES, 5)
    workspace.examples.set_mini_batch(2)
    pause(qtbot, workspace)
    frozen.open_next()

    frozen.leave()

    assert workspace.examples.indices.tolist() == [5, 6]
    assert workspace.stepper.trace.forward.masks == ()


def test_numbers_are_not_changed_by_hand_and_mistakes_are_off(
    qtbot: QtBot, workspace: Workspace, frozen: FrozenStore
) -> None:
    workspace.challenges.bug.run(Mistake.BIAS_NOT_UPDATED)
    pause(qtbot, workspace)

    frozen.open_next()

    trace, (weight,) = frozen.trace, adjustables_of(workspace.spec, EdgeRef(1, 0, 0))[:1]
    assert workspace.challenges.bug.mistake is None
    assert workspace.challenges.bug.choices() == ()
    assert workspace.what_if.why_not == FROZEN
    workspace.what_if.set_value(weight, 9.0)
    assert workspace.stepper.trace is trace
    assert workspace.what_if.base_trace(weight) is trace


def diverge(qtbot: QtBot, workspace: Workspace, **config: object) -> Outcome:
    standard = {"learning_rate": 1e30, "optimizer": Optimizer("sgd"), "dropout": 0.0,
                "schedule": Schedule("constant")}  # fmt: skip
    workspace.set_config(replace(workspace.config, **{**standard, **config}))
    return finish(qtbot, workspace)


def test_a_run_that_diverges_opens_the_mini_batch_that_it_could_not_train(
    qtbot: QtBot, workspace: Workspace, frozen: FrozenStore
) -> None:
    outcome = diverge(qtbot, workspace)

    batch = frozen.batch
    assert outcome.diverged
    assert frozen.origin is Origin.DIVERGED
    assert f"In epoch {batch.epoch}, mini-batch {batch.number}, " in outcome.message
    assert len(workspace.training.history) == outcome.moment.mini_batches
    np.testing.assert_array_equal(frozen.trace.before.weights[0], outcome.parameters.weights[0])
    assert all(np.isfinite(a).all() for a in workspace.state.parameters.weights)
    workspace.stepper.to_end()
    assert "ended the run" in frozen.why_no_commit
    before = workspace.state
    workspace.next_pass()
    assert workspace.state is before

    frozen.leave()
    assert (frozen.is_open, frozen.diverged) == (False, batch)
    frozen.open_next()
    assert frozen.origin is Origin.DIVERGED
    frozen.dismiss()
    assert (frozen.is_open, frozen.diverged) == (False, None)


@pytest.mark.parametrize("how", ["train", "undo", "reset"])
def test_training_on_undo_and_reset_leave_the_mini_batch_that_ended_the_run(
    qtbot: QtBot, workspace: Workspace, frozen: FrozenStore, how: str
) -> None:
    diverge(qtbot, workspace, learning_rate=3e38, l2=700.0)  # by the update of the very first one
    weights = workspace.state.parameters.weights[0]
    workspace.set_config(replace(workspace.config, learning_rate=1e-9, l2=0.0))
    assert frozen.is_open

    if how == "train":
        pause(qtbot, workspace)
        shown = workspace.state.parameters.weights[0]
        np.testing.assert_allclose(shown, weights, rtol=1e-3)
    elif how == "undo":
        workspace.undo()
    else:
        workspace.reset_parameters()

    assert (frozen.is_open, frozen.diverged) == (False, None)
    np.testing.assert_array_equal(
        workspace.stepper.trace.before.weights[0], workspace.state.parameters.weights[0]
    )


def test_any_moment_of_a_run_can_be_opened(
    qtbot: QtBot, workspace: Workspace, frozen: FrozenStore
) -> None:
    pause(qtbot, workspace)
    past, job = workspace.training.snapshot.moment, workspace.training.job
    pause(qtbot, workspace, 2)

    frozen.open_moment(job.spec, job.train, past, only=1)

    assert (frozen.origin, frozen.only, frozen.batch.number) == (Origin.PAST, 1, 2)
    np.testing.assert_array_equal(frozen.trace.before.weights[0], past.parameters.weights[0])
    frozen.open_whole()
    workspace.stepper.to_end()
    assert frozen.why_no_commit.startswith("The run has trained this mini-batch")
    frozen.open_next()
    assert (frozen.origin, frozen.batch.epoch, frozen.batch.number) == (Origin.NEXT, 2, 1)


def test_of_a_large_mini_batch_the_first_32_are_stepped_through_and_the_update_is_of_all(
    qtbot: QtBot, workspace: Workspace, frozen: FrozenStore, tmp_path: Path
) -> None:
    open_samples(workspace, tmp_path, 90, 40)
    pause(qtbot, workspace)

    frozen.open_next()

    timeline = workspace.stepper.timeline
    examples = [step.example for step in timeline.steps if step.example is not None]
    assert (max(examples), frozen.trace.example_count) == (31, 40)
    mean = len(timeline.steps) - 2
    for example, place in ((31, mean - 1), (32, mean), (39, mean)):
        assert timeline.position_of(Quantity.WEIGHT_GRADIENT, 1, None, example) == place
    shown = frozen.trace
    commit(qtbot, workspace)
    assert_close(shown.after, workspace.training.snapshot.parameters)
    assert len(frozen.batch) == 10


def test_a_mini_batch_too_large_to_be_recorded_opens_its_first_example(
    qtbot: QtBot, workspace: Workspace, frozen: FrozenStore, tmp_path: Path
) -> None:
    open_samples(workspace, tmp_path, 1101, 1001)
    pause(qtbot, workspace, 2)

    with qtbot.waitSignal(workspace.problem) as problem:
        frozen.open_next()

    assert "1,001 examples is too large" in problem.args[0]
    assert frozen.only == 0
    assert len(frozen.batch.preview.costs) == 1000


def test_without_a_run_there_is_nothing_to_open(frozen: FrozenStore) -> None:
    assert "press One Mini-batch" in frozen.why_no_next
    assert "Open the run's next mini-batch first" in frozen.why_no_commit
    frozen.open_next()
    assert not frozen.is_open


def test_what_was_changed_in_an_example_by_hand_waits_until_it_is_left(
    qtbot: QtBot, workspace: Workspace, frozen: FrozenStore
) -> None:
    workspace.examples.show(Subset.SAMPLES, int(epoch_order(0, 0, 7)[4]))  # one of the next
    pixel = adjustables_of(workspace.spec, NodeRef(0, 1))[0]
    workspace.what_if.set_value(pixel, 7.0)
    pause(qtbot, workspace)
    frozen.open_next()

    assert frozen.trace.inputs.max() <= 1
    assert workspace.what_if.edits == ()
    assert not workspace.what_if.example_is_edited
    frozen.leave()
    assert workspace.stepper.trace.inputs[0, 1] == 7
    assert workspace.what_if.example_is_edited


@pytest.mark.parametrize("past", [False, True])
def test_other_parameters_leave_it_and_equal_ones_do_not(
    qtbot: QtBot, workspace: Workspace, frozen: FrozenStore, past: bool
) -> None:
    pause(qtbot, workspace)
    moment, job = workspace.training.snapshot.moment, workspace.training.job
    if past:
        frozen.open_moment(job.spec, job.train, moment)
    else:
        frozen.open_next()

    workspace.take_parameters(moment.parameters)
    stayed = frozen.is_open
    workspace.take_parameters(job.parameters)

    assert (stayed, frozen.is_open) == (True, False)
    np.testing.assert_array_equal(
        workspace.stepper.trace.before.weights[0], job.parameters.weights[0]
    )


def test_the_best_epoch_s_weights_are_kept_and_the_last_good_ones_are_stepped(
    qtbot: QtBot, workspace: Workspace, frozen: FrozenStore
) -> None:
    workspace.set_config(
        replace(
            workspace.config, validation_size=2, keep_best=True, l2=300.0, dropout=0.0,
            learning_rate=1.0, epochs=500, optimizer=Optimizer("sgd"),
            schedule=Schedule("constant"),
        )
    )  # fmt: skip

    outcome = finish(qtbot, workspace)

    assert outcome.kept_best
    assert outcome.diverged.epoch > 0
    np.testing.assert_array_equal(
        frozen.trace.before.weights[0], outcome.diverged.parameters.weights[0]
    )
    np.testing.assert_array_equal(
        workspace.state.parameters.weights[0], outcome.best.parameters.weights[0]
    )
    assert len(frozen.batch.train) == 5


def test_the_second_canvas_updates_like_the_run(
    qtbot: QtBot, workspace: Workspace, frozen: FrozenStore
) -> None:
    pause(qtbot, workspace)
    frozen.open_next()
    second, first = workspace.second_pass, frozen.trace

    second.set_open(True)
    other = second.shown.trace
    second.follow_first(True)
    same = second.shown.trace

    assert other.settings == same.settings == first.settings
    assert other.state.steps == first.state.steps == 1
    assert other.forward.masks == ()
    np.testing.assert_array_equal(same.after.weights[0], first.after.weights[0])
    assert second.indices.tolist() == workspace.examples.indices.tolist()
    second.show_weights(Weights.START)
    assert second.shown.trace.state.steps == 0


def test_another_moment_leaves_it_even_where_no_weight_differs(
    qtbot: QtBot, workspace: Workspace
) -> None:
    workspace.open_preset("xor-2-2-1")  # solved: its gradients are zero
    frozen, travel = workspace.frozen, workspace.travel
    pause(qtbot, workspace, 3)
    frozen.open_next()

    travel.go_to_start()
    assert travel.shown is not None
    assert not frozen.is_open

    travel.step_here()
    assert frozen.origin is Origin.PAST
    travel.go_on()
    assert not frozen.is_open

    travel.step_here()
    assert frozen.is_open
    travel.return_to_now()
    assert not frozen.is_open


def test_who_goes_into_the_past_meanwhile_does_not_find_the_next_one_open(
    qtbot: QtBot, workspace: Workspace
) -> None:
    # So long that the run cannot end between the two lines that let it go on and pause it.
    workspace.set_config(replace(workspace.config, epochs=1_000_000))
    pause(qtbot, workspace, 3)
    workspace.training.resume()

    workspace.frozen.open_next()
    workspace.travel.go_to_start()
    wait(qtbot, workspace, PAUSED)

    assert workspace.travel.shown is not None
    assert not workspace.frozen.is_open


def test_undo_shows_the_example_from_before_the_mini_batch(
    qtbot: QtBot, workspace: Workspace, frozen: FrozenStore
) -> None:
    workspace.examples.show(Subset.SAMPLES, 5)
    pause(qtbot, workspace)
    frozen.open_next()

    workspace.open_preset("primer-2-3-2")
    workspace.undo()

    assert workspace.examples.indices.tolist() == [5]
