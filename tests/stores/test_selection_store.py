import pytest

from nnviz.stores.selection_store import SelectionStore
from nnviz.trace.refs import EdgeRef, NodeRef

SIZES = (2, 3, 2)


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
