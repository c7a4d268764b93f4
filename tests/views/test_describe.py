from dataclasses import replace

import pytest

from nnviz.stores.workspace import Workspace
from nnviz.trace.refs import EdgeRef, NodeRef, Ref
from nnviz.views.scene.describe import name_of


@pytest.mark.parametrize(
    ("ref", "name"),
    [
        (NodeRef(0, 1), "input 1"),
        (NodeRef(1, 2), "layer 1 neuron 2"),
        (NodeRef(2, 0), "output 0"),
        (EdgeRef(2, 1, 0), "layer 1 neuron 0 → output 1"),
    ],
)
def test_neurons_and_edges_have_names(workspace: Workspace, ref: Ref, name: str) -> None:
    workspace.open_preset("primer-2-3-2")

    assert name_of(workspace, ref) == name


def test_pixels_are_counted_from_the_readers_first_index(image_workspace: Workspace) -> None:
    display = image_workspace.display
    display.set_notation(replace(display.notation, first_index=1))

    assert name_of(image_workspace, NodeRef(0, 30)) == "pixel row 2, column 3"
    assert name_of(image_workspace, NodeRef(1, 0)) == "output 0"
