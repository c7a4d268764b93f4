"""The cost as it falls: every mini-batch faintly, their moving mean, the means of the epochs."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, Slot
from PySide6.QtWidgets import QCheckBox, QLabel, QSizePolicy, QWidget

from nnviz.engine.arrays import FloatArray
from nnviz.formatting import count, number
from nnviz.stores.workspace import Workspace
from nnviz.views.panels.past_line import PastLine
from nnviz.views.panels.plot_panel import PlotPanel
from nnviz.views.plotting import (
    add_cursor,
    add_curve,
    pen,
    set_data,
    set_x_label,
    show_linear,
    show_logarithmic,
    show_x,
)
from nnviz.views.theme import qcolor, text_font
from nnviz.views.widgets.legend import LegendEntry, Mark
from nnviz.visual.palette import Palette

if TYPE_CHECKING:
    from pyqtgraph import InfiniteLine, PlotDataItem, PlotWidget

__all__ = ["CostPlot"]

MAX_POINTS = 1_200
MAX_SMOOTH_POINTS = 600
MAX_DOTS = 30
FAINT = 90
"""Opacity of the single mini-batches, 0 … 255."""
DIGITS = 3
WHOLE_TICKS_FROM = 3
"""Epochs from which on the axis counts whole ones."""


class CostPlot(PlotPanel):
    """The cost over the epochs (over the mini-batches, while the first epoch lasts)."""

    key = "cost"
    title = "Cost"
    plot_name = "Cost by epoch"
    refresh_ms = 170

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent)
        self._raw: PlotDataItem | None = None
        self._smooth: PlotDataItem | None = None
        self._dots: PlotDataItem | None = None
        self._cursor: InfiniteLine | None = None
        self._past: PastLine | None = None
        self._x: FloatArray = np.empty(0)
        self._numbers: FloatArray = np.empty(0)
        self._costs: FloatArray = np.empty(0)
        self.readout_label = QLabel(self)
        self.readout_label.setObjectName("cost.readout")
        self.readout_label.setFont(text_font(11))
        self.readout_label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.readout_label.setVisible(False)
        self.log_box = QCheckBox("log", self)
        self.log_box.setObjectName("cost.log")
        self.log_box.setFont(text_font(11))
        self.log_box.setToolTip("Logarithmic cost axis")
        self.log_box.setAccessibleName("Logarithmic cost axis")
        self.log_box.toggled.connect(self._on_log_toggled)
        self.header.insertWidget(0, self.readout_label, 1)
        self.header.addWidget(self.log_box)

    def empty_sentence(self) -> str:
        """Return what to do to see a curve."""
        return "" if len(self.workspace.training.history) else "Press Train to see the cost fall."

    def build_plot(self, plot: "PlotWidget") -> None:
        """Add the three curves and the cursor."""
        self._raw = add_curve(plot)
        self._smooth = add_curve(plot)
        self._dots = add_curve(plot, symbol_px=7)
        self._cursor = add_cursor(plot)
        self._past = PastLine(plot, self.workspace, self)
        plot.scene().sigMouseMoved.connect(self._on_mouse_moved)
        plot.viewport().installEventFilter(self)

    def colour_plot(self, palette: Palette) -> None:
        """Give cost its colour."""
        assert self._raw is not None
        assert self._smooth is not None
        assert self._dots is not None
        assert self._cursor is not None
        assert self._past is not None
        self._past.set_theme(palette)
        self._raw.setPen(pen(palette.cost_curve, alpha=FAINT))
        self._smooth.setPen(pen(palette.cost_curve, 2))
        self._dots.setPen(None)
        self._dots.setSymbolBrush(qcolor(palette.text))
        self._dots.setSymbolPen(pen(palette.surface))
        self._cursor.setPen(pen(palette.muted))
        self.legend.set_entries(
            (
                LegendEntry("mini-batch", palette.cost_curve, Mark.FAINT_LINE),
                LegendEntry("smoothed", palette.cost_curve),
                LegendEntry("epoch mean", palette.text, Mark.DOT),
            ),
            palette,
        )

    def show_header(self, visible: bool) -> None:
        """Show everything but the read-out, which comes with the pointer."""
        super().show_header(visible)
        self.readout_label.setVisible(False)

    def draw(self) -> None:
        """Draw the curves of the history."""
        training = self.workspace.training
        history, axis = training.history, training.epoch_axis
        numbers, costs = history.decimated(MAX_POINTS)
        self._numbers, self._costs = history.smoothed(self._window(), MAX_SMOOTH_POINTS)
        by_epoch = self._counts_epochs()
        self._x = axis.epochs(self._numbers) if by_epoch else self._numbers
        x = axis.epochs(numbers) if by_epoch else numbers
        set_data(self._raw, x, self._drawable(costs))
        set_data(self._smooth, self._x, self._drawable(self._costs))
        self._draw_dots(by_epoch)
        assert self.plot is not None
        set_x_label(self.plot, "epoch" if by_epoch else "mini-batch", self.theme)
        self._set_ranges(x, costs)
        self.show_marks(by_epoch=by_epoch)
        assert self._past is not None
        self._past.draw(by_epoch=by_epoch)
        self._describe(len(numbers))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the read-out away when the pointer leaves the plot."""
        if event.type() == QEvent.Type.Leave:
            self._show_readout(None)
        return super().eventFilter(watched, event)

    @Slot(object)
    def _on_mouse_moved(self, place: QPointF) -> None:
        if self.plot is None or not len(self._x):
            return
        box = self.plot.getPlotItem().getViewBox()
        if not box.sceneBoundingRect().contains(place):
            self._show_readout(None)
            return
        x = box.mapSceneToView(place).x()
        self._show_readout(int(np.abs(self._x - x).argmin()))

    @Slot(bool)
    def _on_log_toggled(self, checked: bool) -> None:
        if self.plot is not None:
            self.plot.setLogMode(x=False, y=checked)
        self.refresh()

    def _show_readout(self, index: int | None) -> None:
        """Show the curve's point ``index`` in the place of the legend; None takes it away."""
        assert self._cursor is not None
        self._cursor.setVisible(index is not None)
        self.readout_label.setVisible(index is not None)
        header = index is None and not self.shows_nothing  # a plot that is put away is left, too
        self.legend.setVisible(header)
        self.value_label.setVisible(header)
        if index is None:
            return
        self._cursor.setPos(self._x[index])
        mini_batch = int(self._numbers[index])
        epoch = self.workspace.training.epoch_axis.epochs(np.array([mini_batch]))[0]
        self.readout_label.setText(
            f"epoch {epoch:.2f} · mini-batch {count(mini_batch)} · "
            f"C {number(float(self._costs[index]), DIGITS)}"
        )

    def _draw_dots(self, by_epoch: bool) -> None:
        """Draw the means of the epochs, of so many at most that they stay apart."""
        training = self.workspace.training
        reports = training.history.reports
        kept = reports[:: -(-len(reports) // MAX_DOTS)] if reports else ()
        axis = training.epoch_axis
        ends = np.array([axis.epoch_end(each.run, each.epoch) for each in kept], np.float64)
        means = np.array([each.cost for each in kept], np.float64)
        set_data(self._dots, axis.epochs(ends) if by_epoch else ends, self._drawable(means))

    def _window(self) -> int:
        """Return how many mini-batches are smoothed over: an epoch, or a twentieth of a long one.

        Never less than 20 where an epoch has more.
        """
        per_epoch = self.workspace.training.epoch_axis.mini_batches_per_epoch
        return min(per_epoch, max(20, per_epoch // 20))

    def _counts_epochs(self) -> bool:
        training = self.workspace.training
        done = np.array([float(len(training.history))])
        return bool(training.epoch_axis.epochs(done)[0] >= 1)

    def _drawable(self, costs: FloatArray) -> FloatArray:
        """Return the costs with 0 lifted to where a logarithmic axis can show it."""
        return np.maximum(costs, np.finfo(np.float32).tiny) if self.log_box.isChecked() else costs

    def _set_ranges(self, x: FloatArray, costs: FloatArray) -> None:
        assert self.plot is not None
        last = max(float(x[-1]), float(self._x[-1]))
        show_x(self.plot, 0, last, whole=last >= WHOLE_TICKS_FROM)
        if self.log_box.isChecked():
            drawable = self._drawable(costs)
            show_logarithmic(self.plot, float(drawable.min()), float(drawable.max()))
        else:
            show_linear(self.plot, 0, float(costs.max()) or 1.0)

    def _describe(self, points: int) -> None:
        history = self.workspace.training.history
        newest = float(self._costs[-1])
        self.value_label.setText(f"C {number(newest, DIGITS)}")
        self.value_label.setToolTip(f"Mean cost of the last {count(self._window())} mini-batches")
        each = -(-len(history) // points)
        self.legend.setToolTip(
            f"Smoothed over {count(self._window())} mini-batches; each point of the faint line is "
            f"{'one mini-batch' if each == 1 else f'the mean of {count(each)} mini-batches'}."
        )
