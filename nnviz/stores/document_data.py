"""Between the samples of a network file and the data of the network that the window is about.

Few examples are kept in the file. Of many it says only what they were: a file of text that holds
thousands of images would be large and slow, and the data lies on the disk already.
"""

import numpy as np

from nnviz.datasets.data_source import DataSource
from nnviz.datasets.dataset import Dataset
from nnviz.datasets.toy import from_samples
from nnviz.engine.arrays import FloatArray
from nnviz.files.data_fields import DataNote
from nnviz.files.network_file import NetworkDocument
from nnviz.presets.presets import SMALL_EPOCHS
from nnviz.training.config import TrainingConfig

__all__ = ["is_kept", "note_of", "rows_of_part", "source_of", "usual_of_file", "why_absent"]

MOST_KEPT = 50_000
"""Numbers of all examples together, inputs and targets: about 1 MB of text."""


def is_kept(source: DataSource) -> bool:
    """Whether a network file holds the examples of this data."""
    return source.example_count * sum(source.sizes) <= MOST_KEPT


def why_absent(data: DataNote) -> str:
    """Return why a network has no examples whose file says what they were."""
    return (
        f"The network file does not hold the examples of {data.name}; File › Open Data… brings "
        "them back, and the weights stay."
    )


def note_of(source: DataSource) -> DataNote | None:
    """Return what a file says of the data; nothing of bare samples, which say all themselves."""
    shape = source.train.image_shape
    if not (source.note or source.class_names or shape):
        return None
    return DataNote(source.name, source.note, source.class_names, shape)


def rows_of_part(part: Dataset | None, spec_ends: tuple[int, int]) -> tuple[FloatArray, FloatArray]:
    """Return the inputs and targets of a part for a file; no rows of a part that is not there."""
    if part is None:
        return np.empty((0, spec_ends[0])), np.empty((0, spec_ends[1]))
    return part.inputs_at(slice(None)), part.targets_at(slice(None))


def usual_of_file(samples: int, held_back: int) -> TrainingConfig:
    """Return what a file means that says nothing: small samples are one mini-batch, many times."""
    if not samples:
        return TrainingConfig()
    return TrainingConfig(epochs=SMALL_EPOCHS, mini_batch_size=max(samples - held_back, 1))


def source_of(document: NetworkDocument) -> DataSource | None:
    """Return the data that a file holds, None if it holds no samples."""
    if not len(document.inputs):
        return None
    note = document.data or DataNote(document.name)
    test = None
    if len(document.test_inputs):
        test = _part(f"{note.name}, test set", note, document.test_inputs, document.test_targets)
    train = _part(note.name, note, document.inputs, document.targets)
    return DataSource(note.name, train, test, note.class_names, note.note)


def _part(name: str, note: DataNote, inputs: FloatArray, targets: FloatArray) -> Dataset:
    if not note.class_names:
        samples = from_samples(name, inputs, targets)
        return Dataset(name, samples.inputs, samples.targets, image_shape=note.image_shape)
    labels = targets.argmax(axis=1).astype(np.uint8)
    return Dataset(
        name, inputs, labels=labels, image_shape=note.image_shape,
        class_count=len(note.class_names),
    )  # fmt: skip
