"""The dialog of an animation: its look, how long a step is shown, and how far it has come."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from nnviz.formatting import count
from nnviz.views.figures.figure import FigureLook
from nnviz.views.figures.look_form import LookForm

__all__ = ["AnimationDialog"]

SHORTEST, LONGEST, STANDARD = 0.1, 60.0, 0.9
"""How long a step can be shown, and is at first, in seconds."""

BUTTON_WIDTH = 84
"""Of the button that says Close or Cancel, in px: it keeps its size."""


class AnimationDialog(QDialog):
    """Stays beside the window; closing it cancels what it is making."""

    export_requested = Signal()
    """Emitted when the animation is to be made."""
    cancelled = Signal()
    """Emitted when it is not to be made any further."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dialog.animation")
        self.setWindowTitle("Export Animation")
        self._form = LookForm(step_line=True, parent=self)
        self._kind = self._form.add_choice(
            "kind", "Kind", (("Animated GIF", "gif"), ("A folder of PNG frames", "")), first=True
        )
        self._kind.activated.connect(self._on_kind_chosen)
        self._seconds = QDoubleSpinBox(self)
        self._seconds.setObjectName("export.seconds")
        self._seconds.setAccessibleName("Seconds per step")
        self._seconds.setRange(SHORTEST, LONGEST)
        self._seconds.setSingleStep(0.1)
        self._seconds.setDecimals(1)
        self._seconds.setSuffix(" s")
        self._seconds.setValue(STANDARD)
        self._form.add_row("Each step", self._seconds)
        self._bar = QProgressBar(self)
        self._bar.setObjectName("export.progress")
        self._bar.setAccessibleName("Progress of the animation")
        self._bar.setTextVisible(False)
        self._text = QLabel(self)
        self._text.setObjectName("export.progress-text")
        self._text.setProperty("muted", True)
        self._arrange()
        self.show_idle()

    @property
    def look(self) -> FigureLook:
        """How the figures shall look."""
        return self._form.look

    @property
    def as_gif(self) -> bool:
        """Whether a GIF shall be made, else a folder of frames."""
        return bool(self._kind.currentData())

    @property
    def seconds_per_step(self) -> float:
        """How long a step of a GIF is shown."""
        return self._seconds.value()

    def show_progress(self, done: int, total: int) -> None:
        """Say that ``done`` of ``total`` frames are made."""
        self._form.setEnabled(False)
        self._export.setEnabled(False)
        self._leave.setText("&Cancel")
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        self._text.setText(f"{count(done)} of {count(total)} frames")

    def show_idle(self, sentence: str = "The whole pass, one frame for each step") -> None:
        """Say that nothing is being made."""
        self._form.setEnabled(True)
        self._export.setEnabled(True)
        self._leave.setText("&Close")
        self._bar.setRange(0, 1)
        self._bar.setValue(0)
        self._text.setText(sentence)

    @Slot()
    def bring_forward(self) -> None:
        """Show the dialog beside the window, which stays usable."""
        self.show()
        self.raise_()
        self.activateWindow()

    @Slot()
    def reject(self) -> None:
        """Cancel what is being made, else close."""
        if self._export.isEnabled():
            super().reject()
        else:
            self.cancelled.emit()

    def _arrange(self) -> None:
        buttons = QDialogButtonBox(parent=self)
        self._leave = buttons.addButton("&Close", QDialogButtonBox.ButtonRole.RejectRole)
        self._leave.setObjectName("export.leave")
        self._leave.setMinimumWidth(BUTTON_WIDTH)
        self._export = QPushButton("&Export…", self)
        self._export.setObjectName("export.accept")
        self._export.setProperty("primary", True)  # before the box shows it: the style asks once
        buttons.addButton(self._export, QDialogButtonBox.ButtonRole.ActionRole)
        self._export.setDefault(True)
        self._export.clicked.connect(self._on_export)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        column.addWidget(self._form)
        column.addSpacing(4)
        column.addWidget(self._text)
        column.addWidget(self._bar)
        column.addSpacing(4)
        column.addWidget(buttons)

    @Slot(int)
    def _on_kind_chosen(self, _: int) -> None:
        self._seconds.setEnabled(self.as_gif)

    @Slot()
    def _on_export(self) -> None:
        self.export_requested.emit()
