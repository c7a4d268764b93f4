"""The one numeric gradient checker: central differences, for tests and for the inspector."""

from collections.abc import Callable
from typing import TypeVar

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.engine.passes import cost_of, forward_pass

__all__ = ["STEP", "central_difference", "differences", "numeric_gradients", "relative_error"]

Number = TypeVar("Number", float, FloatArray)

STEP = 1e-3
"""Balances the truncation error O(h⁴) with the rounding error O(ε/h) of float64."""


def central_difference(function: Callable[[float], float], at: float, step: float = STEP) -> float:
    """Return the derivative of ``function`` at ``at``.

    Richardson's combination of two central differences, (4 D(h/2) − D(h)) / 3: the error falls
    with h⁴ instead of h², so that agreement to eight digits means something.
    """
    coarse, fine = differences(function, at, step)
    return (4 * fine - coarse) / 3


def differences(
    function: Callable[[float], Number], at: float, step: float = STEP
) -> tuple[Number, Number]:
    """Return the central differences D(h) and D(h/2); an array has one of each function."""
    coarse = (function(at + step) - function(at - step)) / (2 * step)
    half = step / 2
    return coarse, (function(at + half) - function(at - half)) / step


def numeric_gradients(
    spec: NetworkSpec,
    parameters: Parameters,
    inputs: FloatArray,
    targets: FloatArray,
    decay: float = 0.0,
    step: float = STEP,
) -> Parameters:
    """Return ∂C/∂w and ∂C/∂b of every parameter by central differences, in float64.

    Four passes per parameter: for tests, and for networks of some hundred parameters.
    """

    def gradient_of(arrays: tuple[FloatArray, ...], index: int, kind: str) -> FloatArray:
        gradient = np.empty_like(arrays[index], dtype=np.float64)
        for position in np.ndindex(gradient.shape):

            def cost(value: float, position: tuple[int, ...] = position) -> float:
                changed = [np.array(array, dtype=np.float64) for array in arrays]
                changed[index][position] = value
                weights = tuple(changed) if kind == "weights" else parameters.weights
                biases = tuple(changed) if kind == "biases" else parameters.biases
                moved = Parameters(weights, biases)
                return cost_of(spec, moved, forward_pass(spec, moved, inputs), targets, decay)

            gradient[position] = central_difference(cost, float(arrays[index][position]), step)
        return gradient

    parameters = parameters.astype(np.float64)
    layers = range(spec.layer_count)
    return Parameters(
        tuple(gradient_of(parameters.weights, index, "weights") for index in layers),
        tuple(gradient_of(parameters.biases, index, "biases") for index in layers),
    )


def relative_error(analytic: FloatArray, numeric: FloatArray) -> float:
    """Return the largest difference, relative to the larger of the two arrays' largest entries."""
    scale = max(float(np.abs(analytic).max()), float(np.abs(numeric).max()))
    if scale == 0:
        return 0.0
    return float(np.abs(analytic - numeric).max()) / scale
