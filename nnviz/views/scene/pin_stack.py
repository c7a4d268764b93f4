"""The cards of what is pinned, one below the other in a corner of the canvas."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QWidget

from nnviz.stores.pass_source import PassSource
from nnviz.stores.workspace import Workspace
from nnviz.trace.refs import Ref
from nnviz.views.scene.card_face import PADDING_X, PADDING_Y, CardFace
from nnviz.views.scene.cards import pin_card
from nnviz.views.theme import qcolor
from nnviz.visual.layout import Rect
from nnviz.visual.palette import DARK, Palette
from nnviz.visual.placing import Corner, calmest_corner

__all__ = ["PinStack", "PinnedCard"]

GAP = 4
CROSS = 8
MORE_HEIGHT = 20
MOST_COVERED = 0.4
"""A stack that would be higher than this share of the canvas has brief cards."""
MARGIN, TOP, BOTTOM = 10, 34, 80
"""Px that the stack keeps from the canvas's sides, the layers' titles, the caption and legend."""


class PinnedCard(CardFace):
    """The card of one pin; a click on its cross takes the pin off, one beside it selects."""

    closed = Signal(object)
    """Emitted with the Ref whose pin is to be taken off."""
    chosen = Signal(object)
    """Emitted with the Ref that was clicked."""

    def __init__(self, ref: Ref, parent: QWidget) -> None:
        super().__init__(parent, columns=2, spare=CROSS + 12.0)
        self._ref = ref
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("Click to select, click × to take the pin off")

    @property
    def ref(self) -> Ref:
        """What is pinned."""
        return self._ref

    @property
    def cross(self) -> QRect:
        """Where the cross is, with room for a finger."""
        return QRect(self.width() - CROSS - 18, 0, CROSS + 18, 26)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card and its cross."""
        super().paintEvent(event)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(qcolor(self._palette.muted), 1.5))
            right = round(self.width() - PADDING_X)
            top = round(PADDING_Y + 3)
            painter.drawLine(right - CROSS, top, right, top + CROSS)
            painter.drawLine(right - CROSS, top + CROSS, right, top)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Keep the press from the canvas below."""
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Take the pin off or select what is pinned."""
        place = event.position().toPoint()
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(place):
            on_cross = self.cross.contains(place)
            (self.closed if on_cross else self.chosen).emit(self._ref)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Keep the second click from the canvas below."""
        event.accept()


class PinStack(QWidget):
    """Shows the cards in the corner where they cover least, as many as fit."""

    def __init__(self, workspace: Workspace, source: PassSource, parent: QWidget) -> None:
        super().__init__(parent)
        self._canvas = parent
        self.setObjectName("canvas.pins")
        self._workspace = workspace
        self._source = source
        self._palette = DARK
        self._cards: list[PinnedCard] = []
        self._more = QLabel(self)
        self._more.setProperty("muted", True)
        self._more.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._placed: tuple[int, QSize] | None = None
        self._corner = Corner.TOP_RIGHT
        self.hide()
        workspace.selection.pinned_changed.connect(self._on_pinned)

    @property
    def cards(self) -> tuple[PinnedCard, ...]:
        """The cards, the first one pinned first; those without room are hidden."""
        return tuple(self._cards)

    @property
    def left_out(self) -> int:
        """How many cards have no room."""
        return sum(card.isHidden() for card in self._cards)

    def set_theme(self, palette: Palette) -> None:
        """Change the theme."""
        self._palette = palette

    def synchronize(self, taken: Callable[[], Sequence[Rect]]) -> None:
        """Write the numbers of this moment, and stand where least of what is ``taken`` is covered.

        It looks for another corner only when pins come or go or the canvas changes its size.
        """
        if not self._cards:
            return
        self._write(brief=False)
        if self._height_of_all() > MOST_COVERED * self._canvas.height():
            self._write(brief=True)
        size = self._arrange()
        canvas = self._canvas.size()
        bounds = Rect(
            MARGIN, TOP, canvas.width() - 2 * MARGIN, max(canvas.height() - TOP - BOTTOM, 40)
        )
        needed = float(size.width()), float(size.height())
        if self._placed != (len(self._cards), canvas):
            self._corner = calmest_corner(needed, bounds, taken())
            self._placed = len(self._cards), canvas
        place = self._corner.place(needed, bounds)
        self.setGeometry(QRect(round(place.x), round(place.y), size.width(), size.height()))
        self.show()

    def _write(self, *, brief: bool) -> None:
        for number, card in enumerate(self._cards, start=1):
            content = pin_card(self._workspace, card.ref, self._source.shown, brief=brief)
            card.show_card(content, self._palette, str(number))

    def _height_of_all(self) -> int:
        return sum(card.sizeHint().height() + GAP for card in self._cards)

    def _arrange(self) -> QSize:
        """Put the cards below each other, and count those that have no room."""
        room = max(self._canvas.height() - TOP - BOTTOM, 40)
        width = max(card.sizeHint().width() for card in self._cards)
        y, fits = 0, 0
        for card in self._cards:
            height = card.sizeHint().height()
            is_last = fits == len(self._cards) - 1
            if fits and y + height + (0 if is_last else MORE_HEIGHT) > room:
                break
            card.setGeometry(0, y, width, height)
            y += height + GAP
            fits += 1
        for index, card in enumerate(self._cards):
            card.setVisible(index < fits)
        left_out = len(self._cards) - fits
        self._more.setVisible(left_out > 0)
        if left_out:
            self._more.setText(f"and {left_out} more")
            self._more.setGeometry(0, y, width, MORE_HEIGHT)
            return QSize(width, y + MORE_HEIGHT)
        return QSize(width, y - GAP)

    @Slot(object)
    def _on_pinned(self, refs: tuple[Ref, ...]) -> None:
        kept = {card.ref: card for card in self._cards}
        for ref, card in kept.items():
            if ref not in refs:
                card.hide()
                card.deleteLater()
        self._cards = [kept.get(ref) or self._new_card(ref) for ref in refs]
        self._placed = None
        if not refs:
            self.hide()

    def _new_card(self, ref: Ref) -> PinnedCard:
        card = PinnedCard(ref, self)
        card.closed.connect(self._workspace.selection.toggle_pin)
        card.chosen.connect(self._workspace.selection.select)
        return card
