"""The list of the parts of the data, in the bar over each canvas."""

from PySide6.QtWidgets import QComboBox

from nnviz.stores.examples_store import Subset
from nnviz.stores.workspace import Workspace
from nnviz.views.example_words import part_names

__all__ = ["fill_parts"]


def fill_parts(combo: QComboBox, workspace: Workspace, current: Subset) -> None:
    """Offer the parts that there are, and show the current one."""
    wanted = list(part_names(workspace))
    if [(combo.itemData(row), combo.itemText(row)) for row in range(combo.count())] != wanted:
        combo.clear()
        for subset, text in wanted:
            combo.addItem(text, subset)
    combo.setCurrentIndex(combo.findData(current))
