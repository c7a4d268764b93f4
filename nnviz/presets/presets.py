"""The table of presets: what each is, how it begins, and how it is trained.

The small ones are network files in this folder, of the same format that users write; those for toy
sets and for MNIST have no file, because their first weights are drawn with the seed.
"""

import difflib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from nnviz.datasets.data_source import DataSource
from nnviz.datasets.toy_recipe import TOY_SETS, Toy
from nnviz.datasets.toy_sets import toy_source
from nnviz.engine.arrays import FloatArray
from nnviz.engine.initialisers import initialise
from nnviz.engine.network import NetworkSpec
from nnviz.engine.optimizers import Optimizer
from nnviz.errors import SpecError
from nnviz.files.network_file import NetworkDocument, read_network
from nnviz.presets.names import PRESET_NAMES, TOY_PRESETS
from nnviz.training.config import TrainingConfig
from nnviz.training.schedules import Schedule

__all__ = ["PRESETS", "SMALL_EPOCHS", "Preset", "preset_named"]

_FOLDER = Path(__file__).parent
_IMAGE_SHAPE = (28, 28)
SMALL_EPOCHS = 1000
"""Epochs of a handful of samples pass quickly."""

_SMALL_DESCRIPTIONS = {
    "primer-1-1-1": "A chain of three neurons: the chain rule with one weight per layer.",
    "primer-2-3-2": "Two inputs, three hidden neurons, two outputs: the smallest whole example.",
    "mazur-2-2-2": "Matt Mazur's step by step backpropagation example.",
    "mazur-fixed-biases-2-2-2": "Matt Mazur's example as his article computes it: the "
    "biases stay as they are.",
    "xor-2-2-1": "XOR solved by hand with two ReLU neurons: all four samples are right, so every "
    "gradient is 0.",
    "xor-to-learn-2-3-1": "XOR with weights that are still wrong: four samples that pull apart, "
    "good for a mini-batch.",
    "neuron-2-1": "One neuron; its target makes ∂C/∂a exactly 1, so ∂C/∂w is ∂a/∂w and ∂C/∂x is "
    "∂a/∂x.",
    "nielsen-near-1-1": "Nielsen's neuron from w 0.6 and b 0.9: near its target, it learns at "
    "once.",
    "nielsen-far-1-1": "Nielsen's neuron from w 2 and b 2: far from its target, its sigmoid is "
    "flat and it starts slowly.",
    "nielsen-near-entropy-1-1": "The near start with cross-entropy, to compare after 300 passes.",
    "nielsen-far-entropy-1-1": "The far start with cross-entropy: the worse the answer, the "
    "faster it learns.",
}
_TOY_EPOCHS = {
    "xor": 1000, "circles": 1000, "spirals": 3000, "moons": 1500, "gaussians": 500, "sine": 3000,
}  # fmt: skip
"""Trained flat out, each takes some seconds and answers more than 95 % of the test points right."""
_MNIST_DESCRIPTIONS = {
    "mnist-784-30-10": "Handwritten digits with one hidden layer of 30 neurons, about 95 % right.",
    "mnist-784-16-16-10": "Handwritten digits with two hidden layers of 16 neurons.",
    "mnist-784-10": "Handwritten digits without a hidden layer: each output has one weight image.",
}
_QUICK = "mnist-98-in-seconds"


@dataclass(frozen=True, slots=True)
class Preset:
    """A network that comes with the program.

    Parameters
    ----------
    name, title, description : str
        For the command line, for menus, and one sentence for tooltips.
    uses_mnist : bool
        Whether its samples are MNIST's images.
    initialiser : str
        What draws new weights and biases for it; a small preset begins with those of its file.
    config : TrainingConfig
        How it is trained; the seed also draws the first weights.
    image_shape : (rows, columns) or None
        How its inputs form an image.
    toy : Toy or None
        The points that it learns from, of a network for a toy set; a small one has samples.
    """

    name: str
    title: str
    description: str
    uses_mnist: bool
    spec: NetworkSpec
    initialiser: str
    config: TrainingConfig
    image_shape: tuple[int, int] | None = None
    toy: Toy | None = None

    def data(self) -> DataSource | None:
        """Return the points of a toy set, None for a small network and for MNIST."""
        return None if self.toy is None else toy_source(self.toy)

    def document(self) -> NetworkDocument:
        """Return the network: a small one's file; any other drawn with the seed.

        Its samples are those to train on; of MNIST there are none.
        """
        data = self.data()
        if data is None and not self.uses_mnist:
            return _small_document(self.name)
        config = self.config
        parameters = initialise(self.spec, self.initialiser, np.random.default_rng(config.seed))
        inputs: FloatArray = np.empty((0, self.spec.sizes[0]))
        targets: FloatArray = np.empty((0, self.spec.sizes[-1]))
        if data is not None:
            inputs, targets = data.train.inputs_at(slice(None)), data.train.targets_at(slice(None))
        return NetworkDocument(
            self.title, self.spec, parameters, config.learning_rate, config.l2, True,
            inputs, targets, config.optimizer, config.schedule, config.dropout,
        )  # fmt: skip


def preset_named(name: str) -> Preset:
    """Return the preset called ``name``; raises SpecError with the nearest name, or all."""
    if name not in PRESETS:
        close = difflib.get_close_matches(name, PRESETS, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"choose one of {', '.join(PRESETS)}."
        raise SpecError(f"There is no preset {name!r}; {hint}")
    return PRESETS[name]


@cache
def _small_document(name: str) -> NetworkDocument:
    return read_network(_FOLDER / f"{name}.json")


def _small(name: str) -> Preset:
    document = _small_document(name)
    config = TrainingConfig(
        SMALL_EPOCHS, document.sample_count, document.learning_rate, document.l2
    )
    return Preset(
        name, document.name, _SMALL_DESCRIPTIONS[name], False, document.spec, "standard_normal",
        config,
    )  # fmt: skip


def _toy(name: str, toy_name: str) -> Preset:
    """Return a network for a toy set: tanh, and softmax for classes or a line for a curve."""
    made = TOY_SETS[toy_name]
    sizes = tuple(int(part) for part in name.split("-") if part.isdigit())
    output, cost = "softmax", "categorical_cross_entropy"
    if not made.class_names:
        output, cost = "identity", "quadratic"
    spec = NetworkSpec(sizes, (*("tanh",) * (len(sizes) - 2), output), cost)
    config = TrainingConfig(_TOY_EPOCHS[toy_name], mini_batch_size=10, learning_rate=0.1)
    return Preset(
        name, f"{made.title} {spec}", made.description, False, spec, "xavier", config,
        toy=Toy.at_first(toy_name),
    )  # fmt: skip


def _mnist(name: str) -> Preset:
    if name == _QUICK:
        return _quick()
    sizes = tuple(map(int, name.split("-")[1:]))
    spec = NetworkSpec(sizes, ("sigmoid",) * (len(sizes) - 1), "quadratic")
    return Preset(
        name, f"MNIST {spec}", _MNIST_DESCRIPTIONS[name], True, spec, "standard_normal",
        TrainingConfig(), _IMAGE_SHAPE,
    )  # fmt: skip


def _quick() -> Preset:
    """Return what reaches 98 % soonest; eight seeds ended at 98.06 to 98.34 %."""
    spec = NetworkSpec((784, 128, 10), ("relu", "softmax"), "categorical_cross_entropy")
    config = TrainingConfig(
        epochs=6, mini_batch_size=64, learning_rate=0.15, optimizer=Optimizer("momentum"),
        schedule=Schedule("linear", warm_up=0.05), train_size=60_000,
    )  # fmt: skip
    return Preset(
        _QUICK, f"98 % in seconds, {spec}",
        "Handwritten digits, more than 98 % right after a few seconds: ReLU, softmax with "
        "cross-entropy, momentum, a falling learning rate and all 60,000 images.",
        True, spec, "he", config, _IMAGE_SHAPE,
    )  # fmt: skip


def _made(name: str) -> Preset:
    for toy_name, preset in TOY_PRESETS.items():
        if name == preset:
            return _toy(name, toy_name)
    return _mnist(name) if name.startswith("mnist-") else _small(name)


PRESETS: dict[str, Preset] = {name: _made(name) for name in PRESET_NAMES}
"""All presets by name, in the order in which they are offered."""
