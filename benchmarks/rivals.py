"""Other programs that train the same networks, and the floor: what training.py compares with.

PyTorch and scikit-learn take part only where they are installed; nnviz never needs them. Each
function returns what trains an epoch on a job's data, or None.
"""

from collections.abc import Callable
from importlib.util import find_spec

import numpy as np

from nnviz.engine.network import Parameters
from nnviz.training.config import TrainingJob

__all__ = ["floor", "pytorch", "scikit_learn"]

Epoch = Callable[[], object]


def pytorch(job: TrainingJob) -> Epoch | None:
    """Train with PyTorch, eager, on one thread: nn.Sequential, autograd, optim.SGD."""
    if find_spec("torch") is None:
        return None
    import torch

    torch.set_num_threads(1)
    activations = {"sigmoid": torch.nn.Sigmoid, "relu": torch.nn.ReLU}
    layers: list[torch.nn.Module] = []
    for layer, (w, b) in enumerate(
        zip(job.parameters.weights, job.parameters.biases, strict=True), start=1
    ):
        linear = torch.nn.Linear(w.shape[1], w.shape[0])
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(w))
            linear.bias.copy_(torch.tensor(b))
        layers += [linear, activations[job.spec.activation(layer).name]()]
    model = torch.nn.Sequential(*layers)
    optimizer = torch.optim.SGD(model.parameters(), lr=job.config.learning_rate)
    inputs = torch.tensor(job.train.inputs_at(slice(None), np.float32))
    targets = torch.tensor(job.train.targets_at(slice(None), np.float32))
    size = job.config.mini_batch_size

    def epoch() -> None:
        for batch in torch.randperm(len(inputs)).split(size):
            optimizer.zero_grad()
            error = model(inputs[batch]) - targets[batch]
            (error.square().sum() / (2 * len(batch))).backward()
            optimizer.step()

    def parameters() -> Parameters:
        linears = [each for each in layers if isinstance(each, torch.nn.Linear)]
        return Parameters(
            tuple(each.weight.detach().numpy() for each in linears),
            tuple(each.bias.detach().numpy() for each in linears),
        )

    epoch.parameters = parameters  # type: ignore[attr-defined]
    return epoch


def scikit_learn(job: TrainingJob) -> Epoch | None:
    """Train with scikit-learn: MLPClassifier, plain SGD, with the softmax it always has."""
    if find_spec("sklearn") is None:
        return None
    from sklearn.neural_network import MLPClassifier

    names = {"sigmoid": "logistic", "relu": "relu"}
    model = MLPClassifier(
        job.spec.sizes[1:-1], activation=names[job.spec.activations[0]], solver="sgd", alpha=0,
        batch_size=job.config.mini_batch_size, learning_rate_init=0.1, momentum=0,
        nesterovs_momentum=False, random_state=0,
    )  # fmt: skip
    inputs = job.train.inputs_at(slice(None), np.float32)
    labels = job.train.labels
    model.partial_fit(inputs[:1000], labels[:1000], classes=np.arange(10))
    return lambda: model.partial_fit(inputs, labels)


def floor(job: TrainingJob) -> Epoch:
    """Do the dense matrix products of an epoch alone, by numpy in float32."""
    inputs = job.train.inputs_at(slice(None), np.float32)
    size, weights = job.config.mini_batch_size, job.parameters.astype(np.float32).weights
    transposed = [np.ascontiguousarray(w.T) for w in weights]
    zs = [np.empty((size, len(w)), dtype=np.float32) for w in weights]
    deltas = [np.ones((size, len(w)), dtype=np.float32) for w in weights]
    gradients = [np.empty_like(w) for w in weights]

    def epoch() -> None:
        for first in range(0, len(inputs) - size + 1, size):
            a = inputs[first : first + size]
            below = [a, *zs[:-1]]
            for index, w in enumerate(transposed):
                np.dot(below[index], w, out=zs[index])
            for index in range(len(weights) - 1, 0, -1):
                np.dot(deltas[index], weights[index], out=deltas[index - 1])
            for index in range(len(weights)):
                np.dot(deltas[index].T, below[index], out=gradients[index])

    return epoch
