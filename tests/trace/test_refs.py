import pytest

from nnviz.trace.refs import EdgeRef, NodeRef, Ref

SIZES = (2, 3, 1)


@pytest.mark.parametrize(
    "ref", [NodeRef(0, 1), NodeRef(1, 2), NodeRef(2, 0), EdgeRef(1, 2, 1), EdgeRef(2, 0, 2)]
)
def test_what_a_network_has_exists_in_it(ref: Ref) -> None:
    assert ref.exists_in(SIZES)


@pytest.mark.parametrize(
    "ref",
    [
        NodeRef(3, 0),
        NodeRef(1, 3),
        NodeRef(-1, 0),
        NodeRef(1, -1),
        EdgeRef(3, 0, 0),
        EdgeRef(1, 3, 0),
        EdgeRef(1, 0, 2),
        EdgeRef(2, 0, 3),
        EdgeRef(0, 0, 0),
    ],
)
def test_what_a_network_lacks_does_not_exist_in_it(ref: Ref) -> None:
    assert not ref.exists_in(SIZES)
