"""The numbers of a mistaken pass beside those of the right one, for what is selected."""

import math
from dataclasses import dataclass, replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from nnviz.trace.naming import symbol_of
from nnviz.trace.notation import Notation
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, Ref
from nnviz.trace.timeline import Timeline
from nnviz.views.panels.challenge_labels import show_colour
from nnviz.views.theme import text_font

__all__ = ["ComparedRow", "Comparison", "compared"]

MOST_ROWS = 7
MOST_DIGITS = 17
"""So many tell any two numbers of double precision apart."""
_PIXELS = 13


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """A number in both passes, None while it is not known."""

    symbol: str
    mistaken: float | None
    right: float | None

    @property
    def differs(self) -> bool:
        """Whether the mistake changed it."""
        if self.mistaken is None or self.right is None:
            return False
        if math.isnan(self.mistaken) and math.isnan(self.right):
            return False
        return not math.isclose(self.mistaken, self.right, rel_tol=1e-9, abs_tol=1e-300)

    def texts(self, notation: Notation) -> tuple[str, str]:
        """Return both numbers, where they differ with as many digits as it takes to see it."""
        for digits in range(notation.digits, MOST_DIGITS + 1):
            wide = replace(notation, digits=digits)
            mistaken, right = wide.number(self.mistaken), wide.number(self.right)
            if mistaken != right or not self.differs:
                break
        return mistaken, right


def compared(
    notation: Notation, mistaken: PassTrace, right: PassTrace, timeline: Timeline, ref: Ref | None
) -> tuple[ComparedRow, ...]:
    """Return the numbers of ``ref`` and the cost, as far as the steps have made them known."""
    reveal, example = timeline.reveal(), timeline.example
    rows = []
    for quantity in _quantities(ref):
        assert ref is not None  # without one there are no quantities
        known = reveal.knows(quantity, ref.layer, ref.neuron, example)
        one, other = (
            trace.value(quantity, ref, example) if known else None for trace in (mistaken, right)
        )
        rows.append(ComparedRow(symbol_of(quantity, ref, notation, example), one, other))
    last = mistaken.spec.layer_count
    known = reveal.knows(Quantity.COST, last, None, example)
    before = (mistaken.cost_of(example), right.cost_of(example)) if known else (None, None)
    after = (mistaken.cost_after, right.cost_after) if timeline.at_end else (None, None)
    return (*rows, ComparedRow("C", *before), ComparedRow("C after the update", *after))


class Comparison(QWidget):
    """Three columns: the symbol, the number of this pass, that of the right pass."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("challenges.bug.comparison")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(3)
        for column, text in enumerate(("", "this pass", "right pass")):
            label = QLabel(text)
            label.setProperty("muted", True)
            label.setFont(text_font(12))
            grid.addWidget(label, 0, column, _alignment(column))
        self.rows: list[tuple[QLabel, QLabel, QLabel]] = []
        for row in range(MOST_ROWS):
            labels = tuple(self._label(row, column) for column in range(3))
            for column, label in enumerate(labels):
                grid.addWidget(label, row + 1, column, _alignment(column))
            self.rows.append((labels[0], labels[1], labels[2]))
        grid.setColumnStretch(0, 1)

    def show_rows(self, rows: tuple[ComparedRow, ...], notation: Notation) -> None:
        """Show both numbers of each row, in red where they differ."""
        for index, labels in enumerate(self.rows):
            for label in labels:
                label.setVisible(index < len(rows))
            if index >= len(rows):
                continue
            row = rows[index]
            symbol, mistaken, right = labels
            symbol.setText(row.symbol)
            for label, number in zip((mistaken, right), row.texts(notation), strict=True):
                label.setText(number)
            mistaken.setToolTip(_exact(row.mistaken))
            right.setToolTip(_exact(row.right))
            show_colour(mistaken, False if row.differs else None)
            show_colour(right, True if row.differs else None)

    def _label(self, row: int, column: int) -> QLabel:
        label = QLabel()
        label.setObjectName(f"challenges.bug.comparison.{row}.{column}")
        label.setFont(text_font(_PIXELS))
        return label


def _quantities(ref: Ref | None) -> tuple[Quantity, ...]:
    if ref is None:
        return ()
    if isinstance(ref, EdgeRef):
        return (Quantity.WEIGHT_GRADIENT, Quantity.WEIGHT_AFTER)
    if ref.layer == 0:
        return (Quantity.ACTIVATION_GRADIENT,)
    return (
        Quantity.PREACTIVATION, Quantity.ACTIVATION, Quantity.ACTIVATION_GRADIENT,
        Quantity.BIAS_GRADIENT, Quantity.BIAS_AFTER,
    )  # fmt: skip


def _alignment(column: int) -> Qt.AlignmentFlag:
    return Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft


def _exact(value: float | None) -> str:
    return "not computed yet" if value is None else repr(value)
