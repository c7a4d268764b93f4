"""A step as the lines of numpy that compute it, with the shapes of the variables it uses.

The lines are real: run one after the other over a whole pass they give the recorded numbers.
"""

from dataclasses import dataclass

from nnviz.engine.activations import LEAKY_SLOPE
from nnviz.engine.network import NetworkSpec
from nnviz.engine.optimizers import PLAIN, Optimizer
from nnviz.trace.operations import operations
from nnviz.trace.quantities import Quantity
from nnviz.trace.steps import UPDATE_KINDS, Step, StepKind
from nnviz.trace.update_code import update_lines

__all__ = ["CodeLine", "code_of"]


@dataclass(frozen=True, slots=True)
class CodeLine:
    """One statement, and the shapes of its sides: ``(3,) = (3, 2) @ (2,) + (3,)``."""

    statement: str
    shapes: str

    def __str__(self) -> str:
        return f"{self.statement}  # {self.shapes}"


_ACTIVATIONS = {
    "sigmoid": "1 / (1 + np.exp(-{z}))",
    "tanh": "np.tanh({z})",
    "relu": "np.maximum({z}, 0)",
    "leaky_relu": f"np.where({{z}} > 0, {{z}}, {LEAKY_SLOPE} * {{z}})",
    "identity": "{z}",
    "softmax": "np.exp({z} - {z}.max()) / np.exp({z} - {z}.max()).sum()",
}
_SLOPES = {
    "sigmoid": "{a} * (1 - {a})",
    "tanh": "(1 - {a}**2)",
    "relu": "({z} > 0)",
    "leaky_relu": f"np.where({{z}} > 0, 1, {LEAKY_SLOPE})",
    "identity": "1",
}
_COSTS = {
    "quadratic": "((a{L} - y)**2).sum() / 2",
    "sum_of_squares": "((a{L} - y)**2).sum()",
    "mean_squared_error": "((a{L} - y)**2).mean()",
    "binary_cross_entropy": "-(y * np.log(a{L}) + (1 - y) * np.log(1 - a{L})).sum()",
    "categorical_cross_entropy": "-(y * np.log(a{L})).sum()",
}
_GRADIENTS = {
    "quadratic": "a{L} - y",
    "sum_of_squares": "2 * (a{L} - y)",
    "mean_squared_error": "2 * (a{L} - y) / a{L}.size",
    "binary_cross_entropy": "-y / a{L} + (1 - y) / (1 - a{L})",
    "categorical_cross_entropy": "-y / a{L}",
}


def code_of(
    spec: NetworkSpec,
    step: Step,
    *,
    examples: int = 1,
    decay: bool = False,
    update_biases: bool = True,
    optimizer: Optimizer = PLAIN,
    dropout: bool = False,
) -> tuple[CodeLine, ...]:
    """Return the lines that compute ``step``.

    The variables are x, y, W1 … WL, b1 … bL, eta, and, with L2, decay = λ/n; of a mini-batch
    each example's step is the same, its cost is C_x, and the means are taken over lists of the
    examples' gradients and costs. Those of the optimizer are in ``update_code``; with ``dropout``
    r1 … are what it multiplies the example's f(z) by, and h1 … is f(z).
    """
    writer = _Writer(spec, decay, examples, dropout)
    if step.kind in UPDATE_KINDS:
        return tuple(
            CodeLine(*line) for line in update_lines(spec, step.kind, optimizer, update_biases)
        )
    if step.kind is StepKind.MEAN_GRADIENT:
        return writer.mean()
    lines: list[CodeLine] = []
    for quantity in operations(step.kind):
        lines += writer.of(quantity, step.layer)
    return tuple(lines)


class _Writer:
    """Writes the statements of one network."""

    def __init__(self, spec: NetworkSpec, decay: bool, examples: int, dropout: bool) -> None:
        self._spec, self._decay, self._examples = spec, decay, examples
        self._dropout = dropout

    def of(self, quantity: Quantity, layer: int) -> list[CodeLine]:
        match quantity:
            case Quantity.PREACTIVATION:
                return [self._preactivation(layer)]
            case Quantity.ACTIVATION:
                return self._activation(layer)
            case Quantity.COST:
                return self._cost()
            case Quantity.ACTIVATION_GRADIENT:
                return [self._activation_gradient(layer)]
            case Quantity.BIAS_GRADIENT:
                return self._error_signal(layer)
            case Quantity.WEIGHT_GRADIENT:
                return self._weight_gradient(layer)
        raise KeyError(quantity)

    def mean(self) -> tuple[CodeLine, ...]:
        lines = []
        for layer in range(1, self._spec.layer_count + 1):
            size, full = self._size(layer), self._full(layer)
            pull = f" + decay * W{layer}" if self._decay else ""
            lines += [
                CodeLine(
                    f"dC_dW{layer} = sum(dCx_dW{layer}) / m{pull}",
                    f"{full}, m = {self._examples}",
                ),
                CodeLine(f"dC_db{layer} = sum(dCx_db{layer}) / m", f"{size}, m = {self._examples}"),
            ]
        whole = "C = sum(C_x) / m"
        if self._decay:
            whole += f" + decay / 2 * ({self._squares()})"
        return (*lines, CodeLine(whole, f"(), m = {self._examples}"))

    def _size(self, layer: int) -> str:
        return f"({self._spec.sizes[layer]},)"

    def _full(self, layer: int) -> str:
        return f"({self._spec.sizes[layer]}, {self._spec.sizes[layer - 1]})"

    def _preactivation(self, layer: int) -> CodeLine:
        size = self._size(layer)
        return CodeLine(
            f"z{layer} = W{layer} @ a{layer - 1} + b{layer}",
            f"{size} = {self._full(layer)} @ {self._size(layer - 1)} + {size}",
        )

    def _activation(self, layer: int) -> list[CodeLine]:
        size = self._size(layer)
        if layer == 0:
            return [CodeLine("a0 = x", f"{size} = {size}")]
        formula = _ACTIVATIONS[self._spec.activations[layer - 1]].format(z=f"z{layer}")
        if not self._is_masked(layer):
            return [CodeLine(f"a{layer} = {formula}", f"{size} = f({size})")]
        return [
            CodeLine(f"h{layer} = {formula}", f"{size} = f({size})"),
            CodeLine(f"a{layer} = r{layer} * h{layer}", f"{size} = {size} * {size}"),
        ]

    def _is_masked(self, layer: int) -> bool:
        """Whether dropout may leave out neurons of the layer."""
        return self._dropout and layer < self._spec.layer_count

    def _cost(self) -> list[CodeLine]:
        last = self._spec.layer_count
        size = self._size(last)
        line = _COSTS[self._spec.cost].format(L=last)
        name = "C" if self._examples == 1 else "C_x"
        lines = [CodeLine(f"{name} = {line}", f"() from {size} and {size}")]
        if self._decay and self._examples == 1:
            lines.append(CodeLine(f"C = C + decay / 2 * ({self._squares()})", "()"))
        return lines

    def _squares(self) -> str:
        layers = range(1, self._spec.layer_count + 1)
        return " + ".join(f"(W{layer}**2).sum()" for layer in layers)

    def _activation_gradient(self, layer: int) -> CodeLine:
        size, last = self._size(layer), self._spec.layer_count
        if layer == last:
            formula = _GRADIENTS[self._spec.cost].format(L=last)
            return CodeLine(f"dC_da{layer} = {formula}", f"{size} = {size} - {size}")
        above = layer + 1
        return CodeLine(
            f"dC_da{layer} = W{above}.T @ delta{above}",
            f"{size} = {self._full(above)}.T @ {self._size(above)}",
        )

    def _error_signal(self, layer: int) -> list[CodeLine]:
        size, spec = self._size(layer), self._spec
        name, last = spec.activations[layer - 1], spec.layer_count
        if layer == last and spec.cost_function.output_delta is not None:
            line = f"delta{layer} = a{layer} - y"
            shapes = f"{size} = {size} - {size}"
            if name == "softmax":
                line = f"delta{layer} = a{layer} * y.sum() - y"
                shapes = f"{size} = {size} * () - {size}"
            first = [CodeLine(line, shapes)]
        elif name == "softmax":
            full = f"({spec.sizes[layer]}, {spec.sizes[layer]})"
            first = [
                CodeLine(f"J = np.diag(a{layer}) - np.outer(a{layer}, a{layer})", full),
                CodeLine(f"delta{layer} = J.T @ dC_da{layer}", f"{size} = {full} @ {size}"),
            ]
        else:
            first = [self._elementwise_signal(layer, name)]
        return [*first, CodeLine(f"dC_db{layer} = delta{layer}", f"{size} = {size}")]

    def _elementwise_signal(self, layer: int, name: str) -> CodeLine:
        size = self._size(layer)
        if not self._is_masked(layer):
            slope = _SLOPES[name].format(z=f"z{layer}", a=f"a{layer}")
            return CodeLine(f"delta{layer} = {slope} * dC_da{layer}", f"{size} = {size} * {size}")
        slope = _SLOPES[name].format(z=f"z{layer}", a=f"h{layer}")
        return CodeLine(
            f"delta{layer} = r{layer} * ({slope} * dC_da{layer})", f"{size} = {size} * {size}"
        )

    def _weight_gradient(self, layer: int) -> list[CodeLine]:
        full = self._full(layer)
        pull, shapes = "", f"{full} = outer of {self._size(layer)} and {self._size(layer - 1)}"
        if self._decay and self._examples == 1:
            pull, shapes = f" + decay * W{layer}", f"{shapes}, + {full}"
        lines = [CodeLine(f"dC_dW{layer} = np.outer(delta{layer}, a{layer - 1}){pull}", shapes)]
        if layer == 1:
            size = self._size(0)
            lines.append(
                CodeLine("dC_dx = W1.T @ delta1", f"{size} = {self._full(1)}.T @ {self._size(1)}")
            )
        return lines
