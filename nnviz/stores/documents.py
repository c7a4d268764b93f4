"""Between network files and the network that the window is about."""

from dataclasses import replace
from pathlib import Path

from nnviz.files.network_file import NetworkDocument, read_network
from nnviz.files.run_fields import RunSettings
from nnviz.stores.document_data import is_kept, note_of, rows_of_part, usual_of_file
from nnviz.stores.network_state import NetworkState

__all__ = ["document_of", "state_of_file"]


def state_of_file(path: Path) -> NetworkState:
    """Read a network, to be called like its file.

    What the file does not say of training is as ``usual_of_file``. Raises NetworkFileError.
    """
    document = read_network(path)
    config = replace(
        usual_of_file(document.sample_count, document.run.validation_size or 0),
        learning_rate=document.learning_rate, l2=document.l2, optimizer=document.optimizer,
        schedule=document.schedule, dropout=document.dropout,
    )  # fmt: skip
    config = document.run.applied(config)
    state = NetworkState.of_document(document, config, "standard_normal")
    return replace(state, title=path.stem)


def document_of(state: NetworkState) -> NetworkDocument:
    """Return what a file holds of a network: parameters, how it is trained, its samples if few."""
    config, samples = state.config, state.samples
    ends = state.spec.sizes[0], state.spec.sizes[-1]
    kept = samples if samples is not None and is_kept(samples) else None
    inputs, targets = rows_of_part(None if kept is None else kept.train, ends)
    test = rows_of_part(None if kept is None else kept.test, ends)
    data = state.absent if samples is None else note_of(samples)
    return NetworkDocument(
        state.title, state.spec, state.parameters, config.learning_rate, config.l2,
        config.update_biases, inputs, targets, config.optimizer, config.schedule, config.dropout,
        RunSettings.between(usual_of_file(len(inputs), config.validation_size), config),
        *test, data,
    )  # fmt: skip
