"""What is wrong with the training and what helps, above the forms; hidden while nothing is."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnviz.stores.workspace import Workspace
from nnviz.training.advice import Advice
from nnviz.training.remedies import Remedy
from nnviz.views.panels.advice_view import AdviceView
from nnviz.visual.palette import Palette

__all__ = ["AdviceCard"]

MOST = 3
"""So much advice at once; the gravest comes first."""


class AdviceCard(QWidget):
    """Shows the advice of the store, and applies what is chosen."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.setObjectName("training.advice")
        self.setAccessibleName("What is wrong with the training")
        self.views = tuple(AdviceView(index, self) for index in range(MOST))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 6)
        layout.setSpacing(6)
        for view in self.views:
            view.remedy_chosen.connect(self._on_remedy_chosen)
            view.dismissed.connect(self._on_dismissed)
            layout.addWidget(view)
        self.hide()

    def synchronize(self, palette: Palette) -> None:
        """Show the advice as it is now."""
        shown = self._workspace.advice.advice[:MOST]
        active = self._workspace.training.is_active
        for index, view in enumerate(self.views):
            view.setVisible(index < len(shown))
            if index < len(shown):
                view.show_advice(shown[index], ends_run=active, palette=palette)
        self.setVisible(bool(shown))

    @Slot(object, object)
    def _on_remedy_chosen(self, advice: Advice, remedy: Remedy) -> None:
        self._workspace.advice.apply(advice, remedy)

    @Slot(object)
    def _on_dismissed(self, advice: Advice) -> None:
        self._workspace.advice.dismiss(advice.illness)
