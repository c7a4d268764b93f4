"""Between network files and the network that the window is about."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.files.network_file import NetworkDocument, read_network
from nnviz.files.run_fields import RunSettings
from nnviz.presets.presets import SMALL_EPOCHS
from nnviz.stores.network_state import NetworkState
from nnviz.training.config import TrainingConfig

__all__ = ["document_of", "state_of_file"]


def state_of_file(path: Path) -> NetworkState:
    """Read a network, to be called like its file.

    What the file does not say of training is as ``_usual``. Raises NetworkFileError.
    """
    document = read_network(path)
    config = replace(
        _usual(document.sample_count, document.run.validation_size or 0),
        learning_rate=document.learning_rate, l2=document.l2, optimizer=document.optimizer,
        schedule=document.schedule, dropout=document.dropout,
    )  # fmt: skip
    config = document.run.applied(config)
    state = NetworkState.of_document(document, config, "standard_normal")
    return replace(state, title=path.stem)


def document_of(state: NetworkState) -> NetworkDocument:
    """Return what a file holds of a network: parameters, how it is trained, its own samples."""
    config = state.config
    inputs: FloatArray = np.empty((0, state.spec.sizes[0]))
    targets: FloatArray = np.empty((0, state.spec.sizes[-1]))
    if state.samples is not None:
        every = np.arange(len(state.samples))
        inputs, targets = state.samples.inputs_at(every), state.samples.targets_at(every)
    return NetworkDocument(
        state.title, state.spec, state.parameters, config.learning_rate, config.l2,
        config.update_biases, inputs, targets, config.optimizer, config.schedule, config.dropout,
        run=RunSettings.between(_usual(len(inputs), config.validation_size), config),
    )  # fmt: skip


def _usual(samples: int, held_back: int) -> TrainingConfig:
    """Return what a file means that says nothing: small samples are one mini-batch, many times."""
    if not samples:
        return TrainingConfig()
    return TrainingConfig(epochs=SMALL_EPOCHS, mini_batch_size=max(samples - held_back, 1))
