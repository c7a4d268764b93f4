"""``nnviz train``: train a network without the window, and say how it goes."""

import queue
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType

import numpy as np

from nnviz.app.arguments import TrainArguments
from nnviz.app.commands.progress import ProgressLine
from nnviz.app.commands.train_data import other_source, settled
from nnviz.app.commands.train_diagnosis import RunNotes
from nnviz.app.commands.train_report import EpochJson, EpochPrinter, EpochTable
from nnviz.datasets.data_source import DataSource
from nnviz.datasets.dataset import Dataset
from nnviz.datasets.locate import find_data_folder
from nnviz.datasets.mnist import load_mnist
from nnviz.engine.initialisers import initialise
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.errors import SpecError, TrainingError
from nnviz.files.atomic import check_destination
from nnviz.files.network_file import NetworkDocument, check_size, write_network
from nnviz.files.run_fields import RunSettings
from nnviz.stores.document_data import is_kept, note_of, rows_of_part, usual_of_file
from nnviz.training.config import TrainingConfig, TrainingJob, check_dropout, check_mini_batch
from nnviz.training.control import TrainingControl
from nnviz.training.ending import best_text, early_text
from nnviz.training.evaluation import accuracy
from nnviz.training.loop import run_training
from nnviz.training.memory import check_memory
from nnviz.training.snapshot import EpochReport, Mailbox, Outcome, OutcomeStatus
from nnviz.training.split import check_split, split_images, split_samples
from nnviz.training.warm_up import cancel_warm_up, wait_until_ready, warm_up

__all__ = ["run_train"]

_PIXELS, _CLASSES = 784, 10
_DIGITS = tuple(map(str, range(_CLASSES)))
_STOPPED_AT_ONCE = "stopped before the first epoch ended"
_TICK_SECONDS = 0.1
"""How often the progress line is drawn."""


def run_train(arguments: TrainArguments) -> int:
    """Train, print the epochs, save the network if asked, say what was wrong; return 0.

    What cannot be is refused before MNIST is loaded. Ctrl+C ends the training, not the program:
    what there is gets printed and saved. Raises NnvizError for what is refused, and TrainingError
    for training that diverged, after printing and saving what was reached.
    """
    source = other_source(arguments, ProgressLine(1, ""))
    if source is not None:
        arguments = settled(arguments, source)
        print(f"nnviz: {source.note}", file=sys.stderr)
    plan = _plan(arguments, source)
    control, notes = TrainingControl(), RunNotes()
    with _interrupt_stops(control):
        unit = "examples" if source is not None and source.train.image_shape is None else "images"
        progress = ProgressLine(arguments.train_size * arguments.epochs, unit)
        job = _job(plan, progress)
        validates = job.validation is not None
        report = EpochJson(validates) if arguments.as_json else EpochTable(validates)
        outcome = _train(job, control, report, progress, notes)
    saved = _save(arguments, plan, outcome)
    told = _ending(outcome, report.count, arguments.patience)
    if outcome.status is OutcomeStatus.FAILED:
        raise TrainingError(f"{told}{saved}.")
    if told:
        print(f"nnviz: {told}{saved}.", file=sys.stderr)
    names = _DIGITS if source is None else source.class_names
    for line in notes.diagnosis(job, arguments.initialiser, outcome, names):
        print(f"nnviz: {line}", file=sys.stderr)
    return 0


def _ending(outcome: Outcome, epochs: int, patience: int) -> str:
    """Return how a run ended, where that is not plain from its epochs."""
    parts = []
    if outcome.status is OutcomeStatus.FAILED:
        parts.append(outcome.message.rstrip("."))
    elif outcome.early:
        parts.append(early_text(epochs, patience, outcome.best))
    elif outcome.status is OutcomeStatus.STOPPED:
        parts.append(f"stopped after epoch {epochs}" if epochs else _STOPPED_AT_ONCE)
    if outcome.best is not None:
        completed = outcome.status is OutcomeStatus.COMPLETED
        ends_with_it = completed and outcome.best.epoch == outcome.epochs
        parts.append(best_text(outcome.best, outcome.kept_best or ends_with_it))
    return "; ".join(parts)


@dataclass(frozen=True, slots=True, eq=False)
class _Plan:
    """What is settled before MNIST is loaded; ``source`` is other data, which is there."""

    spec: NetworkSpec
    parameters: Parameters
    config: TrainingConfig
    folder: Path | None
    source: DataSource | None


def _plan(arguments: TrainArguments, source: DataSource | None) -> _Plan:
    """Check everything that can be checked without MNIST's images."""
    sizes = arguments.layers
    if source is None and (sizes[0], sizes[-1]) != (_PIXELS, _CLASSES):
        raise SpecError(
            f"The layers {','.join(map(str, sizes))} do not fit MNIST; its images have {_PIXELS} "
            f"pixels and {_CLASSES} classes, so the first must be {_PIXELS} and the last "
            f"{_CLASSES}."
        )
    hidden = (arguments.hidden_activation,) * (len(sizes) - 2)
    spec = NetworkSpec(sizes, (*hidden, arguments.output_activation), arguments.cost)
    config = TrainingConfig(
        arguments.epochs, arguments.mini_batch_size,
        arguments.learning_rate or arguments.optimizer.method.learning_rate, arguments.l2,
        arguments.seed, True, arguments.optimizer, arguments.schedule, arguments.dropout,
        TrainingConfig().train_size if source is not None else arguments.train_size,
        arguments.validation_size, arguments.patience, arguments.keep_best,
    )  # fmt: skip
    if source is None:
        check_split(config)
    if arguments.mini_batch_size > arguments.train_size:
        raise TrainingError(
            f"A mini-batch of {arguments.mini_batch_size} images is larger than the training set "
            f"of {arguments.train_size}; choose a smaller --mini-batch-size."
        )
    check_mini_batch(spec, arguments.mini_batch_size)
    check_memory(spec, config, recorded=False)
    check_dropout(spec, arguments.dropout)
    if arguments.save is not None:
        check_destination(arguments.save)
        check_size(spec)
    parameters = initialise(spec, arguments.initialiser, np.random.default_rng(arguments.seed))
    folder = None if source is not None else find_data_folder(arguments.data_dir)
    return _Plan(spec, parameters, config, folder, source)


def _job(plan: _Plan, progress: ProgressLine) -> TrainingJob:
    """Load MNIST while the compiled trainer gets ready, so that every run uses the same one."""
    what = "" if plan.folder is None else "MNIST and "
    progress.say(f"loading {what}the compiled trainer …")
    warm_up()
    train, validation, test = _data(plan)
    job = TrainingJob(
        0, plan.spec, plan.parameters, train, test, plan.config, validation=validation
    )
    job.check()
    wait_until_ready()
    progress.clear()
    progress.start()
    return job


def _data(plan: _Plan) -> tuple[Dataset, Dataset | None, Dataset | None]:
    """Return what is trained on, held back to validate with, and the test."""
    if plan.source is not None:
        return *split_samples(plan.source.train, plan.config), plan.source.test
    assert plan.folder is not None  # without other data
    mnist = load_mnist(plan.folder)
    return *split_images(mnist.train, plan.config), mnist.test


def _train(
    job: TrainingJob,
    control: TrainingControl,
    report: EpochPrinter,
    progress: ProgressLine,
    notes: RunNotes,
) -> Outcome:
    """Train in a thread of its own, so that this one can draw and hear Ctrl+C meanwhile."""
    mailbox = Mailbox()
    messages: queue.SimpleQueue[EpochReport | Outcome] = queue.SimpleQueue()

    def train() -> None:
        with np.errstate(all="ignore"):  # what overflows is told in a sentence
            messages.put(run_training(job, control, mailbox, messages.put))

    thread = threading.Thread(target=train, name="nnviz-train")
    untested: EpochReport | None = None
    report.begin()
    thread.start()
    try:
        while True:
            try:
                message = messages.get(timeout=_TICK_SECONDS)
            except queue.Empty:
                _draw(job, control, mailbox, progress, notes)
                continue
            progress.clear()
            if isinstance(message, EpochReport):
                notes.add_epoch(message)
                if message.test_accuracy is not None or not _has_accuracy(job):
                    report.add(message)
                else:
                    untested = message  # the stop came in the middle of its test
                continue
            last = mailbox.take()
            if last is not None:
                notes.add_costs(last)
            if untested is not None:
                # A run that keeps its best has other parameters.
                parameters = message.parameters if last is None else last.parameters
                report.add(_tested(untested, job, parameters))
            return message
    finally:
        control.request_stop()
        thread.join()
        progress.clear()
        report.end()


def _has_accuracy(job: TrainingJob) -> bool:
    return job.test is not None and job.test.labels is not None


def _tested(report: EpochReport, job: TrainingJob, parameters: Parameters) -> EpochReport:
    if job.test is None:
        return report
    return replace(report, test_accuracy=accuracy(job.spec, parameters, job.test))


def _draw(
    job: TrainingJob,
    control: TrainingControl,
    mailbox: Mailbox,
    progress: ProgressLine,
    notes: RunNotes,
) -> None:
    snapshot = mailbox.take()
    if snapshot is not None:
        notes.add_costs(snapshot)
        in_epoch = min(snapshot.mini_batch * job.config.mini_batch_size, len(job.train))
        progress.draw(
            snapshot.epoch * len(job.train) + in_epoch,
            f"epoch {snapshot.epoch + 1} of {job.config.epochs}",
        )
    control.request_snapshot()


@contextmanager
def _interrupt_stops(control: TrainingControl) -> Iterator[None]:
    """Let the first Ctrl+C ask the training to stop, and a second one end the program."""

    def stop(signal_number: int, frame: FrameType | None) -> None:
        control.request_stop()
        cancel_warm_up()
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _save(arguments: TrainArguments, plan: _Plan, outcome: Outcome) -> str:
    """Write the network if asked to; return the end of a sentence that says so."""
    if arguments.save is None:
        return ""
    write_network(arguments.save, _document(plan, outcome.parameters))
    if plan.source is not None and not is_kept(plan.source):
        print(
            f"nnviz: {arguments.save} does not hold the {plan.source.example_count:,} examples; "
            "the window asks for them when it is opened.",
            file=sys.stderr,
        )
    if outcome.best is None:
        which = "as it then was"
    else:
        which = "with them" if outcome.kept_best else "as the run left it"
    return f"; the network {which} is in {arguments.save}"


def _document(plan: _Plan, parameters: Parameters) -> NetworkDocument:
    """Return what a file holds of the network, with the examples if they are few."""
    config, source = plan.config, plan.source
    ends = plan.spec.sizes[0], plan.spec.sizes[-1]
    kept = source if source is not None and is_kept(source) else None
    usual = usual_of_file(0 if kept is None else len(kept.train), config.validation_size)
    return NetworkDocument(
        f"{'MNIST' if source is None else source.name} {plan.spec}", plan.spec, parameters,
        config.learning_rate, config.l2, True,
        *rows_of_part(None if kept is None else kept.train, ends),
        config.optimizer, config.schedule, config.dropout,
        RunSettings.between(usual, config),
        *rows_of_part(None if kept is None else kept.test, ends),
        None if source is None else note_of(source),
    )  # fmt: skip
