"""The widget that shows the chain rule's picture: hover lights, a click or Enter jumps."""

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from nnviz.trace.refs import Ref
from nnviz.views.equations.boxes import Ink
from nnviz.views.panels.chain_drawing import Drawing, Hit
from nnviz.views.theme import qcolor
from nnviz.visual.palette import DARK, Palette

__all__ = ["ChainView"]

LIGHT_ALPHA = 48


class ChainView(QWidget):
    """Paints a drawing; its places are asked for with the pointer or with the arrow keys."""

    jump_requested = Signal(object)
    """Emitted with the Hit whose step is wanted."""
    hover_requested = Signal(object)
    """Emitted with the Ref that the pointer is over, None for nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chain-rule.view")
        self.setAccessibleName("Chain rule")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._palette = DARK
        self._drawings: tuple[Drawing, ...] = ()
        self._hits: tuple[Hit, ...] = ()
        self._current = -1
        self._lit: Ref | None = None

    @property
    def hits(self) -> tuple[Hit, ...]:
        """The places that can be asked for, in the order of the arrow keys."""
        return self._hits

    @property
    def current(self) -> Hit | None:
        """The place that is pointed at, by mouse or keyboard."""
        return self._hits[self._current] if 0 <= self._current < len(self._hits) else None

    def set_drawings(self, drawings: tuple[Drawing, ...], palette: Palette) -> None:
        """Show other drawings."""
        self._drawings, self._palette = drawings, palette
        self._hits = tuple(hit for drawing in drawings for hit in drawing.hits)
        if self._current >= len(self._hits):
            self._current = -1
        self.setMinimumSize(
            round(max((each.width for each in drawings), default=0)),
            round(max((each.height for each in drawings), default=0)),
        )
        spoken = ", ".join(hit.text for hit in self._hits)
        self.setAccessibleDescription(spoken)
        self.update()

    def set_lit(self, ref: Ref | None) -> None:
        """Light what speaks of a neuron or edge."""
        if ref != self._lit:
            self._lit = ref
            self.update()

    def sizeHint(self) -> QSize:
        """Return the size of the drawings."""
        return self.minimumSize()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what is laid out; nothing is computed here."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), qcolor(self._palette.surface))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            light = qcolor(self._palette.accent, LIGHT_ALPHA)
            ink = Ink(painter, light, self._lit)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(light)
            for index, hit in enumerate(self._hits):
                if index == self._current or (self._lit is not None and hit.ref == self._lit):
                    painter.drawRoundedRect(hit.area.adjusted(-2, -2, 2, 2), 4, 4)
            for drawing in self._drawings:
                _paint(ink, drawing)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light what is under the pointer, here and on the canvas."""
        self._point_at(self._index_at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Jump to the step that computed what is clicked."""
        index = self._index_at(event.position())
        if event.button() is Qt.MouseButton.LeftButton and index >= 0:
            self._point_at(index)
            self.jump_requested.emit(self._hits[index])

    def leaveEvent(self, event: QEvent) -> None:
        """Forget what was lit."""
        self._point_at(-1)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Forget what was lit."""
        super().focusOutEvent(event)
        self._point_at(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk along the places with Left and Right, jump with Enter or Space."""
        moves = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        current = self.current
        if event.key() in moves and self._hits:
            step = moves[Qt.Key(event.key())]
            start = self._current if current is not None else (-1 if step > 0 else 0)
            self._point_at((start + step) % len(self._hits))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and current:
            self.jump_requested.emit(current)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Say what a place is."""
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place: QPoint = event.pos()
            index = self._index_at(QPointF(place))
            if index >= 0:
                QToolTip.showText(event.globalPos(), self._hits[index].hint, self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def _index_at(self, place: QPointF) -> int:
        for index, hit in enumerate(self._hits):
            if QRectF(hit.area).contains(place):
                return index
        return -1

    def _point_at(self, index: int) -> None:
        if index == self._current:
            return
        self._current = index
        self.setCursor(
            Qt.CursorShape.PointingHandCursor if index >= 0 else Qt.CursorShape.ArrowCursor
        )
        current = self.current
        self.hover_requested.emit(None if current is None else current.ref)
        self.update()


def _paint(ink: Ink, drawing: Drawing) -> None:
    painter = ink.painter
    for path, color in drawing.bands:
        painter.fillPath(path, color)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for path, pen in drawing.strokes:
        painter.setPen(pen)
        painter.drawPath(path)
    for pill in drawing.pills:
        painter.setPen(pill.pen)
        painter.setBrush(pill.fill)
        painter.drawRoundedRect(pill.area, 8, 8)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for box, x, baseline in drawing.pieces:
        box.draw(ink, x, baseline)
