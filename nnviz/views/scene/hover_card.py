"""The card at the pointer: it comes after a moment, follows, and never flickers."""

from PySide6.QtCore import QObject, QPoint, QTimer, Slot
from PySide6.QtCore import Qt as _Qt
from PySide6.QtWidgets import QWidget

from nnviz.stores.pass_source import PassSource
from nnviz.stores.workspace import Workspace
from nnviz.trace.refs import Ref
from nnviz.views.scene.card_face import CardFace
from nnviz.views.scene.cards import Card, card_of
from nnviz.visual.layout import Rect
from nnviz.visual.palette import DARK, Palette
from nnviz.visual.placing import beside_pointer

__all__ = ["HoverCard"]

APPEAR_MS, LEAVE_MS = 90, 140
"""A pointer that only passes by raises no card, and one that trembles beside an edge keeps it."""


class HoverCard(QObject):
    """Shows the card of what the pointer is over, as a child of the window that ``view`` is in.

    A child and not a window of its own: it cannot take the focus, needs no permission to stand
    anywhere, and is not shown and hidden by a window manager.
    """

    def __init__(self, view: QWidget, workspace: Workspace, source: PassSource) -> None:
        super().__init__(view)
        self._view = view
        self._workspace = workspace
        self._source = source
        self._palette = DARK
        self._face: CardFace | None = None
        self._ref: Ref | None = None
        self._hint = ""
        self._place = QPoint()
        self._appear = self._timer(APPEAR_MS)
        self._appear.timeout.connect(self._on_appear)
        self._leave = self._timer(LEAVE_MS)
        self._leave.timeout.connect(self.dismiss)
        for signal in (source.changed, workspace.comparison.changed, workspace.display.changed):
            signal.connect(self._on_changed)

    @property
    def card(self) -> Card | None:
        """What is shown, None while nothing is."""
        return self._face.card if self._face is not None and self.is_shown else None

    @property
    def is_shown(self) -> bool:
        """Whether a card is in sight."""
        return self._face is not None and not self._face.isHidden()

    @property
    def face(self) -> CardFace | None:
        """The widget that shows it, None until it is first needed."""
        return self._face

    def set_theme(self, palette: Palette) -> None:
        """Change the theme."""
        self._palette = palette

    def aim(self, ref: Ref | None, place: QPoint, hint: str = "") -> None:
        """Show the card of ``ref`` at a place of the view, in a moment; None lets it go."""
        if ref is None:
            self._appear.stop()
            if self.is_shown and not self._leave.isActive():
                self._leave.start()
            return
        self._leave.stop()
        changed = (ref, hint) != (self._ref, self._hint)
        self._ref, self._hint, self._place = ref, hint, place
        if not self.is_shown:
            self._appear.start()
            return
        if changed:
            self._show(card_of(self._workspace, ref, hint, self._source.shown))
        self._follow()

    def say(self, card: Card, place: QPoint) -> None:
        """Show a card of somebody else's at once."""
        self._stop()
        self._ref, self._place = None, place
        self._show(card)
        self._follow()

    @Slot()
    def dismiss(self) -> None:
        """Hide the card at once."""
        self._stop()
        self._ref = None
        if self._face is not None:
            self._face.hide()

    def close(self) -> None:
        """Take the card out of the window: the view goes."""
        self._stop()
        if self._face is not None:
            self._face.hide()
            self._face.deleteLater()
            self._face = None

    def _timer(self, milliseconds: int) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        return timer

    def _stop(self) -> None:
        self._appear.stop()
        self._leave.stop()

    @Slot()
    def _on_appear(self) -> None:
        if self._ref is not None and self._view.isVisible():
            self._show(card_of(self._workspace, self._ref, self._hint, self._source.shown))
            self._follow()

    @Slot()
    def _on_changed(self) -> None:
        shown = self._source.shown
        if self._ref is None or shown is None:
            return
        if not self._ref.exists_in(shown.trace.spec.sizes):
            self.dismiss()  # or let it not come, if it was to come in a moment
        elif self.is_shown:
            self._show(card_of(self._workspace, self._ref, self._hint, shown))
            self._follow()

    def _show(self, card: Card) -> None:
        window = self._view.window()
        if self._face is None:
            self._face = CardFace(window)
            self._face.setObjectName("canvas.card")
            self._face.setAttribute(_Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        elif self._face.parentWidget() is not window:
            self._face.setParent(window)
        self._face.show_card(card, self._palette)

    def _follow(self) -> None:
        """Put the card beside the pointer, inside the part of the window that is on the screen."""
        if self._face is None:
            return
        window = self._view.window()
        pointer = self._view.mapTo(window, self._place)
        seen = window.rect()
        on_screen = window.screen().availableGeometry()
        on_screen.moveTopLeft(window.mapFromGlobal(on_screen.topLeft()))
        seen = seen.intersected(on_screen) or seen
        bounds = Rect(seen.x() + 4, seen.y() + 4, seen.width() - 8, seen.height() - 8)
        size = self._face.width(), self._face.height()
        x, y = beside_pointer((pointer.x(), pointer.y()), size, bounds)
        self._face.move(round(x), round(y))
        if self._face.isHidden():
            self._face.show()
            self._face.raise_()
