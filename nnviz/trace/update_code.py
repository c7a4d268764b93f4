"""The update as lines of numpy, for every optimizer.

Beside W1, b1 and eta the variables are those of the optimizer: mu, alpha, beta1, beta2, eps,
weight_decay, t, the number of the update, and what is remembered of each array, vW1, vb1 and so on.
"""

from collections.abc import Iterator

from nnviz.engine.network import NetworkSpec
from nnviz.engine.optimizers import Optimizer
from nnviz.trace.moments import Moment, corrects, moments_of
from nnviz.trace.steps import StepKind

__all__ = ["update_lines", "update_variables"]

_VARIABLES = {"momentum": "mu", "epsilon": "eps"}
"""Settings whose variable is called otherwise."""


def update_lines(
    spec: NetworkSpec, kind: StepKind, optimizer: Optimizer, biases: bool
) -> Iterator[tuple[str, str]]:
    """Yield the statements of the update or one of its parts, each with the shapes of its sides."""
    for layer in range(1, spec.layer_count + 1):
        size, full = spec.sizes[layer], spec.sizes[layer - 1]
        yield from _array_lines(f"W{layer}", f"({size}, {full})", kind, optimizer)
        if biases:
            yield from _array_lines(f"b{layer}", f"({size},)", kind, optimizer)


def update_variables(optimizer: Optimizer, step: int) -> str:
    """Return the values of the optimizer's variables as a sentence; empty if it has none."""
    settings = optimizer.method.settings
    parts = [f"{_VARIABLES.get(name, name)} = {getattr(optimizer, name):g}" for name in settings]
    if corrects(optimizer):
        parts.insert(0, f"t = {step}")
    return f"Here {', '.join(parts)}." if parts else ""


def _array_lines(
    name: str, shape: str, kind: StepKind, optimizer: Optimizer
) -> Iterator[tuple[str, str]]:
    moments = moments_of(optimizer)
    if kind in (StepKind.UPDATE, StepKind.MOMENTS):
        for moment in moments:
            yield _moved(moment, name, optimizer), f"{shape} = {shape} + {shape}"
    if kind in (StepKind.UPDATE, StepKind.BIAS_CORRECTION) and corrects(optimizer):
        for moment in moments:
            moved = f"{moment.letter}{name}"
            share = f"beta{moment.index + 1}"
            yield f"{moved}_hat = {moved} / (1 - {share}**t)", f"{shape} = {shape} / ()"
    if kind in (StepKind.UPDATE, StepKind.NEW_VALUES):
        if "weight_decay" in optimizer.method.settings and name.startswith("W"):
            yield f"{name} = {name} - eta * weight_decay * {name}", f"{shape} = {shape} - {shape}"
        step = f"{name} - eta * {_direction(name, optimizer)}"
        yield f"{name} = {step}", f"{shape} = {shape} - {shape}"


def _moved(moment: Moment, name: str, optimizer: Optimizer) -> str:
    """Return the statement that moves what is remembered."""
    moved, gradient = f"{moment.letter}{name}", f"dC_d{name}"
    if optimizer.name in ("momentum", "nesterov"):
        return f"{moved} = mu * {moved} + {gradient}"
    share = f"beta{moment.index + 1}" if corrects(optimizer) else "alpha"
    if moment.index == 1 or optimizer.name == "rmsprop":
        gradient += "**2"
    return f"{moved} = {share} * {moved} + (1 - {share}) * {gradient}"


def _direction(name: str, optimizer: Optimizer) -> str:
    """Return what eta is multiplied by."""
    match optimizer.name:
        case "sgd":
            return f"dC_d{name}"
        case "momentum":
            return f"v{name}"
        case "nesterov":
            return f"(dC_d{name} + mu * v{name})"
        case "rmsprop":
            return f"(dC_d{name} / (np.sqrt(s{name}) + eps))"
    return f"(m{name}_hat / (np.sqrt(v{name}_hat) + eps))"
