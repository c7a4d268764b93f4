"""The panel of health: is every layer learning? Gradients, dead neurons, histograms, updates."""

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtWidgets import QLabel, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from nnviz.stores.workspace import Workspace
from nnviz.views.panels.health_table import HealthTable
from nnviz.views.panels.panel import Panel

__all__ = ["Health"]


class Health(Panel):
    """Watches the health store while it can be seen, and shows its newest look."""

    key = "health"
    title = "Health"

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent)
        self.table = HealthTable(self)
        self.table.setObjectName("health.table")
        self.table.setAccessibleName("Health of the layers")
        self.scroll_area = QScrollArea(self)
        self.scroll_area.setObjectName("health.scroll")
        self.scroll_area.setWidget(self.table)
        self.scroll_area.setWidgetResizable(True)
        self.scroll_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroll_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroll_area.installEventFilter(self)
        self.table.setProperty("panel", True)
        self.empty_label = QLabel(self)
        self.empty_label.setObjectName("health.empty")
        self.empty_label.setProperty("muted", True)
        self.empty_label.setWordWrap(True)
        self.empty_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.empty_label)
        self._pages.addWidget(self.scroll_area)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 4)
        layout.addWidget(self._pages)
        self.table.row_reached.connect(self._on_row_reached)
        workspace.health.changed.connect(self._on_changed)

    def synchronize(self) -> None:
        """Show the newest look, or why there is none."""
        health = self.workspace.health
        health.watch(self.key, layers=True)
        check_up = health.check_up
        if check_up is None:
            no_data = self.workspace.training_data is None
            self.empty_label.setText(
                self.workspace.why_no_example() if no_data else "Looking at the network…"
            )
            self._pages.setCurrentWidget(self.empty_label)
            return
        self.table.show_health(check_up, health.points, self.theme)
        self._pages.setCurrentWidget(self.scroll_area)

    def leave_sight(self) -> None:
        """Cease looking: nobody sees it."""
        self.workspace.health.unwatch(self.key)

    def settle(self) -> None:
        """Show the awaited look now: for pictures of the window."""
        self.workspace.health.finish()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the rows grow into the part of the table that can be seen."""
        if event.type() == QEvent.Type.Resize:
            self.table.fit_into(self.scroll_area.contentsRect().height())
        return super().eventFilter(watched, event)

    @Slot(int, int)
    def _on_row_reached(self, top: int, bottom: int) -> None:
        """Scroll to the row that the keys came to."""
        self.scroll_area.ensureVisible(0, bottom, 0, 4)
        self.scroll_area.ensureVisible(0, top, 0, 4)

    @Slot()
    def _on_changed(self) -> None:
        self.refresh()
