"""The classic mistakes of backpropagation: their names, what each does, and where it can matter.

Apart from the passes that make them (``mistaken_pass``), because a trace names its mistake.
"""

from dataclasses import dataclass
from enum import Enum

from nnviz.engine.network import NetworkSpec
from nnviz.trace.pass_settings import PassSettings

__all__ = ["Mistake", "MistakeFacts", "applicable_mistakes"]


@dataclass(frozen=True, slots=True)
class MistakeFacts:
    """What a mistake is called and does; ``right`` and ``wrong`` are its formula without and with.

    ``update_only`` mistakes leave every derivative right: only the update check can see them.
    """

    title: str
    description: str
    right: str
    wrong: str
    update_only: bool = False


class Mistake(Enum):
    """A mistake that a program for backpropagation can make; the value is its key."""

    UPDATED_WEIGHTS = "updated-weights"
    HIDDEN_DERIVATIVE_FORGOTTEN = "hidden-derivative-forgotten"
    OUTPUT_DERIVATIVE_FORGOTTEN = "output-derivative-forgotten"
    DERIVATIVE_OF_ACTIVATION = "derivative-of-activation"
    LAST_TERM_DROPPED = "last-term-dropped"
    BIAS_FORGOTTEN = "bias-forgotten"
    NOT_TRANSPOSED = "not-transposed"
    TARGET_SWAPPED = "target-swapped"
    MEAN_FORGOTTEN = "mean-forgotten"
    BIAS_NOT_UPDATED = "bias-not-updated"
    GRADIENT_ASCENT = "gradient-ascent"

    @property
    def facts(self) -> MistakeFacts:
        """Its name, what it does, and its formula."""
        return _FACTS[self]

    @property
    def title(self) -> str:
        """Its name, in the words of menus and lists."""
        return self.facts.title

    @property
    def description(self) -> str:
        """One sentence on what the program does wrong, and what follows."""
        return self.facts.description

    def applies_to(self, spec: NetworkSpec, example_count: int, settings: PassSettings) -> bool:
        """Whether it can change any number of a pass of ``example_count`` examples.

        Values that happen to be 0 may still hide it; ``first_difference`` tells.
        """
        deep = spec.layer_count > 1
        hidden = spec.activations[:-1]
        open_output = spec.cost_function.output_delta is None  # else δ is a − y, without f′
        output = (spec.activations[-1],) if open_output else ()
        match self:
            case Mistake.UPDATED_WEIGHTS:
                return deep and settings.learning_rate != 0
            case Mistake.LAST_TERM_DROPPED:
                return deep
            case Mistake.HIDDEN_DERIVATIVE_FORGOTTEN:
                return any(name != "identity" for name in hidden)
            case Mistake.OUTPUT_DERIVATIVE_FORGOTTEN:
                return any(name != "identity" for name in output)
            case Mistake.DERIVATIVE_OF_ACTIVATION:
                return any(name in _CURVED for name in (*hidden, *output))
            case Mistake.NOT_TRANSPOSED:
                shapes = zip(spec.sizes[1:-1], spec.sizes[2:], strict=True)
                return any(min(shape) > 1 for shape in shapes)
            case Mistake.MEAN_FORGOTTEN:
                return example_count > 1
            case Mistake.BIAS_NOT_UPDATED:
                return settings.update_biases and settings.learning_rate != 0
            case Mistake.GRADIENT_ASCENT:
                return settings.learning_rate != 0
        return True


def applicable_mistakes(
    spec: NetworkSpec, example_count: int, settings: PassSettings
) -> tuple[Mistake, ...]:
    """Return the mistakes that can change a number of such a pass, in the order of the menu."""
    return tuple(each for each in Mistake if each.applies_to(spec, example_count, settings))


_CURVED = ("sigmoid", "tanh")
"""Activations whose f′(a) differs from f′(z): with the ReLUs, a and z have the same sign."""

_FACTS = {
    Mistake.UPDATED_WEIGHTS: MistakeFacts(
        "Hidden Errors from Updated Weights",
        "Each layer is updated at once, and the error goes back through the new weights: all "
        "derivatives below the output belong to no network that ever was.",
        "∂C/∂a = Wᵀδ", "∂C/∂a = (W − η ∂C/∂W)ᵀδ",
    ),
    Mistake.HIDDEN_DERIVATIVE_FORGOTTEN: MistakeFacts(
        "f′ Forgotten in the Hidden Layers",
        "The error signal of a hidden neuron is its ∂C/∂a, without the slope of its activation: "
        "saturated and dead neurons learn as if they were not.",
        "δ = f′(z) ⊙ ∂C/∂a", "δ = ∂C/∂a",
    ),
    Mistake.OUTPUT_DERIVATIVE_FORGOTTEN: MistakeFacts(
        "f′ Forgotten at the Output",
        "The error signal of an output is its ∂C/∂a, without the slope of its activation: all "
        "layers below get it wrong too.",
        "δ = f′(z) ⊙ ∂C/∂a", "δ = ∂C/∂a",
    ),
    Mistake.DERIVATIVE_OF_ACTIVATION: MistakeFacts(
        "f′ Taken at a, Not at z",
        "The slope is computed from the activation as if that were z: the function is applied "
        "twice before it is differentiated.",
        "δ = f′(z) ⊙ ∂C/∂a", "δ = f′(a) ⊙ ∂C/∂a",
    ),
    Mistake.LAST_TERM_DROPPED: MistakeFacts(
        "Last Term of a Sum Dropped",
        "The loop over the next layer ends one neuron early, so ∂C/∂a lacks the path through its "
        "last neuron.",
        "∂C/∂a = Σ w·δ over all neurons", "∂C/∂a = Σ w·δ without the last",
    ),
    Mistake.BIAS_FORGOTTEN: MistakeFacts(
        "Bias Missing in z",
        "The forward pass leaves the biases out: every z, and all that follows from it, belongs to "
        "a network whose biases are 0.",
        "z = W a + b", "z = W a",
    ),
    Mistake.NOT_TRANSPOSED: MistakeFacts(
        "W Reshaped, Not Transposed",
        "The rows of W are refilled in the other shape instead of being turned into columns, so "
        "errors travel along the wrong edges.",
        "∂C/∂a = Wᵀδ", "∂C/∂a = reshape(W)δ",
    ),
    Mistake.TARGET_SWAPPED: MistakeFacts(
        "a and y Swapped",
        "The error at the output has the wrong sign, and with it every derivative: descent "
        "climbs.",
        "a − y", "y − a",
    ),
    Mistake.MEAN_FORGOTTEN: MistakeFacts(
        "Mean over the Mini-batch Forgotten",
        "The gradients of the examples are added up but not divided by their number m: steps are "
        "m times too long.",
        "∂C/∂θ = (1/m) Σ", "∂C/∂θ = Σ",
    ),
    Mistake.BIAS_NOT_UPDATED: MistakeFacts(
        "Biases Not Updated",
        "∂C/∂b is computed and then not used: the biases stay where they were.",
        "b ← b − η ∂C/∂b", "b ← b", update_only=True,
    ),
    Mistake.GRADIENT_ASCENT: MistakeFacts(
        "Gradient Ascent",
        "The update adds the gradient instead of subtracting it: every derivative is right, and "
        "the cost goes up.",
        "θ ← θ − η ∂C/∂θ", "θ ← θ + η ∂C/∂θ", update_only=True,
    ),
}  # fmt: skip
