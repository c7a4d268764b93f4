"""The share of right answers by epoch: on the test set, and on the images of the training."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from nnviz.engine.arrays import FloatArray
from nnviz.stores.workspace import Workspace
from nnviz.training.snapshot import EpochReport
from nnviz.views.panels.plot_panel import PlotPanel
from nnviz.views.plotting import add_curve, pen, set_data, set_x_label, show_linear, show_x
from nnviz.views.theme import qcolor, text_font
from nnviz.views.widgets.legend import LegendEntry, Mark
from nnviz.visual.palette import Palette

if TYPE_CHECKING:
    from pyqtgraph import PlotDataItem, PlotWidget

__all__ = ["AccuracyPlot"]

MAX_DOTS = 60
LEAST_SPAN = 4.0
"""The y axis shows at least so many percentage points: a difference of 0.1 is not a mountain."""


class AccuracyPlot(PlotPanel):
    """Two curves in %, one point an epoch."""

    key = "accuracy"
    title = "Accuracy"
    plot_name = "Accuracy by epoch"
    rises = True
    refresh_ms = 190

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent)
        self._test: PlotDataItem | None = None
        self._train: PlotDataItem | None = None
        self.best_label = QLabel(self)
        self.best_label.setObjectName("accuracy.best")
        self.best_label.setProperty("muted", True)
        self.best_label.setFont(text_font(11))
        self.header.addWidget(self.best_label)
        for label, epoch in ((self.value_label, "newest"), (self.best_label, "best")):
            label.setToolTip(f"Share of the test images answered right after the {epoch} epoch")
        self.legend.setToolTip(
            "The training accuracy is counted while the network still changes, "
            "so it may lie below the test accuracy."
        )

    def empty_sentence(self) -> str:
        """Return why there is no curve."""
        if not self.workspace.class_names:
            return "This data has no classes, so there is no accuracy; the cost tells the progress."
        if any(_has_accuracy(report) for report in self.workspace.training.history.reports):
            return ""
        if self.workspace.training.is_active:
            return "The first point comes with the end of the first epoch."
        return "Press Train to see the accuracy rise."

    def build_plot(self, plot: "PlotWidget") -> None:
        """Add the two curves."""
        self._train = add_curve(plot, symbol_px=4)
        self._test = add_curve(plot, symbol_px=6)
        set_x_label(plot, "epoch", self.theme)

    def colour_plot(self, palette: Palette) -> None:
        """Give accuracy its colour."""
        assert self._test is not None
        assert self._train is not None
        self._test.setPen(pen(palette.accuracy_curve, 2))
        self._test.setSymbolBrush(qcolor(palette.accuracy_curve))
        self._test.setSymbolPen(pen(palette.surface))
        self._train.setPen(pen(palette.muted, 1.5, style=Qt.PenStyle.DotLine))
        self._train.setSymbolBrush(qcolor(palette.muted))
        self._train.setSymbolPen(pen(palette.muted))
        self.legend.set_entries(
            (
                LegendEntry("test", palette.accuracy_curve),
                LegendEntry("training", palette.muted, Mark.DASHED_LINE),
            ),
            palette,
        )

    def draw(self) -> None:
        """Draw the curves of the reports."""
        reports = [each for each in self.workspace.training.history.reports if _has_accuracy(each)]
        axis = self.workspace.training.epoch_axis
        ends = np.array([axis.epoch_end(each.run, each.epoch) for each in reports], np.float64)
        x = axis.epochs(ends)
        test = _percent([report.test_accuracy for report in reports])
        train = _percent([report.train_accuracy for report in reports])
        assert self._test is not None
        assert self._train is not None
        for curve in (self._test, self._train):
            curve.setSymbol("o" if len(reports) <= MAX_DOTS else None)
        set_data(self._test, x, test)
        set_data(self._train, x, train)
        self._set_ranges(np.concatenate((x, self.show_marks())), np.concatenate((test, train)))
        self._describe(test)

    def _set_ranges(self, x: FloatArray, values: FloatArray) -> None:
        assert self.plot is not None
        first = min(1.0, float(x.min()))
        show_x(self.plot, first, max(float(x.max()), first + 1), whole=True)
        low, high = float(np.nanmin(values)), float(np.nanmax(values))
        spare = max(LEAST_SPAN - (high - low), 0) / 2
        high = min(high + spare, 100.0)
        show_linear(self.plot, max(min(low - spare, high - LEAST_SPAN), 0.0), high)

    def _describe(self, test: FloatArray) -> None:
        known = test[np.isfinite(test)]
        if not len(known):
            self.value_label.clear()
            self.best_label.clear()
            return
        self.value_label.setText(f"{known[-1]:.1f} %")
        self.best_label.setText(f"best {known.max():.1f} %")


def _has_accuracy(report: EpochReport) -> bool:
    return report.test_accuracy is not None or report.train_accuracy is not None


def _percent(shares: list[float | None]) -> FloatArray:
    """Return shares in %, NaN where there is none."""
    return np.array([np.nan if share is None else 100 * share for share in shares], np.float64)
