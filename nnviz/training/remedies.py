"""What helps against an illness of a training: values, which somebody applies with one click."""

from dataclasses import dataclass, replace

from nnviz.engine.network import NetworkSpec
from nnviz.formatting import count
from nnviz.training.config import TrainingConfig
from nnviz.training.live import changes_between

__all__ = ["Recipe", "Remedy"]

SMALL_WEIGHTS = "small_normal"
ENTROPY_RATE = 0.3
RELU_RATE = 0.05
"""Learning rates at which networks of MNIST's size learn calmly by plain descent."""
FAR_OFF = 10
"""A tenth that is still so many times the optimizer's usual learning rate is too high as well."""
DROPOUT = 0.2


@dataclass(frozen=True, slots=True)
class Remedy:
    """A change that helps; ``label`` says on a button what it does, ``why`` what it is good for.

    ``recipe`` is how to train afterwards. With ``new_weights`` the network starts again, drawn
    anew; without, the run goes on, and only what may change while one is on is different.
    """

    label: str
    why: str
    recipe: "Recipe"
    new_weights: bool


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is trained and how; ``initialiser`` draws its first weights.

    The methods return remedies: this recipe with one thing changed.
    """

    spec: NetworkSpec
    initialiser: str
    config: TrainingConfig

    def half_rate(self) -> Remedy:
        """Go on with half the learning rate."""
        return self._live(
            "Halve the learning rate", self._with_rate(self.config.learning_rate / 2),
            "Smaller steps do not jump over the valley that they lead into.",
        )  # fmt: skip

    def tenfold_rate(self) -> Remedy:
        """Go on with ten times the learning rate."""
        return self._live(
            "Ten times the learning rate", self._with_rate(10 * self.config.learning_rate),
            "Steps ten times as long get there ten times as soon, until they get too long.",
        )  # fmt: skip

    def l2(self, examples: int) -> Remedy:
        """Go on with an L2 term of λ/n = 10⁻⁴, or three times the one there is."""
        wanted = max(_round(1e-4 * examples), _round(3 * self.config.l2))
        return self._live(
            "Hold the weights small by L2", replace(self.config, l2=wanted),
            "Every update then takes a little off every weight, so that a few examples cannot be "
            "learned by heart with large ones.",
        )  # fmt: skip

    def with_dropout(self) -> Remedy:
        """Go on with dropout, or with more of it."""
        wanted = min(0.5, self.config.dropout + DROPOUT)
        return self._live(
            "Leave out neurons", replace(self.config, dropout=wanted),
            "Hidden neurons are left out at random while it trains, so that none can rely on "
            "another.",
        )  # fmt: skip

    def lower_rate_anew(self) -> Remedy:
        """Start again with a tenth of the learning rate, or with the usual one if that is far."""
        rate, usual = self.config.learning_rate / 10, self.config.optimizer.method.learning_rate
        is_far = rate > FAR_OFF * usual
        config = self._with_rate(usual if is_far else rate)
        words = "the usual learning rate" if is_far else "a tenth"
        and_what = "a tenth of the learning rate"
        if is_far:
            and_what = f"the learning rate to begin with for {self.config.optimizer.method.label}"
        return self._anew(
            f"Start again with {words}: {self._changes(config)}", replace(self, config=config),
            f"What the long steps did to the weights does not heal: new weights, and {and_what}.",
        )  # fmt: skip

    def anew(self) -> Remedy:
        """Start again as it is trained now."""
        return self._anew(
            "Start again with new weights", self,
            "What longer steps did to the weights does not heal by shorter ones.",
        )  # fmt: skip

    def small_weights_anew(self) -> Remedy:
        """Start again with small weights."""
        return self._anew(
            "Start again with small weights", replace(self, initialiser=SMALL_WEIGHTS),
            "With weights of 0.1 · N(0, 1) every output begins near 0.5, where its activation is "
            "steep, so none is stuck.",
        )  # fmt: skip

    def cross_entropy_anew(self) -> Remedy:
        """Start again with the cross-entropy that goes with the outputs; softmax for others."""
        name = self.spec.activations[-1]
        sigmoid = name == "sigmoid"
        outputs = name if sigmoid else "softmax"
        cost = "binary_cross_entropy" if sigmoid else "categorical_cross_entropy"
        spec = NetworkSpec(self.spec.sizes, (*self.spec.activations[:-1], outputs), cost)
        config = self._with_rate(min(self.config.learning_rate, ENTROPY_RATE))
        return self._anew(
            f"Use cross-entropy{self._suffix(config)}", replace(self, spec=spec, config=config),
            "With the cross-entropy the slope of the output cancels: its error signal is a − y, "
            "largest where the answer is most wrong. Its gradients are larger, so the learning "
            "rate is smaller. The network starts again with new weights.",
        )  # fmt: skip

    def leaky_relu_anew(self) -> Remedy:
        """Start again with leaky ReLUs in place of ReLUs."""
        leaky = tuple("leaky_relu" if name == "relu" else name for name in self.spec.activations)
        spec = replace(self.spec, activations=leaky)
        return self._anew(
            "Use leaky ReLU", replace(self, spec=spec),
            "A leaky ReLU has the slope 0.01 below 0, so something always comes back, and it can "
            "wake up. The network starts again with new weights.",
        )  # fmt: skip

    def relu_anew(self, *, has_classes: bool) -> Remedy:
        """Start again with hidden ReLUs and He's weights; for classes with softmax, too."""
        hidden = ("relu",) * (self.spec.layer_count - 1)
        if has_classes:  # sigmoid outputs with squares would be the next to get stuck
            activations, cost = (*hidden, "softmax"), "categorical_cross_entropy"
        else:
            activations, cost = (*hidden, self.spec.activations[-1]), self.spec.cost
        spec = NetworkSpec(self.spec.sizes, activations, cost)
        config = self._with_rate(min(self.config.learning_rate, RELU_RATE))
        words = "Use ReLU and softmax" if has_classes else "Use ReLU"
        return self._anew(
            f"{words}{self._suffix(config)}", Recipe(spec, "he", config),
            "Where a ReLU is active its slope is 1, so the error comes back undiminished; a "
            "sigmoid's slope is 0.25 at most, and four layers of it leave 1/256. The network "
            "starts again with new weights of He's size.",
        )  # fmt: skip

    def more_images_anew(self, available: int) -> Remedy:
        """Start again on all the training images that there are."""
        config = replace(self.config, train_size=available)
        return self._anew(
            f"Train on {count(available)} images", replace(self, config=config),
            "Nothing helps as much against learning by heart as more examples. The network starts "
            "again with new weights.",
        )  # fmt: skip

    def other_seed_anew(self) -> Remedy:
        """Start again with weights of another seed."""
        config = replace(self.config, seed=self.config.seed + 1)
        return self._anew(
            f"Start again with other weights: seed {self.config.seed} → {config.seed}",
            replace(self, config=config), "Other first weights may not be stuck.",
        )  # fmt: skip

    def _live(self, words: str, config: TrainingConfig, why: str) -> Remedy:
        recipe = replace(self, config=config)
        return Remedy(f"{words}: {self._changes(config)}", why, recipe, new_weights=False)

    def _anew(self, label: str, recipe: "Recipe", why: str) -> Remedy:
        return Remedy(label, why, recipe, new_weights=True)

    def _with_rate(self, rate: float) -> TrainingConfig:
        return replace(self.config, learning_rate=_round(rate))

    def _changes(self, config: TrainingConfig) -> str:
        return ", ".join(change.text for change in changes_between(self.config, config))

    def _suffix(self, config: TrainingConfig) -> str:
        changes = self._changes(config)
        return f", {changes}" if changes else ""


def _round(value: float) -> float:
    """Return a number that can be read: three significant digits."""
    return float(f"{value:.3g}")
