"""What turns gradients into updates: one table of optimizers, and the chosen one as a value.

Definitions and defaults are those of PyTorch (torch.optim, documentation of version 2). Below g is
the mean gradient of the mini-batch with L2's λ/n · w in it, η the learning rate, t counts the
updates from 1, and what is remembered starts at 0; all is element by element:

    sgd       w ← w − η g
    momentum  v ← μ v + g;  w ← w − η v                     (Polyak 1964; η outside, as PyTorch)
    nesterov  v ← μ v + g;  w ← w − η (g + μ v)             (Sutskever et al. 2013, as PyTorch)
    rmsprop   s ← α s + (1 − α) g²;  w ← w − η g / (√s + ε) (Tieleman and Hinton 2012)
    adam      m ← β₁ m + (1 − β₁) g;  v ← β₂ v + (1 − β₂) g²;
              w ← w − η m̂ / (√v̂ + ε), m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ)
                                                            (Kingma and Ba 2015, algorithm 1)
    adamw     w ← w − η λ_w w, then as adam                 (Loshchilov and Hutter 2019)

One thing differs from PyTorch: weight decay, coupled (L2) or not (λ_w), is for weights alone;
PyTorch decays the biases too. Imports nothing heavy: the command line reads the table.
"""

import math
from dataclasses import dataclass

from nnviz.errors import TrainingError

__all__ = ["OPTIMIZERS", "PLAIN", "SETTINGS", "Method", "Optimizer", "Setting"]


@dataclass(frozen=True, slots=True)
class Setting:
    """A hyperparameter of optimizers: a finite number from ``least``, below 1 if a ``share``.

    ``name`` is the field of Optimizer.
    """

    name: str
    label: str
    description: str
    share: bool = False
    least: float = 0.0

    def check(self, value: float) -> None:
        """Raise TrainingError with one sentence unless the value makes sense."""
        if not (value >= self.least and math.isfinite(value)) or (self.share and value >= 1):
            raise TrainingError(f"The {self.label} is {value:g}; {self.range_text} is needed.")

    @property
    def range_text(self) -> str:
        """The numbers that make sense, in words."""
        if self.share:
            return "a number from 0 to below 1"
        return f"a finite number from {self.least:g}"


LEAST_EPSILON = 1e-12
"""In float32, in which training computes, √v is 0 where |g| < 1e-18 or so: with an ε of that size
what is left of g would be divided by almost nothing, and with a smaller one 0 by 0."""

SETTINGS = {
    setting.name: setting
    for setting in (
        Setting("momentum", "momentum μ", "share of the last update's velocity kept", share=True),
        Setting("alpha", "memory α", "share of the running mean of g² kept", share=True),
        Setting("beta1", "memory β₁", "share of the running mean of g kept", share=True),
        Setting("beta2", "memory β₂", "share of the running mean of g² kept", share=True),
        Setting("epsilon", "epsilon ε", "keeps the division away from 0", least=LEAST_EPSILON),
        Setting("weight_decay", "weight decay", "an update takes η times so much off every weight"),
    )
}
"""All hyperparameters that optimizers have, by the name of their field."""


@dataclass(frozen=True, slots=True)
class Method:
    """A row of the table.

    ``settings`` are the fields of Optimizer that it reads, the one that matters most first;
    ``moments`` how many numbers it remembers per parameter; ``learning_rate`` one to begin with,
    of the size that suits its steps.
    """

    name: str
    label: str
    description: str
    settings: tuple[str, ...]
    moments: int
    learning_rate: float


OPTIMIZERS = {
    method.name: method
    for method in (
        Method("sgd", "Gradient descent (SGD)", "The step is η times the gradient", (), 0, 3.0),
        Method(
            "momentum", "Momentum", "Steps gather speed where gradients agree",
            ("momentum",), 1, 0.3,
        ),
        Method(
            "nesterov", "Nesterov", "Momentum that looks one step ahead", ("momentum",), 1, 0.3
        ),
        Method(
            "rmsprop", "RMSprop", "Each step is divided by the usual size of its gradient",
            ("alpha", "epsilon"), 1, 0.01,
        ),
        Method(
            "adam", "Adam", "Momentum, divided by the usual size of the gradient",
            ("beta1", "beta2", "epsilon"), 2, 0.001,
        ),
        Method(
            "adamw", "AdamW", "Adam, with weight decay apart from the gradient",
            ("weight_decay", "beta1", "beta2", "epsilon"), 2, 0.001,
        ),
    )
}  # fmt: skip
"""The optimizers by name, in the order in which they are offered."""


@dataclass(frozen=True, slots=True)
class Optimizer:
    """The chosen optimizer with its hyperparameters; the fields that it does not read rest.

    Raises TrainingError for a name that is not in the table and for a value that makes no sense.
    """

    name: str = "sgd"
    momentum: float = 0.9
    alpha: float = 0.99
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    weight_decay: float = 0.01

    def __post_init__(self) -> None:
        if self.name not in OPTIMIZERS:
            raise TrainingError(
                f"There is no optimizer {self.name!r}; choose one of {', '.join(OPTIMIZERS)}."
            )
        for setting in SETTINGS.values():
            setting.check(getattr(self, setting.name))

    @property
    def method(self) -> Method:
        """Its row of the table."""
        return OPTIMIZERS[self.name]


PLAIN = Optimizer()
"""Plain gradient descent, which remembers nothing."""
