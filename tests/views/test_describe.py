import re
from dataclasses import replace

import pytest

from nnviz.formatting import number
from nnviz.stores.workspace import Workspace
from nnviz.trace.notation import ErrorSymbol, Notation
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef, Ref
from nnviz.trace.steps import Granularity
from nnviz.views.scene.describe import describe, name_of

NEURON, EDGE = NodeRef(1, 2), EdgeRef(2, 1, 0)


@pytest.fixture
def primer(workspace: Workspace) -> Workspace:
    workspace.open_preset("primer-2-3-2")
    workspace.stepper.set_granularity(Granularity.OPERATION)
    return workspace


def rows_of(workspace: Workspace, ref: Ref) -> dict[str, str]:
    """The symbols and numbers of a card."""
    pairs = re.findall(r"<tr><td>(.*?)&nbsp;&nbsp;</td><td.*?>(.*?)</td></tr>", describe(workspace, ref))  # fmt: skip  # noqa: E501
    return dict(pairs)


@pytest.mark.parametrize(
    ("ref", "name"),
    [
        (NodeRef(0, 1), "input 1"),
        (NEURON, "layer 1 neuron 2"),
        (NodeRef(2, 0), "output 0"),
        (EDGE, "layer 1 neuron 0 → output 1"),
    ],
)
def test_neurons_and_edges_have_names(primer: Workspace, ref: Ref, name: str) -> None:
    assert name_of(primer, ref) == name
    assert describe(primer, ref).startswith(f"<b>{name[0].upper()}{name[1:]}</b>")


def test_before_the_first_step_only_weights_and_biases_are_told(primer: Workspace) -> None:
    assert list(rows_of(primer, NEURON)) == ["b"]
    assert list(rows_of(primer, EDGE)) == ["w"]
    assert rows_of(primer, NodeRef(0, 0)) == {}


@pytest.mark.parametrize("position", range(-1, 13))
@pytest.mark.parametrize("ref", [NodeRef(0, 1), NEURON, EDGE])
def test_a_card_tells_exactly_what_is_known(primer: Workspace, ref: Ref, position: int) -> None:
    primer.stepper.move_to(position)
    trace, reveal = primer.stepper.trace, primer.stepper.timeline.reveal()
    kinds = {"w", "∂C/∂w", "w after"}
    assert trace is not None

    rows = rows_of(primer, ref)

    for quantity in Quantity:
        fits = (quantity.symbol in kinds) == isinstance(ref, EdgeRef)
        if quantity is Quantity.COST or not fits or (ref.layer == 0 and quantity.symbol[0] != "a"):
            continue
        told = rows.get(quantity.symbol)
        known = reveal.knows(quantity, ref.layer)
        assert told == (number(trace.value(quantity, ref), 4) if known else None)


def test_the_cards_numbers_are_those_of_the_worked_example(primer: Workspace) -> None:
    primer.display.set_notation(Notation(digits=12))
    primer.stepper.to_end()

    assert rows_of(primer, NodeRef(2, 0))["a"] == "0.276768051637"
    assert rows_of(primer, NodeRef(0, 0))["a"] == "0.800000000000"


def test_a_card_is_written_in_the_readers_notation(primer: Workspace) -> None:
    primer.display.set_notation(Notation(ErrorSymbol.DELTA, first_index=1, digits=6))
    primer.stepper.to_end()

    assert name_of(primer, NEURON) == "layer 1 neuron 3"
    assert rows_of(primer, NEURON)["δ"] == "0.0167508"
    assert "∂C/∂b" not in rows_of(primer, NEURON)


def test_pixels_are_counted_from_the_readers_first_index(image_workspace: Workspace) -> None:
    display = image_workspace.display
    display.set_notation(replace(display.notation, first_index=1))

    assert name_of(image_workspace, NodeRef(0, 30)) == "pixel row 2, column 3"
    assert name_of(image_workspace, NodeRef(1, 0)) == "output 0"
