"""Three buttons in a row: look at a step by neuron, by matrix, or as code."""

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from nnviz.stores.display_store import DisplayStore, StepView

__all__ = ["ViewSwitch"]

_VIEWS = (
    (StepView.NEURON, "Neuron", "The equation of the selected neuron or edge (1)"),
    (StepView.MATRIX, "Matrix", "The equation of the whole layer, with its matrices (2)"),
    (StepView.CODE, "Code", "The lines of numpy that compute the step (3)"),
)


class ViewSwitch(QWidget):
    """Shows how steps are looked at, and asks the store for another way."""

    def __init__(self, display: DisplayStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector.views")
        self._display = display
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        self._buttons = {view: self._button(view, name, tip) for view, name, tip in _VIEWS}
        for button in self._buttons.values():
            row.addWidget(button)
        self._group.buttonClicked.connect(self._on_clicked)
        display.changed.connect(self.synchronize)
        self.synchronize()

    def _button(self, view: StepView, name: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(f"inspector.view.{view.value}")
        button.setText(name)
        button.setToolTip(tip)
        button.setAccessibleName(f"View: {name}")
        button.setCheckable(True)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setProperty("segment", True)
        self._group.addButton(button)
        return button

    @Slot()
    def synchronize(self) -> None:
        """Press the button of the current view."""
        with QSignalBlocker(self._group):
            self._buttons[self._display.view].setChecked(True)

    @Slot(object)
    def _on_clicked(self, clicked: QToolButton) -> None:
        for view, button in self._buttons.items():
            if button is clicked:
                self._display.set_view(view)
