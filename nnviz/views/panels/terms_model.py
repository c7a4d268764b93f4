"""The terms of a sum as a Qt table model: texts and colours of the rows that can be seen."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QBrush

from nnviz.engine.arrays import FloatArray
from nnviz.trace.copying import Numbers, Offers, exact
from nnviz.trace.notation import Notation
from nnviz.views.panels.terms import Terms
from nnviz.views.theme import qcolor, text_font
from nnviz.views.widgets.value_cell import sign_colour
from nnviz.visual.palette import DARK, Palette
from nnviz.visual.scales import Scale

__all__ = ["BAR", "PRODUCT", "SHARE_ROLE", "Column", "TermsModel"]

Index = QModelIndex | QPersistentModelIndex
SMALLEST_FIXED = 1e-4
"""From here on numbers are written without a power of ten."""
PRODUCT = 3
"""The column of the product."""
BAR = 4
"""The column of its bar."""
SHARE_ROLE = Qt.ItemDataRole.UserRole
"""The product relative to the largest one, −1 … 1."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column's header, what it means, and its colours; None: plain text."""

    header: str
    meaning: str
    scale: Scale | None = None


class TermsModel(QAbstractTableModel):
    """Five columns: index, weight, the factor, their product, and a bar for it."""

    def __init__(self, columns: tuple[Column, ...], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns = columns
        self._terms: Terms | None = None
        self._name: Callable[[int], str] = str
        self._palette = DARK
        self._notation = Notation()
        self._font = text_font(12)

    @property
    def terms(self) -> Terms | None:
        """What is shown, None while it is unknown."""
        return self._terms

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns from left to right."""
        return self._columns

    def set_terms(
        self,
        terms: Terms | None,
        name: Callable[[int], str],
        palette: Palette,
        notation: Notation | None = None,
    ) -> None:
        """Show other terms; ``name`` says what the first column calls a neuron."""
        self.beginResetModel()
        self._terms, self._name, self._palette = terms, name, palette
        self._notation = notation or self._notation
        self.endResetModel()

    @property
    def digits(self) -> int:
        """How many significant digits the numbers have."""
        return self._notation.digits

    def set_digits(self, digits: int) -> None:
        """Write the same numbers with more or fewer digits."""
        if digits != self._notation.digits:
            self._notation = replace(self._notation, digits=digits)
            last = self.index(self.rowCount() - 1, PRODUCT)
            self.dataChanged.emit(self.index(0, 1), last, [Qt.ItemDataRole.DisplayRole])

    def set_columns(self, columns: tuple[Column, ...]) -> None:
        """Call the columns differently; there are as many as before."""
        if columns != self._columns:
            self._columns = columns
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(columns) - 1)

    def set_first_header(self, column: Column) -> None:
        """Call the first column differently."""
        self.set_columns((column, *self._columns[1:]))

    def offers(self, row: int, column: int) -> Offers:
        """Return what can be copied: the number of a cell, its term, and all terms together."""
        terms = self._terms
        if terms is None:
            return Offers()
        numbers = [float(self._values(each)[row]) for each in range(1, PRODUCT + 1)]
        name = self._columns[min(column, PRODUCT)].header
        values = ((name, numbers[min(column, PRODUCT) - 1]),) if column else ()
        together = ", ".join(each.header for each in self._columns[1 : PRODUCT + 1])
        return Offers(
            values,
            (Numbers(together, np.array(numbers), lying=True),),
            (Numbers(together, terms.table),),
        )

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return the number of shown terms."""
        return 0 if parent.isValid() or self._terms is None else len(self._terms.indices)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return 5."""
        return 0 if parent.isValid() else len(self._columns)

    def text(self, row: int, column: int) -> str:
        """Return what a cell shows."""
        if column == 0:
            return self._name(int(self._terms.indices[row])) if self._terms else ""
        if column == BAR:
            return ""
        return self._notation.number(float(self._values(column)[row]))

    def widest_texts(self, column: int) -> list[str]:
        """Return texts of which one is the widest of a column, without writing all of them.

        Numbers have so many significant digits; long are the smallest ones, those with zeros
        before their digits, and the first ones with a power of ten.
        """
        terms = self._terms
        if terms is None or not len(terms):
            return []
        if column == 0:
            return [self._name(int(terms.indices.max())), self._name(int(terms.indices[0]))]
        values = self._values(column)
        size = np.abs(values[np.isfinite(values) & (values != 0)])
        if not size.size:
            return [self._notation.number(float(value)) for value in values[:1]]
        fixed = size[size >= SMALLEST_FIXED]
        candidates = [size.min(), size.max(), *([fixed.min()] if fixed.size else [])]
        sign = -1.0 if (values < 0).any() else 1.0
        return [self._notation.number(sign * float(each)) for each in candidates]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return one aspect of a cell."""
        if self._terms is None or not index.isValid():
            return None
        row, column = index.row(), index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.text(row, column)
            case Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            case Qt.ItemDataRole.FontRole:
                return self._font
            case Qt.ItemDataRole.ForegroundRole:
                return QBrush(qcolor(self._colour(row, column)))
            case Qt.ItemDataRole.ToolTipRole:
                return self._tooltip(row, column)
            case _ if role == SHARE_ROLE:
                return self._share(row)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return the header of a column, or what it means."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._columns[section].header
            case Qt.ItemDataRole.ToolTipRole:
                return self._columns[section].meaning
            case Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def _values(self, column: int) -> FloatArray:
        if self._terms is None:
            return np.empty(0)
        return (self._terms.weights, self._terms.factors, self._terms.products)[
            min(column, PRODUCT) - 1
        ]

    def _colour(self, row: int, column: int) -> tuple[int, int, int]:
        if column == 0:
            return self._palette.muted
        value = float(self._values(column)[row])
        return sign_colour(value, self._columns[column].scale, self._palette)

    def _tooltip(self, row: int, column: int) -> str:
        if column == 0:
            return "Click to select the edge, double-click to select the neuron"
        column = min(column, PRODUCT)
        return f"{self._columns[column].header} = {exact(self._values(column)[row])}"

    def _share(self, row: int) -> float:
        if self._terms is None or not self._terms.largest:
            return 0.0
        share = np.clip(self._terms.products[row] / self._terms.largest, -1, 1)
        return float(np.nan_to_num(share))
