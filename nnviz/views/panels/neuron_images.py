"""What a neuron of layer 1 looks for in the image, and how the cost wants that to change."""

from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from nnviz.trace.copying import Offers, offers_of
from nnviz.trace.notation import Notation
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.trace.reveal import Reveal
from nnviz.views.widgets.weight_image import WeightImage
from nnviz.visual.palette import Palette
from nnviz.visual.scales import Scale

__all__ = ["NeuronImages"]


class NeuronImages(QWidget):
    """The incoming weights beside ∂C/∂w, each on its own scale."""

    edge_requested = Signal(object)
    """Emitted with the EdgeRef of a clicked pixel."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector.images")
        self.weights = WeightImage("incoming weights w", Scale.WEIGHT, self)
        self.weights.setObjectName("inspector.images.weights")
        self.gradients = WeightImage("∂C/∂w", Scale.DERIVATIVE, self)
        self.gradients.setObjectName("inspector.images.gradients")
        self.weights.setToolTip("The weights from the pixels to this neuron; click for an edge")
        self.gradients.setToolTip("How the cost changes with each of these weights")
        self._node = NodeRef(1, 0)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        for image in (self.weights, self.gradients):
            layout.addWidget(image)
            image.pixel_clicked.connect(self._on_pixel)

    def show_neuron(
        self,
        trace: PassTrace,
        reveal: Reveal,
        node: NodeRef,
        shape: tuple[int, int],
        palette: Palette,
        notation: Notation | None = None,
        example: int | None = 0,
    ) -> None:
        """Show the edges into ``node`` of layer 1; ``shape`` is that of the input image."""
        self._node = node
        notation = notation or Notation()
        for quantity, image in (
            (Quantity.WEIGHT, self.weights),
            (Quantity.WEIGHT_GRADIENT, self.gradients),
        ):
            values = None
            if reveal.knows(quantity, 1, node.neuron, example):
                values = trace.layer_values(quantity, 1, example)[node.neuron]
            offers = partial(
                _offers, trace, reveal, node.neuron, quantity, notation=notation, example=example
            )
            image.set_values(values, shape, palette, notation, offers)
        for image, what in ((self.weights, "Incoming weights"), (self.gradients, "∂C/∂w")):
            low, high = image.ends
            known = image.values is not None
            image.setAccessibleName(
                f"{what} from {low} to {high}" if known else f"{what}: not computed yet"
            )

    @Slot(int)
    def _on_pixel(self, pixel: int) -> None:
        self.edge_requested.emit(EdgeRef(1, self._node.neuron, pixel))


def _offers(
    trace: PassTrace,
    reveal: Reveal,
    neuron: int,
    quantity: Quantity,
    pixel: int,
    *,
    notation: Notation,
    example: int | None,
) -> Offers:
    """Return what can be copied of the edge from a pixel."""
    return offers_of(trace, reveal, EdgeRef(1, neuron, pixel), notation, quantity, example)
