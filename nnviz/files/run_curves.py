"""The curves of runs as one CSV table: a row for every mini-batch, then a row for every epoch."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nnviz.engine.arrays import FloatArray
from nnviz.files.atomic import write_atomically
from nnviz.training.snapshot import EpochReport

__all__ = ["COLUMNS", "RunCurves", "runs_as_csv", "write_runs"]

COLUMNS = (
    "run", "name", "row", "mini_batch", "epoch", "cost", "train_accuracy", "validation_accuracy",
    "test_accuracy", "validation_cost", "test_cost", "train_seconds",
)  # fmt: skip
REPORTED = COLUMNS[5:]
"""The columns that are fields of an epoch's report."""


@dataclass(frozen=True, slots=True, eq=False)
class RunCurves:
    """The curves of a run: the cost of each mini-batch (float32) with its place in epochs.

    ``reports`` come with the last mini-batch of their epoch and its place in epochs.
    """

    number: int
    name: str
    epochs: FloatArray
    costs: FloatArray
    reports: tuple[tuple[int, float, EpochReport], ...]


def write_runs(path: str | os.PathLike[str], runs: Sequence[RunCurves]) -> None:
    """Write the table in one piece. Raises NetworkFileError if it cannot be written."""
    write_atomically(path, runs_as_csv(runs))


def runs_as_csv(runs: Sequence[RunCurves]) -> str:
    """Return the table; cells of what is not known are empty.

    Costs of mini-batches have as many digits as tell one float32 from another, all other numbers
    those of a float64.
    """
    lines = [",".join(COLUMNS)]
    for run in runs:
        lines += _lines(run)
    return "\n".join(lines) + "\n"


def _lines(run: RunCurves) -> Iterator[str]:
    begin, rest = f"{run.number},{_quoted(run.name)}", "," * (len(REPORTED) - 1)
    places = zip(run.epochs.tolist(), run.costs, strict=True)
    for mini_batch, (epoch, cost) in enumerate(places, start=1):
        yield f"{begin},mini-batch,{mini_batch},{epoch!r},{cost!s}{rest}"
    for mini_batch, epoch, report in run.reports:
        cells = ",".join(_cell(getattr(report, name)) for name in REPORTED)
        yield f"{begin},epoch,{mini_batch},{epoch!r},{cells}"


def _cell(value: float | None) -> str:
    return "" if value is None else repr(float(value))


def _quoted(text: str) -> str:
    """Return a text as a CSV cell, RFC 4180."""
    special = any(sign in text for sign in ',"\r\n')
    doubled = text.replace('"', '""')
    return f'"{doubled}"' if special else text
