"""Each mistake does what its name says, and shows where it should and nowhere else."""

from collections.abc import Callable

import numpy as np
import pytest

from nnviz.engine.gradient_check import numeric_gradients, relative_error
from nnviz.engine.initialisers import initialise
from nnviz.engine.network import NetworkSpec
from nnviz.engine.passes import backward_pass, forward_pass
from nnviz.presets.presets import preset_named
from nnviz.trace.differences import first_difference, right_twin, update_error
from nnviz.trace.mistaken_pass import mistaken_backward, mistaken_descend, mistaken_forward
from nnviz.trace.mistakes import Mistake, applicable_mistakes
from nnviz.trace.pass_trace import PassSettings, PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.steps import Granularity, StepKind, build_steps

MakeTrace = Callable[..., PassTrace]
EACH = pytest.mark.parametrize("mistake", Mistake, ids=lambda each: each.value)

DEEP = NetworkSpec((3, 4, 4, 2), ("sigmoid", "tanh", "sigmoid"))
HIDDEN, ALL, NONE = {1, 2}, {1, 2, 3}, set[int]()
WRONG_LAYERS = {
    Mistake.UPDATED_WEIGHTS: HIDDEN,
    Mistake.HIDDEN_DERIVATIVE_FORGOTTEN: HIDDEN,
    Mistake.OUTPUT_DERIVATIVE_FORGOTTEN: ALL,
    Mistake.DERIVATIVE_OF_ACTIVATION: ALL,
    Mistake.LAST_TERM_DROPPED: HIDDEN,
    Mistake.BIAS_FORGOTTEN: ALL,
    Mistake.NOT_TRANSPOSED: HIDDEN,
    Mistake.TARGET_SWAPPED: ALL,
    Mistake.MEAN_FORGOTTEN: ALL,
    Mistake.BIAS_NOT_UPDATED: NONE,
    Mistake.GRADIENT_ASCENT: NONE,
}
"""The layers of DEEP whose gradients central differences of the true cost contradict."""


def with_mistake(trace: PassTrace, mistake: Mistake) -> PassTrace:
    return PassTrace.record(
        trace.spec, trace.before, trace.inputs, trace.targets, trace.settings, mistake
    )


@pytest.fixture
def right(make_trace: MakeTrace) -> PassTrace:
    """A pass of three examples, so that every mistake can matter."""
    return make_trace(DEEP, seed=2, examples=3)


def mazur(mistake: Mistake | None, update_biases: bool = False) -> PassTrace:
    document = preset_named("mazur-2-2-2").document()
    settings = PassSettings(0.5, 0.0, update_biases)
    return PassTrace.record(
        document.spec, document.parameters, document.inputs, document.targets, settings, mistake
    )


def test_hidden_errors_from_updated_weights_give_the_number_that_mazur_printed() -> None:
    mistaken = mazur(Mistake.UPDATED_WEIGHTS)

    assert round(mistaken.cost_after, 9) == 0.291027924
    assert round(mazur(None).cost_after, 9) == 0.291027774


@pytest.mark.parametrize("examples", [1, 4])
def test_without_a_mistake_the_rules_are_the_engines(
    spec: NetworkSpec, make_trace: MakeTrace, examples: int
) -> None:
    trace = make_trace(spec, examples=examples, decay=0.1)
    settings = trace.settings

    forward = mistaken_forward(None, spec, trace.before, trace.inputs)
    backward = mistaken_backward(None, spec, trace.before, forward, trace.targets, settings)
    after = mistaken_descend(None, trace.before, backward.gradients, settings)

    expected = backward_pass(
        spec, trace.before, forward_pass(spec, trace.before, trace.inputs), trace.targets, 0.1
    )
    for name in ("activation_gradients", "deltas"):
        for one, other in zip(getattr(backward, name), getattr(expected, name), strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-13, atol=1e-16)
    for one, other in zip(after.weights + after.biases, trace.after.weights + trace.after.biases,
                          strict=True):  # fmt: skip
        np.testing.assert_allclose(one, other, rtol=1e-13, atol=1e-16)
    assert backward.cost == expected.cost


@EACH
def test_a_mistake_that_applies_changes_a_number(
    spec: NetworkSpec, make_trace: MakeTrace, mistake: Mistake
) -> None:
    traces = [make_trace(spec, seed=seed, examples=3) for seed in range(6)]
    if not mistake.applies_to(spec, 3, traces[0].settings):
        pytest.skip("not offered for this network")
    steps = build_steps(spec, Granularity.LAYER, 3)

    found = [first_difference(each, with_mistake(each, mistake), steps) for each in traces]

    assert any(found)


@pytest.mark.parametrize(
    ("mistake", "spec", "examples", "update_biases"),
    [
        (Mistake.MEAN_FORGOTTEN, DEEP, 1, True),
        (Mistake.BIAS_NOT_UPDATED, DEEP, 1, False),
        (
            Mistake.HIDDEN_DERIVATIVE_FORGOTTEN,
            NetworkSpec((3, 2, 1), ("identity", "tanh")),
            1,
            True,
        ),
        (Mistake.DERIVATIVE_OF_ACTIVATION, NetworkSpec((3, 4, 2), ("relu", "leaky_relu")), 1, True),
        (
            Mistake.OUTPUT_DERIVATIVE_FORGOTTEN,
            NetworkSpec((3, 2), ("sigmoid",), "binary_cross_entropy"),
            1,
            True,
        ),
    ],
)
def test_where_it_does_not_apply_nothing_would_change(
    make_trace: MakeTrace, mistake: Mistake, spec: NetworkSpec, examples: int, update_biases: bool
) -> None:
    trace = make_trace(spec, examples=examples, update_biases=update_biases)

    mistaken = with_mistake(trace, mistake)

    assert mistake not in applicable_mistakes(spec, examples, trace.settings)
    assert first_difference(trace, mistaken, build_steps(spec, Granularity.LAYER, examples)) is None


@EACH
def test_only_a_bias_left_out_of_z_changes_the_cost_before_the_update(
    right: PassTrace, mistake: Mistake
) -> None:
    mistaken = with_mistake(right, mistake)

    assert (mistaken.cost == right.cost) == (mistake is not Mistake.BIAS_FORGOTTEN)
    assert mistaken.cost_after != right.cost_after


@EACH
def test_central_differences_contradict_exactly_the_layers_that_are_claimed(
    right: PassTrace, mistake: Mistake
) -> None:
    numeric = numeric_gradients(DEEP, right.before, right.inputs, right.targets)

    gradients = with_mistake(right, mistake).backward.gradients

    wrong = {
        layer
        for layer in (1, 2, 3)
        if relative_error(gradients.weights[layer - 1], numeric.weights[layer - 1]) > 1e-6
        or relative_error(gradients.biases[layer - 1], numeric.biases[layer - 1]) > 1e-6
    }
    assert wrong == WRONG_LAYERS[mistake]


@EACH
def test_the_update_check_sees_mistakes_of_the_update_and_no_others(
    right: PassTrace, mistake: Mistake
) -> None:
    errors = {Mistake.BIAS_NOT_UPDATED: 1.0, Mistake.GRADIENT_ASCENT: 2.0}

    check = update_error(with_mistake(right, mistake))

    assert check.error == pytest.approx(errors.get(mistake, 0.0), abs=1e-12)
    assert mistake.facts.update_only == (mistake in errors)


def test_the_update_check_accepts_biases_that_are_not_trained(make_trace: MakeTrace) -> None:
    trace = make_trace(DEEP, update_biases=False, decay=0.1)

    assert update_error(trace).error == 0


@pytest.mark.parametrize(
    ("mistake", "kind", "layer", "quantity"),
    [
        (Mistake.UPDATED_WEIGHTS, StepKind.ACTIVATION_GRADIENT, 2, Quantity.ACTIVATION_GRADIENT),
        (Mistake.HIDDEN_DERIVATIVE_FORGOTTEN, StepKind.BIAS_GRADIENT, 2, Quantity.BIAS_GRADIENT),
        (Mistake.OUTPUT_DERIVATIVE_FORGOTTEN, StepKind.BIAS_GRADIENT, 3, Quantity.BIAS_GRADIENT),
        (Mistake.LAST_TERM_DROPPED, StepKind.ACTIVATION_GRADIENT, 2, Quantity.ACTIVATION_GRADIENT),
        (Mistake.BIAS_FORGOTTEN, StepKind.PREACTIVATION, 1, Quantity.PREACTIVATION),
        (Mistake.NOT_TRANSPOSED, StepKind.ACTIVATION_GRADIENT, 2, Quantity.ACTIVATION_GRADIENT),
        (Mistake.TARGET_SWAPPED, StepKind.ACTIVATION_GRADIENT, 3, Quantity.ACTIVATION_GRADIENT),
        (Mistake.BIAS_NOT_UPDATED, StepKind.UPDATE, 3, Quantity.BIAS_AFTER),
        (Mistake.GRADIENT_ASCENT, StepKind.UPDATE, 3, Quantity.WEIGHT_AFTER),
    ],
)
def test_a_mistake_bites_first_in_the_step_that_makes_it(
    make_trace: MakeTrace, mistake: Mistake, kind: StepKind, layer: int, quantity: Quantity
) -> None:
    trace = make_trace(DEEP, seed=2)
    mistaken = with_mistake(trace, mistake)
    steps = build_steps(DEEP, Granularity.OPERATION)

    bite = first_difference(trace, mistaken, steps)

    assert bite is not None
    assert steps[bite.position] is bite.step
    assert (bite.step.kind, bite.step.layer, bite.quantity) == (kind, layer, quantity)
    assert bite.ref is not None
    assert bite.right == trace.value(quantity, bite.ref)
    assert bite.mistaken == mistaken.value(quantity, bite.ref)


def test_the_forgotten_mean_bites_in_the_mean_of_the_mini_batch(right: PassTrace) -> None:
    mistaken = with_mistake(right, Mistake.MEAN_FORGOTTEN)

    bite = first_difference(right, mistaken, build_steps(DEEP, Granularity.NEURON, 3))

    assert bite is not None
    assert bite.step.kind is StepKind.MEAN_GRADIENT
    assert bite.mistaken == pytest.approx(3 * bite.right)


def test_a_dropped_term_is_the_last_neurons(right: PassTrace) -> None:
    mistaken = with_mistake(right, Mistake.LAST_TERM_DROPPED)

    delta, weights = right.backward.deltas[2], right.before.weights[2]
    by_hand = [weights[0, k] * delta[0, 0] for k in range(4)]  # of two outputs only the first
    np.testing.assert_allclose(mistaken.backward.activation_gradients[2][0], by_hand, rtol=1e-14)


def test_a_square_matrix_reshaped_is_one_that_was_not_transposed(right: PassTrace) -> None:
    mistaken = with_mistake(right, Mistake.NOT_TRANSPOSED)

    delta = mistaken.backward.deltas[1][0]
    by_hand = [float(np.dot(right.before.weights[1][k], delta)) for k in range(4)]
    np.testing.assert_allclose(mistaken.backward.activation_gradients[1][0], by_hand, rtol=1e-12)


def test_ascent_goes_as_far_the_other_way(right: PassTrace) -> None:
    mistaken = with_mistake(right, Mistake.GRADIENT_ASCENT)

    for before, up, down in zip(right.before.weights, mistaken.after.weights, right.after.weights,
                                strict=True):  # fmt: skip
        np.testing.assert_allclose(up - before, before - down, rtol=1e-9, atol=1e-15)
    assert mistaken.cost_after > right.cost > right.cost_after


def test_the_twin_of_a_mistaken_pass_is_the_right_one(right: PassTrace) -> None:
    twin = right_twin(with_mistake(right, Mistake.TARGET_SWAPPED))

    assert twin.mistake is None
    assert twin.cost_after == right.cost_after
    assert right_twin(right) is right


def test_the_update_of_a_pass_that_has_diverged_is_checked_as_it_is() -> None:
    spec = NetworkSpec((2, 2, 1), ("relu", "identity"))
    rng = np.random.default_rng(0)
    parameters = initialise(spec, "standard_normal", rng)
    huge = type(parameters)(
        tuple(1e200 * weight for weight in parameters.weights), parameters.biases
    )
    with np.errstate(all="ignore"):
        right = PassTrace.record(spec, huge, np.ones(2), np.ones(1), PassSettings(0.5))
        mistaken = with_mistake(right, Mistake.GRADIENT_ASCENT)

    bite = first_difference(right, mistaken, build_steps(spec, Granularity.NEURON))

    assert bite is not None
    assert bite.step.kind is StepKind.UPDATE
    assert update_error(right).error == 0
    assert update_error(mistaken).error == np.inf


@EACH
def test_a_mistake_says_what_it_is_in_one_sentence(mistake: Mistake) -> None:
    facts = mistake.facts

    assert facts.description.endswith(".")
    assert facts.description.count(". ") == 0
    assert facts.right != facts.wrong
