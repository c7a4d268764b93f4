"""The rows of the settings: a name, and a list to choose from."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QWidget

__all__ = ["choice_label", "choice_layout", "new_combo"]

COMBO_PX = 30


def new_combo(name: str, title: str, tip: str, parent: QWidget) -> QComboBox:
    """Return an empty list; ``name`` is its object name after ``settings.``."""
    combo = QComboBox(parent)
    combo.setObjectName(f"settings.{name}")
    combo.setAccessibleName(title)
    combo.setToolTip(tip)
    combo.setFixedHeight(COMBO_PX)
    combo.setMinimumWidth(220)
    return combo


def choice_label(title: str, tip: str, combo: QComboBox) -> QLabel:
    """Return the name of a list, in the same parent."""
    label = QLabel(title, combo.parentWidget())
    label.setFixedHeight(COMBO_PX)
    label.setToolTip(tip)
    label.setBuddy(combo)
    return label


def choice_layout() -> QFormLayout:
    """Return the layout of names and lists."""
    form = QFormLayout()
    form.setHorizontalSpacing(20)
    form.setVerticalSpacing(8)
    form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    return form
