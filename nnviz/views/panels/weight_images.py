"""The incoming weights of every neuron of the first layer, as images: what it looks for."""

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from nnviz.engine.arrays import FloatArray
from nnviz.engine.network import Parameters
from nnviz.formatting import count
from nnviz.stores.workspace import Workspace
from nnviz.trace.copying import Numbers, Offers
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.views.copy_menu import open_copy_menu
from nnviz.views.panels.panel import Panel
from nnviz.views.panels.weight_gallery import WeightGallery
from nnviz.views.scene.describe import name_of
from nnviz.views.theme import qcolor, text_font
from nnviz.views.throttle import Throttle
from nnviz.views.widgets.colour_bar import ColourBar
from nnviz.visual.palette import Palette
from nnviz.visual.scales import Scale, scale_for

__all__ = ["WeightImages"]

REFRESH_MS = 130
PERCENTILE = 99.5
TABLE_SIZE = 255
"""Odd, so that one of the colours is exactly that of 0."""


class WeightImages(Panel):
    """A gallery with one colour scale for all, live while a run trains."""

    key = "weight-images"
    title = "Weight images"

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent)
        self.gallery = WeightGallery(self._describe, self)
        self.gallery.setObjectName("weight-images.gallery")
        self.gallery.setAccessibleName("Weight images of the first layer")
        self.gallery.index_chosen.connect(self._on_index_chosen)
        self.gallery.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.gallery.customContextMenuRequested.connect(self._on_menu_requested)
        self.scroll_area = QScrollArea(self)
        self.scroll_area.setObjectName("weight-images.scroll")
        self.scroll_area.setWidget(self.gallery)
        self.scroll_area.setWidgetResizable(True)
        self.scroll_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroll_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.gallery.setProperty("panel", True)
        self.scroll_area.installEventFilter(self)
        self.colour_bar = ColourBar(self)
        self.colour_bar.setObjectName("weight-images.colour-bar")
        self.about_label = QLabel(self)
        self.about_label.setObjectName("weight-images.about")
        self.about_label.setProperty("muted", True)
        self.about_label.setFont(text_font(11))
        self.empty_label = QLabel("This network's input is not an image.", self)
        self.empty_label.setObjectName("weight-images.empty")
        self.empty_label.setProperty("muted", True)
        self.empty_label.setWordWrap(True)
        self.empty_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._arrange()
        self._throttle = Throttle(REFRESH_MS, self)
        self._throttle.due.connect(self._on_due)
        workspace.training.snapshot_changed.connect(self._throttle.request)
        workspace.training.state_changed.connect(self._throttle.request)
        workspace.parameters_changed.connect(self._throttle.request)
        workspace.network_changed.connect(self._throttle.request)
        workspace.selection.selection_changed.connect(self._on_selection_changed)
        workspace.display.changed.connect(self._on_due)

    def synchronize(self) -> None:
        """Draw the images of the newest weights."""
        shape = self.workspace.state.image_shape
        self._pages.setCurrentIndex(0 if shape is None else 1)
        if shape is None:
            return
        weights = self._parameters().weights[0]
        limit = limit_of(weights)
        atlas = atlas_of(weights, shape, limit, self.theme)
        self.gallery.show_images(atlas, self._names(len(weights)), self._selected(), self.theme)
        scale = scale_for(Scale.WEIGHT, self.theme, self.theme.window)
        self.colour_bar.set_scale((scale.low, scale.middle, scale.high), limit, self.theme)
        self.colour_bar.setToolTip(
            f"Weights w, one scale for all images: {PERCENTILE} % of them lie between "
            f"{self._number(-limit)} and {self._number(limit)}, "
            "the others have the colour of the end."
        )
        live = " · live" if self.workspace.run.is_live else ""
        self.about_label.setText(f"layer 1 · {count(len(weights))}{live}")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Lay the images out for the part of the gallery that can be seen."""
        if event.type() == QEvent.Type.Resize:
            self.gallery.fit_into(self.scroll_area.contentsRect().size())
        return super().eventFilter(watched, event)

    @Slot(int)
    def _on_index_chosen(self, index: int) -> None:
        self.workspace.selection.select(NodeRef(1, index))

    @Slot(QPoint)
    def _on_menu_requested(self, place: QPoint) -> None:
        """Offer the weights of the image under the pointer, and those of all."""
        index = self.gallery.grid.index_at(place.x(), place.y())
        shape = self.workspace.state.image_shape
        if index is None or shape is None:
            return
        weights = self._parameters().weights[0]
        offers = Offers(
            rows=(Numbers("w", weights[index], lying=True),),
            matrices=(
                Numbers("W", weights),
                Numbers("w as an image", weights[index].reshape(shape)),
            ),
        )
        notation = self.workspace.display.notation
        open_copy_menu(offers, notation, self.gallery.mapToGlobal(place), self.gallery)

    @Slot()
    def _on_selection_changed(self) -> None:
        self.refresh()
        selected = self._selected()
        if selected is not None and self.in_sight:
            centre = self.gallery.rectangle(selected).center()
            self.scroll_area.ensureVisible(centre.x(), centre.y())

    @Slot()
    def _on_due(self) -> None:
        self.refresh()

    def _arrange(self) -> None:
        footer = QHBoxLayout()
        footer.setContentsMargins(6, 0, 6, 0)
        footer.setSpacing(12)
        footer.addWidget(self.colour_bar, 1)
        footer.addWidget(self.about_label)
        page = QWidget(self)
        inner = QVBoxLayout(page)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(2)
        inner.addWidget(self.scroll_area, 1)
        inner.addLayout(footer)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.empty_label)
        self._pages.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 2, 4, 6)
        layout.addWidget(self._pages)

    def _parameters(self) -> Parameters:
        """Return the run's newest parameters while there is one, else the network's."""
        snapshot = self.workspace.run.live_snapshot
        if snapshot is not None:
            return snapshot.parameters
        return self.workspace.state.parameters

    def _selected(self) -> int | None:
        ref = self.workspace.selection.selected
        if isinstance(ref, NodeRef | EdgeRef) and ref.layer == 1:
            return ref.neuron
        return None

    def _names(self, size: int) -> tuple[str, ...]:
        if self.workspace.spec.layer_count == 1 and self.workspace.class_names:
            return self.workspace.class_names
        index = self.workspace.display.notation.index
        return tuple(str(index(neuron)) for neuron in range(size))

    def _describe(self, index: int) -> str:
        parameters = self._parameters()
        weights, bias = parameters.weights[0][index], float(parameters.biases[0][index])
        low, high = self._number(float(weights.min())), self._number(float(weights.max()))
        name = name_of(self.workspace, NodeRef(1, index))
        return f"{name}: weights {low} … {high}, b {self._number(bias)}"

    def _number(self, value: float) -> str:
        return self.workspace.display.notation.number(value)


def limit_of(weights: FloatArray) -> float:
    """Return what 99.5 % of the weights do not exceed in size; 1 if they are all 0."""
    return float(np.percentile(np.abs(weights), PERCENTILE)) or float(np.abs(weights).max()) or 1.0


def atlas_of(weights: FloatArray, shape: tuple[int, int], limit: float, palette: Palette) -> QImage:
    """Return every row of ``weights``, (n, rows · columns), as an image, one under the other."""
    middle = (TABLE_SIZE - 1) // 2
    levels = np.clip(np.rint(weights * (middle / limit)), -middle, middle) + middle
    indices = np.ascontiguousarray(levels, dtype=np.uint8)
    scale = scale_for(Scale.WEIGHT, palette, palette.window)
    colours = scale.diverging(np.linspace(-1, 1, TABLE_SIZE), 1)
    height, width = len(weights) * shape[0], shape[1]
    view = QImage(indices.data, width, height, width, QImage.Format.Format_Indexed8)
    view.setColorTable([qcolor((int(r), int(g), int(b))).rgb() for r, g, b in colours])
    return view.convertToFormat(QImage.Format.Format_RGB32)  # copies: the array may go
