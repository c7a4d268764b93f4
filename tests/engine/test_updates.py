"""Each optimizer against its formula, written out number by number in Python's own floats."""

import math
from collections.abc import Iterator

import numpy as np
import pytest

from nnviz.engine.network import Parameters
from nnviz.engine.optimizers import OPTIMIZERS, Optimizer
from nnviz.engine.updates import OptimizerState, update

RATE = 0.05
GRADIENTS = (0.5, -2.0, 0.0, 3.0)


def sgd(w: float) -> Iterator[float]:
    for g in GRADIENTS:
        w -= 0.05 * g
        yield w


def momentum(w: float) -> Iterator[float]:
    velocity = 0.0
    for g in GRADIENTS:
        velocity = 0.9 * velocity + g
        w -= 0.05 * velocity
        yield w


def nesterov(w: float) -> Iterator[float]:
    velocity = 0.0
    for g in GRADIENTS:
        velocity = 0.9 * velocity + g
        w -= 0.05 * (g + 0.9 * velocity)
        yield w


def rmsprop(w: float) -> Iterator[float]:
    mean_square = 0.0
    for g in GRADIENTS:
        mean_square = 0.99 * mean_square + 0.01 * g**2
        w -= 0.05 * g / (math.sqrt(mean_square) + 1e-8)
        yield w


def adam(w: float, decay: float = 0.0) -> Iterator[float]:
    m, v = 0.0, 0.0
    for t, g in enumerate(GRADIENTS, start=1):
        w -= 0.05 * decay * w
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * g**2
        w -= 0.05 * (m / (1 - 0.9**t)) / (math.sqrt(v / (1 - 0.999**t)) + 1e-8)
        yield w


def adamw(w: float) -> Iterator[float]:
    return adam(w, decay=0.01)


# The bias is not decayed: with AdamW it goes as with Adam.
WRITTEN_OUT = {
    "sgd": (sgd, sgd), "momentum": (momentum, momentum), "nesterov": (nesterov, nesterov),
    "rmsprop": (rmsprop, rmsprop), "adam": (adam, adam), "adamw": (adamw, adam),
}  # fmt: skip


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_four_updates_are_the_formula(name):
    of_weight, of_bias = WRITTEN_OUT[name]
    parameters = Parameters.frozen([np.array([[1.5, -0.25]])], [np.array([0.75])])
    state = OptimizerState.initial(Optimizer(name), parameters)
    expected = zip(of_weight(1.5), of_weight(-0.25), of_bias(0.75), strict=True)

    for step, (g, numbers) in enumerate(zip(GRADIENTS, expected, strict=True), start=1):
        gradients = Parameters((np.array([[g, g]]),), (np.array([g]),))
        parameters, state = update(Optimizer(name), state, parameters, gradients, RATE)

        found = (*parameters.weights[0][0], parameters.biases[0][0])
        np.testing.assert_allclose(found, numbers, rtol=1e-13, atol=0)
        assert state.steps == step
    assert len(state.moments) == OPTIMIZERS[name].moments


def test_the_first_step_of_adam_has_the_size_of_the_learning_rate():
    parameters = Parameters.frozen([np.array([[0.0, 0.0]])], [np.array([0.0])])
    gradients = Parameters((np.array([[1e-3, -40.0]]),), (np.array([0.2]),))
    state = OptimizerState.initial(Optimizer("adam"), parameters)

    after, _ = update(Optimizer("adam"), state, parameters, gradients, 0.001)

    np.testing.assert_allclose(after.weights[0], [[-0.001, 0.001]], rtol=2e-5)


def test_biases_that_are_not_updated_stay_and_gather_no_moments():
    parameters = Parameters.frozen([np.array([[1.0]])], [np.array([2.0])])
    gradients = Parameters((np.array([[0.5]]),), (np.array([0.5]),))
    state = OptimizerState.initial(Optimizer("adam"), parameters)

    after, state = update(Optimizer("adam"), state, parameters, gradients, 0.1, False)

    assert after.weights[0] != 1.0
    assert after.biases[0] == 2.0
    assert [moment.biases[0].item() for moment in state.moments] == [0, 0]


def test_float32_stays_float32():
    parameters = Parameters.frozen([np.ones((1, 1))], [np.ones(1)], np.float32)

    for name in OPTIMIZERS:
        state = OptimizerState.initial(Optimizer(name), parameters)
        after, state = update(Optimizer(name), state, parameters, parameters, 0.1)
        arrays = [*after.weights, *after.biases]
        arrays += [array for each in state.moments for array in (*each.weights, *each.biases)]
        assert {array.dtype for array in arrays} == {np.dtype(np.float32)}
