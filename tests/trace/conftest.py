import itertools
from collections.abc import Callable

import numpy as np
import pytest

from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.costs import COSTS
from nnviz.engine.initialisers import initialise
from nnviz.engine.network import NetworkSpec
from nnviz.engine.optimizers import Optimizer
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
        optimizer: str = "sgd",
        earlier: int = 2,
        dropout: float = 0.0,
    ) -> PassTrace:
        """``earlier`` passes of the same examples fill what the optimizer remembers."""
        rng = np.random.default_rng(seed)
        parameters = initialise(spec, initialiser, rng)
        inputs = rng.normal(size=(examples, spec.sizes[0]))
        targets = rng.normal(size=(examples, spec.sizes[-1]))
        if spec.cost_function.probability_targets:
            targets = np.eye(spec.sizes[-1])[rng.integers(spec.sizes[-1], size=examples)]
        chosen = Optimizer(optimizer)
        rate = 0.3 if optimizer == "sgd" else 0.01
        settings = PassSettings(rate, decay, update_biases, chosen)
        masks = tuple(
            (rng.random((examples, size)) >= dropout) * np.float32(1 / (1 - dropout))
            for size in spec.sizes[1:-1]
        )
        rows, state = (inputs, targets, settings), None
        for _ in range(0 if optimizer == "sgd" else earlier):
            before = PassTrace.record(spec, parameters, *rows, state=state)
            parameters, state = before.after, before.state_after
        return PassTrace.record(
            spec, parameters, *rows, state=state, masks=masks if dropout else ()
        )

    return make
