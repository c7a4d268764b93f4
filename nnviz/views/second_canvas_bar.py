"""The bar of the second canvas: which example and which weights it shows."""

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Slot
from PySide6.QtGui import QIcon, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QToolButton,
    QWidget,
)

from nnviz.stores.comparison_store import Weights
from nnviz.stores.workspace import Workspace
from nnviz.views.canvas_heading import WEIGHT_WORDS
from nnviz.views.part_combo import fill_parts

__all__ = ["SecondCanvasBar"]

ROOM_FOR_TITLE = 860
"""Px from which on the bar has room for its title."""

_TIPS = {
    Weights.CURRENT: "The weights and biases of the first canvas",
    Weights.START: "Those that the first pass, or the last run, began with",
    Weights.UNEDITED: "Those before numbers were changed by hand",
    Weights.KEPT: "Those that Keep This Network for Comparison has kept",
}


class SecondCanvasBar(QWidget):
    """Shows the comparison store, and asks it for another example or other weights."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._store = workspace, workspace.second_pass
        self._subset = QComboBox()
        self._subset.setObjectName("second.subset")
        self._subset.setAccessibleName("Set of examples of the second canvas")
        self._index = QSpinBox()
        self._index.setObjectName("second.index")
        self._index.setAccessibleName("Number of the second canvas's example, from 0")
        self._index.setToolTip("Number of the example in its set, from 0")
        self._index.setKeyboardTracking(False)
        self._index.setPrefix("# ")
        self._index.setMinimumWidth(84)
        self._same = QCheckBox("Same as first")
        self._same.setObjectName("second.same")
        self._same.setToolTip("Show always the example of the first canvas")
        self._weights = QComboBox()
        self._weights.setObjectName("second.weights")
        self._weights.setAccessibleName("Weights of the second canvas")
        store = self._store
        self._buttons = [
            self._button("previous", "The example before", store.show_previous),
            self._button("next", "The example after", store.show_next),
            self._button("random", "Any example of the set", store.show_random),
        ]
        close = self._button("close", "Show only one canvas", store.toggle)
        close.setText("Close")
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 5, 10, 5)
        row.setSpacing(6)
        self._title = QLabel("Second canvas")
        row.addWidget(self._title)
        for widget in (self._subset, self._index, *self._buttons, self._same, self._weights):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(close)
        self._subset.activated.connect(self._on_subset_chosen)
        self._index.valueChanged.connect(self._on_index_chosen)
        self._same.toggled.connect(store.follow_first)
        self._weights.activated.connect(self._on_weights_chosen)
        store.choice_changed.connect(self._on_changed)
        self.synchronize()

    def synchronize(self) -> None:
        """Show what the store holds."""
        store = self._store
        subset, index = store.example
        dataset = store.dataset
        last = max(len(dataset) - 1, 0) if dataset is not None else 0
        with (
            QSignalBlocker(self._subset), QSignalBlocker(self._index), QSignalBlocker(self._same),
        ):  # fmt: skip
            fill_parts(self._subset, self._workspace, subset)
            # Setting what is there already would undo what somebody is typing.
            if self._index.maximum() != last:
                self._index.setRange(0, last)
            if self._index.value() != index:
                self._index.setValue(index)
            self._same.setChecked(store.same_example)
        self._fill_weights()
        for widget in (self._index, *self._buttons, self._same):
            widget.setEnabled(last > 0)
        self._subset.setEnabled(dataset is not None and self._subset.count() > 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the title out where there is no room for it beside what can be chosen."""
        super().resizeEvent(event)
        self._title.setVisible(event.size().width() >= ROOM_FOR_TITLE)

    def set_icons(self, *icons: QIcon) -> None:
        """Give the buttons their signs: for previous, next and random."""
        for button, icon in zip(self._buttons, icons, strict=False):
            button.setIcon(icon)

    def _button(self, name: str, tip: str, act: Callable[[], None]) -> QToolButton:
        button = QToolButton()
        button.setObjectName(f"second.{name}")
        button.setIconSize(QSize(18, 18))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.clicked.connect(act)
        return button

    def _fill_weights(self) -> None:
        choices = self._store.choices()
        shown = [self._weights.itemData(row) for row in range(self._weights.count())]
        with QSignalBlocker(self._weights):
            if shown != list(choices):
                self._weights.clear()
                for weights in choices:
                    self._weights.addItem(WEIGHT_WORDS[weights].capitalize(), weights)
            self._weights.setCurrentIndex(self._weights.findData(self._store.weights))
        self._weights.setEnabled(len(choices) > 1)
        self._weights.setToolTip(
            _TIPS[self._store.weights]
            if len(choices) > 1
            else "Train, step to another pass, or keep this network: then there are other weights"
        )

    @Slot()
    def _on_changed(self) -> None:
        if self._store.is_open:
            self.synchronize()

    @Slot(int)
    def _on_subset_chosen(self, row: int) -> None:
        self._store.show_example(self._subset.itemData(row), 0)

    @Slot(int)
    def _on_index_chosen(self, index: int) -> None:
        self._store.show_example(self._store.example[0], index)

    @Slot(int)
    def _on_weights_chosen(self, row: int) -> None:
        self._store.show_weights(self._weights.itemData(row))
