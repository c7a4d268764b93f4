"""One run in the cost plot: single mini-batches, smoothed, the epochs, validation and test."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.formatting import UNKNOWN, count, number
from nnviz.training.history import TrainingHistory
from nnviz.training.smoothing import Smoothing
from nnviz.views.panels.drawn_run import DrawnRun
from nnviz.views.panels.plot_cursor import Reading
from nnviz.views.plotting import add_curve, pen, remove_curve, set_data
from nnviz.views.theme import qcolor
from nnviz.views.widgets.legend import Mark
from nnviz.visual.palette import Palette

if TYPE_CHECKING:
    from pyqtgraph import PlotDataItem, PlotWidget

__all__ = ["DIGITS", "CostCurves", "CostView", "tested_costs", "window_of"]

MAX_POINTS = 1_200
MAX_SMOOTH_POINTS = 600
MAX_POINTS_BESIDE = 300
"""Of each smoothed curve among others: their lines are what painting takes its time for."""
FAINT = 90
"""Opacity of the single mini-batches, 0 … 255."""
DIGITS = 3
TESTED = (
    ("validation_cost", "validation", Mark.DASHED_LINE),
    ("test_cost", "test", Mark.DOTTED_LINE),
)
"""Costs of images that are not trained on, once an epoch: the field of a report, name, mark."""


@dataclass(frozen=True, slots=True)
class CostView:
    """How runs are drawn now; ``alone`` is a run that no other is drawn beside.

    ``max_dots`` of epochs have room beside each other.
    """

    smoothing: Smoothing
    by_epoch: bool
    logarithmic: bool
    alone: bool
    max_dots: int

    def drawable(self, costs: FloatArray) -> FloatArray:
        """Return the costs with 0 lifted to where a logarithmic axis can show it."""
        return np.maximum(costs, np.finfo(np.float32).tiny) if self.logarithmic else costs


class CostCurves:
    """Draws a run; what has not changed since it was drawn last costs nothing."""

    def __init__(self, plot: "PlotWidget") -> None:
        self.raw = add_curve(plot)
        self.smooth = add_curve(plot)
        self.dots = add_curve(plot, symbol_px=7)
        self.tested = tuple(add_curve(plot, symbol_px=4) for _ in TESTED)
        self.x: FloatArray = np.empty(0)
        self.highest, self.lowest = 0.0, np.inf
        self._drawn: tuple[object, ...] = ()
        self._look: tuple[object, ...] = ()

    def remove(self, plot: "PlotWidget") -> None:
        """Take the curves out of the plot."""
        for curve in (self.raw, self.smooth, self.dots, *self.tested):
            remove_curve(plot, curve)

    def colour(self, run: DrawnRun, palette: Palette, *, on_top: bool) -> None:
        """Give the run its colour; the one on top is drawn over the others."""
        look = run.color, palette, on_top
        if look == self._look:
            return
        self._look = look
        self.raw.setPen(pen(run.color, alpha=FAINT))
        self.smooth.setPen(pen(run.color, 2))
        self.dots.setPen(None)
        self.dots.setSymbolBrush(qcolor(palette.text))
        self.dots.setSymbolPen(pen(palette.surface))
        for curve, (_, _, mark) in zip(self.tested, TESTED, strict=True):
            curve.setPen(pen(run.color, 1.5, style=mark.pen_style))
            curve.setSymbolBrush(qcolor(run.color))
            curve.setSymbolPen(pen(run.color))
        for curve in (self.raw, self.smooth, self.dots, *self.tested):
            curve.setZValue(1 if on_top else 0)

    def draw(self, run: DrawnRun, view: CostView) -> None:
        """Draw what the run has so far."""
        history = run.history
        epochs = len(history.reported("epoch"))
        state = (run.key, run.axis, run.first_epoch, len(history), epochs, view)
        if state == self._drawn:
            return
        self._drawn = state
        window = window_of(run, view.smoothing)
        most = MAX_SMOOTH_POINTS if view.alone else MAX_POINTS_BESIDE
        raw, smooth = history.decimated(MAX_POINTS), history.smoothed(window, most)
        if window == 1:  # the means of the buckets: single costs, far from each other, would jump
            smooth = raw if view.alone else history.decimated(most)
        faint = view.alone and window > 1
        self._show(self.raw, run, raw if faint else _NOTHING, view)
        self._show(self.smooth, run, smooth, view)
        self._show(self.dots, run, _means(run, view.max_dots) if view.alone else _NOTHING, view)
        tested = [tested_costs(run, field) for field, _, _ in TESTED]
        for curve, points in zip(self.tested, tested, strict=True):
            curve.setSymbol("o" if len(points[0]) <= view.max_dots else None)
            self._show(curve, run, points, view)
        self.x = run.x(smooth[0], view.by_epoch)
        drawn = np.concatenate(
            [raw[1] if faint else smooth[1], *(view.drawable(costs) for _, costs in tested)]
        )
        drawn = view.drawable(drawn[np.isfinite(drawn)])
        self.highest = float(drawn.max(initial=0.0))
        self.lowest = float(drawn.min(initial=np.inf))

    def readings(self, run: DrawnRun, view: CostView, x: float) -> list[Reading]:
        """Return the values of all curves of a run that is alone, at a place of the x axis."""
        at, window = run.mini_batch_at(x, view.by_epoch), window_of(run, view.smoothing)
        report = run.report_at(x, view.by_epoch)
        found = [Reading(_smoothed_name(window), _text(run.history, at, window), run.color)]
        if window > 1:
            text = _text(run.history, at, 1)
            found.append(Reading("mini-batch", text, run.color, Mark.FAINT_LINE))
        if report is not None:
            text = number(report.cost, DIGITS)
            found.append(Reading(f"epoch {report.epoch} mean", text, run.color, Mark.DOT))
            found += [
                Reading(kind, number(getattr(report, field), DIGITS), run.color, mark)
                for field, kind, mark in TESTED
                if getattr(report, field) is not None
            ]
        return found

    def reading(self, run: DrawnRun, view: CostView, x: float, fields: Sequence[str]) -> Reading:
        """Return the smoothed cost and some tested ones in one, for a row among other runs."""
        at, window = run.mini_batch_at(x, view.by_epoch), window_of(run, view.smoothing)
        if at is None:
            return Reading(run.short_name, UNKNOWN, run.color)
        report = run.report_at(x, view.by_epoch)
        values = [
            _text(run.history, at, window),
            *(number(getattr(report, field) if report else None, DIGITS) for field in fields),
        ]
        return Reading(run.short_name, " · ".join(values), run.color)

    def _show(
        self,
        curve: "PlotDataItem",
        run: DrawnRun,
        points: tuple[FloatArray, FloatArray],
        view: CostView,
    ) -> None:
        set_data(curve, run.x(points[0], view.by_epoch), view.drawable(points[1]))


_NOTHING: tuple[FloatArray, FloatArray] = np.empty(0), np.empty(0)


def window_of(run: DrawnRun, smoothing: Smoothing) -> int:
    """Return over how many mini-batches the curve of a run is smoothed."""
    return smoothing.window(run.axis.mini_batches_per_epoch)


def tested_costs(run: DrawnRun, field: str) -> tuple[FloatArray, FloatArray]:
    """Return (last mini-batches of epochs, costs) of those epochs whose cost is known."""
    costs = run.history.reported(field)
    known = ~np.isnan(costs)
    if not known.any():
        return _NOTHING
    return run.report_ends(by_epoch=False)[known], costs[known]


def _means(run: DrawnRun, most: int) -> tuple[FloatArray, FloatArray]:
    """Return the means of the epochs, of so many at most that they stay apart."""
    costs = run.history.reported("cost")
    if not len(costs):
        return _NOTHING
    kept = slice(None, None, -(-len(costs) // most))
    return run.report_ends(by_epoch=False)[kept], costs[kept]


def _text(history: TrainingHistory, mini_batch: int | None, window: int) -> str:
    if mini_batch is None:
        return number(None)
    return number(float(history.means(np.array([mini_batch], np.int64), window)[0]), DIGITS)


def _smoothed_name(window: int) -> str:
    return "mini-batch" if window == 1 else f"mean of {count(window)}"
