"""How things are shown: notation, the way a step is looked at, canvas, smoothing of curves."""

from dataclasses import replace
from enum import Enum

from PySide6.QtCore import QObject, Signal, Slot

from nnviz.trace.notation import Notation
from nnviz.training.smoothing import USUAL, Smoothing
from nnviz.visual.raster_warm_up import cancel_rasters, warm_up_rasters
from nnviz.visual.settings import CanvasSettings

__all__ = ["DisplayStore", "StepView"]


class StepView(Enum):
    """The three ways to look at a step."""

    NEURON = "neuron"
    MATRIX = "matrix"
    CODE = "code"


class DisplayStore(QObject):
    """Owns notation, view of a step, canvas settings, unfolded layers and the smoothing."""

    changed = Signal()
    """Emitted when the notation or the view of a step changes."""
    canvas_changed = Signal()
    """Emitted when the canvas is to be drawn in another way."""
    smoothing_changed = Signal()
    """Emitted when the curves of costs are to be smoothed otherwise."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._notation = Notation()
        self._view = StepView.NEURON
        self._canvas = CanvasSettings()
        self._smoothing = USUAL
        self._unfolded: frozenset[int] = frozenset()
        self._unfolded_in: tuple[int, ...] = ()

    @property
    def notation(self) -> Notation:
        """How symbols and numbers are written."""
        return self._notation

    @property
    def view(self) -> StepView:
        """How a step is looked at."""
        return self._view

    @property
    def canvas(self) -> CanvasSettings:
        """How the canvas is drawn."""
        return self._canvas

    @property
    def smoothing(self) -> Smoothing:
        """How strongly the curves of costs are smoothed."""
        return self._smoothing

    def set_smoothing(self, smoothing: Smoothing) -> None:
        """Smooth the curves of costs more or less."""
        if smoothing != self._smoothing:
            self._smoothing = smoothing
            self.smoothing_changed.emit()

    def unfolded_of(self, sizes: tuple[int, ...]) -> frozenset[int]:
        """Return the wide layers that are shown whole; a network of other sizes has none yet."""
        return self._unfolded if sizes == self._unfolded_in else frozenset()

    def set_unfolded(self, sizes: tuple[int, ...], layers: frozenset[int]) -> None:
        """Show these layers of a network of ``sizes`` whole, and fold its other wide ones."""
        if layers != self.unfolded_of(sizes):
            self._unfolded, self._unfolded_in = layers, sizes
            self.canvas_changed.emit()

    def turn_over(self, sizes: tuple[int, ...], layers: frozenset[int]) -> None:
        """Unfold those of these layers that are folded, fold the others."""
        self.set_unfolded(sizes, self.unfolded_of(sizes) ^ layers)

    def set_canvas(self, settings: CanvasSettings) -> None:
        """Draw the canvas in another way."""
        if settings != self._canvas:
            self._canvas = settings
            self.canvas_changed.emit()

    def set_notation(self, notation: Notation) -> None:
        """Write symbols and numbers differently."""
        if notation != self._notation:
            self._notation = notation
            self.changed.emit()

    def set_view(self, view: StepView) -> None:
        """Look at steps in another way."""
        if view is not self._view:
            self._view = view
            self.changed.emit()

    @Slot()
    def toggle_all_edges(self) -> None:
        """Show all edges of wide layers, or the strongest alone."""
        self.set_canvas(replace(self._canvas, all_edges=not self._canvas.all_edges))

    @Slot()
    def prepare(self) -> None:
        """Get the compiled drawing ready in the background; nothing waits for it."""
        warm_up_rasters()

    def give_up_preparing(self) -> None:
        """Forget about the compiled drawing: the program ends."""
        cancel_rasters()

    @Slot()
    def show_neuron(self) -> None:
        """Look at steps by the equation of the selected neuron."""
        self.set_view(StepView.NEURON)

    @Slot()
    def show_matrix(self) -> None:
        """Look at steps by the equation of the whole layer."""
        self.set_view(StepView.MATRIX)

    @Slot()
    def show_code(self) -> None:
        """Look at steps by the code that computes them."""
        self.set_view(StepView.CODE)
