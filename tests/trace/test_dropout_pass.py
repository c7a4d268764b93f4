"""A pass with dropout: what is told of neurons left out, and that all checks leave them out."""

import re
from collections.abc import Callable

import numpy as np
import pytest

from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.formatting import number
from nnviz.trace.chain_factors import factor_letters, factor_names
from nnviz.trace.chain_paths import strongest_paths
from nnviz.trace.diagnosis import diagnose, diagnose_layer
from nnviz.trace.explain import explain
from nnviz.trace.explain_code import code_of
from nnviz.trace.expression_text import plain
from nnviz.trace.findings import Severity
from nnviz.trace.layer_check import DERIVATIVES, Part, check_layer
from nnviz.trace.notation import ErrorSymbol, Notation
from nnviz.trace.pass_trace import PassSettings, PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.trace.reveal import Reveal
from nnviz.trace.steps import Granularity, StepKind, build_steps
from nnviz.trace.trouble import Trouble, dropped_neurons, troubled
from nnviz.trace.what_if import Adjustable, Kind, cost_along, slope, value_of

MakeTrace = Callable[..., PassTrace]

HIDDEN = ["sigmoid", "tanh", "relu", "leaky_relu", "identity"]
EVERYTHING = Notation(digits=9)


def deep(hidden: str) -> NetworkSpec:
    return NetworkSpec((3, 6, 5, 2), (hidden, hidden, "softmax"), "categorical_cross_entropy")


def thinned(make_trace: MakeTrace, hidden: str = "tanh", seed: int = 0, m: int = 1) -> PassTrace:
    """The first pass from a seed on that leaves some neurons of each layer out, and not all."""
    while True:
        trace = make_trace(deep(hidden), seed, m, 0.02, dropout=0.4)
        if all(0 < (mask[0] == 0).mean() < 1 for mask in trace.forward.masks):
            return trace
        seed += 1


def all_known(trace: PassTrace) -> Reveal:
    return Reveal.of(build_steps(trace.spec, Granularity.LAYER, trace.example_count))


def step_of(trace: PassTrace, kind: StepKind, layer: int):
    steps = build_steps(trace.spec, Granularity.OPERATION, trace.example_count)
    return next(step for step in steps if (step.kind, step.layer) == (kind, layer))


def two_of(trace: PassTrace, layer: int) -> tuple[int, int]:
    """A neuron that is left out and one that is kept."""
    mask = trace.mask(layer)
    return int((mask == 0).argmax()), int((mask > 0).argmax())


# What is told


@pytest.mark.parametrize("hidden", HIDDEN)
def test_an_activation_is_r_times_f_of_z(make_trace: MakeTrace, hidden: str) -> None:
    trace = thinned(make_trace, hidden)
    step = step_of(trace, StepKind.ACTIVATION, 1)
    dropped, kept = two_of(trace, 1)

    out, stays = (explain(trace, step, NodeRef(1, neuron)) for neuron in (dropped, kept))

    assert plain(out.symbolic[0]).startswith(f"a^(1)_{dropped} = r^(1)_{dropped} · ")
    assert plain(out.symbolic[1]) == "r = 0 if left out by dropout, else 1/(1 − p)"
    assert str(out.numeric[0]).endswith(" = 0")
    assert " = 0 · " in str(out.numeric[0])
    assert "dropout leaves this neuron out for this example, so it passes on 0" in out.sentence
    assert re.match(rf"a\^\(1\)_{kept} = 1\.6+7 · ", str(stays.numeric[0]))
    assert str(stays.numeric[0]).endswith(f" = {number(trace.forward.activations[1][0, kept])}")


@pytest.mark.parametrize("error", ErrorSymbol)
@pytest.mark.parametrize("hidden", HIDDEN)
def test_an_error_signal_has_the_same_factor(
    make_trace: MakeTrace, hidden: str, error: ErrorSymbol
) -> None:
    trace = thinned(make_trace, hidden)
    step = step_of(trace, StepKind.BIAS_GRADIENT, 2)
    dropped, kept = two_of(trace, 2)

    for neuron in (dropped, kept):
        told = explain(trace, step, NodeRef(2, neuron), Notation(error))
        assert f" = r^(2)_{neuron} · " in plain(told.symbolic[0])
        assert str(told.numeric[-1]).endswith(f" = {number(trace.backward.deltas[1][0, neuron])}")


def test_the_slope_is_that_of_f_and_not_of_the_larger_activation(make_trace: MakeTrace) -> None:
    for hidden in ("sigmoid", "tanh"):
        trace = thinned(make_trace, hidden)
        told = explain(trace, step_of(trace, StepKind.BIAS_GRADIENT, 1), NodeRef(1, 0))

        text = "\n".join(map(plain, told.symbolic))
        assert "a (1 − a)" not in text
        assert "1 − a^2" not in text
        value = trace.activation_derivative(NodeRef(1, 0))
        assert str(told.numeric[0]).endswith(f" = {number(value)}")


def test_the_matrix_form_multiplies_entry_by_entry(make_trace: MakeTrace) -> None:
    trace = thinned(make_trace)

    a = explain(trace, step_of(trace, StepKind.ACTIVATION, 1), matrix=True)
    delta = explain(trace, step_of(trace, StepKind.BIAS_GRADIENT, 1), matrix=True)

    assert plain(a.symbolic[0]) == "a^(1) = r^(1) ⊙ tanh(z^(1))"
    assert plain(delta.symbolic[0]) == "∂C/∂b^(1) = r^(1) ⊙ tanh′(z^(1)) ⊙ ∂C/∂a^(1)"


def test_the_output_layer_knows_no_dropout(make_trace: MakeTrace) -> None:
    trace = thinned(make_trace)

    told = explain(trace, step_of(trace, StepKind.ACTIVATION, 3), NodeRef(3, 0))

    assert trace.mask(3) is None
    assert trace.mask(0) is None
    assert "r^" not in plain(told.symbolic[0])
    assert "dropout" not in told.sentence


def test_without_dropout_nothing_speaks_of_it(make_trace: MakeTrace) -> None:
    trace = make_trace(deep("tanh"))

    for step in build_steps(trace.spec, Granularity.OPERATION):
        told = explain(trace, step, NodeRef(step.layer, 0))
        assert "dropout" not in told.sentence
        assert all("dropout" not in plain(each) for each in told.symbolic)
        assert all("r1" not in line.statement for line in code_of(trace.spec, step))


# The checks


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("m", [1, 3])
def test_nudging_agrees_with_backpropagation(make_trace: MakeTrace, hidden: str, m: int) -> None:
    trace = thinned(make_trace, hidden, 3, m)

    for layer in range(1, 4):
        parts = [Part(quantity, layer) for quantity in DERIVATIVES]
        for example in (None, m - 1):
            check = check_layer(trace, parts, example)
            assert check.agrees, (layer, example, check.worst)


def test_nudging_knows_a_pass_whose_masks_are_wrong(make_trace: MakeTrace) -> None:
    trace = thinned(make_trace)
    other = make_trace(trace.spec, 0, 1, 0.02)
    mixed = PassTrace(
        trace.spec, trace.settings, trace.before, trace.inputs, trace.targets, trace.forward,
        other.backward, trace.after, trace.cost_after,
    )  # fmt: skip

    assert check_layer(mixed, [Part(Quantity.WEIGHT_GRADIENT, 1)]).agrees is False


@pytest.mark.parametrize("m", [1, 3])
@pytest.mark.parametrize(
    "adjustable",
    [
        Adjustable(Kind.WEIGHT, EdgeRef(1, 2, 1)),
        Adjustable(Kind.WEIGHT, EdgeRef(2, 1, 3)),
        Adjustable(Kind.WEIGHT, EdgeRef(3, 1, 4)),
        Adjustable(Kind.BIAS, NodeRef(1, 4)),
        Adjustable(Kind.BIAS, NodeRef(2, 0)),
        Adjustable(Kind.INPUT, NodeRef(0, 1)),
    ],
)
def test_what_if_leaves_the_same_neurons_out(
    make_trace: MakeTrace, adjustable: Adjustable, m: int
) -> None:
    trace = thinned(make_trace, seed=5, m=m)
    value, example = value_of(trace, adjustable, m - 1), m - 1
    moved = [value - 0.7, value, value + 0.4]

    costs = cost_along(trace, adjustable, np.array(moved), example)

    for cost, each in zip(costs, moved, strict=True):
        again = with_number(trace, adjustable, each, example)
        assert cost == pytest.approx(again.cost, rel=1e-12)
    assert costs[1] == pytest.approx(trace.cost, rel=1e-12)
    h = 1e-5
    low, high = cost_along(trace, adjustable, np.array([value - h, value + h]), example)
    numeric = (high - low) / (2 * h)
    assert slope(trace, adjustable, example) == pytest.approx(numeric, rel=1e-5, abs=1e-9)


def with_number(trace: PassTrace, adjustable: Adjustable, value: float, example: int) -> PassTrace:
    weights = [w.copy() for w in trace.before.weights]
    biases = [b.copy() for b in trace.before.biases]
    inputs, ref = trace.inputs.copy(), adjustable.ref
    match adjustable.kind:
        case Kind.WEIGHT:
            weights[ref.layer - 1][ref.neuron, ref.source] = value
        case Kind.BIAS:
            biases[ref.layer - 1][ref.neuron] = value
        case _:
            inputs[example, ref.neuron] = value
    return PassTrace.record(
        trace.spec, Parameters.frozen(weights, biases), inputs, trace.targets, trace.settings,
        masks=trace.forward.masks,
    )  # fmt: skip


@pytest.mark.parametrize("example", [0, 1])
@pytest.mark.parametrize("start", [EdgeRef(1, 0, 1), EdgeRef(1, 5, 2), NodeRef(1, 3), NodeRef(0, 2),
                                   EdgeRef(2, 2, 2)])  # fmt: skip
def test_the_paths_add_up_to_the_gradient(
    make_trace: MakeTrace, start: EdgeRef | NodeRef, example: int
) -> None:
    trace = thinned(make_trace, seed=2, m=2)
    quantity = Quantity.WEIGHT_GRADIENT
    if isinstance(start, NodeRef):
        quantity = Quantity.BIAS_GRADIENT if start.layer else Quantity.ACTIVATION_GRADIENT

    paths = strongest_paths(trace, start, example, limit=1000)

    assert paths.total == pytest.approx(trace.value(quantity, start, example), rel=1e-9, abs=1e-15)
    through = sum(path.product for path in paths.listed)
    assert through == pytest.approx(paths.total, rel=1e-9, abs=1e-15)


def test_the_factors_of_a_path_name_r(make_trace: MakeTrace) -> None:
    trace = thinned(make_trace)
    path = strongest_paths(trace, EdgeRef(1, 0, 1)).listed[0]
    links = path.links(trace.spec)

    assert factor_letters(trace, links) == "∂C/∂z · w · r f′(z) · w · r f′(z) · a"
    assert "r⁽¹⁾₀ f′(z⁽¹⁾₀)" in factor_names(trace, links, Notation())


# Findings


def test_a_relu_that_is_left_out_is_not_called_dead() -> None:
    spec = NetworkSpec((1, 3, 1), ("relu", "identity"))
    parameters = Parameters.frozen(
        [np.array([[1.0], [-1.0], [-1.0]]), np.ones((1, 3))], [np.zeros(3), np.zeros(1)]
    )
    trace = PassTrace.record(
        spec, parameters, np.array([0.5]), np.array([1.0]), PassSettings(0.1),
        masks=(np.array([[2.0, 2.0, 0.0]]),),
    )  # fmt: skip
    reveal = all_known(trace)

    assert troubled(trace, reveal, 1, Trouble.DEAD).tolist() == [False, True, False]
    assert dropped_neurons(trace, reveal, 1).tolist() == [False, False, True]
    found = diagnose(trace, reveal, NodeRef(1, 2), Notation())
    assert [(each.trouble, each.severity) for each in found] == [(Trouble.DROPPED, Severity.NOTE)]
    assert found[0].sentence.startswith("Left out by dropout for this example: a = 0 whatever z is")


def test_a_saturated_neuron_that_is_left_out_is_not_accused() -> None:
    spec = NetworkSpec((1, 2, 1), ("tanh", "identity"))
    parameters = Parameters.frozen(
        [np.array([[20.0], [20.0]]), np.ones((1, 2))], [np.zeros(2), np.zeros(1)]
    )
    trace = PassTrace.record(
        spec, parameters, np.array([[0.5], [0.6]]), np.ones((2, 1)), PassSettings(0.1),
        masks=(np.array([[2.0, 0.0], [0.0, 0.0]]),),
    )  # fmt: skip
    reveal = all_known(trace)

    assert troubled(trace, reveal, 1, Trouble.SATURATED, None).tolist() == [True, False]
    assert dropped_neurons(trace, reveal, 1, None).tolist() == [False, True]
    assert dropped_neurons(trace, reveal, 1, 1).tolist() == [True, True]


def test_nobody_is_left_out_before_the_activation_is_known(make_trace: MakeTrace) -> None:
    trace = thinned(make_trace)
    steps = build_steps(trace.spec, Granularity.OPERATION)

    for count, known in ((2, False), (3, True)):  # z of layer 1, then a
        reveal = Reveal.of(steps[:count])
        assert dropped_neurons(trace, reveal, 1).any() == known
        told = diagnose_layer(trace, reveal, 1, Notation())
        assert any(each.trouble is Trouble.DROPPED for each in told) == known


def test_a_layer_says_how_many_are_left_out(make_trace: MakeTrace) -> None:
    trace = thinned(make_trace)
    missing = np.flatnonzero(trace.mask(1) == 0).tolist()

    told = [
        each.sentence
        for each in diagnose_layer(trace, all_known(trace), 1, Notation())
        if each.trouble is Trouble.DROPPED
    ]

    noun = "neuron" if len(missing) == 1 else "neurons"
    listed = ", ".join(map(str, missing))
    assert told == [
        f"Dropout leaves {len(missing)} of 6 neurons of layer 1 out for this example: "
        f"{noun} {listed}."
    ]


def test_an_edge_without_a_gradient_says_whose_absence_it_is(make_trace: MakeTrace) -> None:
    trace = thinned(make_trace)
    dropped, _ = two_of(trace, 1)
    _, kept = two_of(trace, 2)

    into = diagnose(trace, all_known(trace), EdgeRef(1, dropped, 0), Notation())
    out_of = diagnose(trace, all_known(trace), EdgeRef(2, kept, dropped), Notation())

    for found in (into, out_of):
        assert [each.trouble for each in found] == [Trouble.DROPPED]
        assert found[0].ref == NodeRef(1, dropped)
        assert "because dropout leaves neuron" in found[0].sentence
