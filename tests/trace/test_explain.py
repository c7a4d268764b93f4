"""What explanations say: their words, their symbols, and what they may not give away."""

import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.engine.passes import BackwardPass, ForwardPass
from nnviz.trace.explain import Explanation, explain
from nnviz.trace.expression_text import latex, plain
from nnviz.trace.mistakes import Mistake
from nnviz.trace.notation import ErrorSymbol, LayerPlace, Notation, WeightOrder
from nnviz.trace.pass_trace import PassSettings, PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import NodeRef
from nnviz.trace.reveal import Reveal
from nnviz.trace.steps import Granularity, Step, StepKind, build_steps
from nnviz.trace.timeline import Timeline
from tests.sampling import every

MakeTrace = Callable[..., PassTrace]
OF_ALL_LAYERS = (StepKind.UPDATE, StepKind.MEAN_GRADIENT)


def steps_with_nodes(
    spec: NetworkSpec, examples: int = 1, granularities: Iterable[Granularity] = Granularity
) -> Iterator[tuple[Step, NodeRef | None]]:
    for granularity in granularities:
        for step in build_steps(spec, granularity, examples):
            yield step, None
            layers = (step.layer,)
            if step.kind in OF_ALL_LAYERS:
                layers = tuple(range(1, spec.layer_count + 1))
            for layer in layers:
                for neuron in range(spec.sizes[layer]):
                    yield step, NodeRef(layer, neuron)


def texts_of(explanation: Explanation) -> list[str]:
    """All lines of an explanation, as a reader sees them."""
    return [*map(plain, explanation.symbolic), *map(str, explanation.numeric),
            *map(str, explanation.running)]  # fmt: skip


@pytest.mark.parametrize("granularity", [Granularity.LAYER, Granularity.OPERATION])
@pytest.mark.parametrize("matrix", [False, True])
def test_nothing_is_shown_that_has_not_been_revealed(
    make_trace: MakeTrace, spec: NetworkSpec, granularity: Granularity, matrix: bool
) -> None:
    trace = make_trace(spec, 3, 1, 0.02)
    timeline = Timeline(build_steps(spec, granularity))

    while not timeline.at_end:
        timeline = timeline.forward()
        veiled = hide(trace, timeline.reveal())
        for node in (None, NodeRef(timeline.current.layer, 0)):
            seen, all_of_it = (
                texts_of(explain(each, timeline.current, node, matrix=matrix))
                for each in (veiled, trace)
            )
            assert seen == all_of_it


def hide(trace: PassTrace, reveal: Reveal) -> PassTrace:
    """Put NaN where a quantity is unknown."""

    def veil(
        arrays: tuple[np.ndarray, ...], quantity: Quantity, first: int
    ) -> tuple[np.ndarray, ...]:
        return tuple(
            array if reveal.knows(quantity, layer) else np.full_like(array, np.nan)
            for layer, array in enumerate(arrays, first)
        )

    forward, backward, after = trace.forward, trace.backward, trace.after
    gradients = backward.gradients
    return replace(
        trace,
        forward=ForwardPass(
            veil(forward.preactivations, Quantity.PREACTIVATION, 1),
            veil(forward.activations, Quantity.ACTIVATION, 0),
        ),
        backward=BackwardPass(
            trace.cost if reveal.knows(Quantity.COST, trace.spec.layer_count) else math.nan,
            veil(backward.activation_gradients, Quantity.ACTIVATION_GRADIENT, 0),
            veil(backward.deltas, Quantity.BIAS_GRADIENT, 1),
            Parameters(
                veil(gradients.weights, Quantity.WEIGHT_GRADIENT, 1),
                veil(gradients.biases, Quantity.BIAS_GRADIENT, 1),
            ),
        ),
        after=Parameters(
            veil(after.weights, Quantity.WEIGHT_AFTER, 1),
            veil(after.biases, Quantity.BIAS_AFTER, 1),
        ),
        cost_after=math.nan,
    )


GRANULARITY_OF = {1: Granularity.NEURON, 2: Granularity.LAYER}


@pytest.mark.parametrize("examples", every(2, [2, 1]))
def test_every_explanation_is_complete_and_well_formed(
    make_trace: MakeTrace, spec: NetworkSpec, examples: int
) -> None:
    trace = make_trace(spec, 0, examples, 0.02)

    for step, node in steps_with_nodes(spec, examples, [GRANULARITY_OF[examples]]):
        explanation = explain(trace, step, node)

        assert explanation.title[0].isupper()
        assert re.fullmatch(r"[A-Z][^.]*\.", explanation.sentence), explanation.sentence
        assert explanation.numeric
        for text in texts_of(explanation):
            assert not re.search("NaN|None|nan|[{}<>]", text.replace(" if z > 0", "")), text


def explained(
    trace: PassTrace,
    kind: StepKind,
    layer: int,
    neuron: int | None = None,
    *,
    matrix: bool = False,
) -> Explanation:
    steps = [
        step
        for granularity in Granularity
        for step in build_steps(trace.spec, granularity)
        if (step.kind, step.layer) == (kind, layer)
    ]
    node = None if neuron is None else NodeRef(layer, neuron)
    return explain(trace, steps[0], node, matrix=matrix)


def symbols(explanation: Explanation) -> str:
    return "\n".join(map(plain, explanation.symbolic))


def test_the_matrix_form_has_the_layers_numbers(make_trace: MakeTrace) -> None:
    spec = NetworkSpec((2, 2), ("identity",), "quadratic")
    parameters = Parameters.frozen([np.array([[1.0, 2.0], [3.0, 4.0]])], [np.array([0.5, -0.5])])
    trace = PassTrace.record(
        spec, parameters, np.array([2.0, 3.0]), np.array([8.0, 0.0]), PassSettings(0.1)
    )
    three = Notation(digits=3)

    lines = {
        step.kind: str(explain(trace, step, None, three).numeric[0])
        for step in build_steps(spec, Granularity.OPERATION)
    }

    assert lines[StepKind.PREACTIVATION] == (
        "z^(1) = [1.00, 2.00; 3.00, 4.00] [2.00; 3.00] + [0.500; −0.500] = [8.50; 17.5]"
    )
    assert (
        lines[StepKind.WEIGHT_GRADIENT]
        == "∂C/∂W^(1) = [0.500; 17.5] [2.00, 3.00] = [1.00, 1.50; 35.0, 52.5]"
    )


def test_the_matrix_form_goes_back_through_the_transposed_weights(make_trace: MakeTrace) -> None:
    trace = make_trace(NetworkSpec((2, 3, 2), ("sigmoid", "sigmoid")))

    back = explained(trace, StepKind.ACTIVATION_GRADIENT, 1, 2, matrix=True)

    assert plain(back.symbolic[0]) == "∂C/∂a^(1) = W^((2) T) ∂C/∂b^(2)"
    weights = back.numeric[0].sides[1].parts[0].base
    assert weights.shape == "2 × 3"
    assert weights.lit == {(0, 2), (1, 2)}  # the column that leaves neuron 2
    assert "Column 2 of W of layer 2 holds the weights that leave this neuron" in back.sentence


@pytest.mark.parametrize(
    ("output", "cost", "expected"),
    [
        ("sigmoid", "quadratic", "σ(z) (1 − σ(z))"),
        ("tanh", "quadratic", "1 − a^2"),
        ("relu", "quadratic", "1 if z > 0, else 0"),
        ("leaky_relu", "quadratic", "1 if z > 0, else 0.01"),
        ("identity", "quadratic", "f′(z) = 1"),
        ("softmax", "quadratic", "Σ_i"),
        ("softmax", "mean_squared_error", "−a_i a_j"),
        ("softmax", "categorical_cross_entropy", "= a^(1)_0 − y_0"),
        ("sigmoid", "binary_cross_entropy", "= a^(1)_0 − y_0"),
    ],
)
def test_each_error_signal_has_its_own_formula(
    make_trace: MakeTrace, output: str, cost: str, expected: str
) -> None:
    trace = make_trace(NetworkSpec((2, 3), (output,), cost))

    symbolic = symbols(explained(trace, StepKind.BIAS_GRADIENT, 1, 0))

    assert expected in symbolic
    assert ("σ(z) (1 − σ(z))" in symbolic) == ((output, cost) == ("sigmoid", "quadratic"))


def test_a_selected_neuron_of_another_layer_leaves_the_matrix_form(make_trace: MakeTrace) -> None:
    trace = make_trace(NetworkSpec((2, 3, 2), ("sigmoid", "sigmoid")))

    for step in build_steps(trace.spec, Granularity.OPERATION):
        if step.kind is not StepKind.UPDATE:
            other = NodeRef((step.layer + 1) % 3, 0)
            assert explain(trace, step, other) == explain(trace, step)


def test_the_update_explains_a_neuron_of_any_layer_with_weights(make_trace: MakeTrace) -> None:
    trace = make_trace(NetworkSpec((2, 3, 2), ("sigmoid", "sigmoid")))
    update = build_steps(trace.spec, Granularity.LAYER)[-1]
    strongest = int(np.abs(trace.before.weights[0][2]).argmax())

    hidden = explain(trace, update, NodeRef(1, 2))

    assert str(hidden.numeric[0]).startswith(f"w^(1)_2,{strongest} = ")
    assert explain(trace, update, NodeRef(0, 1)) == explain(trace, update)


def test_biases_that_do_not_move_are_said_to_stay(make_trace: MakeTrace) -> None:
    trace = make_trace(NetworkSpec((2, 2), ("sigmoid",)), update_biases=False)

    for neuron in (None, 0):
        symbolic = symbols(explained(trace, StepKind.UPDATE, 1, neuron))
        assert "stays" in symbolic
        assert "∂C/∂b" not in symbolic


def test_one_example_of_several_has_its_own_cost(make_trace: MakeTrace) -> None:
    trace = make_trace(NetworkSpec((2, 3, 2), ("sigmoid", "sigmoid")), examples=3, decay=0.1)
    steps = build_steps(trace.spec, Granularity.OPERATION, 3)
    second = [step for step in steps if step.example == 1]
    gradient = next(
        step for step in second if (step.kind, step.layer) == (StepKind.WEIGHT_GRADIENT, 2)
    )

    explanation = explain(trace, gradient, NodeRef(2, 0))

    assert explanation.title.endswith("example 2 of 3")
    assert symbols(explanation) == "∂C_x/∂w^(2)_0,k = ∂C_x/∂b^(2)_0 · a^(1)_k"


def test_the_mean_divides_the_sum_by_the_number_of_examples(make_trace: MakeTrace) -> None:
    trace = make_trace(NetworkSpec((2, 2), ("sigmoid",)), examples=3, decay=0.1)
    mean = build_steps(trace.spec, Granularity.LAYER, 3)[-2]

    explanation = explain(trace, mean, NodeRef(1, 0))

    assert "divided by 3, plus a part that pulls the weight towards 0" in explanation.sentence
    assert "∂C/∂b^(1)_0 = 1/m Σ_x ∂C_x/∂b^(1)_0" in symbols(explanation)
    assert "∂C/∂w^(1)_0,k = 1/m Σ_x ∂C_x/∂w^(1)_0,k + λ/n w^(1)_0,k" in symbols(explanation)
    assert all("/3" in str(line) for line in explanation.numeric)


@pytest.mark.parametrize(
    ("notation", "expected"),
    [
        (Notation(), "∂C/∂w^(2)_1,0 = ∂C/∂b^(2)_1 · a^(1)_0"),
        (Notation(ErrorSymbol.DELTA), "∂C/∂w^(2)_1,0 = δ^(2)_1 · a^(1)_0"),
        (Notation(ErrorSymbol.PREACTIVATION), "∂C/∂w^(2)_1,0 = ∂C/∂z^(2)_1 · a^(1)_0"),
        (Notation(layers=LayerPlace.SUBSCRIPT), "∂C/∂w_2;1,0 = ∂C/∂b_2;1 · a_1;0"),
        (Notation(first_index=1), "∂C/∂w^(2)_2,1 = ∂C/∂b^(2)_2 · a^(1)_1"),
        (Notation(weight_order=WeightOrder.FROM_TO), "∂C/∂w^(2)_0,1 = ∂C/∂b^(2)_1 · a^(1)_0"),
    ],
)
def test_the_notation_is_followed(make_trace: MakeTrace, notation: Notation, expected: str) -> None:
    trace = make_trace(NetworkSpec((2, 1, 2), ("sigmoid", "sigmoid")))
    step = next(
        step
        for step in build_steps(trace.spec, Granularity.OPERATION)
        if (step.kind, step.layer) == (StepKind.WEIGHT_GRADIENT, 2)
    )

    assert symbols(explain(trace, step, NodeRef(2, 1), notation)) == expected


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ErrorSymbol.BIAS, "Bias gradients of hidden layer 1"),
        (ErrorSymbol.DELTA, "Error signals of hidden layer 1"),
        (ErrorSymbol.PREACTIVATION, "Error signals of hidden layer 1"),
    ],
)
def test_the_heading_calls_the_error_signal_as_its_symbol_does(
    make_trace: MakeTrace, error: ErrorSymbol, expected: str
) -> None:
    trace = make_trace(NetworkSpec((2, 3, 2), ("sigmoid", "sigmoid")))
    step = next(
        step
        for step in build_steps(trace.spec, Granularity.OPERATION)
        if (step.kind, step.layer) == (StepKind.BIAS_GRADIENT, 1)
    )

    assert explain(trace, step, None, Notation(error)).title == expected


def test_a_pass_with_a_mistake_states_its_numbers_without_formulas_that_do_not_hold(
    make_trace: MakeTrace,
) -> None:
    right = make_trace(NetworkSpec((2, 3, 2), ("sigmoid", "sigmoid")))
    wrong = PassTrace.record(
        right.spec, right.before, right.inputs, right.targets, right.settings,
        Mistake.HIDDEN_DERIVATIVE_FORGOTTEN,
    )  # fmt: skip

    right_line, wrong_line = (
        str(explained(trace, StepKind.BIAS_GRADIENT, 1, 0).numeric[-1]) for trace in (right, wrong)
    )

    assert right_line.count(" = ") == 2
    assert wrong_line.count(" = ") == 1


@pytest.mark.parametrize(
    ("cost", "output", "share", "gradient"),
    [
        ("quadratic", "tanh", "½ (A − Y)^2", "A − Y"),
        ("sum_of_squares", "tanh", "(A − Y)^2", "2 (A − Y)"),
        ("mean_squared_error", "tanh", "1/3 (A − Y)^2", "2/3 (A − Y)"),
        (
            "binary_cross_entropy", "sigmoid",
            "−[Y ln A + (1 − Y) ln(1 − A)]", "−Y/A + (1 − Y)/(1 − A)",
        ),
        ("categorical_cross_entropy", "softmax", "−Y ln A", "−Y/A"),
    ],
)  # fmt: skip
def test_each_cost_has_its_own_formulas(
    make_trace: MakeTrace, cost: str, output: str, share: str, gradient: str
) -> None:
    trace = make_trace(NetworkSpec((2, 3), (output,), cost))

    shown = [
        symbols(explained(trace, kind, 1, 2))
        .partition(" = ")[2]
        .replace("a^(1)_2", "A")
        .replace("y_2", "Y")
        for kind in (StepKind.COST, StepKind.ACTIVATION_GRADIENT)
    ]

    assert shown == [share, gradient]


def test_the_l2_term_is_shown_only_when_there_is_one(make_trace: MakeTrace) -> None:
    spec = NetworkSpec((2, 3, 2), ("sigmoid", "sigmoid"))
    bare, decayed = make_trace(spec), make_trace(spec, decay=0.1)

    for kind, neuron in ((StepKind.COST, None), (StepKind.WEIGHT_GRADIENT, 0)):
        assert "λ" not in symbols(explained(bare, kind, 2, neuron))
        assert "λ" in symbols(explained(decayed, kind, 2, neuron))


@pytest.mark.parametrize(
    ("sizes", "kind", "layer", "words"),
    [
        ((1, 2), StepKind.INPUT, 0, "The one number"),
        ((2, 2), StepKind.INPUT, 0, "The 2 numbers"),
        ((1, 2), StepKind.PREACTIVATION, 1, "Each neuron multiplies the activation"),
        ((2, 1), StepKind.PREACTIVATION, 1, "The neuron multiplies each activation"),
        ((2, 1), StepKind.COST, 1, "the output is from its target"),
        ((2, 2), StepKind.COST, 1, "the outputs are from their targets"),
        ((2, 2, 1), StepKind.ACTIVATION_GRADIENT, 1, "a single neuron"),
        ((2, 2, 2), StepKind.ACTIVATION_GRADIENT, 1, "both neurons"),
        ((2, 2, 3), StepKind.ACTIVATION_GRADIENT, 1, "all 3 neurons"),
        ((1, 2), StepKind.LAYER_GRADIENT, 1, "its bias and its weight."),
        ((2, 2), StepKind.LAYER_GRADIENT, 1, "its bias and its weights."),
    ],
)
def test_the_sentences_count_right(
    make_trace: MakeTrace, sizes: tuple[int, ...], kind: StepKind, layer: int, words: str
) -> None:
    trace = make_trace(NetworkSpec(sizes, ("sigmoid",) * (len(sizes) - 1)))

    assert words in explained(trace, kind, layer).sentence


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_network_that_has_diverged_is_explained_as_it_is(value: float) -> None:
    spec = NetworkSpec((2, 6, 2), ("relu", "softmax"), "categorical_cross_entropy")
    parameters = Parameters.frozen(
        [np.full((6, 2), value), np.ones((2, 6))], [np.zeros(6), np.zeros(2)]
    )
    with np.errstate(all="ignore"):
        trace = PassTrace.record(
            spec, parameters, np.ones(2), np.array([0.0, 1.0]), PassSettings(0.1)
        )

    texts = [text for pair in steps_with_nodes(spec) for text in texts_of(explain(trace, *pair))]

    assert any("NaN" in text for text in texts)


def test_every_explanation_can_be_written_as_latex(
    make_trace: MakeTrace, spec: NetworkSpec
) -> None:
    trace = make_trace(spec, 0, 1, 0.02)

    for step, node in steps_with_nodes(spec, 1, [Granularity.OPERATION]):
        for matrix in (False, True):
            explanation = explain(trace, step, node, matrix=matrix)
            for text in map(latex, explanation.symbolic):
                assert_is_ascii_and_balanced(text)
            for line in explanation.numeric:
                assert_is_ascii_and_balanced(latex(line.expression))


def assert_is_ascii_and_balanced(text: str) -> None:
    assert text.isascii(), text
    assert text.count("{") == text.count("}")
    assert text.count(r"\left") - text.count(r"\leftarrow") == text.count(r"\right")
    assert text.count(r"\begin") == text.count(r"\end")
