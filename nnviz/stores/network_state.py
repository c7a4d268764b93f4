"""The network that the window is about, as one immutable value: undo is putting an old one back."""

from dataclasses import dataclass, replace

import numpy as np

from nnviz.datasets.data_source import DataSource
from nnviz.datasets.dataset import Dataset
from nnviz.datasets.mnist import Mnist
from nnviz.engine.initialisers import initialise
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.engine.updates import OptimizerState
from nnviz.errors import SpecError
from nnviz.files.data_fields import DataNote
from nnviz.files.network_file import NetworkDocument
from nnviz.presets.presets import Preset
from nnviz.stores.document_data import source_of
from nnviz.stores.edits import UNEDITED, ExampleNumber, ParameterEdits
from nnviz.stores.memory import Memory
from nnviz.stores.pass_log import NO_PASSES, PassLog
from nnviz.trace.pass_trace import PassSettings
from nnviz.training.config import TrainingConfig, TrainingJob
from nnviz.training.memory import check_memory
from nnviz.training.split import split_images, split_samples

__all__ = ["MNIST_SIZES", "NetworkState"]

MNIST_SIZES = (784, 10)
"""Input and output neurons that fit MNIST."""


@dataclass(frozen=True, slots=True, eq=False)
class NetworkState:
    """Spec, float64 parameters, how to train, and the network's own data if it brings some.

    Without ``samples`` the network reads MNIST, unless ``absent`` says what other data it was made
    for, which is not there. ``passes`` counts the updates made by stepping, ``log`` remembers those
    passes, and ``memory`` is what the optimizer remembers of them. The edits are what was changed
    by hand.
    """

    title: str
    spec: NetworkSpec
    parameters: Parameters
    initialiser: str
    config: TrainingConfig
    samples: DataSource | None = None
    absent: DataNote | None = None
    passes: int = 0
    log: PassLog = NO_PASSES
    memory: Memory | None = None
    parameter_edits: ParameterEdits = UNEDITED
    example_edits: tuple[ExampleNumber, ...] = ()

    @classmethod
    def of_preset(cls, preset: Preset) -> "NetworkState":
        """Return a preset as it comes: small ones with their printed numbers."""
        document = preset.document()
        state = cls.of_document(document, preset.config, preset.initialiser)
        return cls(
            preset.title, state.spec, state.parameters, state.initialiser, state.config,
            preset.data() or state.samples,
        )  # fmt: skip

    @classmethod
    def of_document(
        cls, document: NetworkDocument, config: TrainingConfig, initialiser: str
    ) -> "NetworkState":
        """Return a network read from a file, which decides whether biases are trained."""
        samples = source_of(document)
        return cls(
            document.name, document.spec, document.parameters.astype(np.float64), initialiser,
            replace(config, update_biases=document.update_biases), samples,
            document.data if samples is None else None,
        )  # fmt: skip

    @property
    def reads_mnist(self) -> bool:
        """Whether the examples are MNIST's digits."""
        ends = (self.spec.sizes[0], self.spec.sizes[-1])
        return self.samples is None and self.absent is None and ends == MNIST_SIZES

    @property
    def needs_mnist(self) -> bool:
        """Whether MNIST is what it can read at most: it names no other data."""
        return self.samples is None and self.absent is None

    def title_of(self, spec: NetworkSpec) -> str:
        """Return what another network on the same data is called."""
        if self.samples is not None and self.samples.note:
            return f"{self.samples.name} {spec}"
        return f"MNIST {spec}" if self.reads_mnist else str(spec)

    @property
    def class_names(self) -> tuple[str, ...]:
        """What the outputs stand for, empty where they stand for nothing."""
        if self.reads_mnist:
            return tuple("0123456789")
        known = self.samples or self.absent
        return () if known is None else known.class_names

    @property
    def image_shape(self) -> tuple[int, int] | None:
        """Rows and columns of the input image, None if the input is none."""
        if self.samples is not None:
            return self.samples.train.image_shape
        if self.absent is not None:
            return self.absent.image_shape
        return (28, 28) if self.spec.sizes[0] == MNIST_SIZES[0] else None

    def check_network(self, spec: NetworkSpec) -> None:
        """Raise SpecError where a network of these layers would not fit the data.

        TrainingError where it would not fit into memory.
        """
        ends = MNIST_SIZES if self.samples is None else self.samples.sizes
        if self.absent is not None:
            ends = self.spec.sizes[0], self.spec.sizes[-1]
        if (spec.sizes[0], spec.sizes[-1]) != ends:
            raise SpecError(
                f"The data has {ends[0]} inputs and {ends[1]} outputs, the layers {spec} have "
                f"{spec.sizes[0]} and {spec.sizes[-1]}; keep the first and the last layer."
            )
        if self.samples is not None and self.samples.train.targets is not None:
            spec.check_targets(self.samples.train.targets)
        check_memory(spec, self.config)

    def at_first_pass(self, parameters: Parameters) -> "NetworkState":
        """Return the network with parameters that no pass made: the log begins with them."""
        return replace(self, parameters=parameters, passes=0, log=NO_PASSES, memory=None)

    def unedited(self) -> "NetworkState":
        """Return the network as it is opened: without edits and earlier passes."""
        return replace(self, log=NO_PASSES, memory=None, parameter_edits=UNEDITED, example_edits=())

    def training_data(self, mnist: Mnist | None) -> Dataset | None:
        """Return what a run trains on, None while MNIST is not loaded, or fits nothing here.

        All of the network's own samples: what is held back of them is up to the run.
        """
        if self.samples is not None:
            return self.samples.train
        if mnist is None or not self.reads_mnist:
            return None
        return mnist.train.first(self.config.train_size)

    def training_job(self, number: int, data: Dataset, mnist: Mnist | None) -> TrainingJob:
        """Return run ``number`` of this network, from its parameters on; it is not checked yet.

        Raises TrainingError where the data does not do for training and validation.
        """
        test = mnist.test if mnist is not None and self.reads_mnist else None
        if self.samples is not None:
            test = self.samples.test
        if mnist is not None and self.reads_mnist:
            data, validation = split_images(mnist.train, self.config)
        else:
            data, validation = split_samples(data, self.config)
        with np.errstate(over="ignore"):  # what float32 cannot hold is refused by the job's check
            parameters = self.parameters.astype(np.float32)
        return TrainingJob(
            number, self.spec, parameters, data, test, self.config, validation=validation
        )

    def config_validating(self, size: int) -> TrainingConfig:
        """Return the hyperparameters with so many validation examples.

        A mini-batch of all samples trained on stays one of all; without validation there is
        nothing to stop early by or to choose the best epoch by.
        """
        config = replace(self.config, validation_size=0, patience=0, keep_best=False)
        if size:
            config = replace(self.config, validation_size=size)
        if self.samples is not None and config.mini_batch_size == max(self.training_examples, 1):
            config = replace(config, mini_batch_size=max(len(self.samples.train) - size, 1))
        return config

    def initialised(self) -> Parameters:
        """Return newly drawn parameters, from the seed of the configuration."""
        return initialise(
            self.spec, self.initialiser, np.random.default_rng(self.config.seed), np.float64
        )

    @property
    def training_examples(self) -> int:
        """How many examples a run trains on: MNIST's first ones, or its own but those held back."""
        if self.samples is None:
            return self.config.train_size
        return len(self.samples.train) - self.config.validation_size

    @property
    def pass_settings(self) -> PassSettings:
        """How a pass updates: L2 counts per training example, as in training."""
        decay = self.config.l2 / max(self.training_examples, 1)
        config = self.config
        return PassSettings(config.learning_rate, decay, config.update_biases, config.optimizer)

    @property
    def optimizer_state(self) -> OptimizerState | None:
        """What the chosen optimizer remembers; None if it has made no update here."""
        memory = self.memory
        if memory is None or memory.optimizer != self.config.optimizer.name:
            return None
        return memory.state
