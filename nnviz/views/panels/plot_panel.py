"""What the plots of a run share: a header, a sentence while there is nothing, a late plot."""

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QFont, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from nnviz.engine.arrays import FloatArray
from nnviz.formatting import count
from nnviz.stores.workspace import Workspace
from nnviz.views.panels.change_marks import ChangeMarks
from nnviz.views.panels.mark_labels import PlotMark
from nnviz.views.panels.panel import Panel
from nnviz.views.plotting import new_plot, restyle
from nnviz.views.theme import mono_font
from nnviz.views.throttle import Throttle
from nnviz.views.widgets.legend import Legend
from nnviz.visual.palette import Palette

if TYPE_CHECKING:
    from pyqtgraph import PlotWidget

__all__ = ["PlotPanel"]

MARGIN_PX = 10


class PlotPanel(Panel):
    """A curve of the run, drawn anew now and then and only while it can be seen.

    Subclasses fill the plot in ``build_plot`` and draw in ``draw``; ``empty_sentence`` says why
    there is nothing to draw.
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
        self._nothing: bool | None = None
        self.legend = Legend(self)
        self.value_label = _label(self, f"{self.key}.value", mono_font(12, bold=True))
        self.value_label.setAccessibleName(f"Newest {self.title.lower()}")
        self.empty_label = _label(self, f"{self.key}.empty")
        self.empty_label.setProperty("muted", True)
        self.empty_label.setWordWrap(True)
        self.empty_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.header = QHBoxLayout()
        self.header.setSpacing(8)
        self.header.addWidget(self.legend, 1)
        self.header.addWidget(self.value_label)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.empty_label)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN_PX, 6, MARGIN_PX, 4)
        layout.setSpacing(2)
        layout.addLayout(self.header)
        layout.addWidget(self._pages, 1)
        self._creation = QTimer(self)
        self._creation.setSingleShot(True)
        self._creation.timeout.connect(self._create_plot)
        self._throttle = Throttle(self.refresh_ms, self)
        self._throttle.due.connect(self._on_due)
        training = workspace.training
        training.snapshot_changed.connect(self._throttle.request)
        training.epoch_finished.connect(self._throttle.request)
        training.state_changed.connect(self._throttle.request)
        training.history_reset.connect(self._throttle.request)
        workspace.network_changed.connect(self._throttle.request)

    @property
    def shows_nothing(self) -> bool:
        """Whether the sentence stands in the place of the plot."""
        return self._nothing is not False

    def empty_sentence(self) -> str:
        """Return why there is nothing to draw, empty if there is something."""
        raise NotImplementedError

    def build_plot(self, plot: "PlotWidget") -> None:
        """Put the curves into the new plot."""
        raise NotImplementedError

    def colour_plot(self, palette: Palette) -> None:
        """Give the curves and the legend their colours; the plot exists."""
        raise NotImplementedError

    def draw(self) -> None:
        """Draw the curves; the plot exists and there is something to draw."""
        raise NotImplementedError

    def show_marks(self, *, by_epoch: bool = True) -> FloatArray:
        """Mark where hyperparameters were changed; return the places on the x axis."""
        training = self.workspace.training
        marks = training.history.marks
        numbers = np.array([mark.mini_batch for mark in marks], np.float64)
        epochs = training.epoch_axis.epochs(numbers)
        x = epochs if by_epoch else numbers
        assert self.marks is not None
        self.marks.show_marks(
            tuple(
                PlotMark(
                    float(place),
                    f"Epoch {epoch:.2f}, after mini-batch {count(mark.mini_batch)}",
                    mark.changes,
                    mark.is_branch,
                )
                for place, epoch, mark in zip(x, epochs, marks, strict=True)
            )
        )
        return x

    def show_header(self, visible: bool) -> None:
        """Show what stands above the plot, or hide it where there is none."""
        for index in range(self.header.count()):
            item = self.header.itemAt(index)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.setVisible(visible)

    def set_theme(self, palette: Palette) -> None:
        """Change the colours."""
        if self.plot is not None:
            restyle(self.plot, palette)
            assert self.marks is not None
            self.marks.set_theme(palette)
            self.colour_plot(palette)
        super().set_theme(palette)

    def synchronize(self) -> None:
        """Show the curves, or the sentence why there are none."""
        sentence = self.empty_sentence()
        self.empty_label.setText(sentence)
        nothing = bool(sentence) or self.plot is None
        if nothing != self._nothing:
            self._nothing = nothing
            self.show_header(not nothing)
        if nothing:
            self._pages.setCurrentWidget(self.empty_label)
        else:
            self.draw()
            self._pages.setCurrentIndex(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Make the plot once the panel has been painted without it: its import is slow."""
        super().paintEvent(event)
        if self.plot is None and not self._creation.isActive():
            self._creation.start(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the ticks for the new size."""
        super().resizeEvent(event)
        self._throttle.request()

    @Slot()
    def _create_plot(self) -> None:
        self.plot = new_plot(self.theme, self)
        self.plot.setObjectName(f"{self.key}.plot")
        self.plot.setAccessibleName(self.plot_name)
        self.build_plot(self.plot)
        self.marks = ChangeMarks(self.plot, self.theme, from_bottom=self.rises)
        self.colour_plot(self.theme)
        self._pages.addWidget(self.plot)
        self._pages.setCurrentWidget(self.plot)  # gives it its size
        self.refresh()

    @Slot()
    def _on_due(self) -> None:
        self.refresh()


def _label(parent: QWidget, name: str, font: QFont | None = None) -> QLabel:
    label = QLabel(parent)
    label.setObjectName(name)
    if font is not None:
        label.setFont(font)
    return label
