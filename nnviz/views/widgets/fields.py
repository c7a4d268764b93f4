"""Small controls that every form makes alike: a caption over a field, a combo box of a table."""

from collections.abc import Mapping
from typing import Protocol

from PySide6.QtCore import QLocale, QSignalBlocker
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QLabel,
    QSizePolicy,
    QSpinBox,
    QWidget,
)

from nnviz.views.theme import text_font

__all__ = ["Labelled", "add_field", "choose", "combo_of", "number_box", "whole_box"]

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
    combo = QComboBox()
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


def number_box(name: str, low: float, high: float, decimals: int) -> QDoubleSpinBox:
    """Return a field for a number, whose steps follow its size; the decimal sign is a point."""
    box = _ShortNumberBox()
    box.setDecimals(decimals)
    box.setRange(low, high)
    box.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)
    _prepare(box, name)
    return box


def whole_box(name: str, low: int, high: int) -> QSpinBox:
    """Return a field for a whole number."""
    box = QSpinBox()
    box.setRange(low, high)
    box.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)
    _prepare(box, name)
    return box


def _prepare(box: QAbstractSpinBox, name: str) -> None:
    box.setObjectName(name)
    box.setLocale(QLocale.c())
    box.lineEdit().setTextMargins(4, 0, 0, 0)  # the style sheet's padding does not reach it
    # 30 on the way to 300 is not a wish; the value counts when it is finished.
    box.setKeyboardTracking(False)
    box.setCorrectionMode(QAbstractSpinBox.CorrectionMode.CorrectToNearestValue)


class _ShortNumberBox(QDoubleSpinBox):
    """Shows 3 as 3 and 0.05 as 0.05, not with all the decimals that could be typed."""

    def textFromValue(self, value: float) -> str:
        """Return the value without trailing zeros."""
        text = f"{value:.{self.decimals()}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
