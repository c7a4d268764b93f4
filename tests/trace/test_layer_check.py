"""The check of whole layers: against full passes, and red where a pass is wrong."""

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest

from nnviz.engine.arrays import FloatArray
from nnviz.engine.gradient_check import numeric_gradients
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.engine.passes import forward_pass
from nnviz.trace import layer_check
from nnviz.trace.layer_check import DERIVATIVES, LayerCheck, Part, check_layer, compare_one
from nnviz.trace.mistakes import Mistake
from nnviz.trace.nudging import CancelledError, Nudger
from nnviz.trace.pass_trace import PassSettings, PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef

MakeTrace = Callable[..., PassTrace]
A, B, W = DERIVATIVES
SMALL = NetworkSpec((2, 3, 2), ("sigmoid", "tanh"))
XOR = NetworkSpec((2, 2, 1), ("relu", "identity"))


def all_parts(spec: NetworkSpec) -> list[Part]:
    parts = [Part(each, layer) for layer in range(1, spec.layer_count + 1) for each in DERIVATIVES]
    return [*parts, Part(A, 0)]


def check_all(trace: PassTrace, example: int | None = None) -> LayerCheck:
    return check_layer(trace, all_parts(trace.spec), example)


def weights_nudged(trace: PassTrace, layer: int) -> FloatArray:
    shape = trace.before.weights[layer - 1].shape
    neurons, sources = np.indices(shape).reshape(2, -1)
    return Nudger(trace).derivatives(W, layer, neurons, sources).derivatives.reshape(shape)


def with_backward(trace: PassTrace, **changes: object) -> PassTrace:
    backward = dataclasses.replace(trace.backward, **changes)  # type: ignore[arg-type]
    return dataclasses.replace(trace, backward=backward)


def xor_trace(x: tuple[float, float] = (0.0, 0.0)) -> PassTrace:
    """Of Goodfellow, Bengio and Courville's XOR network: z = (0, −1) for the input (0, 0)."""
    parameters = Parameters(
        (np.array([[1.0, 1.0], [1.0, 1.0]]), np.array([[1.0, -2.0]])),
        (np.array([0.0, -1.0]), np.array([0.5])),
    )
    return PassTrace.record(XOR, parameters, np.array(x), np.array([0.0]), PassSettings(0.1))


@pytest.mark.parametrize("examples", [1, 3])
def test_nudging_one_z_equals_passes_run_as_a_whole(
    make_trace: MakeTrace, spec: NetworkSpec, examples: int
) -> None:
    trace = make_trace(spec, seed=3, examples=examples, decay=0.1)

    whole = numeric_gradients(spec, trace.before, trace.inputs, trace.targets, decay=0.1)

    for layer in range(1, spec.layer_count + 1):
        biases = Nudger(trace).derivatives(B, layer, np.arange(spec.sizes[layer]))
        # Both are rounded to about 1e-12.
        np.testing.assert_allclose(
            biases.derivatives, whole.biases[layer - 1], rtol=1e-7, atol=1e-10
        )
        np.testing.assert_allclose(
            weights_nudged(trace, layer), whole.weights[layer - 1], rtol=1e-7, atol=1e-10
        )


@pytest.mark.parametrize("seed", range(3))
def test_every_derivative_of_a_right_pass_agrees(
    make_trace: MakeTrace, spec: NetworkSpec, seed: int
) -> None:
    trace = make_trace(spec, seed, examples=3, decay=0.1)

    for example in (None, 0, 2):
        check = check_all(trace, example)
        assert check.agrees
        assert check.checked == check.total
        assert check.worst is not None
        assert check.worst.error < 1e-6


def test_an_examples_own_derivatives_know_nothing_of_l2(make_trace: MakeTrace) -> None:
    trace = make_trace(SMALL, examples=2, decay=5.0)

    own = compare_one(trace, W, EdgeRef(1, 0, 1), example=1)
    mean = compare_one(trace, W, EdgeRef(1, 0, 1), example=None)

    product = trace.backward.deltas[0][1, 0] * trace.inputs[1, 1]
    assert own.numeric == pytest.approx(product, rel=1e-8)
    assert mean.numeric == pytest.approx(trace.backward.gradients.weights[0][0, 1], rel=1e-8)
    assert mean.numeric != pytest.approx(own.numeric, rel=1e-3)


def test_a_wrong_weight_derivative_is_found_where_it_is(make_trace: MakeTrace) -> None:
    trace = make_trace(SMALL)
    gradients = trace.backward.gradients
    wrong = np.array(gradients.weights[0])
    wrong[2, 1] *= 1.001
    trace = with_backward(
        trace, gradients=Parameters((wrong, gradients.weights[1]), gradients.biases)
    )

    check = check_layer(trace, [Part(A, 1), Part(B, 1), Part(W, 1)])

    assert check.agrees is False
    assert check.wrong == 1
    assert check.worst is not None
    assert check.worst.ref == EdgeRef(1, 2, 1)
    assert check.worst.error == pytest.approx(0.001, rel=0.01)


@pytest.mark.parametrize("layer", [0, 1, 2])
def test_a_wrong_activation_derivative_is_found_where_it_is(
    make_trace: MakeTrace, layer: int
) -> None:
    trace = make_trace(SMALL)
    arrays = [np.array(each) for each in trace.backward.activation_gradients]
    arrays[layer][0, 1] += 0.01
    trace = with_backward(trace, activation_gradients=tuple(arrays))

    check = check_layer(trace, [Part(A, layer)])

    assert check.wrong == 1
    assert check.worst is not None
    assert check.worst.ref == NodeRef(layer, 1)


def test_a_derivative_that_should_be_zero_is_checked_too() -> None:
    trace = xor_trace((0.0, 1.0))  # the first input is 0, so its weights get no gradient
    gradients = trace.backward.gradients
    wrong = np.array(gradients.weights[0])
    wrong[0, 0] = 1e-3
    trace = with_backward(
        trace, gradients=Parameters((wrong, gradients.weights[1]), gradients.biases)
    )

    check = check_layer(trace, [Part(W, 1)])

    assert check.worst is not None
    assert check.worst.ref == EdgeRef(1, 0, 0)
    assert check.agrees is False


@pytest.mark.parametrize("mistake", [each for each in Mistake if not each.facts.update_only])
def test_a_pass_with_a_mistake_turns_red(mistake: Mistake) -> None:
    rng = np.random.default_rng(4)
    spec = NetworkSpec((3, 4, 3), ("sigmoid", "tanh"))
    parameters = Parameters(
        (rng.normal(size=(4, 3)), rng.normal(size=(3, 4))), (rng.normal(size=4), rng.normal(size=3))
    )
    inputs, targets = rng.normal(size=(2, 3)), rng.normal(size=(2, 3))

    trace = PassTrace.record(spec, parameters, inputs, targets, PassSettings(0.5), mistake)

    assert check_all(trace).agrees is False


def test_a_relu_exactly_on_its_kink_is_named_and_left_out() -> None:
    trace = xor_trace()

    check = check_layer(trace, [Part(A, 1), Part(B, 1), Part(W, 1)])

    assert trace.value(Quantity.PREACTIVATION, NodeRef(1, 0)) == 0
    assert check.kink == NodeRef(1, 0)
    assert check.kinked == 1  # its bias; the inputs are 0, so that no weight moves z
    assert check.agrees
    assert check.wrong == 0


def test_a_cost_of_exactly_zero_is_no_reason_to_call_rounding_wrong() -> None:
    weights = (np.array([[1.0, 1.0], [1.0, 1.0]]), np.array([[1.0, -2.0]]))
    parameters = Parameters(weights, (np.array([0.1, -0.9]), np.array([0.7])))
    inputs = np.array([[0.3, 0.4], [0.9, 0.8], [0.0, 1.0]])
    outputs = forward_pass(XOR, parameters, inputs).activations[-1]

    trace = PassTrace.record(XOR, parameters, inputs, outputs, PassSettings(0.1))

    assert trace.cost == 0
    assert check_all(trace).wrong == 0


def test_a_nudge_that_stays_on_one_side_of_the_kink_is_judged() -> None:
    trace = xor_trace((0.0, 0.002))  # z = 0.002, two nudges away

    check = check_layer(trace, [Part(B, 1)])

    assert check.kinked == 0
    assert check.agrees


def test_derivatives_below_the_rounding_of_the_cost_are_counted_apart() -> None:
    spec = NetworkSpec((1, 1, 1), ("sigmoid", "sigmoid"))
    weights = (np.array([[0.7]]), np.array([[-1.3]]))
    parameters = Parameters(weights, (np.array([35.0]), np.array([0.1])))  # σ′(35) is about 1e-15
    trace = PassTrace.record(spec, parameters, np.array([1.0]), np.array([0.9]), PassSettings(0.1))

    check = check_layer(trace, [Part(B, 1), Part(W, 1)])

    assert (check.checked, check.untold) == (2, 2)
    assert check.worst is None
    assert check.agrees is None


def test_an_output_at_the_end_of_a_logarithm_is_not_judged() -> None:
    spec = NetworkSpec((1, 1), ("sigmoid",), "binary_cross_entropy")
    parameters = Parameters((np.array([[40.0]]),), (np.array([0.0]),))  # a rounds to 1
    trace = PassTrace.record(spec, parameters, np.array([1.0]), np.array([0.0]), PassSettings(0.1))

    check = check_layer(trace, [Part(A, 1), Part(B, 1)])

    assert check.untold == 1
    assert check.agrees  # ∂C/∂b = a − y is known all the same


def test_a_network_that_has_diverged_does_not_agree() -> None:
    trace = xor_trace((np.nan, 1.0))

    assert check_all(trace).agrees is False


def test_only_the_first_neurons_are_checked_when_only_they_are_known(
    make_trace: MakeTrace,
) -> None:
    trace = make_trace(SMALL)

    check = check_layer(trace, [Part(W, 1, 2)])

    assert (check.checked, check.total) == (4, 4)


def test_of_a_large_layer_the_same_sample_is_checked_each_time(
    make_trace: MakeTrace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layer_check, "_WORK", 20_000)
    trace = make_trace(NetworkSpec((60, 20, 3), ("tanh", "sigmoid")))

    first, second = (check_layer(trace, [Part(W, 1)]) for _ in range(2))

    assert first.total == 1200
    assert 100 <= first.checked < 400
    assert first == second


def test_a_check_that_nobody_waits_for_ends(make_trace: MakeTrace) -> None:
    trace = make_trace(SMALL)

    with pytest.raises(CancelledError):
        check_layer(trace, all_parts(SMALL), None, lambda: True)
