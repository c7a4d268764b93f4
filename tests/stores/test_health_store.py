"""The looks beside the window: by real threads, only while somebody watches, newest wins."""

import threading
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QElapsedTimer

from nnviz.stores import health_store
from nnviz.stores.training_store import TrainingState
from nnviz.training.config import TrainingConfig


def health_threads() -> list[threading.Thread]:
    return [each for each in threading.enumerate() if each.name == "nnviz-health"]


@pytest.fixture
def digit_workspace(qtbot, workspace, digits):
    """A 784-10 network with 60 random pictures to train on and 40 to test."""
    with qtbot.waitSignal(workspace.problem, timeout=5_000):
        workspace.open_preset("mnist-784-10")
    workspace.examples.set_mnist(digits)
    yield workspace
    workspace.health.unwatch("test")


def look(qtbot, workspace, **wishes) -> None:
    with qtbot.waitSignal(workspace.health.changed, timeout=5_000):
        workspace.health.watch("test", **wishes)


def test_nobody_watches_nothing_is_looked_at(qtbot, digit_workspace):
    digit_workspace.parameters_changed.emit(digit_workspace.state.parameters)

    assert not digit_workspace.health.is_busy
    assert digit_workspace.health.check_up is None


def test_a_network_that_stands_still_is_looked_at(qtbot, digit_workspace):
    look(qtbot, digit_workspace, layers=True, classes=True)

    health = digit_workspace.health
    weights = digit_workspace.state.parameters.weights[0]
    assert health.check_up.layers[0].weight_norm == pytest.approx(np.linalg.norm(weights))
    assert health.classes.of == 40
    assert health.classes.names == tuple("0123456789")
    assert len(health.points) == 1


def test_classes_alone_leave_the_layers_alone(qtbot, digit_workspace):
    look(qtbot, digit_workspace, classes=True)

    assert digit_workspace.health.check_up is None
    assert digit_workspace.health.classes is not None


def test_own_samples_without_classes_have_layers_only(qtbot, workspace):
    look(qtbot, workspace, layers=True, classes=True)

    assert workspace.health.classes is None
    assert len(workspace.health.check_up.layers) == 2
    workspace.health.unwatch("test")


def test_while_a_run_trains_the_newest_parameters_are_looked_at(qtbot, digit_workspace):
    health = digit_workspace.health
    digit_workspace.set_config(TrainingConfig(epochs=1_000_000, train_size=60))
    look(qtbot, digit_workspace, layers=True)
    first = health.check_up

    digit_workspace.run.start()
    qtbot.waitUntil(lambda: health.check_up.subject.mini_batches > 0, timeout=5_000)
    second = health.check_up
    qtbot.waitUntil(lambda: health.check_up is not second, timeout=5_000)

    assert first.subject.mini_batches == 0
    assert health.check_up.subject.mini_batches > second.subject.mini_batches
    assert health.check_up.subject.run == digit_workspace.training.job.run
    numbers = [point.mini_batches for point in health.points]
    assert numbers == sorted(set(numbers))
    assert len(numbers) >= 3
    digit_workspace.training.stop()
    qtbot.waitUntil(lambda: not digit_workspace.training.is_active, timeout=5_000)


def test_looks_keep_their_distance(qtbot, digit_workspace):
    health, clock = digit_workspace.health, QElapsedTimer()
    look(qtbot, digit_workspace, layers=True)
    clock.start()

    with qtbot.waitSignal(health.changed, timeout=5_000):
        digit_workspace.parameters_changed.emit(digit_workspace.state.parameters)

    assert clock.elapsed() > health_store.INTERVAL_MS / 2


def test_what_was_asked_of_another_network_is_dropped(qtbot, digit_workspace):
    health, looks = digit_workspace.health, []
    health.changed.connect(lambda: looks.append(health.check_up))
    health.watch("test", layers=True)
    qtbot.waitUntil(lambda: bool(health_threads()) or health.check_up is not None, timeout=5_000)

    digit_workspace.open_preset("xor-2-2-1")
    qtbot.waitUntil(lambda: health.check_up is not None, timeout=5_000)

    after = looks[looks.index(None) + 1 :]
    assert {str(each.subject.spec) for each in after if each is not None} == {"2-2-1"}


def test_new_curves_begin_with_an_empty_course(qtbot, digit_workspace):
    look(qtbot, digit_workspace, layers=True)

    digit_workspace.reset_parameters()

    assert digit_workspace.health.points == ()
    assert digit_workspace.health.check_up is None


def test_who_looks_away_waits_for_the_thread(qtbot, digit_workspace):
    health = digit_workspace.health
    health.watch("test", layers=True)
    health.watch("other", classes=True)
    qtbot.waitUntil(lambda: bool(health_threads()) or health.check_up is not None, timeout=5_000)

    health.unwatch("test")
    assert health.is_busy or health.classes is not None, "somebody is left"
    health.unwatch("other")

    assert health_threads() == []
    assert not health.is_busy


def test_a_picture_does_not_wait_for_a_thread(qtbot, digit_workspace):
    digit_workspace.health.watch("test", layers=True, classes=True)

    digit_workspace.health.finish()

    assert digit_workspace.health.check_up is not None
    assert digit_workspace.health.classes is not None
    assert health_threads() == []


def test_the_rate_is_that_of_the_schedule(qtbot, digit_workspace):
    config = digit_workspace.config
    digit_workspace.set_config(replace(config, learning_rate=0.25))
    look(qtbot, digit_workspace, layers=True)

    assert digit_workspace.health.check_up.subject.rate == 0.25
    assert digit_workspace.health.check_up.step_span == 0


def test_a_moment_of_the_past_is_no_point_at_the_end_of_the_course(qtbot, workspace):
    health, travel = workspace.health, workspace.travel
    workspace.run.start()
    qtbot.waitUntil(lambda: not workspace.training.is_active)
    look(qtbot, workspace, layers=True)
    now = health.points

    travel.go_to_start()
    qtbot.waitUntil(lambda: health.check_up.subject.mini_batches == 0)
    assert health.points == now

    travel.return_to_now()
    qtbot.waitUntil(lambda: health.check_up.subject.mini_batches == 20)
    assert health.points == now
    workspace.health.unwatch("test")


def test_looking_back_while_a_run_is_paused_the_network_of_then_is_looked_at(
    qtbot, digit_workspace
):
    health, training = digit_workspace.health, digit_workspace.training
    digit_workspace.set_config(TrainingConfig(epochs=1_000_000, train_size=60))
    look(qtbot, digit_workspace, layers=True)
    digit_workspace.run.start()
    qtbot.waitUntil(lambda: health.check_up.subject.mini_batches > 0, timeout=5_000)
    training.pause()
    qtbot.waitUntil(lambda: training.state is TrainingState.PAUSED, timeout=5_000)
    health.finish()
    now, course = health.check_up, health.points

    digit_workspace.travel.go_to_start()
    qtbot.waitUntil(lambda: health.check_up is not now, timeout=5_000)
    health.finish()
    then, course_then = health.check_up, health.points

    start = digit_workspace.travel.shown.moment.parameters
    np.testing.assert_array_equal(then.subject.parameters.weights[0], start.weights[0])
    assert not np.array_equal(now.subject.parameters.weights[0], start.weights[0])
    assert course_then == course, "the course is that of the run"
    training.stop()
    qtbot.waitUntil(lambda: training.state is TrainingState.IDLE, timeout=5_000)
