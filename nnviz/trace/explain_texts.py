"""The titles and sentences of the explanations, for a reader who meets backpropagation first."""

from nnviz.formatting import count
from nnviz.trace.focus import Focus
from nnviz.trace.notation import ErrorSymbol
from nnviz.trace.steps import UPDATE_KINDS, StepKind
from nnviz.trace.update_texts import update_sentence, update_title

__all__ = ["sentence", "title", "why_transposed"]

_TITLES = {
    StepKind.INPUT: ("Input", "Input"),
    StepKind.LAYER: ("Preactivation and activation", "Preactivations and activations"),
    StepKind.PREACTIVATION: ("Preactivation", "Preactivations"),
    StepKind.ACTIVATION: ("Activation", "Activations"),
    StepKind.COST: ("Share of the cost", "Cost"),
    StepKind.LAYER_GRADIENT: ("Gradients", "Gradients"),
    StepKind.ACTIVATION_GRADIENT: ("Activation gradient", "Activation gradients"),
    StepKind.BIAS_GRADIENT: ("Bias gradient", "Bias gradients"),
    StepKind.WEIGHT_GRADIENT: ("Weight gradients", "Weight gradients"),
    StepKind.NEURON: ("Preactivation and activation", "Preactivations and activations"),
    StepKind.NEURON_GRADIENT: ("Gradients", "Gradients"),
    StepKind.MEAN_GRADIENT: ("Mean gradients", "Mean gradients"),
}


def title(kind: StepKind, focus: Focus) -> str:
    """Return what is explained: the quantity and where it belongs."""
    if kind in UPDATE_KINDS:
        of_neuron = of_layer = update_title(kind, focus)
    else:
        of_neuron, of_layer = _TITLES[kind]
    if kind is StepKind.BIAS_GRADIENT and focus.notation.error is not ErrorSymbol.BIAS:
        of_neuron, of_layer = "Error signal", "Error signals"
    example = ""
    if focus.examples > 1 and focus.example is not None:
        example = f", example {count(focus.example + 1)} of {count(focus.examples)}"
    neuron = "" if focus.neuron is None else f"neuron {focus.notation.index(focus.neuron)}"
    if kind is StepKind.INPUT:
        return (f"Input {neuron}" if neuron else "Input") + example
    if neuron:
        return f"{of_neuron} of {neuron} in {_layer_name(focus)}{example}"
    if kind in (StepKind.COST, StepKind.MEAN_GRADIENT) or kind in UPDATE_KINDS:
        return of_layer + example
    return f"{of_neuron if focus.size == 1 else of_layer} of {_layer_name(focus)}{example}"


def _layer_name(focus: Focus) -> str:
    if focus.layer == 0:
        return "the input layer"
    return "the output layer" if focus.is_output else f"hidden layer {focus.layer}"


def sentence(kind: StepKind, focus: Focus) -> str:
    """Return one plain sentence that says what the step does and why."""
    match kind:
        case StepKind.INPUT:
            return _input(focus)
        case StepKind.LAYER | StepKind.NEURON:
            return (
                f"{_subject(focus)} {_weighs(focus)}, and then {_answers(focus)}{_left_out(focus)}."
            )
        case StepKind.PREACTIVATION:
            return f"{_subject(focus)} {_weighs(focus)}."
        case StepKind.ACTIVATION:
            return f"{_subject(focus)} {_answers(focus)}{_left_out(focus)}."
        case StepKind.COST:
            return _cost(focus)
        case StepKind.LAYER_GRADIENT | StepKind.NEURON_GRADIENT:
            return _layer_gradient(focus)
        case StepKind.ACTIVATION_GRADIENT:
            return _activation_gradient(focus)
        case StepKind.BIAS_GRADIENT:
            return _bias_gradient(focus)
        case StepKind.WEIGHT_GRADIENT:
            return _weight_gradient(focus)
        case StepKind.MEAN_GRADIENT:
            return _mean_gradient(focus)
    return update_sentence(kind, focus)


def _subject(focus: Focus) -> str:
    if focus.neuron is not None:
        return "This neuron"
    return "The neuron" if focus.size == 1 else "Each neuron"


def _input(focus: Focus) -> str:
    if focus.neuron is not None:
        return "This neuron holds one number of the example, exactly as it was given."
    if focus.size == 1:
        return "The one number of the example becomes the activation of the input neuron."
    return (
        f"The {count(focus.size)} numbers of the example become the activations "
        "of the input neurons."
    )


def _weighs(focus: Focus) -> str:
    if focus.sources == 1:
        return "multiplies the activation that it receives by its weight and adds its bias"
    return (
        "multiplies each activation that it receives by a weight, adds up the products "
        "and adds its bias"
    )


def _answers(focus: Focus) -> str:
    name = focus.activation_name
    if name == "identity":
        return "hands its z on unchanged as its activation"
    if name == "softmax":
        return "turns its z into a share of the whole, so that the activations add up to 1"
    shown = {"sigmoid": "sigmoid", "tanh": "tanh", "relu": "ReLU", "leaky_relu": "leaky ReLU"}
    return f"puts its z through the {shown[name]} function, which gives its activation"


def _left_out(focus: Focus) -> str:
    """Say what dropout does to the activations; nothing without dropout."""
    if focus.mask is None:
        return ""
    if focus.neuron is not None:
        if focus.mask[focus.neuron]:
            return "; dropout makes it larger, to make up for the neurons that it leaves out"
        return "; but dropout leaves this neuron out for this example, so it passes on 0"
    dropped = int((focus.mask == 0).sum())
    return (
        f"; dropout leaves {count(dropped)} of {count(focus.size)} out, which pass on 0, and makes "
        "the others larger to make up for them"
    )


def _cost(focus: Focus) -> str:
    if focus.neuron is not None:
        return "This is what the neuron adds to the cost of the example."
    outputs = (
        "the output is from its target" if focus.size == 1 else "the outputs are from their targets"
    )
    text = f"The cost is one number that says how far {outputs}"
    return f"{text}{', plus a penalty on large weights' if focus.own_decay else ''}."


def _layer_gradient(focus: Focus) -> str:
    neurons = "this neuron" if _is_one(focus) else "each neuron"
    weights = "weight" if focus.sources == 1 else "weights"
    return (
        f"The chain rule gives the slope of the cost for {neurons}: first for its activation, "
        f"then for its bias and its {weights}."
    )


def _activation_gradient(focus: Focus) -> str:
    if focus.is_output:
        which = "this output" if _is_one(focus) else "each output"
        return f"This is how fast the cost would change if {which} grew a little."
    above = focus.spec.sizes[focus.layer + 1]
    neuron = "This activation" if _is_one(focus) else "An activation"
    if above == 1:
        return (
            f"{neuron} reaches the cost through a single neuron of the next layer: "
            "its weight there times that neuron's error signal."
        )
    all_of_them = "both neurons" if above == 2 else f"all {count(above)} neurons"
    return (
        f"{neuron} reaches the cost through {all_of_them} of the next layer: "
        "weight times error signal, added up."
    )


def why_transposed(focus: Focus) -> str:
    """Return why W goes back transposed, where a hidden neuron is looked at; else nothing."""
    if focus.neuron is None or focus.is_output:
        return ""
    neuron, above = focus.notation.index(focus.neuron), focus.layer + 1
    return (
        f" Column {neuron} of W of layer {above} holds the weights that leave this neuron; "
        "transposed it is a row, and the product adds them up."
    )


def _bias_gradient(focus: Focus) -> str:
    signal = "The error signal" if _is_one(focus) else "Each error signal"
    if focus.is_fused:
        text = f"{signal} is the output minus its target, because this cost suits {_name(focus)}"
        if focus.activation_name == "softmax" and not focus.adds_up_to_one:
            text = f"{signal} compares the output's part of the summed targets with its own target"
    elif focus.activation_name == "softmax":
        text = f"{signal} adds up what a change of z would do to all the outputs of the softmax"
    else:
        text = (
            f"{signal} is the gradient of the activation times the slope of the activation function"
        )
        if focus.mask is not None:
            text += ", times what dropout multiplied the activation by"
    biases = "bias" if _is_one(focus) else "neuron's bias"
    return f"{text}; it is also the gradient of the {biases}."


def _name(focus: Focus) -> str:
    return "softmax" if focus.activation_name == "softmax" else "the sigmoid"


def _is_one(focus: Focus) -> bool:
    return focus.neuron is not None or focus.size == 1


def _weight_gradient(focus: Focus) -> str:
    text = (
        "A weight's gradient is the error signal of the neuron that it feeds, "
        "times the activation that it carries there"
    )
    return f"{text}{_pull(focus)}."


def _pull(focus: Focus) -> str:
    return ", plus a part that pulls the weight towards 0" if focus.own_decay else ""


def _mean_gradient(focus: Focus) -> str:
    return (
        f"The gradients of the {count(focus.examples)} examples are added up and divided by "
        f"{count(focus.examples)}{_pull(focus)}."
    )
