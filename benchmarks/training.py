"""Seconds per epoch of 50,000 MNIST images: the compiled loops, numpy, the primer's way, others.

    python benchmarks/training.py [--rounds 5]

One process and one BLAS thread; the programs take turns, so that a slow minute hits all of them,
and each number is a median of the process's CPU seconds: on an idle machine the same as seconds.
All but the compiled trainer are timed on the first images of an epoch and scaled up. PyTorch and
scikit-learn take part where they are installed (pip install torch scikit-learn); the floor is the
dense matrix products alone, by numpy.
"""

import os

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"  # before numpy is imported: it is read once

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter, process_time

import numpy as np
from rivals import floor, pytorch, scikit_learn

from nnviz.datasets import Dataset, find_data_folder, load_mnist
from nnviz.engine.initialisers import initialise
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.training.compiled import CompiledTrainer
from nnviz.training.config import TrainingConfig, TrainingJob
from nnviz.training.trainer import NumpyTrainer, Trainer
from nnviz.training.warm_up import wait_until_ready

EXAMPLES = 50_000
PRIMER_EXAMPLES = 5_000
OTHER_EXAMPLES = 10_000


@dataclass(frozen=True)
class Case:
    """One network and its mini-batch size."""

    name: str
    sizes: tuple[int, ...]
    activation: str
    mini_batch_size: int
    learning_rate: float
    initialiser: str

    def job(self, data: Dataset) -> TrainingJob:
        """Return the case as a job on ``data``."""
        spec = NetworkSpec(self.sizes, (self.activation,) * (len(self.sizes) - 2) + ("sigmoid",))
        parameters = initialise(spec, self.initialiser, np.random.default_rng(0), np.float32)
        config = TrainingConfig(
            epochs=1_000, mini_batch_size=self.mini_batch_size, learning_rate=self.learning_rate
        )
        return TrainingJob(0, spec, parameters, data, None, config)


CASES = (
    Case("A 784-30-10, batch 10", (784, 30, 10), "sigmoid", 10, 3.0, "standard_normal"),
    Case("B 784-16-16-10, batch 10", (784, 16, 16, 10), "sigmoid", 10, 3.0, "standard_normal"),
    Case("C 784-64-32-10 ReLU, batch 32", (784, 64, 32, 10), "relu", 32, 0.1, "he"),
    Case("D 784-128-10 ReLU, batch 128", (784, 128, 10), "relu", 128, 0.1, "he"),
)


class PrimerTrainer:
    """The primer's way, written plainly: columns in float64, one example after another."""

    def __init__(self, job: TrainingJob) -> None:
        self._weights = [w.astype(np.float64) for w in job.parameters.weights]
        self._biases = [b.astype(np.float64)[:, None] for b in job.parameters.biases]
        self._activations = [
            job.spec.activation(layer + 1) for layer in range(job.spec.layer_count)
        ]
        self._config = job.config
        inputs, targets = job.train.inputs_at(slice(None)), job.train.targets_at(slice(None))
        self._data = [(x[:, None], y[:, None]) for x, y in zip(inputs, targets, strict=True)]

    def train(self) -> None:
        """Train on all examples once, in order: the shuffle is too quick to matter."""
        size = self._config.mini_batch_size
        for first in range(0, len(self._data), size):
            self._train_mini_batch(self._data[first : first + size])

    @property
    def parameters(self) -> Parameters:
        """The parameters in the engine's shapes."""
        return Parameters(tuple(self._weights), tuple(b[:, 0] for b in self._biases))

    def _train_mini_batch(self, examples: list[tuple[np.ndarray, np.ndarray]]) -> None:
        weight_sums = [np.zeros(w.shape) for w in self._weights]
        bias_sums = [np.zeros(b.shape) for b in self._biases]
        for x, y in examples:
            weight_gradients, bias_gradients = self._gradients(x, y)
            weight_sums = [a + b for a, b in zip(weight_sums, weight_gradients, strict=True)]
            bias_sums = [a + b for a, b in zip(bias_sums, bias_gradients, strict=True)]
        rate = self._config.learning_rate / len(examples)
        self._weights = [w - rate * s for w, s in zip(self._weights, weight_sums, strict=True)]
        self._biases = [b - rate * s for b, s in zip(self._biases, bias_sums, strict=True)]

    def _gradients(self, x: np.ndarray, y: np.ndarray) -> tuple[list[np.ndarray], list[np.ndarray]]:
        activations, preactivations = [x], []
        for w, b, f in zip(self._weights, self._biases, self._activations, strict=True):
            preactivations.append(w @ activations[-1] + b)
            activations.append(f.value(preactivations[-1]))
        deltas = [(activations[-1] - y) * self._slope(-1, preactivations[-1])]
        for layer in range(len(self._weights) - 2, -1, -1):
            error = self._weights[layer + 1].T @ deltas[0]
            deltas.insert(0, error * self._slope(layer, preactivations[layer]))
        pairs = zip(deltas, activations, strict=False)
        return [delta @ a.T for delta, a in pairs], deltas

    def _slope(self, layer: int, z: np.ndarray) -> np.ndarray:
        derivative = self._activations[layer].derivative
        assert derivative is not None
        return derivative(z)


def seconds_of(action: Callable[[], object], clock: Callable[[], float] = process_time) -> float:
    """Return how long ``action`` takes."""
    started = clock()
    action()
    return clock() - started


def train_epoch(trainer: Trainer) -> None:
    """Train to the end of the epoch, in slices of about the window's size."""
    while not trainer.advance(max(1, 2_000 // trainer.job.config.mini_batch_size)).epoch_done:
        continue


def check_same_work(case: Case, data: Dataset) -> None:
    """Stop if the programs that should do not take the same step."""
    job = case.job(data.first(case.mini_batch_size))
    primer, plain, torch = PrimerTrainer(job), NumpyTrainer(job), pytorch(job)
    primer.train()
    plain.advance()
    found = [primer.parameters]
    if torch is not None:
        torch()
        found.append(torch.parameters())  # type: ignore[attr-defined]
    # Steps in float32 against one in float64.
    for parameters in found:
        pairs = zip(parameters.weights, plain.parameters.weights, strict=True)
        if not all(np.allclose(a, b, rtol=0, atol=1e-5) for a, b in pairs):
            raise SystemExit(f"{case.name}: the programs disagree; their times mean nothing.")


def measure(case: Case, data: Dataset, rounds: int) -> dict[str, float | None]:
    """Return the median of seconds per epoch of each program, None of those that are missing."""
    check_same_work(case, data)
    few = data.first(OTHER_EXAMPLES)
    plain, compiled = NumpyTrainer(case.job(few)), CompiledTrainer(case.job(data))
    programs: dict[str, tuple[Callable[[], object] | None, int]] = {
        "primer": (PrimerTrainer(case.job(data.first(PRIMER_EXAMPLES))).train, PRIMER_EXAMPLES),
        "PyTorch": (pytorch(case.job(few)), OTHER_EXAMPLES),
        "scikit-learn": (scikit_learn(case.job(few)), OTHER_EXAMPLES),
        "numpy": (lambda: train_epoch(plain), OTHER_EXAMPLES),
        "floor": (floor(case.job(few)), OTHER_EXAMPLES),
        "compiled": (lambda: train_epoch(compiled), EXAMPLES),
    }
    times: dict[str, list[float]] = {name: [] for name in programs}
    for turn in range(rounds + 1):
        for name, (epoch, examples) in programs.items():
            if epoch is not None:
                seconds = seconds_of(epoch) * EXAMPLES / examples
                if turn > 0:  # the first warms caches up
                    times[name].append(seconds)
    return {name: median(found) if found else None for name, found in times.items()}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Training speed on MNIST")
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    if not wait_until_ready_timed():
        raise SystemExit("The compiled trainer could not be made ready.")
    data = load_mnist(find_data_folder()).train.first(EXAMPLES)
    conversion = median(
        seconds_of(lambda: CompiledTrainer(CASES[0].job(data))) for _ in range(rounds)
    )
    print(f"converting 50,000 images to rows of lit pixels: {conversion:.2f} s, once a run")
    if hasattr(os, "getloadavg"):
        print(f"load of the machine, last minute: {os.getloadavg()[0]:.1f}")
    print(
        f"CPU seconds per epoch of {EXAMPLES:,}, medians of {rounds}; how often compiled goes in\n"
    )
    for number, case in enumerate(CASES):
        found = measure(case, data, rounds)
        if number == 0:
            print(f"| network | {' | '.join(found)} |")
            print("|---" * (len(found) + 1) + "|")
        compiled = found["compiled"]
        cells = [_cell(name, seconds, compiled) for name, seconds in found.items()]
        print(f"| {case.name} | {' | '.join(cells)} |", flush=True)


def _cell(name: str, seconds: float | None, compiled: float | None) -> str:
    if seconds is None or compiled is None:
        return "–"
    ratio = "" if name == "compiled" else f" ({seconds / compiled:.1f} ×)"
    return f"{seconds:.3f}{ratio}"


def wait_until_ready_timed() -> bool:
    """Get the kernels ready, and print how long importing and compiling or loading took."""
    seconds = seconds_of(wait_until_ready, perf_counter)
    print(f"importing numba and compiling the kernels, or loading them: {seconds:.2f} s")
    return wait_until_ready()


if __name__ == "__main__":
    main()
