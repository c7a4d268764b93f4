"""One end value for every layer, or each its own; nothing unknown has a part in either."""

from collections.abc import Callable

import numpy as np
import pytest

from nnviz.formatting import number
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.refs import NodeRef, Ref
from nnviz.trace.steps import Granularity, build_steps
from nnviz.trace.timeline import Timeline
from nnviz.visual.frame import SceneFrame, build_frame
from nnviz.visual.palette import DARK
from nnviz.visual.settings import CanvasSettings, Normalisation

Recorder = Callable[..., PassTrace]
WHOLE = CanvasSettings(normalisation=Normalisation.NETWORK)
RELUS = ("relu", "relu", "relu")
SEED = 16
"""Activations that grow from layer to layer, and gradients that grow backward."""
BEFORE, A1_KNOWN, DC_DW_3, END = -1, 2, 10, 99


def frame_at(
    trace: PassTrace,
    position: int,
    settings: CanvasSettings = WHOLE,
    selected: Ref | None = None,
    image: bool = False,
) -> SceneFrame:
    timeline = Timeline(build_steps(trace.spec, Granularity.OPERATION)).to(position)
    return build_frame(
        trace, timeline, DARK, selected, image_input=image, settings=settings
    )  # fmt: skip


def gradient_position(trace: PassTrace) -> int:
    """The last moment before the update."""
    return len(build_steps(trace.spec, Granularity.OPERATION)) - 2


@pytest.fixture
def trace(record: Recorder) -> PassTrace:
    return record(3, 4, 3, 2, activations=RELUS, scale=2.0, seed=SEED)


def test_all_weights_run_to_the_largest_of_the_network(trace: PassTrace) -> None:
    largest = max(float(abs(w).max()) for w in trace.before.weights)

    shared = frame_at(trace, BEFORE)
    own = frame_at(trace, BEFORE, CanvasSettings())

    assert {edge.limit for edge in shared.edges} == {largest}
    assert [edge.limit for edge in own.edges] == [abs(w).max() for w in trace.before.weights]
    weights = shared.legend[1]
    assert weights.title == "edges w, whole network"
    assert (weights.low, weights.high) == (f"−{number(largest, 3)}", f"+{number(largest, 3)}")


def test_equal_derivatives_have_equal_colours_in_every_layer(trace: PassTrace) -> None:
    frame = frame_at(trace, gradient_position(trace))

    gradients = trace.backward.gradients
    largest = max(float(abs(w).max()) for w in gradients.weights)
    assert {edge.limit for edge in frame.edges} == {largest}
    biases = max(
        float(abs(each).max())
        for each in (trace.backward.activation_gradients[0], *gradients.biases)
    )
    rings = frame.legend[3]
    assert rings.title == "rings ∂C/∂a, ∂C/∂b, whole network"
    assert rings.high == f"+{number(biases, 3)}"
    for layer, values in zip(frame.layers[1:], gradients.biases, strict=True):
        assert layer.ring is not None
        at_the_end = abs(values) == biases
        coloured = [tuple(rgb) for rgb in layer.ring[at_the_end].tolist()]
        assert set(coloured) <= {DARK.derivative_negative, DARK.derivative_positive}


def test_what_is_not_known_yet_does_not_stretch_a_scale(trace: PassTrace) -> None:
    forward, backward = frame_at(trace, A1_KNOWN), frame_at(trace, DC_DW_3)

    known = max(1.0, *(float(a.max()) for a in trace.forward.activations[:2]))
    assert float(trace.forward.activations[2].max()) > known
    assert (forward.legend[0].low, forward.legend[0].high) == ("0", number(known, 2))
    own = float(abs(trace.backward.gradients.weights[2]).max())
    assert backward.edges[2].limit == own
    assert float(abs(trace.backward.gradients.weights[0]).max()) > own


def test_activations_without_bounds_share_an_end_and_the_others_keep_theirs(
    record: Recorder,
) -> None:
    trace = record(3, 4, 3, 2, activations=("relu", "tanh", "relu"), scale=2.0, seed=3)
    largest = max(1.0, *(float(trace.forward.activations[each].max()) for each in (0, 1, 3)))

    frame, image = frame_at(trace, END), frame_at(trace, END, image=True)

    assert frame.legend[0].title == "activation a, whole network"
    assert frame.legend[0].middle == f"0…{number(largest, 2)} / −1…1"
    assert image.legend[0].middle == f"0…1 / 0…{number(largest, 2)} / −1…1"


def test_a_selected_neuron_of_a_large_layer_keeps_the_scale_of_the_network(
    record: Recorder,
) -> None:
    trace = record(500, 3, 2)

    frame = frame_at(trace, BEFORE, selected=NodeRef(1, 2))

    assert frame.edges[0].limit == max(abs(w).max() for w in trace.before.weights)


def test_bounded_functions_have_nothing_to_choose(record: Recorder) -> None:
    entry = frame_at(record(2, 3, 2), END).legend[0]

    assert (entry.title, entry.low, entry.high) == ("activation a", "0", "1")


def test_the_wanted_change_is_against_the_slope_once_it_is_known(trace: PassTrace) -> None:
    before, after = frame_at(trace, A1_KNOWN), frame_at(trace, END, CanvasSettings())

    assert all(layer.pulls is None for layer in before.layers)
    for layer, slopes in zip(after.layers, trace.backward.activation_gradients, strict=True):
        assert layer.pulls is not None
        np.testing.assert_allclose(layer.pulls, -slopes[0] / abs(slopes).max())
    assert frame_at(trace, END, image=True).layers[0].pulls is None
