"""A slider over a run: its stops are the moments that are kept, its ticks the epochs."""

from collections.abc import Iterable, Sequence

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnviz.engine.arrays import FloatArray
from nnviz.views.theme import qcolor
from nnviz.views.widgets.grab_slider import GrabSlider
from nnviz.visual.palette import DARK, Palette

__all__ = ["Go", "MomentSlider"]

HEIGHT_PX, GROOVE_PX, HANDLE_PX = 24, 3, 6
TICK_PX = 4
LEAST_GAP_PX = 4.0
"""Between two ticks: of many epochs every second, fifth, tenth … has one."""
STEPS = (1, 2, 5)


class Go:
    """Where a key leads."""

    BACK, ON, EPOCH_BACK, EPOCH_ON, START, NOW = range(6)


_Key = Qt.Key
KEYS = {
    _Key.Key_Left: Go.BACK, _Key.Key_Down: Go.BACK, _Key.Key_Right: Go.ON, _Key.Key_Up: Go.ON,
    _Key.Key_PageUp: Go.EPOCH_BACK, _Key.Key_PageDown: Go.EPOCH_ON,
    _Key.Key_Home: Go.START, _Key.Key_End: Go.NOW, _Key.Key_Escape: Go.NOW,
}  # fmt: skip
"""What moves it; elsewhere in the window these keys step through the pass, the same way."""


class MomentSlider(GrabSlider):
    """Stands at a mini-batch of the curves; the right end is now.

    It only says where somebody wants to go, and shows where that led.
    """

    asked = Signal(int)
    """Emitted with the mini-batch that the handle was pulled to."""
    key_pressed = Signal(int)
    """Emitted with a ``Go``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = DARK
        self._epoch_ends: FloatArray = np.empty(0)
        self._stops: FloatArray = np.empty(0)
        self._ticks: list[QLineF] = []
        self._dots: list[QPointF] = []
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.sliderMoved.connect(self.asked)

    def set_theme(self, palette: Palette) -> None:
        """Change the theme."""
        self._palette = palette
        self.update()

    def show_run(self, done: int, stops: Sequence[int], epoch_ends: FloatArray) -> None:
        """Show a run of ``done`` mini-batches: the places of its moments, and of its epochs."""
        self.setRange(0, max(done, 1))
        self._stops = np.array(stops, np.float64)
        self._epoch_ends = epoch_ends
        self._prepare()

    def sizeHint(self) -> QSize:
        """Return its size."""
        return QSize(160, HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        """Return the least size in which it can be used."""
        return QSize(80, HEIGHT_PX)

    def ends(self) -> tuple[int, int]:
        """Return where the start and now stand, in px."""
        return HANDLE_PX + 1, self.width() - HANDLE_PX - 1

    def x_of(self, place: float) -> float:
        """Return where a mini-batch stands, in px."""
        left, right = self.ends()
        return left + (right - left) * place / max(self.maximum(), 1)

    def event(self, event: QEvent) -> bool:
        """Keep the keys that move it from the window's shortcuts while it has the focus."""
        is_override = event.type() is QEvent.Type.ShortcutOverride
        if is_override and isinstance(event, QKeyEvent) and _goes(event) is not None:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from moment to moment."""
        go = _goes(event)
        if go is None:
            super().keyPressEvent(event)
        else:
            self.key_pressed.emit(go)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place ticks and stops anew."""
        super().resizeEvent(event)
        self._prepare()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the groove, the ticks under it, the stops on it, and the handle."""
        palette, middle = self._palette, self.height() / 2 - 1
        left, right = self.ends()
        x = self.x_of(self.sliderPosition())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(qcolor(palette.muted), 1))
            painter.drawLines(self._ticks)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(qcolor(palette.border))
            groove = QRectF(left, middle - GROOVE_PX / 2, right - left, GROOVE_PX)
            painter.drawRoundedRect(groove, 1.5, 1.5)
            painter.setPen(QPen(qcolor(palette.muted), 2, c=Qt.PenCapStyle.RoundCap))
            painter.drawPoints(self._dots)
            painter.setPen(QPen(qcolor(palette.text if self.hasFocus() else palette.surface), 1.5))
            painter.setBrush(qcolor(palette.accent if self.isEnabled() else palette.border))
            painter.drawEllipse(QPointF(x, middle), HANDLE_PX - 0.5, HANDLE_PX - 0.5)

    def _prepare(self) -> None:
        """Compute what is painted: of too many ticks or stops some, evenly, or none."""
        left, right = self.ends()
        scale = (right - left) / max(self.maximum(), 1)
        middle = self.height() / 2 - 1
        top = middle + HANDLE_PX - 1
        ticks = left + scale * _thinned(self._epoch_ends, LEAST_GAP_PX / scale)
        self._ticks = [QLineF(x, top, x, top + TICK_PX) for x in ticks]
        has_room = len(self._stops) * LEAST_GAP_PX <= right - left
        stops = left + scale * self._stops if has_room else ()
        self._dots = [QPointF(x, middle) for x in _apart(stops)]
        self.update()


def _goes(event: QKeyEvent) -> int | None:
    """Return where a key leads, None for another key or one with modifiers."""
    plain = event.modifiers() in (
        Qt.KeyboardModifier.NoModifier,
        Qt.KeyboardModifier.KeypadModifier,
    )
    return KEYS.get(_Key(event.key())) if plain else None


def _apart(places: Iterable[float]) -> list[float]:
    """Return rising places without those that come too soon after another."""
    result: list[float] = []
    for place in places:
        if not result or place - result[-1] >= LEAST_GAP_PX:
            result.append(place)
    return result


def _thinned(places: FloatArray, least_gap: float) -> FloatArray:
    """Return every 1st, 2nd, 5th, 10th … place, so that they are so far apart."""
    if len(places) < 2:
        return places
    gap = float(np.diff(places).mean())
    every, index = 1, 0
    while gap * every < least_gap:
        index += 1
        every = STEPS[index % len(STEPS)] * 10 ** (index // len(STEPS))
    return places[every - 1 :: every]
