"""The settings: notation and canvas, each with an example that follows at once.

Apart from the window: it needs only the display store, and changes take effect without an OK.
"""

from PySide6.QtCore import QSignalBlocker, QSize, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from nnviz.stores.display_store import DisplayStore
from nnviz.trace.expressions import Expression, Face, Word, operator, row
from nnviz.trace.notation import Notation
from nnviz.trace.notation_choices import ASPECTS, chosen, with_option
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.views.canvas_form import CanvasForm
from nnviz.views.choice_form import choice_label, choice_layout, new_combo
from nnviz.views.equations.boxes import Box, Ink
from nnviz.views.equations.typesetting import Style, box_of
from nnviz.views.theme import qcolor, text_font
from nnviz.visual.palette import DARK, Palette

__all__ = ["SettingsDialog", "example_of"]

PREVIEW_PX = 17
PREVIEW_GAP = 10
PREVIEW_MARGIN = 14

_NODE, _EDGE = NodeRef(2, 1), EdgeRef(2, 1, 0)
_EXAMPLE = (
    (Quantity.WEIGHT, 0.511301270),
    (Quantity.PREACTIVATION, 1.22492140409647),
    (Quantity.BIAS_GRADIENT, -0.0380982365165562),
)
"""Of the second neuron of layer 2, and of the edge to it from the first neuron of layer 1."""


def example_of(notation: Notation) -> tuple[Expression, ...]:
    """Return a weight, a preactivation and an error signal with their numbers, a line each."""
    lines = []
    for quantity, value in _EXAMPLE:
        if quantity is Quantity.WEIGHT:
            symbol: Expression = notation.edge_symbol(_EDGE, value)
        else:
            symbol = notation.node_symbol(quantity, _NODE, value)
        lines.append(row(symbol, operator("="), Word(notation.number(value), Face.NUMBER)))
    return tuple(lines)


class NotationPreview(QWidget):
    """Lines of mathematics below each other, typeset when they change."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("settings.preview")
        self._notation = Notation()
        self._palette = DARK
        self._boxes: tuple[Box, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_example(self._notation, self._palette)

    def show_example(self, notation: Notation, palette: Palette) -> None:
        """Show the example in a notation."""
        self._notation, self._palette = notation, palette
        style = Style.plain(PREVIEW_PX, palette)
        self._boxes = tuple(box_of(line, style) for line in example_of(notation))
        numbers = ", ".join(notation.number(value) for _, value in _EXAMPLE)
        self.setAccessibleName(f"Example: {numbers}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Be as large as the lines, and as high as with any other choice."""
        width = max(box.width for box in self._boxes) + 2 * PREVIEW_MARGIN
        style = Style.plain(PREVIEW_PX, self._palette)
        highest = sum(box_of(line, style).height for line in example_of(Notation()))
        gaps = PREVIEW_GAP * (len(self._boxes) - 1) + 2 * PREVIEW_MARGIN
        return QSize(round(width), round(highest + gaps))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lines on a card, their block in the middle."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(qcolor(self._palette.border))
            painter.setBrush(qcolor(self._palette.surface))
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 6, 6)
            ink = Ink(painter, qcolor(self._palette.accent))
            block = sum(box.height for box in self._boxes) + PREVIEW_GAP * (len(self._boxes) - 1)
            top = (self.height() - block) / 2
            for box in self._boxes:
                box.draw(ink, PREVIEW_MARGIN, top + box.ascent)
                top += box.height + PREVIEW_GAP


class SettingsDialog(QDialog):
    """Choices that take effect at once, in every view behind the dialog too."""

    def __init__(
        self, display: DisplayStore, palette: Palette = DARK, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("dialog.settings")
        self.setWindowTitle("Settings")
        self._display = display
        self._palette = palette
        self._combos = tuple(self._combo(index) for index in range(len(ASPECTS)))
        self.preview = NotationPreview(self)
        self.canvas = CanvasForm(display, self)
        self._arrange()
        display.changed.connect(self.synchronize)
        display.canvas_changed.connect(self.synchronize)
        self.synchronize()

    @Slot()
    def synchronize(self) -> None:
        """Show the settings that are used now."""
        notation = self._display.notation
        for aspect, combo in zip(ASPECTS, self._combos, strict=True):
            option = chosen(notation, aspect)
            with QSignalBlocker(combo):
                combo.setCurrentIndex(combo.findData(option.key) if option else -1)
        self._defaults.setEnabled(notation != Notation() or not self.canvas.is_usual)
        self.preview.show_example(notation, self._palette)

    @Slot()
    def bring_forward(self) -> None:
        """Show the dialog beside the window, which stays usable."""
        self.show()
        self.raise_()
        self.activateWindow()

    def set_theme(self, palette: Palette) -> None:
        """Change the colours."""
        self._palette = palette
        self.canvas.set_theme(palette)
        self.synchronize()

    @Slot(int)
    def _on_chosen(self, _: int) -> None:
        notation = self._display.notation
        for aspect, combo in zip(ASPECTS, self._combos, strict=True):
            option = aspect.option(str(combo.currentData()))
            if option is not None:
                notation = with_option(notation, aspect, option)
        self._display.set_notation(notation)

    @Slot()
    def _on_defaults(self) -> None:
        self._display.set_notation(Notation())
        self.canvas.restore()

    def _combo(self, index: int) -> QComboBox:
        aspect = ASPECTS[index]
        combo = new_combo(aspect.field, aspect.title, aspect.tip, self)
        for option in aspect.options:
            combo.addItem(option.text, option.key)
        combo.activated.connect(self._on_chosen)
        return combo

    def _arrange(self) -> None:
        heading = QLabel("Notation", self)
        heading.setProperty("heading", True)
        form = choice_layout()
        for aspect, combo in zip(ASPECTS, self._combos, strict=True):
            form.addRow(choice_label(aspect.title, aspect.tip, combo), combo)
        caption = QLabel(
            "Second neuron of layer 2, and the weight to it from the first neuron of layer 1", self
        )
        caption.setProperty("muted", True)
        caption.setFont(text_font(11))
        caption.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, parent=self)
        self._defaults: QPushButton = buttons.addButton(
            "Restore &Defaults", QDialogButtonBox.ButtonRole.ResetRole
        )
        self._defaults.setToolTip("Choose what is usual, in both columns")
        self._defaults.setObjectName("settings.defaults")
        self._defaults.setAutoDefault(False)
        self._defaults.clicked.connect(self._on_defaults)
        buttons.rejected.connect(self.reject)
        notation = QVBoxLayout()
        notation.setSpacing(10)
        notation.addWidget(heading)
        notation.addLayout(form)
        notation.addSpacing(4)
        notation.addWidget(self.preview)
        notation.addWidget(caption)
        notation.addStretch(1)
        sections = QHBoxLayout()
        sections.setSpacing(36)
        sections.addLayout(notation, 1)
        sections.addWidget(self.canvas, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addLayout(sections)
        column.addWidget(buttons)
