"""What is selected and pinned, and what another network does to it."""

import pytest
from pytestqt.qtbot import QtBot

from nnviz.stores.selection_store import SelectionStore
from nnviz.stores.workspace import Workspace
from nnviz.trace.refs import EdgeRef, NodeRef

SIZES = (2, 3, 2)
NEURON, EDGE = NodeRef(1, 1), EdgeRef(1, 0, 1)


def test_a_pin_is_put_on_and_taken_off_in_order(qtbot: QtBot) -> None:
    store = SelectionStore()
    store.use_layers(SIZES)
    heard: list[object] = []
    store.pinned_changed.connect(heard.append)

    for ref in (NEURON, EDGE, NEURON):
        store.toggle_pin(ref)
    store.unpin_all()
    store.unpin_all()

    assert heard == [(NEURON,), (NEURON, EDGE), (EDGE,), ()]


@pytest.mark.parametrize(("preset", "kept"), [("mazur-2-2-2", False), ("xor-2-2-1", True)])
def test_pins_go_with_a_network_of_other_sizes(
    workspace: Workspace, preset: str, kept: bool
) -> None:
    workspace.selection.toggle_pin(NEURON)

    workspace.new_network(workspace.spec, "standard_normal", workspace.config)
    assert workspace.selection.pinned == (NEURON,)
    if not kept:
        workspace.open_preset(preset)

    assert workspace.selection.pinned == ((NEURON,) if kept else ())


@pytest.fixture
def selection(qapp: object) -> SelectionStore:
    store = SelectionStore()
    store.use_layers(SIZES)
    return store


@pytest.mark.parametrize("ref", [NodeRef(1, 3), NodeRef(3, 0), EdgeRef(1, 0, 2), NodeRef(0, -1)])
def test_what_the_network_has_not_cannot_be_chosen(
    selection: SelectionStore, ref: NodeRef | EdgeRef
) -> None:
    selection.select(NodeRef(1, 2))

    selection.select(ref)
    selection.hover(ref)
    selection.light(frozenset({ref, NodeRef(1, 0)}))

    assert selection.selected == NodeRef(1, 2)
    assert selection.hovered is None
    assert selection.lit == frozenset()


def test_other_layers_clear_what_was_chosen_and_the_same_keep_it(
    selection: SelectionStore,
) -> None:
    chosen = EdgeRef(2, 1, 2)
    selection.select(chosen)
    selection.hover(chosen)
    selection.light(frozenset({chosen}))

    selection.use_layers(SIZES)
    kept = (selection.selected, selection.hovered, selection.lit)
    selection.use_layers((2, 4, 2))

    assert kept == (chosen, chosen, {chosen})
    assert (selection.selected, selection.hovered, selection.lit) == (None, None, frozenset())
