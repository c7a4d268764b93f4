"""What is wrong, in words with numbers: against formulas written out here."""

import math
from dataclasses import replace

import numpy as np
import pytest

from nnviz.engine.arrays import FloatArray
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.trace.diagnosis import diagnose, diagnose_layer, findings_at
from nnviz.trace.findings import Finding, Severity
from nnviz.trace.mistakes import Mistake
from nnviz.trace.not_finite import first_not_finite
from nnviz.trace.notation import Notation
from nnviz.trace.pass_trace import PassSettings, PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.trace.reveal import Reveal
from nnviz.trace.steps import Granularity, build_steps
from nnviz.trace.timeline import Timeline
from nnviz.trace.trouble import Trouble, troubled_neurons

PLAIN = Notation()


def recorded(
    activations: tuple[str, ...],
    biases: tuple[list[float], ...],
    inputs: list[list[float]] | None = None,
    cost: str = "quadratic",
    weights: tuple[FloatArray, ...] | None = None,
    targets: list[float] | None = None,
) -> PassTrace:
    """A network of one input 1, weights 1 and the given biases; the targets are 0."""
    sizes = (1, *(len(each) for each in biases))
    spec = NetworkSpec(sizes, activations, cost)
    shapes = zip(sizes[1:], sizes, strict=False)
    ones = tuple(np.ones(shape) for shape in shapes)
    parameters = Parameters(weights or ones, tuple(np.array(each) for each in biases))
    x = np.array(inputs or [[1.0]])
    y = np.tile(np.array(targets or [0.0] * sizes[-1]), (len(x), 1))
    with np.errstate(all="ignore"):
        return PassTrace.record(spec, parameters, x, y, PassSettings(0.1))


def timeline_of(trace: PassTrace, position: int | None = None) -> Timeline:
    steps = build_steps(trace.spec, Granularity.LAYER, trace.example_count)
    return Timeline(steps).to(len(steps) - 1 if position is None else position)


def all_known(trace: PassTrace) -> Reveal:
    return timeline_of(trace).reveal()


def the_one(findings: tuple[Finding, ...]) -> Finding:
    (finding,) = findings
    return finding


def test_a_dead_relu_is_named_with_its_z() -> None:
    trace = recorded(("relu", "identity"), ([-1.53, 1.0], [0.0]))

    finding = the_one(diagnose(trace, all_known(trace), NodeRef(1, 0), PLAIN))

    assert finding.trouble is Trouble.DEAD
    assert finding.sentence.startswith(
        "Inactive ReLU, dead for this example: z = −0.5300 is below 0, so ReLU′(z) = 0"
    )
    assert diagnose(trace, all_known(trace), NodeRef(1, 1), PLAIN) == ()


def test_z_exactly_at_the_kink_is_dead_and_said_to_lie_there() -> None:
    trace = recorded(("relu", "identity"), ([-1.0], [0.0]))

    finding = the_one(diagnose(trace, all_known(trace), NodeRef(1, 0), PLAIN))

    assert "z = 0 lies on the kink" in finding.sentence


def test_nothing_is_said_of_what_is_not_revealed() -> None:
    trace = recorded(("relu", "identity"), ([-1.5], [0.0]))

    reveal = timeline_of(trace, 0).reveal()

    assert diagnose(trace, reveal, NodeRef(1, 0), PLAIN) == ()
    assert diagnose_layer(trace, reveal, 1, PLAIN) == ()
    assert troubled_neurons(trace, reveal) == ()


def test_a_relu_that_is_dead_for_the_whole_mini_batch_is_told_from_one_that_is_not() -> None:
    trace = recorded(("relu", "identity"), ([-3.0, -1.5], [0.0]), [[1.0], [2.0]])
    reveal = all_known(trace)

    always = the_one(diagnose(trace, reveal, NodeRef(1, 0), PLAIN, None))
    once = the_one(diagnose(trace, reveal, NodeRef(1, 1), PLAIN))

    assert "for all 2 examples: the largest z is −1.000" in always.sentence
    assert "for this example: z = −0.5000" in once.sentence
    assert diagnose(trace, reveal, NodeRef(1, 1), PLAIN, None) == ()


@pytest.mark.parametrize(
    ("name", "slope", "symbol"),
    [
        ("sigmoid", math.exp(-6) / (1 + math.exp(-6)) ** 2, "σ′(z)"),
        ("tanh", 1 - math.tanh(6) ** 2, "tanh′(z)"),
    ],
)
def test_a_saturated_neuron_is_named_with_slope_and_z(name: str, slope: float, symbol: str) -> None:
    trace = recorded((name, "identity"), ([5.0], [0.0]))

    finding = the_one(diagnose(trace, all_known(trace), NodeRef(1, 0), PLAIN))

    assert finding.trouble is Trouble.SATURATED
    assert f"{symbol} = {PLAIN.number(slope)} is below 0.01" in finding.sentence
    assert "z = 6.000 lies on the flat part" in finding.sentence


def test_the_slope_at_the_limit_decides() -> None:
    limit = math.log((0.5 + math.sqrt(0.25 - 0.01)) / (0.5 - math.sqrt(0.25 - 0.01)))
    trace = recorded(("sigmoid", "identity"), ([limit - 1.001, limit - 0.999], [0.0]))

    assert troubled_neurons(trace, all_known(trace)) == ((NodeRef(1, 1), Trouble.SATURATED),)


def test_an_output_saturated_at_the_wrong_end_is_trouble_at_the_right_one_not() -> None:
    trace = recorded(("sigmoid",), ([6.0, 6.0],), targets=[0.0, 1.0])
    reveal = all_known(trace)

    wrong, right = (the_one(diagnose(trace, reveal, NodeRef(1, each), PLAIN)) for each in (0, 1))

    assert wrong.severity is Severity.WARNING
    assert right.severity is Severity.NOTE
    assert "a = 0.9991 is close to y = 1" in right.sentence
    assert troubled_neurons(trace, reveal) == ((NodeRef(1, 0), Trouble.SATURATED),)


def test_a_cross_entropy_cancels_the_flat_slope() -> None:
    trace = recorded(("sigmoid",), ([6.0],), cost="binary_cross_entropy")

    finding = the_one(diagnose(trace, all_known(trace), NodeRef(1, 0), PLAIN))

    assert finding.severity is Severity.NOTE
    assert "the error signal is a − y = 0.9991" in finding.sentence
    assert troubled_neurons(trace, all_known(trace)) == ()


def test_a_saturated_softmax_is_named_with_its_own_slope() -> None:
    trace = recorded(("softmax",), ([6.0, 0.0],))
    a = 1 / (1 + math.exp(-6))

    finding = the_one(diagnose(trace, all_known(trace), NodeRef(1, 0), PLAIN))

    assert f"a(1 − a) = {PLAIN.number(a * (1 - a))}" in finding.sentence
    assert "is close to 1" in finding.sentence


def test_the_summary_of_a_layer_names_its_neurons_from_the_chosen_first_index() -> None:
    biases = [6.0, 0.0, -8.0, 0.1]
    trace = recorded(("sigmoid", "identity"), (biases, [0.0]))

    finding = the_one(diagnose_layer(trace, all_known(trace), 1, replace(PLAIN, first_index=1)))

    assert finding.sentence == (
        "2 of 4 neurons of layer 1 are saturated (σ′(z) < 0.01): neurons 1, 3."
    )


def test_a_long_list_of_neurons_is_elided() -> None:
    trace = recorded(("sigmoid", "identity"), ([9.0] * 12 + [0.0], [0.0]))

    finding = diagnose_layer(trace, all_known(trace), 1, PLAIN)[0]

    assert finding.sentence.endswith("0, 1, 2, 3, 4, 5, 6, 7 and 4 more.")


def test_a_layer_without_a_living_neuron_lets_nothing_through() -> None:
    trace = recorded(("relu", "identity"), ([-2.0, -3.0], [0.0]))

    finding = the_one(diagnose_layer(trace, all_known(trace), 1, PLAIN))

    assert finding.sentence.startswith("2 of 2 neurons of layer 1 are dead")
    assert "nothing flows back through this layer" in finding.sentence


def test_a_vanishing_gradient_is_named_with_both_numbers() -> None:
    trace = recorded(("sigmoid", "identity"), ([3.0], [0.0]))
    slope = math.exp(-4) / (1 + math.exp(-4)) ** 2
    error = 1 / (1 + math.exp(-4))

    finding = the_one(diagnose_layer(trace, all_known(trace), 1, PLAIN))

    assert finding.trouble is Trouble.VANISHING
    assert PLAIN.number(error * slope) in finding.sentence
    assert PLAIN.number(error) in finding.sentence
    assert f"{round(1 / slope)} times smaller" in finding.sentence


@pytest.mark.parametrize(("z", "times"), [(-199.0, "×10⁸⁶ times"), (-740.0, "∞ times")])
def test_a_gradient_that_has_all_but_vanished_is_told_in_a_few_digits(z: float, times: str) -> None:
    trace = recorded(("sigmoid", "identity"), ([z - 1], [0.0]), targets=[1.0])
    found = diagnose_layer(trace, all_known(trace), 1, PLAIN)
    vanishing = tuple(each for each in found if each.trouble is Trouble.VANISHING)
    assert f"{times} smaller" in the_one(vanishing).sentence


def test_values_that_grow_a_hundredfold_are_exploding() -> None:
    weights = (np.array([[1.0]]), np.array([[200.0]]))
    trace = recorded(("identity", "identity"), ([0.0], [0.0]), weights=weights)

    up = the_one(diagnose_layer(trace, all_known(trace), 2, PLAIN))
    back = the_one(diagnose_layer(trace, all_known(trace), 1, PLAIN))

    assert "z of layer 2 is on average 200.0 in size, 200 times larger than 1" in up.sentence
    assert up.trouble is back.trouble is Trouble.EXPLODING
    assert "40000 in size, 200 times larger than 200.0 in layer 2" in back.sentence


def test_a_huge_z_and_a_huge_error_signal_are_named() -> None:
    trace = recorded(("identity",), ([4999.0],))

    sentences = [each.sentence for each in diagnose(trace, all_known(trace), NodeRef(1, 0), PLAIN)]

    assert sentences[0].startswith("z = 5000 is beyond ±1,000")
    assert sentences[1].startswith("∂C/∂b = 5000 is beyond ±1,000")


def test_the_first_number_that_is_not_finite_is_named_in_the_order_of_computation() -> None:
    weights = (np.array([[1e200], [1.0]]), np.array([[1e200, 0.0]]))
    trace = recorded(("identity", "identity"), ([0.0, 0.0], [0.0]), weights=weights)

    before = first_not_finite(trace, timeline_of(trace, 1).reveal(), PLAIN)
    finding = first_not_finite(trace, all_known(trace), PLAIN)

    assert before is None
    assert finding is not None
    assert finding.sentence.startswith("z of neuron 0 of layer 2 is ∞")
    assert finding.ref == NodeRef(2, 0)
    assert (NodeRef(2, 0), Trouble.NOT_FINITE) in troubled_neurons(trace, all_known(trace))


def test_a_nan_among_the_weights_is_found_there_and_not_where_it_spreads() -> None:
    weights = (np.array([[1.0], [np.nan]]), np.array([[1.0, 1.0]]))
    trace = recorded(("identity", "identity"), ([0.0, 0.0], [0.0]), weights=weights)

    finding = first_not_finite(trace, all_known(trace), PLAIN)

    assert finding is not None
    assert finding.ref == EdgeRef(1, 1, 0)
    assert finding.sentence.startswith("The weight w(1, 0) of layer 1 is NaN")


def test_a_weight_whose_input_is_zero_is_told_why_it_gets_no_gradient() -> None:
    trace = recorded(("sigmoid",), ([0.0],), [[0.0]])

    finding = the_one(diagnose(trace, all_known(trace), EdgeRef(1, 0, 0), PLAIN))

    assert trace.value(Quantity.WEIGHT_GRADIENT, EdgeRef(1, 0, 0)) == 0
    assert finding.sentence == ("This weight gets no gradient, because its input, input 0, is 0.")


def test_a_weight_of_a_dead_neuron_points_at_the_neuron() -> None:
    trace = recorded(("relu", "identity"), ([-2.0], [0.0]))

    finding = the_one(diagnose(trace, all_known(trace), EdgeRef(1, 0, 0), PLAIN))

    assert finding.ref == NodeRef(1, 0)
    assert "its z = −1.000 is not above 0" in finding.sentence


def test_a_moment_speaks_of_the_selection_first_and_then_of_the_steps_layer() -> None:
    trace = recorded(("sigmoid", "identity"), ([6.0, 0.0], [0.0]))

    findings = findings_at(trace, timeline_of(trace, 1), NodeRef(1, 0), PLAIN)

    assert [each.ref for each in findings] == [NodeRef(1, 0), None]
    assert findings_at(trace, timeline_of(trace, -1), NodeRef(1, 0), PLAIN) == ()


@pytest.mark.parametrize("position", range(9))
def test_a_healthy_network_gets_no_findings(position: int) -> None:
    trace = recorded(("tanh", "sigmoid"), ([-0.5, -0.8], [-0.7]), targets=[0.3])

    timeline = timeline_of(trace, position)

    assert findings_at(trace, timeline, NodeRef(1, 0), PLAIN) == ()


def test_a_dead_relu_says_nothing_of_the_examples_to_come() -> None:
    trace = recorded(("relu", "identity"), ([-3.0], [0.0]), [[1.0], [2.0]])

    sentence = the_one(diagnose(trace, timeline_of(trace, 1).reveal(), NodeRef(1, 0), PLAIN))

    assert sentence.sentence.startswith(
        "Inactive ReLU, dead for this example: z = −2.000 is below 0"
    )


@pytest.mark.parametrize(("example", "whom"), [(0, "this example"), (None, "all 2 examples")])
def test_a_summary_says_for_whom_a_relu_is_dead_and_calls_its_number_a_neuron(
    example: int | None, whom: str
) -> None:
    trace = recorded(("relu", "identity"), ([5.0, -3.0], [0.0]), [[1.0], [2.0]])

    finding = the_one(diagnose_layer(trace, all_known(trace), 1, PLAIN, example))

    assert finding.sentence == (
        f"1 of 2 neurons of layer 1 is dead for {whom} (z ≤ 0, so ReLU′(z) = 0): neuron 1."
    )


def test_signs_that_cancel_over_the_examples_make_nothing_vanish_or_explode() -> None:
    spec = NetworkSpec((1, 1, 2), ("identity", "identity"))
    parameters = Parameters((np.ones((1, 1)), np.ones((2, 1))), (np.zeros(1), np.full(2, 0.5)))
    x, outputs = np.array([[1.0], [-0.999]]), np.array([[1.5, 1.5], [-0.499, -0.499]])
    errors = np.array([[1.0, 0.0], [0.0, -0.999]])  # 1 and −0.999 in layer 1, where z is that too

    trace = PassTrace.record(spec, parameters, x, outputs - errors, PassSettings(0.1))

    assert abs(trace.value(Quantity.BIAS_GRADIENT, NodeRef(1, 0), None)) < 0.001
    assert diagnose_layer(trace, all_known(trace), 1, PLAIN, None) == ()
    assert diagnose_layer(trace, all_known(trace), 2, PLAIN, None) == ()


@pytest.mark.parametrize("ref", [NodeRef(1, 0), EdgeRef(1, 0, 0)])
def test_a_mistaken_pass_that_sends_a_gradient_through_a_dead_relu_is_not_said_to_send_none(
    ref: NodeRef | EdgeRef,
) -> None:
    right = recorded(("relu", "identity"), ([-2.0], [1.0]))
    trace = PassTrace.record(
        right.spec, right.before, right.inputs, right.targets, right.settings,
        Mistake.HIDDEN_DERIVATIVE_FORGOTTEN,
    )  # fmt: skip
    gradient = Quantity.BIAS_GRADIENT if isinstance(ref, NodeRef) else Quantity.WEIGHT_GRADIENT

    sentences = [each.sentence for each in diagnose(trace, all_known(trace), ref, PLAIN)]

    assert trace.value(gradient, ref) == 1
    assert not [each for each in sentences if "nothing flows" in each or "no gradient" in each]


def test_a_number_that_is_not_finite_is_found_in_whichever_example_it_is_computed_first() -> None:
    weights = (np.array([[1e200]]), np.array([[1e200]]))
    trace = recorded(("identity", "identity"), ([0.0], [0.0]), [[0.0], [1.0]], weights=weights)
    steps = len(timeline_of(trace).steps)

    for position in (steps - 2, steps - 1):  # the mean, the update
        timeline = timeline_of(trace, position)
        finding = first_not_finite(trace, timeline.reveal(), PLAIN, timeline.example)
        assert finding is not None
        assert finding.sentence.startswith("z of neuron 0 of layer 2 in example 2 is ∞")
