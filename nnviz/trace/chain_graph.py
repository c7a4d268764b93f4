"""The dependency graph of a pass as a row of terms, and the product of the step that is done.

Read from C backwards the graph is the chain rule: each arrow is a factor, and what an earlier
step has multiplied already stands in brackets.
"""

import itertools
from dataclasses import dataclass

from nnviz.engine.network import NetworkSpec
from nnviz.trace.chain import Link, Term, is_fused, term_of
from nnviz.trace.chain_paths import Path
from nnviz.trace.expressions import Expression, letter, row, text
from nnviz.trace.notation import Notation
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, Ref
from nnviz.trace.steps import Phase, Step, StepKind

__all__ = ["Brace", "ChainGraph", "Product", "build_graph", "product_of", "step_target"]


@dataclass(frozen=True, slots=True)
class ChainGraph:
    """The terms from C back to the input, and the weights and biases that each z hangs on to.

    ``spine`` runs C, a(L), z(L), a(L−1) … a(0); ``weights`` and ``biases`` are by layer, 1 first.
    """

    spine: tuple[Term, ...]
    weights: tuple[Term, ...]
    biases: tuple[Term, ...]

    @property
    def spine_links(self) -> tuple[Link, ...]:
        """The arrows along the spine, from C on."""
        return tuple(Link(above, below) for above, below in itertools.pairwise(self.spine))

    def preactivation(self, layer: int) -> Term:
        """Return z of a layer."""
        return self.spine[self._index(layer) + 1]

    def activation(self, layer: int) -> Term:
        """Return a of a layer."""
        return self.spine[self._index(layer)]

    def leaf_link(self, quantity: Quantity, layer: int) -> Link:
        """Return the arrow from z to the weights or the biases of its layer."""
        leaves = self.weights if quantity is Quantity.WEIGHT else self.biases
        return Link(self.preactivation(layer), leaves[layer - 1])

    def _index(self, layer: int) -> int:
        """Return where a of a layer stands on the spine."""
        return 1 + 2 * (len(self.weights) - layer)


@dataclass(frozen=True, slots=True)
class Brace:
    """What factors ``first`` to ``last`` of a product are together; ``level`` 0 is innermost."""

    first: int
    last: int
    label: Expression
    short_label: Expression
    layer: int
    level: int = 0


@dataclass(frozen=True, slots=True)
class Product:
    """∂C/∂target as a product of links, from C on, and what of it is reused."""

    target: Term
    links: tuple[Link, ...]
    braces: tuple[Brace, ...]


def build_graph(spec: NetworkSpec, chosen: Ref | None, path: Path | None = None) -> ChainGraph:
    """Return the graph of the layers, with single neurons where one is chosen or on the path."""
    neurons = _neurons(spec, chosen, path)
    last = spec.layer_count
    spine = [Term(Quantity.COST, last)]
    for layer in range(last, 0, -1):
        output = neurons.get(layer)
        if layer == last and spec.activation(last).derivative is None and spec.sizes[last] > 1:
            # Each output of softmax depends on every z: without a path all of them are meant.
            output = None if path is None else path.output
        spine.append(Term(Quantity.ACTIVATION, layer, output))
        spine.append(Term(Quantity.PREACTIVATION, layer, neurons.get(layer)))
    spine.append(Term(Quantity.ACTIVATION, 0, neurons.get(0)))
    layers = range(1, last + 1)
    weights = tuple(_weight(layer, neurons) for layer in layers)
    biases = tuple(Term(Quantity.BIAS, layer, neurons.get(layer)) for layer in layers)
    return ChainGraph(tuple(spine), weights, biases)


def _neurons(spec: NetworkSpec, chosen: Ref | None, path: Path | None) -> dict[int, int]:
    """Return the neuron that stands for each layer, where one does."""
    neurons = {layer: 0 for layer, size in enumerate(spec.sizes) if size == 1}
    refs = [] if chosen is None else [chosen]
    if path is not None:
        refs = [path.start, *path.nodes]
    for ref in refs:
        neurons[ref.layer] = ref.neuron
        if isinstance(ref, EdgeRef):
            neurons[ref.layer - 1] = ref.source
    return neurons


def _weight(layer: int, neurons: dict[int, int]) -> Term:
    """Return the one weight between two chosen neurons, or all into one, else the matrix."""
    neuron = neurons.get(layer)
    source = None if neuron is None else neurons.get(layer - 1)
    return Term(Quantity.WEIGHT, layer, neuron, source)


def step_target(step: Step | None, chosen: Ref | None) -> Term:
    """Return what a step differentiates C by; outside the backward pass what is chosen.

    With nothing chosen it is then the weights of layer 1, the longest product of the pass.
    """
    if step is not None and step.phase is Phase.BACKWARD and step.example is not None:
        match step.kind:
            case StepKind.ACTIVATION_GRADIENT:
                return Term(Quantity.ACTIVATION, step.layer)
            case StepKind.BIAS_GRADIENT:
                return Term(Quantity.BIAS, step.layer)
            case StepKind.LAYER_GRADIENT | StepKind.WEIGHT_GRADIENT | StepKind.NEURON_GRADIENT:
                return Term(Quantity.WEIGHT, step.layer)
    if chosen is None:
        return Term(Quantity.WEIGHT, 1)
    target = term_of(chosen)
    return Term(target.quantity, target.layer)


def product_of(
    spec: NetworkSpec,
    graph: ChainGraph,
    target: Term,
    notation: Notation,
    one_of_many: bool = False,
) -> Product:
    """Return ∂C/∂target along the graph; only quantity and layer of ``target`` count.

    Nothing of a path that is ``one_of_many`` is an error signal, which is the sum of them all.
    """
    layer = target.layer
    stop = graph.activation(layer)
    if target.quantity is not Quantity.ACTIVATION:
        stop = graph.preactivation(layer)
    links = []
    for link in graph.spine_links:
        links.append(link)
        if link.below == stop:
            break
    fused = is_fused(spec) and len(links) > 1
    if fused:
        links[:2] = [Link(links[0].above, links[1].below)]
    if target.quantity in (Quantity.WEIGHT, Quantity.BIAS):
        links.append(graph.leaf_link(target.quantity, layer))
    below = links[-1].below
    braces = () if one_of_many else _braces(spec, tuple(links), target, notation)
    return Product(below, tuple(links), braces)


def _braces(
    spec: NetworkSpec, links: tuple[Link, ...], target: Term, notation: Notation
) -> tuple[Brace, ...]:
    """Say which factors are the error signal of the layer above, and which that of this one."""
    braces: list[Brace] = []
    layer = target.layer
    above = _last_at(links, layer + 1)
    if above is not None and layer < spec.layer_count:
        term = links[above].below
        label = row(_signal(notation, term), text(f" from layer {layer + 1}"))
        braces.append(Brace(0, above, label, text(f"from layer {layer + 1}"), layer + 1))
    here = _last_at(links, layer)
    if here is not None and here < len(links) - 1 and target.quantity is not Quantity.BIAS:
        label = signal = _signal(notation, links[here].below)
        if braces:
            label = row(signal, text(f" of layer {layer}"))
        braces.append(Brace(0, here, label, signal, layer, len(braces)))
    return tuple(braces)


def _last_at(links: tuple[Link, ...], layer: int) -> int | None:
    """Return which factor ends at z of a layer."""
    for index, link in enumerate(links):
        if link.below.quantity is Quantity.PREACTIVATION and link.below.layer == layer:
            return index
    return None


def _signal(notation: Notation, term: Term) -> Expression:
    """Return the error signal in one line: below a brace there is no room for a fraction."""
    name, neuron = notation.error_letter, term.neuron
    symbol = (
        notation.vector(name, term.layer)
        if neuron is None
        else notation.scalar(name, term.layer, neuron)
    )
    return symbol if name == "δ" else row(letter("∂C/∂"), symbol)
