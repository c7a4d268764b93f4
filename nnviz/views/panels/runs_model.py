"""The table of runs as Qt sees it: a row a run, texts from one place, requests to the list."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont, QIcon, QPainter, QPixmap

from nnviz.formatting import UNKNOWN, count, duration, number, rounded
from nnviz.stores.run_entry import RunEntry
from nnviz.stores.run_list import RunList
from nnviz.training.differences import Difference
from nnviz.views.theme import qcolor, text_font
from nnviz.visual.palette import DARK, Palette

__all__ = ["COLUMNS", "NAME", "SWATCH_PX", "RunsModel", "details_of"]

Index = QModelIndex | QPersistentModelIndex

TEXT_PX = 12
SWATCH_PX = 11
DIGITS = 3
NAME, DIFFERS = 0, 1
NO_PARENT = QModelIndex()


@dataclass(frozen=True, slots=True)
class Column:
    """A column; ``width`` in px, those with 0 share what is left.

    Those with a ``spare`` go where no run knows a value, and where there is no room, the largest
    first; tooltips tell their values.
    """

    header: str
    meaning: str
    text: Callable[[RunEntry], str]
    width: int
    right: bool = True
    spare: int = 0


def _percent(share: float | None) -> str:
    return UNKNOWN if share is None else f"{100 * share:.1f} %"


def _seconds(entry: RunEntry) -> str:
    seconds = entry.train_seconds
    if seconds is None:
        return UNKNOWN
    return f"{number(seconds, 2)} s" if seconds < 10 else duration(seconds)


def _differs(entry: RunEntry) -> str:
    """Say in one line what is other than in the run before, and that something changed later."""
    texts = [_joined(entry.differs) or "nothing"] if entry.than is not None else []
    if entry.branch_epoch is not None:
        texts = [_joined(entry.differs)] if entry.differs else []
        texts.append(f"branch of {entry.parent} at epoch {entry.branch_epoch:.2f}")
    later = len(entry.own_marks) + sum(bool(each.differs) for each in entry.continued)
    if later:
        texts.append(f"{count(later)} later {'change' if later == 1 else 'changes'}")
    return "; ".join(texts) or UNKNOWN


COLUMNS = (
    Column("Run", "Checked runs are drawn; F2 gives another name", lambda e: e.name, 0, False),
    Column("Differs by", "What is other than in the run before", _differs, 0, False),
    Column("Epochs", "Epochs trained", lambda e: rounded(e.epochs_done, 3), 46),
    Column("Cost", "Smoothed cost of the last mini-batches", lambda e: number(e.cost, DIGITS), 66),
    Column(
        "Valid.",
        "Validation examples answered right now",
        lambda e: _percent(e.validation_accuracy),
        54,
        spare=3,
    ),
    Column("Test", "Test images answered right now", lambda e: _percent(e.test_accuracy), 54),
    Column("Best", "The best epoch's share", lambda e: _percent(e.best_test_accuracy), 54, spare=1),
    Column("Time", "Seconds of training, tests not counted; whole epochs", _seconds, 54, spare=2),
    Column("State", "What the run does, or how it ended", lambda e: e.state.value, 68, False),
)


class RunsModel(QAbstractTableModel):
    """Shows the entries, the oldest first; checks and names go to the list as requests."""

    def __init__(self, runs: RunList) -> None:
        super().__init__(runs)
        self._runs = runs
        self._entries: tuple[RunEntry, ...] = ()
        self._palette = DARK

    @property
    def numbers(self) -> list[int]:
        """The runs' numbers, row by row."""
        return [each.number for each in self._entries]

    def show(self, palette: Palette) -> bool:
        """Take the list as it is now; return whether there are other rows than before."""
        before, entries = self.numbers, self._runs.entries
        self._palette = palette
        if before != [each.number for each in entries]:
            self.beginResetModel()
            self._entries = entries
            self.endResetModel()
            return True
        self._entries = entries
        if entries:
            last = self.index(len(entries) - 1, len(COLUMNS) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
        return False

    def is_known(self, column: int) -> bool:
        """Whether any run has a value in a column."""
        return any(COLUMNS[column].text(each) != UNKNOWN for each in self._entries)

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        """Return the number of runs."""
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: Index = NO_PARENT) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(COLUMNS)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return that names can be edited and checked."""
        flags = super().flags(index)
        if index.column() == NAME:
            flags |= Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a cell shows."""
        entry, column = self._entries[index.row()], COLUMNS[index.column()]
        is_name = index.column() == NAME
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return column.text(entry)
            case Qt.ItemDataRole.EditRole if is_name:
                return entry.name
            case Qt.ItemDataRole.CheckStateRole if is_name:
                return Qt.CheckState.Checked if entry.shown else Qt.CheckState.Unchecked
            case Qt.ItemDataRole.DecorationRole if is_name:
                return self._swatch(entry)
            case Qt.ItemDataRole.ToolTipRole:
                return details_of(entry)
            case Qt.ItemDataRole.FontRole:
                font = text_font(TEXT_PX)
                font.setWeight(QFont.Weight.DemiBold if entry.pinned else QFont.Weight.Normal)
                return font
            case Qt.ItemDataRole.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
                return side | Qt.AlignmentFlag.AlignVCenter
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{column.header}: {column.text(entry)}"
        return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Ask the list to draw a run or not, or to call it differently."""
        number = self._entries[index.row()].number
        if role == Qt.ItemDataRole.CheckStateRole:
            self._runs.show(number, Qt.CheckState(value) is Qt.CheckState.Checked)
            return True
        if role == Qt.ItemDataRole.EditRole:
            self._runs.rename(number, str(value))
            return True
        return False

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return the name of a column, and what it means."""
        if orientation is Qt.Orientation.Vertical:
            return None
        column = COLUMNS[section]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return column.header
            case Qt.ItemDataRole.ToolTipRole:
                return column.meaning
            case Qt.ItemDataRole.FontRole:
                return text_font(11)
            case Qt.ItemDataRole.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
                return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def _swatch(self, entry: RunEntry) -> QIcon:
        """Return a disc in the run's colour, the same in a selected row."""
        pixmap = QPixmap(2 * SWATCH_PX, 2 * SWATCH_PX)  # twice as fine, for sharp screens
        pixmap.fill(Qt.GlobalColor.transparent)
        with QPainter(pixmap) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(qcolor(self._palette.runs[entry.colour % len(self._palette.runs)]))
            painter.drawEllipse(pixmap.rect())
        swatch = QIcon(pixmap)
        swatch.addPixmap(pixmap, QIcon.Mode.Selected)
        return swatch


def details_of(entry: RunEntry) -> str:
    """Return all that is known of a run, a line each."""
    begin, config = entry.beginning, entry.beginning.config
    lines = [
        f"{entry.name}: {begin.title}, {begin.data}",
        f"η {rounded(config.learning_rate)}, mini-batches of {count(config.mini_batch_size)}, "
        f"{config.optimizer.method.label}, seed {config.seed}",
    ]
    if entry.than is not None and entry.parent is None:
        lines.append(f"Differs from run {entry.than} by {_joined(entry.differs) or 'nothing'}")
    if entry.parent is not None and entry.branch_mini_batch is not None:
        where = f"after mini-batch {count(entry.branch_mini_batch)} of run {entry.parent}"
        lines.append(f"Begins {where}, with {_joined(entry.differs) or 'the same settings'}")
    lines.append(
        f"{rounded(entry.epochs_done, 4)} epochs in {_seconds(entry)}; newest validation accuracy "
        f"{_percent(entry.validation_accuracy)}, best test accuracy "
        f"{_percent(entry.best_test_accuracy)}"
    )
    for mark in entry.own_marks:
        texts = ", ".join(each.text for each in mark.changes)
        lines.append(f"After mini-batch {count(mark.mini_batch)}: {texts}")
    for each in entry.continued:
        changed = _joined(each.differs) or "the same settings"
        lines.append(f"Trained on after mini-batch {count(each.mini_batch)} with {changed}")
    if entry.weights is not None and entry.weights_at != len(entry.history):
        lines.append(f"Its weights are those after mini-batch {count(entry.weights_at)}, the best")
    if entry.pinned:
        lines.append("Pinned: it is kept however many runs there are")
    return "\n".join(lines)


def _joined(differences: tuple[Difference, ...]) -> str:
    return ", ".join(each.text for each in differences)
