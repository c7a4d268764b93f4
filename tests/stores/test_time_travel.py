from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnviz.datasets.mnist import Mnist
from nnviz.engine.network import Parameters
from nnviz.engine.optimizers import Optimizer
from nnviz.stores.training_store import TrainingState
from nnviz.stores.workspace import Workspace
from nnviz.trace.refs import EdgeRef
from nnviz.trace.what_if import Adjustable, Kind
from nnviz.training.run_record import KeptMoment

IDLE, RUNNING, PAUSED = TrainingState.IDLE, TrainingState.RUNNING, TrainingState.PAUSED


def wait_for(qtbot: QtBot, workspace: Workspace, state: TrainingState) -> None:
    qtbot.waitUntil(lambda: workspace.training.state is state, timeout=10_000)


def train(qtbot: QtBot, workspace: Workspace) -> None:
    workspace.run.start_or_pause()
    wait_for(qtbot, workspace, IDLE)


def moment_at(workspace: Workspace, place: int) -> KeptMoment:
    return next(each for each in workspace.travel.moments if each.place == place)


def flat(parameters: Parameters) -> list[float]:
    arrays = (*parameters.weights, *parameters.biases)
    return np.concatenate([array.ravel() for array in arrays]).astype(np.float32).tolist()


def shown(workspace: Workspace) -> list[float]:
    """The weights and biases of the pass that all views show."""
    assert workspace.stepper.trace is not None
    return flat(workspace.stepper.trace.before)


@pytest.fixture
def trained(qtbot: QtBot, workspace: Workspace) -> Workspace:
    """XOR after five epochs of four mini-batches, with Adam, its 21 moments kept."""
    adam = Optimizer("adam")
    workspace.set_config(replace(workspace.config, optimizer=adam, learning_rate=0.1))
    train(qtbot, workspace)
    qtbot.waitUntil(lambda: len(workspace.training.history.reports) == 5)
    return workspace


@pytest.fixture
def endless(qtbot: QtBot, workspace: Workspace) -> Workspace:
    """A run of XOR that is on, at a speed that lets moments be seen."""
    workspace.set_config(replace(workspace.config, epochs=1_000_000))
    workspace.training.set_speed_limit(300.0)
    workspace.run.start_or_pause()
    qtbot.waitUntil(lambda: len(workspace.training.history) > 20, timeout=10_000)
    return workspace


def test_every_mini_batch_of_a_small_run_can_be_looked_at(trained: Workspace) -> None:
    places = [each.place for each in trained.travel.moments]

    assert places == list(range(21))
    assert trained.travel.shown is None


def test_the_past_is_shown_and_now_comes_back(trained: Workspace) -> None:
    now, state = shown(trained), trained.state
    middle = moment_at(trained, 7)

    trained.travel.look_at(middle)
    past = shown(trained)
    trained.travel.return_to_now()

    assert past == flat(middle.moment.parameters) != now
    assert shown(trained) == now
    assert trained.state.parameters is state.parameters
    assert trained.history.undo_text == "Training"


def test_the_pass_of_the_past_updates_with_what_the_optimizer_remembered_then(
    trained: Workspace,
) -> None:
    middle = moment_at(trained, 7)

    trained.travel.look_at(middle)

    trace = trained.stepper.trace
    assert trace is not None
    assert trace.state is not None
    assert trace.state.steps == 7
    velocity = middle.moment.optimizer_state.moments[0].weights[0]
    np.testing.assert_array_equal(trace.state.moments[0].weights[0], velocity)


def test_moments_that_follow_each_other_quickly_are_all_views_at_last(
    qtbot: QtBot, trained: Workspace
) -> None:
    for place in (3, 9, 12):
        trained.travel.look_at(moment_at(trained, place))
    first = shown(trained)

    qtbot.waitUntil(lambda: shown(trained) != first)

    assert first == flat(moment_at(trained, 3).moment.parameters)
    assert shown(trained) == flat(moment_at(trained, 12).moment.parameters)


def test_a_canvas_that_has_time_shows_what_the_views_show_later(trained: Workspace) -> None:
    trained.travel.look_at(moment_at(trained, 3))
    trained.travel.look_at(moment_at(trained, 9))

    trained.live.renew()

    assert trained.live.trace is not None
    assert flat(trained.live.trace.before) == flat(moment_at(trained, 9).moment.parameters)


def test_back_and_on_go_from_moment_to_moment_and_end_now(trained: Workspace) -> None:
    travel = trained.travel
    visited = []
    for go in (travel.go_back, travel.go_back, travel.go_on, travel.go_on, travel.go_on):
        go()
        visited.append(None if travel.shown is None else travel.shown.place)

    assert visited == [19, 18, 19, None, None]


def test_the_first_moment_has_none_before_it(trained: Workspace) -> None:
    trained.travel.go_to_start()
    trained.travel.go_back()

    assert trained.travel.shown is trained.travel.moments[0]
    assert not trained.travel.can_go_back


def test_the_nearest_moment_is_looked_at(trained: Workspace) -> None:
    trained.travel.look_at_place(6.6)
    near = trained.travel.shown
    trained.travel.look_at_place(19.8)

    assert near is not None
    assert near.place == 7
    assert trained.travel.shown is None


def test_a_branch_without_a_change_ends_bit_for_bit_where_the_run_ended(
    qtbot: QtBot, trained: Workspace
) -> None:
    end, costs = shown(trained), trained.training.history.costs.copy()
    reports = trained.training.history.reports
    trained.travel.look_at(moment_at(trained, 6))  # in the middle of an epoch

    trained.travel.train_on()
    wait_for(qtbot, trained, IDLE)
    history = trained.training.history
    qtbot.waitUntil(lambda: len(history.reports) == 5)

    assert shown(trained) == end
    np.testing.assert_array_equal(history.costs, costs)
    assert [each.cost for each in history.reports] == pytest.approx([r.cost for r in reports])
    assert [mark.is_branch for mark in history.marks] == [True]
    axis = trained.training.epoch_axis
    assert [axis.epoch_end(each.run, each.epoch) for each in history.reports] == [4, 8, 12, 16, 20]
    assert [each.place for each in trained.travel.moments] == list(range(21))


def test_a_branch_trains_with_the_hyperparameters_of_the_panel(
    qtbot: QtBot, trained: Workspace
) -> None:
    end = shown(trained)
    trained.travel.look_at(moment_at(trained, 6))
    trained.set_config(replace(trained.config, learning_rate=0.4, mini_batch_size=2))

    trained.run.start_or_pause()
    wait_for(qtbot, trained, IDLE)

    history, axis = trained.training.history, trained.training.epoch_axis
    assert shown(trained) != end
    assert [mark.changes[0].text for mark in history.marks] == ["η 0.1 → 0.4"]
    # One mini-batch of two examples ends the second epoch; three epochs of two follow.
    assert len(history) == 6 + 1 + 3 * 2
    assert float(axis.epochs(np.array([13.0]))[0]) == 5


def test_another_optimizer_of_a_branch_begins_with_nothing_remembered(
    qtbot: QtBot, trained: Workspace
) -> None:
    trained.travel.look_at(moment_at(trained, 8))
    trained.set_config(replace(trained.config, optimizer=Optimizer("momentum")))

    trained.travel.train_on()
    wait_for(qtbot, trained, IDLE)

    start = moment_at(trained, 9).moment
    assert start.optimizer_state.steps == 1
    assert len(trained.training.history) == 20


def test_a_branch_behind_the_last_epoch_is_refused_and_the_past_stays(trained: Workspace) -> None:
    problems: list[str] = []
    trained.problem.connect(problems.append)
    trained.travel.look_at(moment_at(trained, 12))
    trained.set_config(replace(trained.config, epochs=2))

    trained.travel.train_on()

    assert "give it more epochs" in problems[-1]
    assert trained.travel.shown is not None
    assert len(trained.training.history) == 20


def test_a_branch_knows_the_best_epoch_of_the_run_before_it_and_stops_where_the_run_did(
    qtbot: QtBot, workspace: Workspace
) -> None:
    workspace.set_config(
        replace(workspace.config, epochs=60, validation_size=1, patience=3, learning_rate=0.5)
    )
    train(qtbot, workspace)
    outcome, end = workspace.training.outcome, len(workspace.training.history)
    assert outcome is not None
    assert outcome.early
    last = workspace.travel.moments[-1]
    kept = max(
        (each for each in workspace.travel.moments if each.place < last.place),
        key=lambda each: each.place,
    )
    workspace.travel.look_at(kept)

    workspace.travel.train_on()
    wait_for(qtbot, workspace, IDLE)

    again = workspace.training.outcome
    assert again is not None
    assert again.early
    assert again.best is not None
    assert outcome.best is not None
    assert again.best.epoch == outcome.best.epoch
    assert len(workspace.training.history) == end


def test_a_branch_is_a_run_of_its_own_beside_the_one_it_left(
    qtbot: QtBot, trained: Workspace
) -> None:
    trained.travel.look_at(moment_at(trained, 6))
    trained.set_config(replace(trained.config, learning_rate=0.4))

    trained.travel.train_on()
    wait_for(qtbot, trained, IDLE)

    first, branch = trained.runs.entries
    assert (branch.parent, branch.branch_mini_batch) == (first.number, 6)
    assert branch.name == "Run 2 · η 0.4"
    assert (first.shown, branch.shown) == (True, True)
    # The branch's curve is the past up to there and the new part: both begin at 0.
    assert (len(first.history), len(branch.history), branch.first_epoch) == (20, 20, 0)
    np.testing.assert_array_equal(first.history.costs[:6], branch.history.costs[:6])
    assert first.history.costs[8] != branch.history.costs[8]


def test_curves_that_are_removed_take_the_past_with_them(trained: Workspace) -> None:
    now = shown(trained)
    trained.travel.look_at(moment_at(trained, 6))

    trained.runs.remove(trained.runs.entries[0].number)

    assert trained.travel.shown is None
    assert shown(trained) == now


def test_undo_of_a_branch_comes_back_to_the_weights_of_before(
    qtbot: QtBot, trained: Workspace
) -> None:
    end = shown(trained)
    trained.travel.look_at(moment_at(trained, 6))
    trained.set_config(replace(trained.config, learning_rate=0.5))
    trained.travel.train_on()
    wait_for(qtbot, trained, IDLE)

    trained.undo()

    assert shown(trained) == end
    assert trained.travel.moments == ()


def test_a_run_that_is_on_is_not_disturbed_and_does_not_disturb(
    qtbot: QtBot, endless: Workspace
) -> None:
    early = endless.travel.moments[2]
    endless.travel.look_at(early)
    done = len(endless.training.history)

    qtbot.waitUntil(lambda: len(endless.training.history) > done + 60, timeout=10_000)

    assert shown(endless) == flat(early.moment.parameters)
    assert not endless.run.follow
    endless.travel.return_to_now()
    assert endless.run.follow
    assert shown(endless) != flat(early.moment.parameters)


def test_a_pause_and_the_end_of_a_run_leave_the_past_and_are_there_on_return(
    qtbot: QtBot, endless: Workspace
) -> None:
    early = endless.travel.moments[2]
    endless.travel.look_at(early)
    endless.run.start_or_pause()
    wait_for(qtbot, endless, PAUSED)
    in_pause = shown(endless)
    endless.training.stop()
    wait_for(qtbot, endless, IDLE)
    at_end = shown(endless)

    endless.travel.return_to_now()

    assert in_pause == at_end == flat(early.moment.parameters)
    assert shown(endless) == flat(endless.travel.moments[-1].moment.parameters)


def test_resuming_comes_back_to_now(qtbot: QtBot, endless: Workspace) -> None:
    endless.run.start_or_pause()
    wait_for(qtbot, endless, PAUSED)
    endless.travel.go_to_start()

    endless.run.start_or_pause()

    assert endless.training.state is RUNNING
    assert endless.travel.shown is None
    assert endless.run.follow


def test_a_branch_from_a_run_that_is_on_ends_it_first(qtbot: QtBot, endless: Workspace) -> None:
    early = endless.travel.moments[5]
    endless.travel.look_at(early)
    first = endless.training.job

    endless.travel.train_on()
    qtbot.waitUntil(lambda: endless.training.job is not first, timeout=10_000)
    qtbot.waitUntil(lambda: len(endless.training.history) > early.place + 8, timeout=10_000)

    job = endless.training.job
    assert job is not None
    assert job.start is not None
    assert job.start.mini_batches == early.place
    assert endless.travel.shown is None
    assert [mark.mini_batch for mark in endless.training.history.marks] == [early.place]
    assert endless.run.follow


def test_following_again_comes_back_to_now(endless: Workspace) -> None:
    endless.travel.go_to_start()

    endless.run.set_follow(True)

    assert endless.travel.shown is None


def test_a_change_by_hand_makes_the_past_the_present_and_undo_leads_back(
    trained: Workspace,
) -> None:
    now, middle = shown(trained), moment_at(trained, 7)
    trained.travel.look_at(middle)

    trained.what_if.set_value(Adjustable(Kind.WEIGHT, EdgeRef(1, 0, 0)), 2.5)
    changed = shown(trained)
    trained.undo()
    before_change = shown(trained)
    trained.undo()

    assert trained.travel.shown is None
    assert changed[0] == 2.5
    assert before_change == flat(middle.moment.parameters)
    assert shown(trained) == now


def test_next_pass_goes_on_from_the_past(trained: Workspace) -> None:
    trained.travel.look_at(moment_at(trained, 7))
    assert trained.stepper.trace is not None
    after = flat(trained.stepper.trace.after)

    trained.next_pass()

    assert trained.travel.shown is None
    assert shown(trained) == after
    assert trained.state.passes == 1


def test_the_mini_batch_that_followed_is_stepped_with_its_own_update(trained: Workspace) -> None:
    middle, after = moment_at(trained, 7), moment_at(trained, 8)
    trained.travel.look_at(middle)

    trained.travel.step_here()
    opened = trained.frozen.batch
    trace = trained.stepper.trace
    trained.travel.return_to_now()

    assert opened is not None
    assert trace is not None
    np.testing.assert_allclose(flat(trace.after), flat(after.moment.parameters), atol=1e-6)
    assert not trained.frozen.is_open
    assert trained.travel.shown is None


def test_opening_the_next_mini_batch_of_a_pause_comes_back_to_now(
    qtbot: QtBot, endless: Workspace
) -> None:
    endless.run.start_or_pause()
    wait_for(qtbot, endless, PAUSED)
    endless.travel.go_to_start()

    endless.frozen.open_next()

    assert endless.travel.shown is None
    assert endless.frozen.is_open


@pytest.mark.parametrize("leave", ["open", "reset", "undo", "clear"])
def test_whatever_else_begins_comes_back_to_now_first(trained: Workspace, leave: str) -> None:
    now = shown(trained)
    trained.travel.look_at(moment_at(trained, 7))

    if leave == "open":
        trained.open_preset("primer-2-3-2")
        trained.undo()
    elif leave == "reset":
        trained.reset_parameters()
        trained.undo()
    elif leave == "undo":
        trained.undo()
        trained.redo()
    else:
        trained.travel.return_to_now()
        trained.training.clear_history()

    assert trained.travel.shown is None
    assert shown(trained) == now


def test_saving_saves_what_is_shown(trained: Workspace, tmp_path: Path) -> None:
    middle = moment_at(trained, 7)
    trained.travel.look_at(middle)

    trained.save_network(tmp_path / "then.json")
    trained.open_network(tmp_path / "then.json")

    assert shown(trained) == flat(middle.moment.parameters)


def test_training_on_after_a_stop_adds_its_moments(qtbot: QtBot, trained: Workspace) -> None:
    train(qtbot, trained)

    assert [each.place for each in trained.travel.moments] == list(range(41))
    trained.travel.look_at(moment_at(trained, 30))
    trained.travel.train_on()
    wait_for(qtbot, trained, IDLE)
    assert len(trained.training.history) == 40
    assert float(trained.training.epoch_axis.epochs(np.array([40.0]))[0]) == 10


def test_digits_of_another_size_of_the_data_begin_the_next_epoch(
    qtbot: QtBot, workspace: Workspace, digits: Mnist
) -> None:
    workspace.open_preset("mnist-784-30-10")
    workspace.examples.set_mnist(digits)
    workspace.set_config(replace(workspace.config, epochs=2, mini_batch_size=10, train_size=60))
    train(qtbot, workspace)
    workspace.travel.look_at(moment_at(workspace, 5))
    workspace.set_config(replace(workspace.config, train_size=50))

    workspace.travel.train_on()
    wait_for(qtbot, workspace, IDLE)

    assert len(workspace.training.history) == 5 + 5


@pytest.mark.parametrize("seed", range(3))
def test_any_walk_through_the_run_leaves_the_run_alone(
    qtbot: QtBot, trained: Workspace, seed: int
) -> None:
    now = shown(trained)
    rng = np.random.default_rng(seed)
    travel = trained.travel
    acts = (
        travel.go_back, travel.go_on, travel.go_to_start, travel.return_to_now, travel.step_here,
        trained.stepper.step_forward, trained.examples.show_next, trained.live.renew,
        lambda: travel.look_at_place(float(rng.uniform(-2, 23))),
        lambda: trained.set_config(replace(trained.config, learning_rate=float(rng.uniform(0, 1)))),
        trained.comparison.begin, trained.comparison.end,
    )  # fmt: skip

    for act in rng.integers(len(acts), size=150):
        acts[act]()
    travel.return_to_now()

    assert shown(trained) == now
    assert len(trained.training.history) == 20
    assert trained.history.undo_text == "Training"
