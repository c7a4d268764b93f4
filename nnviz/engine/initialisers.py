"""The named ways to draw the first weights and biases."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nnviz.engine.arrays import FloatArray
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.errors import SpecError

__all__ = ["INITIALISERS", "Initialiser", "initialise"]


@dataclass(frozen=True, slots=True)
class Initialiser:
    """Standard deviations of the normal draws for a layer of n neurons with n_in sources."""

    name: str
    label: str
    description: str
    weight_deviation: Callable[[int, int], float]
    bias_deviation: float


_TABLE = (
    Initialiser(
        "standard_normal", "Standard normal", "weights and biases N(0, 1), as in the primer",
        lambda n_in, n: 1.0, 1.0,
    ),
    Initialiser(
        "scaled_normal", "Scaled normal", "weights N(0, 1)/√n_in, biases N(0, 1)",
        lambda n_in, n: n_in**-0.5, 1.0,
    ),
    Initialiser(
        "he", "He", "weights N(0, 1)·√(2/n_in), biases 0 (He et al., 2015)",
        lambda n_in, n: (2 / n_in) ** 0.5, 0.0,
    ),
    Initialiser(
        "xavier", "Xavier", "weights N(0, 1)·√(2/(n_in + n)), biases 0 (Glorot and Bengio, 2010)",
        lambda n_in, n: (2 / (n_in + n)) ** 0.5, 0.0,
    ),
    Initialiser(
        "small_normal", "Small normal", "weights 0.1·N(0, 1), biases 0",
        lambda n_in, n: 0.1, 0.0,
    ),
)  # fmt: skip
INITIALISERS: dict[str, Initialiser] = {initialiser.name: initialiser for initialiser in _TABLE}


def initialise(
    spec: NetworkSpec,
    initialiser: str,
    rng: np.random.Generator,
    dtype: npt.DTypeLike = np.float64,
) -> Parameters:
    """Draw parameters for ``spec``, layer by layer: biases first, then weights, as the primer does.

    Drawn in float64 and then rounded, so that one seed gives the same network in both precisions.
    Raises SpecError for an unknown initialiser.
    """
    if initialiser not in INITIALISERS:
        raise SpecError(
            f"There is no initialiser {initialiser!r}; choose one of {', '.join(INITIALISERS)}."
        )
    chosen = INITIALISERS[initialiser]
    weights: list[FloatArray] = []
    biases: list[FloatArray] = []
    for sources, size in zip(spec.sizes, spec.sizes[1:], strict=False):
        biases.append(chosen.bias_deviation * rng.standard_normal(size))
        weights.append(
            chosen.weight_deviation(sources, size) * rng.standard_normal((size, sources))
        )
    return Parameters.frozen(weights, biases, dtype)
