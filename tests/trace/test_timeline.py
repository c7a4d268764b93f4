from collections import Counter
from functools import partial
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.engine.network import NetworkSpec
from nnviz.trace.moments import MOMENTS_BEFORE
from nnviz.trace.quantities import Quantity
from nnviz.trace.reveal import Reveal
from nnviz.trace.steps import (
    AFTER,
    STEPPED_EXAMPLES,
    Granularity,
    Known,
    Phase,
    Step,
    StepKind,
    build_steps,
)
from nnviz.trace.timeline import Timeline

SPEC = NetworkSpec((2, 3, 2), ("sigmoid", "sigmoid"))
FINE = build_steps(SPEC, Granularity.OPERATION)
COARSE = build_steps(SPEC, Granularity.LAYER)
NEURONS = build_steps(SPEC, Granularity.NEURON)
EACH = pytest.mark.parametrize(
    "steps", [FINE, COARSE, NEURONS], ids=["operations", "layers", "neurons"]
)

specs = st.builds(
    lambda sizes, output: NetworkSpec(tuple(sizes), ("tanh",) * (len(sizes) - 2) + (output,)),
    st.lists(st.integers(1, 9), min_size=2, max_size=5),
    st.sampled_from(["tanh", "softmax"]),
)
examples = st.integers(1, 3)
granularities = st.sampled_from(Granularity)
all_steps = st.builds(build_steps, specs, granularities, examples)


def all_known(spec: NetworkSpec, examples: int) -> set[Known]:
    """All that a whole pass makes known, layer by layer."""
    layers = range(1, spec.layer_count + 1)
    gradients = (Quantity.BIAS_GRADIENT, Quantity.WEIGHT_GRADIENT)
    found = {Known(quantity, layer, example=None) for quantity in AFTER for layer in layers}
    for example in range(examples):
        for layer in layers:
            found |= {Known(each, layer, None, example) for each in gradients}
            found.add(Known(Quantity.PREACTIVATION, layer, None, example))
        for layer in range(spec.layer_count + 1):
            found.add(Known(Quantity.ACTIVATION, layer, None, example))
            found.add(Known(Quantity.ACTIVATION_GRADIENT, layer, None, example))
        found.add(Known(Quantity.COST, spec.layer_count, None, example))
    if examples > 1:
        found |= {Known(each, layer, example=None) for each in gradients for layer in layers}
        found.add(Known(Quantity.COST, spec.layer_count, example=None))
    return found


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


@given(specs, granularities, examples)
def test_every_quantity_of_every_layer_is_revealed_exactly_once(
    spec: NetworkSpec, granularity: Granularity, examples: int
) -> None:
    steps = build_steps(spec, granularity, examples)
    found = Counter(known for step in steps for known in step.reveals)

    assert set(found.values()) == {1}
    assert {known for known in found if known.neuron is None} == all_known(spec, examples)


@given(specs, granularities, examples)
def test_nothing_is_revealed_before_what_it_is_computed_from(
    spec: NetworkSpec, granularity: Granularity, examples: int
) -> None:
    timeline = Timeline(build_steps(spec, granularity, examples))
    last = spec.layer_count

    for example in range(examples):
        for layer in range(1, last + 1):
            for neuron in range(spec.sizes[layer]):
                here = (layer, neuron, example)
                at = partial(place, timeline)
                assert at(Quantity.ACTIVATION, layer - 1, None, example) < at(
                    Quantity.PREACTIVATION, *here
                )
                assert at(Quantity.PREACTIVATION, *here) <= at(Quantity.ACTIVATION, *here)
                assert at(Quantity.ACTIVATION, *here) < at(Quantity.COST, last, None, example)
                slope = at(Quantity.ACTIVATION_GRADIENT, *here)
                assert at(Quantity.COST, last, None, example) < slope
                assert slope <= at(Quantity.BIAS_GRADIENT, *here)
                assert at(Quantity.BIAS_GRADIENT, *here) <= at(Quantity.WEIGHT_GRADIENT, *here)
                assert at(Quantity.WEIGHT_GRADIENT, *here) < at(Quantity.WEIGHT_AFTER, layer)
            signals = at(Quantity.BIAS_GRADIENT, layer, None, example)
            below = at(Quantity.ACTIVATION_GRADIENT, layer - 1, None, example)
            assert signals <= below if layer == 1 else signals < below


def place(
    timeline: Timeline, quantity: Quantity, layer: int, neuron: int | None = None, example: int = 0
) -> int:
    """The position at which something becomes known."""
    position = timeline.position_of(quantity, layer, neuron, example)
    assert position is not None
    return position


@given(specs)
def test_an_activation_of_a_softmax_waits_for_all_sums_of_its_layer(spec: NetworkSpec) -> None:
    timeline = Timeline(build_steps(spec, Granularity.NEURON))
    last = spec.layer_count
    sums = place(timeline, Quantity.PREACTIVATION, last)

    first = place(timeline, Quantity.ACTIVATION, last, 0)

    if spec.activations[-1] == "softmax":
        assert first > sums
        # Each error signal of a softmax comes from every ∂C/∂a of its layer.
        slopes = place(timeline, Quantity.ACTIVATION_GRADIENT, last)
        assert place(timeline, Quantity.BIAS_GRADIENT, last, 0) > slopes
    else:
        assert first == place(timeline, Quantity.PREACTIVATION, last, 0)


def test_the_neurons_of_a_pass_in_their_order() -> None:
    found = [(step.kind, step.layer, step.neuron) for step in NEURONS]

    assert found == [
        (StepKind.INPUT, 0, None),
        *((StepKind.NEURON, 1, neuron) for neuron in range(3)),
        *((StepKind.NEURON, 2, neuron) for neuron in range(2)),
        (StepKind.COST, 2, None),
        *((StepKind.NEURON_GRADIENT, 2, neuron) for neuron in range(2)),
        *((StepKind.NEURON_GRADIENT, 1, neuron) for neuron in range(3)),
        (StepKind.UPDATE, 2, None),
    ]


def test_a_mini_batch_goes_example_by_example_then_takes_the_mean_and_updates_once() -> None:
    steps = build_steps(SPEC, Granularity.LAYER, 3)

    assert [(step.kind, step.example) for step in steps] == [
        *((step.kind, example) for example in range(3) for step in COARSE[:-1]),
        (StepKind.MEAN_GRADIENT, None),
        (StepKind.UPDATE, None),
    ]


def test_the_timeline_knows_the_example_of_its_step() -> None:
    timeline = Timeline(build_steps(SPEC, Granularity.LAYER, 2))

    found = [timeline.to(position).example for position in range(-1, len(timeline.steps))]

    assert found == [0, *[0] * 6, *[1] * 6, None, None]


def test_going_from_phase_to_phase_stops_in_every_example_and_at_the_mean() -> None:
    timeline, visited = Timeline(build_steps(SPEC, Granularity.NEURON, 2)), []
    while not timeline.at_end:
        timeline = timeline.to_next_phase()
        visited.append((timeline.phase, timeline.example))
    back = []
    while not timeline.at_start:
        timeline = timeline.to_previous_phase()
        back.append((timeline.phase, timeline.example))

    walk = [Phase.INPUT, Phase.FORWARD, Phase.COST, Phase.BACKWARD]
    assert visited == [
        *((phase, 0) for phase in walk), *((phase, 1) for phase in walk),
        (Phase.BACKWARD, None), (Phase.UPDATE, None),
    ]  # fmt: skip
    assert back[:-1] == visited[-2::-1]


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


@EACH
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


@EACH
def test_going_from_phase_to_phase_visits_the_last_step_of_each(steps: tuple[Step, ...]) -> None:
    timeline, visited = Timeline(steps), []
    while not timeline.at_end:
        timeline = timeline.to_next_phase()
        visited.append(timeline)

    assert [each.phase for each in visited] == list(Phase)
    assert all(each.at_end or each.forward().phase is not each.phase for each in visited)
    assert timeline.to_next_phase() == timeline


@EACH
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


@given(specs, granularities, examples)
def test_a_finer_granularity_keeps_the_moment_and_back_again(
    spec: NetworkSpec, granularity: Granularity, examples: int
) -> None:
    coarse = build_steps(spec, Granularity.LAYER, examples)
    fine = build_steps(spec, granularity, examples)

    for position in range(-1, len(coarse)):
        here = Timeline(coarse, position)
        finer = here.with_steps(fine)
        assert whole_layers(finer) == whole_layers(here)
        assert finer.with_steps(coarse) == here


@given(specs, granularities, granularities, examples)
def test_another_granularity_shows_no_more_than_was_known(
    spec: NetworkSpec, one: Granularity, other: Granularity, examples: int
) -> None:
    before = build_steps(spec, one, examples)
    after = build_steps(spec, other, examples)

    for position in range(-1, len(before)):
        here = Timeline(before, position)
        there = here.with_steps(after)
        assert whole_layers(there) <= whole_layers(here)
        # The next step would show too much.
        assert there.at_end or not here.reveal().knows_all(there.forward().current.reveals)


def test_a_layer_that_is_partly_done_is_not_done_at_a_coarser_granularity() -> None:
    second_neuron = Timeline(NEURONS, 2)

    assert second_neuron.with_steps(COARSE).position == 0
    assert second_neuron.forward().with_steps(COARSE).position == 1


def whole_layers(timeline: Timeline) -> set[Known]:
    return {known for known in timeline.reveal().known if known.neuron is None}


def test_a_neuron_is_known_by_itself_or_with_its_layer() -> None:
    partly, wholly = Timeline(NEURONS, 2).reveal(), Timeline(COARSE, 1).reveal()

    z = Quantity.PREACTIVATION
    assert [partly.knows(z, 1, neuron) for neuron in (0, 1, 2, None)] == [True, True, False, False]
    assert [wholly.knows(z, 1, neuron) for neuron in (0, 1, 2, None)] == [True] * 4
    assert partly.known_count(z, 1, 3) == 2
    assert wholly.known_count(z, 1, 3) == 3
    assert partly.known_count(z, 2, 2) == 0


def test_what_is_known_of_one_example_is_not_known_of_another_nor_of_the_mean() -> None:
    steps = build_steps(SPEC, Granularity.LAYER, 2)
    first_done, mean_done = Timeline(steps, 5).reveal(), Timeline(steps, 12).reveal()

    gradient = Quantity.BIAS_GRADIENT
    assert [first_done.knows(gradient, 1, 0, each) for each in (0, 1, None)] == [True, False, False]
    assert [mean_done.knows(gradient, 1, 0, each) for each in (0, 1, None)] == [True] * 3
    assert not mean_done.knows(Quantity.ACTIVATION, 1, None, None)


def test_new_weights_are_known_for_every_example_at_once() -> None:
    reveal = Timeline(build_steps(SPEC, Granularity.LAYER, 2)).to(99).reveal()

    found = [reveal.knows(Quantity.WEIGHT_AFTER, 1, 2, example) for example in (0, 1, None)]

    assert found == [True] * 3


def test_what_no_step_computes_has_no_position() -> None:
    timeline = Timeline(NEURONS)

    assert timeline.position_of(Quantity.COST, 1) is None
    assert timeline.position_of(Quantity.PREACTIVATION, 1, 0, 1) is None


def test_what_the_network_and_its_optimizer_bring_is_known_from_the_start_and_nothing_else() -> (
    None
):
    reveal = Reveal.of(())

    known = {quantity for quantity in Quantity if reveal.knows(quantity, 1)}

    assert known == {Quantity.WEIGHT, Quantity.BIAS, *MOMENTS_BEFORE}


def test_a_quantity_is_known_for_its_own_layer_only() -> None:
    reveal = Timeline(FINE, 1).reveal()

    assert reveal.knows(Quantity.PREACTIVATION, 1)
    assert not reveal.knows(Quantity.PREACTIVATION, 2)
    assert reveal.knows_all([Known(Quantity.PREACTIVATION, 1), Known(Quantity.ACTIVATION, 0)])
    assert not reveal.knows_all([Known(Quantity.PREACTIVATION, 1), Known(Quantity.ACTIVATION, 1)])


@pytest.mark.parametrize("granularity", Granularity)
def test_of_a_large_mini_batch_the_others_come_to_be_known_with_the_mean(
    granularity: Granularity,
) -> None:
    steps = build_steps(SPEC, granularity, STEPPED_EXAMPLES + 3)

    timeline = Timeline(steps)
    one = len(build_steps(SPEC, granularity)) - 1  # without the update
    mean = STEPPED_EXAMPLES * one
    assert len(steps) == mean + 2
    assert steps[mean].kind is StepKind.MEAN_GRADIENT
    for example, first in ((STEPPED_EXAMPLES - 1, mean - one), (STEPPED_EXAMPLES, mean)):
        assert timeline.position_of(Quantity.ACTIVATION, 0, None, example) == first
    assert set(timeline.schedule) >= all_known(SPEC, STEPPED_EXAMPLES + 3)
