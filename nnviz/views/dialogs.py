"""The two small dialogs: all keys on one sheet, and what the program is."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from nnviz import __version__
from nnviz.views.theme import mono_font

__all__ = ["KeysDialog", "about_box"]

_CANVAS_KEYS = (
    ("Up, Down", "Walk the neurons of a layer, in an image by rows (canvas)"),
    ("Shift+Left, Right", "Walk to the layer beside (canvas)"),
    ("Tab, Shift+Tab", "Walk the edges of the selected neuron, strongest first (canvas)"),
    ("Esc", "Clear the selection, then the pins (canvas)"),
    ("Click, Ctrl+Click", "Select a neuron or edge; pin several (canvas)"),
    ("Double click", "Zoom to a neuron; beside the network, fit (canvas)"),
    ("Wheel", "Zoom at the pointer (canvas)"),
    ("Drag", "Move the picture (canvas)"),
    ("Drag a number", "Change a weight or bias; Shift is finer, Esc takes it back (canvas)"),
    ("Left, Right, Home, End", "Walk along a curve and read it (Cost, Accuracy, by Tab)"),
    ("F2, Del, Space", "Name a run, delete it, draw it or not (Runs)"),
)


class KeysDialog(QDialog):
    """All shortcuts in two columns, read from the actions themselves."""

    def __init__(self, actions: Sequence[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dialog.keys")
        self.setWindowTitle("Keys")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        native = QKeySequence.SequenceFormat.NativeText
        rows = [
            (action.shortcut().toString(native), action.text().replace("&", ""))
            for action in actions
            if not action.shortcut().isEmpty()
        ]
        rows += _CANVAS_KEYS
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        half = (len(rows) + 1) // 2
        for index, (keys, text) in enumerate(rows):
            key = QLabel(keys)
            key.setFont(mono_font(12))
            row, column = index % half, 2 * (index // half)
            grid.addWidget(key, row, column)
            grid.addWidget(QLabel(text), row, column + 1)
        grid.setColumnMinimumWidth(1, 220)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column_layout = QVBoxLayout(self)
        column_layout.addLayout(grid)
        column_layout.addWidget(buttons)


def about_box(parent: QWidget) -> QMessageBox:
    """Return the box that says what the program is; open it with ``open()``."""
    box = QMessageBox(parent)
    box.setObjectName("dialog.about")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle("About nnviz")
    box.setText(
        f"<b>nnviz {__version__}</b><br>See a neural network learn, one step of backpropagation "
        "at a time."
    )
    box.setInformativeText(
        "MIT licence. The digits are MNIST by Yann LeCun, Corinna Cortes and Christopher J. C. "
        "Burges (CC BY-SA 3.0). Type faces: Inter and JetBrains Mono (SIL OFL), DejaVu Sans."
    )
    return box
