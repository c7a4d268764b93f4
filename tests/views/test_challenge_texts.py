"""What the challenges say of a derivative that nudging cannot judge, and of numbers by name."""

import numpy as np
import pytest

from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.trace.notation import ErrorSymbol, Notation
from nnviz.trace.pass_trace import PassSettings, PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef, Ref
from nnviz.trace.steps import Granularity, build_steps
from nnviz.trace.timeline import Timeline
from nnviz.views.panels.challenge_texts import check_texts, place_text


def test_a_derivative_on_a_kink_is_said_to_be_one_sided() -> None:
    spec = NetworkSpec((1, 1, 1), ("relu", "identity"))
    ones = Parameters((np.ones((1, 1)), np.ones((1, 1))), (np.array([-1.0]), np.zeros(1)))
    trace = PassTrace.record(spec, ones, np.ones(1), np.ones(1), PassSettings(0.1))
    steps = build_steps(spec, Granularity.LAYER)
    reveal = Timeline(steps).to(len(steps) - 1).reveal()

    texts = check_texts(Notation(), trace, reveal, EdgeRef(1, 0, 0), 0)

    assert texts == (("Numeric check of ∂C/∂w: ≈ on a kink: one-sided.", None),)


@pytest.mark.parametrize(
    ("quantity", "ref", "example", "name"),
    [
        (Quantity.WEIGHT_GRADIENT, EdgeRef(1, 2, 0), 0, "∂C/∂w of w(3, 1) of layer 1"),
        (Quantity.BIAS_GRADIENT, NodeRef(2, 1), 0, "δ of neuron 2 of layer 2"),
        (Quantity.BIAS_GRADIENT, NodeRef(2, 1), None, "∂C/∂b of neuron 2 of layer 2"),
        (Quantity.ACTIVATION_GRADIENT, NodeRef(0, 1), 0, "∂C/∂x of input 2"),
        (Quantity.WEIGHT_AFTER, EdgeRef(1, 2, 0), None, "the new w(3, 1) of layer 1"),
        (Quantity.BIAS_AFTER, NodeRef(2, 1), None, "the new b of neuron 2 of layer 2"),
        (Quantity.COST, None, 0, "the cost C"),
    ],
)
def test_a_number_is_named_in_the_readers_notation(
    quantity: Quantity, ref: Ref | None, example: int | None, name: str
) -> None:
    notation = Notation(ErrorSymbol.DELTA, first_index=1)

    assert place_text(notation, quantity, ref, example) == name
