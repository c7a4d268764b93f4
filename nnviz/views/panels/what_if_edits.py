"""The list of all that was changed by hand, each with its own way back, and one for all."""

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nnviz.engine.wording import counted
from nnviz.formatting import signed
from nnviz.stores.what_if_store import Edit
from nnviz.stores.workspace import Workspace
from nnviz.trace.what_if_texts import plain_name

__all__ = ["EditList"]

MOST_ROWS = 50
"""More edits than this are counted, not listed."""


class EditList(QWidget):
    """Shows the edits of the what-if store, and asks it to take them back."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._title = QLabel()
        self._title.setObjectName("what-if.edits")
        self._title.setProperty("heading", True)
        self.back_button = QPushButton("Back to trained")
        self.back_button.setObjectName("what-if.back")
        self.back_button.setToolTip(
            "Give every weight and bias its value as last trained, loaded, drawn or stepped, "
            "and the example its own numbers"
        )
        self.back_button.clicked.connect(self._on_back)
        self._rows: list[_EditRow] = []
        self._more = QLabel()
        self._more.setProperty("muted", True)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.back_button)
        self._column = QVBoxLayout()
        self._column.setSpacing(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addLayout(self._column)
        column.addWidget(self._more)

    def synchronize(self) -> None:
        """Show the edits as they are."""
        store, notation = self._workspace.what_if, self._workspace.display.notation
        edits = store.edits
        self.setVisible(bool(edits))
        self._title.setText(f"{counted(len(edits), 'edit')}:")
        allowed = not store.why_not
        self.back_button.setEnabled(allowed)
        shown = edits[:MOST_ROWS]
        while len(self._rows) < len(shown):
            row = _EditRow(self._workspace, len(self._rows))
            self._rows.append(row)
            self._column.addWidget(row)
        for row, edit in zip(self._rows, shown, strict=False):
            before, now = notation.number(edit.original), notation.number(edit.value)
            change = f"{before} → {now}"
            if before == now:
                change = f"{now} ({signed(edit.value - edit.original, 2)})"
            name = plain_name(notation, edit.adjustable)
            row.show_edit(edit, f"{name}:  {change}", allowed)
        for row in self._rows[len(shown) :]:
            row.hide()
        self._more.setText(f"and {len(edits) - len(shown)} more")
        self._more.setVisible(len(edits) > len(shown))

    @Slot()
    def _on_back(self) -> None:
        self._workspace.what_if.back_to_trained()


class _EditRow(QWidget):
    """One edit: a click selects what it is about, the pointer over it lights it."""

    def __init__(self, workspace: Workspace, index: int) -> None:
        super().__init__()
        self._workspace = workspace
        self._edit: Edit | None = None
        self._text = QToolButton()
        self._text.setObjectName(f"what-if.edit.{index}")
        self._text.setMinimumWidth(80)  # its text may be cut, the tooltip has all of it
        self._text.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._reset = QToolButton()
        self._reset.setObjectName(f"what-if.edit.{index}.reset")
        self._reset.setText("Reset")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._text)
        row.addStretch(1)
        row.addWidget(self._reset)
        self._text.clicked.connect(self._on_chosen)
        self._reset.clicked.connect(self._on_reset)

    def show_edit(self, edit: Edit, text: str, allowed: bool) -> None:
        """Show another edit."""
        self._edit = edit
        self._text.setText(text)
        self._text.setToolTip(f"{text}\n{edit.original!r} → {edit.value!r}\nClick to select it")
        self._reset.setEnabled(allowed)
        self._reset.setToolTip(f"Back to {edit.original!r}")
        self._reset.setAccessibleName(f"Reset {text}")
        self.show()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Light what the edit is about."""
        if self._edit is not None:
            self._workspace.selection.hover(self._edit.adjustable.ref)

    def leaveEvent(self, event: QEvent) -> None:
        """End the light."""
        self._workspace.selection.hover(None)

    @Slot()
    def _on_chosen(self) -> None:
        if self._edit is not None:
            self._workspace.selection.select(self._edit.adjustable.ref)

    @Slot()
    def _on_reset(self) -> None:
        if self._edit is not None:
            self._workspace.selection.hover(None)  # the row may vanish under the pointer
            self._workspace.what_if.reset(self._edit.adjustable, self._edit.example)
