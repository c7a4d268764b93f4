"""The titles and sentences of the update and its parts, which differ between optimizers."""

from nnviz.engine.optimizers import Optimizer
from nnviz.formatting import count
from nnviz.trace.focus import Focus
from nnviz.trace.moments import moments_of
from nnviz.trace.steps import StepKind

__all__ = ["update_sentence", "update_title", "weight_sentence", "weight_title"]

_VELOCITY = ("momentum", "nesterov")
_AGAINST = {
    "sgd": "a small step against {its} gradient{s}",
    "momentum": "a step against {its} velocit{y}, in which earlier gradients live on",
    "nesterov": "a step against {its} gradient{s} and, as if {it} had moved on already, a share "
    "of {its} new velocit{y}",
    "rmsprop": "a step against {its} gradient{s}, each divided by the usual size of its gradients",
    "adam": "a step against the mean of {its} gradients, divided by their usual size",
    "adamw": "a step against the mean of {its} gradients, divided by their usual size",
}


def update_title(kind: StepKind, focus: Focus) -> str:
    """Return what a step of the update gives: the velocities, or new values."""
    optimizer, one = focus.trace.optimizer, focus.neuron is not None
    match kind:
        case StepKind.MOMENTS if optimizer.name in _VELOCITY:
            return "Velocity" if one else "Velocities"
        case StepKind.MOMENTS if len(moments_of(optimizer)) == 1:
            return "Mean square of the gradients"
        case StepKind.MOMENTS:
            return "Running means m and v"
        case StepKind.BIAS_CORRECTION:
            return "Bias correction"
        case StepKind.NEW_VALUES:
            return _new_values(focus)
    return "Update"


def update_sentence(kind: StepKind, focus: Focus) -> str:
    """Return one plain sentence that says what a step of the update does and why."""
    optimizer = focus.trace.optimizer
    match kind:
        case StepKind.MOMENTS:
            return _moments(optimizer)
        case StepKind.BIAS_CORRECTION:
            return (
                "Both running means began at 0 and after few updates are still too close to it; "
                "the bias correction divides by 1 minus β to the power of t, and this is update "
                f"t = {count(focus.trace.update_number)}."
            )
    return _step(focus, optimizer)


def weight_title(kind: StepKind, focus: Focus) -> str:
    """Return what a step of the update gives of one weight."""
    if kind in (StepKind.UPDATE, StepKind.NEW_VALUES):
        return "Update of the weight"
    return f"{update_title(kind, focus)} of the weight"


def weight_sentence(kind: StepKind, focus: Focus, name: str) -> str:
    """Return one plain sentence about a step of the update of the weight called ``name``."""
    if kind in (StepKind.MOMENTS, StepKind.BIAS_CORRECTION):
        return update_sentence(kind, focus)
    optimizer = focus.trace.optimizer
    rate = focus.notation.number(focus.trace.settings.learning_rate)
    lost = ""
    if "weight_decay" in optimizer.method.settings:
        lost = ", and weight decay takes a small part off it"
    return f"{name} takes {_against(optimizer)}, with the learning rate η = {rate}{lost}."


def _new_values(focus: Focus) -> str:
    if focus.neuron is None:
        return "New weights and biases" if focus.trace.settings.update_biases else "New weights"
    return "New weight and bias" if focus.trace.settings.update_biases else "New weight"


def _moments(optimizer: Optimizer) -> str:
    if optimizer.name in _VELOCITY:
        return (
            "Each velocity keeps the share μ of itself, the momentum, and takes the gradient in, "
            "so that steps gather speed where gradients agree and lose it where they do not."
        )
    if len(moments_of(optimizer)) == 1:
        return (
            "The running mean of the squared gradients keeps the share α of itself and takes the "
            "rest from the newest square, which tells the usual size of each gradient."
        )
    return (
        "Two running means are remembered, m of the gradients and v of their squares: each keeps "
        "its share β of itself and takes the rest from the newest gradient."
    )


def _step(focus: Focus, optimizer: Optimizer) -> str:
    moves = focus.trace.settings.update_biases
    if focus.neuron is not None and focus.layer > 0:
        strongest = "its weight" if focus.sources == 1 else "its strongest weight"
        text = f"The neuron's numbers take {_against(optimizer, many=True)}"
        end = " and its bias" if moves else ""
        return f"{text}{_decay(optimizer)}; here {strongest}{end}."
    who = "Every weight and every bias" if moves else "Every weight"
    downhill = ", downhill" if optimizer.name == "sgd" else ""
    stay = "" if moves else "; the biases stay"
    return f"{who} takes {_against(optimizer)}{downhill}{_decay(optimizer)}{stay}."


def _against(optimizer: Optimizer, *, many: bool = False) -> str:
    words = ("their", "s", "ies", "they") if many else ("its", "", "y", "it")
    return _AGAINST[optimizer.name].format(its=words[0], s=words[1], y=words[2], it=words[3])


def _decay(optimizer: Optimizer) -> str:
    if "weight_decay" not in optimizer.method.settings:
        return ""
    return ", and weight decay takes a small part off each weight"
