"""Both games through their stores: questions, counts, rounds, and what they never touch."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from nnviz.stores.bug_store import NEXT_PASS_HELD, BugRound, BugStore
from nnviz.stores.challenge_store import ChallengeStore
from nnviz.stores.prediction_store import PredictionStore
from nnviz.stores.workspace import Workspace
from nnviz.trace.layer_check import compare_one
from nnviz.trace.mistakes import Mistake
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import NodeRef
from nnviz.trace.steps import Granularity


@pytest.fixture
def primer(workspace: Workspace) -> Iterator[Workspace]:
    """The primer's 2-3-2 network, before the first step."""
    workspace.open_preset("primer-2-3-2")
    yield workspace
    workspace.stepper.stop()


@pytest.fixture
def predict(primer: Workspace) -> PredictionStore:
    """Predict is on, and asks for ∂C/∂b of neuron 1 in layer 1."""
    stepper = primer.stepper
    stepper.set_granularity(Granularity.OPERATION)
    stepper.move_to(9)  # all but ∂C/∂b of layer 1, its ∂C/∂w and the update
    primer.selection.select(NodeRef(1, 1))
    primer.challenges.prediction.toggle()
    return primer.challenges.prediction


@pytest.fixture
def bug(primer: Workspace) -> BugStore:
    return primer.challenges.bug


def wrong_guess(bug: BugStore) -> Mistake:
    return next(each for each in bug.choices() if each is not bug.mistake)


def test_the_question_is_the_selections(primer: Workspace, predict: PredictionStore) -> None:
    question, trace = predict.question, primer.stepper.trace

    assert question is not None
    assert trace is not None
    assert (question.quantity, question.ref) == (Quantity.BIAS_GRADIENT, NodeRef(1, 1))
    assert question.value == pytest.approx(
        compare_one(trace, Quantity.BIAS_GRADIENT, NodeRef(1, 1)).numeric
    )


def test_a_right_sign_counts_and_does_the_step(primer: Workspace, predict: PredictionStore) -> None:
    predict.answer_sign(-1)

    verdict = predict.verdict
    assert verdict is not None
    assert verdict.right
    assert (predict.right_count, predict.answer_count, predict.streak) == (1, 1, 1)
    assert primer.stepper.timeline.position == 10


def test_a_wrong_answer_ends_the_streak(predict: PredictionStore) -> None:
    predict.answer_sign(-1)

    predict.answer_value(1e6)

    assert (predict.right_count, predict.answer_count, predict.streak) == (1, 2, 0)


def test_a_step_without_an_answer_is_a_skip(primer: Workspace, predict: PredictionStore) -> None:
    primer.stepper.step_forward()

    assert predict.verdict is None
    assert (predict.right_count, predict.answer_count) == (0, 0)
    assert predict.question is not None
    assert predict.question.quantity is Quantity.WEIGHT_GRADIENT


def test_going_back_asks_again(primer: Workspace, predict: PredictionStore) -> None:
    asked = predict.question
    predict.answer_sign(-1)

    primer.stepper.step_back()

    assert predict.question == asked
    assert predict.verdict is None
    assert predict.answer_count == 1


def test_at_the_end_nothing_is_asked(primer: Workspace, predict: PredictionStore) -> None:
    primer.stepper.to_end()

    assert predict.question is None
    predict.answer_value(1.0)
    assert predict.answer_count == 0


def test_a_sign_is_no_answer_where_only_the_value_is_asked_for(
    primer: Workspace, predict: PredictionStore
) -> None:
    primer.stepper.move_to(4)

    predict.answer_sign(1)

    assert predict.question is not None
    assert predict.question.quantity is Quantity.COST
    assert predict.answer_count == 0


def test_reset_forgets_the_counts(predict: PredictionStore) -> None:
    predict.answer_sign(-1)

    predict.reset()

    assert (predict.right_count, predict.answer_count, predict.streak) == (0, 0, 0)


def test_switched_off_it_asks_nothing_and_keeps_the_counts(predict: PredictionStore) -> None:
    predict.answer_sign(-1)

    predict.toggle()

    assert predict.question is None
    assert predict.right_count == 1


def test_a_mistaken_pass_is_not_to_be_predicted(bug: BugStore, predict: PredictionStore) -> None:
    bug.run(Mistake.TARGET_SWAPPED)

    assert predict.question is None

    bug.back_to_right_pass()
    assert predict.question is not None


def test_another_pass_keeps_the_question_that_was_drawn(
    primer: Workspace, predict: PredictionStore
) -> None:
    primer.selection.select(None)
    assert predict.question is not None
    ref = predict.question.ref

    primer.reset_parameters()  # begins at the start
    primer.stepper.move_to(9)
    drawn = predict.question
    primer.stepper.show(primer.stepper.trace)

    assert ref is not None
    assert predict.question == drawn


def test_the_drawn_question_follows_from_the_generator(primer: Workspace) -> None:
    def asked(seed: int) -> list[object]:
        primer.stepper.to_start()
        stores = ChallengeStore(primer.stepper, primer.selection, rng=np.random.default_rng(seed))
        stores.prediction.toggle()
        refs: list[object] = []
        for position in range(6):
            primer.stepper.move_to(position)
            question = stores.prediction.question
            refs.append(None if question is None else question.ref)
        return refs

    assert asked(1) == asked(1)
    assert len({str(asked(seed)) for seed in range(8)}) > 1


def test_a_named_mistake_changes_the_pass_and_nothing_else(
    primer: Workspace, bug: BugStore
) -> None:
    state, undo = primer.state, primer.history.undo_text
    right = primer.stepper.trace

    bug.run(Mistake.GRADIENT_ASCENT)

    trace = primer.stepper.trace
    assert trace is not None
    assert right is not None
    assert trace.mistake is Mistake.GRADIENT_ASCENT
    assert trace.cost_after > trace.cost == right.cost
    assert primer.state is state
    assert primer.history.undo_text == undo
    assert bug.round is BugRound.NAMED


def test_back_to_the_right_pass_is_the_pass_that_was(primer: Workspace, bug: BugStore) -> None:
    primer.stepper.move_to(5)
    right = primer.stepper.trace
    bug.run(Mistake.BIAS_FORGOTTEN)

    bug.back_to_right_pass()

    trace = primer.stepper.trace
    assert trace is not None
    assert right is not None
    assert (trace.mistake, trace.cost_after) == (None, right.cost_after)
    assert primer.stepper.timeline.position == 5
    assert (bug.round, bug.played_count) == (BugRound.NONE, 0)


def test_next_pass_does_not_keep_what_a_mistake_computed(
    primer: Workspace, bug: BugStore, qtbot: QtBot
) -> None:
    bug.run(Mistake.GRADIENT_ASCENT)
    primer.stepper.to_end()
    parameters = primer.state.parameters

    with qtbot.waitSignal(primer.problem) as said:
        primer.next_pass()

    assert said.args == [NEXT_PASS_HELD]
    assert primer.state.parameters is parameters


def test_a_surprise_is_hidden_and_changes_a_number(primer: Workspace, bug: BugStore) -> None:
    bug.surprise()

    assert bug.is_hidden
    assert bug.mistake in bug.choices()
    assert bug.first_bite() is not None


def test_naming_the_hidden_mistake_counts(bug: BugStore) -> None:
    bug.surprise()
    wrong = wrong_guess(bug)

    bug.guess(wrong)
    bug.guess(wrong)
    assert (bug.is_hidden, bug.guesses, bug.played_count) == (True, (wrong,), 0)

    assert bug.mistake is not None
    bug.guess(bug.mistake)
    assert (bug.round, bug.found_count, bug.played_count) == (BugRound.FOUND, 1, 1)


def test_giving_up_and_going_back_count_as_not_found(bug: BugStore) -> None:
    bug.surprise()
    bug.give_up()
    assert bug.round is BugRound.GIVEN_UP

    bug.surprise()
    bug.back_to_right_pass()

    assert (bug.round, bug.found_count, bug.played_count) == (BugRound.NONE, 0, 2)


def test_another_network_ends_the_mistake_without_counting(
    primer: Workspace, bug: BugStore
) -> None:
    bug.surprise()

    primer.open_preset("mazur-2-2-2")

    assert (bug.round, bug.mistake, bug.played_count) == (BugRound.NONE, None, 0)
    assert primer.stepper.trace is not None
    assert primer.stepper.trace.mistake is None


def test_another_example_is_run_with_the_same_mistake(workspace: Workspace) -> None:
    workspace.challenges.bug.run(Mistake.TARGET_SWAPPED)

    workspace.examples.move(1)

    assert workspace.stepper.trace is not None
    assert workspace.stepper.trace.mistake is Mistake.TARGET_SWAPPED


def test_training_learns_from_right_passes(workspace: Workspace, qtbot: QtBot) -> None:
    workspace.challenges.bug.run(Mistake.GRADIENT_ASCENT)
    finished = QSignalSpy(workspace.training.run_finished)

    workspace.run.start()
    qtbot.waitUntil(lambda: finished.count() == 1, timeout=10_000)
    trained = workspace.state.parameters
    workspace.undo()
    workspace.challenges.bug.back_to_right_pass()
    with qtbot.waitSignal(workspace.training.run_finished, timeout=10_000):
        workspace.run.start()

    for one, other in zip(trained.weights, workspace.state.parameters.weights, strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_update_check_waits_for_the_update(primer: Workspace, bug: BugStore) -> None:
    bug.run(Mistake.BIAS_NOT_UPDATED)
    assert bug.update_check() is None

    primer.stepper.to_end()

    check = bug.update_check()
    assert check is not None
    assert check.error == 1
    assert check.quantity is Quantity.BIAS_AFTER


def test_begun_is_told_once_per_challenge(primer: Workspace) -> None:
    begun = QSignalSpy(primer.challenges.begun)

    primer.challenges.prediction.toggle()
    primer.stepper.move_to(3)
    primer.challenges.bug.surprise()

    assert begun.count() == 2
