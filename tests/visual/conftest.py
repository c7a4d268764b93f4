from collections.abc import Callable

import numpy as np
import pytest

from nnviz.engine.initialisers import initialise
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.trace.pass_trace import PassSettings, PassTrace

Recorder = Callable[..., PassTrace]


@pytest.fixture
def record() -> Recorder:
    """Return a function that records a pass of a random network."""

    def record(
        *sizes: int,
        activations: tuple[str, ...] | None = None,
        seed: int = 0,
        scale: float = 1.0,
    ) -> PassTrace:
        rng = np.random.default_rng(seed)
        spec = NetworkSpec(sizes, activations or ("sigmoid",) * (len(sizes) - 1))
        parameters = initialise(spec, "standard_normal", rng, np.float64)
        weights, biases = parameters.weights, parameters.biases
        parameters = Parameters(
            tuple(scale * each for each in weights), tuple(scale * each for each in biases)
        )
        inputs, targets = rng.random(sizes[0]), rng.random(sizes[-1])
        return PassTrace.record(spec, parameters, inputs, targets, PassSettings(0.5))

    return record
