"""Small controls that every form makes alike: captions over fields, a combo box of a table."""

from collections.abc import Mapping
from typing import Protocol

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from nnviz.views.theme import text_font

__all__ = ["FieldRow", "Labelled", "add_field", "choose", "combo_of"]

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
    grid.addWidget(_caption_of(caption, field), 2 * row, column, 1, columns)
    grid.addWidget(field, 2 * row + 1, column, 1, columns)


class FieldRow(QWidget):
    """Fields side by side with their captions; those that are shown share the width."""

    def __init__(self, spacing: int = 10) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._cells: dict[QWidget, QWidget] = {}
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(spacing)

    def add(self, caption: str, field: QWidget, stretch: int = 1) -> None:
        """Add a field at the right end."""
        cell = self._cells[field] = QWidget()
        column = QVBoxLayout(cell)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(_caption_of(caption, field))
        column.addWidget(field)
        # As wide as the others whatever the field would like.
        cell.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._layout.addWidget(cell, stretch)

    def show_only(self, *fields: QWidget) -> None:
        """Show these fields with their captions, and no row at all if there are none."""
        for field, cell in self._cells.items():
            cell.setVisible(field in fields)
        self.setVisible(bool(fields))


def _caption_of(caption: str, field: QWidget) -> QLabel:
    """Return the label of a field, which takes the house's form by it."""
    label = QLabel(caption)
    label.setProperty("muted", True)
    label.setFont(text_font(CAPTION_PX))
    label.setBuddy(field)
    field.setAccessibleName(caption)
    field.setMinimumWidth(40)
    field.setFixedHeight(FIELD_PX)
    field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return label


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
