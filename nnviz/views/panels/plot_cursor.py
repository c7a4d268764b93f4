"""The line that follows the pointer over a plot, and the read-out of every curve beside it.

With the keyboard the plot takes the focus by Tab, and the arrows walk along the curve.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel

from nnviz.engine.arrays import FloatArray
from nnviz.views.plotting import add_cursor, pen, x_span
from nnviz.views.theme import MONO_FAMILY, text_font
from nnviz.views.widgets.legend import Mark
from nnviz.visual.palette import RGB, Palette

if TYPE_CHECKING:
    from pyqtgraph import PlotWidget

__all__ = ["PlotCursor", "Reading"]

TEXT_PX = 11
BESIDE_PX = 8
TOP_PX = 2
PAGE = 10
"""Points of the curve that Page Up and Page Down walk."""
SIGNS = {
    Mark.LINE: "━", Mark.FAINT_LINE: "─", Mark.DASHED_LINE: "╍", Mark.DOTTED_LINE: "┅",
    Mark.DOT: "●",
}  # fmt: skip
STEPS = {
    Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1,
    Qt.Key.Key_PageUp: -PAGE, Qt.Key.Key_PageDown: PAGE,
}  # fmt: skip
KEYS = (*STEPS, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Escape)


@dataclass(frozen=True, slots=True)
class Reading:
    """A curve's value at a place, written; ``mark`` and ``color`` are those of the curve."""

    name: str
    value: str
    color: RGB
    mark: Mark = Mark.LINE


class PlotCursor(QObject):
    """Says which place is read; whoever knows the curves answers with ``show_readings``."""

    place_changed = Signal()
    """Emitted when another place is to be read, or none."""

    def __init__(self, plot: "PlotWidget", name: str, palette: Palette) -> None:
        super().__init__(plot)
        self._plot, self._palette = plot, palette
        self._places: FloatArray = np.empty(0)
        self._index: int | None = None
        self._line = add_cursor(plot)
        self.label = QLabel(plot)
        self.label.setObjectName(f"{name}.readout")
        self.label.setAccessibleName("Values at the cursor")
        self.label.setFont(text_font(TEXT_PX))
        self.label.setTextFormat(Qt.TextFormat.RichText)
        self.label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.label.hide()
        self.set_theme(palette)
        plot.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        plot.setAccessibleDescription("Left and Right walk along the curve, Escape ceases")
        plot.scene().sigMouseMoved.connect(self._on_mouse_moved)
        plot.installEventFilter(self)
        plot.viewport().installEventFilter(self)

    @property
    def x(self) -> float | None:
        """The place that is read, as a value of the x axis; None if there is none."""
        return None if self._index is None else float(self._places[self._index])

    def set_theme(self, palette: Palette) -> None:
        """Change the colours."""
        self._palette = palette
        self._line.setPen(pen(palette.muted))
        ground, border, text = (
            "#{:02x}{:02x}{:02x}".format(*rgb)
            for rgb in (palette.raised, palette.border, palette.text)
        )
        self.label.setStyleSheet(
            f"background: {ground}; color: {text}; border: 1px solid {border};"
            "border-radius: 4px; padding: 2px 4px;"
        )

    def set_places(self, places: FloatArray) -> None:
        """Read only at these places of the x axis, which rise; the one that is read stays near."""
        x = self.x
        self._places = places
        self._index = None if x is None or not len(places) else self._nearest(x)

    def show_readings(self, heading: str, readings: Sequence[Reading]) -> None:
        """Write the values at the place beside the line; nothing where none is read."""
        x = self.x
        self._line.setVisible(x is not None)
        self.label.setVisible(x is not None)
        if x is None:
            return
        self._line.setPos(x)
        self.label.setText(_table(heading, readings))
        self.label.setAccessibleDescription(
            "; ".join((heading, *(f"{each.name} {each.value}" for each in readings)))
        )
        self.label.adjustSize()
        self._place_label(x)

    def hide(self) -> None:
        """Read nothing."""
        if self._index is not None:
            self._index = None
            self.place_changed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Cease when pointer or focus leave; walk with the keys while the plot has the focus."""
        match event.type():
            case QEvent.Type.Leave | QEvent.Type.FocusOut:
                self.hide()
            case QEvent.Type.FocusIn:
                self._go_to(len(self._places) - 1)
            case QEvent.Type.ShortcutOverride if isinstance(event, QKeyEvent):
                if event.key() in KEYS and not event.modifiers():
                    event.accept()
                    return True
            case QEvent.Type.KeyPress if isinstance(event, QKeyEvent):
                return self._walk(event.key())
        return super().eventFilter(watched, event)

    def _walk(self, key: int) -> bool:
        """Go where a key says; return whether it says anything."""
        if key not in KEYS:
            return False
        index = len(self._places) if self._index is None else self._index
        if key == Qt.Key.Key_Escape:
            self.hide()
        elif key == Qt.Key.Key_Home:
            self._go_to(0)
        elif key == Qt.Key.Key_End:
            self._go_to(len(self._places) - 1)
        else:
            self._go_to(index + STEPS[Qt.Key(key)])
        return True

    def _go_to(self, index: int) -> None:
        if len(self._places):
            self._index = min(max(index, 0), len(self._places) - 1)
            self.place_changed.emit()

    def _nearest(self, x: float) -> int:
        return int(np.abs(self._places - x).argmin())

    @Slot(object)
    def _on_mouse_moved(self, place: QPointF) -> None:
        box = self._plot.getPlotItem().getViewBox()
        if not len(self._places) or not box.sceneBoundingRect().contains(place):
            self.hide()
            return
        self._go_to(self._nearest(box.mapSceneToView(place).x()))

    def _place_label(self, x: float) -> None:
        """Put the label on the side of the line that has more room.

        It belongs to the window: many runs have more rows than a low plot has room for.
        """
        window, label = self._plot.window(), self.label
        if label.parentWidget() is not window:
            label.setParent(window)
            label.show()
        area, first, last = x_span(self._plot)
        at = area.left() + (x - first) / (last - first) * area.width() if last > first else 0.0
        beside = at + BESIDE_PX
        if at > area.center().x():
            beside = at - BESIDE_PX - label.width()
        left = min(max(beside, 0), self._plot.width() - label.width())
        top = min(area.top() + TOP_PX, self._plot.height() - label.height())
        place = self._plot.mapTo(window, QPointF(left, top)).toPoint()
        label.move(max(place.x(), 0), max(place.y(), 0))
        label.raise_()


def _table(heading: str, readings: Sequence[Reading]) -> str:
    """Return the read-out as a table: mark, name, value."""
    rows = "".join(
        f'<tr><td style="color: #{each.color[0]:02x}{each.color[1]:02x}{each.color[2]:02x};'
        f' font-family: {MONO_FAMILY}">{SIGNS[each.mark]}&nbsp;</td>'
        f"<td>{escape(each.name)}&nbsp;&nbsp;</td>"
        f'<td align="right">{escape(each.value)}</td></tr>'
        for each in readings
    )
    return f"{escape(heading)}<table cellspacing=0 cellpadding=0>{rows}</table>"
