"""Every way from a weight, a bias or an input to the cost, and what each contributes to ∂C.

A derivative is the sum over all paths of the product of the local derivatives along each. Apart
from the graph of the layers because it speaks of single neurons, and because of its counting: of
tens of thousands of paths the strongest are found exactly, without visiting all.
"""

import itertools
import math
from dataclasses import dataclass

import numpy as np

from nnviz.engine.arrays import FloatArray, IntArray
from nnviz.engine.network import NetworkSpec
from nnviz.trace.chain import Link, Term, has_penalty, is_fused, term_of
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef, Ref

__all__ = ["Path", "Paths", "edges_above", "first_paths", "path_count", "strongest_paths"]


@dataclass(frozen=True, slots=True)
class Path:
    """One way from ``start`` to C: the neurons that it passes, the lowest layer first.

    ``output`` is the output whose a the last neuron's z reaches C by, where one z reaches all of
    them (softmax without its own cost), else None. ``product`` is None where it was not asked for.
    """

    start: Ref
    nodes: tuple[NodeRef, ...]
    output: int | None = None
    product: float | None = None

    @property
    def edges(self) -> tuple[EdgeRef, ...]:
        """The edges that the path passes, the start among them."""
        nodes = self.nodes
        edges = [self.start] if isinstance(self.start, EdgeRef) else []
        if isinstance(self.start, NodeRef) and self.start.layer == 0:
            nodes = (self.start, *nodes)
        edges += [
            EdgeRef(above.layer, above.neuron, below.neuron)
            for below, above in itertools.pairwise(nodes)
        ]
        return tuple(edges)

    @property
    def refs(self) -> frozenset[Ref]:
        """All that the path passes, to be lit."""
        passed: set[Ref] = {*self.nodes, *self.edges}
        if self.output is not None:
            passed.add(NodeRef(self.nodes[-1].layer, self.output))
        if isinstance(self.start, NodeRef):
            passed.add(self.start)
        return frozenset(passed)

    def links(self, spec: NetworkSpec) -> tuple[Link, ...]:
        """Return the factors of the path in the order of the product, ∂C/∂a first."""
        terms = [term_of(self.start)]
        for node in self.nodes:
            terms.append(Term(Quantity.PREACTIVATION, node.layer, node.neuron))
            if node.layer < spec.layer_count or not is_fused(spec):
                neuron = node.neuron
                if node.layer == spec.layer_count and self.output is not None:
                    neuron = self.output
                terms.append(Term(Quantity.ACTIVATION, node.layer, neuron))
        terms.append(Term(Quantity.COST, spec.layer_count))
        links = [Link(above, below) for below, above in itertools.pairwise(terms)]
        return tuple(reversed(links))


@dataclass(frozen=True, slots=True)
class Paths:
    """Some of the paths from ``start`` to C, of one example, and what all come to.

    ``size`` is the sum of the amounts that were added up, which tells how much of ``total`` may be
    rounding.
    ``penalty`` is the L2 term (λ/n)w, which is no path; it is 0 for all but weights, and in a
    mini-batch, where it joins the mean of the examples.
    """

    start: Ref
    listed: tuple[Path, ...]
    count: int
    total: float
    size: float
    penalty: float

    @property
    def others(self) -> int:
        """How many paths are not listed."""
        return self.count - len(self.listed)

    @property
    def rest(self) -> float:
        """What the paths that are not listed come to together."""
        if not self.others:
            return 0.0
        return self.total - math.fsum(path.product or 0.0 for path in self.listed)


@dataclass(frozen=True, slots=True, eq=False)
class _Best:
    """The strongest ways from each neuron's z to C, strongest first: (n, k) each.

    ``choices`` says how each goes on: with which neuron of the layer above, times the number of
    ways that each of those has, plus which of them.
    """

    products: FloatArray
    choices: IntArray


def path_count(spec: NetworkSpec, start: Ref) -> int:
    """Return how many paths lead from ``start`` to C."""
    above = spec.sizes[start.layer + 1 :]
    return math.prod(above) * (spec.sizes[-1] if _is_coupled(spec) else 1)


def edges_above(spec: NetworkSpec, start: EdgeRef, most: int) -> frozenset[Ref]:
    """Return the edges of all paths from a weight; none if there are more than ``most``."""
    sources: tuple[int, ...] = (start.neuron,)
    edges: list[Ref] = [start]
    for layer in range(start.layer + 1, spec.layer_count + 1):
        neurons = range(spec.sizes[layer])
        if len(edges) + len(sources) * len(neurons) > most:
            return frozenset()
        edges += [EdgeRef(layer, neuron, source) for neuron in neurons for source in sources]
        sources = tuple(neurons)
    return frozenset(edges)


def first_paths(spec: NetworkSpec, start: Ref, limit: int = 50) -> tuple[Path, ...]:
    """Return paths in the order of their neurons: nothing of their strength is given away."""
    layers = range(start.layer + 1, spec.layer_count + 1)
    choices = [range(spec.sizes[layer]) for layer in layers]
    if _is_coupled(spec):
        choices.append(range(spec.sizes[-1]))
    head = () if start.layer == 0 else (NodeRef(start.layer, start.neuron),)
    paths = []
    for chosen in itertools.islice(itertools.product(*choices), limit):
        nodes = (*head, *map(NodeRef, layers, chosen))
        paths.append(Path(start, nodes, chosen[-1] if _is_coupled(spec) else None))
    return tuple(paths)


def strongest_paths(trace: PassTrace, start: Ref, example: int = 0, limit: int = 50) -> Paths:
    """Return the ``limit`` paths with the largest products by absolute value, and the whole sum.

    Exact: the strongest paths of a neuron go on with the strongest paths of a neuron above, so
    that ``limit`` of them per neuron are enough (k best by dynamic programming over the layers).
    """
    spec = trace.spec
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        best, sums, sizes = _of_output(trace, example, limit)
        levels = [best]
        for layer in range(spec.layer_count - 1, max(start.layer, 1) - 1, -1):
            slopes = _slopes(trace, layer, example)
            weights = trace.before.weights[layer].T
            rows = np.arange(spec.sizes[layer])
            if layer == start.layer:
                rows = np.array([start.neuron])
            coefficients = slopes[rows, None] * weights[rows]
            levels.append(_extended(coefficients, levels[-1], limit))
            sums = slopes * (weights @ sums)
            sizes = np.abs(slopes) * (np.abs(weights) @ sizes)
        if start.layer == 0:
            column = trace.before.weights[0][:, start.neuron]
            levels.append(_extended(column[None, :], levels[-1], limit))
            sums, sizes = column @ sums, np.abs(column) @ sizes
        head = 1.0
        if isinstance(start, EdgeRef):
            head = trace.value(Quantity.ACTIVATION, start.source_node, example)
        at = () if start.layer == 0 else (start.neuron,)
        total, size = head * float(sums[at]), abs(head) * float(sizes[at])
        paths = _decoded(spec, start, levels, head)
    penalty = 0.0
    if isinstance(start, EdgeRef) and has_penalty(trace, term_of(start)):
        penalty = trace.settings.decay * trace.value(Quantity.WEIGHT, start)
    return Paths(start, paths, path_count(spec, start), total, size, penalty)


def _is_coupled(spec: NetworkSpec) -> bool:
    """Whether each output's z reaches C by every output's a."""
    return spec.activation(spec.layer_count).derivative is None and not is_fused(spec)


def _slopes(trace: PassTrace, layer: int, example: int) -> FloatArray:
    slope = trace.spec.activation(layer).derivative
    assert slope is not None
    slopes = slope(trace.forward.preactivations[layer - 1][example])
    mask = trace.mask(layer, example)
    return slopes if mask is None else mask * slopes


def _of_output(trace: PassTrace, example: int, limit: int) -> tuple[_Best, FloatArray, FloatArray]:
    """Return the ways from the outputs' z to C; of each neuron's the sum and that of amounts."""
    spec = trace.spec
    if is_fused(spec):
        products = trace.backward.deltas[-1][example][:, None]
    else:
        gradients = trace.backward.activation_gradients[-1][example]
        if _is_coupled(spec):
            a = trace.forward.activations[-1][example]
            own, shared = np.diag(a), np.outer(a, a)
            every = (own - shared) * gradients
            # A saturated output subtracts a² from an a close to 1: that, too, is rounded.
            sizes = (own + shared) @ np.abs(gradients)
            return _strongest(every, limit), every.sum(axis=1), sizes
        products = (_slopes(trace, spec.layer_count, example) * gradients)[:, None]
    best = _Best(products, np.zeros(products.shape, np.intp))
    return best, products[:, 0], np.abs(products[:, 0])


def _extended(coefficients: FloatArray, above: _Best, limit: int) -> _Best:
    """Lengthen the ways of the layer above downwards; ``coefficients`` is (rows, n above)."""
    every = coefficients[:, :, None] * above.products[None, :, :]
    return _strongest(every.reshape(len(coefficients), -1), limit)


def _strongest(every: FloatArray, limit: int) -> _Best:
    """Keep each row's largest by absolute value; NaN counts as larger than all."""
    keys = -np.abs(every)
    keys[np.isnan(keys)] = -np.inf
    columns = np.broadcast_to(np.arange(every.shape[1]), every.shape)
    if every.shape[1] > limit:
        columns = np.sort(np.argpartition(keys, limit - 1, axis=1)[:, :limit], axis=1)
    order = np.argsort(np.take_along_axis(keys, columns, 1), axis=1, kind="stable")
    choices = np.take_along_axis(columns, order, 1)
    return _Best(np.take_along_axis(every, choices, 1), choices)


def _decoded(spec: NetworkSpec, start: Ref, levels: list[_Best], head: float) -> tuple[Path, ...]:
    """Read the paths off the choices; the last level has the start, and it alone where it can."""
    lowest = levels[-1]
    row = start.neuron if len(lowest.products) > 1 else 0
    first = () if start.layer == 0 else (NodeRef(start.layer, start.neuron),)
    paths = []
    for rank, product in enumerate(lowest.products[row].tolist()):
        choice, nodes = int(lowest.choices[row, rank]), list(first)
        for depth in range(len(levels) - 2, -1, -1):
            above = levels[depth]
            neuron, way = divmod(choice, above.products.shape[1])
            nodes.append(NodeRef(spec.layer_count - depth, neuron))
            choice = int(above.choices[neuron, way])
        output = choice if _is_coupled(spec) else None
        paths.append(Path(start, tuple(nodes), output, head * product))
    return tuple(paths)
