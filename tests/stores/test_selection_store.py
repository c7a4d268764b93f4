"""What is pinned, and what another network does to it."""

import pytest
from pytestqt.qtbot import QtBot

from nnviz.stores.selection_store import SelectionStore
from nnviz.stores.workspace import Workspace
from nnviz.trace.refs import EdgeRef, NodeRef

NEURON, EDGE = NodeRef(1, 1), EdgeRef(1, 0, 1)


def test_a_pin_is_put_on_and_taken_off_in_order(qtbot: QtBot) -> None:
    store = SelectionStore()
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
