"""The strip above the canvas that says, as long as it is so, that the pass is the run's own."""

from collections.abc import Callable

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from nnviz.stores.frozen_store import Origin
from nnviz.stores.training_store import TrainingState
from nnviz.stores.workspace import Workspace
from nnviz.views.freeze_texts import banner_texts
from nnviz.views.theme import text_font
from nnviz.views.widgets.banner import Banner
from nnviz.views.widgets.elided_label import ElidedLabel
from nnviz.visual.palette import DARK, Palette

__all__ = ["FreezeBanner"]


class FreezeBanner(Banner):
    """Hidden while the pass is not a run's own, and no run has diverged."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__("freeze", parent)
        self._workspace, self._store = workspace, workspace.frozen
        self._palette = DARK
        self._looks_bad: bool | None = None
        self.text = QLabel()
        self.text.setObjectName("banner.freeze.text")
        self.text.setFont(text_font(13, bold=True))
        self.why = ElidedLabel()
        self.why.setObjectName("banner.freeze.why")
        self.why.setFont(text_font(12))
        store = self._store
        self.open_button = self._button(
            "open", "Open", "Step through the mini-batch that the run could not train",
            store.open_next,
        )  # fmt: skip
        self.whole_button = self._button(
            "whole", "Whole Mini-batch", "Step through all of its examples together",
            store.open_whole,
        )  # fmt: skip
        self.commit_button = self._button(
            "commit", "Commit Update",
            "Let the run train exactly this mini-batch, and open the one after it (Ctrl+Return)",
            store.commit,
        )  # fmt: skip
        self.resume_button = self._button(
            "resume", "Resume", "Go on with the run (T)", workspace.run.start_or_pause
        )
        self.leave_button = self._button(
            "leave", "Leave", "Go back to the example from before; the run stays where it is",
            store.leave,
        )  # fmt: skip
        self.dismiss_button = self._button(
            "dismiss", "Dismiss", "Forget this mini-batch; the last good weights stay",
            store.dismiss,
        )  # fmt: skip
        self._commit_tip = self.commit_button.toolTip()
        self._arrange()
        store.changed.connect(self._on_changed)
        workspace.stepper.timeline_changed.connect(self._on_changed)
        workspace.training.state_changed.connect(self._on_changed)
        workspace.display.changed.connect(self._on_changed)
        self.synchronize()

    def set_theme(self, palette: Palette) -> None:
        """Take other colours."""
        self._palette, self._looks_bad = palette, None
        self._colour()

    def synchronize(self) -> None:
        """Say which mini-batch it is, and offer what can be done with it."""
        store, training = self._store, self._workspace.training
        text, why = banner_texts(store, self._workspace.display.notation)
        self.setVisible(bool(text))
        if not text:
            return
        self.text.setText(text)
        self.why.show_text(why)
        origin, only, batch = store.origin, store.only, store.batch
        is_next = origin is Origin.NEXT
        self.open_button.setVisible(origin is None)
        self.whole_button.setVisible(only is not None and batch is not None and len(batch) > 1)
        self.commit_button.setVisible(is_next)
        self.commit_button.setEnabled(not store.why_no_commit)
        self.commit_button.setToolTip(store.why_no_commit or self._commit_tip)
        self.resume_button.setVisible(is_next)
        self.resume_button.setEnabled(training.state is TrainingState.PAUSED)
        self.leave_button.setVisible(origin is not None)
        self.dismiss_button.setVisible(origin is None)
        self._colour()

    @Slot()
    def _on_changed(self) -> None:
        self.synchronize()

    def _colour(self) -> None:
        """Fill the strip with the colour of what is wrong, or mark it as the run's."""
        looks_bad = self._store.origin in (Origin.DIVERGED, None)
        if looks_bad is self._looks_bad:
            return
        self._looks_bad = looks_bad
        palette = self._palette
        back, edge, ink = palette.raised, palette.accent, palette.text
        if looks_bad:
            back, edge, ink = palette.bad, palette.bad, palette.on_accent
        self.colour(back, edge, ink)

    def _button(self, name: str, text: str, tip: str, act: Callable[[], None]) -> QPushButton:
        button = self.new_button(name, text, tip)
        button.clicked.connect(act)
        return button

    def _arrange(self) -> None:
        row = self.row
        row.addWidget(self.text)
        row.addSpacing(6)
        row.addWidget(self.why, 1)
        for button in (self.open_button, self.whole_button, self.commit_button,
                       self.resume_button, self.leave_button, self.dismiss_button):  # fmt: skip
            row.addWidget(button)
