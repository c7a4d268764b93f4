"""The factors of a path: what they are called, and that the numbers shown multiply out."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from nnviz.engine.network import NetworkSpec
from nnviz.trace.chain_factors import factor_letters, factor_names, factor_numbers
from nnviz.trace.chain_paths import first_paths
from nnviz.trace.chain_texts import list_paths
from nnviz.trace.notation import LayerPlace, Notation, WeightOrder
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.refs import EdgeRef, NodeRef, Ref
from nnviz.trace.shown import read
from nnviz.trace.steps import Granularity, build_steps
from nnviz.trace.timeline import Timeline

MakeTrace = Callable[..., PassTrace]

PRIMER = NetworkSpec((2, 3, 2), ("sigmoid", "sigmoid"))
FUSED = NetworkSpec((2, 3, 2), ("sigmoid", "softmax"), "categorical_cross_entropy")
JACOBIAN = NetworkSpec((2, 3, 2), ("sigmoid", "softmax"))
DEEP = NetworkSpec((3, 4, 5, 4, 3), ("tanh", "sigmoid", "leaky_relu", "softmax"))
EDGE = EdgeRef(1, 1, 0)


def multiplied(text: str) -> float:
    """What a reader gets who multiplies the factors of a row."""
    return math.prod(read(factor.strip("()"))[0] for factor in text.split(" · "))


@pytest.mark.parametrize("digits", [2, 3, 4, 6, 10])
def test_whoever_multiplies_the_factors_arrives_at_the_product(
    make_trace: MakeTrace, spec: NetworkSpec, digits: int
) -> None:
    trace = make_trace(spec, seed=digits)
    steps = build_steps(spec, Granularity.LAYER)
    reveal = Timeline(steps).to(len(steps) - 1).reveal()
    starts: list[Ref] = [EdgeRef(1, 0, 0), NodeRef(1, 0), NodeRef(0, 0)]

    for start in starts:
        for _, factors, product in list_paths(
            trace, reveal, start, 0, Notation(digits=digits)
        ).rows:
            value, unit = read(product)
            # a hair more than a unit: the reader's own float64 rounds, too
            assert abs(multiplied(factors) - value) <= unit * (1 + 1e-9)


def test_the_factors_have_the_digits_of_the_notation_and_more_only_where_needed() -> None:
    notation = Notation(digits=4)

    assert factor_numbers([0.5, -0.25], -0.125, notation) == "0.5000 · (−0.2500)"
    assert factor_numbers([1 / 3, 3.0, 1.5], 1.5, notation) == "0.3333 · 3.000 · 1.500"
    # 1.000 four times comes to 1.000, not to 1.002
    assert factor_numbers([1.0004] * 4, 1.0004**4, notation) == " · ".join(["1.0004"] * 4)


def test_what_is_not_known_is_a_dash_and_what_is_no_number_says_so() -> None:
    notation = Notation()

    assert factor_numbers([None, -0.5], None, notation) == "– · (−0.5000)"
    assert factor_numbers([math.nan, 2.0], math.nan, notation) == "NaN · 2.000"
    assert factor_numbers([0.0, 2.0], 0.0, notation).endswith(" · 2.000")


@pytest.mark.parametrize(
    ("spec", "start", "letters", "names"),
    [
        (PRIMER, EDGE, "∂C/∂a · f′(z) · w · f′(z) · a",
         "∂C/∂a⁽²⁾₀ · f′(z⁽²⁾₀) · w⁽²⁾₀,₁ · f′(z⁽¹⁾₁) · a⁽⁰⁾₀"),
        (PRIMER, NodeRef(2, 1), "∂C/∂a · f′(z) · ∂z/∂b", "∂C/∂a⁽²⁾₁ · f′(z⁽²⁾₁) · ∂z⁽²⁾₁/∂b⁽²⁾₁"),
        (FUSED, EdgeRef(2, 1, 2), "∂C/∂z · a", "∂C/∂z⁽²⁾₁ · a⁽¹⁾₂"),
        (JACOBIAN, EdgeRef(2, 1, 2), "∂C/∂a · ∂a/∂z · a", "∂C/∂a⁽²⁾₀ · ∂a⁽²⁾₀/∂z⁽²⁾₁ · a⁽¹⁾₂"),
    ],
)  # fmt: skip
def test_every_factor_has_a_name(
    make_trace: MakeTrace, spec: NetworkSpec, start: Ref, letters: str, names: str
) -> None:
    trace = make_trace(spec)
    links = first_paths(spec, start)[0].links(spec)

    assert factor_letters(trace, links) == letters
    assert factor_names(trace, links, Notation()) == names


def test_the_names_follow_the_notation(make_trace: MakeTrace) -> None:
    links = first_paths(PRIMER, EDGE)[0].links(PRIMER)
    notation = Notation(
        layers=LayerPlace.SUBSCRIPT, first_index=1, weight_order=WeightOrder.FROM_TO
    )

    names = factor_names(make_trace(PRIMER), links, notation)

    assert names == "∂C/∂a₂;₁ · f′(z₂;₁) · w₂;₂,₁ · f′(z₁;₂) · a₀;₁"


def test_the_names_stand_in_the_order_of_the_numbers(make_trace: MakeTrace) -> None:
    trace = make_trace(DEEP)
    steps = build_steps(DEEP, Granularity.LAYER)
    reveal = Timeline(steps).to(len(steps) - 1).reveal()

    listed = list_paths(trace, reveal, EDGE, 0, Notation())

    node = listed.paths[0].nodes[1]
    weight = float(trace.before.weights[1][node.neuron, 1])
    names, numbers = listed.names[0].split(" · "), listed.rows[0][1].split(" · ")
    at = next(place for place, name in enumerate(names) if name.startswith("w⁽²⁾"))
    value, unit = read(numbers[at].strip("()"))
    np.testing.assert_allclose(value, weight, rtol=0, atol=unit)
    assert len(names) == len(numbers)
