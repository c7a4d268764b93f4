"""What the chips of the steps say: short words on them, a sentence in the tooltip."""

from dataclasses import dataclass

from nnviz.trace.moments import HAT, MOMENTS_AFTER
from nnviz.trace.notation import Notation
from nnviz.trace.quantities import Quantity
from nnviz.trace.steps import Step, StepKind

__all__ = ["ChipTexts", "chip_texts", "group_texts"]


@dataclass(frozen=True, slots=True)
class ChipTexts:
    """Two short lines on a chip, and a tooltip."""

    top: str
    bottom: str
    tip: str


def chip_texts(step: Step, notation: Notation) -> ChipTexts:
    """Return what a chip says; neurons and the error signal are called as the reader calls them."""
    if step.neuron is not None:
        return _neuron_texts(step, notation.index(step.neuron))
    layer = f"layer {step.layer}"
    match step.kind:
        case StepKind.INPUT:
            return ChipTexts("input", "x", "Read the example into the input layer")
        case StepKind.PREACTIVATION:
            return ChipTexts("z", layer, f"Compute the weighted sums z of {layer}")
        case StepKind.ACTIVATION:
            return ChipTexts("a", layer, f"Compute the activations a of {layer}")
        case StepKind.COST:
            return ChipTexts("cost", "C", "Compare the output with the target")
        case StepKind.LAYER_GRADIENT | StepKind.NEURON_GRADIENT:
            return ChipTexts(f"∂ {layer}", "∂C/∂·", f"Compute all derivatives of {layer}")
        case StepKind.ACTIVATION_GRADIENT:
            return ChipTexts("∂C/∂a", layer, f"Compute ∂C/∂a of {layer}")
        case StepKind.BIAS_GRADIENT:
            error = notation.error.value
            return ChipTexts(error, layer, f"Compute {error} of {layer}, the error signal")
        case StepKind.WEIGHT_GRADIENT:
            return ChipTexts("∂C/∂w", layer, f"Compute ∂C/∂w of {layer}")
        case StepKind.MEAN_GRADIENT:
            tip = "Add the gradients of the examples up and divide by their number"
            return ChipTexts("mean", "sum ÷ m", tip)
        case StepKind.UPDATE:
            tip = "Move every weight and bias a little downhill"
            if any(known.quantity in MOMENTS_AFTER for known in step.reveals):
                tip = "Update what the optimizer remembers, then move every weight and bias a step"
            return ChipTexts("update", "w, b", tip)
        case StepKind.MOMENTS:
            return _moments_texts(step)
        case StepKind.BIAS_CORRECTION:
            tip = "Correct the bias that m and v have towards 0, where they began"
            return ChipTexts(f"m{HAT}, v{HAT}", "update", tip)
        case StepKind.NEW_VALUES:
            return ChipTexts("w, b", "update", "Move every weight and bias a step")
        case StepKind.LAYER | StepKind.NEURON:
            return ChipTexts(layer, "z, a", f"Compute z and a of {layer}")


def _moments_texts(step: Step) -> ChipTexts:
    """Return what the chip says of what the optimizer remembers; it shows in what is revealed."""
    found = {known.quantity for known in step.reveals}
    first, second = Quantity.WEIGHT_FIRST_AFTER in found, Quantity.WEIGHT_SECOND_AFTER in found
    if first and second:
        tip = "Take the gradient into its running mean m, and its square into v"
        return ChipTexts("m, v", "update", tip)
    if first:
        tip = "Take the gradient into the velocity v of every weight and bias"
        return ChipTexts("v", "update", tip)
    return ChipTexts("s", "update", "Take the squared gradient into its running mean s")


def group_texts(step: Step, done: int, count: int) -> ChipTexts:
    """Return what the chip of ``count`` neurons says of which ``done`` are computed."""
    layer = f"layer {step.layer}"
    top, what = {
        StepKind.NEURON: (layer, "z, a"),
        StepKind.PREACTIVATION: (layer, "z"),
    }.get(step.kind, (f"∂ {layer}", "∂C/∂·"))
    return ChipTexts(top, f"{done} of {count}", f"{what} of {layer}")


def _neuron_texts(step: Step, number: int) -> ChipTexts:
    neuron = f"neuron {number} of layer {step.layer}"
    what, tip = {
        StepKind.NEURON: ("z, a", f"Compute z and a of {neuron}"),
        StepKind.PREACTIVATION: ("z", f"Compute the weighted sum z of {neuron}"),
    }.get(step.kind, ("∂C/∂·", f"Compute the derivatives of {neuron}"))
    return ChipTexts(f"neuron {number}", what, tip)
