"""The sentence at the bottom of the window: long enough to be read, then gone."""

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from nnviz.stores.workspace import Workspace

__all__ = ["StatusLine"]

SHOWN_MS = 15_000


class StatusLine(QLabel):
    """Says one sentence at a time; the tooltip has all of one that is cut."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status.text")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._training, self._travel = workspace.training, workspace.travel
        self._said_in: object = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.forget)
        self._training.state_changed.connect(self._on_situation_changed)
        self._travel.changed.connect(self._on_situation_changed)

    def say(self, sentence: str) -> None:
        """Say a sentence in place of the last one."""
        self.setText(sentence)
        self.setToolTip(sentence)
        self._said_in = None
        self._timer.start(SHOWN_MS)

    @Slot(str)
    def say_for_now(self, sentence: str) -> None:
        """Say a sentence that goes, too, when a run begins or ends or another moment is shown."""
        self.say(sentence)
        self._said_in = self._situation

    @Slot()
    def forget(self) -> None:
        """Say nothing any more."""
        self._timer.stop()
        self._said_in = None
        self.clear()
        self.setToolTip("")

    @property
    def _situation(self) -> tuple[bool, object]:
        return self._training.is_active, self._travel.shown

    @Slot()
    def _on_situation_changed(self) -> None:
        if self._said_in is not None and self._said_in != self._situation:
            self.forget()
