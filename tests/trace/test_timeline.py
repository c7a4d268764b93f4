from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.engine.network import NetworkSpec
from nnviz.trace.quantities import Quantity
from nnviz.trace.reveal import Reveal
from nnviz.trace.steps import Granularity, Phase, Step, StepKind, build_steps
from nnviz.trace.timeline import Timeline

SPEC = NetworkSpec((2, 3, 2), ("sigmoid", "sigmoid"))
FINE = build_steps(SPEC, Granularity.OPERATION)
COARSE = build_steps(SPEC, Granularity.LAYER)
BOTH = pytest.mark.parametrize("steps", [FINE, COARSE], ids=["operations", "layers"])

specs = st.lists(st.integers(1, 9), min_size=2, max_size=7).map(
    lambda sizes: NetworkSpec(tuple(sizes), ("tanh",) * (len(sizes) - 1))
)
all_steps = st.builds(build_steps, specs, st.sampled_from(Granularity))


def names(steps: tuple[Step, ...]) -> list[tuple[StepKind, int]]:
    return [(step.kind, step.layer) for step in steps]


def test_the_operations_of_a_pass_in_their_order() -> None:
    backward = [
        (kind, layer)
        for layer in (2, 1)
        for kind in (
            StepKind.ACTIVATION_GRADIENT,
            StepKind.BIAS_GRADIENT,
            StepKind.WEIGHT_GRADIENT,
        )
    ]

    assert names(FINE) == [
        (StepKind.INPUT, 0),
        (StepKind.PREACTIVATION, 1), (StepKind.ACTIVATION, 1),
        (StepKind.PREACTIVATION, 2), (StepKind.ACTIVATION, 2),
        (StepKind.COST, 2), *backward, (StepKind.UPDATE, 2),
    ]  # fmt: skip


def test_the_layers_of_a_pass_in_their_order() -> None:
    assert names(COARSE) == [
        (StepKind.INPUT, 0), (StepKind.LAYER, 1), (StepKind.LAYER, 2), (StepKind.COST, 2),
        (StepKind.LAYER_GRADIENT, 2), (StepKind.LAYER_GRADIENT, 1), (StepKind.UPDATE, 2),
    ]  # fmt: skip


@given(specs, st.sampled_from(Granularity))
def test_every_quantity_of_every_layer_is_revealed_exactly_once(
    spec: NetworkSpec, granularity: Granularity
) -> None:
    found = Counter(known for step in build_steps(spec, granularity) for known in step.reveals)

    every_layer = range(spec.layer_count + 1)
    with_weights = (
        Quantity.PREACTIVATION, Quantity.BIAS_GRADIENT, Quantity.WEIGHT_GRADIENT,
        Quantity.WEIGHT_AFTER, Quantity.BIAS_AFTER,
    )  # fmt: skip
    expected = {(Quantity.ACTIVATION, layer) for layer in every_layer}
    expected |= {(Quantity.ACTIVATION_GRADIENT, layer) for layer in every_layer}
    expected |= {(quantity, layer) for quantity in with_weights for layer in every_layer if layer}
    expected |= {(Quantity.COST, spec.layer_count)}
    assert found == Counter(expected)


@given(specs, st.sampled_from(Granularity))
def test_nothing_is_revealed_before_what_it_is_computed_from(
    spec: NetworkSpec, granularity: Granularity
) -> None:
    order = [known for step in build_steps(spec, granularity) for known in step.reveals]
    last = spec.layer_count

    for layer in range(1, last + 1):
        z, a = (Quantity.PREACTIVATION, layer), (Quantity.ACTIVATION, layer)
        chain = [
            (Quantity.ACTIVATION, layer - 1), z, a, (Quantity.COST, last),
            (Quantity.ACTIVATION_GRADIENT, layer), (Quantity.BIAS_GRADIENT, layer),
            (Quantity.WEIGHT_GRADIENT, layer), (Quantity.WEIGHT_AFTER, layer),
        ]  # fmt: skip
        assert [order.index(known) for known in chain] == sorted(map(order.index, chain))
        signal = order.index((Quantity.BIAS_GRADIENT, layer))
        assert signal < order.index((Quantity.ACTIVATION_GRADIENT, layer - 1))


@given(all_steps)
def test_the_reveal_grows_with_every_step_and_starts_empty(steps: tuple[Step, ...]) -> None:
    timeline = Timeline(steps)
    reveals = [timeline.to(position).reveal() for position in range(-1, len(steps))]

    assert reveals[0].known == frozenset()
    for before, after in pairwise(reveals):
        assert before.known < after.known


@given(all_steps)
def test_a_step_forward_and_back_is_no_step_at_every_position(steps: tuple[Step, ...]) -> None:
    for position in range(-1, len(steps) - 1):
        here = Timeline(steps, position)
        assert here.forward().back() == here
    for position in range(len(steps)):
        here = Timeline(steps, position)
        assert here.back().forward() == here


@BOTH
def test_the_ends_hold(steps: tuple[Step, ...]) -> None:
    start, end = Timeline(steps), Timeline(steps, len(steps) - 1)

    assert start.to(-99) == start.back() == start.back(50) == start
    assert start.to(10**6) == end.forward() == end.forward(50) == end
    assert start.at_start
    assert not start.at_end
    assert end.at_end
    assert not end.at_start
    assert (start.current, start.phase) == (None, Phase.INPUT)
    assert (end.current, end.phase) == (steps[-1], Phase.UPDATE)


@BOTH
def test_going_from_phase_to_phase_visits_the_last_step_of_each(steps: tuple[Step, ...]) -> None:
    timeline, visited = Timeline(steps), []
    while not timeline.at_end:
        timeline = timeline.to_next_phase()
        visited.append(timeline)

    assert [each.phase for each in visited] == list(Phase)
    assert all(each.at_end or each.forward().phase is not each.phase for each in visited)
    assert timeline.to_next_phase() == timeline


@BOTH
def test_going_back_from_phase_to_phase_visits_the_moment_before_each(
    steps: tuple[Step, ...],
) -> None:
    timeline, visited = Timeline(steps, len(steps) - 1), []
    while not timeline.at_start:
        timeline = timeline.to_previous_phase()
        visited.append(timeline)

    phases = [each.current.phase if each.current else None for each in visited]
    assert phases == [Phase.BACKWARD, Phase.COST, Phase.FORWARD, Phase.INPUT, None]
    assert timeline.to_previous_phase() == timeline


def test_going_back_within_a_phase_leaves_all_of_it() -> None:
    middle = next(i for i, step in enumerate(FINE) if step.kind is StepKind.BIAS_GRADIENT)

    earlier = Timeline(FINE, middle).to_previous_phase()

    assert earlier.current is not None
    assert earlier.current.kind is StepKind.COST


@given(specs)
def test_a_finer_granularity_keeps_the_moment_and_back_again(spec: NetworkSpec) -> None:
    coarse = build_steps(spec, Granularity.LAYER)
    fine = build_steps(spec, Granularity.OPERATION)

    for position in range(-1, len(coarse)):
        here = Timeline(coarse, position)
        finer = here.with_steps(fine)
        assert finer.reveal() == here.reveal()
        assert finer.with_steps(coarse) == here


@given(specs)
def test_a_coarser_granularity_shows_no_more_than_was_known(spec: NetworkSpec) -> None:
    coarse = build_steps(spec, Granularity.LAYER)
    fine = build_steps(spec, Granularity.OPERATION)

    for position in range(-1, len(fine)):
        here = Timeline(fine, position)
        coarser = here.with_steps(coarse)
        assert coarser.reveal().known <= here.reveal().known
        # The next coarse step would show too much.
        assert coarser.at_end or not here.reveal().knows_all(coarser.forward().current.reveals)


def test_weights_and_biases_are_known_from_the_start_and_nothing_else() -> None:
    reveal = Reveal.of(())

    known = {quantity for quantity in Quantity if reveal.knows(quantity, 1)}

    assert known == {Quantity.WEIGHT, Quantity.BIAS}


def test_a_quantity_is_known_for_its_own_layer_only() -> None:
    reveal = Timeline(FINE, 1).reveal()

    assert reveal.knows(Quantity.PREACTIVATION, 1)
    assert not reveal.knows(Quantity.PREACTIVATION, 2)
    assert reveal.knows_all([(Quantity.PREACTIVATION, 1), (Quantity.ACTIVATION, 0)])
    assert not reveal.knows_all([(Quantity.PREACTIVATION, 1), (Quantity.ACTIVATION, 1)])
