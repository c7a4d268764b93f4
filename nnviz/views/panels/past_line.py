"""The line in a plot at the moment of the run that is looked at; a click leads to another one."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Qt, Slot

from nnviz.engine.arrays import FloatArray
from nnviz.stores.workspace import Workspace
from nnviz.views.plotting import add_cursor, pen
from nnviz.visual.palette import Palette

if TYPE_CHECKING:
    from pyqtgraph import PlotWidget
    from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent

__all__ = ["PastLine"]


class PastLine(QObject):
    """Lies in one plot; the plot says with ``place_on`` where its mini-batches stand."""

    def __init__(self, plot: "PlotWidget", workspace: Workspace, parent: QObject) -> None:
        super().__init__(parent)
        self._plot, self._workspace = plot, workspace
        self._numbers: FloatArray = np.zeros(1)
        self._x: FloatArray = np.zeros(1)
        self._line = add_cursor(plot)
        plot.scene().sigMouseClicked.connect(self._on_clicked)
        workspace.travel.changed.connect(self._on_changed)

    def set_theme(self, palette: Palette) -> None:
        """Change the colour."""
        self._line.setPen(pen(palette.accent, 2))

    def place_on(self, numbers: FloatArray, x: FloatArray) -> None:
        """Take where on the axis mini-batches stand, both rising; and draw the line."""
        self._numbers = np.concatenate(([0.0], numbers))
        self._x = np.concatenate(([0.0], x))
        self._on_changed()

    @Slot()
    def _on_changed(self) -> None:
        shown = self._workspace.travel.shown
        self._line.setVisible(shown is not None)
        if shown is not None:
            self._line.setPos(float(np.interp(shown.place, self._numbers, self._x)))

    @Slot(object)
    def _on_clicked(self, event: "MouseClickEvent") -> None:
        """Go to the moment that is nearest to where the plot was clicked."""
        box = self._plot.getPlotItem().getViewBox()
        is_here = box.sceneBoundingRect().contains(event.scenePos())
        if event.button() != Qt.MouseButton.LeftButton or not is_here or len(self._x) < 2:
            return
        x = box.mapSceneToView(event.scenePos()).x()
        self._workspace.travel.look_at_place(float(np.interp(x, self._x, self._numbers)))
        event.accept()
