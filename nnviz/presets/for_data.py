"""How data of any kind is learned where nobody says how: output, cost and hyperparameters."""

from nnviz.datasets.data_source import DataSource
from nnviz.engine.optimizers import Optimizer
from nnviz.training.config import TrainingConfig

__all__ = ["USUAL", "usual_cost", "usual_output"]

USUAL = TrainingConfig(
    epochs=30, mini_batch_size=32, learning_rate=0.002, optimizer=Optimizer("adam")
)
"""Adam learns data of any kind with its usual step, or nearly: nobody has to look for another."""

_COSTS = {"softmax": "categorical_cross_entropy", "sigmoid": "binary_cross_entropy"}


def usual_output(source: DataSource) -> str:
    """Return the activation of the outputs: softmax of classes, identity of numbers."""
    return "softmax" if source.class_names else "identity"


def usual_cost(output: str, source: DataSource) -> str:
    """Return the cost that suits an output: a cross-entropy of classes, else the quadratic one."""
    return _COSTS.get(output, "quadratic") if source.class_names else "quadratic"
