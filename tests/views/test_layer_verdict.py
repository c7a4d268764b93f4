"""The words of the layer's check: numbers, what was left out, and where to look."""

import numpy as np
import pytest

from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.trace.layer_check import Comparison, LayerCheck, Part
from nnviz.trace.notation import Notation, WeightOrder
from nnviz.trace.pass_trace import PassSettings, PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.views.panels.layer_verdict import Verdict, checking, layer_verdict

W = Quantity.WEIGHT_GRADIENT
LAYER_1 = (Part(W, 1), Part(Quantity.ACTIVATION_GRADIENT, 0))
WORST = Comparison(W, EdgeRef(1, 0, 1), -0.5, 0.25, 1e-12, False, 1.5)
FINE = Comparison(W, EdgeRef(1, 0, 1), 0.25, 0.25, 1e-12, True, 3.2e-10)


def verdict_on(check: LayerCheck, notation: Notation | None = None) -> Verdict:
    parameters = Parameters((np.ones((1, 2)),), (np.array([-1.0]),))
    spec = NetworkSpec((2, 1), ("relu",))
    trace = PassTrace.record(
        spec, parameters, np.array([1.0, 0.0]), np.array([1.0]), PassSettings(0.1)
    )
    return layer_verdict(trace, LAYER_1, check, notation or Notation())


def test_agreement_says_how_many_and_how_well() -> None:
    verdict = verdict_on(LayerCheck(12, 12, 0, 0, 0, None, FINE))

    assert verdict.text == (
        "✓ Layer 1: all 12 derivatives agree, relative error at most 3×10⁻¹⁰ at"
    )
    assert verdict.link == "∂C/∂w of w(0, 1) of layer 1"
    assert verdict.ref == EdgeRef(1, 0, 1)
    assert verdict.agrees


def test_a_mistake_shows_both_numbers() -> None:
    verdict = verdict_on(LayerCheck(12, 12, 5, 0, 0, None, WORST))

    assert verdict.text == (
        "✗ Layer 1: 5 of 12 derivatives are wrong, worst "
        "(−0.5000 by backpropagation, 0.2500 by nudging):"
    )
    assert verdict.agrees is False


def test_what_was_left_out_is_said() -> None:
    verdict = verdict_on(LayerCheck(20_000, 100_352, 0, 3, 1, NodeRef(1, 0), FINE))

    assert verdict.text.startswith("✓ Layer 1: 19,996 of 20,000 derivatives agree")
    assert "20,000 of 100,352 checked, chosen at random." in verdict.details
    assert "3 are too small to tell." in verdict.details
    assert "1 lies on the kink of a ReLU" in verdict.details
    assert "neuron 0 of layer 1 has z = 0." in verdict.details


def test_where_nothing_can_be_told_there_is_neither_tick_nor_cross() -> None:
    verdict = verdict_on(LayerCheck(4, 4, 0, 4, 0, None, None))

    assert verdict.text == "≈ Layer 1: all 4 are beyond what nudging can tell."
    assert verdict.agrees is None


@pytest.mark.parametrize(
    ("untold", "said"),
    [(8, "1 of 9 could be checked; it agrees."), (5, "4 of 9 could be checked; they agree.")],
)
def test_where_most_cannot_be_told_there_is_no_tick(untold: int, said: str) -> None:
    verdict = verdict_on(LayerCheck(9, 9, 0, untold, 0, None, FINE))

    assert verdict.text == f"≈ Layer 1: {said}"
    assert verdict.agrees is None
    assert f"{untold} are too small to tell." in verdict.details


def test_a_weight_is_called_in_the_chosen_order_from_the_chosen_first_index() -> None:
    notation = Notation(first_index=1, weight_order=WeightOrder.FROM_TO)

    verdict = verdict_on(LayerCheck(12, 12, 0, 0, 0, None, FINE), notation)

    assert verdict.link == "∂C/∂w of w(2, 1) of layer 1"


def test_several_layers_are_called_all() -> None:
    assert checking((Part(W, 1), Part(W, 2))).text == "… All layers: checking"
    assert checking(LAYER_1).text == "… Layer 1: checking"
