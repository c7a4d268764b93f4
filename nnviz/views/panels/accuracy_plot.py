"""The share of right answers by epoch: on test and validation images, and on those of training."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QLabel, QWidget

from nnviz.engine.arrays import FloatArray
from nnviz.stores.workspace import Workspace
from nnviz.views.panels.accuracy_curves import KINDS, AccuracyCurves, has_any
from nnviz.views.panels.drawn_run import DrawnRun
from nnviz.views.panels.plot_cursor import PlotCursor
from nnviz.views.panels.plot_panel import PlotPanel
from nnviz.views.plotting import set_x_label, show_linear, show_logarithmic, show_x
from nnviz.views.theme import text_font
from nnviz.views.widgets.legend import LegendEntry, Mark
from nnviz.visual.palette import Palette

if TYPE_CHECKING:
    from pyqtgraph import PlotWidget

__all__ = ["AccuracyPlot"]

SHORT = {"training": "train", "validation": "valid."}
LEAST_SPAN = 4.0
"""The y axis shows at least so many percentage points: a difference of 0.1 is not a mountain."""
ROOM_FOR_BEST_PX = 250
"""In narrower panels the best value is in the tooltip of the newest."""


class AccuracyPlot(PlotPanel):
    """Up to three curves a run in %, one point an epoch."""

    key = "accuracy"
    title = "Accuracy"
    plot_name = "Accuracy by epoch"
    rises = True
    refresh_ms = 190

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent)
        self._curves: dict[int, AccuracyCurves] = {}
        self.best_label = QLabel(self)
        self.best_label.setObjectName("accuracy.best")
        self.best_label.setProperty("muted", True)
        self.best_label.setFont(text_font(11))
        self.error_box = QCheckBox("error", self)
        self.error_box.setObjectName("accuracy.error")
        self.error_box.setFont(text_font(11))
        self.error_box.setToolTip(
            "The share of wrong answers on a logarithmic axis: 98 and 99 % are far apart there"
        )
        self.error_box.setAccessibleName("Show errors on a logarithmic axis")
        self.error_box.toggled.connect(self._on_error_toggled)
        self.header.addWidget(self.best_label)
        self.header.addWidget(self.error_box)

    def has_curve(self, run: DrawnRun) -> bool:
        """Return whether an epoch of the run has been tested in any way."""
        return any(has_any(run.history, field) for field, _, _ in KINDS)

    def empty_sentence(self) -> str:
        """Return why there is no curve."""
        if self.runs:
            return ""
        if not self.workspace.class_names:
            return "This data has no classes, so there is no accuracy; the cost tells the progress."
        if self.workspace.training.is_active:
            return "The first point comes with the end of the first epoch."
        return self.why_no_curve("Press Train to see the accuracy rise.")

    def build_plot(self, plot: "PlotWidget") -> None:
        """Have the curves of one run ready."""
        self._curves[0] = AccuracyCurves(plot)

    def colour_plot(self, palette: Palette) -> None:
        """Give every run its colour."""
        for run in self.runs:
            if run.key in self._curves:
                self._curves[run.key].colour(run, palette, on_top=run is self.runs[-1])

    def draw(self) -> None:
        """Draw the curves of the reports."""
        assert self.plot is not None
        assert self.cursor_line is not None
        set_x_label(self.plot, "epoch", self.theme)
        self._use_curves()
        for run in self.runs:
            self._curves[run.key].draw(run, self.error_box.isChecked(), self.plot.width())
        self.colour_plot(self.theme)
        self.legend.set_entries(self._legend(), self.theme)
        drawn = [self._curves[run.key] for run in self.runs]
        self._set_ranges(
            np.concatenate([*(each.x for each in drawn), self.show_marks()]),
            np.concatenate([each.values for each in drawn]),
        )
        self.cursor_line.set_places(np.unique(np.concatenate([each.x for each in drawn])))
        self._describe(self.runs[-1])

    def arrange_legend(self) -> None:
        """Show the best value where there is room for it."""
        self.best_label.setVisible(self.width() >= ROOM_FOR_BEST_PX)
        super().arrange_legend()

    def read(self, cursor: PlotCursor, x: float) -> None:
        """Show what every curve has at a place: of several runs a row each."""
        as_error, run = self.error_box.isChecked(), self.runs[-1]
        heading = f"epoch {x:.2f}".removesuffix(".00") + (" · errors" if as_error else "")
        if len(self.runs) == 1:
            cursor.show_readings(heading, self._curves[run.key].readings(run, x, as_error))
            return
        kinds = [kind for kind, _ in self._known_kinds()]
        cursor.show_readings(
            f"{heading}: {' · '.join(kinds)}",
            [self._curves[each.key].reading(each, x, kinds, as_error) for each in self.runs],
        )

    @Slot(bool)
    def _on_error_toggled(self, checked: bool) -> None:
        if self.plot is not None:
            self.plot.setLogMode(x=False, y=checked)
        self.refresh()

    def _use_curves(self) -> None:
        """Have curves for the runs that are drawn, and for no others."""
        assert self.plot is not None
        keys = {run.key for run in self.runs}
        spare = [self._curves.pop(key) for key in set(self._curves) - keys]
        for key in sorted(keys - set(self._curves)):
            self._curves[key] = spare.pop() if spare else AccuracyCurves(self.plot)
        for curves in spare:
            curves.remove(self.plot)

    def _known_kinds(self) -> list[tuple[str, Mark]]:
        """Return the kinds of images that any run was tested with, and how their lines look."""
        return [
            (kind, mark)
            for field, kind, mark in reversed(KINDS)
            if any(has_any(run.history, field) for run in self.runs)
        ]

    def _legend(self) -> tuple[LegendEntry, ...]:
        """Return the kinds of images, and before them the runs where there are several."""
        alone = len(self.runs) == 1
        color = self.runs[-1].color if alone else self.theme.muted
        kinds = tuple(
            LegendEntry(kind, color, mark, SHORT.get(kind, kind))
            for kind, mark in self._known_kinds()
        )
        return kinds if alone else (*(run.legend_entry for run in self.runs), *kinds)

    def _set_ranges(self, x: FloatArray, values: FloatArray) -> None:
        assert self.plot is not None
        show_x(self.plot, 0, max(float(x.max()), 1.0), whole=True, grid=True)
        low, high = float(np.nanmin(values)), float(np.nanmax(values))
        if self.error_box.isChecked():
            show_logarithmic(self.plot, low, high)
            return
        spare = max(LEAST_SPAN - (high - low), 0) / 2
        high = min(high + spare, 100.0)
        show_linear(self.plot, max(min(low - spare, high - LEAST_SPAN), 0.0), high)

    def _describe(self, run: DrawnRun) -> None:
        """Say the newest and the best value on the test images; errors are not turned round."""
        tested = 100 * run.history.reported("test_accuracy")
        known = tested[np.isfinite(tested)]
        self.legend.setToolTip(
            "The training accuracy is counted while the network still changes, "
            "so it may lie below the test accuracy."
        )
        if not len(known):
            self.value_label.clear()
            self.best_label.clear()
            return
        name = f"{run.name}: share" if len(self.runs) > 1 else "Share"
        share = f"{name} of the test images answered right after"
        best = f"best {known.max():.1f} %"
        self.value_label.setText(f"{known[-1]:.1f} %")
        self.value_label.setToolTip(f"{share} the newest epoch; {best}")
        self.best_label.setText(best)
        self.best_label.setToolTip(f"{share} the best epoch")
