"""The compiled loops of the trainer: mini-batch gradient descent that skips zero inputs.

Apart from ``compiled`` because importing this module imports numba, which takes about a second.
One file, because numba looks for changes in the entry function's file alone before it takes machine
code from disk; ``BUILT_FOR`` brings it the changes elsewhere. Everything here is plain loops over
flat float32 buffers; sizes are run-time values, so that one compilation serves every network. The
loops do what the engine's passes do, and are tested against them.
"""

import numpy as np

from nnviz.compiling.jit import compiled, entry
from nnviz.engine.activations import LEAKY_SLOPE
from nnviz.engine.arrays import FloatArray, IntArray
from nnviz.training import layout as codes
from nnviz.training.layout import Descent, Layout, Scratch
from nnviz.training.rows import Examples

__all__ = ["BUILT_FOR", "train_mini_batches"]

BUILT_FOR = "68ae61639169"
"""Stands for what other files give to the machine code: options, codes, slopes, the tuples' fields.
A test compares it; writing down the new value changes this file, and so numba compiles anew."""

f4 = np.float32
ZERO, ONE, TWO, FOUR = f4(0), f4(1), f4(2), f4(4)
WHITE = f4(255)
SLOPE = f4(LEAKY_SLOPE)


@compiled
def _add_rows(
    total: FloatArray, matrix: FloatArray, rows: IntArray, values: FloatArray, count: int
) -> None:
    """Add Σ values[p] · matrix[rows[p]] to ``total``; four rows at a time save loads and stores."""
    p = 0
    while p + 4 <= count:
        w0, w1 = matrix[rows[p]], matrix[rows[p + 1]]
        w2, w3 = matrix[rows[p + 2]], matrix[rows[p + 3]]
        v0, v1, v2, v3 = values[p], values[p + 1], values[p + 2], values[p + 3]
        for j in range(total.shape[0]):
            total[j] += v0 * w0[j] + v1 * w1[j] + v2 * w2[j] + v3 * w3[j]
        p += 4
    while p < count:
        w0, v0 = matrix[rows[p]], values[p]
        for j in range(total.shape[0]):
            total[j] += v0 * w0[j]
        p += 1


@compiled
def _add_to_rows(
    matrix: FloatArray, rows: IntArray, values: FloatArray, count: int, addend: FloatArray
) -> None:
    """Add values[p] · addend to matrix[rows[p]] for every p; two rows at a time."""
    p = 0
    while p + 2 <= count:
        w0, w1 = matrix[rows[p]], matrix[rows[p + 1]]
        v0, v1 = values[p], values[p + 1]
        for j in range(addend.shape[0]):
            w0[j] += v0 * addend[j]
            w1[j] += v1 * addend[j]
        p += 2
    if p < count:
        w0, v0 = matrix[rows[p]], values[p]
        for j in range(addend.shape[0]):
            w0[j] += v0 * addend[j]


@compiled
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


@compiled
def _activate(code: int, a: FloatArray, slopes: FloatArray, size: int) -> None:
    """Replace z by a = f(z), and fill ``slopes`` with f′(z), through e^−|z| as the engine does."""
    if code == codes.SIGMOID:
        for j in range(size):
            e = np.exp(-abs(a[j]))
            part = ONE / (ONE + e)
            a[j] = part if a[j] >= ZERO else e * part
            slopes[j] = e * part * part
    elif code == codes.TANH:
        for j in range(size):
            e = np.exp(-TWO * abs(a[j]))
            a[j] = np.tanh(a[j])
            slopes[j] = FOUR * e / ((ONE + e) * (ONE + e))
    elif code in (codes.RELU, codes.LEAKY_RELU):
        below = ZERO if code == codes.RELU else SLOPE
        for j in range(size):
            slope = ONE if a[j] > ZERO else below
            a[j] *= slope
            slopes[j] = slope
    elif code == codes.IDENTITY:
        for j in range(size):
            slopes[j] = ONE
    else:
        _softmax(a, size)


@compiled
def _softmax(a: FloatArray, size: int) -> None:
    """Replace z by e^z_j / Σ e^z_i, shifted by the largest z."""
    largest = a[0]
    for j in range(1, size):
        largest = max(largest, a[j])
    total = ZERO
    for j in range(size):
        a[j] = np.exp(a[j] - largest)
        total += a[j]
    for j in range(size):
        a[j] /= total


@compiled
def _squares(
    cost: int, softmax: bool, a: FloatArray, y: FloatArray, slopes: FloatArray, delta: FloatArray
) -> float:
    """Fill ``delta`` with ∂C/∂z of a cost from the quadratic family; return the cost."""
    size = y.shape[0]
    factor = TWO
    if cost == codes.QUADRATIC:
        factor = ONE
    elif cost == codes.MEAN_SQUARED_ERROR:
        factor = TWO / f4(size)
    total, weighted = ZERO, ZERO
    for j in range(size):
        error = a[j] - y[j]
        total += error * error
        delta[j] = factor * error
        weighted += a[j] * delta[j]
    for j in range(size):
        delta[j] = a[j] * (delta[j] - weighted) if softmax else slopes[j] * delta[j]
    return float(factor / TWO * total)


@compiled
def _cross_entropy(
    cost: int, z: FloatArray, a: FloatArray, y: FloatArray, delta: FloatArray
) -> float:
    """Fill ``delta`` with ∂C/∂z of a cross-entropy with its own activation; return the cost."""
    size = y.shape[0]
    total = ZERO
    if cost == codes.BINARY_CROSS_ENTROPY:
        for j in range(size):
            total += max(z[j], ZERO) - y[j] * z[j] + np.log1p(np.exp(-abs(z[j])))
            delta[j] = a[j] - y[j]
        return float(total)
    largest, powers, target_sum = z[0], ZERO, ZERO
    for j in range(1, size):
        largest = max(largest, z[j])
    for j in range(size):
        powers += np.exp(z[j] - largest)
        target_sum += y[j]
    log_sum = np.log(powers)
    for j in range(size):
        total += y[j] * (log_sum - (z[j] - largest))
        delta[j] = a[j] * target_sum - y[j]
    return float(total)


@compiled
def _matrix(layout: Layout, parameters: FloatArray, index: int) -> FloatArray:
    """Return the weights of layer ``index + 1``, one row per input (first layer) or neuron."""
    start, rows, width = layout.weight_starts[index], layout.rows[index], layout.widths[index]
    return parameters[start : start + rows * width].reshape((rows, width))


@compiled
def _forward(
    layout: Layout,
    parameters: FloatArray,
    a: FloatArray,
    slopes: FloatArray,
    scratch: Scratch,
    lit: int,
) -> None:
    """Fill ``a`` and ``slopes`` of all layers after the input, and ``scratch.output`` with zᴸ."""
    last = layout.sizes.shape[0] - 1
    for index in range(last + 1):
        start, size = layout.neuron_starts[index], layout.sizes[index]
        end = layout.neuron_starts[index + 1]
        bias_start = layout.bias_starts[index]
        w = _matrix(layout, parameters, index)
        h = a[start:end]
        h[:] = parameters[bias_start : bias_start + end - start]
        if index == 0:
            _add_rows(h, w, scratch.columns, scratch.values, lit)
        else:
            before = a[layout.neuron_starts[index - 1] : start]
            for o in range(size):
                row, z = w[o], h[o]
                for j in range(before.shape[0]):
                    z += row[j] * before[j]
                h[o] = z
        if index == last:
            scratch.output[:size] = h[:size]
        _activate(layout.activations[index], h, slopes[start:end], size)


@compiled
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
        _add_rows(error, w, scratch.every, after, layout.sizes[index])
        for j in range(error.shape[0]):
            error[j] *= slopes[before + j]


@compiled
def _descend_dense(
    layout: Layout, parameters: FloatArray, scratch: Scratch, index: int, m: int, stop: IntArray
) -> None:
    """Add a mini-batch's −η ∂C/∂W to the weights of layer ``index + 1``, not the first.

    The mini-batch is summed before the one addition, as the engine does: adding its examples one
    by one rounds each to the precision of the weight, which was seen to cost a digit.
    """
    before, start = layout.neuron_starts[index - 1], layout.neuron_starts[index]
    w = _matrix(layout, parameters, index)
    total = scratch.total[: start - before]
    for o in range(layout.sizes[index]):
        if stop[0] != 0:
            return
        total[:] = ZERO
        i = 0
        while i + 2 <= m:
            h0 = scratch.activations[i][before:start]
            h1 = scratch.activations[i + 1][before:start]
            d0, d1 = scratch.deltas[i][start + o], scratch.deltas[i + 1][start + o]
            for j in range(total.shape[0]):
                total[j] += d0 * h0[j] + d1 * h1[j]
            i += 2
        if i < m:
            h0, d0 = scratch.activations[i][before:start], scratch.deltas[i][start + o]
            for j in range(total.shape[0]):
                total[j] += d0 * h0[j]
        row = w[o]
        for j in range(total.shape[0]):
            row[j] += total[j]


@compiled
def _descend_biases(layout: Layout, parameters: FloatArray, scratch: Scratch, m: int) -> None:
    """Add a mini-batch's −η ∂C/∂b to all biases, summed before the one addition."""
    total = scratch.total
    total[:] = ZERO
    for i in range(m):
        share = scratch.deltas[i]
        for j in range(total.shape[0]):
            total[j] += share[j]
    for index in range(layout.sizes.shape[0]):
        start, bias_start = layout.neuron_starts[index], layout.bias_starts[index]
        biases = parameters[bias_start : bias_start + layout.sizes[index]]
        sums = total[start:]
        for j in range(biases.shape[0]):
            biases[j] += sums[j]


@compiled
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


@entry
def train_mini_batches(
    examples: Examples,
    order: IntArray,
    layout: Layout,
    parameters: FloatArray,
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
    parameters : (layout.length,) float32 array
        Changed in place; of no use after an interruption.
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
    first_weights = _matrix(layout, parameters, 0)
    correct = 0
    for batch in range(costs.shape[0]):
        first = batch * descent.mini_batch_size
        m = min(descent.mini_batch_size, order.shape[0] - first)
        step = -descent.learning_rate / f4(m)
        cost = 0.0
        for i in range(m):
            if stop[0] != 0:
                return codes.STOPPED
            example = order[first + i]
            a, delta = scratch.activations[i], scratch.deltas[i]
            lit = _fill_row(examples, example, scratch.columns, scratch.values)
            _forward(layout, parameters, a, scratch.slopes, scratch, lit)
            target, output = examples.targets[example], a[outputs : outputs + classes]
            error = delta[outputs : outputs + classes]
            if descent.cost in (codes.BINARY_CROSS_ENTROPY, codes.CATEGORICAL_CROSS_ENTROPY):
                cost += _cross_entropy(descent.cost, scratch.output, output, target, error)
            else:
                slopes = scratch.slopes[outputs : outputs + classes]
                cost += _squares(descent.cost, softmax, output, target, slopes, error)
            if np.argmax(output) == examples.labels[example]:
                correct += 1
            _backward(layout, parameters, scratch.slopes, delta, scratch)
            for j in range(delta.shape[0]):
                delta[j] *= step
        cost /= m
        if descent.decay != 0:  # λ/(2n) Σw² and its gradient, with the weights before the update
            share = float(descent.learning_rate) * descent.decay
            cost += descent.decay / 2 * _decay(layout, parameters, share)
        costs[batch] = cost
        if not np.isfinite(cost):
            break
        # Only now the parameters change: every delta above used the old ones.
        for i in range(m):
            if stop[0] != 0:
                return codes.STOPPED
            lit = _fill_row(examples, order[first + i], scratch.columns, scratch.values)
            share = scratch.deltas[i][: layout.neuron_starts[1]]
            _add_to_rows(first_weights, scratch.columns, scratch.values, lit, share)
        for index in range(1, last + 1):
            _descend_dense(layout, parameters, scratch, index, m, stop)
        if descent.update_biases:
            _descend_biases(layout, parameters, scratch, m)
        if stop[0] != 0:  # _descend_dense may have left early
            return codes.STOPPED
    return correct
