"""The sorted terms of a sum: which are shown, and what the others come to."""

import numpy as np
import pytest

from nnviz.engine.initialisers import initialise
from nnviz.engine.network import NetworkSpec
from nnviz.trace.pass_trace import PassSettings, PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.views.panels.terms import incoming_terms, outgoing_terms

SPEC = NetworkSpec((300, 80, 70), ("tanh", "sigmoid"))
NODE = NodeRef(1, 3)


@pytest.fixture
def trace(rng: np.random.Generator) -> PassTrace:
    parameters = initialise(SPEC, "scaled_normal", rng, np.float64)
    return PassTrace.record(SPEC, parameters, rng.random(300), rng.random(70), PassSettings(0.1))


def test_the_largest_terms_are_shown_in_order(trace: PassTrace) -> None:
    every = trace.before.weights[0][3] * trace.inputs[0]

    terms = incoming_terms(trace, NODE, 50)

    expected = np.sort(np.abs(every))[::-1][:50]
    np.testing.assert_array_equal(np.abs(terms.products), expected)
    np.testing.assert_array_equal(terms.weights * terms.factors, terms.products)


def test_shown_terms_rest_and_bias_make_z(trace: PassTrace) -> None:
    terms = incoming_terms(trace, NODE, 50)

    z = trace.value(Quantity.PREACTIVATION, NODE)
    bias = trace.value(Quantity.BIAS, NODE)
    assert terms.others == 250
    assert terms.products.sum() + terms.rest + bias == pytest.approx(z, rel=1e-12)
    assert terms.total + bias == pytest.approx(z, rel=1e-12)


@pytest.mark.parametrize("node", [NODE, NodeRef(0, 7)])
def test_outgoing_terms_make_the_activation_gradient(trace: PassTrace, node: NodeRef) -> None:
    terms = outgoing_terms(trace, node, 50)

    gradient = trace.value(Quantity.ACTIVATION_GRADIENT, node)
    assert terms.products.sum() + terms.rest == pytest.approx(gradient, rel=1e-10)


def test_rows_know_their_edges_and_neurons(trace: PassTrace) -> None:
    terms = outgoing_terms(trace, NODE, 5)

    first = int(terms.indices[0])
    assert terms.edges[0] == EdgeRef(2, first, 3)
    assert terms.neurons[0] == NodeRef(2, first)
    assert terms.weights[0] == trace.value(Quantity.WEIGHT, terms.edges[0])


def test_a_short_sum_leaves_nothing_out(trace: PassTrace) -> None:
    terms = outgoing_terms(trace, NODE, 500)

    assert terms.others == 0
    assert terms.rest == 0
    assert len(terms.products) == 70
