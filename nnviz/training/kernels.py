"""The compiled loops of the trainer: mini-batch gradient descent that skips zero inputs.

Apart from ``compiled`` because importing this module imports numba, which takes about a second.
Numba looks for changes in this file alone, the entry function's, before it takes machine code from
disk; ``BUILT_FOR`` brings it the changes elsewhere, in ``kernel_functions`` and ``kernel_updates``
for example. Everything is plain loops over flat float32 buffers; sizes are run-time values, so that
one compilation serves every network. The loops do what the engine's passes do, and are tested
against them.
"""

import numpy as np

from nnviz.compiling.jit import inlined, uncounted, uncounted_entry
from nnviz.engine.arrays import FloatArray, IntArray
from nnviz.training import layout as codes
from nnviz.training.kernel_functions import activate, cross_entropy, drop_out, squares
from nnviz.training.kernel_updates import update_all
from nnviz.training.layout import Descent, Layout, Scratch
from nnviz.training.rows import Examples
from nnviz.training.vectors import add_to_rows, sum_rows

__all__ = ["BUILT_FOR", "train_mini_batches"]

BUILT_FOR = "662dbf31adc8"
"""Stands for what other files give to the machine code: loops, options, codes, the tuples' fields.
A test compares it; writing down the new value changes this file, and so numba compiles anew."""

f4 = np.float32
ZERO, ONE, WHITE = f4(0), f4(1), f4(255)


@uncounted
def _fill_row(examples: Examples, example: int, columns: IntArray, values: FloatArray) -> int:
    """Write the indices and values of an example's non-zero inputs; return how many there are."""
    start, end = examples.starts[example], examples.starts[example + 1]
    # Slices first: an index that could be negative costs a check and the vector instructions.
    row = examples.columns[start:end]
    for p in range(row.shape[0]):
        columns[p] = row[p]
    if examples.floats.shape[0] > 0:
        floats = examples.floats[start:end]
        for p in range(floats.shape[0]):
            values[p] = floats[p]
    else:
        pixels = examples.pixels[start:end]
        for p in range(pixels.shape[0]):
            values[p] = f4(pixels[p]) / WHITE
    return int(end - start)


@inlined
def _matrix(layout: Layout, parameters: FloatArray, index: int) -> FloatArray:
    """Return the weights of layer ``index + 1``, one row per input (first layer) or neuron."""
    start, rows, width = layout.weight_starts[index], layout.rows[index], layout.widths[index]
    return parameters[start : start + rows * width].reshape((rows, width))


@uncounted
def _forward(
    layout: Layout,
    parameters: FloatArray,
    a: FloatArray,
    slopes: FloatArray,
    scratch: Scratch,
    lit: int,
    descent: Descent,
    example: int,
) -> None:
    """Fill ``a`` and ``slopes`` of all layers after the input, and ``scratch.output`` with zᴸ.

    ``example`` is the number that dropout knows the example by: how many came before in the run.
    """
    last = layout.sizes.shape[0] - 1
    counted = example * layout.sizes[:last].sum()
    for index in range(last + 1):
        start, size = layout.neuron_starts[index], layout.sizes[index]
        end = layout.neuron_starts[index + 1]
        bias_start = layout.bias_starts[index]
        w = _matrix(layout, parameters, index)
        h = a[start:end]
        for j in range(h.shape[0]):
            h[j] = parameters[bias_start + j]
        if index == 0:
            sum_rows(h, w, scratch.columns, scratch.values, lit)
        else:
            before = a[layout.neuron_starts[index - 1] : start]
            for o in range(size):
                row, z = w[o], h[o]
                for j in range(before.shape[0]):
                    z += row[j] * before[j]
                h[o] = z
        if index == last:
            for j in range(size):
                scratch.output[j] = h[j]
        activate(layout.activations[index], h, slopes[start:end], size)
        if index < last and descent.dropout_threshold > 0:
            drop_out(h, slopes[start:end], size, counted, descent)
            counted += size


@uncounted
def _backward(
    layout: Layout, parameters: FloatArray, slopes: FloatArray, delta: FloatArray, scratch: Scratch
) -> None:
    """Fill ``delta`` of the hidden layers from that of the output: δˡ = f′(zˡ) ⊙ Wᵀδ."""
    for index in range(layout.sizes.shape[0] - 1, 0, -1):
        before, start = layout.neuron_starts[index - 1], layout.neuron_starts[index]
        error = delta[before:start]
        error[:] = ZERO
        after = delta[start : layout.neuron_starts[index + 1]]
        w = _matrix(layout, parameters, index)
        sum_rows(error, w, scratch.every, after, layout.sizes[index])
        for j in range(error.shape[0]):
            error[j] *= slopes[before + j]


@uncounted
def _add_dense(
    layout: Layout, target: FloatArray, scratch: Scratch, index: int, m: int, stop: IntArray
) -> None:
    """Add a mini-batch's Σ δ aᵀ to the weights of layer ``index + 1``, not the first.

    The mini-batch is summed before the one addition, as the engine does: adding its examples one
    by one rounds each to the precision of the weight, which was seen to cost a digit.
    """
    before, start = layout.neuron_starts[index - 1], layout.neuron_starts[index]
    w = _matrix(layout, target, index)
    below = scratch.activations[:m, before:start]
    for o in range(layout.sizes[index]):
        if stop[0] != 0:
            return
        for i in range(m):
            scratch.column[i] = scratch.deltas[i, start + o]
        sum_rows(w[o], below, scratch.every, scratch.column, m)


@uncounted
def _add_biases(layout: Layout, target: FloatArray, scratch: Scratch, m: int) -> None:
    """Add Σ δ of a mini-batch to all biases in ``target``, summed before the one addition."""
    total = scratch.total
    total[:] = ZERO
    for i in range(m):
        share = scratch.deltas[i]
        for j in range(total.shape[0]):
            total[j] += share[j]
    for index in range(layout.sizes.shape[0]):
        start, bias_start = layout.neuron_starts[index], layout.bias_starts[index]
        biases = target[bias_start : bias_start + layout.sizes[index]]
        sums = total[start:]
        for j in range(biases.shape[0]):
            biases[j] += sums[j]


@uncounted
def _decay(layout: Layout, parameters: FloatArray, share: float) -> float:
    """Take ``share`` = ηλ/n of every weight off it; return the sum of their squares before.

    Not as a product with 1 − share: that number rounds to float32 the same way every time, and
    the error adds up over the mini-batches (a share below 3e-8 would be lost altogether).
    """
    total = 0.0
    small = f4(share)
    for index in range(layout.sizes.shape[0]):
        w = _matrix(layout, parameters, index)
        for row in range(w.shape[0]):
            row_total = ZERO
            values = w[row]
            for j in range(values.shape[0]):
                row_total += values[j] * values[j]
                values[j] -= small * values[j]
            total += float(row_total)
    return total


@uncounted_entry
def train_mini_batches(
    examples: Examples,
    order: IntArray,
    rates: FloatArray,
    layout: Layout,
    parameters: FloatArray,
    moments: FloatArray,
    steps: int,
    seen: int,
    scratch: Scratch,
    descent: Descent,
    stop: IntArray,
    costs: FloatArray,
) -> int:
    """Train on ``order`` in mini-batches, one for each place in ``costs``.

    The last mini-batch may be smaller and divides by its own size. Ends after the first
    mini-batch whose cost is not finite.

    Parameters
    ----------
    order : (k,) int64 array
        The examples, in turn.
    rates : (mini-batches,) float64 array
        The learning rate of each mini-batch.
    parameters : (layout.length,) float32 array
        Changed in place; of no use after an interruption.
    moments : (0 … 2, layout.length) float32 array
        What the optimizer remembers; likewise. ``steps`` is how many updates made it.
    seen : int
        How many examples of the run came before.
    stop : (1,) int32 array
        Looked at for every example: another thread interrupts by making it other than 0.
    costs : (mini-batches,) float64 array
        Filled with the mean cost of each mini-batch before its update, L2 term included.

    Returns
    -------
    int
        How many examples had their label's output largest; ``layout.STOPPED`` if interrupted.
    """
    last = layout.sizes.shape[0] - 1
    outputs, classes = layout.neuron_starts[last], layout.sizes[last]
    softmax = layout.activations[last] == codes.SOFTMAX
    # Plain descent needs no gradient apart: what would be added to it goes to the parameters.
    plain = descent.optimizer == codes.SGD
    sums = parameters if plain else scratch.gradient
    first_rows = _matrix(layout, sums, 0)
    scratch.gradient[:] = ZERO  # an interruption may have left something
    correct = 0
    for batch in range(costs.shape[0]):
        first = batch * descent.mini_batch_size
        m = min(descent.mini_batch_size, order.shape[0] - first)
        rate = rates[batch]
        factor = (-f4(rate) if plain else ONE) / f4(m)
        cost = 0.0
        for i in range(m):
            if stop[0] != 0:
                return codes.STOPPED
            example = order[first + i]
            a, delta = scratch.activations[i], scratch.deltas[i]
            lit = _fill_row(examples, example, scratch.columns, scratch.values)
            _forward(layout, parameters, a, scratch.slopes, scratch, lit, descent, seen + first + i)
            target, output = examples.targets[example], a[outputs : outputs + classes]
            error = delta[outputs : outputs + classes]
            if descent.cost in (codes.BINARY_CROSS_ENTROPY, codes.CATEGORICAL_CROSS_ENTROPY):
                cost += cross_entropy(descent.cost, scratch.output, output, target, error)
            else:
                slopes = scratch.slopes[outputs : outputs + classes]
                cost += squares(descent.cost, softmax, output, target, slopes, error)
            if np.argmax(output) == examples.labels[example]:
                correct += 1
            _backward(layout, parameters, scratch.slopes, delta, scratch)
            for j in range(delta.shape[0]):
                delta[j] *= factor
        cost /= m
        if descent.decay != 0:  # λ/(2n) Σw² and its gradient, with the weights before the update
            share = rate * descent.decay if plain else 0.0
            cost += descent.decay / 2 * _decay(layout, parameters, share)
        costs[batch] = cost
        if not np.isfinite(cost):
            break
        # Only now the parameters change: every delta above used the old ones.
        for i in range(m):
            if stop[0] != 0:
                return codes.STOPPED
            lit = _fill_row(examples, order[first + i], scratch.columns, scratch.values)
            addend = scratch.deltas[i][: layout.neuron_starts[1]]
            add_to_rows(first_rows, scratch.columns, scratch.values, lit, addend)
        for index in range(1, last + 1):
            _add_dense(layout, sums, scratch, index, m, stop)
        if descent.update_biases:
            _add_biases(layout, sums, scratch, m)
        if stop[0] != 0:  # _add_dense may have left early
            return codes.STOPPED
        if not plain:
            update_all(layout, parameters, sums, moments, descent, rate, steps + batch + 1)
    return correct
