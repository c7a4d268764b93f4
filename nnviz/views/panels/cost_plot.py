"""The cost as it falls: every mini-batch faintly, their moving mean, the means of the epochs.

Where several runs are drawn, each is its moving mean alone, in its own colour.
"""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import QCheckBox, QWidget

from nnviz.formatting import count, number
from nnviz.stores.workspace import Workspace
from nnviz.training.smoothing import SMOOTHINGS
from nnviz.views.panels.cost_curves import (
    DIGITS,
    MAX_POINTS,
    TESTED,
    CostCurves,
    CostView,
    tested_costs,
    window_of,
)
from nnviz.views.panels.drawn_run import DrawnRun, count_epochs
from nnviz.views.panels.parting_marks import parting_marks
from nnviz.views.panels.past_line import PastLine
from nnviz.views.panels.plot_cursor import PlotCursor
from nnviz.views.panels.plot_panel import PlotPanel
from nnviz.views.plotting import set_x_label, show_linear, show_logarithmic, show_x
from nnviz.views.theme import text_font
from nnviz.views.widgets.legend import LegendEntry, Mark
from nnviz.views.widgets.step_slider import StepSlider
from nnviz.visual.palette import Palette

if TYPE_CHECKING:
    from pyqtgraph import PlotWidget

__all__ = ["CostPlot"]

WHOLE_TICKS_FROM = 3
"""Epochs from which on the axis counts whole ones."""
SLIDER_PX = 46
SHORT = {"validation": "valid."}
MAX_DOTS, PX_PER_DOT = 30, 14
"""Epochs with a dot at most, and how much of the plot's width each needs."""


class CostPlot(PlotPanel):
    """The cost over the epochs (over the mini-batches, while the first epoch lasts)."""

    key = "cost"
    title = "Cost"
    plot_name = "Cost by epoch"
    refresh_ms = 170

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent)
        self._past: PastLine | None = None
        self._curves: dict[int, CostCurves] = {}
        self.smoothing_slider = StepSlider(self)
        self.smoothing_slider.setObjectName("cost.smoothing")
        self.smoothing_slider.setRange(0, len(SMOOTHINGS) - 1)
        self.smoothing_slider.setAccessibleName("Smoothing of the cost")
        self.smoothing_slider.setFixedWidth(SLIDER_PX)
        self.smoothing_slider.valueChanged.connect(self._on_smoothing_moved)
        self.log_box = QCheckBox("log", self)
        self.log_box.setObjectName("cost.log")
        self.log_box.setFont(text_font(11))
        self.log_box.setToolTip("Logarithmic cost axis")
        self.log_box.setAccessibleName("Logarithmic cost axis")
        self.log_box.toggled.connect(self._on_log_toggled)
        self.header.addWidget(self.smoothing_slider)
        self.header.addWidget(self.log_box)
        workspace.display.smoothing_changed.connect(self._on_smoothing_changed)
        self._show_smoothing()

    @property
    def view(self) -> CostView:
        """How the runs are drawn now."""
        return CostView(
            self.workspace.display.smoothing,
            count_epochs(self.runs),
            self.log_box.isChecked(),
            len(self.runs) == 1,
            MAX_DOTS
            if self.plot is None
            else max(1, min(MAX_DOTS, self.plot.width() // PX_PER_DOT)),
        )

    def empty_sentence(self) -> str:
        """Return what to do to see a curve."""
        return "" if self.runs else self.why_no_curve("Press Train to see the cost fall.")

    def build_plot(self, plot: "PlotWidget") -> None:
        """Have the curves of one run ready."""
        self._curves[0] = CostCurves(plot)
        self._past = PastLine(plot, self.workspace, self)

    def colour_plot(self, palette: Palette) -> None:
        """Give every run its colour."""
        assert self._past is not None
        self._past.set_theme(palette)
        self.smoothing_slider.set_theme(palette)
        for run in self.runs:
            if run.key in self._curves:
                self._curves[run.key].colour(run, palette, on_top=run is self.runs[-1])

    def draw(self) -> None:
        """Draw the curves of the runs."""
        assert self.plot is not None
        assert self.cursor_line is not None
        view = self.view
        self._use_curves()
        for run in self.runs:
            self._curves[run.key].draw(run, view)
        self.colour_plot(self.theme)
        self.legend.set_entries(self._legend(view), self.theme)
        set_x_label(self.plot, "epoch" if view.by_epoch else "mini-batch", self.theme)
        self._set_ranges(view)
        self.show_marks(
            by_epoch=view.by_epoch,
            others=parting_marks(self.workspace.runs, self.runs, view.by_epoch),
        )
        longest = max((self._curves[run.key].x for run in self.runs), key=lambda x: float(x[-1]))
        self.cursor_line.set_places(longest)
        assert self._past is not None
        self._past.draw(by_epoch=view.by_epoch)
        self._describe(self.runs[-1], view)

    def read(self, cursor: PlotCursor, x: float) -> None:
        """Show what every curve has at a place: of several runs a row each."""
        view, run = self.view, self.runs[-1]
        heading = f"epoch {x:.2f}" if view.by_epoch else f"mini-batch {count(round(x))}"
        if view.alone:
            mini_batch = run.mini_batch_at(x, view.by_epoch)
            if mini_batch is not None:
                epoch = run.x_of(mini_batch, True)
                heading = f"epoch {epoch:.2f} · mini-batch {count(mini_batch)}"
            cursor.show_readings(heading, self._curves[run.key].readings(run, view, x))
            return
        tested = self._known_tested()
        kinds = ("smoothed", *(kind for _, kind, _ in tested))
        fields = [field for field, _, _ in tested]
        cursor.show_readings(
            f"{heading}: {' · '.join(kinds)}" if tested else heading,
            [self._curves[each.key].reading(each, view, x, fields) for each in self.runs],
        )

    @Slot(bool)
    def _on_log_toggled(self, checked: bool) -> None:
        if self.plot is not None:
            self.plot.setLogMode(x=False, y=checked)
        self.refresh()

    @Slot(int)
    def _on_smoothing_moved(self, step: int) -> None:
        self.workspace.display.set_smoothing(tuple(SMOOTHINGS.values())[step])

    @Slot()
    def _on_smoothing_changed(self) -> None:
        self._show_smoothing()
        self.refresh()

    def _show_smoothing(self) -> None:
        smoothing = self.workspace.display.smoothing
        with QSignalBlocker(self.smoothing_slider):
            self.smoothing_slider.setValue(list(SMOOTHINGS).index(smoothing.name))
        self.smoothing_slider.setAccessibleDescription(smoothing.label)
        self.smoothing_slider.setToolTip(f"Smoothing of the curve: {smoothing.label}")

    def _use_curves(self) -> None:
        """Have curves for the runs that are drawn, and for no others."""
        assert self.plot is not None
        keys = {run.key for run in self.runs}
        spare = [self._curves.pop(key) for key in set(self._curves) - keys]
        for key in sorted(keys - set(self._curves)):
            self._curves[key] = spare.pop() if spare else CostCurves(self.plot)
        for curves in spare:
            curves.remove(self.plot)

    def _known_tested(self) -> list[tuple[str, str, Mark]]:
        """Return which costs of images that are not trained on any run has."""
        return [
            each for each in TESTED if any(len(tested_costs(run, each[0])[0]) for run in self.runs)
        ]

    def _legend(self, view: CostView) -> tuple[LegendEntry, ...]:
        run, ink = self.runs[-1], self.theme.muted
        tested = [(kind, mark) for _, kind, mark in self._known_tested()]
        if not view.alone:
            return (
                *(each.legend_entry for each in self.runs),
                *(LegendEntry(kind, ink, mark, SHORT.get(kind, kind)) for kind, mark in tested),
            )
        entries = [LegendEntry("mini-batch", run.color, Mark.FAINT_LINE, "batch")]
        if window_of(run, view.smoothing) > 1:
            entries.append(LegendEntry("smoothed", run.color, Mark.LINE, "smooth"))
        else:
            entries = [LegendEntry("mini-batch", run.color)]
        entries.append(LegendEntry("epoch mean", self.theme.text, Mark.DOT, "epoch"))
        entries += [
            LegendEntry(kind, run.color, mark, SHORT.get(kind, kind)) for kind, mark in tested
        ]
        return tuple(entries)

    def _set_ranges(self, view: CostView) -> None:
        assert self.plot is not None
        drawn = [self._curves[run.key] for run in self.runs]
        last = max(float(each.x[-1]) for each in drawn)
        show_x(self.plot, 0, last, whole=last >= WHOLE_TICKS_FROM, grid=view.by_epoch)
        highest = max(each.highest for each in drawn)
        if view.logarithmic:
            lowest = min(each.lowest for each in drawn)
            show_logarithmic(self.plot, min(lowest, highest) or 1.0, highest or 1.0)
        else:
            show_linear(self.plot, 0, highest or 1.0)

    def _describe(self, run: DrawnRun, view: CostView) -> None:
        length, window = len(run.history), window_of(run, view.smoothing)
        newest = run.history.means(np.array([length], np.int64), window)
        of = "Cost of the last mini-batch"
        if window > 1:
            of = f"Mean cost of the last {count(window)} mini-batches"
        exact, *shorter = (number(float(newest[0]), digits) for digits in range(DIGITS, 0, -1))
        self.show_value(f"C {exact}", exact, *shorter)
        of = of if view.alone else f"{run.name}: {of[0].lower()}{of[1:]}"
        self.value_label.setToolTip(f"{of}: {exact}")
        each = -(-length // min(length, MAX_POINTS))
        line = "one mini-batch" if each == 1 else f"the mean of {count(each)} mini-batches"
        smoothed = f"Smoothed over {count(window)} mini-batches" if window > 1 else "Not smoothed"
        self.legend.setToolTip(
            f"{smoothed}; each point of the {'faint ' if window > 1 else ''}line is {line}."
            if view.alone
            else f"{', '.join(each.name for each in self.runs)}. {smoothed}."
        )
