"""How data of any kind is learned where nobody says how: output, cost and hyperparameters."""

from nnviz.datasets.data_source import DataSource
from nnviz.engine.optimizers import Optimizer
from nnviz.training.config import TrainingConfig

__all__ = ["LEARNING_RATE", "usual_config", "usual_cost", "usual_output"]

LEARNING_RATE = 0.002
"""Adam learns data of any kind with its usual step, or nearly: nobody has to look for another."""
LARGEST_MINI_BATCH, LEAST_MINI_BATCHES = 32, 10
"""An epoch of few examples has some mini-batches, too."""
UPDATES, LEAST_EPOCHS = 3_000, 30
"""So many updates learn something of every data; of many examples an epoch has more."""

_COSTS = {"softmax": "categorical_cross_entropy", "sigmoid": "binary_cross_entropy"}


def usual_config(count: int, seed: int = 0) -> TrainingConfig:
    """Return hyperparameters that learn from ``count`` examples."""
    size = max(1, min(LARGEST_MINI_BATCH, count // LEAST_MINI_BATCHES))
    epochs = max(LEAST_EPOCHS, UPDATES // -(-count // size))
    return TrainingConfig(
        epochs, size, LEARNING_RATE, seed=seed, optimizer=Optimizer("adam")
    )  # fmt: skip


def usual_output(source: DataSource) -> str:
    """Return the activation of the outputs: softmax of classes, identity of numbers."""
    return "softmax" if source.class_names else "identity"


def usual_cost(output: str, source: DataSource) -> str:
    """Return the cost that suits an output: a cross-entropy of classes, else the quadratic one."""
    return _COSTS.get(output, "quadratic") if source.class_names else "quadratic"
