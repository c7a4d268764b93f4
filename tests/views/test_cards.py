"""What cards and screen readers say, number by number."""

from dataclasses import replace

import numpy as np
import pytest

from nnviz.formatting import UNKNOWN, number
from nnviz.stores.workspace import Workspace
from nnviz.trace.moments import MOMENTS_BEFORE
from nnviz.trace.notation import ErrorSymbol, Notation
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef, Ref
from nnviz.trace.steps import Granularity
from nnviz.views.scene.cards import Card, card_of, pin_card
from nnviz.views.scene.spoken import spoken

NEURON, EDGE = NodeRef(1, 2), EdgeRef(2, 1, 0)


@pytest.fixture
def primer(workspace: Workspace) -> Workspace:
    workspace.open_preset("primer-2-3-2")
    workspace.stepper.set_granularity(Granularity.OPERATION)
    return workspace


def rows_of(card: Card) -> dict[str, str]:
    return {row.symbol: row.value.text for row in card.rows}


def test_before_the_first_step_only_weights_and_biases_are_told(primer: Workspace) -> None:
    assert list(rows_of(card_of(primer, NEURON))) == ["b"]
    assert list(rows_of(card_of(primer, EDGE))) == ["w"]
    assert rows_of(card_of(primer, NodeRef(0, 0))) == {}


@pytest.mark.parametrize("position", range(-1, 13))
@pytest.mark.parametrize("ref", [NodeRef(0, 1), NEURON, EDGE])
def test_a_card_tells_exactly_what_is_known(primer: Workspace, ref: Ref, position: int) -> None:
    primer.stepper.move_to(position)
    trace, reveal = primer.stepper.trace, primer.stepper.timeline.reveal()
    kinds = {"w", "∂C/∂w", "w after"}
    assert trace is not None

    rows = rows_of(card_of(primer, ref))

    for quantity in Quantity:
        fits = (quantity.symbol in kinds) == isinstance(ref, EdgeRef)
        if quantity in MOMENTS_BEFORE:  # plain gradient descent has none
            continue
        if quantity is Quantity.COST or not fits or (ref.layer == 0 and quantity.symbol != "a"):
            continue
        known = reveal.knows(quantity, ref.layer)
        expected = number(trace.value(quantity, ref), 4) if known else None
        assert rows.get(quantity.symbol) == expected


def test_the_cards_numbers_are_those_of_the_worked_example(primer: Workspace) -> None:
    primer.display.set_notation(Notation(digits=12))
    primer.stepper.to_end()

    assert rows_of(card_of(primer, NodeRef(2, 0)))["a"] == "0.276768051637"
    assert rows_of(card_of(primer, NodeRef(0, 0)))["a"] == "0.800000000000"


def test_the_card_of_an_edge_names_both_ends_and_their_product(primer: Workspace) -> None:
    primer.stepper.to_end()

    card = card_of(primer, EDGE)

    rows = rows_of(card)
    assert card.title == "Layer 1 neuron 0 → output 1"
    assert rows["a of layer 1 neuron 0"] == "0.6316"
    assert rows["a of output 1"] == "0.2944"
    assert rows["w"] == "−0.8746"
    assert rows["w·a"] == "−0.5523"  # −0.87456 · 0.63156


def test_a_card_is_written_in_the_readers_notation(primer: Workspace) -> None:
    primer.display.set_notation(Notation(ErrorSymbol.DELTA, first_index=1, digits=6))
    primer.stepper.to_end()

    card = card_of(primer, NEURON)

    assert card.title == "Layer 1 neuron 3"
    assert rows_of(card)["δ"] == "0.0167508"
    assert "∂C/∂b" not in rows_of(card)


def test_the_card_of_a_pin_has_a_dash_for_what_is_unknown(primer: Workspace) -> None:
    assert rows_of(pin_card(primer, NEURON)) == {
        "z": UNKNOWN, "b": "0.01870", "a": UNKNOWN, "∂C/∂a": UNKNOWN, "∂C/∂b": UNKNOWN,
    }  # fmt: skip
    assert rows_of(pin_card(primer, EDGE)) == {
        "w": "−0.8746", "w·a": UNKNOWN, "∂C/∂w": UNKNOWN,
    }  # fmt: skip
    assert list(rows_of(pin_card(primer, NEURON, brief=True))) == ["a", "∂C/∂b"]
    primer.stepper.to_end()
    assert UNKNOWN not in rows_of(pin_card(primer, NEURON)).values()
    assert "b after" in rows_of(pin_card(primer, NEURON))


def test_a_neuron_that_looks_at_an_image_shows_its_weights_as_one(
    image_workspace: Workspace,
) -> None:
    trace = image_workspace.stepper.trace
    assert trace is not None

    image = card_of(image_workspace, NodeRef(1, 4)).image

    assert image is not None
    assert image.shape == (28, 28)
    np.testing.assert_array_equal(image.values, trace.before.weights[0][4])
    assert card_of(image_workspace, NodeRef(0, 4)).image is None


def test_what_is_spoken_grows_with_what_is_known(primer: Workspace) -> None:
    primer.display.set_notation(replace(Notation(), digits=2))
    primer.stepper.move_to(-1)
    assert spoken(primer, NEURON) == "layer 1 neuron 2"
    assert spoken(primer, EDGE) == "edge from layer 1 neuron 0 to output 1, weight −0.87"

    primer.stepper.move_to(2)
    assert spoken(primer, NEURON) == "layer 1 neuron 2, activation 0.43"

    primer.stepper.to_end()
    assert spoken(primer, NEURON) == ("layer 1 neuron 2, activation 0.43, ∂C/∂a 0.068, ∂C/∂b 0.017")
    assert spoken(primer, NodeRef(0, 0)).startswith("input 0, value 0.80, ∂C/∂x −0.0037")
