"""The numeric check: which derivatives, and what is said of the selection's."""

import dataclasses

import numpy as np
import pytest

from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.trace.layer_check import Part
from nnviz.trace.pass_trace import PassSettings, PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef, Ref
from nnviz.trace.reveal import Reveal
from nnviz.trace.steps import Granularity, Known, build_steps
from nnviz.trace.timeline import Timeline
from nnviz.views.panels.derivative_check import check_derivative, checked_parts, checked_quantity

SPEC = NetworkSpec((1, 1, 1), ("sigmoid", "sigmoid"))
A, B, W = Quantity.ACTIVATION_GRADIENT, Quantity.BIAS_GRADIENT, Quantity.WEIGHT_GRADIENT


def recorded(spec: NetworkSpec = SPEC, bias: float = 0.5) -> PassTrace:
    weights = (np.array([[0.7]]), np.array([[-1.3]]))
    parameters = Parameters(weights, (np.array([bias]), np.array([0.1])))
    return PassTrace.record(spec, parameters, np.array([0.0]), np.array([0.9]), PassSettings(0.1))


def timeline_at(position: int, granularity: Granularity = Granularity.LAYER) -> Timeline:
    return Timeline(build_steps(SPEC, granularity)).to(position)


def test_a_wrong_derivative_is_called_out() -> None:
    trace = recorded()
    gradients = trace.backward.gradients
    wrong = Parameters(gradients.weights, (gradients.biases[0] * 1.01, gradients.biases[1]))
    trace = dataclasses.replace(
        trace, backward=dataclasses.replace(trace.backward, gradients=wrong)
    )

    check = check_derivative(trace, B, NodeRef(1, 0))

    assert check.agrees is False
    assert check.verdict.startswith("✗")
    assert check.kink is None


def test_a_right_derivative_agrees_to_many_digits() -> None:
    check = check_derivative(recorded(), B, NodeRef(1, 0))

    assert check.agrees
    assert check.numeric == pytest.approx(check.analytic, rel=1e-9)


def test_the_derivative_of_an_output_is_checked_too() -> None:
    check = check_derivative(recorded(), A, NodeRef(2, 0))

    assert check.agrees
    assert check.numeric == pytest.approx(
        recorded().value(Quantity.ACTIVATION, NodeRef(2, 0)) - 0.9
    )


def test_a_relu_near_its_kink_is_found() -> None:
    trace = recorded(NetworkSpec((1, 1, 1), ("relu", "sigmoid")), bias=2e-4)

    check = check_derivative(trace, B, NodeRef(1, 0))

    assert check.agrees is None
    assert check.kink == NodeRef(1, 0)
    assert check.verdict.startswith("≈")


def test_a_derivative_below_the_rounding_of_the_cost_is_neither_right_nor_wrong() -> None:
    trace = recorded(bias=35.0)  # σ′(35) is about 1e-15

    check = check_derivative(trace, B, NodeRef(1, 0))

    assert check.analytic != check.numeric
    assert check.agrees is None
    assert "too small" in check.verdict


def test_where_nothing_can_be_nudged_no_number_is_made_up() -> None:
    spec = NetworkSpec((1, 1), ("sigmoid",), "binary_cross_entropy")
    parameters = Parameters((np.array([[0.0]]),), (np.array([40.0]),))  # a rounds to 1
    trace = PassTrace.record(spec, parameters, np.array([1.0]), np.array([0.0]), PassSettings(0.1))

    check = check_derivative(trace, A, NodeRef(1, 0))

    assert check.numeric is None
    assert check.verdict.startswith("≈")


def test_a_diverged_network_is_no_agreement() -> None:
    trace = recorded(NetworkSpec((1, 1, 1), ("identity", "identity")), bias=np.nan)

    check = check_derivative(trace, B, NodeRef(1, 0))

    assert not check.agrees
    assert "diverged" in check.verdict


@pytest.mark.parametrize(
    ("ref", "known", "expected"),
    [
        (NodeRef(1, 0), (), None),
        (NodeRef(1, 0), ((A, 1),), A),
        (NodeRef(1, 0), ((A, 1), (B, 1)), B),
        (NodeRef(2, 0), ((A, 2),), A),
        (NodeRef(0, 0), ((A, 0),), A),
        (EdgeRef(1, 0, 0), ((W, 1),), W),
    ],
)
def test_the_newest_known_derivative_is_checked(
    ref: Ref, known: tuple[tuple[Quantity, int], ...], expected: Quantity | None
) -> None:
    reveal = Reveal({Known(*each): 0 for each in known}, 0)

    assert checked_quantity(recorded(), reveal, ref) is expected


@pytest.mark.parametrize(
    ("position", "expected"),
    [
        (-1, ()),
        (3, ()),  # the cost: nothing to check yet
        (4, (Part(A, 2, 1), Part(B, 2, 1), Part(W, 2, 1))),
        (5, (Part(A, 1, 1), Part(B, 1, 1), Part(W, 1, 1), Part(A, 0, 1))),
    ],
)
def test_the_layer_of_the_step_is_checked(position: int, expected: tuple[Part, ...]) -> None:
    assert checked_parts(recorded(), timeline_at(position)) == expected


def test_at_the_update_all_layers_are_checked() -> None:
    parts = checked_parts(recorded(), timeline_at(6))

    assert {part.layer for part in parts} == {0, 1, 2}
    assert len(parts) == 7


def test_by_operation_only_what_is_known_is_checked() -> None:
    steps = build_steps(SPEC, Granularity.OPERATION)
    position = next(
        index for index, step in enumerate(steps) if (B, 2) in [r[:2] for r in step.reveals]
    )

    parts = checked_parts(recorded(), timeline_at(position, Granularity.OPERATION))

    assert parts == (Part(A, 2, 1), Part(B, 2, 1))
