"""The images of a gallery, painted in one go from one prepared picture; clicks and arrow keys."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from nnviz.views.panels.gallery_grid import GAP_PX, GalleryGrid, fit_gallery
from nnviz.views.theme import qcolor, text_font
from nnviz.visual.palette import DARK, Palette

__all__ = ["WeightGallery"]

NUMBER_PX = 10
_MOVES = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_KEYS = frozenset({*_MOVES, Qt.Key.Key_Home, Qt.Key.Key_End})


class WeightGallery(QWidget):
    """Shows image i of ``atlas``, a column of images one under the other, at place i."""

    index_chosen = Signal(int)
    """Emitted with the image that was clicked or moved to by key; it is not yet selected."""

    def __init__(self, describe: Callable[[int], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFont(text_font(NUMBER_PX))
        self.setMouseTracking(True)
        self._describe = describe
        self._atlas = QImage()
        self._grid = GalleryGrid(0, 1, 1, 1, 0)
        self._names: tuple[str, ...] = ()
        self._selected: int | None = None
        self._palette = DARK
        self._room = QSize()
        self._aspect = 1.0

    @property
    def grid(self) -> GalleryGrid:
        """Where the images stand."""
        return self._grid

    @property
    def selected(self) -> int | None:
        """The outlined image."""
        return self._selected

    @property
    def atlas(self) -> QImage:
        """The images, one under the other, in their own pixels."""
        return self._atlas

    def show_images(
        self, atlas: QImage, names: tuple[str, ...], selected: int | None, palette: Palette
    ) -> None:
        """Show other images; ``atlas`` holds one for each name."""
        self._atlas, self._selected, self._palette = atlas, selected, palette
        aspect = atlas.width() * len(names) / max(atlas.height(), 1)
        if len(names) != len(self._names) or aspect != self._aspect:
            self._names, self._aspect = names, aspect
            self._lay_out()
        self._names = names
        self.update()

    def fit_into(self, room: QSize) -> None:
        """Lay the images out for a visible part of this size, in px."""
        self._room = room
        self._lay_out()

    def rectangle(self, index: int) -> QRect:
        """Return where image ``index`` stands."""
        x, y = self._grid.place(index)
        return QRect(x, y, self._grid.width, self._grid.height)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the images that can be seen, out of the prepared picture."""
        with QPainter(self) as painter:
            exposed = event.rect()
            grid = self._grid
            rows = self._atlas.height() // max(grid.count, 1)
            for index in range(grid.count):
                place = self.rectangle(index)
                if not exposed.intersects(place.adjusted(-GAP_PX, -GAP_PX, GAP_PX, grid.caption)):
                    continue
                painter.drawImage(
                    place, self._atlas, QRect(0, index * rows, self._atlas.width(), rows)
                )
                painter.setPen(QPen(qcolor(self._palette.border), 1))
                painter.drawRect(place.adjusted(-1, -1, 0, 0))
                if grid.caption:
                    self._draw_name(painter, index, place)
            if self._selected is not None and self._selected < grid.count:
                painter.setPen(QPen(qcolor(self._palette.selection), 2))
                painter.drawRect(self.rectangle(self._selected).adjusted(-2, -2, 2, 2))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use the new width."""
        super().resizeEvent(event)
        self._lay_out()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the image that is clicked."""
        index = self._grid.index_at(event.position().x(), event.position().y())
        if index is not None and event.button() is Qt.MouseButton.LeftButton:
            self.index_chosen.emit(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show that an image can be clicked."""
        index = self._grid.index_at(event.position().x(), event.position().y())
        shape = Qt.CursorShape.ArrowCursor if index is None else Qt.CursorShape.PointingHandCursor
        self.setCursor(shape)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move through the images with the arrow keys, Home and End."""
        key, grid = Qt.Key(event.key()), self._grid
        if not grid.count or key not in _KEYS:
            super().keyPressEvent(event)
        elif key is Qt.Key.Key_Home or self._selected is None:
            self.index_chosen.emit(0)
        elif key is Qt.Key.Key_End:
            self.index_chosen.emit(grid.count - 1)
        else:
            self.index_chosen.emit(grid.moved(self._selected, *_MOVES[key]))

    def event(self, event: QEvent) -> bool:
        """Claim its keys before shortcuts see them; describe the image under the pointer."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.key() in _KEYS
        ):
            event.accept()
            return True
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self._grid.index_at(event.pos().x(), event.pos().y())
            if index is None:
                QToolTip.hideText()
            else:
                QToolTip.showText(event.globalPos(), self._describe(index), self)
            return True
        return super().event(event)

    def _lay_out(self) -> None:
        if self._names and not self._room.isEmpty():
            room = self._room
            grid = fit_gallery(len(self._names), self._aspect, room.width(), room.height())
            if grid != self._grid:
                self._grid = grid
                self.setMinimumHeight(grid.total_height if grid.total_height > room.height() else 0)
                self.update()

    def _draw_name(self, painter: QPainter, index: int, place: QRect) -> None:
        chosen = index == self._selected
        painter.setPen(qcolor(self._palette.text if chosen else self._palette.muted))
        box = QRect(place.left(), place.bottom() + 3, place.width(), self._grid.caption)
        name = painter.fontMetrics().elidedText(
            self._names[index], Qt.TextElideMode.ElideRight, box.width()
        )
        painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, name)
