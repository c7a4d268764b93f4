"""The steps of a pass as chips in their phase colours: click one to go there."""

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFontMetricsF,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QScrollBar, QSizePolicy, QToolTip, QWidget

from nnviz.trace.notation import Notation
from nnviz.trace.timeline import Timeline
from nnviz.views.theme import qcolor, text_font
from nnviz.views.timeline.chip_layout import (
    HEIGHT,
    ChipGroups,
    ChipLayout,
    bar_height,
    rows_in_window,
)
from nnviz.views.timeline.chip_texts import chip_texts, group_texts
from nnviz.visual.palette import DARK, Palette

__all__ = ["StepChips"]

TWO_LINES = 34
"""A lower chip has one line of text, in px."""
NOTCH = 120.0
"""How far the wheel turns for a row, in eighths of a degree, as Qt counts."""


class StepChips(QWidget):
    """Paints a timeline's steps; done ones filled, the current one outlined, later ones dimmed."""

    position_requested = Signal(int)
    """Emitted with the position of a clicked chip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timeline.chips")
        self.setAccessibleName("Steps of the pass")
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._timeline = Timeline(())
        self._groups = ChipGroups()
        self._notation = Notation()
        self._top = 0
        self._most = rows_in_window(self.window().height())
        self._palette = DARK
        self.scroll_bar = QScrollBar(Qt.Orientation.Vertical, self)
        self.scroll_bar.setObjectName("timeline.rows")
        self.scroll_bar.setAccessibleName("Examples of the mini-batch")
        self.scroll_bar.setCursor(Qt.CursorShape.ArrowCursor)
        self.scroll_bar.hide()
        self.scroll_bar.valueChanged.connect(self._on_scrolled)

    def sizeHint(self) -> QSize:
        """Return a height for two lines of text, or for some rows of a mini-batch."""
        return QSize(400, bar_height(self._groups, self._most))

    def minimumSizeHint(self) -> QSize:
        """Return a width that is never the reason for a wide window."""
        return QSize(120, bar_height(self._groups, self._most))

    @property
    def layout_of_chips(self) -> ChipLayout:
        """Where the chips stand."""
        return ChipLayout(self._groups, self.width(), self.height(), self._top, self._most)

    def set_theme(self, palette: Palette) -> None:
        """Change the colours."""
        self._palette = palette
        self.update()

    def show_timeline(self, timeline: Timeline, notation: Notation | None = None) -> None:
        """Show these steps and this position, in this notation; None: as before."""
        if timeline.steps is not self._timeline.steps:
            before = self.sizeHint()
            self._groups = ChipGroups.of(timeline.steps)
            if self.sizeHint() != before:
                self.updateGeometry()
        self._timeline, self._notation = timeline, notation or self._notation
        row = self._groups.row_of(max(timeline.position, 0))
        if row is not None:
            self._top = self.layout_of_chips.scrolled_to(row)
        self._place_scroll_bar()
        current = timeline.current
        where = chip_texts(current, self._notation).tip if current else "before the first step"
        self.setAccessibleDescription(
            f"Step {timeline.position + 1} of {len(timeline.steps)}: {where}"
        )
        self.update()

    def chip_box(self, position: int) -> QRectF:
        """Return where the chip of a position is painted, or its part of one; empty: unseen."""
        return self.layout_of_chips.box(position)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the chips that can be seen, and the names of their rows."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            layout = self.layout_of_chips
            for group, box in layout.boxes():
                self._paint_chip(painter, group, box.adjusted(1, 1, -1, -1))
            if layout.has_rows:
                for row in layout.visible_rows():
                    self._paint_name(painter, layout, row)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask for the position of the clicked chip."""
        position = self.layout_of_chips.position_at(event.position())
        if position is not None and event.button() is Qt.MouseButton.LeftButton:
            self.position_requested.emit(position)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Look at other rows of a mini-batch."""
        event.setAccepted(self.layout_of_chips.last_top > 0)
        self.scroll_bar.setValue(self._top - round(event.angleDelta().y() / NOTCH))

    def showEvent(self, event: QShowEvent) -> None:
        """Have as many rows as the window has room for, now and when its height changes."""
        super().showEvent(event)
        self.window().installEventFilter(self)
        self._fit_window()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the scroll bar into its place."""
        super().resizeEvent(event)
        self._place_scroll_bar()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Show fewer rows in a low window."""
        if event.type() is QEvent.Type.Resize and watched is self.window():
            self._fit_window()
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        """Show a chip's tooltip."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            position = self.layout_of_chips.position_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self._tip(position), self)
            return True
        return super().event(event)

    def _fit_window(self) -> None:
        most = rows_in_window(self.window().height())
        if most != self._most:
            self._most = most
            self._top = min(self._top, self.layout_of_chips.last_top)
            self.updateGeometry()
            self._place_scroll_bar()
            self.update()

    def _place_scroll_bar(self) -> None:
        """Show how much of the mini-batch is seen, where it is not all."""
        layout, bar = self.layout_of_chips, self.scroll_bar
        bar.setVisible(layout.last_top > 0)
        if not layout.last_top:
            return
        with QSignalBlocker(bar):
            bar.setRange(0, layout.last_top)
            bar.setPageStep(layout.visible)
            bar.setValue(self._top)
        bar.setGeometry(layout.scroll_box.toRect())
        bar.setToolTip(f"{layout.visible} of {len(self._groups.rows)} examples are in sight")

    @Slot(int)
    def _on_scrolled(self, top: int) -> None:
        self._top = top
        self.update()

    def _tip(self, position: int | None) -> str:
        if position is None:
            return ""
        step, rows = self._timeline.steps[position], len(self._groups.rows)
        tip = chip_texts(step, self._notation).tip
        if rows < 2 or step.example is None:
            return tip
        return f"{tip}, example {step.example + 1} of {rows}"

    def _paint_name(self, painter: QPainter, layout: ChipLayout, row: int) -> None:
        here = self._timeline.example == row and not self._timeline.at_start
        painter.setFont(text_font(11, bold=here))
        painter.setPen(qcolor(self._palette.text if here else self._palette.muted))
        side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(layout.name_box(row), side, f"example {row + 1}")

    def _paint_chip(self, painter: QPainter, group: range, box: QRectF) -> None:
        palette, position = self._palette, self._timeline.position
        step = self._timeline.steps[group.start]
        done = min(max(position + 1 - group.start, 0), len(group))
        current = position in group
        phase = palette.phases[step.phase]
        shape = QPainterPath()
        shape.addRoundedRect(box, 6, 6)
        painter.fillPath(shape, qcolor(palette.surface))
        if done:
            painter.save()
            painter.setClipRect(
                QRectF(box.left() - 1, box.top() - 1, 2 + box.width(), 2 + box.height())
                if done == len(group)
                else QRectF(box.left(), box.top(), box.width() * done / len(group), box.height())
            )
            painter.fillPath(shape, qcolor(phase))
            painter.restore()
        painter.setPen(QPen(qcolor(palette.selection if current else phase), 2 if current else 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(shape)
        texts = chip_texts(step, self._notation)
        if step.neuron is not None:
            texts = group_texts(step, done, len(group))
        painter.setPen(qcolor(palette.text if done else palette.muted))
        if box.height() >= TWO_LINES:
            _draw_two_lines(painter, box, texts.top, texts.bottom, bold=current)
        else:
            _draw_one_line(painter, box, texts.top, texts.bottom, bold=current)


def _draw_two_lines(painter: QPainter, box: QRectF, top: str, bottom: str, *, bold: bool) -> None:
    narrow = box.width() < 58
    half = min(box.height() / 2, HEIGHT / 2)
    middle = box.center().y()
    upper = QRectF(box.left(), middle - half + 3, box.width(), half - 2)
    lower = QRectF(box.left(), middle - 1, box.width(), half - 3)
    painter.setFont(text_font(10.5 if narrow else 12, bold=bold))
    painter.drawText(upper, Qt.AlignmentFlag.AlignCenter, top)
    painter.setFont(text_font(9.5 if narrow else 11))
    painter.drawText(lower, Qt.AlignmentFlag.AlignCenter, bottom)


def _draw_one_line(painter: QPainter, box: QRectF, top: str, bottom: str, *, bold: bool) -> None:
    """Write as much as fits: both texts, the upper one, or nothing."""
    font = text_font(10.5, bold=bold)
    rule = QFontMetricsF(font)
    for text in (f"{top} · {bottom}", top):
        if rule.horizontalAdvance(text) <= box.width() - 6:
            painter.setFont(font)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
            return
