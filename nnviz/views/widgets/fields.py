"""Small controls that every form makes alike: a caption over a field, a combo box of a table."""

from collections.abc import Mapping
from typing import Protocol

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QSizePolicy, QWidget

from nnviz.views.theme import text_font

__all__ = ["Labelled", "add_field", "choose", "combo_of"]

CAPTION_PX = 11
FIELD_PX = 30


class Labelled(Protocol):
    """What the engine's tables hold."""

    @property
    def label(self) -> str:
        """The shown name."""

    @property
    def name(self) -> str:
        """The key."""


def add_field(
    grid: QGridLayout, row: int, column: int, caption: str, field: QWidget, columns: int = 1
) -> None:
    """Add a field with its caption above it, in rows 2·row and 2·row + 1 of ``grid``."""
    label = QLabel(caption)
    label.setProperty("muted", True)
    label.setFont(text_font(CAPTION_PX))
    label.setBuddy(field)
    field.setAccessibleName(caption)
    field.setMinimumWidth(40)
    field.setFixedHeight(FIELD_PX)
    field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    grid.addWidget(label, 2 * row, column, 1, columns)
    grid.addWidget(field, 2 * row + 1, column, 1, columns)


def combo_of(table: Mapping[str, Labelled], name: str) -> QComboBox:
    """Return a combo box of a table's labels, with the keys as data."""
    combo = _Combo()
    combo.setObjectName(name)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(6)
    for key, entry in table.items():
        combo.addItem(entry.label, key)
    return combo


def choose(combo: QComboBox, key: str) -> None:
    """Select an entry by its key without telling anybody."""
    with QSignalBlocker(combo):
        combo.setCurrentIndex(combo.findData(key))


class _Combo(QComboBox):
    """Takes the wheel only with the focus: who scrolls past it does not mean it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to what scrolls unless the box has the focus."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
