import itertools
from collections.abc import Callable

import numpy as np
import pytest

from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.costs import COSTS
from nnviz.engine.initialisers import initialise
from nnviz.engine.network import NetworkSpec
from nnviz.trace.pass_trace import PassSettings, PassTrace

MakeTrace = Callable[..., PassTrace]

HIDDEN = [name for name in ACTIVATIONS if name != "softmax"]
OUTPUTS = [(cost.name, output) for cost in COSTS.values() for output in cost.outputs]
SPECS = [
    NetworkSpec((6, 5, 3), (hidden, output), cost)
    for (cost, output), hidden in zip(OUTPUTS, itertools.cycle(HIDDEN), strict=False)
] + [
    NetworkSpec((1, 1), ("sigmoid",)),
    NetworkSpec((2, 1, 1), ("tanh", "identity"), "mean_squared_error"),
    NetworkSpec((3, 7, 6, 2), ("leaky_relu", "tanh", "softmax"), "categorical_cross_entropy"),
]
NAMES = [f"{spec}-{'-'.join(spec.activations)}-{spec.cost}" for spec in SPECS]


@pytest.fixture(params=SPECS, ids=NAMES)
def spec(request: pytest.FixtureRequest) -> NetworkSpec:
    """Each cost with each of its outputs, each hidden activation, and some odd shapes."""
    return request.param


@pytest.fixture
def make_trace() -> MakeTrace:
    """Record a pass of a random network; targets are one-hot for the cross-entropies."""

    def make(
        spec: NetworkSpec,
        seed: int = 0,
        examples: int = 1,
        decay: float = 0.0,
        initialiser: str = "scaled_normal",
        update_biases: bool = True,
    ) -> PassTrace:
        rng = np.random.default_rng(seed)
        parameters = initialise(spec, initialiser, rng)
        inputs = rng.normal(size=(examples, spec.sizes[0]))
        targets = rng.normal(size=(examples, spec.sizes[-1]))
        if spec.cost_function.probability_targets:
            targets = np.eye(spec.sizes[-1])[rng.integers(spec.sizes[-1], size=examples)]
        settings = PassSettings(0.3, decay, update_biases)
        return PassTrace.record(spec, parameters, inputs, targets, settings)

    return make
