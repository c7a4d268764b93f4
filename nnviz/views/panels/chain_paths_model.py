"""The paths from a weight to the cost as a Qt table model: a row each, strongest first."""

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QBrush

from nnviz.trace.chain_paths import Path
from nnviz.views.theme import qcolor, text_font
from nnviz.views.widgets.value_cell import sign_colour
from nnviz.visual.palette import DARK, Palette
from nnviz.visual.scales import Scale

__all__ = ["FACTORS", "PRODUCT", "ROUTE", "PathsModel"]

Index = QModelIndex | QPersistentModelIndex
ROUTE, FACTORS, PRODUCT = range(3)
_COLUMN_COUNT = 3
FONT_PX = 12


class PathsModel(QAbstractTableModel):
    """Three columns: the neurons that a path passes, its factors from C on, their product."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._paths: tuple[Path, ...] = ()
        self._texts: tuple[tuple[str, str, str], ...] = ()
        self._names: tuple[str, ...] = ()
        self._palette = DARK
        self._font = text_font(FONT_PX)
        self._headers = ("", "", "")

    @property
    def paths(self) -> tuple[Path, ...]:
        """What is listed."""
        return self._paths

    @property
    def texts(self) -> tuple[tuple[str, str, str], ...]:
        """The three texts of each row."""
        return self._texts

    @property
    def names(self) -> tuple[str, ...]:
        """The symbols of each row's factors."""
        return self._names

    @property
    def palette_used(self) -> Palette:
        """The colours of the products."""
        return self._palette

    def set_paths(
        self,
        paths: tuple[Path, ...],
        texts: tuple[tuple[str, str, str], ...],
        names: tuple[str, ...],
        headers: tuple[str, str, str],
        palette: Palette,
    ) -> None:
        """List other paths, with the three texts of each row and the names of its factors."""
        self.beginResetModel()
        self._paths, self._texts, self._names = paths, texts, names
        self._headers, self._palette = headers, palette
        self.endResetModel()

    def text(self, row: int, column: int) -> str:
        """Return what a cell shows."""
        return self._texts[row][column]

    def header(self, column: int) -> str:
        """Return what stands above a column."""
        return self._headers[column]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return the number of listed paths."""
        return 0 if parent.isValid() else len(self._paths)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return 3."""
        return 0 if parent.isValid() else _COLUMN_COUNT

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the text, the tooltip, the alignment or the colour of a cell."""
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.text(index.row(), index.column())
            case Qt.ItemDataRole.ToolTipRole:
                row = index.row()
                sides = self._names[row], self.text(row, FACTORS), self.text(row, PRODUCT)
                return "\n= ".join(sides)
            case Qt.ItemDataRole.FontRole:
                return self._font
            case Qt.ItemDataRole.TextAlignmentRole:
                side = (
                    Qt.AlignmentFlag.AlignRight
                    if index.column() == PRODUCT
                    else Qt.AlignmentFlag.AlignLeft
                )
                return side | Qt.AlignmentFlag.AlignVCenter
            case Qt.ItemDataRole.ForegroundRole if index.column() == PRODUCT:
                product = self._paths[index.row()].product
                if product is not None:
                    return QBrush(qcolor(sign_colour(product, Scale.DERIVATIVE, self._palette)))
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return what stands above a column."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._headers[section]
        if role == Qt.ItemDataRole.ToolTipRole and section == FACTORS:
            return f"The factors from C on: {self._headers[section]}"
        if role == Qt.ItemDataRole.FontRole:
            return self._font
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section == PRODUCT else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None
