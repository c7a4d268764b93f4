"""A label for equations: fractions, stacked indices, lines broken where an equation may break."""

from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QAction, QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnviz.views.theme import qcolor
from nnviz.views.widgets.formula import Line, break_lines, chunks_of, typeset
from nnviz.views.widgets.formula_boxes import Box, Style
from nnviz.visual.palette import RGB

__all__ = ["Formula", "FormulaLabel"]

LINE_GAP = 7.0
WRAPPED_GAP = 4.0


@dataclass(frozen=True, slots=True)
class Formula:
    """One equation: rich text, its colour, and the colour of what stands after its last " = "."""

    markup: str
    color: RGB
    result: RGB | None = None


class FormulaLabel(QWidget):
    """Shows equations below each other; the context menu copies them as plain text."""

    def __init__(self, px: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._px = px
        self._formulas: tuple[Formula, ...] = ()
        self._chunks: list[list[Box]] = []
        self._broken: dict[int, list[list[Line]]] = {}
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        copy = QAction("Copy as Text", self)
        copy.triggered.connect(self.copy_text)
        self.addAction(copy)
        self.setVisible(False)  # until there is something to show

    @property
    def text(self) -> str:
        """The equations as plain text, one per line."""
        return "\n".join(" ".join(chunk.plain() for chunk in line) for line in self._chunks)

    def set_formulas(self, formulas: tuple[Formula, ...]) -> None:
        """Show other equations."""
        if formulas == self._formulas:
            return
        self._formulas = formulas
        self._chunks = [
            chunks_of(boxes, self._px)
            for formula in formulas
            for boxes in _typeset_lines(formula, self._px)
        ]
        self._broken = {}
        self.setAccessibleName(self.text)
        self.setVisible(bool(formulas))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Prefer the width of a narrow dock."""
        return QSize(280, self.heightForWidth(280))

    def minimumSizeHint(self) -> QSize:
        """Break lines rather than be cut."""
        return QSize(160, 10)

    def heightForWidth(self, width: int) -> int:
        """Return the height of all lines, broken for ``width`` px."""
        height = 0.0
        for lines in self._lines(width):
            height += sum(line.height + WRAPPED_GAP for line in lines) - WRAPPED_GAP + LINE_GAP
        return round(max(height - LINE_GAP, 0) + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lines from the top."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        y = 1.0
        for lines in self._lines(self.width()):
            for line in lines:
                line.box.draw(painter, line.indent, y + line.box.ascent)
                y += line.height + WRAPPED_GAP
            y += LINE_GAP - WRAPPED_GAP

    @Slot()
    def copy_text(self) -> None:
        """Put the equations on the clipboard as plain text."""
        QGuiApplication.clipboard().setText(self.text)

    def _lines(self, width: int) -> list[list[Line]]:
        if width not in self._broken:
            self._broken[width] = [break_lines(line, width, self._px) for line in self._chunks]
        return self._broken[width]


def _typeset_lines(formula: Formula, px: float) -> list[list[Box | None]]:
    plain = Style(px, qcolor(formula.color))
    if formula.result is None:
        return [typeset(line, plain) for line in formula.markup.split("<br>")]
    head, equals, tail = formula.markup.rpartition(" = ")
    result = Style(px, qcolor(formula.result), bold=True)
    return [[*typeset(head + equals, plain), *typeset(tail, result)]]
