"""Walks by keys, against what can be counted by hand."""

import numpy as np
import pytest

from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.trace.pass_trace import PassSettings, PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.trace.reveal import Reveal
from nnviz.trace.steps import Known
from nnviz.visual.layout import lay_out
from nnviz.visual.walking import MOST_WALKED, along_layer, edges_of, to_layer

WEIGHTS = [np.array([[0.1, -3.0], [2.0, 0.5]]), np.array([[-1.0, 4.0]])]
"""Of a 2-2-1 network; its inputs are 10 and 0.1, so that w·a orders the edges the other way."""
NOTHING = Reveal({}, -1)


@pytest.fixture
def trace() -> PassTrace:
    spec = NetworkSpec((2, 2, 1), ("identity", "identity"))
    parameters = Parameters.frozen(WEIGHTS, [np.zeros(2), np.zeros(1)])
    settings = PassSettings(0.5)
    return PassTrace.record(spec, parameters, np.array([10.0, 0.1]), np.array([0.0]), settings)


def knowing(*quantities: tuple[Quantity, int]) -> Reveal:
    known = [Known(quantity, layer, None, 0) for quantity, layer in quantities]
    return Reveal(dict.fromkeys(known, 0), 0)


def test_up_and_down_go_round_in_a_layer() -> None:
    layout = lay_out((2, 3, 1), 900, 500)

    assert along_layer(layout, NodeRef(1, 2), 1) == NodeRef(1, 0)
    assert along_layer(layout, NodeRef(1, 0), -1) == NodeRef(1, 2)


def test_in_an_image_they_go_by_rows_and_sideways_by_pixels(trace: PassTrace) -> None:
    layout = lay_out((12, 3), 900, 500, image_shape=(3, 4))

    assert along_layer(layout, NodeRef(0, 5), 1) == NodeRef(0, 9)
    assert along_layer(layout, NodeRef(0, 1), -1) == NodeRef(0, 9)
    assert to_layer(layout, trace, NOTHING, NodeRef(0, 5), -1) == NodeRef(0, 4)
    assert to_layer(layout, trace, NOTHING, NodeRef(0, 4), -1) == NodeRef(0, 7)


def test_the_layer_beside_is_entered_at_the_same_height(trace: PassTrace) -> None:
    layout = lay_out((5, 5, 3, 1), 900, 700)

    assert to_layer(layout, trace, NOTHING, NodeRef(0, 3), 1) == NodeRef(1, 3)
    assert to_layer(layout, trace, NOTHING, NodeRef(1, 4), 1) == NodeRef(2, 2)
    assert to_layer(layout, trace, NOTHING, NodeRef(2, 1), -1) == NodeRef(1, 2)
    assert to_layer(layout, trace, NOTHING, NodeRef(3, 0), 1) == NodeRef(3, 0)
    assert to_layer(layout, trace, NOTHING, NodeRef(0, 0), -1) == NodeRef(0, 0)


def test_an_image_is_entered_at_the_pixel_that_says_most(trace: PassTrace) -> None:
    layout = lay_out((2, 2, 1), 900, 500, image_shape=(1, 2))
    read = knowing((Quantity.ACTIVATION, 0))

    assert to_layer(layout, trace, NOTHING, NodeRef(1, 0), -1) == NodeRef(0, 1)  # 3 > 0.1
    assert to_layer(layout, trace, read, NodeRef(1, 0), -1) == NodeRef(0, 0)  # 0.1·10 > 3·0.1


def test_edges_come_by_what_is_known_incoming_ones_first(trace: PassTrace) -> None:
    out = EdgeRef(2, 0, 0)
    by_weight = (EdgeRef(1, 0, 1), EdgeRef(1, 0, 0), out)

    assert edges_of(trace, NOTHING, NodeRef(1, 0)) == by_weight
    for known in (Quantity.ACTIVATION, 0), (Quantity.WEIGHT_GRADIENT, 1):
        by_input = (EdgeRef(1, 0, 0), EdgeRef(1, 0, 1), out)
        assert edges_of(trace, knowing(known), NodeRef(1, 0)) == by_input
    assert edges_of(trace, NOTHING, NodeRef(0, 0)) == (EdgeRef(1, 1, 0), EdgeRef(1, 0, 0))
    assert edges_of(trace, NOTHING, NodeRef(2, 0)) == (EdgeRef(2, 0, 1), EdgeRef(2, 0, 0))


def test_of_very_many_edges_the_strongest_are_walked() -> None:
    spec = NetworkSpec((50, 1), ("identity",))
    weights = [np.arange(50.0)[None, :]]
    trace = PassTrace.record(
        spec, Parameters.frozen(weights, [np.zeros(1)]), np.ones(50), np.ones(1), PassSettings(0.5)
    )

    edges = edges_of(trace, NOTHING, NodeRef(1, 0))

    assert [edge.source for edge in edges] == list(range(49, 49 - MOST_WALKED, -1))
