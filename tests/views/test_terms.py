"""The sorted terms of a sum: which are shown, and what the others come to."""

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from nnviz.engine.initialisers import initialise
from nnviz.engine.network import NetworkSpec
from nnviz.trace.pass_trace import PassSettings, PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.views.panels.terms import incoming_terms, outgoing_terms
from nnviz.views.panels.terms_model import Column, TermsModel
from nnviz.visual.palette import DARK

SPEC = NetworkSpec((300, 80, 70), ("tanh", "sigmoid"))
NODE = NodeRef(1, 3)


@pytest.fixture
def trace(rng: np.random.Generator) -> PassTrace:
    parameters = initialise(SPEC, "scaled_normal", rng, np.float64)
    return PassTrace.record(SPEC, parameters, rng.random(300), rng.random(70), PassSettings(0.1))


def test_all_terms_are_there_the_largest_first(trace: PassTrace) -> None:
    every = trace.before.weights[0][3] * trace.inputs[0]

    terms = incoming_terms(trace, NODE)

    expected = np.sort(np.abs(every))[::-1]
    np.testing.assert_array_equal(np.abs(terms.products), expected)
    np.testing.assert_array_equal(terms.weights * terms.factors, terms.products)
    np.testing.assert_array_equal(every[terms.indices], terms.products)


def test_the_terms_and_the_bias_make_z(trace: PassTrace) -> None:
    terms = incoming_terms(trace, NODE)

    z = trace.value(Quantity.PREACTIVATION, NODE)
    bias = trace.value(Quantity.BIAS, NODE)
    assert terms.products.sum() + bias == pytest.approx(z, rel=1e-12)
    assert terms.total + bias == pytest.approx(z, rel=1e-12)


@pytest.mark.parametrize("node", [NODE, NodeRef(0, 7)])
def test_outgoing_terms_make_the_activation_gradient(trace: PassTrace, node: NodeRef) -> None:
    terms = outgoing_terms(trace, node)

    gradient = trace.value(Quantity.ACTIVATION_GRADIENT, node)
    assert terms.products.sum() == pytest.approx(gradient, rel=1e-10)


def test_rows_know_their_edges_and_neurons(trace: PassTrace) -> None:
    outgoing, incoming = outgoing_terms(trace, NODE), incoming_terms(trace, NODE)

    first, last = int(outgoing.indices[0]), int(incoming.indices[-1])
    assert outgoing.edge(0) == EdgeRef(2, first, 3)
    assert outgoing.neuron(0) == NodeRef(2, first)
    assert outgoing.weights[0] == trace.value(Quantity.WEIGHT, outgoing.edge(0))
    assert incoming.edge(299) == EdgeRef(1, 3, last)
    assert incoming.neuron(299) == NodeRef(0, last)


@pytest.mark.parametrize("column", [0, 1, 2, 3])
def test_no_text_of_a_column_is_wider_than_the_widest(
    trace: PassTrace, column: int, qapp: QApplication
) -> None:
    model = TermsModel(tuple(Column(name, "") for name in "kwap "))
    model.set_terms(incoming_terms(trace, NODE), str, DARK)

    longest = max(map(len, model.widest_texts(column)))

    assert max(len(model.text(row, column)) for row in range(300)) <= longest
