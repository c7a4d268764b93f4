"""Which hidden neurons dropout leaves out: a pure function of seed, example and neuron.

Inverted dropout (Srivastava et al. 2014): in training every hidden activation is left out with the
probability p, and the others are divided by 1 − p, so that evaluation needs no change. The masks
are counted, not drawn: neuron k (of all H hidden ones, from 0) of the e-th example of the run is
kept if the upper 24 bits of SplitMix64's number e · H + k are at least p · 2²⁴. So both trainers,
in slices of any size, leave out the very same neurons. SplitMix64: Steele, Lea and Flood 2014,
"Fast Splittable Pseudorandom Number Generators"; the seed's own number, salted, is where it starts.
"""

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.engine.network import NetworkSpec

__all__ = ["BITS", "FACTOR_1", "FACTOR_2", "GOLDEN", "dropout_masks", "start_of", "threshold_of"]

GOLDEN, FACTOR_1, FACTOR_2 = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
BITS = 24
_SALT = 0xD509_00D5
_ALL_64 = 2**64 - 1


def start_of(seed: int) -> np.uint64:
    """Return the state that the numbers of a seed start from."""
    return np.uint64(_number(seed + _SALT & _ALL_64))


def threshold_of(dropout: float) -> int:
    """Return p · 2²⁴, rounded: what a neuron's 24 bits must reach for it to be kept."""
    return round(dropout * 2**BITS)


def dropout_masks(
    spec: NetworkSpec,
    dropout: float,
    seed: int,
    first: int,
    examples: int,
    dtype: type[np.floating] = np.float32,
) -> tuple[FloatArray, ...]:
    """Return what the activations of each hidden layer are multiplied by: 0 or 1/(1 − p).

    For ``examples`` examples from the ``first`` of the run on (from 0); each mask is
    (examples, n_l). Without dropout there are no masks.
    """
    if dropout == 0:
        return ()
    hidden = spec.sizes[1:-1]
    count = examples * sum(hidden)
    counters = np.arange(1, count + 1, dtype=np.uint64) + np.uint64(first * sum(hidden))
    z = start_of(seed) + counters * np.uint64(GOLDEN)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(FACTOR_1)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(FACTOR_2)
    z = (z ^ (z >> np.uint64(31))) >> np.uint64(64 - BITS)
    kept = (z >= np.uint64(threshold_of(dropout))).reshape(examples, sum(hidden))
    scaled = kept * np.dtype(dtype).type(1 / (1 - dropout))
    return tuple(np.split(scaled, np.cumsum(hidden)[:-1], axis=1))


def _number(state: int) -> int:
    """Return SplitMix64's number for a state."""
    z = state + GOLDEN & _ALL_64
    z = (z ^ z >> 30) * FACTOR_1 & _ALL_64
    z = (z ^ z >> 27) * FACTOR_2 & _ALL_64
    return z ^ z >> 31
