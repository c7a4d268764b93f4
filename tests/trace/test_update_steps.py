"""The update with an optimizer's memory: its numbers, its steps, and what is told of them."""

import math
import re
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from nnviz.engine.network import NetworkSpec
from nnviz.engine.optimizers import OPTIMIZERS, PLAIN, Optimizer
from nnviz.formatting import number
from nnviz.trace.explain import Explanation, explain
from nnviz.trace.explain_code import code_of
from nnviz.trace.explain_edge import explain_edge
from nnviz.trace.expression_text import latex, plain
from nnviz.trace.mistakes import Mistake
from nnviz.trace.moments import moment_symbol, moments_of
from nnviz.trace.notation import LayerPlace, Notation, WeightOrder
from nnviz.trace.operations import operations
from nnviz.trace.pass_trace import PassSettings, PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.trace.steps import Granularity, Phase, Step, StepKind, build_steps
from nnviz.trace.timeline import Timeline
from nnviz.trace.update_code import update_variables

MakeTrace = Callable[..., PassTrace]

SPEC = NetworkSpec((3, 4, 2), ("tanh", "sigmoid"))
WITH_MEMORY = [name for name in OPTIMIZERS if name != "sgd"]
FINER = [Granularity.OPERATION, Granularity.NEURON]
NUMBER = r"−?(?:[\d.]+(?:×10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?)"
SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def update_steps(trace: PassTrace, granularity: Granularity) -> list[Step]:
    steps = build_steps(trace.spec, granularity, trace.example_count, trace.optimizer)
    return [step for step in steps if step.phase is Phase.UPDATE]


# The steps


def test_plain_descent_updates_in_one_step_at_every_granularity() -> None:
    for granularity in Granularity:
        steps = build_steps(SPEC, granularity, 1, PLAIN)
        assert steps == build_steps(SPEC, granularity)
        assert [step.kind for step in steps if step.phase is Phase.UPDATE] == [StepKind.UPDATE]


@pytest.mark.parametrize("name", WITH_MEMORY)
@pytest.mark.parametrize("granularity", FINER)
def test_finer_steps_take_the_update_apart(name: str, granularity: Granularity) -> None:
    steps = build_steps(SPEC, granularity, 2, Optimizer(name))
    kinds = [step.kind for step in steps if step.phase is Phase.UPDATE]

    corrected = [StepKind.BIAS_CORRECTION] if name.startswith("adam") else []
    assert kinds == [StepKind.MOMENTS, *corrected, StepKind.NEW_VALUES]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_layer_step_makes_known_what_the_finer_ones_do(name: str) -> None:
    coarse, fine = (
        {known for step in steps if step.phase is Phase.UPDATE for known in step.reveals}
        for steps in (
            build_steps(SPEC, granularity, 2, Optimizer(name))
            for granularity in (Granularity.LAYER, Granularity.OPERATION)
        )
    )

    assert coarse == fine
    # New weights and biases, and two numbers of each for every moment, corrected or not.
    stages = 2 if name.startswith("adam") else 1
    assert len(coarse) == SPEC.layer_count * (2 + 2 * stages * OPTIMIZERS[name].moments)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_switching_the_granularity_in_mid_update_keeps_the_moment(name: str) -> None:
    optimizer = Optimizer(name)
    fine = Timeline(build_steps(SPEC, Granularity.OPERATION, 2, optimizer))
    coarse = build_steps(SPEC, Granularity.LAYER, 2, optimizer)

    assert fine.to(99).with_steps(coarse).at_end
    one_before = fine.to(len(fine.steps) - 2).with_steps(coarse)
    assert one_before.position == len(coarse) - 2


@pytest.mark.parametrize("name", WITH_MEMORY)
def test_what_is_remembered_is_unknown_until_its_step(make_trace: MakeTrace, name: str) -> None:
    trace = make_trace(SPEC, optimizer=name)
    timeline = Timeline(build_steps(SPEC, Granularity.OPERATION, 1, trace.optimizer))
    first = next(at for at, step in enumerate(timeline.steps) if step.kind is StepKind.MOMENTS)

    for moment in moments_of(trace.optimizer):
        for before, after, corrected in (moment.weights, moment.biases):
            assert timeline.reveal().knows(before, 1)
            assert not timeline.to(first - 1).reveal().knows(after, 1, 2)
            assert timeline.to(first).reveal().knows(after, 1, 2)
            assert not timeline.to(first).reveal().knows(corrected, 1)
            assert not timeline.to(first).reveal().knows(Quantity.WEIGHT_AFTER, 1)
            known = timeline.to(first + 1).reveal().knows(corrected, 1)
            assert known == name.startswith("adam")


# The numbers


@pytest.mark.parametrize("decay", [0.0, 0.05])
@pytest.mark.parametrize("name", WITH_MEMORY)
def test_the_numbers_are_those_of_the_formulas(
    make_trace: MakeTrace, name: str, decay: float
) -> None:
    trace = make_trace(SPEC, 3, 4, decay, optimizer=name, earlier=3)
    eta, t = 0.01, 4
    q = Quantity
    assert trace.update_number == t

    for layer in (1, 2):
        for of_weight, value, gradient, after in (
            (True, q.WEIGHT, q.WEIGHT_GRADIENT, q.WEIGHT_AFTER),
            (False, q.BIAS, q.BIAS_GRADIENT, q.BIAS_AFTER),
        ):
            w, g, new = (trace.layer_values(each, layer, None) for each in (value, gradient, after))
            moments = [
                [trace.layer_values(each, layer, None)
                 for each in (moment.weights if of_weight else moment.biases)[:2]]
                for moment in moments_of(trace.optimizer)
            ]  # fmt: skip
            if name in ("momentum", "nesterov"):
                ((v, v_new),) = moments
                np.testing.assert_allclose(v_new, 0.9 * v + g, rtol=1e-12)
                step = v_new if name == "momentum" else g + 0.9 * v_new
                expected = w - eta * step
            elif name == "rmsprop":
                ((s, s_new),) = moments
                np.testing.assert_allclose(s_new, 0.99 * s + 0.01 * g * g, rtol=1e-12)
                expected = w - eta * g / (np.sqrt(s_new) + 1e-8)
            else:
                (m, m_new), (v, v_new) = moments
                np.testing.assert_allclose(m_new, 0.9 * m + 0.1 * g, rtol=1e-12)
                np.testing.assert_allclose(v_new, 0.999 * v + 0.001 * g * g, rtol=1e-12)
                hats = [
                    trace.layer_values(moment.weights[2] if of_weight else moment.biases[2], layer)
                    for moment in moments_of(trace.optimizer)
                ]
                np.testing.assert_allclose(hats[0], m_new / (1 - 0.9**t), rtol=1e-12)
                np.testing.assert_allclose(hats[1], v_new / (1 - 0.999**t), rtol=1e-12)
                lost = eta * 0.01 * w if name == "adamw" and of_weight else 0
                expected = w - lost - eta * hats[0] / (np.sqrt(hats[1]) + 1e-8)
            np.testing.assert_allclose(new, expected, rtol=1e-12)


@pytest.mark.parametrize("name", ["sgd", "momentum", "rmsprop"])
def test_what_an_optimizer_does_not_have_is_refused(make_trace: MakeTrace, name: str) -> None:
    trace = make_trace(SPEC, optimizer=name)

    with pytest.raises(KeyError):
        trace.layer_values(Quantity.WEIGHT_FIRST_CORRECTED, 1)


def test_a_pass_with_a_mistake_descends_plainly_whatever_the_optimizer(
    make_trace: MakeTrace,
) -> None:
    right = make_trace(SPEC, optimizer="adam")
    wrong = PassTrace.record(
        SPEC, right.before, right.inputs, right.targets, right.settings, Mistake.GRADIENT_ASCENT
    )

    assert wrong.optimizer == PLAIN
    assert [step.kind for step in update_steps(wrong, Granularity.OPERATION)] == [StepKind.UPDATE]
    with pytest.raises(KeyError):
        wrong.layer_values(Quantity.WEIGHT_FIRST, 1)


# The explanations


def as_float(text: str) -> float:
    mantissa, _, power = text.replace("−", "-").partition("×10")
    return float(f"{mantissa}e{power.translate(SUPERSCRIPTS) or 0}")


def worked_out(expression: str) -> float:
    """Work an expression out with the numbers that it shows, as a reader would."""
    text = re.sub(r"\(\d[\d,.]* more, together (\S+?)\)", r"(\1)", expression)
    text = re.sub(rf"e\^({NUMBER}|\([^()]*\))", r"exp(\1)", text)
    text = re.sub(NUMBER, lambda found: f"({as_float(found[0])!r})", text)
    text = text.replace("·", "*").replace("−", "-").replace("^", "**").replace("√", "sqrt")
    return eval(
        text, {"sqrt": math.sqrt, "exp": np.exp, "tanh": math.tanh, "max": max}
    )  # the program's own text, read as a reader would


def assert_adds_up(line: str, recorded: float | None = None) -> None:
    _, *expressions, value = line.split(" = ")
    mantissa, _, power = value.partition("×10")
    unit = 10.0 ** (int(power.translate(SUPERSCRIPTS) or 0) - len(mantissa.partition(".")[2]))
    for expression in expressions:
        terms = len(re.findall(r" [+−] ", expression)) + 1
        assert abs(worked_out(expression) - as_float(value)) <= terms * unit * 1.0001, line
    if recorded is not None:
        assert value == number(recorded)


def told_of(trace: PassTrace, node: NodeRef, notation: Notation) -> Iterator[Explanation]:
    for granularity in (Granularity.LAYER, Granularity.OPERATION):
        for step in update_steps(trace, granularity):
            yield explain(trace, step, node, notation)
            edge = EdgeRef(node.layer, node.neuron, 0)
            yield explain_edge(step.kind, trace, edge, notation, step.example)


@pytest.mark.parametrize("digits", [2, 4, 9])
@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("seed", range(4))
def test_a_reader_who_works_the_update_out_arrives_at_its_numbers(
    make_trace: MakeTrace, name: str, seed: int, digits: int
) -> None:
    rng = np.random.default_rng(seed)
    sizes = tuple(int(size) for size in rng.integers(1, 6, size=int(rng.integers(2, 5))))
    spec = NetworkSpec(sizes, ("tanh",) * (len(sizes) - 2) + ("sigmoid",))
    trace = make_trace(
        spec, seed, int(rng.integers(1, 4)), float(rng.choice([0.0, 0.02])),
        optimizer=name, earlier=int(rng.choice([0, 1, 12])), dropout=float(rng.choice([0, 0.4])),
    )  # fmt: skip
    layer = int(rng.integers(1, spec.layer_count + 1))
    node = NodeRef(layer, int(rng.integers(sizes[layer])))

    for told in told_of(trace, node, Notation(digits=digits)):
        assert told.numeric
        for line in told.numeric:
            assert_adds_up(str(line))


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_line_ends_with_its_recorded_number(make_trace: MakeTrace, name: str) -> None:
    trace = make_trace(SPEC, 1, 3, optimizer=name)

    for told in told_of(trace, NodeRef(1, 2), Notation()):
        for line in told.numeric:
            tag = line.sides[-1].tag
            assert_adds_up(str(line), trace.value(tag.quantity, tag.ref, None))


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("matrix", [False, True])
def test_the_update_is_told_completely_in_every_view(
    make_trace: MakeTrace, name: str, matrix: bool
) -> None:
    trace = make_trace(SPEC, 0, 2, 0.02, optimizer=name)

    for granularity in (Granularity.LAYER, Granularity.OPERATION):
        for step in update_steps(trace, granularity):
            for node in (None, NodeRef(1, 3), NodeRef(2, 0)):
                told = explain(trace, step, node, matrix=matrix)
                assert re.fullmatch(r"[A-Z][^.]*\.", told.sentence), told.sentence
                assert "{" not in told.sentence
                assert told.title[0].isupper()
                assert told.symbolic
                assert told.numeric
                for expression in (*told.symbolic, *(line.expression for line in told.numeric)):
                    text = latex(expression)
                    assert text.isascii(), text
                    assert text.count("{") == text.count("}")


SYMBOLS = {
    "momentum": ["v^(1)_2,0 ← μ v^(1)_2,0 + ∂C/∂w^(1)_2,0", "w^(1)_2,0 ← w^(1)_2,0 − η v^(1)_2,0"],
    "nesterov": [
        "v^(1)_2,0 ← μ v^(1)_2,0 + ∂C/∂w^(1)_2,0",
        "w^(1)_2,0 ← w^(1)_2,0 − η (∂C/∂w^(1)_2,0 + μ v^(1)_2,0)",
    ],
    "rmsprop": [
        "s^(1)_2,0 ← α s^(1)_2,0 + (1 − α) (∂C/∂w^(1)_2,0)^2",
        "w^(1)_2,0 ← w^(1)_2,0 − η (∂C/∂w^(1)_2,0)/(√(s^(1)_2,0) + ε)",
    ],
    "adam": [
        "m^(1)_2,0 ← β_1 m^(1)_2,0 + (1 − β_1) ∂C/∂w^(1)_2,0",
        "v^(1)_2,0 ← β_2 v^(1)_2,0 + (1 − β_2) (∂C/∂w^(1)_2,0)^2",
        "m̂^(1)_2,0 = m^(1)_2,0/(1 − β^t_1)",
        "v̂^(1)_2,0 = v^(1)_2,0/(1 − β^t_2)",
        "w^(1)_2,0 ← w^(1)_2,0 − η m̂^(1)_2,0/(√(v̂^(1)_2,0) + ε)",
    ],
}
SYMBOLS["adamw"] = [
    *SYMBOLS["adam"][:4],
    "w^(1)_2,0 ← w^(1)_2,0 − η λ_w w^(1)_2,0 − η m̂^(1)_2,0/(√(v̂^(1)_2,0) + ε)",
]


@pytest.mark.parametrize("name", WITH_MEMORY)
def test_the_formulas_are_those_of_the_optimizer(make_trace: MakeTrace, name: str) -> None:
    trace = make_trace(SPEC, optimizer=name)

    told = explain_edge(StepKind.UPDATE, trace, EdgeRef(1, 2, 0), Notation(), 0)

    assert [plain(each) for each in told.symbolic] == SYMBOLS[name]


def test_moments_follow_the_notation(make_trace: MakeTrace) -> None:
    trace = make_trace(SPEC, optimizer="momentum")
    notation = Notation(
        layers=LayerPlace.SUBSCRIPT, first_index=1, weight_order=WeightOrder.FROM_TO
    )

    told = explain_edge(StepKind.MOMENTS, trace, EdgeRef(1, 2, 0), notation, 0)

    assert plain(told.symbolic[0]) == "v_1;1,3 ← μ v_1;1,3 + ∂C/∂w_1;1,3"


def test_the_bias_correction_says_which_update_this_is(make_trace: MakeTrace) -> None:
    trace = make_trace(SPEC, optimizer="adam", earlier=6)
    step = update_steps(trace, Granularity.OPERATION)[1]

    told = explain(trace, step, NodeRef(1, 0))

    assert told.sentence.endswith("this is update t = 7.")
    assert any("(1 − 0.9^7)" in str(line) for line in told.numeric)
    assert any("(1 − 0.999^7)" in str(line) for line in told.numeric)
    assert latex(told.symbolic[0]).startswith(r"\hat{m}_{")


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_biases_that_stay_have_no_memory_to_tell_of(make_trace: MakeTrace, name: str) -> None:
    trace = make_trace(SPEC, optimizer=name, update_biases=False)

    for matrix in (False, True):
        for step in update_steps(trace, Granularity.OPERATION):
            told = explain(trace, step, NodeRef(1, 1), matrix=matrix)
            text = "\n".join(map(plain, told.symbolic))
            assert "∂C/∂b" not in text
            assert ("stays" in text) == (Quantity.WEIGHT_AFTER in operations(step.kind))


@pytest.mark.parametrize("name", ["momentum", "rmsprop", "adam"])
def test_no_part_of_the_update_tells_what_a_later_one_computes(
    make_trace: MakeTrace, name: str
) -> None:
    trace = make_trace(SPEC, optimizer=name)
    timeline = Timeline(build_steps(SPEC, Granularity.OPERATION, 1, trace.optimizer))
    twelve = Notation(digits=12)

    for position, step in enumerate(timeline.steps):
        if step.phase is not Phase.UPDATE:
            continue
        reveal = timeline.to(position).reveal()
        for told in (
            explain(trace, step, NodeRef(1, 1), twelve),
            explain_edge(step.kind, trace, EdgeRef(1, 1, 0), twelve, 0),
        ):
            shown = " ".join(str(line) for line in told.numeric)
            for quantity in set(Quantity) - set(operations(StepKind.COST)):
                if reveal.knows(quantity, 1):
                    continue
                ref = EdgeRef(1, 1, 0) if "w" in quantity.value else NodeRef(1, 1)
                try:
                    value = trace.value(quantity, ref)
                except KeyError:
                    continue
                assert number(value, 12) not in shown, quantity


@pytest.mark.parametrize("name", WITH_MEMORY)
def test_symbols_in_one_line_name_the_parameter(name: str) -> None:
    optimizer = Optimizer(name)
    letters = {"momentum": "v", "nesterov": "v", "rmsprop": "s", "adam": "mv", "adamw": "mv"}[name]

    found = [moment_symbol(optimizer, moment.weights[1]) for moment in moments_of(optimizer)]

    assert found == list(letters)
    biases = [moment_symbol(optimizer, moment.biases[1]) for moment in moments_of(optimizer)]
    assert biases == [f"{letter} of b" for letter in letters]


# The code


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("granularity", Granularity)
@pytest.mark.parametrize("dropout", [0.0, 0.4])
def test_the_lines_of_a_pass_compute_its_numbers(
    make_trace: MakeTrace, name: str, granularity: Granularity, dropout: float
) -> None:
    spec = NetworkSpec((3, 6, 5, 2), ("sigmoid", "leaky_relu", "sigmoid"))
    trace = make_trace(spec, 5, 1, optimizer=name, earlier=3, dropout=dropout)
    optimizer = trace.optimizer
    names: dict[str, object] = {
        "np": np, "x": trace.inputs[0], "y": trace.targets[0],
        "eta": trace.settings.learning_rate, "mu": optimizer.momentum, "alpha": optimizer.alpha,
        "beta1": optimizer.beta1, "beta2": optimizer.beta2, "eps": optimizer.epsilon,
        "weight_decay": optimizer.weight_decay, "t": trace.update_number,
    }  # fmt: skip
    for layer in (1, 2, 3):
        names[f"W{layer}"] = trace.before.weights[layer - 1]
        names[f"b{layer}"] = trace.before.biases[layer - 1]
        names[f"r{layer}"] = trace.mask(layer)
        for moment in moments_of(optimizer):
            names[f"{moment.letter}W{layer}"] = trace.layer_values(moment.weights[0], layer)
            names[f"{moment.letter}b{layer}"] = trace.layer_values(moment.biases[0], layer)

    for step in build_steps(spec, granularity, 1, optimizer):
        for line in code_of(spec, step, optimizer=optimizer, dropout=bool(dropout)):
            exec(line.statement, names)  # the program's own text, run to prove it

    for layer in (1, 2, 3):
        np.testing.assert_allclose(names[f"a{layer}"], trace.forward.activations[layer][0], 1e-12)
        np.testing.assert_allclose(names[f"delta{layer}"], trace.backward.deltas[layer - 1][0],
                                   1e-9, 1e-15)  # fmt: skip
        for moment in moments_of(optimizer):
            recorded = trace.layer_values(moment.weights[1], layer)
            np.testing.assert_allclose(names[f"{moment.letter}W{layer}"], recorded, 1e-8, 1e-15)
        np.testing.assert_allclose(names[f"W{layer}"], trace.after.weights[layer - 1], 1e-8)
        np.testing.assert_allclose(names[f"b{layer}"], trace.after.biases[layer - 1], 1e-8)


@pytest.mark.parametrize("name", [name for name in OPTIMIZERS if not name.startswith("adam")])
def test_the_lines_of_the_update_give_the_recorded_numbers_bit_for_bit(
    make_trace: MakeTrace, name: str
) -> None:
    trace = make_trace(SPEC, 2, 3, optimizer=name)
    optimizer = trace.optimizer
    names: dict[str, object] = {
        "np": np, "eta": trace.settings.learning_rate, "mu": optimizer.momentum,
        "alpha": optimizer.alpha, "eps": optimizer.epsilon,
    }  # fmt: skip
    for layer in (1, 2):
        for letter, value, gradient in (
            ("W", Quantity.WEIGHT, Quantity.WEIGHT_GRADIENT),
            ("b", Quantity.BIAS, Quantity.BIAS_GRADIENT),
        ):
            names[f"{letter}{layer}"] = trace.layer_values(value, layer)
            names[f"dC_d{letter}{layer}"] = trace.layer_values(gradient, layer, None)
            for moment in moments_of(optimizer):
                before = (moment.weights if letter == "W" else moment.biases)[0]
                names[f"{moment.letter}{letter}{layer}"] = trace.layer_values(before, layer)

    for step in update_steps(trace, Granularity.OPERATION):
        for line in code_of(SPEC, step, examples=3, optimizer=optimizer):
            exec(line.statement, names)

    for layer in (1, 2):
        np.testing.assert_array_equal(names[f"W{layer}"], trace.after.weights[layer - 1])
        np.testing.assert_array_equal(names[f"b{layer}"], trace.after.biases[layer - 1])
        for moment in moments_of(optimizer):
            np.testing.assert_array_equal(
                names[f"{moment.letter}b{layer}"], trace.layer_values(moment.biases[1], layer)
            )


def test_the_values_of_the_variables_are_told() -> None:
    notes = {name: update_variables(Optimizer(name), 12) for name in ("sgd", "momentum", "adam")}

    assert notes == {
        "sgd": "",
        "momentum": "Here mu = 0.9.",
        "adam": "Here t = 12, beta1 = 0.9, beta2 = 0.999, eps = 1e-08.",
    }


def test_settings_may_be_scheduled(make_trace: MakeTrace) -> None:
    trace = make_trace(SPEC, optimizer="adam")
    scheduled = PassTrace.record(
        SPEC, trace.before, trace.inputs, trace.targets,
        PassSettings(0.0012345, optimizer=Optimizer("adam")), state=trace.state,
    )  # fmt: skip

    told = explain_edge(StepKind.NEW_VALUES, scheduled, EdgeRef(1, 0, 0), Notation(), 0)

    assert "η = 0.001234" in told.sentence or "η = 0.001235" in told.sentence
