from collections.abc import Callable

import numpy as np
import pytest

from nnviz.formatting import UNKNOWN, number
from nnviz.trace.notation import Notation
from nnviz.trace.notation_choices import FEWEST_DIGITS, MOST_DIGITS
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef, Ref
from nnviz.trace.steps import Granularity, build_steps
from nnviz.trace.timeline import Timeline
from nnviz.visual.frame import EdgeFrame, SceneFrame, TextLine, build_frame
from nnviz.visual.normalisation import DENSE
from nnviz.visual.palette import DARK
from nnviz.visual.scales import Scale
from nnviz.visual.settings import STRONGEST, CanvasSettings, EdgeMeasure

Recorder = Callable[..., PassTrace]
SIZES = (2, 3, 2)
STEPS = 13
"""Of a pass of 2-3-2 by operation."""
POSITIONS = pytest.mark.parametrize("position", range(-1, STEPS))
END = 99


def timeline_at(trace: PassTrace, position: int) -> Timeline:
    return Timeline(build_steps(trace.spec, Granularity.OPERATION)).to(position)


def frame_at(trace: PassTrace, position: int, selected: Ref | None = None) -> SceneFrame:
    return build_frame(trace, timeline_at(trace, position), DARK, selected)


def frame_with(
    trace: PassTrace, position: int, settings: CanvasSettings, selected: Ref | None = None
) -> SceneFrame:
    return build_frame(trace, timeline_at(trace, position), DARK, selected, settings=settings)


def texts(lines: tuple[TextLine, ...]) -> str:
    return " | ".join(line.text for line in lines)


def edge_lines(frame: SceneFrame, ref: EdgeRef) -> tuple[TextLine, ...]:
    edges = frame.edges[ref.layer - 1]
    index = next(i for i in range(len(edges.neurons)) if edges.ref(i) == ref)
    return edges.labels[0][index]


def test_the_number_of_positions_is_right(record: Recorder) -> None:
    assert len(timeline_at(record(*SIZES), 0).steps) == STEPS


@POSITIONS
def test_a_disc_is_filled_from_its_activation_step_on(record: Recorder, position: int) -> None:
    trace = record(*SIZES)
    reveal = timeline_at(trace, position).reveal()

    for layer in frame_at(trace, position).layers:
        known = reveal.knows(Quantity.ACTIVATION, layer.layer)
        values = trace.layer_values(Quantity.ACTIVATION, layer.layer)
        assert (layer.fill is not None) == known
        assert [each[0] for each in layer.inside] == [
            number(a) if known else UNKNOWN for a in values
        ]


@POSITIONS
@pytest.mark.parametrize(
    ("quantity", "pattern"),
    [
        (Quantity.PREACTIVATION, "z {}"),
        (Quantity.ACTIVATION_GRADIENT, "∂C/∂a {}"),
        (Quantity.BIAS_GRADIENT, "∂C/∂b {}"),
        (Quantity.BIAS_AFTER, "b → {}"),
    ],
)
def test_a_neurons_number_is_written_from_its_step_on(
    record: Recorder, position: int, quantity: Quantity, pattern: str
) -> None:
    trace, ref = record(*SIZES), NodeRef(1, 2)
    known = timeline_at(trace, position).reveal().knows(quantity, 1)
    digits = 5 if quantity is Quantity.BIAS_AFTER else 4

    written = texts(frame_at(trace, position).layers[1].lines[2]).replace("+", "")

    assert (pattern.format(number(trace.value(quantity, ref), digits)) in written) == known


@POSITIONS
def test_an_edges_derivative_is_written_from_its_step_on(record: Recorder, position: int) -> None:
    trace, ref = record(*SIZES), EdgeRef(2, 1, 0)
    known = timeline_at(trace, position).reveal().knows(Quantity.WEIGHT_GRADIENT, 2)

    written = texts(edge_lines(frame_at(trace, position), ref)).replace("+", "")

    gradient = number(trace.value(Quantity.WEIGHT_GRADIENT, ref))
    assert (f"∂C/∂w {gradient}" in written) == ("∂C/∂w" in written) == known


@POSITIONS
def test_the_ring_has_the_sign_of_the_newest_derivative(record: Recorder, position: int) -> None:
    trace = record(*SIZES)
    reveal = timeline_at(trace, position).reveal()

    ring = frame_at(trace, position).layers[1].ring

    assert (ring is not None) == reveal.knows(Quantity.ACTIVATION_GRADIENT, 1)
    if ring is not None:
        bias = reveal.knows(Quantity.BIAS_GRADIENT, 1)
        values = trace.layer_values(
            Quantity.BIAS_GRADIENT if bias else Quantity.ACTIVATION_GRADIENT, 1
        )
        strongest = int(np.abs(values).argmax())
        high = values[strongest] > 0
        end = DARK.derivative_positive if high else DARK.derivative_negative
        assert tuple(ring[strongest]) == end


def test_the_ring_of_a_layer_has_both_colours_where_the_signs_differ(record: Recorder) -> None:
    trace = record(4, 6, 3)

    ring = frame_at(trace, END).layers[1].ring

    greener = ring[:, 1].astype(int) > ring[:, 2] if ring is not None else np.empty(0)
    assert greener.tolist() == (trace.backward.gradients.biases[0] > 0).tolist()
    assert set(greener.tolist()) == {True, False}


@POSITIONS
def test_the_cost_is_a_dash_before_its_step_and_never_zero(record: Recorder, position: int) -> None:
    trace = record(*SIZES)
    reveal = timeline_at(trace, position).reveal()

    cost = texts(frame_at(trace, position).cost)

    expected = number(trace.cost) if reveal.knows(Quantity.COST, 2) else UNKNOWN
    if reveal.knows(Quantity.WEIGHT_AFTER, 1):
        expected += f" | → {number(trace.cost_after)}"
    assert cost == expected


def test_before_the_first_step_all_that_is_unknown_is_a_dash(record: Recorder) -> None:
    frame = frame_at(record(*SIZES), -1)

    assert {texts for layer in frame.layers for texts in layer.inside} == {(UNKNOWN,)}
    assert all(lines[0].text.startswith("z –") for lines in frame.layers[1].lines)
    assert [(line.text, line.known) for line in frame.cost] == [(UNKNOWN, False)]
    assert [line.known for line in frame.layers[1].activations] == [False] * 3


def test_an_outputs_target_is_written_beside_it(record: Recorder) -> None:
    trace = record(*SIZES)

    frame = frame_at(trace, -1)

    written = [line.text for line in frame.layers[2].targets]
    assert written == [f"y {number(target)}" for target in trace.targets[0]]
    assert frame.layers[1].targets == ()


def test_edges_show_the_weight_before_the_update_and_the_new_one_after(record: Recorder) -> None:
    trace, ref = record(*SIZES), EdgeRef(1, 0, 1)

    before, after = (frame_at(trace, position) for position in (STEPS - 2, STEPS - 1))

    assert f"w {number(trace.before.weights[0][0, 1])}" in texts(edge_lines(before, ref))
    assert f"w → {number(trace.after.weights[0][0, 1], 5)}" in texts(edge_lines(after, ref))


def test_edges_have_the_colour_of_their_weights_then_of_their_derivatives(
    record: Recorder,
) -> None:
    trace = record(*SIZES)
    strongest = {
        -1: np.abs(trace.before.weights[0]).max(),
        STEPS - 2: np.abs(trace.backward.gradients.weights[0]).max(),
    }

    for position, largest in strongest.items():
        edges = frame_at(trace, position).edges[0]
        values = (trace.before if position < 0 else trace.backward.gradients).weights[0]
        shown = values[edges.neurons, edges.sources]
        top = int(np.abs(shown).argmax())
        low, high = (
            (DARK.weight_negative, DARK.weight_positive)
            if position < 0
            else (DARK.derivative_negative, DARK.derivative_positive)
        )
        assert np.abs(shown[top]) == largest
        assert tuple(edges.rgb[top]) == (high if shown[top] > 0 else low)
        assert edges.widths[top] == pytest.approx(4.0)


def test_a_number_has_the_colour_of_its_sign_and_zero_has_none(record: Recorder) -> None:
    trace = record(2, 1, 1, activations=("relu", "sigmoid"), seed=4)

    lines = frame_at(trace, END).layers[1].lines[0]

    value = trace.value(Quantity.BIAS_GRADIENT, NodeRef(1, 0))
    line = next(line for line in lines if line.text.startswith("∂C/∂b"))
    assert line.scale is (Scale.DERIVATIVE if value else None)
    assert line.positive == (value > 0)


def test_outputs_of_classes_have_their_names(record: Recorder) -> None:
    trace = record(*SIZES)

    frame = build_frame(trace, timeline_at(trace, 0), DARK, class_names=("cat", "dog"))

    assert frame.layers[2].names == ("cat", "dog")
    assert frame.layers[1].names == ("layer 1 · 0", "layer 1 · 1", "layer 1 · 2")
    assert frame.layers[0].names == ("x₀", "x₁")


@pytest.mark.parametrize(
    ("target", "name"),
    [
        (0.0, "output 0 · target 0"),
        (0.01, "output 0 · target 0.01"),
        (-0.123456, "output 0 · y −0.1235"),
    ],
)
def test_an_output_is_named_with_its_target_in_words_if_it_is_short(
    record: Recorder, target: float, name: str
) -> None:
    trace = record(*SIZES)
    trace = PassTrace.record(
        trace.spec, trace.before, trace.inputs, np.array([[target, 1.0]]), trace.settings
    )

    assert frame_at(trace, 0).layers[2].names == (name, "output 1 · target 1")


def test_a_layers_title_has_a_short_form(record: Recorder) -> None:
    layers = frame_at(record(*SIZES), 0).layers

    assert [layer.title for layer in layers] == [
        "input · 2", "layer 1 · 3 · Sigmoid", "output · 2 · Sigmoid",
    ]  # fmt: skip
    assert [layer.short_title for layer in layers] == ["input · 2", "layer 1 · 3", "output · 2"]


def test_the_caption_of_a_small_network_needs_no_counts(record: Recorder) -> None:
    trace = record(*SIZES)

    captions = [frame_at(trace, position).caption for position in (-1, STEPS - 5, STEPS - 2, END)]

    assert captions == [
        "Edges: weights",
        "Edges: ∂C/∂w where known, else weights",
        "Edges: ∂C/∂w",
        "Edges: weights after the update",
    ]


def test_the_caption_counts_the_edges_that_are_drawn(record: Recorder) -> None:
    frame = frame_at(record(100, 30, 10), 0)

    assert [len(edges.neurons) for edges in frame.edges] == [STRONGEST, 300]
    assert frame.caption == "Edges: weights, strongest 420 of 3,000 + all 300"


def test_the_caption_of_a_selected_neuron_counts_only_its_edges(record: Recorder) -> None:
    frame = frame_at(record(500, 30, 10), 0, NodeRef(1, 7))

    assert set(frame.edges[0].neurons.tolist()) == {7}
    assert "all 500 into neuron 7 + all 300" in frame.caption


def test_all_edges_are_a_density_of_what_carries_with_the_signs_of_the_weights(
    record: Recorder,
) -> None:
    trace = record(100, 30, 10, seed=2)

    frame = frame_with(trace, 0, CanvasSettings(all_edges=True))

    weights = trace.before.weights[0]
    np.testing.assert_allclose(frame.edges[0].density, weights * trace.inputs[0], rtol=1e-6)
    assert [edges.count for edges in frame.edges] == [3000, 300]
    assert (len(frame.edges[0].neurons), frame.edges[1].density) == (0, None)
    assert frame.caption == "Edges: weights, all 3,000 as a density + all 300"


def test_the_caption_says_density_once_of_layers_that_follow_each_other(record: Recorder) -> None:
    frame = frame_with(record(100, 30, 40, 10), 0, CanvasSettings(all_edges=True))

    assert frame.caption == "Edges: weights, all 3,000 + all 1,200 as a density + all 400"


def test_going_backward_the_density_is_that_of_the_derivatives(record: Recorder) -> None:
    trace = record(100, 30, 10)

    edges = frame_with(trace, STEPS - 2, CanvasSettings(all_edges=True)).edges[0]

    gradient = trace.layer_values(Quantity.WEIGHT_GRADIENT, 1)
    np.testing.assert_allclose(edges.density, gradient, rtol=1e-6)
    assert edges.scale is Scale.DERIVATIVE


def test_in_a_density_the_selected_edge_is_drawn_by_itself(record: Recorder) -> None:
    settings = CanvasSettings(all_edges=True)

    edges = frame_with(record(100, 30, 10), 0, settings, EdgeRef(1, 7, 42)).edges[0]

    assert (edges.ref(0), edges.chosen.tolist()) == (EdgeRef(1, 7, 42), [True])
    assert edges.density is not None


@pytest.mark.parametrize(
    ("selected", "layer", "expected"),
    [(NodeRef(1, 7), 1, {(7, each) for each in range(100)}),
     (NodeRef(0, 42), 1, {(each, 42) for each in range(30)}),
     (NodeRef(1, 7), 2, {(each, 7) for each in range(40)})],
)  # fmt: skip
def test_of_a_selected_neuron_all_edges_are_shown_one_by_one(
    record: Recorder, selected: NodeRef, layer: int, expected: set[tuple[int, int]]
) -> None:
    trace = record(100, 30, 40)

    for settings in (CanvasSettings(strongest=20), CanvasSettings(all_edges=True)):
        edges = frame_with(trace, 0, settings, selected).edges[layer - 1]
        assert set(zip(edges.neurons.tolist(), edges.sources.tolist(), strict=True)) == expected
        assert edges.density is None


@pytest.mark.parametrize(
    ("measure", "position", "words"),
    [(EdgeMeasure.WEIGHT, 0, "by |w|"),
     (EdgeMeasure.CONTRIBUTION, 0, "by |w·a|"),
     (EdgeMeasure.CONTRIBUTION, -1, "by |w| while a is unknown"),
     (EdgeMeasure.CONTRIBUTION, STEPS - 2, "by |w·a|"),
     (EdgeMeasure.GRADIENT, 0, "by |∂C/∂w| once known"),
     (EdgeMeasure.GRADIENT, STEPS - 2, "by |∂C/∂w|"),
     (EdgeMeasure.GRADIENT, END, "by |∂C/∂w|")],
)  # fmt: skip
def test_the_strongest_are_chosen_by_the_measure_that_the_caption_names(
    record: Recorder, measure: EdgeMeasure, position: int, words: str
) -> None:
    trace = record(100, 30, 10)
    weights, a = np.abs(trace.before.weights[0]), np.abs(trace.inputs[0])
    gradient = np.abs(trace.layer_values(Quantity.WEIGHT_GRADIENT, 1))
    expected = {
        "by |w|": weights, "by |w·a|": weights * a, "by |w| while a is unknown": weights,
        "by |∂C/∂w| once known": weights * a, "by |∂C/∂w|": gradient,
    }[words]  # fmt: skip

    frame = frame_with(trace, position, CanvasSettings(edge_measure=measure, strongest=50))

    edges = frame.edges[0]
    chosen = np.sort(expected[edges.neurons, edges.sources])
    np.testing.assert_array_equal(chosen, np.sort(expected.ravel())[-50:])
    assert f"strongest 50 of 3,000 {words} + all 300" in frame.caption


def test_a_layer_of_many_edges_shows_those_that_carry_most(record: Recorder) -> None:
    trace = record(100, 30, 10)

    edges = frame_at(trace, 0).edges[0]

    carried = np.abs(trace.before.weights[0] * trace.inputs[0])
    drawn = carried[edges.neurons, edges.sources]
    assert trace.before.weights[0].size > DENSE
    assert drawn.min() == np.sort(carried.ravel())[-STRONGEST]


def test_a_selected_edge_outshines_the_others(record: Recorder) -> None:
    trace, ref = record(*SIZES), EdgeRef(1, 0, 1)

    edges = frame_at(trace, -1, ref).edges[0]

    plain, outshined = colours_by_edge(frame_at(trace, -1).edges[0]), colours_by_edge(edges)
    assert [each for each in plain if plain[each] == outshined[each]] == [ref]


def colours_by_edge(edges: EdgeFrame) -> dict[EdgeRef, list[int]]:
    return {edges.ref(index): edges.rgb[index].tolist() for index in range(edges.count)}


def test_activations_are_also_there_with_fewer_digits(record: Recorder) -> None:
    trace = record(*SIZES)
    a = trace.layer_values(Quantity.ACTIVATION, 1)[2]

    layer = frame_at(trace, END).layers[1]

    assert layer.inside[2] == (number(a, 4), number(a, 3), number(a, 2))
    assert layer.activations[2].text == f"a {number(a, 4)}"


def test_labels_are_also_there_with_fewer_digits(record: Recorder) -> None:
    trace = record(1, 1)
    weight = trace.before.weights[0][0, 0]

    written = [digits[0][0].text for digits in frame_at(trace, -1).edges[0].labels]

    assert written == [f"w {number(weight, digits)}" for digits in (4, 3, 2)]


def test_the_newest_number_of_an_edge_is_its_last(record: Recorder) -> None:
    trace, ref = record(*SIZES), EdgeRef(1, 0, 1)

    newest = [edge_lines(frame_at(trace, at), ref)[-1].text for at in (-1, STEPS - 2, END)]

    assert newest[0] == f"w {number(trace.value(Quantity.WEIGHT, ref))}"
    assert newest[1].startswith("∂C/∂w ")
    assert newest[2] == f"w → {number(trace.value(Quantity.WEIGHT_AFTER, ref), 5)}"


@pytest.mark.parametrize(
    ("selected", "edges"),
    [
        (None, set()),
        (NodeRef(1, 2), {(1, 2, 0), (1, 2, 1), (2, 0, 2), (2, 1, 2)}),
        (NodeRef(0, 1), {(1, 0, 1), (1, 1, 1), (1, 2, 1)}),
        (EdgeRef(2, 1, 0), {(2, 1, 0)}),
    ],
)
def test_the_edges_of_the_selection_are_marked(
    record: Recorder, selected: Ref | None, edges: set[tuple[int, int, int]]
) -> None:
    frame = frame_at(record(*SIZES), 0, selected)

    marked = {
        (ref.layer, ref.neuron, ref.source)
        for layer in frame.edges
        for ref in map(layer.ref, np.flatnonzero(layer.chosen))
    }
    assert marked == edges


def test_infinite_weights_leave_the_widths_finite(record: Recorder) -> None:
    trace = record(2, 2)
    weights = np.array([[np.inf, 1.0], [np.nan, -2.0]])
    broken = PassTrace(
        trace.spec, trace.settings, type(trace.before).frozen([weights], trace.before.biases),
        trace.inputs, trace.targets, trace.forward, trace.backward, trace.after, trace.cost_after,
    )  # fmt: skip

    widths = frame_at(broken, -1).edges[0].widths

    assert (widths >= 1).all()
    assert (widths <= 4).all()


@pytest.mark.parametrize("digits", range(FEWEST_DIGITS, MOST_DIGITS + 1))
def test_an_edge_has_its_numbers_with_ever_fewer_digits_but_at_least_one(
    record: Recorder, digits: int
) -> None:
    trace, ref = record(2, 3, 2), EdgeRef(1, 2, 0)
    weight = trace.value(Quantity.WEIGHT, ref)

    frame = build_frame(trace, timeline_at(trace, -1), DARK, notation=Notation(digits=digits))

    labels = frame.edges[0].labels
    index = next(i for i in range(len(labels[0])) if frame.edges[0].ref(i) == ref)
    assert [level[index][0].text for level in labels] == [
        f"w {number(weight, max(1, digits - less))}" for less in range(3)
    ]


@pytest.mark.filterwarnings("error")
def test_weights_near_the_end_of_float64_are_drawn_without_a_warning(record: Recorder) -> None:
    trace = record(*SIZES, scale=1e300)

    for position in range(-1, STEPS):
        frame = frame_at(trace, position)
        assert all(np.isfinite(edge.widths).all() for edge in frame.edges)


@pytest.mark.parametrize("selected", [None, NodeRef(2, 3), EdgeRef(2, 1, 4)])
def test_of_the_drawn_edges_the_boldest_are_on_top(record: Recorder, selected: Ref | None) -> None:
    """Going forward they are chosen by |w·a|; a bold one below paler ones would look dashed."""
    for edges in frame_at(record(100, 30, 10), 2, selected).edges:
        boldness = np.abs(edges.rgb - np.array(DARK.surface, np.float64)).sum(axis=1)
        steps = np.diff(boldness[np.sign(edges.shares) > 0])
        assert (steps > -4).all()  # a colour is rounded
        assert edges.count > 1
