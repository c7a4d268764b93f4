"""What explanations say: their words, their symbols, and what they may not give away."""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.engine.passes import BackwardPass, ForwardPass
from nnviz.trace.explain import Explanation, explain
from nnviz.trace.pass_trace import PassSettings, PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import NodeRef
from nnviz.trace.reveal import Reveal
from nnviz.trace.steps import Granularity, Step, StepKind, build_steps
from nnviz.trace.timeline import Timeline

MakeTrace = Callable[..., PassTrace]


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


@pytest.mark.parametrize("granularity", Granularity)
@pytest.mark.parametrize("examples", [1, 3])
def test_nothing_is_shown_that_has_not_been_revealed(
    make_trace: MakeTrace, spec: NetworkSpec, granularity: Granularity, examples: int
) -> None:
    trace = make_trace(spec, 3, examples, 0.02)
    timeline = Timeline(build_steps(spec, granularity))

    while not timeline.at_end:
        timeline = timeline.forward()
        veiled = hide(trace, timeline.reveal())
        for node in (None, NodeRef(timeline.current.layer, 0)):
            assert explain(veiled, timeline.current, node) == explain(trace, timeline.current, node)


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


@pytest.mark.parametrize("examples", [1, 3])
def test_every_explanation_is_complete_and_well_formed(
    make_trace: MakeTrace, spec: NetworkSpec, examples: int
) -> None:
    trace = make_trace(spec, 0, examples, 0.02)

    for step, node in steps_with_nodes(spec):
        explanation = explain(trace, step, node)

        assert explanation.title[0].isupper()
        assert re.fullmatch(r"[A-Z][^.]*\.", explanation.sentence), explanation.sentence
        assert explanation.numeric
        for text in (explanation.symbolic, *explanation.numeric):
            assert not re.search("NaN|None|nan|[{}]", text)
            assert balanced(text), text
        assert "<" not in explanation.title + explanation.sentence


def balanced(text: str) -> bool:
    """Whether the tags are of the small set that is promised and all closed."""
    tags = re.findall(r"<(/?)(\w+)>", text)
    assert {name for _, name in tags} <= {"sub", "sup", "b", "br"}
    return all(
        sum(1 if not closing else -1 for closing, tag in tags if tag == name) == 0
        for name in ("sub", "sup", "b")
    )


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


def test_the_matrix_form_shows_its_shapes(make_trace: MakeTrace) -> None:
    trace = make_trace(NetworkSpec((2, 3, 2), ("sigmoid", "sigmoid")))

    forward = explained(trace, StepKind.PREACTIVATION, 1)
    back = explained(trace, StepKind.ACTIVATION_GRADIENT, 1)
    outer = explained(trace, StepKind.WEIGHT_GRADIENT, 1)

    assert forward.symbolic == (
        "<b>z</b><sup>(1)</sup> = W<sup>(1)</sup> <b>a</b><sup>(0)</sup> + <b>b</b><sup>(1)</sup>"
    )
    assert forward.numeric[0] == "3×1 = 3×2 · 2×1 + 3×1"
    assert back.numeric[0] == "3×1 = 3×2 · 2×1"
    assert outer.numeric[0] == "3×2 = 3×1 · 1×2"


@pytest.mark.parametrize(
    ("output", "cost", "expected"),
    [
        ("sigmoid", "quadratic", "σ(z)(1 − σ(z))"),
        ("tanh", "quadratic", "1 − a<sup>2</sup>"),
        ("relu", "quadratic", "1 if z &gt; 0, else 0"),
        ("leaky_relu", "quadratic", "1 if z &gt; 0, else 0.01"),
        ("identity", "quadratic", "f′(z) = 1"),
        ("softmax", "quadratic", "Σ<sub>i</sub>"),
        ("softmax", "mean_squared_error", "−a<sub>i</sub> a<sub>j</sub>"),
        ("softmax", "categorical_cross_entropy", "a<sup>(1)</sup><sub>0</sub> − y<sub>0</sub>"),
        ("sigmoid", "binary_cross_entropy", "a<sup>(1)</sup><sub>0</sub> − y<sub>0</sub>"),
    ],
)
def test_each_error_signal_has_its_own_formula(
    make_trace: MakeTrace, output: str, cost: str, expected: str
) -> None:
    trace = make_trace(NetworkSpec((2, 3), (output,), cost))

    symbolic = explained(trace, StepKind.BIAS_GRADIENT, 1, 0).symbolic

    assert expected in symbolic
    assert ("σ(z)(1 − σ(z))" in symbolic) == ((output, cost) == ("sigmoid", "quadratic"))


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

    assert hidden.numeric[0].startswith(f"w<sup>(1)</sup><sub>2,{strongest}</sub> = ")
    assert explain(trace, update, NodeRef(0, 1)) == explain(trace, update)


def test_biases_that_do_not_move_are_said_to_stay(make_trace: MakeTrace) -> None:
    trace = make_trace(NetworkSpec((2, 2), ("sigmoid",)), update_biases=False)

    for neuron in (None, 0):
        explanation = explained(trace, StepKind.UPDATE, 1, neuron)
        assert "stays" in explanation.symbolic
        assert "∂C/∂b" not in explanation.symbolic


def test_several_examples_are_said_to_be_a_mean(make_trace: MakeTrace) -> None:
    spec = NetworkSpec((2, 3, 2), ("sigmoid", "sigmoid"))
    one, ten = make_trace(spec), make_trace(spec, examples=10)

    for kind in (StepKind.COST, StepKind.BIAS_GRADIENT, StepKind.WEIGHT_GRADIENT):
        assert "mean" not in explained(one, kind, 2).sentence
        assert "mean over 10 examples" in explained(ten, kind, 2).sentence
        assert "over 10 examples" in explained(ten, kind, 2).symbolic
        assert "example 1 of 10" in explained(ten, kind, 2).title


def test_the_error_signal_is_named_after_z_when_the_bias_gradient_is_a_mean(
    make_trace: MakeTrace,
) -> None:
    spec = NetworkSpec((2, 3, 2), ("sigmoid", "sigmoid"))
    one, three = make_trace(spec), make_trace(spec, examples=3)

    for kind in (StepKind.ACTIVATION_GRADIENT, StepKind.WEIGHT_GRADIENT):
        for neuron in (None, 0):
            alone, together = (explained(t, kind, 1, neuron).symbolic for t in (one, three))
            assert re.search("∂C/∂(<b>)?b", alone)
            assert not re.search("∂C/∂(<b>)?z", alone)
            assert re.search("∂C/∂(<b>)?z", together)
            assert not re.search("∂C/∂(<b>)?b", together)


@pytest.mark.parametrize(
    ("cost", "output", "share", "gradient"),
    [
        ("quadratic", "tanh", "½ (A − Y)<sup>2</sup>", "A − Y"),
        ("sum_of_squares", "tanh", "(A − Y)<sup>2</sup>", "2(A − Y)"),
        ("mean_squared_error", "tanh", "1/3 (A − Y)<sup>2</sup>", "2/3 (A − Y)"),
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
    a, y = "a<sup>(1)</sup><sub>2</sub>", "y<sub>2</sub>"

    shown = [
        explained(trace, kind, 1, 2).symbolic.partition(" = ")[2].replace(a, "A").replace(y, "Y")
        for kind in (StepKind.COST, StepKind.ACTIVATION_GRADIENT)
    ]

    assert shown == [share, gradient]


def test_the_l2_term_is_shown_only_when_there_is_one(make_trace: MakeTrace) -> None:
    spec = NetworkSpec((2, 3, 2), ("sigmoid", "sigmoid"))
    plain, decayed = make_trace(spec), make_trace(spec, decay=0.1)

    for kind, neuron in ((StepKind.COST, None), (StepKind.WEIGHT_GRADIENT, 0)):
        assert "λ" not in explained(plain, kind, 2, neuron).symbolic
        assert "λ" in explained(decayed, kind, 2, neuron).symbolic


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

    texts = [line for pair in steps_with_nodes(spec) for line in explain(trace, *pair).numeric]

    assert any("NaN" in text for text in texts)
