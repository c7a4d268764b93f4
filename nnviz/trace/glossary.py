"""The terms of the field that the sentences use, each in words for who meets it first."""

import re

__all__ = ["GLOSSARY", "terms_in"]

GLOSSARY = {
    "activation function": "The function that turns a neuron's z into its activation: sigmoid, "
    "tanh, ReLU …",
    "activation": "What a neuron passes on: its z put through the activation function.",
    "bias correction": "Running means begin at 0 and are too small at first; dividing by 1 − βᵗ "
    "makes up for that.",
    "bias": "A number of the neuron that is added to its weighted sum.",
    "chain rule": "If C depends on a, and a on z, then the slope of C along z is the slope of C "
    "along a times the slope of a along z.",
    "cost": "One number that says how far the outputs are from their targets; training makes it "
    "smaller.",
    "dropout": "Leaves out some hidden neurons in each update, chosen at random, so that the "
    "network relies on none of them too much.",
    "error signal": "How the cost changes with a neuron's z, ∂C/∂z. It equals ∂C/∂b of the neuron "
    "and is also written δ.",
    "gradient": "The slope of the cost along a number: how fast the cost grows if that number "
    "grows.",
    "learning rate": "η, how long a step against the gradient is.",
    "momentum": "The share of its velocity that a number keeps from update to update.",
    "overfitting": "Learning the training examples by heart: right for them, worse for examples "
    "that the network has not seen.",
    "penalty": "L2 regularisation: a part of the cost that grows with the squares of the weights.",
    "running mean": "A mean in which older numbers fade: it keeps a share of itself and takes the "
    "rest from the newest number.",
    "slope": "How fast a function's value grows with its argument: its derivative.",
    "softmax": "Turns the z of all outputs into shares that add up to 1.",
    "target": "What an output should have been for this example.",
    "vanishing gradient": "An error signal that gets smaller from layer to layer on its way back, "
    "until the first layers hardly learn.",
    "velocity": "A running sum of a number's gradients in which older ones fade; with momentum "
    "the number steps along it.",
    "weight decay": "Takes a small part off every weight in each update, apart from its gradient.",
    "weight": "The number by which an edge multiplies the activation that it carries.",
}
_TERMS = re.compile(
    "|".join(rf"\b{term}(?:e?s)?\b" for term in sorted(GLOSSARY, key=len, reverse=True)),
    re.IGNORECASE,
)


def terms_in(sentence: str) -> list[tuple[int, int, str]]:
    """Return where each term first stands in a sentence: from, to, and its name in GLOSSARY."""
    found: list[tuple[int, int, str]] = []
    seen: set[str] = set()
    for match in _TERMS.finditer(sentence):
        term = _singular(match[0].lower())
        if term not in seen:
            seen.add(term)
            found.append((match.start(), match.end(), term))
    return found


def _singular(word: str) -> str:
    for end in ("", "s", "es"):
        if word.endswith(end) and word.removesuffix(end) in GLOSSARY:
            return word.removesuffix(end)
    raise KeyError(word)
