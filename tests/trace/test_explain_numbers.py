"""Explanations read as a reader would: the numbers shown are worked out again."""

import math
import re
from collections.abc import Callable, Iterable, Iterator

import numpy as np
import pytest

from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.costs import COSTS
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.formatting import number
from nnviz.trace.explain import explain
from nnviz.trace.expression_text import plain
from nnviz.trace.expressions import (
    Expression,
    Face,
    Fenced,
    Fraction,
    Matrix,
    Row,
    Scripted,
    Tag,
    Tagged,
    Word,
)
from nnviz.trace.notation import Notation
from nnviz.trace.pass_trace import PassSettings, PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import NodeRef
from nnviz.trace.steps import Granularity, Phase, Step, StepKind, build_steps
from tests.sampling import every

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
    text = re.sub(r"\(\d[\d,.]* more, together (\S+?)\)", r"(\1)", expression)
    text = re.sub(rf"e\^({NUMBER}|\([^()]*\))", r"exp(\1)", text).replace("^2", "**2")
    text = re.sub(NUMBER, lambda found: f"({as_float(found[0])!r})", text)
    text = text.replace("·", "*").replace("−", "-").replace("½", "0.5").replace("ln", "log")
    with np.errstate(over="ignore"):  # e¹⁰⁰⁰ is ∞ here, and 1/(1 + ∞) is 0
        return eval(text, {"exp": np.exp, "log": math.log, "tanh": math.tanh, "max": max})


def term_count(expression: str) -> int:
    return len(re.findall(r" [+−] ", expression)) + 1


def steps_with_nodes(
    spec: NetworkSpec, examples: int = 1, granularities: Iterable[Granularity] = Granularity
) -> Iterator[tuple[Step, NodeRef | None]]:
    for granularity in granularities:
        for step in build_steps(spec, granularity, examples):
            yield step, None
            layers = (step.layer,)
            if step.kind in (StepKind.UPDATE, StepKind.MEAN_GRADIENT):
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


def lines_of(
    trace: PassTrace, step: Step, node: NodeRef | None = None, notation: Notation | None = None
) -> list[str]:
    return [str(line) for line in explain(trace, step, node, notation).numeric]


def is_of_matrices(step: Step, node: NodeRef | None) -> bool:
    return node is None and step.neuron is None and step.kind is not StepKind.COST


def test_the_numbers_shown_add_up_to_the_value_shown(
    make_trace: MakeTrace, spec: NetworkSpec
) -> None:
    trace = make_trace(spec, 0, 1, 0.02, "standard_normal")

    for step, node in steps_with_nodes(spec, 1, [Granularity.OPERATION]):
        if not is_of_matrices(step, node):
            for line in lines_of(trace, step, node):
                assert_adds_up(line)


@pytest.mark.parametrize("digits", [2, 9])
def test_they_add_up_with_any_number_of_digits(make_trace: MakeTrace, digits: int) -> None:
    spec = NetworkSpec((20, 9, 4), ("sigmoid", "softmax"), "categorical_cross_entropy")
    trace = make_trace(spec, 5, 2, 0.01)

    for step, node in steps_with_nodes(spec, 2, [Granularity.OPERATION]):
        if node is not None:
            for line in lines_of(trace, step, node, Notation(digits=digits)):
                assert_adds_up(line)


def random_spec(rng: np.random.Generator) -> NetworkSpec:
    """A network of depth 1 to 4 with any activations and a cost that goes with them."""
    depth = int(rng.integers(1, 5))
    cost, output = OUTPUTS[int(rng.integers(len(OUTPUTS)))]
    hidden = [HIDDEN[index] for index in rng.integers(len(HIDDEN), size=depth - 1)]
    sizes = tuple(int(size) for size in rng.integers(1, 6, size=depth + 1))
    return NetworkSpec(sizes, (*hidden, output), cost)


def chosen_nodes(
    spec: NetworkSpec, examples: int, rng: np.random.Generator
) -> Iterator[tuple[Step, NodeRef | None]]:
    """Every step at every granularity with one neuron, the costs without one, too."""
    for granularity in Granularity:
        for step in build_steps(spec, granularity, examples):
            layer = step.layer
            neuron = step.neuron
            if neuron is None:
                neuron = int(rng.integers(spec.sizes[layer]))
            yield step, NodeRef(layer, neuron)
            if step.kind is StepKind.COST:
                yield step, None


def numbers_in(expression: Expression) -> Iterator[tuple[Tag, str]]:
    """Every number of an expression that says which recorded value it is."""
    match expression:
        case Tagged(inside=Word(face=Face.NUMBER, text=text), tag=tag):
            yield tag, text
        case Tagged(inside=inside) | Fenced(inside=inside):
            yield from numbers_in(inside)
        case Row(parts=parts):
            for part in parts:
                yield from numbers_in(part)
        case Scripted(base=base):
            yield from numbers_in(base)
        case Fraction(numerator=above, denominator=below):
            yield from numbers_in(above)
            yield from numbers_in(below)
        case Matrix(rows=rows):
            for line in rows:
                for entry in line:
                    yield from numbers_in(entry)


@pytest.mark.parametrize("seed", every(4, range(200)))
def test_every_step_of_a_random_network_ends_with_the_recorded_value(
    make_trace: MakeTrace, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    spec = random_spec(rng)
    examples = int(rng.integers(1, 3))
    decay, dropout = float(rng.choice([0.0, 0.02])), float(rng.choice([0.0, 0.3]))
    trace = make_trace(spec, seed, examples, decay, "standard_normal", dropout=dropout)

    for step, node in chosen_nodes(spec, examples, rng):
        equations = explain(trace, step, node).numeric
        for line in equations:
            assert_adds_up(str(line))
        result = equations[-1].sides[-1]
        if step.kind is StepKind.COST:
            if node is None:
                assert plain(result) == number(trace.cost_of(step.example))
        else:
            ((tag, text),) = numbers_in(result)
            assert text == number(trace.value(tag.quantity, tag.ref, step.example))


@pytest.mark.parametrize("matrix", [False, True])
@pytest.mark.parametrize("seed", range(15))
def test_every_number_shown_is_the_recorded_one(
    make_trace: MakeTrace, seed: int, matrix: bool
) -> None:
    rng = np.random.default_rng(seed)
    spec = random_spec(rng)
    trace = make_trace(spec, seed, int(rng.integers(1, 3)), 0.02, "standard_normal")
    twelve, seen = Notation(digits=12), 0

    for step, node in chosen_nodes(spec, trace.example_count, rng):
        for line in explain(trace, step, node, twelve, matrix=matrix).numeric:
            for tag, text in numbers_in(line.expression):
                if tag.quantity is None or tag.ref is None:
                    continue
                recorded = trace.value(tag.quantity, tag.ref, step.example)
                # The sum before a minus sign shows the number without its own.
                assert abs(as_float(text)) == pytest.approx(abs(recorded), rel=1e-11)
                seen += 1

    assert seen > 20


def test_each_line_of_the_weight_gradients_has_the_recorded_value(
    make_trace: MakeTrace, spec: NetworkSpec
) -> None:
    trace = make_trace(spec, 1, 1, 0.02)

    for step, node in steps_with_nodes(spec):
        if node is None or step.kind is not StepKind.WEIGHT_GRADIENT:
            continue
        lines = explain(trace, step, node).numeric
        assert len(lines) == (spec.sizes[node.layer - 1] if spec.sizes[node.layer - 1] <= 4 else 3)
        for line in lines:
            tag = line.sides[-1].tag
            assert tag.ref.target_node == node
            assert str(line).endswith(
                f" = {number(trace.value(Quantity.WEIGHT_GRADIENT, tag.ref))}"
            )


def test_the_cost_of_several_examples_is_the_mean_of_theirs(
    make_trace: MakeTrace, spec: NetworkSpec
) -> None:
    trace = make_trace(spec, 2, 4, 0.02)
    steps = build_steps(spec, Granularity.LAYER, 4)
    nine = Notation(digits=9)

    costs = [
        as_float(lines_of(trace, step, None, nine)[0].split(" = ")[-1])
        for step in steps
        if step.kind is StepKind.COST
    ]
    mean = next(step for step in steps if step.kind is StepKind.MEAN_GRADIENT)
    together = lines_of(trace, mean, None, nine)[0]

    assert_adds_up(together)
    assert together.endswith(f" = {number(trace.cost, 9)}")
    squares = sum(float((w * w).sum()) for w in trace.before.weights)
    assert np.mean(costs) + 0.01 * squares == pytest.approx(trace.cost, rel=1e-8)


def test_the_shares_of_the_outputs_make_the_cost(make_trace: MakeTrace, spec: NetworkSpec) -> None:
    trace = make_trace(spec, 2)
    step = next(s for s in build_steps(spec, Granularity.LAYER) if s.kind is StepKind.COST)
    twelve = Notation(digits=12)

    whole = lines_of(trace, step, None, twelve)[-1]
    shares = [
        lines_of(trace, step, NodeRef(step.layer, neuron), twelve)[-1]
        for neuron in range(spec.sizes[-1])
    ]

    assert whole.endswith(f" = {number(trace.cost, 12)}")
    together = sum(as_float(share.split(" = ")[-1]) for share in shares)
    assert together == pytest.approx(trace.cost, rel=1e-10)


def explained(trace: PassTrace, kind: StepKind, layer: int, neuron: int | None = None) -> list[str]:
    steps = [
        step
        for granularity in Granularity
        for step in build_steps(trace.spec, granularity)
        if (step.kind, step.layer) == (kind, layer)
    ]
    return lines_of(trace, steps[0], None if neuron is None else NodeRef(layer, neuron))


def test_a_neuron_of_the_primer_in_symbols_and_numbers() -> None:
    spec = NetworkSpec((1, 1, 1), ("sigmoid", "sigmoid"))
    parameters = Parameters.frozen(
        [np.array([[1.58]]), np.array([[2.45]])], [np.array([-0.14]), np.array([-0.11])]
    )
    trace = PassTrace.record(spec, parameters, np.array([0.8]), np.array([1.0]), PassSettings(0.1))

    lines = {
        (kind, layer): explained(trace, kind, layer, 0)[-1].partition(" = ")[2]
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
        (StepKind.ACTIVATION, 1): "1/(1 + e^−1.124) = 0.7547",
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
    step = next(
        step
        for step in build_steps(trace.spec, Granularity.OPERATION)
        if step.kind is StepKind.BIAS_GRADIENT
    )

    explanation = explain(unusual, step, NodeRef(1, 1))

    assert "Σ_i y_i − y_1" in plain(explanation.symbolic[0])
    assert_adds_up(str(explanation.numeric[-1]))


def test_a_long_sum_shows_its_three_largest_terms_and_what_the_others_come_to(
    make_trace: MakeTrace,
) -> None:
    trace = make_trace(NetworkSpec((784, 2, 2), ("sigmoid", "sigmoid")))
    products = trace.before.weights[0][1] * trace.inputs[0]

    line = explained(trace, StepKind.PREACTIVATION, 1, 1)[0]

    assert "(781 more, together " in line
    shown = [worked_out(term) for term in re.findall(rf"{NUMBER} · \(?{NUMBER}\)?", line)]
    largest = np.sort(np.abs(products))[-3:][::-1]
    np.testing.assert_allclose(np.abs(shown), largest, rtol=2e-3)


@pytest.mark.parametrize(("cost", "output"), OUTPUTS)
@pytest.mark.parametrize("hidden", ["tanh", "leaky_relu"])
@pytest.mark.parametrize(
    "bias",
    [0.0, 1000.0, -1000.0, *(pytest.param(bias, marks=pytest.mark.slow) for bias in (40.0, -40.0))],
)
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
        for step, node in steps_with_nodes(spec, 1, [Granularity.OPERATION]):
            if not is_of_matrices(step, node):
                for line in lines_of(trace, step, node):
                    if abs(as_float(line.split(" = ")[-1])) < 1e300:
                        assert_adds_up(line)


@pytest.mark.parametrize("examples", every(2, [3, 1]))
def test_a_sum_that_grows_term_by_term_ends_with_the_recorded_value(
    make_trace: MakeTrace, spec: NetworkSpec, examples: int
) -> None:
    trace = make_trace(spec, 4, examples)

    for step in build_steps(spec, Granularity.NEURON, examples):
        running = [str(line) for line in explain(trace, step).running]
        if not running:
            continue
        quantity = (
            Quantity.PREACTIVATION if step.phase is Phase.FORWARD else Quantity.ACTIVATION_GRADIENT
        )
        value = trace.value(quantity, NodeRef(step.layer, step.neuron), step.example)
        assert running[-1].split(" = ")[-1] == number(value)
        for line in running:
            assert_adds_up(f"s = {line}")


def test_a_growing_sum_of_many_terms_has_a_line_for_the_six_largest(make_trace: MakeTrace) -> None:
    trace = make_trace(NetworkSpec((50, 2), ("sigmoid",)))
    step = build_steps(trace.spec, Granularity.NEURON)[2]

    lines = [str(line) for line in explain(trace, step).running]

    assert len(lines) == 8  # six terms, the others, the bias
    assert "(44 more, together " in lines[6]
