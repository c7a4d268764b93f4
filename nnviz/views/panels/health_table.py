"""The table of health: a row for each layer, painted in one go from the newest look at it."""

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from nnviz.stores.health_store import HealthPoint
from nnviz.training.checkup import CheckUp
from nnviz.training.health import LayerHealth
from nnviz.views.panels.health_columns import COLUMNS, ColumnKind, cell, lay_out_columns
from nnviz.views.panels.health_marks import (
    draw_bar,
    draw_histogram,
    draw_ratio,
    draw_sparkline,
    log_range,
)
from nnviz.views.panels.health_texts import (
    asleep_text,
    cell_text,
    row_text,
    short,
    troubled_share,
)
from nnviz.views.theme import mono_font, qcolor, text_font
from nnviz.visual.palette import DARK, Palette

__all__ = ["HealthTable"]

MARGIN_PX = 10
HEADING_PX = 20
LEAST_ROW_PX, MOST_ROW_PX = 26, 110
TALL_ROW_PX = 40
"""From this height on a row has room for a second line of text."""
NUMBER_WIDTH_PX = 62
TROUBLED = 0.25
"""Share of neurons that hardly learn from which on the bar has the colour of what is wrong."""


class HealthTable(QWidget):
    """Shows a look at all layers; hovering a cell explains it, arrow keys go through the rows."""

    row_reached = Signal(int, int)
    """Emitted with the top and the bottom, in px, of the row that the keys came to."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._check_up: CheckUp | None = None
        self._points: tuple[HealthPoint, ...] = ()
        self._palette = DARK
        self._current: int | None = None
        self._room = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)

    def show_health(
        self, check_up: CheckUp, points: tuple[HealthPoint, ...], palette: Palette
    ) -> None:
        """Show another look and the courses up to it."""
        if self._check_up is None or len(check_up.layers) != len(self._check_up.layers):
            self._current = None
            self._check_up = check_up
            self._fix_height()
        self._check_up, self._points, self._palette = check_up, points, palette
        self._describe()
        self.update()

    def fit_into(self, height: int) -> None:
        """Use a visible height, in px: rows grow into it, and scroll where it is too low."""
        self._room = height
        self._fix_height()

    @property
    def row_height(self) -> float:
        """How high a row is, in px."""
        rows = max(len(self._layers), 1)
        spare = (self._room - HEADING_PX - 4) / rows
        return min(max(spare, LEAST_ROW_PX), MOST_ROW_PX)

    @property
    def current_row(self) -> int | None:
        """The row that the keys are at, None before they were used."""
        return self._current

    def cell_at(self, place: QPoint) -> tuple[ColumnKind, int | None] | None:
        """Return the column and the row at a place, the row None in the heading."""
        places = lay_out_columns(self.width() - 2 * MARGIN_PX)
        for kind, (left, width) in places.items():
            if left <= place.x() - MARGIN_PX <= left + width:
                row = int((place.y() - HEADING_PX) // self.row_height)
                if place.y() < HEADING_PX:
                    return kind, None
                return (kind, row) if row < len(self._layers) else None
        return None

    def minimumSizeHint(self) -> QSize:
        """Return a width that the columns still can be read in."""
        return QSize(420, HEADING_PX + LEAST_ROW_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the heading and the rows."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.translate(MARGIN_PX, 0)
            places = lay_out_columns(self.width() - 2 * MARGIN_PX)
            painter.setFont(text_font(11))
            painter.setPen(qcolor(self._palette.muted))
            for column in COLUMNS:
                box = cell(places, column.kind, 0, HEADING_PX)
                text = painter.fontMetrics().elidedText(
                    column.heading, Qt.TextElideMode.ElideRight, int(box.width())
                )
                painter.drawText(box, _LEFT, text)
            decades = log_range(
                [norm for point in self._points for norm in point.weight_gradients]
                + [layer.weight_gradient for layer in self._layers]
            )
            for row, layer in enumerate(self._layers):
                self._draw_row(painter, places, row, layer, decades)

    def event(self, event: QEvent) -> bool:
        """Explain the cell under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            found = self.cell_at(event.pos())
            if found is None or self._check_up is None:
                QToolTip.hideText()
            else:
                QToolTip.showText(event.globalPos(), cell_text(self._check_up, *found), self)
            return True
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.key() in _KEYS
        ):
            event.accept()  # before shortcuts see it
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go through the rows."""
        if event.key() not in _KEYS or not self._layers:
            super().keyPressEvent(event)
            return
        last = len(self._layers) - 1
        now = -1 if self._current is None else self._current
        self._current = {
            Qt.Key.Key_Up: max(0, now - 1),
            Qt.Key.Key_Down: min(last, now + 1),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }[Qt.Key(event.key())]
        self._describe()
        self.update()
        top = HEADING_PX + self._current * self.row_height
        self.row_reached.emit(round(top) if self._current else 0, round(top + self.row_height))

    @property
    def _layers(self) -> tuple[LayerHealth, ...]:
        return () if self._check_up is None else self._check_up.layers

    def _fix_height(self) -> None:
        self.setFixedHeight(round(HEADING_PX + self.row_height * max(len(self._layers), 1) + 4))

    def _describe(self) -> None:
        if self._check_up is not None:
            rows = range(len(self._layers)) if self._current is None else (self._current,)
            self.setAccessibleDescription(
                " ".join(row_text(self._check_up, row) for row in rows)
            )  # fmt: skip

    def _draw_row(
        self,
        painter: QPainter,
        places: dict[ColumnKind, tuple[float, float]],
        row: int,
        layer: LayerHealth,
        decades: tuple[float, float] | None,
    ) -> None:
        check_up, palette = self._check_up, self._palette
        assert check_up is not None
        height = self.row_height
        top = HEADING_PX + row * height
        painter.setPen(QPen(qcolor(palette.border), 1))
        painter.drawLine(0, round(top), self.width() - 2 * MARGIN_PX, round(top))
        if self._current == row and self.hasFocus():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(qcolor(palette.raised))
            painter.drawRect(QRectF(-6, top + 1, self.width() - 2 * MARGIN_PX + 12, height - 2))
        boxes = {kind: cell(places, kind, top, height) for kind in ColumnKind}
        spec = check_up.subject.spec
        self._write_pair(
            painter, boxes[ColumnKind.LAYER], str(layer.layer),
            f"{spec.sizes[layer.layer]} {spec.activation(layer.layer).label}", mono=False,
        )  # fmt: skip
        self._draw_gradient(painter, boxes[ColumnKind.GRADIENT], row, layer, decades)
        self._draw_asleep(painter, boxes[ColumnKind.ASLEEP], layer)
        weights = palette.weight_negative, palette.weight_positive
        draw_histogram(painter, _inner(boxes[ColumnKind.WEIGHTS]), layer.weights, weights, palette)
        plain = palette.muted, palette.muted
        place = _inner(boxes[ColumnKind.ACTIVATIONS])
        draw_histogram(painter, place, layer.activations, plain, palette)
        self._draw_update(painter, boxes[ColumnKind.UPDATE], row)

    def _draw_gradient(
        self,
        painter: QPainter,
        box: QRectF,
        row: int,
        layer: LayerHealth,
        decades: tuple[float, float] | None,
    ) -> None:
        points = self._points
        if decades is not None and points:
            x = np.array([point.mini_batches for point in points], np.float64)
            y = np.array([point.weight_gradients[row] for point in points], np.float64)
            line = _inner(box.adjusted(0, 0, -NUMBER_WIDTH_PX - 6, 0))
            draw_sparkline(painter, line, x, y, decades, self._palette)
        number_box = box.adjusted(box.width() - NUMBER_WIDTH_PX, 0, 0, 0)
        bias = f"b {short(layer.bias_gradient)}"
        self._write_pair(painter, number_box, short(layer.weight_gradient), bias)

    def _draw_asleep(self, painter: QPainter, box: QRectF, layer: LayerHealth) -> None:
        share = troubled_share(layer)
        text = asleep_text(layer)
        if share is None:
            painter.setPen(qcolor(self._palette.muted))
            painter.setFont(text_font(11))
            painter.drawText(box, _LEFT, text)
            return
        colour = self._palette.bad if share >= TROUBLED else self._palette.muted
        middle = box.center().y()
        painter.setFont(text_font(11))
        painter.setPen(qcolor(self._palette.text if share else self._palette.muted))
        whole = painter.fontMetrics().horizontalAdvance(text) <= box.width()
        shown = text if whole else text.rpartition(" ")[0]  # the tip has the word
        painter.drawText(QRectF(box.left(), middle - 13, box.width(), 14), _LEFT, shown)
        bar = QRectF(box.left(), middle + 4, min(box.width(), 120), 5)
        draw_bar(painter, bar, share, colour, self._palette)

    def _draw_update(self, painter: QPainter, box: QRectF, row: int) -> None:
        check_up = self._check_up
        assert check_up is not None
        steps = check_up.steps
        number_box = box.adjusted(box.width() - NUMBER_WIDTH_PX, 0, 0, 0)
        scale = box.adjusted(4, 0, -NUMBER_WIDTH_PX - 10, 0)
        draw_ratio(painter, scale, float("nan") if steps is None else steps[row], self._palette)
        self._write_pair(painter, number_box, short(None if steps is None else steps[row]), "")

    def _write_pair(
        self, painter: QPainter, box: QRectF, first: str, second: str, *, mono: bool = True
    ) -> None:
        """Write one line, and a quieter one below it where the row is high enough."""
        two = bool(second) and (box.height() >= TALL_ROW_PX or not mono)
        middle = box.center().y()
        if not mono and box.height() < TALL_ROW_PX:
            painter.setFont(text_font(12, bold=True))
            painter.setPen(qcolor(self._palette.text))
            painter.drawText(box, _LEFT, first)
            rest = box.adjusted(14, 0, 0, 0)
            painter.setFont(text_font(11))
            whole = painter.fontMetrics().horizontalAdvance(second) <= rest.width()
            self._write_quietly(painter, rest, second if whole else second.split()[0])
            return
        painter.setFont(mono_font(11) if mono else text_font(12, bold=True))
        painter.setPen(qcolor(self._palette.text))
        align = _RIGHT if mono else _LEFT
        line = QRectF(box.left(), middle - 15, box.width(), 15) if two else box
        painter.drawText(line, align, first)
        if two:
            self._write_quietly(painter, line.translated(0, 15), second, align)

    def _write_quietly(
        self, painter: QPainter, box: QRectF, text: str, align: Qt.AlignmentFlag | None = None
    ) -> None:
        painter.setFont(text_font(11))
        painter.setPen(qcolor(self._palette.muted))
        elided = painter.fontMetrics().elidedText(
            text, Qt.TextElideMode.ElideRight, int(box.width())
        )
        painter.drawText(box, _LEFT if align is None else align, elided)


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_KEYS = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End})


def _inner(box: QRectF) -> QRectF:
    """Return a cell without the space to the rows above and below."""
    return box.adjusted(0, 5, 0, -5)
