"""The line in a plot at the moment of the run that is looked at; a click leads to another one."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Qt, Slot

from nnviz.stores.workspace import Workspace
from nnviz.views.plotting import add_cursor, pen
from nnviz.visual.palette import Palette

if TYPE_CHECKING:
    from pyqtgraph import PlotWidget
    from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent

__all__ = ["PastLine"]


class PastLine(QObject):
    """Lies in one plot, whose x axis counts the epochs of the curves, or their mini-batches."""

    def __init__(self, plot: "PlotWidget", workspace: Workspace, parent: QObject) -> None:
        super().__init__(parent)
        self._plot, self._workspace = plot, workspace
        self._by_epoch = False
        self._line = add_cursor(plot)
        plot.scene().sigMouseClicked.connect(self._on_clicked)
        workspace.travel.changed.connect(self._on_changed)

    def set_theme(self, palette: Palette) -> None:
        """Change the colour."""
        self._line.setPen(pen(palette.accent, 2))

    def draw(self, *, by_epoch: bool) -> None:
        """Draw the line on an axis of epochs, or of mini-batches."""
        self._by_epoch = by_epoch
        self._on_changed()

    @Slot()
    def _on_changed(self) -> None:
        shown = self._workspace.travel.shown
        self._line.setVisible(shown is not None)
        if shown is not None:
            place = np.array([float(shown.place)])
            axis = self._workspace.training.epoch_axis
            self._line.setPos(float((axis.epochs(place) if self._by_epoch else place)[0]))

    @Slot(object)
    def _on_clicked(self, event: "MouseClickEvent") -> None:
        """Go to the moment that is nearest to where the plot was clicked."""
        box = self._plot.getPlotItem().getViewBox()
        is_here = box.sceneBoundingRect().contains(event.scenePos())
        training = self._workspace.training
        if event.button() != Qt.MouseButton.LeftButton or not is_here or not len(training.history):
            return
        x = np.array([max(box.mapSceneToView(event.scenePos()).x(), 0.0)])
        place = training.epoch_axis.mini_batches(x) if self._by_epoch else x
        self._workspace.travel.look_at_place(round(float(place[0])))
        event.accept()
