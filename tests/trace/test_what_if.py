"""Curves of C against one number, and their slopes, against passes recorded anew."""

from collections.abc import Callable

import numpy as np
import pytest

from nnviz.engine.gradient_check import central_difference
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.presets.presets import preset_named
from nnviz.trace.pass_trace import PassSettings, PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.trace.reveal import Reveal
from nnviz.trace.steps import Granularity, StepKind, build_steps
from nnviz.trace.what_if import (
    Adjustable,
    Kind,
    adjustables_of,
    cost_along,
    slope,
    slope_is_known,
    value_of,
)

MakeTrace = Callable[..., PassTrace]
VALUES = np.array([-1.3, 0.0, 0.4, 2.5])


def recorded_cost(trace: PassTrace, adjustable: Adjustable, value: float, example: int) -> float:
    """C of the whole pass, recorded anew with one number changed."""
    weights = [np.array(each) for each in trace.before.weights]
    biases = [np.array(each) for each in trace.before.biases]
    inputs, targets, ref = np.array(trace.inputs), np.array(trace.targets), adjustable.ref
    match adjustable.kind, ref:
        case Kind.WEIGHT, EdgeRef():
            weights[ref.layer - 1][ref.neuron, ref.source] = value
        case Kind.BIAS, _:
            biases[ref.layer - 1][ref.neuron] = value
        case Kind.INPUT, _:
            inputs[example, ref.neuron] = value
        case Kind.TARGET, _:
            targets[example, ref.neuron] = value
    parameters = Parameters(tuple(weights), tuple(biases))
    return PassTrace.record(trace.spec, parameters, inputs, targets, trace.settings).cost


def every_adjustable(spec: NetworkSpec) -> list[Adjustable]:
    last = spec.layer_count
    return [
        Adjustable(Kind.WEIGHT, EdgeRef(1, 0, spec.sizes[0] - 1)),
        Adjustable(Kind.WEIGHT, EdgeRef(last, spec.sizes[last] - 1, 0)),
        Adjustable(Kind.BIAS, NodeRef(1, 0)),
        Adjustable(Kind.BIAS, NodeRef(last, spec.sizes[last] - 1)),
        Adjustable(Kind.INPUT, NodeRef(0, spec.sizes[0] - 1)),
        Adjustable(Kind.TARGET, NodeRef(last, 0)),
    ]


@pytest.mark.parametrize("examples", [1, 3])
def test_the_curve_is_the_cost_of_passes_recorded_anew(
    make_trace: MakeTrace, spec: NetworkSpec, examples: int
) -> None:
    trace = make_trace(spec, examples=examples, decay=0.02)
    example = examples - 1

    for adjustable in every_adjustable(spec):
        allowed = adjustable.kind is Kind.TARGET and spec.cost_function.probability_targets
        values = np.clip(VALUES, 0, 1) if allowed else VALUES
        curve = cost_along(trace, adjustable, values, example)
        truth = [recorded_cost(trace, adjustable, each, example) for each in values]

        # The sums run in another order: a few units in the last place, not more.
        np.testing.assert_allclose(curve, truth, rtol=1e-12, err_msg=str(adjustable))


@pytest.mark.parametrize("examples", [1, 3])
def test_the_slope_is_that_of_the_curve(
    make_trace: MakeTrace, spec: NetworkSpec, examples: int
) -> None:
    trace = make_trace(spec, examples=examples, decay=0.02)
    example = examples - 1

    for adjustable in every_adjustable(spec):

        def cost(value: float, adjustable: Adjustable = adjustable) -> float:
            return float(cost_along(trace, adjustable, np.array([value]), example)[0])

        numeric = central_difference(cost, value_of(trace, adjustable, example), 1e-4)

        # Differences of costs of order 1 over 1e-4 are known to about 1e-11.
        np.testing.assert_allclose(
            slope(trace, adjustable, example),
            numeric,
            rtol=1e-7,
            atol=1e-9,
            err_msg=str(adjustable),
        )


def test_the_curve_of_the_primers_output_bias_is_the_printed_formula() -> None:
    document = preset_named("primer-1-1-1").document()
    settings = PassSettings(0.1)
    trace = PassTrace.record(
        document.spec, document.parameters, document.inputs, document.targets, settings
    )
    bias = Adjustable(Kind.BIAS, NodeRef(2, 0))

    cost = cost_along(trace, bias, np.array([-0.11, 0.39]))

    # C = (σ(2.45 · 0.7547299213576082 + b) − 1)²/2 by hand, at b = −0.11 and b = 0.39.
    by_hand = [(1 / (1 + np.exp(-(1.84908830732614 + b))) - 1) ** 2 / 2 for b in (-0.11, 0.39)]
    np.testing.assert_allclose(cost, by_hand, rtol=1e-13)
    np.testing.assert_allclose(cost[0], 0.011164479170294499, rtol=1e-14)
    np.testing.assert_allclose(slope(trace, bias), -0.018992369482903983, rtol=1e-13)


def test_a_diverged_network_gives_a_curve_with_gaps_and_no_warning() -> None:
    spec = NetworkSpec((1, 1, 1), ("relu", "identity"))
    parameters = Parameters(
        (np.array([[1e200]]), np.array([[1.0]])), (np.array([0.0]), np.array([0.0]))
    )
    with np.errstate(all="ignore"):
        trace = PassTrace.record(
            spec, parameters, np.array([[1.0]]), np.array([[0.0]]), PassSettings(0.1)
        )

    curve = cost_along(
        trace, Adjustable(Kind.WEIGHT, EdgeRef(2, 0, 0)), np.array([0.0, 1.0, np.nan])
    )

    assert np.isinf(curve[1])
    assert np.isnan(curve[2])


def test_an_output_neuron_has_a_bias_and_a_target_and_an_input_itself() -> None:
    spec = NetworkSpec((2, 3, 2), ("sigmoid", "sigmoid"))

    kinds = [
        [each.kind for each in adjustables_of(spec, ref)]
        for ref in (NodeRef(0, 1), NodeRef(1, 2), NodeRef(2, 0), EdgeRef(2, 0, 2))
    ]

    assert kinds == [[Kind.INPUT], [Kind.BIAS], [Kind.BIAS, Kind.TARGET], [Kind.WEIGHT]]


@pytest.mark.parametrize("examples", [1, 3])
@pytest.mark.parametrize(
    ("adjustable", "quantity"),
    [
        (Adjustable(Kind.WEIGHT, EdgeRef(2, 1, 0)), Quantity.WEIGHT_GRADIENT),
        (Adjustable(Kind.BIAS, NodeRef(1, 0)), Quantity.BIAS_GRADIENT),
        (Adjustable(Kind.TARGET, NodeRef(2, 0)), Quantity.COST),
    ],
    ids=["weight", "bias", "target"],
)
def test_the_slope_is_known_from_the_step_that_computes_it(
    make_trace: MakeTrace, adjustable: Adjustable, quantity: Quantity, examples: int
) -> None:
    trace = make_trace(NetworkSpec((2, 3, 2), ("tanh", "tanh")), examples=examples)
    steps = build_steps(trace.spec, Granularity.OPERATION, examples)
    together = None if examples > 1 else 0
    wanted = (quantity, adjustable.ref.layer, None, together)
    first = next(place for place, step in enumerate(steps) if wanted in step.reveals)

    known = [
        slope_is_known(trace, Reveal.of(steps[:count]), adjustable) for count in range(len(steps))
    ]

    assert first > steps.index(next(each for each in steps if each.kind is StepKind.COST)) - 1
    assert known == [count > first for count in range(len(steps))]
