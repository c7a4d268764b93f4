"""Which edges are drawn: all of a small layer, the strongest of a large one."""

from dataclasses import dataclass

import numpy as np

from nnviz.engine.arrays import FloatArray, IntArray

__all__ = ["EdgeChoice", "select_edges"]


@dataclass(frozen=True, slots=True, eq=False)
class EdgeChoice:
    """The chosen edges of one layer, the weakest first so that the strongest end up on top."""

    neurons: IntArray
    sources: IntArray


def select_edges(
    strength: FloatArray, most: int, neuron: int | None = None, source: int | None = None
) -> EdgeChoice:
    """Choose at most ``most`` edges by ``strength`` (n_l, n_l-1), non-negative.

    With ``neuron`` only the edges into that neuron compete, with ``source`` only those from that
    one. Edges of strength 0 are left out where there are more than ``most`` to choose from.
    """
    rows = slice(None) if neuron is None else slice(neuron, neuron + 1)
    columns = slice(None) if source is None else slice(source, source + 1)
    considered = strength[rows, columns]
    flat = np.nan_to_num(considered.ravel(), nan=0.0, posinf=np.finfo(np.float64).max)
    if flat.size > most:
        chosen = np.argpartition(flat, flat.size - most)[flat.size - most :]
        chosen = chosen[flat[chosen] > 0]
    else:
        chosen = np.arange(flat.size)
    chosen = chosen[np.argsort(flat[chosen], kind="stable")]
    neurons, sources = np.divmod(chosen, considered.shape[1])
    return EdgeChoice(neurons + (neuron or 0), sources + (source or 0))
