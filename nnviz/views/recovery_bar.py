"""The strip that offers a run which ended with its program; it waits quietly for an answer."""

from datetime import datetime

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLabel, QWidget

from nnviz.stores.recovery import Recovery, offer_text
from nnviz.stores.training_store import TrainingStore
from nnviz.views.run_guard import ask_before_ending_run
from nnviz.views.theme import text_font
from nnviz.views.widgets.banner import Banner

__all__ = ["RecoveryBar"]

LEAST_TEXT_PX = 160


class RecoveryBar(Banner):
    """Hidden unless a run was left behind."""

    def __init__(
        self, recovery: Recovery, training: TrainingStore, parent: QWidget | None = None
    ) -> None:
        super().__init__("recovery", parent)
        self.setProperty("card", True)
        self._recovery, self._training = recovery, training
        self.text = QLabel()
        self.text.setObjectName("banner.recovery.text")
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        self.text.setMinimumWidth(LEAST_TEXT_PX)
        self.text.setFont(text_font(13))
        self.continue_button = self.new_button(
            "continue", "Continue", "Train on where the run was, as if nothing had happened"
        )
        self.continue_button.setProperty("primary", True)
        self.look_button = self.new_button(
            "look", "Look at It", "Show the run as it was, paused: Resume goes on with it"
        )
        self.discard_button = self.new_button(
            "discard", "Discard", "Delete what was saved of the run"
        )
        self.row.addWidget(self.text, 1)
        for button, act in (
            (self.continue_button, self._on_continue),
            (self.look_button, self._on_look),
            (self.discard_button, recovery.discard),
        ):
            self.row.addWidget(button)
            button.clicked.connect(act)
        recovery.changed.connect(self._on_changed)
        self.synchronize()

    def synchronize(self) -> None:
        """Say which run can be continued, or why it cannot."""
        recovery = self._recovery
        self.setVisible(recovery.is_offered)
        can_continue = recovery.run is not None
        self.continue_button.setVisible(can_continue)
        self.look_button.setVisible(can_continue)
        if recovery.run is not None:
            self.text.setText(offer_text(recovery.run, datetime.now().astimezone()))
        elif recovery.is_offered:
            self.text.setText(f"nnviz ended unexpectedly. {recovery.problem}")

    @Slot()
    def _on_continue(self) -> None:
        ask_before_ending_run(
            self, self._training, "Continuing the earlier run", "Continue",
            self._recovery.continue_run,
        )  # fmt: skip

    @Slot()
    def _on_look(self) -> None:
        ask_before_ending_run(
            self,
            self._training,
            "Looking at the earlier run",
            "Look at It",
            self._recovery.look_at_run,
        )

    @Slot()
    def _on_changed(self) -> None:
        self.synchronize()
