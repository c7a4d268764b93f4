"""Which runs the plots draw, in which colour, and where their mini-batches stand on the x axis."""

from dataclasses import dataclass

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.stores.epoch_axis import EpochAxis
from nnviz.stores.run_entry import RunEntry
from nnviz.stores.workspace import Workspace
from nnviz.training.history import TrainingHistory
from nnviz.training.snapshot import EpochReport
from nnviz.views.widgets.legend import LegendEntry, Mark
from nnviz.visual.palette import RGB, Palette

__all__ = ["DrawnRun", "count_epochs", "drawn_runs"]

ALMOST = 1e-6
"""By so much of a mini-batch, places computed from epochs may miss a whole number."""


@dataclass(frozen=True, slots=True, eq=False)
class DrawnRun:
    """A run as the plots see it; ``key`` is its number, 0 where the curves belong to no run."""

    key: int
    name: str
    short_name: str
    color: RGB
    history: TrainingHistory
    axis: EpochAxis
    first_epoch: float = 0.0

    @property
    def legend_entry(self) -> LegendEntry:
        """Its line in the legend of several runs."""
        return LegendEntry(self.name, self.color, Mark.LINE, self.short_name)

    def x(self, mini_batches: FloatArray, by_epoch: bool) -> FloatArray:
        """Return where so many of its mini-batches stand on the x axis."""
        return self.first_epoch + self.axis.epochs(mini_batches) if by_epoch else mini_batches

    def x_of(self, mini_batch: int, by_epoch: bool) -> float:
        """Return where one of its mini-batches stands on the x axis."""
        return float(self.x(np.array([mini_batch], np.float64), by_epoch)[0])

    def mini_batch_at(self, x: float, by_epoch: bool) -> int | None:
        """Return how many mini-batches are done at a place of the x axis; None beside its curve."""
        epochs = np.array([x - self.first_epoch])
        done = float(self.axis.mini_batches(epochs)[0]) if by_epoch else x
        number = int(np.floor(done + ALMOST))
        return number if 1 <= number <= len(self.history) else None

    def report_ends(self, by_epoch: bool) -> FloatArray:
        """Return where the epochs of its reports end on the x axis."""
        history = self.history
        ends = self.axis.epoch_ends(history.reported("run"), history.reported("epoch"))
        return self.x(ends, by_epoch)

    def report_at(self, x: float, by_epoch: bool) -> EpochReport | None:
        """Return the report of the last epoch that has ended at a place.

        None before the first one, and beside the curve.
        """
        if self.mini_batch_at(x, by_epoch) is None:
            return None
        done = int((self.report_ends(by_epoch) <= x + ALMOST).sum())
        return self.history.reports[done - 1] if done else None


def drawn_runs(workspace: Workspace, palette: Palette) -> tuple[DrawnRun, ...]:
    """Return the runs to draw, the current one last: it lies over the others."""
    training, runs = workspace.training, workspace.runs
    current = runs.current
    others = [_drawn(each, palette) for each in runs.others_shown]
    if current is None:
        own = DrawnRun(0, "", "", palette.runs[0], training.history, training.epoch_axis)
    else:
        own = _drawn(current, palette)
    shown = current is None or current.shown
    return (*others, own) if shown else tuple(others)


def count_epochs(runs: tuple[DrawnRun, ...]) -> bool:
    """Whether the x axis counts epochs: mini-batches are for the first one of them all."""
    return any(
        each.first_epoch or each.axis.epochs(np.array([float(len(each.history))]))[0] >= 1
        for each in runs
    )


def _drawn(entry: RunEntry, palette: Palette) -> DrawnRun:
    color = palette.runs[entry.colour % len(palette.runs)]
    return DrawnRun(
        entry.number,
        entry.name,
        entry.short_name,
        color,
        entry.history,
        entry.axis,
        entry.first_epoch,
    )
