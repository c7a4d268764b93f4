"""Every scale that is on the screen is named with its own ends."""

from collections.abc import Callable

import numpy as np
import pytest

from nnviz.formatting import number
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.refs import NodeRef, Ref
from nnviz.trace.steps import Granularity, build_steps
from nnviz.trace.timeline import Timeline
from nnviz.visual.frame import LegendEntry, build_frame
from nnviz.visual.palette import DARK

Recorder = Callable[..., PassTrace]
SIZES = (2, 3, 2)
FORWARD_DONE, GRADIENTS_OF_2, GRADIENTS_OF_1, END = 4, 8, 11, 99


def legend_at(
    trace: PassTrace, position: int, selected: Ref | None = None, image: bool = False
) -> tuple[LegendEntry, ...]:
    timeline = Timeline(build_steps(trace.spec, Granularity.OPERATION)).to(position)
    return build_frame(trace, timeline, DARK, selected, image_input=image).legend


def ends(*arrays: np.ndarray) -> str:
    return "± " + " / ".join(number(float(abs(array).max()), 2) for array in arrays)


def test_a_single_layer_has_its_ends_at_the_ends(record: Recorder) -> None:
    trace = record(1, 1)

    activation, weight, edges, _ = legend_at(trace, -1)
    gradients = legend_at(trace, 6)[2]

    end = number(abs(trace.before.weights[0][0, 0]), 3)
    assert (activation.low, activation.high) == ("0", "1")
    assert (weight.title, weight.low, weight.high) == ("edges w", f"−{end}", f"+{end}")
    assert (edges.low, edges.high) == ("−", "+")
    end = number(abs(trace.backward.gradients.weights[0][0, 0]), 3)
    assert (gradients.low, gradients.high) == (f"−{end}", f"+{end}")


def test_layers_with_scales_of_their_own_are_all_named(record: Recorder) -> None:
    trace = record(*SIZES)

    weights = legend_at(trace, -1)[1]
    derivatives = legend_at(trace, GRADIENTS_OF_1)[2]

    assert (weights.title, weights.middle) == ("edges w, per layer", ends(*trace.before.weights))
    assert derivatives.title == "edges ∂C/∂w, per layer"
    assert derivatives.middle == ends(*trace.backward.gradients.weights)


def test_each_layer_is_named_with_what_its_edges_show_now(record: Recorder) -> None:
    trace = record(*SIZES)

    _, weights, derivatives, _ = legend_at(trace, GRADIENTS_OF_2)

    gradient = number(abs(trace.backward.gradients.weights[1]).max(), 3)
    weight = number(abs(trace.before.weights[0]).max(), 3)
    assert (derivatives.title, derivatives.high) == ("edges ∂C/∂w, layer 2", f"+{gradient}")
    assert (weights.title, weights.high) == ("edges w, layer 1", f"+{weight}")


def test_rings_are_named_with_their_quantity_and_the_ends_of_each_layer(record: Recorder) -> None:
    trace = record(*SIZES)

    rings = legend_at(trace, END)[3]

    assert rings.title == "rings ∂C/∂a, input; ∂C/∂b, per layer"
    shown = (trace.backward.activation_gradients[0], *trace.backward.gradients.biases)
    assert rings.middle == ends(*shown)


def test_an_image_has_no_rings(record: Recorder) -> None:
    trace = record(*SIZES)

    rings = legend_at(trace, END, image=True)[3]

    assert rings.title == "rings ∂C/∂b, per layer"
    assert rings.middle == ends(*trace.backward.gradients.biases)


def test_the_scale_of_a_selected_neuron_says_whose_it_is(record: Recorder) -> None:
    trace = record(500, 30, 10)

    weights = legend_at(trace, 0, NodeRef(1, 7))[1]

    own = number(abs(trace.before.weights[0][7]).max(), 2)
    other = number(abs(trace.before.weights[1]).max(), 2)
    assert weights.middle == f"± {own} (neuron 7) / {other}"


def test_unbounded_activations_have_real_numbers_layer_by_layer(record: Recorder) -> None:
    trace = record(8, 6, 2, activations=("relu", "tanh"))

    before, after = legend_at(trace, 0)[0], legend_at(trace, FORWARD_DONE)[0]

    largest = float(trace.forward.activations[1].max())
    assert before.middle == "0…1 / – / −1…1"
    assert after.title == "activation a, per layer"
    assert largest > 1
    assert after.middle == f"0…1 / 0…{number(largest, 2)} / −1…1"


def test_tanh_alone_runs_from_minus_one_to_one(record: Recorder) -> None:
    activation = legend_at(record(2, 2, activations=("tanh",)), -1)[0]

    assert (activation.low, activation.high) == ("−1", "1")


@pytest.mark.parametrize("depth", [5, 9])
def test_of_many_layers_the_smallest_and_largest_ends_are_named(
    record: Recorder, depth: int
) -> None:
    trace = record(*[2] * (depth + 1))

    weights = legend_at(trace, -1)[1]

    each = [abs(array).max() for array in trace.before.weights]
    assert weights.middle == f"± {number(min(each), 2)} … {number(max(each), 2)}"
