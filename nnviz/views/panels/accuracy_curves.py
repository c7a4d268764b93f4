"""One run in the accuracy plot: test, validation and training images, a point an epoch."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.formatting import UNKNOWN
from nnviz.training.history import TrainingHistory
from nnviz.training.snapshot import EpochReport
from nnviz.views.panels.drawn_run import DrawnRun
from nnviz.views.panels.plot_cursor import Reading
from nnviz.views.plotting import add_curve, pen, remove_curve, set_data
from nnviz.views.theme import qcolor
from nnviz.views.widgets.legend import Mark
from nnviz.visual.palette import Palette

if TYPE_CHECKING:
    from pyqtgraph import PlotWidget

__all__ = ["KINDS", "AccuracyCurves", "error_of", "has_any"]

PX_PER_DOT = 14
"""Nearer to each other than that, the dots of the epochs are left out."""
KINDS = (
    ("train_accuracy", "training", Mark.DOTTED_LINE),
    ("validation_accuracy", "validation", Mark.DASHED_LINE),
    ("test_accuracy", "test", Mark.LINE),
)
"""The field of a report, the name, how the line is drawn; the last one lies on top."""
WIDTHS = (1.5, 1.5, 2)
SYMBOLS_PX = (4, 4, 6)
LEAST_ERROR = 0.01
"""In %: where a logarithmic axis shows no error at all; one image of 10,000."""


class AccuracyCurves:
    """Draws a run; what has not changed since it was drawn last costs nothing."""

    def __init__(self, plot: "PlotWidget") -> None:
        self.curves = tuple(add_curve(plot, symbol_px=size) for size in SYMBOLS_PX)
        self.x: FloatArray = np.empty(0)
        self.values: FloatArray = np.empty(0)
        self._drawn: tuple[object, ...] = ()
        self._look: tuple[object, ...] = ()

    def remove(self, plot: "PlotWidget") -> None:
        """Take the curves out of the plot."""
        for curve in self.curves:
            remove_curve(plot, curve)

    def colour(self, run: DrawnRun, palette: Palette, *, on_top: bool) -> None:
        """Give the run its colour; the one on top is drawn over the others."""
        look = run.color, palette, on_top
        if look == self._look:
            return
        self._look = look
        for curve, (_, _, mark), width in zip(self.curves, KINDS, WIDTHS, strict=True):
            curve.setPen(pen(run.color, width, style=mark.pen_style))
            curve.setSymbolBrush(qcolor(run.color))
            curve.setSymbolPen(pen(palette.surface if mark is Mark.LINE else run.color))
            curve.setZValue(1 if on_top else 0)

    def draw(self, run: DrawnRun, as_error: bool, width_px: int) -> None:
        """Draw the reports that the run has so far; as errors on a logarithmic axis."""
        count = len(run.history.reported("epoch"))
        dots = count * PX_PER_DOT <= width_px
        state = (run.key, run.axis, run.first_epoch, count, as_error, dots)
        if state == self._drawn:
            return
        self._drawn = state
        self.x = run.report_ends(by_epoch=True)
        values = [100 * run.history.reported(field) for field, _, _ in KINDS]
        if as_error:
            values = [error_of(each) for each in values]
        for curve, each in zip(self.curves, values, strict=True):
            curve.setSymbol("o" if dots else None)
            set_data(curve, self.x, each)
        self.values = np.concatenate(values)

    def readings(self, run: DrawnRun, x: float, as_error: bool) -> list[Reading]:
        """Return the values after the last epoch that has ended at a place of the x axis."""
        report = run.report_at(x, by_epoch=True)
        return [
            Reading(kind, f"{percent} %", run.color, mark)
            for field, kind, mark in reversed(KINDS)
            if (percent := _percent(report, field, as_error)) is not None
        ] or [Reading("test", UNKNOWN, run.color)]

    def reading(self, run: DrawnRun, x: float, kinds: Sequence[str], as_error: bool) -> Reading:
        """Return the values of some kinds of images in one, for a row among other runs."""
        report = run.report_at(x, by_epoch=True)
        values = [
            _percent(report, field, as_error) or UNKNOWN
            for field, kind, _ in reversed(KINDS)
            if kind in kinds
        ]
        is_known = any(value != UNKNOWN for value in values)
        text = f"{' · '.join(values)} %" if is_known else UNKNOWN
        return Reading(run.short_name, text, run.color)


def has_any(history: TrainingHistory, field: str) -> bool:
    """Whether any report has a number for that."""
    return not np.isnan(history.reported(field)).all()


def error_of(percent: FloatArray) -> FloatArray:
    """Return the share of wrong answers in %, lifted to where a logarithmic axis can show it."""
    return np.maximum(100 - percent, LEAST_ERROR)


def _percent(report: EpochReport | None, field: str, as_error: bool) -> str | None:
    """Return a share in %, None if it is not known."""
    share = None if report is None else getattr(report, field)
    return None if share is None else f"{100 * (1 - share if as_error else share):.2f}"
