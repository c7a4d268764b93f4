"""A network that fits some data: as much of the one that is looked at as can be kept."""

from dataclasses import replace

from nnviz.datasets.data_source import DataSource
from nnviz.engine.network import NetworkSpec
from nnviz.presets.for_data import usual_config, usual_cost, usual_output
from nnviz.stores.network_state import NetworkState
from nnviz.training.config import TrainingConfig
from nnviz.training.memory import check_memory

__all__ = ["fitted"]

MANY_EXAMPLES, MANY_EPOCHS = 5_000, 30
"""From so many examples on, no more epochs are taken over from a network for few."""


def fitted(state: NetworkState, source: DataSource) -> NetworkState:
    """Return a network for the data.

    A network whose file says that its examples are elsewhere keeps its weights if it fits. Of any
    other the hidden layers stay, and so do output, cost and hyperparameters where the new data is
    of the same kind; the weights are drawn. Raises SpecError or TrainingError for data whose
    network is too large.
    """
    spec = state.spec
    if state.absent is not None and source.sizes == (spec.sizes[0], spec.sizes[-1]):
        back = replace(state.unedited(), samples=source, absent=None)
        back.check_network(spec)
        return replace(back, config=_limited(state.config, source))
    keeps = bool(state.class_names) == bool(source.class_names) and _takes(spec, source)
    output, cost = spec.activations[-1], spec.cost
    if not keeps:
        output = usual_output(source)
        cost = usual_cost(output, source)
    sizes = (source.sizes[0], *spec.sizes[1:-1], source.sizes[1])
    made = NetworkSpec(sizes, (*spec.activations[:-1], output), cost)
    config = usual_config(len(source.train), state.config.seed)
    if keeps and _is_tried(state):
        config = state.config
    config = _limited(config, source)
    check_memory(made, config)
    bare = NetworkState(
        f"{source.name} {made}", made, state.parameters, _initialiser(state), config, source
    )
    return replace(bare, parameters=bare.initialised())


def _takes(spec: NetworkSpec, source: DataSource) -> bool:
    """Whether the output and the cost make sense for the targets."""
    targets = source.train.targets
    if targets is None:
        return spec.activations[-1] in ("softmax", "sigmoid")
    within = bool(((targets >= 0) & (targets <= 1)).all())
    return spec.activations[-1] == "identity" or (spec.activations[-1] == "sigmoid" and within)


def _is_tried(state: NetworkState) -> bool:
    """Whether its hyperparameters were made for learning from many examples."""
    return state.reads_mnist or (state.samples is not None and state.samples.test is not None)


def _initialiser(state: NetworkState) -> str:
    """Return what draws the weights: small networks come with numbers of their own."""
    return state.initialiser if _is_tried(state) else "xavier"


def _limited(config: TrainingConfig, source: DataSource) -> TrainingConfig:
    """Return hyperparameters that were made for other data within what this data allows."""
    count = len(source.train)
    if config.validation_size > count // 2:
        config = replace(config, validation_size=0, patience=0, keep_best=False)
    epochs = config.epochs if count < MANY_EXAMPLES else min(config.epochs, MANY_EPOCHS)
    size = min(config.mini_batch_size, count - config.validation_size)
    return replace(config, mini_batch_size=size, epochs=epochs)
