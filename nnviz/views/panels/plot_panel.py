"""What the plots of runs share: a header, a sentence while there is nothing, a late plot."""

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QFont, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from nnviz.engine.arrays import FloatArray
from nnviz.formatting import count
from nnviz.stores.workspace import Workspace
from nnviz.views.panels.change_marks import ChangeMarks
from nnviz.views.panels.drawn_run import DrawnRun, drawn_runs
from nnviz.views.panels.mark_labels import PlotMark
from nnviz.views.panels.panel import Panel
from nnviz.views.panels.plot_cursor import PlotCursor
from nnviz.views.plotting import new_plot, restyle
from nnviz.views.theme import mono_font
from nnviz.views.throttle import Throttle
from nnviz.views.widgets.legend import Legend
from nnviz.visual.palette import Palette

if TYPE_CHECKING:
    from pyqtgraph import PlotWidget

__all__ = ["PlotPanel"]

MARGIN_PX = 10
SPACING_PX = 8
ALL_HIDDEN = "The curves of all runs are left out; check one in the panel Runs."


class PlotPanel(Panel):
    """Curves of runs, drawn anew now and then and only while they can be seen.

    Subclasses fill the plot in ``build_plot``, draw in ``draw`` and read values in ``read``;
    ``empty_sentence`` says why there is nothing to draw.
    """

    plot_name: ClassVar[str]
    rises: ClassVar[bool] = False
    """Whether the curve ends at the top, so that labels have their room at the bottom."""
    refresh_ms: ClassVar[int]
    """At most so often; every panel its own, or all would paint in one long turn of the loop."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent)
        self.plot: PlotWidget | None = None
        self.marks: ChangeMarks | None = None
        self.cursor_line: PlotCursor | None = None
        self.runs: tuple[DrawnRun, ...] = ()
        self._nothing: bool | None = None
        self.legend = Legend(self)
        self.legend.setObjectName(f"{self.key}.legend")
        self.value_label = _label(self, f"{self.key}.value", mono_font(12, bold=True))
        self.value_label.setAccessibleName(f"Newest {self.title.lower()}")
        self.empty_label = _label(self, f"{self.key}.empty")
        self.empty_label.setProperty("muted", True)
        self.empty_label.setWordWrap(True)
        self.empty_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.header = QHBoxLayout()
        self.header.setSpacing(SPACING_PX)
        self.header.addWidget(self.legend, 1)
        self.header.addStretch(0)
        self.header.addWidget(self.value_label)
        self._below = QVBoxLayout()
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.empty_label)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN_PX, 6, MARGIN_PX, 4)
        layout.setSpacing(2)
        layout.addLayout(self.header)
        layout.addLayout(self._below)
        layout.addWidget(self._pages, 1)
        self._creation = QTimer(self)
        self._creation.setSingleShot(True)
        self._creation.timeout.connect(self._create_plot)
        self._resized = QTimer(self)
        self._resized.setSingleShot(True)
        self._resized.setInterval(0)
        self._throttle = Throttle(self.refresh_ms, self)
        self._resized.timeout.connect(self._throttle.request)
        self._throttle.due.connect(self._on_due)
        training = workspace.training
        training.snapshot_changed.connect(self._throttle.request)
        training.epoch_finished.connect(self._throttle.request)
        training.state_changed.connect(self._throttle.request)
        training.history_reset.connect(self._throttle.request)
        workspace.runs.changed.connect(self._throttle.request)
        workspace.network_changed.connect(self._throttle.request)
        workspace.examples.example_changed.connect(self._throttle.request)
        workspace.examples.problem_changed.connect(self._throttle.request)

    @property
    def shows_nothing(self) -> bool:
        """Whether the sentence stands in the place of the plot."""
        return self._nothing is not False

    def empty_sentence(self) -> str:
        """Return why there is nothing to draw, empty if there is something."""
        raise NotImplementedError

    def has_curve(self, run: DrawnRun) -> bool:
        """Return whether there is anything to draw of a run."""
        return len(run.history) > 0

    def why_no_curve(self, nothing: str) -> str:
        """Return ``nothing``, unless there are curves that are left out, or no data to train on."""
        if self.workspace.training_data is None and not self.workspace.training.is_active:
            return self.workspace.why_no_example()
        current = self.workspace.runs.current
        left_out = current is not None and not current.shown and len(current.history)
        return ALL_HIDDEN if left_out else nothing

    def build_plot(self, plot: "PlotWidget") -> None:
        """Put what is always there into the new plot."""
        raise NotImplementedError

    def colour_plot(self, palette: Palette) -> None:
        """Give what is always there its colours; the plot exists."""
        raise NotImplementedError

    def draw(self) -> None:
        """Draw the curves of ``runs``; the plot exists and there is something to draw."""
        raise NotImplementedError

    def read(self, cursor: PlotCursor, x: float) -> None:
        """Show the values at a place of the x axis beside the cursor."""
        raise NotImplementedError

    def show_marks(self, *, by_epoch: bool = True, others: tuple[PlotMark, ...] = ()) -> FloatArray:
        """Mark where hyperparameters were changed in the newest run, and other places.

        Return the places on the x axis.
        """
        assert self.marks is not None
        run = self.runs[-1]
        marks = [
            PlotMark(
                run.x_of(mark.mini_batch, by_epoch),
                f"Epoch {run.x_of(mark.mini_batch, True):.2f}, after mini-batch "
                f"{count(mark.mini_batch)}",
                mark.changes,
                is_branch=mark.is_branch,
            )
            for mark in run.history.marks
        ]
        self.marks.show_marks(tuple(sorted((*marks, *others), key=lambda mark: mark.x)))
        return np.array([mark.x for mark in marks], np.float64)

    def show_value(self, *texts: str) -> None:
        """Show the first of ``texts``, the longest first, that has room: a number is never cut."""
        items = [self.header.itemAt(index) for index in range(self.header.count())]
        taken = sum(
            item.sizeHint().width() + SPACING_PX
            for item in items
            if item is not None
            and not item.isEmpty()
            and item.widget() not in (self.legend, self.value_label)
        )
        room, width = self.width() - 2 * MARGIN_PX - taken, self.value_label.fontMetrics()
        fitting = (text for text in texts if width.horizontalAdvance(text) <= room)
        self.value_label.setText(next(fitting, texts[-1]))

    def show_header(self, visible: bool) -> None:
        """Show what stands above the plot, or hide it where there is none."""
        for widget in (*self._header_widgets(), self.legend):
            widget.setVisible(visible)

    def arrange_legend(self) -> None:
        """Put the legend into the header if it has room there in one row, else under it."""
        items = [self.header.itemAt(index) for index in range(self.header.count())]
        taken = sum(
            item.sizeHint().width() + SPACING_PX
            for item in items
            if item is not None and not item.isEmpty() and item.widget() is not self.legend
        )
        fits = self.legend.row_width + taken <= self.width() - 2 * MARGIN_PX
        if fits and self.header.indexOf(self.legend) < 0:
            self.header.insertWidget(0, self.legend, 1)
        elif not fits and self._below.indexOf(self.legend) < 0:
            self._below.addWidget(self.legend)

    def set_theme(self, palette: Palette) -> None:
        """Change the colours."""
        if self.plot is not None:
            restyle(self.plot, palette)
            assert self.marks is not None
            assert self.cursor_line is not None
            self.marks.set_theme(palette)
            self.cursor_line.set_theme(palette)
            self.colour_plot(palette)
        super().set_theme(palette)

    def synchronize(self) -> None:
        """Show the curves, or the sentence why there are none."""
        runs = drawn_runs(self.workspace, self.theme)
        self.runs = tuple(each for each in runs if self.has_curve(each))
        sentence = self.empty_sentence()
        self.empty_label.setText(sentence)
        nothing = bool(sentence) or self.plot is None
        if nothing != self._nothing:
            self._nothing = nothing
            self.show_header(not nothing)
        if nothing:
            self._pages.setCurrentWidget(self.empty_label)
            if self.cursor_line is not None:
                self.cursor_line.hide()
        else:
            self.draw()
            self.arrange_legend()
            self._pages.setCurrentIndex(1)
            self._on_place_changed()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Make the plot once the panel has been painted without it: its import is slow."""
        super().paintEvent(event)
        if self.plot is None and not self._creation.isActive():
            self._creation.start(0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Choose ticks and the place of the legend anew when the plot has another size."""
        if event.type() == QEvent.Type.Resize:
            self._resized.start()  # not now: the pages may just be changing over
        return super().eventFilter(watched, event)

    def _header_widgets(self) -> list[QWidget]:
        items = [self.header.itemAt(index) for index in range(self.header.count())]
        widgets = [item.widget() for item in items if item is not None]
        return [widget for widget in widgets if widget is not None]

    @Slot()
    def _create_plot(self) -> None:
        self.plot = new_plot(self.theme, self)
        self.plot.setObjectName(f"{self.key}.plot")
        self.plot.setAccessibleName(self.plot_name)
        self.plot.installEventFilter(self)
        self.build_plot(self.plot)
        self.marks = ChangeMarks(self.plot, self.theme, from_bottom=self.rises)
        self.cursor_line = PlotCursor(self.plot, self.key, self.theme)
        self.cursor_line.place_changed.connect(self._on_place_changed)
        self.colour_plot(self.theme)
        self._pages.addWidget(self.plot)
        self._pages.setCurrentWidget(self.plot)  # gives it its size
        self.refresh()

    @Slot()
    def _on_place_changed(self) -> None:
        if self.cursor_line is None:
            return
        x = self.cursor_line.x
        if x is None or self.shows_nothing:
            self.cursor_line.show_readings("", ())
        else:
            self.read(self.cursor_line, x)

    @Slot()
    def _on_due(self) -> None:
        self.refresh()


def _label(parent: QWidget, name: str, font: QFont | None = None) -> QLabel:
    label = QLabel(parent)
    label.setObjectName(name)
    if font is not None:
        label.setFont(font)
    return label
