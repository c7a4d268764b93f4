"""What the window shows of the challenges beside their panel: banner, submenu, and their state.

Apart from the main window, which only puts it in its places.
"""

from collections.abc import Mapping

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QMenu, QWidget

from nnviz.stores.workspace import Workspace
from nnviz.trace.mistakes import Mistake
from nnviz.views.mistake_banner import MistakeBanner
from nnviz.views.panels.panel import Panel

__all__ = ["ChallengeChrome"]

PREDICT = "challenge.predict"


class ChallengeChrome(QObject):
    """The banner, the submenu Find the Bug, and the check mark of Predict."""

    def __init__(
        self, workspace: Workspace, actions: Mapping[str, QAction], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._workspace, self._actions = workspace, actions
        self._dock: QDockWidget | None = None
        self.banner = MistakeBanner(workspace)
        self.menu = QMenu("F&ind the Bug", parent)
        self.menu.setObjectName("menu.find-the-bug")
        self.menu.setToolTipsVisible(True)
        self._mistakes: dict[Mistake, QAction] = {}
        self._surprise = QAction("&Surprise Me", self)
        self._right_pass = QAction("&Back to the Right Pass", self)
        self._fill()
        actions[PREDICT].setCheckable(True)
        workspace.challenges.changed.connect(self.synchronize)
        workspace.challenges.begun.connect(self._on_begun)
        workspace.stepper.trace_changed.connect(self.synchronize)
        self.synchronize()

    def show_in(self, dock: QDockWidget) -> None:
        """Take the dock that comes to the front when a challenge begins."""
        self._dock = dock

    @property
    def is_in_front(self) -> bool:
        """Whether a challenge is on and its panel seen: nothing may cover it unasked."""
        dock = self._dock
        panel = None if dock is None else dock.widget()
        return self._workspace.challenges.is_active and isinstance(panel, Panel) and panel.in_sight

    @Slot()
    def synchronize(self) -> None:
        """Tick what is on, enable what can matter for this pass."""
        challenges = self._workspace.challenges
        self._actions[PREDICT].setChecked(challenges.prediction.is_on)
        choices = challenges.bug.choices()
        shown = None if challenges.bug.is_hidden else challenges.bug.mistake
        for mistake, action in self._mistakes.items():
            action.setEnabled(mistake in choices)
            action.setChecked(mistake is shown)
        self._surprise.setEnabled(bool(choices) and not challenges.bug.is_hidden)
        self._right_pass.setEnabled(challenges.bug.mistake is not None)

    @Slot()
    def _on_begun(self) -> None:
        if self._dock is not None:
            self._dock.show()
            self._dock.raise_()

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        mistake = action.data()
        if isinstance(mistake, Mistake):
            self._workspace.challenges.bug.run(mistake)
            self.synchronize()  # Qt has ticked or cleared it by itself

    def _fill(self) -> None:
        for mistake in Mistake:
            action = self.menu.addAction(mistake.title)
            action.setObjectName(f"bug.{mistake.value}")
            action.setData(mistake)
            action.setToolTip(mistake.description)
            action.setCheckable(True)
            self._mistakes[mistake] = action
        self.menu.addSeparator()
        bug = self._workspace.challenges.bug
        for action, name, tip, act in (
            (self._surprise, "surprise", "Run the pass with a mistake that is not told",
             bug.surprise),
            (self._right_pass, "right-pass", "Run the pass without a mistake again",
             bug.back_to_right_pass),
        ):  # fmt: skip
            action.setObjectName(f"bug.{name}")
            action.setToolTip(tip)
            action.triggered.connect(act)
            self.menu.addAction(action)
        self.menu.triggered.connect(self._on_triggered)
