"""The code view is real code: run line by line it gives the recorded numbers."""

from collections.abc import Callable

import numpy as np
import pytest

from nnviz.engine.network import NetworkSpec
from nnviz.trace.explain_code import code_of
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.steps import Granularity, StepKind, build_steps

MakeTrace = Callable[..., PassTrace]


def variables(trace: PassTrace, example: int = 0) -> dict[str, object]:
    names: dict[str, object] = {
        "np": np,
        "x": trace.inputs[example],
        "y": trace.targets[example],
        "eta": trace.settings.learning_rate,
        "decay": trace.settings.decay,
        "m": trace.example_count,
    }
    for layer, (w, b) in enumerate(zip(trace.before.weights, trace.before.biases, strict=True), 1):
        names |= {f"W{layer}": w, f"b{layer}": b}
    return names


@pytest.mark.parametrize("decay", [0.0, 0.02])
@pytest.mark.parametrize("granularity", Granularity)
def test_the_lines_of_a_pass_compute_its_numbers(
    make_trace: MakeTrace, spec: NetworkSpec, decay: float, granularity: Granularity
) -> None:
    trace = make_trace(spec, 6, 1, decay)
    names = variables(trace)

    for step in build_steps(spec, granularity):
        for line in code_of(spec, step, decay=bool(decay)):
            exec(line.statement, names)  # the program's own text, run to prove it

    assert names["C"] == pytest.approx(trace.cost, rel=1e-9)
    np.testing.assert_allclose(names["dC_dx"], trace.backward.activation_gradients[0][0], rtol=1e-7,
                               atol=1e-12)  # fmt: skip
    for layer in range(1, spec.layer_count + 1):
        for name, values in (
            (f"a{layer}", trace.forward.activations[layer][0]),
            (f"dC_da{layer}", trace.backward.activation_gradients[layer][0]),
            (f"dC_dW{layer}", trace.backward.gradients.weights[layer - 1]),
            (f"dC_db{layer}", trace.backward.gradients.biases[layer - 1]),
            (f"W{layer}", trace.after.weights[layer - 1]),
            (f"b{layer}", trace.after.biases[layer - 1]),
        ):
            np.testing.assert_allclose(names[name], values, rtol=1e-7, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("decay", [0.0, 0.02])
@pytest.mark.parametrize("granularity", Granularity)
def test_the_means_of_a_mini_batch_are_taken_over_lists(
    make_trace: MakeTrace, granularity: Granularity, decay: float
) -> None:
    spec = NetworkSpec((3, 4, 2), ("tanh", "sigmoid"))
    trace = make_trace(spec, 6, 3, decay)
    names: dict[str, object] = {}
    lists: dict[str, list[object]] = {}
    steps = build_steps(spec, granularity, 3)

    for example in range(3):
        names |= variables(trace, example)
        for step in steps:
            if step.example == example:
                for line in code_of(spec, step, examples=3, decay=bool(decay)):
                    exec(line.statement, names)
        assert names["C_x"] == pytest.approx(trace.cost_of(example), rel=1e-12)
        lists.setdefault("C_x", []).append(names["C_x"])
        for layer in (1, 2):
            for letter in "Wb":
                lists.setdefault(f"dCx_d{letter}{layer}", []).append(names[f"dC_d{letter}{layer}"])
    names |= lists
    for step in steps[-2:]:
        for line in code_of(spec, step, examples=3, decay=bool(decay)):
            exec(line.statement, names)

    assert names["C"] == pytest.approx(trace.cost, rel=1e-12)
    for layer in (1, 2):
        np.testing.assert_allclose(names[f"W{layer}"], trace.after.weights[layer - 1], rtol=1e-9)
        np.testing.assert_allclose(names[f"b{layer}"], trace.after.biases[layer - 1], rtol=1e-9)


def test_the_shapes_are_those_of_the_network() -> None:
    spec = NetworkSpec((2, 3, 1), ("sigmoid", "sigmoid"))
    steps = {
        (step.kind, step.layer): code_of(spec, step)
        for step in build_steps(spec, Granularity.OPERATION)
    }

    assert str(steps[StepKind.PREACTIVATION, 1][0]) == (
        "z1 = W1 @ a0 + b1  # (3,) = (3, 2) @ (2,) + (3,)"
    )
    assert str(steps[StepKind.ACTIVATION_GRADIENT, 1][0]) == (
        "dC_da1 = W2.T @ delta2  # (3,) = (1, 3).T @ (1,)"
    )


def test_biases_that_do_not_move_have_no_line() -> None:
    spec = NetworkSpec((2, 1), ("sigmoid",))
    update = build_steps(spec, Granularity.LAYER)[-1]

    lines = [line.statement for line in code_of(spec, update, update_biases=False)]

    assert lines == ["W1 = W1 - eta * dC_dW1"]
