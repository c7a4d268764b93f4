"""What differs between two runs, as short texts: η 3 → 0.5, layers 784-30-10 → 784-16-10."""

from collections.abc import Callable
from dataclasses import dataclass, fields

from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.costs import COSTS
from nnviz.engine.network import NetworkSpec
from nnviz.engine.optimizers import OPTIMIZERS, SETTINGS, Optimizer
from nnviz.formatting import count, rounded
from nnviz.training.config import TrainingConfig
from nnviz.training.schedules import SCHEDULES, Schedule

__all__ = ["Difference", "config_differences", "network_differences"]

DIGITS = 4
EXACT_DIGITS = 15
"""Where four digits would write two values alike."""
SYMBOLS = {
    "learning_rate": "η",
    "mini_batch_size": "batch",
    "l2": "λ",
    "train_size": "images",
    "update_biases": "biases trained",
    "validation_size": "validation",
}
"""How hyperparameters are called here; the others by the name of their field."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Another value of one setting; ``before`` is empty where only the new one can be said."""

    symbol: str
    before: str
    after: str

    @property
    def text(self) -> str:
        """The difference in a few characters: η 3 → 0.5."""
        return f"{self.symbol} {self.before} → {self.after}" if self.before else self.after

    @property
    def value(self) -> str:
        """The new value alone, for a name: η 0.5."""
        return f"{self.symbol} {self.after}" if self.before else self.after


def config_differences(before: TrainingConfig, after: TrainingConfig) -> tuple[Difference, ...]:
    """Return which hyperparameters differ, in the order of their fields; how long it ran last."""
    found: list[Difference] = []
    for field in sorted(fields(TrainingConfig), key=lambda field: field.name == "epochs"):
        pair = getattr(before, field.name), getattr(after, field.name)
        if pair[0] != pair[1]:
            writer = _WRITERS.get(field.name, _plain)
            found += writer(SYMBOLS.get(field.name, field.name.replace("_", " ")), *pair)
    return tuple(found)


def network_differences(before: NetworkSpec, after: NetworkSpec) -> tuple[Difference, ...]:
    """Return how two networks differ: layers, activations, cost."""
    found = []
    if before.sizes != after.sizes:
        found.append(Difference("layers", str(before), str(after)))
    pair = _activations(before), _activations(after)
    if pair[0] != pair[1]:
        found.append(Difference("activation", *pair))
    if before.cost != after.cost:
        found.append(Difference("cost", COSTS[before.cost].label, COSTS[after.cost].label))
    return tuple(found)


def _activations(spec: NetworkSpec) -> str:
    """Return the activations, those that follow each other once: ReLU, softmax."""
    labels: list[str] = []
    for name in spec.activations:
        if not labels or labels[-1] != ACTIVATIONS[name].label:
            labels.append(ACTIVATIONS[name].label)
    return ", ".join(labels)


def _plain(symbol: str, before: object, after: object) -> list[Difference]:
    texts = [_value(before), _value(after)]
    if texts[0] == texts[1]:
        texts = [_value(before, EXACT_DIGITS), _value(after, EXACT_DIGITS)]
    return [Difference(symbol, *texts)]


def _value(value: object, digits: int = DIGITS) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case int():
            return count(value)
        case float():
            return rounded(value, digits)
        case None:
            return "off"
    return str(value)


def _optimizers(_: str, before: Optimizer, after: Optimizer) -> list[Difference]:
    """Return another method alone, or the other hyperparameters of the same."""
    if before.name != after.name:
        return [
            Difference("optimizer", OPTIMIZERS[before.name].label, OPTIMIZERS[after.name].label)
        ]
    found = []
    for name in after.method.settings:
        pair = getattr(before, name), getattr(after, name)
        if pair[0] != pair[1]:
            symbol = SETTINGS[name].label.split()[-1] if name != "weight_decay" else "weight decay"
            found += _plain(symbol, *pair)
    return found


def _schedules(_: str, before: Schedule, after: Schedule) -> list[Difference]:
    """Return another course, another warm-up, and other steps where both have steps."""
    found = []
    if before.name != after.name:
        labels = SCHEDULES[before.name].label, SCHEDULES[after.name].label
        found.append(Difference("schedule", *labels))
    if before.warm_up != after.warm_up:
        found += _plain("warm-up", before.warm_up, after.warm_up)
    if before.name == after.name == "step":
        for name, symbol in (("factor", "step factor"), ("every", "step every")):
            pair = getattr(before, name), getattr(after, name)
            if pair[0] != pair[1]:
                found += _plain(symbol, *pair)
    return found


_WRITERS: dict[str, Callable[..., list[Difference]]] = {
    "optimizer": _optimizers,
    "schedule": _schedules,
}
