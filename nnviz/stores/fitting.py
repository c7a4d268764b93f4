"""A network that fits some data: as much of the one that is looked at as can be kept."""

from dataclasses import replace

from nnviz.datasets.data_source import DataSource
from nnviz.engine.network import NetworkSpec
from nnviz.formatting import count, rounded
from nnviz.presets.for_data import usual_config, usual_cost, usual_output
from nnviz.stores.network_state import NetworkState
from nnviz.training.config import TrainingConfig
from nnviz.training.memory import check_memory

__all__ = ["fitted", "fitting_sentence"]

ALIKE = 2
"""Up to so many times as many examples are learned with the same hyperparameters."""


def fitted(state: NetworkState, source: DataSource) -> NetworkState:
    """Return a network for the data.

    A network whose file says that its examples are elsewhere keeps its weights if it fits. Of any
    other the hidden layers stay, and so do output and cost where the new data is of the same kind;
    the weights are drawn. Hyperparameters stay only for data of the same kind, inputs and outputs,
    and of about as many examples, as they had been chosen for; any other data is learned as usual
    for its size. Raises SpecError or TrainingError for data whose network is too large.
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
    alike = keeps and _is_alike(state, source)
    config = state.config if alike else usual_config(len(source.train), state.config.seed)
    config = _limited(config, source)
    check_memory(made, config)
    bare = NetworkState(
        f"{source.name} {made}", made, state.parameters,
        state.initialiser if alike else _usual_initialiser(made), config, source,
    )  # fmt: skip
    return replace(bare, parameters=bare.initialised())


def fitting_sentence(before: NetworkState, fits: NetworkState) -> str:
    """Say which network there is now and how it will be trained: nobody chose it."""
    weights = "its own" if fits.parameters is before.parameters else "new"
    config = fits.config
    epochs = f"{count(config.epochs)} epoch{'' if config.epochs == 1 else 's'}"
    return (
        f"Network {fits.spec} with {weights} weights: "
        f"{config.optimizer.method.label}, η {rounded(config.learning_rate)}, "
        f"{epochs}, mini-batches of {count(config.mini_batch_size)}."
    )


def _takes(spec: NetworkSpec, source: DataSource) -> bool:
    """Whether the output and the cost make sense for the targets."""
    targets = source.train.targets
    if targets is None:
        return spec.activations[-1] in ("softmax", "sigmoid")
    within = bool(((targets >= 0) & (targets <= 1)).all())
    return spec.activations[-1] == "identity" or (spec.activations[-1] == "sigmoid" and within)


def _is_alike(state: NetworkState, source: DataSource) -> bool:
    """Whether the hyperparameters were chosen for data of the same sizes.

    Those of a few samples and of toy sets were chosen for these alone.
    """
    if (state.spec.sizes[0], state.spec.sizes[-1]) != source.sizes:
        return False
    samples, examples = state.samples, len(source.train)
    if samples is not None and (samples.test is None or samples.toy is not None):
        return False
    before = state.config.train_size if samples is None else len(samples.train)
    return max(before, examples) <= ALIKE * min(before, examples)


def _usual_initialiser(spec: NetworkSpec) -> str:
    """Return what draws weights of the size that suits the hidden neurons."""
    return "he" if {"relu", "leaky_relu"} & set(spec.activations[:-1]) else "xavier"


def _limited(config: TrainingConfig, source: DataSource) -> TrainingConfig:
    """Return hyperparameters that were made for other data within what this data allows."""
    examples = len(source.train)
    if config.validation_size > examples // 2:
        config = replace(config, validation_size=0, patience=0, keep_best=False)
    size = min(config.mini_batch_size, examples - config.validation_size)
    return replace(config, mini_batch_size=size)
