"""What a plot of C against one number shows, and the words beside it."""

from collections.abc import Callable

import numpy as np
import pytest

from nnviz.engine.network import NetworkSpec
from nnviz.presets.presets import preset_named
from nnviz.trace.notation import LayerPlace, Notation, WeightOrder
from nnviz.trace.pass_trace import PassSettings, PassTrace
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.trace.reveal import Reveal
from nnviz.trace.steps import Granularity, StepKind, build_steps
from nnviz.trace.what_if import Adjustable, Kind, step_is_known
from nnviz.trace.what_if_curve import curve_of, range_around
from nnviz.trace.what_if_texts import comparison, long_name, plain_name

MakeTrace = Callable[..., PassTrace]
BIAS = Adjustable(Kind.BIAS, NodeRef(2, 0))
WEIGHT = Adjustable(Kind.WEIGHT, EdgeRef(1, 0, 1))


def primer(output_bias: float = -0.11) -> PassTrace:
    """A pass of the primer's chain with another bias of its output."""
    document = preset_named("primer-1-1-1").document()
    biases = (document.parameters.biases[0], np.array([output_bias]))
    parameters = type(document.parameters)(document.parameters.weights, biases)
    return PassTrace.record(
        document.spec, parameters, document.inputs, document.targets, PassSettings(0.1)
    )


def test_the_two_changes_of_the_primers_bias_are_those_worked_out_by_hand() -> None:
    curve = curve_of(primer(), primer(0.39), BIAS, (-1.11, 0.89))

    # C = (σ(1.84908830732614 + b) − 1)²/2; ∂C/∂b = −0.018992369482903983 at b = −0.11.
    after = (1 / (1 + np.exp(-2.23908830732614)) - 1) ** 2 / 2
    np.testing.assert_allclose(curve.real_change, after - 0.011164479170294499, rtol=1e-12)
    np.testing.assert_allclose(curve.predicted_change, -0.018992369482903983 * 0.5, rtol=1e-12)
    assert curve.step is not None
    np.testing.assert_allclose(curve.step.value, -0.1081007630517096, rtol=1e-14)


def test_both_points_lie_on_the_curve() -> None:
    curve = curve_of(primer(), primer(0.37), BIAS, (-1, 1))

    for point in (curve.original, curve.moved):
        place = list(curve.values).index(point.value)
        np.testing.assert_allclose(curve.costs[place], point.cost, rtol=1e-13)


def test_an_unknown_slope_gives_neither_prediction_nor_step() -> None:
    curve = curve_of(primer(), primer(0.37), BIAS, (-1, 1), slope_known=False)

    assert (curve.slope, curve.predicted_change, curve.step) == (None, None, None)


def test_the_new_weight_is_not_given_away_before_the_update() -> None:
    known = curve_of(primer(), primer(0.37), BIAS, (-1, 1))

    curve = curve_of(primer(), primer(0.37), BIAS, (-1, 1), step_known=False)

    assert curve.step is None
    assert curve.step_waits
    assert curve.slope == known.slope
    assert not known.step_waits


def test_the_learning_step_of_a_neuron_waits_for_its_own_update(make_trace: MakeTrace) -> None:
    spec = NetworkSpec((2, 2, 1), ("sigmoid", "sigmoid"))
    trace = make_trace(spec)
    steps = build_steps(spec, Granularity.NEURON, 1)
    first = next(i for i, each in enumerate(steps) if each.kind is StepKind.UPDATE)

    known = [
        step_is_known(Reveal.of(steps[:stop]), each)
        for stop in (first, len(steps))
        for each in (WEIGHT, BIAS)
    ]

    assert known == [False, False, True, True]
    assert not curve_of(trace, trace, Adjustable(Kind.INPUT, NodeRef(0, 0)), (-1, 1)).step_waits


def test_what_does_not_learn_has_no_learning_step(make_trace: MakeTrace) -> None:
    spec = NetworkSpec((2, 2), ("sigmoid",))
    trace = make_trace(spec, update_biases=False)
    fixed = (
        Adjustable(Kind.BIAS, NodeRef(1, 0)),
        Adjustable(Kind.INPUT, NodeRef(0, 0)),
        Adjustable(Kind.TARGET, NodeRef(1, 0)),
    )

    steps = [curve_of(trace, trace, each, (-1, 1)).step for each in fixed]
    waiting = [curve_of(trace, trace, each, (-1, 1), step_known=False) for each in fixed]

    assert steps == [None, None, None]
    assert [each.step_waits for each in waiting] == [False, False, False]
    assert curve_of(trace, trace, WEIGHT, (-1, 1)).step is not None


@pytest.mark.parametrize(
    ("original", "value", "unit", "expected"),
    [
        (0.2, 0.2, False, (-0.8, 1.2)),
        (-3.0, -3.0, False, (-9.0, 3.0)),
        (0.4, 0.4, True, (0.0, 1.0)),
        (0.0, 9.0, True, (0.0, 9.9)),
        (0.0, -4.0, False, (-4.5, 1.0)),
    ],
)
def test_the_range_surrounds_the_original_and_holds_the_value(
    original: float, value: float, unit: bool, expected: tuple[float, float]
) -> None:
    np.testing.assert_allclose(range_around(original, value, unit=unit), expected, atol=1e-12)


def test_a_range_that_was_widened_stays_wide() -> None:
    wide = range_around(0.0, 9.0)

    assert range_around(0.0, 0.5, ends=wide) == wide


@pytest.mark.parametrize(
    ("notation", "name"),
    [
        (Notation(), "w(1) 0←1"),
        (Notation(first_index=1), "w(1) 1←2"),
        (Notation(weight_order=WeightOrder.FROM_TO), "w(1) 1→0"),
        (Notation(layers=LayerPlace.SUBSCRIPT), "w₁ 0←1"),
    ],
)
def test_a_weight_is_named_as_the_user_writes_it(notation: Notation, name: str) -> None:
    assert plain_name(notation, WEIGHT) == name


def test_a_pixel_says_where_it_is() -> None:
    pixel = Adjustable(Kind.INPUT, NodeRef(0, 29))

    assert plain_name(Notation(), pixel) == "x 29"
    assert long_name(Notation(), pixel, 28) == "Input 29: pixel in row 1, column 1"
    from_one = Notation(first_index=1)
    assert long_name(from_one, pixel, 28) == "Input 30: pixel in row 2, column 2"


@pytest.mark.parametrize(
    ("predicted", "real", "words"),
    [
        (-0.0123, -0.0118, "predicts −0.0123, the real change is −0.0118: the curve bends upward"),
        (0.02, 0.01, "the curve bends downward"),
        (-0.02, 0.01, "turned round"),
        (0.02, 0.02001, "as good as straight"),
        (0.0, 0.5, "level here"),
        (0.0, 0.0, "does not depend on it"),
        (0.1, float("nan"), "no finite number"),
    ],
)
def test_the_comparison_says_what_the_curve_does(predicted: float, real: float, words: str) -> None:
    assert words in comparison(predicted, real, 0.0, 3)


def test_nothing_is_said_of_a_bend_that_may_be_rounding() -> None:
    curve = curve_of(primer(), primer(-0.11 + 1e-15), BIAS, (-1, 1))

    said = comparison(curve.predicted_change or 0.0, curve.real_change, curve.noise, 3)

    assert said.endswith(("rounding of C.", "as good as straight."))
    assert "rounding of C" in comparison(2e-17, 6e-17, curve.noise, 3)
