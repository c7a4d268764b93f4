"""The numeric check: which derivative, and what is said of it."""

import dataclasses

import numpy as np
import pytest

from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.trace.pass_trace import PassSettings, PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef, Ref
from nnviz.trace.reveal import Reveal
from nnviz.views.panels.derivative_check import check_derivative, checked_quantity

SPEC = NetworkSpec((1, 1, 1), ("sigmoid", "sigmoid"))


def recorded(spec: NetworkSpec = SPEC, bias: float = 0.5) -> PassTrace:
    weights = (np.array([[0.7]]), np.array([[-1.3]]))
    parameters = Parameters(weights, (np.array([bias]), np.array([0.1])))
    return PassTrace.record(spec, parameters, np.array([0.0]), np.array([0.9]), PassSettings(0.1))


def test_a_wrong_derivative_is_called_out() -> None:
    trace = recorded()
    gradients = trace.backward.gradients
    wrong = Parameters(gradients.weights, (gradients.biases[0] * 1.01, gradients.biases[1]))
    trace = dataclasses.replace(
        trace, backward=dataclasses.replace(trace.backward, gradients=wrong)
    )

    check = check_derivative(trace, Quantity.BIAS_GRADIENT, NodeRef(1, 0))

    assert check.agrees is False
    assert check.verdict.startswith("✗")
    assert check.kink is None


def test_a_right_derivative_agrees_to_many_digits() -> None:
    check = check_derivative(recorded(), Quantity.BIAS_GRADIENT, NodeRef(1, 0))

    assert check.agrees
    assert check.numeric == pytest.approx(check.analytic, rel=1e-9)


def test_a_relu_near_its_kink_is_found() -> None:
    trace = recorded(NetworkSpec((1, 1, 1), ("relu", "sigmoid")), bias=2e-4)

    check = check_derivative(trace, Quantity.BIAS_GRADIENT, NodeRef(1, 0))

    assert not check.agrees
    assert check.kink == NodeRef(1, 0)


def test_a_derivative_below_the_rounding_of_the_cost_is_neither_right_nor_wrong() -> None:
    trace = recorded(bias=35.0)  # σ′(35) is about 1e-15

    check = check_derivative(trace, Quantity.BIAS_GRADIENT, NodeRef(1, 0))

    assert check.analytic != check.numeric
    assert check.agrees is None
    assert "too small" in check.verdict


def test_a_diverged_network_is_no_agreement() -> None:
    trace = recorded(NetworkSpec((1, 1, 1), ("identity", "identity")), bias=np.nan)

    check = check_derivative(trace, Quantity.BIAS_GRADIENT, NodeRef(1, 0))

    assert not check.agrees
    assert "diverged" in check.verdict


@pytest.mark.parametrize(
    ("ref", "known", "expected"),
    [
        (NodeRef(1, 0), (), None),
        (NodeRef(1, 0), ((Quantity.ACTIVATION_GRADIENT, 1),), Quantity.ACTIVATION_GRADIENT),
        (
            NodeRef(1, 0),
            ((Quantity.ACTIVATION_GRADIENT, 1), (Quantity.BIAS_GRADIENT, 1)),
            Quantity.BIAS_GRADIENT,
        ),
        (NodeRef(2, 0), ((Quantity.ACTIVATION_GRADIENT, 2),), None),
        (NodeRef(0, 0), ((Quantity.ACTIVATION_GRADIENT, 0),), Quantity.ACTIVATION_GRADIENT),
        (EdgeRef(1, 0, 0), ((Quantity.WEIGHT_GRADIENT, 1),), Quantity.WEIGHT_GRADIENT),
    ],
)
def test_the_newest_known_derivative_is_checked(
    ref: Ref, known: tuple[tuple[Quantity, int], ...], expected: Quantity | None
) -> None:
    assert checked_quantity(recorded(), Reveal(frozenset(known)), ref) is expected
