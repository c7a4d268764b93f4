"""One look at a network that trains: what a thread beside the run measures, and hands back whole.

Qt-free, big products and nothing else: Python that runs long beside the window makes it jerk.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nnviz.datasets.dataset import Dataset
from nnviz.engine.arrays import FloatArray
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.engine.passes import cost_of, forward_pass
from nnviz.training.class_report import ClassReport, class_report
from nnviz.training.config import TrainingConfig
from nnviz.training.health import LayerHealth, Probe, measure, movements, next_steps, probe_of

__all__ = ["CheckUp", "ProbeKeeper", "Subject", "constant_cost", "look_at"]

TELLING = 100
"""Examples from which on neurons are judged by them; large networks are looked at with fewer."""
MOST_PRODUCTS = 2_000_000_000
LEAST_TESTED = 100
"""The classes of large networks are counted on fewer examples, but not below."""


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """What is looked at; read-only, so that another thread can hold it.

    ``mini_batches`` is how many the curves have so far, ``run`` the run's number, 0 without one.
    ``rate`` is the learning rate at that moment, its schedule included. ``tested`` is what the
    classes are counted on, at most ``most_tested`` examples of it, None where nobody asks;
    without ``wants_layers`` only the classes are looked at.
    """

    run: int
    mini_batches: int
    spec: NetworkSpec
    parameters: Parameters
    config: TrainingConfig
    rate: float
    train: Dataset
    tested: Dataset | None
    most_tested: int
    names: tuple[str, ...]
    wants_layers: bool = True

    @property
    def decay(self) -> float:
        """λ/n of the L2 term."""
        return self.config.l2 / len(self.train)


@dataclass(frozen=True, slots=True, eq=False)
class CheckUp:
    """What was found of ``subject``.

    ``cost`` is the probe's mean cost without the L2 term, ``constant_cost`` that of the best
    answer that is the same for every example. ``steps`` are ‖Δw‖/‖w‖ of each layer for one
    update: of plain gradient descent its next step, computed (``step_span`` 0); of the other
    optimizers, whose memory nobody hands out, the way since the last look divided by its
    ``step_span`` mini-batches. They are None before a second look. ``examples`` is the size of
    the probe. Without a wish for layers there are none of them.
    """

    subject: Subject
    layers: tuple[LayerHealth, ...]
    cost: float
    constant_cost: float
    steps: tuple[float, ...] | None
    step_span: int
    classes: ClassReport | None
    examples: int

    @property
    def is_telling(self) -> bool:
        """Whether enough examples were looked at to say that none of all wakes a neuron."""
        return self.examples >= min(TELLING, len(self.subject.train))


class ProbeKeeper:
    """Keeps the last probe: the same examples for the whole run, taken out once."""

    def __init__(self) -> None:
        self._key: tuple[Dataset, tuple[int, ...]] | None = None
        self._probe: Probe | None = None

    def probe(self, data: Dataset, spec: NetworkSpec) -> Probe:
        """Return the probe of ``data`` for a network of these layers."""
        key = self._key
        if self._probe is None or key is None or key[0].inputs.base is not data.inputs.base or (
            len(key[0]), key[1]) != (len(data), spec.sizes):  # fmt: skip
            self._key, self._probe = (data, spec.sizes), probe_of(data, spec)
        return self._probe


def look_at(
    subject: Subject,
    probe: Probe,
    before: Subject | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> CheckUp | None:
    """Measure all that is asked for; ``before`` is what was looked at last. None if cancelled."""
    classes = None
    if subject.tested is not None:
        with np.errstate(all="ignore"):
            classes = class_report(
                subject.spec, subject.parameters, subject.tested, subject.names,
                _most_tested(subject), is_cancelled,
            )  # fmt: skip
    if is_cancelled is not None and is_cancelled():
        return None
    if not subject.wants_layers:
        return CheckUp(subject, (), np.nan, np.nan, None, 0, classes, 0)
    steps, span = _steps(subject, probe, before)
    layers = measure(subject.spec, subject.parameters, probe, subject.decay)
    with np.errstate(all="ignore"):
        forward = forward_pass(subject.spec, subject.parameters, probe.inputs)
        cost = cost_of(subject.spec, subject.parameters, forward, probe.targets)
    constant = constant_cost(subject.spec, probe.targets)
    return CheckUp(subject, layers, cost, constant, steps, span, classes, len(probe.inputs))


def constant_cost(spec: NetworkSpec, targets: FloatArray) -> float:
    """Return the smallest mean cost that the same answer to every example can have.

    That answer is the mean of the targets, for squares and cross-entropies alike.
    """
    mean = targets.astype(np.float64).mean(axis=0)
    z = mean
    with np.errstate(divide="ignore"):  # −∞ and ∞ for what never or always is the target
        if spec.cost == "binary_cross_entropy":
            z = np.log(mean) - np.log(1 - mean)
        elif spec.cost == "categorical_cross_entropy":
            z = np.log(mean)
    z = np.clip(z, -700, 700)  # where e^z still is a number
    rows = np.broadcast_to(z, targets.shape), np.broadcast_to(mean, targets.shape)
    return float(spec.cost_function.value(*rows, targets.astype(np.float64)).mean())


def _most_tested(subject: Subject) -> int:
    return min(subject.most_tested, max(LEAST_TESTED, MOST_PRODUCTS // subject.spec.edge_count))


def _steps(
    subject: Subject, probe: Probe, before: Subject | None
) -> tuple[tuple[float, ...] | None, int]:
    config = subject.config
    if config.optimizer.name == "sgd":
        batch = probe.first(config.mini_batch_size)
        return (
            next_steps(subject.spec, subject.parameters, batch, subject.rate, subject.decay), 0
        )  # fmt: skip
    if before is None or before.run != subject.run or before.spec != subject.spec:
        return None, 0
    span = subject.mini_batches - before.mini_batches
    if span <= 0:
        return None, 0
    return movements(before.parameters, subject.parameters, span), span
