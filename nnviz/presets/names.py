"""The names of the presets, apart from their numbers: the command line's help lists them."""

__all__ = [
    "DEFAULT_PRESET",
    "MNIST_PRESETS",
    "PRESET_NAMES",
    "SMALL_PRESETS",
    "TOY_PRESETS",
]

SMALL_PRESETS = (
    "primer-1-1-1", "primer-2-3-2", "mazur-2-2-2", "mazur-fixed-biases-2-2-2", "xor-2-2-1",
    "xor-to-learn-2-3-1", "neuron-2-1", "nielsen-near-1-1", "nielsen-far-1-1",
    "nielsen-near-entropy-1-1", "nielsen-far-entropy-1-1",
)  # fmt: skip
"""Those with a network file, and samples in it, in this folder."""

TOY_PRESETS = {
    "xor": "xor-clouds-2-4-2",
    "circles": "circles-2-4-2",
    "spirals": "spirals-2-8-8-2",
    "moons": "moons-2-6-2",
    "gaussians": "gaussians-2-2",
    "sine": "sine-1-8-1",
}
"""The networks for points that are drawn, by the name of the toy set."""

MNIST_PRESETS = ("mnist-784-30-10", "mnist-784-16-16-10", "mnist-784-10", "mnist-98-in-seconds")
PRESET_NAMES = (*SMALL_PRESETS, *TOY_PRESETS.values(), *MNIST_PRESETS)
DEFAULT_PRESET = "mnist-784-30-10"
