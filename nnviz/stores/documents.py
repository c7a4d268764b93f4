"""Between network files and the network that the window is about."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.files.network_file import NetworkDocument, read_network
from nnviz.presets.presets import SMALL_EPOCHS
from nnviz.stores.network_state import NetworkState
from nnviz.training.config import TrainingConfig

__all__ = ["document_of", "state_of_file"]


def state_of_file(path: Path) -> NetworkState:
    """Read a network, to be called like its file.

    What the file does not say of training is as in the presets: small samples are one mini-batch,
    many times over. Raises NetworkFileError.
    """
    document = read_network(path)
    config = TrainingConfig(
        learning_rate=document.learning_rate, l2=document.l2, optimizer=document.optimizer,
        schedule=document.schedule, dropout=document.dropout,
    )  # fmt: skip
    if document.sample_count:
        config = replace(config, epochs=SMALL_EPOCHS, mini_batch_size=document.sample_count)
    state = NetworkState.of_document(document, config, "standard_normal")
    return replace(state, title=path.stem)


def document_of(state: NetworkState) -> NetworkDocument:
    """Return what a file holds of a network: its parameters, its updates, its own samples."""
    config = state.config
    inputs: FloatArray = np.empty((0, state.spec.sizes[0]))
    targets: FloatArray = np.empty((0, state.spec.sizes[-1]))
    if state.samples is not None:
        every = np.arange(len(state.samples))
        inputs, targets = state.samples.inputs_at(every), state.samples.targets_at(every)
    return NetworkDocument(
        state.title, state.spec, state.parameters, config.learning_rate, config.l2,
        config.update_biases, inputs, targets, config.optimizer, config.schedule, config.dropout,
    )  # fmt: skip
