import pytest

from nnviz.engine.costs import COSTS
from nnviz.engine.network import NetworkSpec
from nnviz.errors import SpecError
from nnviz.views.panels.layer_sizes import pair_problem, parse_sizes, sizes_text


@pytest.mark.parametrize("text", ["784, 30, 10", "784-30-10", " 784 30  10 ", "784,30,10,"])
def test_sizes_may_be_written_in_several_ways(text: str) -> None:
    assert parse_sizes(text) == (784, 30, 10)


@pytest.mark.parametrize(
    ("text", "part"),
    [("784, ab, 10", "'ab' is not a layer size"), ("784, 3.5, 10", "'3.5' is not"),
     ("784", "at least an input and an output"), ("", "at least an input and an output")],
)  # fmt: skip
def test_what_is_no_list_of_sizes_is_one_sentence(text: str, part: str) -> None:
    with pytest.raises(SpecError, match=part):
        parse_sizes(text)


def test_written_sizes_are_read_back() -> None:
    assert parse_sizes(sizes_text((2, 3, 2))) == (2, 3, 2)


def test_an_impossible_pair_is_explained() -> None:
    assert pair_problem("binary_cross_entropy", "softmax") == (
        "Binary cross-entropy needs Sigmoid outputs, not Softmax; change one of the two."
    )


@pytest.mark.parametrize("cost", COSTS)
@pytest.mark.parametrize("output", ["sigmoid", "softmax", "identity"])
def test_pairs_are_explained_exactly_where_the_engine_refuses_them(cost: str, output: str) -> None:
    try:
        NetworkSpec((2, 2), (output,), cost)
        refused = False
    except SpecError:
        refused = True

    assert bool(pair_problem(cost, output)) is refused
