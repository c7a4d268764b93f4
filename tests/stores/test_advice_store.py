"""Advice on real runs of the window's own kind: steady, dismissible, applied with one call."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QTimer

from nnviz.engine.network import NetworkSpec
from nnviz.engine.wording import Severity
from nnviz.stores import advice_store
from nnviz.stores.epoch_axis import EpochAxis, RunSegment
from nnviz.stores.training_store import TrainingState
from nnviz.training.advice import Advice, Illness
from nnviz.training.config import TrainingConfig
from nnviz.training.run_record import RunRecord


@pytest.fixture
def digit_workspace(qtbot, workspace, digits):
    """A 784-10 network with 60 random pictures to train on and 40 to test: to learn by heart."""
    with qtbot.waitSignal(workspace.problem, timeout=5_000):
        workspace.open_preset("mnist-784-10")
    workspace.examples.set_mnist(digits)
    spec = NetworkSpec((784, 20, 10), ("sigmoid", "sigmoid"))
    config = TrainingConfig(epochs=80, learning_rate=1.0, train_size=60)
    workspace.new_network(spec, "xavier", config)
    workspace.advice.watch()
    yield workspace
    workspace.advice.unwatch()


def train_to_the_end(qtbot, workspace) -> None:
    with qtbot.waitSignal(workspace.training.run_finished, timeout=20_000):
        workspace.run.start()


def advised(qtbot, workspace) -> Advice:
    train_to_the_end(qtbot, workspace)
    qtbot.waitUntil(lambda: bool(workspace.advice.advice), timeout=10_000)
    return workspace.advice.advice[0]


def test_random_labels_are_learned_by_heart(qtbot, digit_workspace):
    advice = advised(qtbot, digit_workspace)

    assert advice.illness is Illness.OVERFITTING
    report = digit_workspace.training.history.reports[-1]
    assert f"{100 * report.test_accuracy:.1f} % of the test examples" in advice.sentence


def test_a_live_remedy_changes_the_hyperparameters_alone(qtbot, digit_workspace):
    advice = advised(qtbot, digit_workspace)
    (remedy,) = (each for each in advice.remedies if "L2" in each.label)
    before = digit_workspace.state
    # What was chosen meanwhile stays.
    digit_workspace.set_config(replace(digit_workspace.config, epochs=7))

    digit_workspace.advice.apply(advice, remedy)

    assert digit_workspace.config == replace(before.config, epochs=7, l2=0.006)
    assert digit_workspace.state.parameters is before.parameters
    assert advice.illness not in {each.illness for each in digit_workspace.advice.advice}


def test_a_remedy_with_new_weights_starts_again_and_can_be_undone(qtbot, digit_workspace):
    advice = advised(qtbot, digit_workspace)
    recipe = replace(
        advice.remedies[0].recipe,
        spec=NetworkSpec((784, 20, 10), ("relu", "softmax"), "categorical_cross_entropy"),
        initialiser="he",
    )
    trained = digit_workspace.state

    with qtbot.waitSignal(digit_workspace.training.run_finished, timeout=20_000):
        digit_workspace.advice.apply(
            advice, replace(advice.remedies[0], recipe=recipe, new_weights=True)
        )
        assert digit_workspace.training.state is TrainingState.RUNNING
        assert digit_workspace.spec == recipe.spec
        assert digit_workspace.state.initialiser == "he"
        assert digit_workspace.advice.advice == ()
    digit_workspace.undo()  # the run
    digit_workspace.undo()  # the network

    assert digit_workspace.spec == trained.spec
    assert digit_workspace.state.parameters is trained.parameters


def test_what_is_dismissed_stays_away_until_the_curves_start_anew(qtbot, digit_workspace):
    advice = advised(qtbot, digit_workspace)

    digit_workspace.advice.dismiss(advice.illness)
    assert digit_workspace.advice.advice == ()
    with qtbot.waitSignal(digit_workspace.health.changed, timeout=5_000):
        digit_workspace.parameters_changed.emit(digit_workspace.state.parameters)
    assert digit_workspace.advice.advice == ()

    digit_workspace.reset_parameters()
    assert advised(qtbot, digit_workspace).illness is advice.illness


def test_a_run_that_grew_beyond_all_numbers(qtbot, digit_workspace):
    spec = NetworkSpec((784, 20, 10), ("relu", "identity"))
    digit_workspace.new_network(
        spec, "he", replace(digit_workspace.config, learning_rate=1_000.0)
    )  # fmt: skip

    advice = advised(qtbot, digit_workspace)

    assert advice.illness is Illness.DIVERGED
    assert advice.severity is Severity.ERROR
    digit_workspace.advice.apply(advice, advice.remedies[0])
    assert digit_workspace.config.learning_rate == 3.0
    assert digit_workspace.training.is_active
    digit_workspace.training.stop()
    qtbot.waitUntil(lambda: not digit_workspace.training.is_active, timeout=5_000)


def test_nobody_reads_it_nothing_is_judged(qtbot, digit_workspace):
    digit_workspace.advice.unwatch()

    train_to_the_end(qtbot, digit_workspace)

    assert digit_workspace.advice.advice == ()
    assert not digit_workspace.health.is_busy


def test_while_a_run_trains_advice_does_not_flicker(qtbot, digit_workspace, monkeypatch):
    told = Advice(Illness.RATE_TOO_LOW, Severity.WARNING, "Too low.", "", ())
    other = Advice(Illness.DEAD_RELUS, Severity.WARNING, "Dead.", "", ())
    found = iter([(told,), (), (told,), (told,), (other,), (told,), (), (), ()])
    shown = []

    def advise(_: object) -> tuple[Advice, ...]:
        shown.append(tuple(each.illness for each in digit_workspace.advice.advice))
        return next(found, ())

    monkeypatch.setattr(advice_store, "advise", advise)
    monkeypatch.setattr(advice_store, "INTERVAL_MS", 5)
    digit_workspace.set_config(replace(digit_workspace.config, epochs=1_000_000))
    digit_workspace.run.start()
    qtbot.waitUntil(lambda: len(shown) > 9, timeout=20_000)
    digit_workspace.training.stop()
    qtbot.waitUntil(lambda: not digit_workspace.training.is_active, timeout=5_000)

    low = (Illness.RATE_TOO_LOW,)
    # What was shown before each judgement: it appears after two in a row, and goes after two.
    assert shown[:10] == [(), (), (), (), low, low, low, low, (), ()]


def test_a_change_of_the_run_makes_the_evidence_new(qtbot, digit_workspace, monkeypatch):
    seen = []
    monkeypatch.setattr(advice_store, "advise", lambda evidence: seen.append(evidence) or ())
    monkeypatch.setattr(advice_store, "INTERVAL_MS", 5)
    digit_workspace.set_config(replace(digit_workspace.config, epochs=1_000_000))
    digit_workspace.run.start()
    qtbot.waitUntil(lambda: bool(seen) and len(seen[-1].costs) > 50, timeout=10_000)

    digit_workspace.set_config(replace(digit_workspace.config, learning_rate=0.5))
    qtbot.waitUntil(
        lambda: (
            bool(digit_workspace.training.history.marks)
            and seen[-1].recipe.config.learning_rate == 0.5
            and len(seen[-1].costs) < seen[-1].mini_batches
        ),
        timeout=10_000,
    )
    digit_workspace.training.stop()
    qtbot.waitUntil(lambda: not digit_workspace.training.is_active, timeout=5_000)

    mark = digit_workspace.training.history.marks[-1].mini_batch
    assert len(seen[-1].costs) == seen[-1].mini_batches - mark
    ends = [
        digit_workspace.training.epoch_axis.epoch_end(1, each.epoch) for each in seen[-1].reports
    ]
    assert all(end > mark for end in ends)


def test_nothing_is_said_of_curves_of_a_run_that_has_not_gone_on_yet(qtbot, workspace):
    train_to_the_end(qtbot, workspace)
    training = workspace.training
    others = EpochAxis((RunSegment(training.job.run + 7, 0, 4),))
    workspace.advice.watch()
    training.restore(training.history, others, RunRecord())

    with qtbot.waitCallback() as judged:
        QTimer.singleShot(1, judged)

    assert workspace.advice.advice == ()
    workspace.advice.unwatch()
