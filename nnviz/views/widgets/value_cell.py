"""A symbol and its number in one row, to read and to copy with all its digits."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Slot
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QFontMetricsF,
    QGuiApplication,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QToolTip, QWidget

from nnviz.formatting import UNKNOWN
from nnviz.trace.copying import Offers, exact
from nnviz.trace.notation import Notation
from nnviz.views.copy_menu import open_copy_menu
from nnviz.views.theme import qcolor, text_font
from nnviz.visual.palette import DARK, RGB, Palette
from nnviz.visual.scales import Scale

__all__ = ["CELL_PADDING", "ValueCell", "sign_colour"]

CELL_PADDING = 6
"""Between the outline of a cell and its text, in px."""
DIGITS = 5
FEWEST_DIGITS = 4
"""In a narrow cell there is room for so many, whatever the notation; it copies all of them."""


def sign_colour(value: float | None, scale: Scale | None, palette: Palette) -> RGB:
    """Return the colour of a number: that of its scale and sign, plain text without a scale."""
    if value is None:
        return palette.muted
    if not value:
        return palette.text
    if scale is Scale.WEIGHT:
        return palette.weight_positive if value >= 0 else palette.weight_negative
    if scale is Scale.DERIVATIVE:
        return palette.derivative_positive if value >= 0 else palette.derivative_negative
    return palette.text


class ValueCell(QAbstractButton):
    """Shows ``symbol`` on the left and a number on the right; a click copies the number.

    ``digits`` hold until a notation is given with the number.
    """

    def __init__(self, digits: int = DIGITS, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notation = Notation(digits=digits)
        self._offers: Callable[[], Offers] | None = None
        self._symbol = ""
        self._value: float | None = None
        self._fitted = ""
        self._scale: Scale | None = None
        self._palette = DARK
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._copy_action = QAction("Copy Value", self)
        self._copy_action.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        self._copy_action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self._copy_action.triggered.connect(self.copy_value)
        self.addAction(self._copy_action)
        self.clicked.connect(self.copy_value)

    @property
    def value(self) -> float | None:
        """The number, None while it is unknown."""
        return self._value

    @property
    def symbol(self) -> str:
        """What the number is."""
        return self._symbol

    def set_value(
        self, symbol: str, meaning: str, value: float | None, scale: Scale | None,
        palette: Palette, notation: Notation | None = None,
        offers: Callable[[], Offers] | None = None,
    ) -> None:  # fmt: skip
        """Show another number, None for one that is not computed yet.

        ``offers`` says, when it is asked, what else can be copied: the row, the layer.
        """
        self._offers = offers
        shown = (symbol, value, scale, palette, notation or self._notation)
        if shown == (self._symbol, self._value, self._scale, self._palette, self._notation):
            return
        self._symbol, self._value, self._scale, self._palette, self._notation = shown
        self.setText(self._notation.number(value))
        self._fit()
        self._copy_action.setEnabled(value is not None)
        if value is None:
            self.setAccessibleName(f"{symbol}: not computed yet")
            self.setToolTip(f"{meaning}: not computed yet")
        else:
            self.setAccessibleName(f"{symbol}: {self.text()}")
            self.setToolTip(f"{meaning}\n{symbol} = {exact(value)}\nClick to copy all digits")
        self.update()

    def sizeHint(self) -> QSize:
        """Have room for a number in powers of ten."""
        return QSize(130, round(QFontMetricsF(text_font(13)).height() + 8))

    def minimumSizeHint(self) -> QSize:
        """Need what the symbol and a number with few digits need."""
        digits = min(self._notation.digits, FEWEST_DIGITS)
        shortest = replace(self._notation, digits=digits).number(self._value)
        return QSize(round(self._width_with(shortest)), self.sizeHint().height())

    @property
    def fitted_text(self) -> str:
        """The number as it is painted: with fewer digits where the cell is too narrow."""
        return self._fitted

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the number to the new width."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        digits = self._notation.digits
        self._fitted = self.text()
        while digits > FEWEST_DIGITS and self._width_with(self._fitted) > self.width():
            digits -= 1
            self._fitted = replace(self._notation, digits=digits).number(self._value)

    def _width_with(self, text: str) -> float:
        symbol = QFontMetricsF(text_font(12)).horizontalAdvance(self._symbol)
        return symbol + QFontMetricsF(text_font(13)).horizontalAdvance(text) + 3 * CELL_PADDING

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the row, raised while hovered, outlined while it has the focus."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            if self._value is not None and (self.underMouse() or self.hasFocus()):
                painter.setBrush(qcolor(self._palette.raised))
                edge = self._palette.accent if self.hasFocus() else self._palette.border
                painter.setPen(QPen(qcolor(edge), 1))
                painter.drawRoundedRect(box, 4, 4)
            inner = box.adjusted(CELL_PADDING, 0, -CELL_PADDING, 0)
            painter.setFont(text_font(12))
            painter.setPen(qcolor(self._palette.muted))
            middle = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | middle, self._symbol)
            painter.setFont(text_font(13))
            painter.setPen(qcolor(sign_colour(self._value, self._scale, self._palette)))
            painter.drawText(inner, Qt.AlignmentFlag.AlignRight | middle, self._fitted or UNKNOWN)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer the number, and what it belongs to."""
        if self._value is not None:
            offers = self._offers() if self._offers else Offers(((self._symbol, self._value),))
            open_copy_menu(offers, self._notation, event.globalPos(), self)

    @Slot()
    def copy_value(self) -> None:
        """Put the number with all its digits on the clipboard."""
        if self._value is None:
            return
        QGuiApplication.clipboard().setText(exact(self._value))
        below = self.mapToGlobal(QPoint(0, self.height()))
        QToolTip.showText(below, f"Copied {exact(self._value)}", self)
