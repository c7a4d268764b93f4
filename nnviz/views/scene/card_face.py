"""A card drawn: a title, numbers in columns, sentences below, a small image."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from nnviz.views.scene.cards import Card, CardImage
from nnviz.views.scene.ink import line_ink
from nnviz.views.theme import mono_font, qcolor, text_font
from nnviz.visual.palette import DARK, Palette
from nnviz.visual.scales import Scale, largest, scale_for

__all__ = ["CardFace", "draw_badge"]

PADDING_X, PADDING_Y = 10.0, 8.0
ROW = 17.0
TITLE_PX, NUMBER_PX, SENTENCE_PX = 12.5, 12.0, 11.5
TITLE_HEIGHT = 20.0
BETWEEN, COLUMN_GAP = 12.0, 18.0
"""Px between a symbol and its number, and between two columns of rows."""
IMAGE_SIDE = 84.0
WIDEST_SENTENCE = 280.0
BADGE = 16.0
"""The diameter of a pin's number, in px."""


@dataclass(frozen=True, slots=True)
class _Sizes:
    """The widths, in px, of symbols and numbers in each column, and the boxes of the sentences."""

    symbols: tuple[float, ...]
    numbers: tuple[float, ...]
    sentences: tuple[float, ...]
    width: float
    height: float

    @property
    def rows_width(self) -> float:
        """The width of all columns of rows together."""
        pairs = zip(self.symbols, self.numbers, strict=True)
        columns = [symbol + BETWEEN + number for symbol, number in pairs]
        return sum(columns) + COLUMN_GAP * max(len(columns) - 1, 0)


class CardFace(QWidget):
    """Shows one card at the size that it needs, its rows in one or two columns.

    ``badge`` is a pin's number before the title; ``spare`` px stay free at the title's right.
    """

    def __init__(
        self, parent: QWidget, columns: int = 1, spare: float = 0.0, badge: str = ""
    ) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._columns = columns
        self._spare = spare
        self._badge = badge
        self._card = Card("")
        self._palette = DARK
        self._sizes = _Sizes((), (), (), 0.0, 0.0)
        self._image: QImage | None = None
        self._limit = 0.0

    @property
    def card(self) -> Card:
        """What is shown."""
        return self._card

    def show_card(self, card: Card, palette: Palette, badge: str | None = None) -> None:
        """Show another card; nothing is drawn anew if it says the same."""
        badge = self._badge if badge is None else badge
        if (card, palette, badge) == (self._card, self._palette, self._badge):
            return
        if card.image != self._card.image or palette != self._palette:
            self._image = None if card.image is None else _image_of(card.image, palette)
            self._limit = 0.0 if card.image is None else largest(card.image.values)
        self._card, self._palette, self._badge = card, palette, badge
        self._sizes = self._measure()
        self.resize(self.sizeHint())
        self.setAccessibleName(card.title)
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size that the card needs."""
        return QSize(round(self._sizes.width), round(self._sizes.height))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what was measured."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._draw_ground(painter)
            top = self._draw_title(painter)
            self._draw_rows(painter, top)
            self._draw_image(painter, top)
            self._draw_sentences(painter)

    def _draw_ground(self, painter: QPainter) -> None:
        painter.setPen(QPen(qcolor(self._palette.border), 1))
        painter.setBrush(qcolor(self._palette.raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)

    def _draw_title(self, painter: QPainter) -> float:
        left = PADDING_X
        if self._badge:
            centre = QPointF(left + BADGE / 2, PADDING_Y + TITLE_HEIGHT / 2 - 2)
            draw_badge(painter, centre, self._badge, self._palette)
            left += BADGE + 6
        room = self.width() - left - PADDING_X - self._spare
        font = text_font(TITLE_PX, bold=True)
        title = QFontMetricsF(font).elidedText(
            self._card.title, Qt.TextElideMode.ElideMiddle, room + 1
        )
        painter.setFont(font)
        painter.setPen(qcolor(self._palette.text))
        box = QRectF(left, PADDING_Y - 2, room + 2, TITLE_HEIGHT)
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, title)
        return PADDING_Y + TITLE_HEIGHT

    def _draw_rows(self, painter: QPainter, top: float) -> None:
        per_column = self._rows_per_column()
        x, sizes, middle = PADDING_X, self._sizes, Qt.AlignmentFlag.AlignVCenter
        for column, (symbols, numbers) in enumerate(zip(sizes.symbols, sizes.numbers, strict=True)):
            rows = self._card.rows[column * per_column : (column + 1) * per_column]
            for index, row in enumerate(rows):
                box = QRectF(x, top + index * ROW, symbols + BETWEEN + numbers, ROW)
                painter.setFont(text_font(NUMBER_PX))
                painter.setPen(qcolor(self._palette.muted))
                painter.drawText(box, Qt.AlignmentFlag.AlignLeft | middle, row.symbol)
                painter.setFont(mono_font(NUMBER_PX))
                ink = line_ink(row.value, self._palette)
                painter.setPen(ink if row.value.known else qcolor(self._palette.muted))
                right = box.adjusted(0, 0, 1, 0)
                painter.drawText(right, Qt.AlignmentFlag.AlignRight | middle, row.value.text)
            x += symbols + BETWEEN + numbers + COLUMN_GAP

    def _draw_image(self, painter: QPainter, top: float) -> None:
        if self._image is None:
            return
        side, image = IMAGE_SIDE, self._image
        scale = side / max(image.width(), image.height())
        left = PADDING_X + self._sizes.rows_width + COLUMN_GAP
        box = QRectF(left, top + 2, image.width() * scale, image.height() * scale)
        painter.drawImage(box, image)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(qcolor(self._palette.border), 1))
        painter.drawRect(box)

    def _draw_sentences(self, painter: QPainter) -> None:
        painter.setFont(text_font(SENTENCE_PX))
        painter.setPen(qcolor(self._palette.muted))
        y = self.height() - PADDING_Y - sum(self._sizes.sentences)
        for sentence, height in zip(self._card.sentences, self._sizes.sentences, strict=True):
            box = QRectF(PADDING_X, y + 4, self.width() - 2 * PADDING_X, height - 4)
            flags = Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
            painter.drawText(box, int(flags), sentence)
            y += height

    def _rows_per_column(self) -> int:
        return -(-len(self._card.rows) // self._columns)

    def _measure(self) -> _Sizes:
        card, per_column = self._card, self._rows_per_column()
        text = QFontMetricsF(text_font(NUMBER_PX))
        mono = QFontMetricsF(mono_font(NUMBER_PX))
        columns = [
            card.rows[start : start + per_column]
            for start in range(0, len(card.rows), max(per_column, 1))
        ]
        symbols = [max(text.horizontalAdvance(row.symbol) for row in rows) for rows in columns]
        numbers = [max(mono.horizontalAdvance(row.value.text) for row in rows) for rows in columns]
        content = sum(symbols) + sum(numbers) + BETWEEN * len(columns)
        content += COLUMN_GAP * max(len(columns) - 1, 0)
        height = per_column * ROW
        if self._image is not None:
            content += (COLUMN_GAP if columns else 0.0) + IMAGE_SIDE
            height = max(height, IMAGE_SIDE + 6)
        title = QFontMetricsF(text_font(TITLE_PX, bold=True)).horizontalAdvance(card.title)
        title += self._spare + (BADGE + 6 if self._badge else 0.0)
        width = max(content, title)
        sentences = [_sentence_height(each, max(width, WIDEST_SENTENCE)) for each in card.sentences]
        if card.sentences:
            needed = max(QFontMetricsF(text_font(SENTENCE_PX)).horizontalAdvance(each)
                         for each in card.sentences)  # fmt: skip
            width = max(width, min(needed + 2, WIDEST_SENTENCE))
            sentences = [_sentence_height(each, width) for each in card.sentences]
        return _Sizes(
            tuple(symbols), tuple(numbers), tuple(sentences), width + 2 * PADDING_X + 2,
            height + TITLE_HEIGHT + sum(sentences) + 2 * PADDING_Y - 2,
        )  # fmt: skip


def draw_badge(painter: QPainter, centre: QPointF, text: str, palette: Palette) -> None:
    """Draw a pin's number in a disc of the selection's colour."""
    painter.setPen(QPen(qcolor(palette.surface), 1.5))
    painter.setBrush(qcolor(palette.selection))
    painter.drawEllipse(centre, BADGE / 2, BADGE / 2)
    painter.setPen(qcolor(palette.surface))
    painter.setFont(text_font(10.5, bold=True))
    box = QRectF(centre.x() - BADGE, centre.y() - BADGE, 2 * BADGE, 2 * BADGE)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _sentence_height(sentence: str, width: float) -> float:
    metrics = QFontMetricsF(text_font(SENTENCE_PX))
    flags = Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
    return metrics.boundingRect(QRectF(0, 0, width, 1000), int(flags), sentence).height() + 6


def _image_of(image: CardImage, palette: Palette) -> QImage:
    colours = scale_for(Scale.WEIGHT, palette).diverging(image.values, largest(image.values))
    pixels = np.ascontiguousarray(colours)
    rows, columns = image.shape
    # The copy is Qt's own: the array behind the first image does not outlive this call.
    return QImage(pixels.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888).copy()
