from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from nnviz.presets.presets import preset_named
from nnviz.stores.network_state import NetworkState
from nnviz.stores.stepper_store import StepperStore
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.steps import Granularity, Phase, StepKind
from nnviz.trace.timeline import Timeline


def trace_of(preset: str, learning_rate: float = 0.5) -> PassTrace:
    state = NetworkState.of_preset(preset_named(preset))
    assert state.samples is not None
    settings = replace(state.pass_settings, learning_rate=learning_rate)
    x, y = state.samples.train.inputs_at(slice(0, 1)), state.samples.train.targets_at(slice(0, 1))
    return PassTrace.record(state.spec, state.parameters, x[0], y[0], settings)


@pytest.fixture
def stepper(qtbot: QtBot) -> StepperStore:
    store = StepperStore()
    store.show(trace_of("primer-2-3-2"))
    return store


def test_forward_and_back_return_to_the_same_step(stepper: StepperStore) -> None:
    stepper.step_forward()
    stepper.step_forward()

    stepper.step_back()

    assert stepper.timeline.position == 0


def test_the_ends_are_reached_and_not_left(stepper: StepperStore) -> None:
    stepper.to_end()
    stepper.step_forward()
    end = stepper.timeline.position
    stepper.to_start()
    stepper.step_back()

    assert end == len(stepper.timeline.steps) - 1
    assert stepper.timeline.position == -1


def test_next_phase_goes_to_the_end_of_the_forward_pass(stepper: StepperStore) -> None:
    stepper.to_next_phase()
    stepper.to_next_phase()

    current = stepper.timeline.current
    assert current is not None
    assert current.phase is Phase.FORWARD
    assert stepper.timeline.forward().current is not None
    assert stepper.timeline.forward().current.phase is Phase.COST  # type: ignore[union-attr]


def test_other_numbers_for_the_same_layers_keep_the_moment(stepper: StepperStore) -> None:
    stepper.move_to(3)

    stepper.show(trace_of("primer-2-3-2", learning_rate=1))

    assert stepper.timeline.position == 3


def test_other_layers_begin_anew(stepper: StepperStore) -> None:
    stepper.move_to(3)

    stepper.show(trace_of("primer-1-1-1"))

    assert stepper.timeline.position == -1


def test_while_locked_nothing_moves_and_nothing_plays(stepper: StepperStore) -> None:
    stepper.show(trace_of("primer-2-3-2"), locked=True)

    stepper.step_forward()
    stepper.toggle_playing()

    assert stepper.timeline.position == -1
    assert not stepper.playing


def test_finer_steps_stay_at_the_same_moment(stepper: StepperStore) -> None:
    stepper.to_next_phase()
    stepper.to_next_phase()
    before = stepper.timeline.current
    changes: list[Timeline] = []
    stepper.timeline_changed.connect(changes.append)

    stepper.set_granularity(Granularity.OPERATION)

    after = stepper.timeline.current
    assert len(changes) == 1
    assert before is not None
    assert after is not None
    assert (after.phase, after.layer) == (before.phase, before.layer)


def test_playing_ends_at_the_end(qtbot: QtBot, stepper: StepperStore) -> None:
    stepper.move_to(len(stepper.timeline.steps) - 2)
    stepper.toggle_playing()

    with qtbot.waitSignal(stepper.playing_changed, timeout=3_000) as ended:
        pass

    assert ended.args == [False]
    assert stepper.timeline.at_end


def test_stepping_back_ends_play_mode(stepper: StepperStore) -> None:
    stepper.step_forward()
    stepper.toggle_playing()

    stepper.step_back()

    assert not stepper.playing


def test_a_rewind_is_no_movement_of_the_user(stepper: StepperStore) -> None:
    moves: list[int] = []
    stepper.moved_by_user.connect(lambda: moves.append(stepper.timeline.position))

    stepper.step_forward()
    stepper.rewind()

    assert moves == [0]
    assert stepper.timeline.position == -1


def test_a_run_that_starts_before_the_first_step_shows_the_answer(stepper: StepperStore) -> None:
    stepper.show_answer()

    assert stepper.timeline.current is not None
    assert stepper.timeline.current.kind is StepKind.COST


def test_a_run_that_starts_later_leaves_the_position(stepper: StepperStore) -> None:
    stepper.move_to(1)

    stepper.show_answer()

    assert stepper.timeline.position == 1
