"""A widget of equations: hovering a piece lights its neuron or edge, and the other way round."""

from dataclasses import dataclass

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QEvent,
    QIODevice,
    QMimeData,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QAction,
    QColor,
    QGuiApplication,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnviz.trace.expression_text import latex_document, plain
from nnviz.trace.expressions import Expression, Tag
from nnviz.trace.refs import Ref
from nnviz.views.equations.boxes import Box, Ink
from nnviz.views.equations.flow import Line, break_lines, chunks_of
from nnviz.views.equations.typesetting import Style
from nnviz.views.theme import qcolor
from nnviz.visual.colour_schemes import on_white
from nnviz.visual.palette import DARK, Palette

__all__ = ["EquationView", "svg_of"]

LINE_GAP = 9.0
WRAPPED_GAP = 4.0
LIGHT_ALPHA = 48
SVG_PX = 24.0
SVG_MARGIN = 6.0


@dataclass(frozen=True, slots=True)
class _Placed:
    """A line at its height."""

    line: Line
    top: float


class EquationView(QWidget):
    """Shows equations below each other; everything is set when it changes, never while painting."""

    ref_hovered = Signal(object)
    """Emitted with the Ref that the pointer's piece speaks of, or None."""
    ref_clicked = Signal(object)
    """Emitted with the Ref of a clicked piece."""
    svg_requested = Signal(object)
    """Emitted with the bytes of an SVG picture that the user wants to save."""

    def __init__(self, px: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._px = px
        self._palette = DARK
        self._equations: tuple[Expression, ...] = ()
        self._chunks: list[list[Box]] = []
        self._placed: dict[int, tuple[list[_Placed], float]] = {}
        self._lit: Ref | None = None
        self._group: tuple[EquationView, ...] = (self,)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMouseTracking(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        for title, name, slot in (
            ("Copy as Text", "copy-text", self.copy_text),
            ("Copy as LaTeX", "copy-latex", self.copy_latex),
            ("Copy as SVG", "copy-svg", self.copy_svg),
            ("Save as SVG…", "save-svg", self._on_save_svg),
        ):
            action = QAction(title, self)
            action.setObjectName(name)
            action.triggered.connect(slot)
            self.addAction(action)
        self.setVisible(False)  # until there is something to show

    @property
    def text(self) -> str:
        """The equations as plain text, one per line."""
        return "\n".join(map(plain, self._equations))

    @property
    def equations(self) -> tuple[Expression, ...]:
        """What is shown."""
        return self._equations

    def copy_together_with(self, views: tuple["EquationView", ...]) -> None:
        """Copy the equations of all these views, from top to bottom, as one."""
        self._group = views

    def set_equations(self, equations: tuple[Expression, ...], palette: Palette) -> None:
        """Show other equations."""
        if equations == self._equations and palette is self._palette:
            return
        self._equations, self._palette = equations, palette
        style = Style.plain(self._px, palette)
        self._chunks = [chunks_of(equation, style) for equation in equations]
        self._placed = {}
        self.setAccessibleName(self.text)
        self.setVisible(bool(equations))
        self.updateGeometry()
        self.update()

    def light(self, ref: Ref | None) -> None:
        """Light the pieces that speak of ``ref``."""
        if ref != self._lit:
            self._lit = ref
            self.update()

    def tag_at(self, place: QPointF) -> Tag | None:
        """Return what the piece at a place speaks of."""
        for placed in self._lines(self.width())[0]:
            if placed.top <= place.y() <= placed.top + placed.line.height:
                return placed.line.tag_at(place.x(), place.y() - placed.top)
        return None

    def sizeHint(self) -> QSize:
        """Prefer the width of a narrow dock."""
        return QSize(280, self.heightForWidth(280))

    def minimumSizeHint(self) -> QSize:
        """Break lines rather than be cut."""
        return QSize(160, 10)

    def heightForWidth(self, width: int) -> int:
        """Return the height of all lines, broken for ``width`` px."""
        return round(self._lines(width)[1])

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lines."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
            ink = Ink(painter, qcolor(self._palette.accent, LIGHT_ALPHA), self._lit)
            for placed in self._lines(self.width())[0]:
                placed.line.draw(ink, 0, placed.top)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell which neuron or edge the pointer is over."""
        ref = self._ref_at(event.position())
        self.setCursor(
            Qt.CursorShape.PointingHandCursor if ref is not None else Qt.CursorShape.ArrowCursor
        )
        self.ref_hovered.emit(ref)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask for the neuron or edge that was clicked."""
        ref = self._ref_at(event.position())
        if ref is not None and event.button() is Qt.MouseButton.LeftButton:
            self.ref_clicked.emit(ref)

    def leaveEvent(self, event: QEvent) -> None:
        """End the light."""
        self.ref_hovered.emit(None)

    @Slot()
    def copy_text(self) -> None:
        """Put the equations on the clipboard as plain text."""
        QGuiApplication.clipboard().setText("\n".join(map(plain, self._all_equations())))

    @Slot()
    def copy_latex(self) -> None:
        """Put the equations on the clipboard as LaTeX."""
        QGuiApplication.clipboard().setText(latex_document(self._all_equations()))

    @Slot()
    def copy_svg(self) -> None:
        """Put a picture of the equations on the clipboard, as SVG and as its text."""
        svg = svg_of(self._all_equations(), self._palette)
        content = QMimeData()
        content.setData("image/svg+xml", QByteArray(svg))
        content.setText(svg.decode())
        QGuiApplication.clipboard().setMimeData(content)

    @Slot()
    def _on_save_svg(self) -> None:
        self.svg_requested.emit(svg_of(self._all_equations(), self._palette))

    def _all_equations(self) -> tuple[Expression, ...]:
        return tuple(equation for view in self._group for equation in view.equations)

    def _ref_at(self, place: QPointF) -> Ref | None:
        tag = self.tag_at(place)
        return None if tag is None else tag.ref

    def _lines(self, width: int) -> tuple[list[_Placed], float]:
        """Return the lines for a width, and the height of all."""
        if width not in self._placed:
            self._placed[width] = _place(self._chunks, width, self._px)
        return self._placed[width]


def _place(equations: list[list[Box]], width: float, px: float) -> tuple[list[_Placed], float]:
    placed, top = [], 2.0
    for chunks in equations:
        for line in break_lines(chunks, width, px):
            placed.append(_Placed(line, top))
            top += line.height + WRAPPED_GAP
        top += LINE_GAP - WRAPPED_GAP
    return placed, max(top - LINE_GAP, 0) + 4


def svg_of(equations: tuple[Expression, ...], palette: Palette = DARK) -> bytes:
    """Return the equations as an SVG picture on white, glyphs as curves: it needs no fonts."""
    style = Style.plain(SVG_PX, on_white(palette))
    placed, height = _place([chunks_of(each, style) for each in equations], 1e6, SVG_PX)
    width = max((each.line.box.width for each in placed), default=0.0)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    size = QSize(round(width + 2 * SVG_MARGIN), round(height + 2 * SVG_MARGIN))
    generator.setSize(size)
    generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
    generator.setTitle("Equation")
    generator.setDescription("\n".join(map(plain, equations)))
    with QPainter(generator) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = Ink(painter, QColor(0, 0, 0, 0), outlines=True)
        for each in placed:
            each.line.draw(ink, SVG_MARGIN, each.top + SVG_MARGIN)
    return bytes(buffer.data().data())
