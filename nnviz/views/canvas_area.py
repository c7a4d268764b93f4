"""The room of the canvas: one, or two that show the same moment of two passes side by side."""

import math

from PySide6.QtCore import QByteArray, Qt, Slot
from PySide6.QtGui import QIcon, QResizeEvent
from PySide6.QtWidgets import QFrame, QSplitter, QVBoxLayout, QWidget

from nnviz.stores.workspace import Workspace
from nnviz.views.canvas_heading import first_heading, second_heading
from nnviz.views.scene.network_view import NetworkView
from nnviz.views.second_canvas_bar import SecondCanvasBar
from nnviz.views.theme import text_font
from nnviz.views.widgets.elided_label import ElidedLabel
from nnviz.visual.palette import DARK, Palette

__all__ = ["CanvasArea"]

PLEASANT_ASPECT = 1.6
"""Width by height at which a network is easiest to read."""
SMALLEST_ALONE, SMALLEST_OF_TWO = (360, 220), (260, 150)
"""Of a canvas, in px: with all bars the smallest window has room for it."""


class CanvasArea(QFrame):
    """Holds the first canvas, and while the store wishes it a second one with its bar.

    Zoom and place are linked; selection, hover, moment and settings are the workspace's anyway.
    """

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self._workspace, self._store = workspace, workspace.second_pass
        self._palette = DARK
        self.first = NetworkView(workspace)
        self._first_pane = _Pane(self.first, "first")
        self._second_pane: _Pane | None = None
        self._bar: SecondCanvasBar | None = None
        self.splitter = QSplitter()
        self.splitter.setObjectName("canvas.splitter")
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(1)  # a line; Qt lets it be grabbed a few px beside
        self.splitter.addWidget(self._first_pane)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(1, 1, 1, 1)
        self._column.setSpacing(0)
        self._column.addWidget(self.splitter, 1)
        self._icons: tuple[QIcon, ...] = ()
        self._store.choice_changed.connect(self._on_choice)
        self._store.changed.connect(self._on_moment)
        workspace.comparison.changed.connect(self._on_moment)
        workspace.display.changed.connect(self._on_moment)
        self._on_choice()

    @property
    def second(self) -> NetworkView | None:
        """The second canvas, None while there is only one."""
        return None if self._second_pane is None else self._second_pane.canvas

    @property
    def canvases(self) -> tuple[NetworkView, ...]:
        """The first canvas, then the second if there is one."""
        return (self.first,) if self.second is None else (self.first, self.second)

    @property
    def headings(self) -> tuple[str, ...]:
        """The line over each canvas; a single one has none."""
        panes = (self._first_pane, self._second_pane)
        return tuple(pane.heading.whole_text for pane in panes if pane is not None)

    def set_theme(self, palette: Palette) -> None:
        """Change the theme."""
        self._palette = palette
        border = "rgb({}, {}, {})".format(*palette.border)
        self.splitter.setStyleSheet(f"QSplitter::handle {{ background: {border}; }}")
        for canvas in self.canvases:
            canvas.set_theme(palette)

    def set_icons(self, *icons: QIcon) -> None:
        """Give the bar of the second canvas its signs: for previous, next and random."""
        self._icons = icons
        if self._bar is not None:
            self._bar.set_icons(*icons)

    def settle(self) -> None:
        """Make the pictures now: for screenshots."""
        for canvas in self.canvases:
            canvas.settle()

    def shutdown(self) -> None:
        """End what is compared, and the painting threads."""
        self._workspace.comparison.cancel()
        for canvas in self.canvases:
            canvas.shutdown()

    def save_state(self) -> QByteArray:
        """Return how the room is split, nothing while there is one canvas."""
        return QByteArray() if self.second is None else self.splitter.saveState()

    def restore_state(self, state: QByteArray) -> None:
        """Split the room as ``save_state`` found it."""
        self._store.set_open(not state.isEmpty())
        if not state.isEmpty():
            self.splitter.restoreState(state)
            self._turn()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put two canvases where both are easiest to read: side by side or one below the other."""
        super().resizeEvent(event)
        self._turn()

    @Slot()
    def _on_choice(self) -> None:
        if self._store.is_open and self._second_pane is None:
            self._open()
        elif not self._store.is_open and self._second_pane is not None:
            self._close()
        self._show_headings()

    @Slot()
    def _on_moment(self) -> None:
        self._show_headings()

    def _open(self) -> None:
        canvas = NetworkView(self._workspace, source=self._store)
        canvas.setObjectName("canvas.second")
        canvas.setAccessibleName("Network, second canvas")
        canvas.set_theme(self._palette)
        canvas.show_viewport(self.first.viewport)
        canvas.viewport_changed.connect(self.first.show_viewport)
        self.first.viewport_changed.connect(canvas.show_viewport)
        self._second_pane = _Pane(canvas, "second")
        self._bar = SecondCanvasBar(self._workspace)
        self._bar.set_icons(*self._icons)
        self._column.insertWidget(0, self._bar)
        self.splitter.addWidget(self._second_pane)
        for each in self.canvases:
            each.setMinimumSize(*SMALLEST_OF_TWO)
        half = max(self.width(), self.height()) // 2
        self.splitter.setSizes([half, half])
        self._turn()

    def _close(self) -> None:
        pane, bar = self._second_pane, self._bar
        self._second_pane = self._bar = None
        if pane is not None and bar is not None:
            if pane.canvas.hasFocus() or bar.isAncestorOf(self.focusWidget() or self):
                self.first.setFocus()
            pane.canvas.shutdown()
            for widget in (pane, bar):
                widget.hide()
                widget.setParent(None)
                widget.deleteLater()
        self.first.setMinimumSize(*SMALLEST_ALONE)

    def _turn(self) -> None:
        """Choose the direction in which each half is nearer to a pleasant shape."""
        width, height = max(self.splitter.width(), 1), max(self.splitter.height(), 1)
        beside = abs(math.log(width / 2 / height / PLEASANT_ASPECT))
        below = abs(math.log(width / (height / 2) / PLEASANT_ASPECT))
        horizontal = beside <= below
        direction = Qt.Orientation.Horizontal if horizontal else Qt.Orientation.Vertical
        if direction is not self.splitter.orientation():
            self.splitter.setOrientation(direction)

    def _show_headings(self) -> None:
        pane = self._second_pane
        self._first_pane.show_heading("" if pane is None else first_heading(self._workspace))
        if pane is not None:
            pane.show_heading(second_heading(self._workspace))
            self._first_pane.heading.setVisible(True)  # as high as the other, even if empty
            pane.heading.setVisible(True)


class _Pane(QWidget):
    """A canvas with one line above it."""

    def __init__(self, canvas: NetworkView, name: str) -> None:
        super().__init__()
        self.canvas = canvas
        self.heading = ElidedLabel()
        self.heading.setObjectName(f"{name}.heading")
        self.heading.setFont(text_font(12.5, bold=True))
        self.heading.setContentsMargins(12, 4, 8, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.heading)
        column.addWidget(canvas, 1)
        self.heading.setVisible(False)

    def show_heading(self, text: str) -> None:
        """Show ``text``; without any the canvas has the room."""
        self.heading.show_text(text)
        self.heading.setVisible(bool(text))
