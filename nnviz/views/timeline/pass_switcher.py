"""Which pass is looked at, of how many, and the way to the one before and after."""

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from nnviz.formatting import count, number
from nnviz.stores.workspace import Workspace
from nnviz.views.theme import qcolor
from nnviz.visual.palette import DARK, Palette

__all__ = ["PassSwitcher"]

SPARK_WIDTH_PX, SPARK_HEIGHT_PX = 64, 24
DOT_PX = 2.6
FEWEST = 3
"""Costs that make a line worth drawing."""


class PassSwitcher(QWidget):
    """Shows the pass history, and asks it for another pass; hidden while there is one pass."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timeline.passes")
        self._workspace = workspace
        self._label = QLabel()
        self._label.setObjectName("timeline.pass")
        self._spark = _Sparkline()
        self._previous, self._later = _button("previous"), _button("later")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for widget in (self._previous, self._label, self._later, self._spark):
            row.addWidget(widget)
        workspace.stepper.trace_changed.connect(self._on_changed)
        workspace.stepper.timeline_changed.connect(self._on_changed)
        workspace.training.state_changed.connect(self._on_changed)
        workspace.display.changed.connect(self._on_display_changed)
        self.synchronize()

    def set_actions(self, previous: QAction, later: QAction) -> None:
        """Give the two buttons their actions, which bring icons, keys and tips."""
        for button, action in ((self._previous, previous), (self._later, later)):
            button.setDefaultAction(action)
            button.setAccessibleName(action.toolTip())

    def set_theme(self, palette: Palette) -> None:
        """Change the colours."""
        self._spark.set_theme(palette)

    def synchronize(self) -> None:
        """Show the history as it is."""
        passes = self._workspace.passes
        costs = passes.costs
        self.setVisible(len(costs) > 1)
        self._label.setText(f"Pass {count(passes.number)} of {count(passes.last_number)}")
        tip = "Passes made by stepping, each kept with its exact numbers"
        if passes.forgotten:
            tip += f". For lack of room the first is followed by pass {passes.forgotten + 2}"
        self._label.setToolTip(tip)
        self._spark.show_costs(costs, passes.position, self._workspace.display.notation.digits)

    @Slot(object)
    def _on_changed(self, _: object) -> None:
        self.synchronize()

    @Slot()
    def _on_display_changed(self) -> None:
        self.synchronize()


class _Sparkline(QWidget):
    """C of the passes as a small line, with a dot at the one that is looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("timeline.pass-costs")
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._palette = DARK
        self._line = QPolygonF()
        self._dot: QPointF | None = None

    def set_theme(self, palette: Palette) -> None:
        """Change the colours."""
        self._palette = palette
        self.update()

    def show_costs(self, costs: tuple[float | None, ...], position: int, digits: int) -> None:
        """Show other costs; an unknown one, or one that is no number, is left out."""
        known = {
            place: cost
            for place, cost in enumerate(costs)
            if cost is not None and math.isfinite(cost)
        }
        self.setVisible(len(costs) >= FEWEST and len(known) > 1)
        if len(known) < 2:
            return
        low, high = min(known.values()), max(known.values())
        box = QRectF(0, 0, SPARK_WIDTH_PX, SPARK_HEIGHT_PX).adjusted(4, 5, -4, -5)
        places = {
            place: QPointF(
                box.left() + place / (len(costs) - 1) * box.width(),
                box.bottom() - (cost - low) / ((high - low) or 1.0) * box.height(),
            )
            for place, cost in known.items()
        }
        self._line = QPolygonF(list(places.values()))
        self._dot = places.get(position)
        text = f"C of these passes, from {number(low, digits)} to {number(high, digits)}"
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size it has where there is room."""
        return QSize(SPARK_WIDTH_PX, SPARK_HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        """Return that it gives way to everything else."""
        return QSize(0, SPARK_HEIGHT_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line and the dot."""
        if self.width() < SPARK_WIDTH_PX:
            return  # a part of the line would tell of other costs
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(qcolor(self._palette.cost_curve), 1.5))
            painter.drawPolyline(self._line)
            if self._dot is not None:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(qcolor(self._palette.accent))
                painter.drawEllipse(self._dot, DOT_PX, DOT_PX)


def _button(name: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName(f"timeline.{name}-pass")
    button.setIconSize(QSize(16, 16))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
