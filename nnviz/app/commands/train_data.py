"""Other data than MNIST for ``nnviz train``: a toy set, or the user's own."""

from dataclasses import replace

from nnviz.app.arguments import TrainArguments
from nnviz.app.commands.progress import ProgressLine
from nnviz.datasets.data_source import DataSource
from nnviz.datasets.open_data import open_data
from nnviz.datasets.reading import Reading
from nnviz.datasets.toy_recipe import Toy
from nnviz.datasets.toy_sets import toy_source
from nnviz.presets.for_data import usual_config, usual_cost, usual_output

__all__ = ["other_source", "settled"]


def other_source(arguments: TrainArguments, progress: ProgressLine) -> DataSource | None:
    """Return the data that is asked for, None for MNIST. Raises DataFileError."""
    if arguments.toy is not None:
        return _first(toy_source(Toy.at_first(arguments.toy)), arguments.train_size)
    if arguments.data is None:
        return None
    try:
        return _first(open_data(arguments.data, Reading(progress.say)), arguments.train_size)
    finally:
        progress.clear()


def settled(arguments: TrainArguments, source: DataSource) -> TrainArguments:
    """Return the arguments with what the data decides: the layers, and what nobody gave."""
    usual = usual_config(len(source.train))
    output = arguments.output_activation or usual_output(source)
    return replace(
        arguments,
        layers=_layers(arguments.layers, source.sizes),
        output_activation=output,
        cost=arguments.cost or usual_cost(output, source),
        epochs=arguments.epochs or usual.epochs,
        mini_batch_size=arguments.mini_batch_size or usual.mini_batch_size,
        train_size=len(source.train),
    )


def _layers(given: tuple[int, ...], ends: tuple[int, int]) -> tuple[int, ...]:
    """Return all layers; ``given`` are these, or the hidden ones alone."""
    if len(given) > 1 and (given[0], given[-1]) == ends:
        return given
    return (ends[0], *given, ends[1])


def _first(source: DataSource, train_size: int) -> DataSource:
    return replace(source, train=source.train.first(train_size)) if train_size else source
