"""Explanations read as a reader would: the numbers shown are worked out again."""

import math
import re
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.costs import COSTS
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.formatting import number
from nnviz.trace.explain import Explanation, explain
from nnviz.trace.pass_trace import PassSettings, PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.trace.steps import Granularity, Step, StepKind, build_steps

MakeTrace = Callable[..., PassTrace]

HIDDEN = [name for name in ACTIVATIONS if name != "softmax"]
OUTPUTS = [(cost.name, output) for cost in COSTS.values() for output in cost.outputs]
NUMBER = r"−?(?:[\d.]+(?:×10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?)"
SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def as_float(text: str) -> float:
    mantissa, _, power = text.replace("−", "-").partition("×10")
    return float(f"{mantissa}e{power.translate(SUPERSCRIPTS) or 0}")


def last_unit(text: str) -> float:
    """One unit of the last digit shown."""
    mantissa, _, power = text.partition("×10")
    decimals = len(mantissa.partition(".")[2])
    return 10.0 ** (int(power.translate(SUPERSCRIPTS) or 0) - decimals)


def worked_out(expression: str) -> float:
    """Work an expression out with the numbers that it shows."""
    text = re.sub(NUMBER, lambda found: repr(as_float(found[0])), expression)
    text = re.sub(r"\(\d[\d,.]* more, together (\S+)\)", r"(\1)", text)
    text = text.replace("e<sup>", "exp(").replace("<sup>2.0</sup>", "**2").replace("</sup>", ")")
    text = text.replace("·", "*").replace("−", "-").replace("½", "0.5").replace("ln", "log")
    with np.errstate(over="ignore"):  # e¹⁰⁰⁰ is ∞ here, and 1/(1 + ∞) is 0
        return eval(text, {"exp": np.exp, "log": math.log, "tanh": math.tanh, "max": max})


def term_count(expression: str) -> int:
    return len(re.findall(r" [+−] ", expression)) + 1


def steps_with_nodes(spec: NetworkSpec) -> Iterator[tuple[Step, NodeRef | None]]:
    for granularity in Granularity:
        for step in build_steps(spec, granularity):
            yield step, None
            layers = (step.layer,)
            if step.kind is StepKind.UPDATE:
                layers = tuple(range(1, spec.layer_count + 1))
            for layer in layers:
                for neuron in range(spec.sizes[layer]):
                    yield step, NodeRef(layer, neuron)


def assert_adds_up(line: str) -> None:
    left, *expressions, value = line.split(" = ")
    for expression in expressions:
        # Float64's own rounding, where large terms cancel to almost nothing; a slope is no sum.
        largest = max(abs(as_float(text)) for text in re.findall(NUMBER, expression))
        noise = 0 if "′" in left else 1e-13 * largest
        allowed = term_count(expression) * last_unit(value) * 1.0001 + noise
        assert abs(worked_out(expression) - as_float(value)) <= allowed, line


@pytest.mark.parametrize(("examples", "decay"), [(1, 0.0), (1, 0.02), (7, 0.0), (3, 0.02)])
def test_the_numbers_shown_add_up_to_the_value_shown(
    make_trace: MakeTrace, spec: NetworkSpec, examples: int, decay: float
) -> None:
    for seed in range(3):
        trace = make_trace(spec, seed, examples, decay, "standard_normal")
        for step, node in steps_with_nodes(spec):
            if node is None and step.kind is not StepKind.COST:
                continue
            for line in explain(trace, step, node, example=examples - 1).numeric:
                assert_adds_up(line)


@pytest.mark.parametrize("digits", [2, 3, 6, 9])
def test_they_add_up_with_any_number_of_digits(make_trace: MakeTrace, digits: int) -> None:
    spec = NetworkSpec((20, 9, 4), ("sigmoid", "softmax"), "categorical_cross_entropy")
    trace = make_trace(spec, 5, 2, 0.01)

    for step, node in steps_with_nodes(spec):
        if node is not None:
            for line in explain(trace, step, node, digits).numeric:
                assert_adds_up(line)


@pytest.mark.parametrize("examples", [1, 4])
def test_the_last_value_is_the_recorded_one(
    make_trace: MakeTrace, spec: NetworkSpec, examples: int
) -> None:
    trace = make_trace(spec, 1, examples, 0.02)
    example = examples - 1
    quantities = {
        StepKind.INPUT: Quantity.ACTIVATION,
        StepKind.LAYER: Quantity.ACTIVATION,
        StepKind.PREACTIVATION: Quantity.PREACTIVATION,
        StepKind.ACTIVATION: Quantity.ACTIVATION,
        StepKind.ACTIVATION_GRADIENT: Quantity.ACTIVATION_GRADIENT,
        StepKind.BIAS_GRADIENT: Quantity.BIAS_GRADIENT,
        StepKind.UPDATE: Quantity.BIAS_AFTER,
    }

    for step, node in steps_with_nodes(spec):
        if node is None or step.kind not in quantities:
            continue
        last = explain(trace, step, node, example=example).numeric[-1].split(" = ")[-1]
        assert last == number(trace.value(quantities[step.kind], node, example))


def test_each_line_of_the_weight_gradients_has_the_recorded_value(
    make_trace: MakeTrace, spec: NetworkSpec
) -> None:
    trace = make_trace(spec, 1, 3, 0.02)

    for step, node in steps_with_nodes(spec):
        if node is None or step.kind is not StepKind.WEIGHT_GRADIENT:
            continue
        lines = explain(trace, step, node).numeric
        assert len(lines) == (spec.sizes[node.layer - 1] if spec.sizes[node.layer - 1] <= 4 else 3)
        for line in lines:
            source = int(re.search(rf"<sub>{node.neuron},(\d+)</sub> = ", line)[1])
            edge = EdgeRef(node.layer, node.neuron, source)
            value = number(trace.value(Quantity.WEIGHT_GRADIENT, edge))
            assert line.endswith(f" = {value}")


@pytest.mark.parametrize("examples", [1, 4])
def test_the_cost_and_the_shares_of_its_outputs(
    make_trace: MakeTrace, spec: NetworkSpec, examples: int
) -> None:
    trace = make_trace(spec, 2, examples)
    step = next(s for s in build_steps(spec, Granularity.LAYER) if s.kind is StepKind.COST)

    whole = explain(trace, step, digits=12)
    shares = [
        explain(trace, step, NodeRef(step.layer, neuron), digits=12)
        for neuron in range(spec.sizes[-1])
    ]

    assert whole.numeric[-1].endswith(f" = {number(trace.cost, 12)}")
    together = sum(as_float(share.numeric[-1].split(" = ")[-1]) for share in shares)
    assert together == pytest.approx(as_float(whole.numeric[0].split(" = ")[-1]), rel=1e-10)


def explained(
    trace: PassTrace, kind: StepKind, layer: int, neuron: int | None = None
) -> Explanation:
    steps = [
        step
        for granularity in Granularity
        for step in build_steps(trace.spec, granularity)
        if (step.kind, step.layer) == (kind, layer)
    ]
    return explain(trace, steps[0], None if neuron is None else NodeRef(layer, neuron))


def test_a_neuron_of_the_primer_in_symbols_and_numbers() -> None:
    spec = NetworkSpec((1, 1, 1), ("sigmoid", "sigmoid"))
    parameters = Parameters.frozen(
        [np.array([[1.58]]), np.array([[2.45]])], [np.array([-0.14]), np.array([-0.11])]
    )
    trace = PassTrace.record(spec, parameters, np.array([0.8]), np.array([1.0]), PassSettings(0.1))

    lines = {
        (kind, layer): explained(trace, kind, layer, 0).numeric[-1].partition(" = ")[2]
        for kind, layer in [
            (StepKind.PREACTIVATION, 1),
            (StepKind.ACTIVATION, 1),
            (StepKind.ACTIVATION_GRADIENT, 2),
            (StepKind.BIAS_GRADIENT, 2),
            (StepKind.WEIGHT_GRADIENT, 2),
            (StepKind.ACTIVATION_GRADIENT, 1),
            (StepKind.UPDATE, 2),
        ]
    }

    assert lines == {
        (StepKind.PREACTIVATION, 1): "1.580 · 0.8000 − 0.1400 = 1.124",
        (StepKind.ACTIVATION, 1): "1/(1 + e<sup>−1.124</sup>) = 0.7547",
        (StepKind.ACTIVATION_GRADIENT, 2): "0.8506 − 1.000 = −0.1494",
        (StepKind.BIAS_GRADIENT, 2): "0.1271 · (−0.1494) = −0.01899",
        (StepKind.WEIGHT_GRADIENT, 2): "−0.01899 · 0.7547 = −0.01433",
        (StepKind.ACTIVATION_GRADIENT, 1): "2.450 · (−0.01899) = −0.04653",
        (StepKind.UPDATE, 2): "−0.1100 − 0.1000 · (−0.01899) = −0.1081",
    }


def test_softmax_targets_that_do_not_add_up_to_one_have_the_general_formula(
    make_trace: MakeTrace,
) -> None:
    trace = make_trace(NetworkSpec((2, 2), ("softmax",), "categorical_cross_entropy"))
    unusual = PassTrace.record(
        trace.spec, trace.before, trace.inputs, np.array([0.9, 0.8]), PassSettings(0.1)
    )

    explanation = explained(unusual, StepKind.BIAS_GRADIENT, 1, 1)

    assert "Σ<sub>i</sub> y<sub>i</sub> − y<sub>1</sub>" in explanation.symbolic
    assert_adds_up(explanation.numeric[-1])


def test_a_long_sum_shows_its_three_largest_terms_and_what_the_others_come_to(
    make_trace: MakeTrace,
) -> None:
    trace = make_trace(NetworkSpec((784, 2, 2), ("sigmoid", "sigmoid")))
    products = trace.before.weights[0][1] * trace.inputs[0]

    line = explained(trace, StepKind.PREACTIVATION, 1, 1).numeric[0]

    assert "(781 more, together " in line
    shown = [worked_out(term) for term in re.findall(rf"{NUMBER} · \(?{NUMBER}\)?", line)]
    largest = np.sort(np.abs(products))[-3:][::-1]
    np.testing.assert_allclose(np.abs(shown), largest, rtol=2e-3)


def test_the_cost_of_two_examples_with_a_penalty_in_numbers() -> None:
    spec = NetworkSpec((1, 1), ("identity",))
    parameters = Parameters.frozen([np.array([[2.0]])], [np.array([0.5])])
    trace = PassTrace.record(
        spec,
        parameters,
        np.array([[1.0], [2.0]]),
        np.array([[1.0], [4.0]]),
        PassSettings(0.1, 0.25),
    )

    assert explained(trace, StepKind.COST, 1).numeric == (
        "C<sub>x</sub> = ½ · (2.500 − 1.000)<sup>2</sup> = 1.125",
        "C = (1.125 + 0.1250)/2 + ½ · 0.2500 · 4.000 = 1.125",
    )


@pytest.mark.parametrize(("cost", "output"), OUTPUTS)
@pytest.mark.parametrize("hidden", ["tanh", "leaky_relu"])
@pytest.mark.parametrize("bias", [0.0, 40.0, -40.0, 1000.0, -1000.0])
def test_saturated_networks_are_explained_with_numbers_that_add_up(
    cost: str, output: str, hidden: str, bias: float
) -> None:
    spec = NetworkSpec((2, 2, 2), (hidden, output), cost)
    parameters = Parameters.frozen(
        [np.eye(2), np.eye(2)], [np.array([bias, -bias]), np.array([bias, -bias])]
    )
    for target in ([0.0, 1.0], [1.0, 0.0]):
        trace = PassTrace.record(
            spec, parameters, np.array([0.5, 0.25]), np.array(target), PassSettings(0.1)
        )
        for step, node in steps_with_nodes(spec):
            if node is not None or step.kind is StepKind.COST:
                for line in explain(trace, step, node).numeric:
                    if abs(as_float(line.split(" = ")[-1])) < 1e300:
                        assert_adds_up(line)
