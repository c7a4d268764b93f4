"""The strip at the canvas's edge: how many of a wide layer's edges are drawn, or all of them."""

import itertools
from bisect import bisect_left
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QWidget

from nnviz.formatting import count
from nnviz.stores.workspace import Workspace
from nnviz.views.theme import text_font
from nnviz.views.widgets.step_slider import StepSlider
from nnviz.visual.normalisation import DENSE
from nnviz.visual.palette import Palette
from nnviz.visual.settings import STRONGEST

__all__ = ["COUNTS", "EdgeStrip", "counts_up_to", "widest_layer"]

COUNTS = (50, 100, 200, 300, STRONGEST, 600, 1000, 1500, 2000, 3000, 5000, 10_000, 20_000, 50_000)
"""How many edges can be chosen, about as many again with each step."""


ROOMY_PX = 640
"""A canvas at least so wide has room for the slider beside the caption."""
HEIGHT_PX = 20


def counts_up_to(most: int) -> tuple[int, ...]:
    """Return the choices for a widest layer of ``most`` edges; the last is all of them."""
    return (*(each for each in COUNTS if each < most), most)


def widest_layer(sizes: tuple[int, ...]) -> int:
    """Return how many edges the layer with the most has, 0 if each shows all of its own."""
    most = max(before * after for before, after in itertools.pairwise(sizes))
    return most if most > DENSE else 0


class EdgeStrip(QWidget):
    """A slider for the strongest edges and a box for all; asks the display store."""

    def __init__(self, workspace: Workspace, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("edge-strip")
        self._workspace = workspace
        self._counts: tuple[int, ...] = (STRONGEST,)
        self._slider, self._number = StepSlider(self), QLabel(self)
        self._all = QCheckBox("All edges", self)
        self._slider.setObjectName("strongest-edges")
        self._slider.setAccessibleName("Strongest edges drawn of a wide layer")
        self._all.setObjectName("all-edges")
        self._all.setToolTip(
            "Show all edges of wide layers as a density: the colour says how much of either sign "
            "runs through a place (A)"
        )
        font = text_font(11.5)
        for each in (self._number, self._all):
            each.setFont(font)
        self._number.setProperty("muted", True)
        self._number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._number.setFixedWidth(round(QFontMetricsF(font).horizontalAdvance("000,000")) + 2)
        self._all.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._slider)
        row.addWidget(self._number)
        row.addWidget(self._all)
        self.setFixedHeight(HEIGHT_PX)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self._slider.valueChanged.connect(self._on_moved)
        self._all.toggled.connect(self._on_toggled)

    def set_theme(self, palette: Palette) -> None:
        """Change the theme."""
        self._slider.set_theme(palette)

    def synchronize(self, sizes: tuple[int, ...]) -> None:
        """Show the settings for a network of ``sizes``; hide if it shows all edges anyway."""
        most, settings = widest_layer(sizes), self._workspace.display.canvas
        self.setVisible(most > 0)
        if not most:
            return
        self._counts = counts_up_to(most)
        strongest = min(settings.strongest, most)
        with QSignalBlocker(self._slider), QSignalBlocker(self._all):
            self._slider.setMaximum(len(self._counts) - 1)
            if self._counts[self._slider.value()] != strongest:
                self._slider.setValue(bisect_left(self._counts, strongest))
            self._all.setChecked(settings.all_edges)
        self._slider.setEnabled(not settings.all_edges)
        self._number.setText(count(most if settings.all_edges else strongest))
        self._slider.setToolTip(
            f"Draw the {count(strongest)} strongest edges of each wide layer, "
            f"of up to {count(most)}"
        )

    def move_into(self, width: int, bottom: int) -> int:
        """Stand at the right of a canvas of ``width`` px, above ``bottom``; return the left end.

        Without room for both, for the box alone.
        """
        if self.isHidden():
            return width
        for each in (self._slider, self._number):
            each.setVisible(width >= ROOMY_PX)
        self.resize(self._row.sizeHint().width(), HEIGHT_PX)
        self.move(width - 18 - self.width(), bottom - self.height())
        return self.x()

    @Slot(int)
    def _on_moved(self, step: int) -> None:
        display = self._workspace.display
        display.set_canvas(replace(display.canvas, strongest=self._counts[step]))

    @Slot(bool)
    def _on_toggled(self, checked: bool) -> None:
        display = self._workspace.display
        display.set_canvas(replace(display.canvas, all_edges=checked))
