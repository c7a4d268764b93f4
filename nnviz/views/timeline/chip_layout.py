"""Where the chips stand: one row for one example, a row for each of a mini-batch, groups in them.

Apart from the painting, so that clicks and pictures agree on every place.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF

from nnviz.trace.steps import Step

__all__ = ["HEIGHT", "ChipGroups", "ChipLayout", "bar_height", "rows_in_window"]

HEIGHT = 46
"""Of the chips of a single example, in px: two lines of text."""
VISIBLE_ROWS, FEW_ROWS = 5, 3
LOW_WINDOW_PX = 900
"""In a window of less height there are few rows: the canvas needs the room."""
ROW = 21
GAP, ROW_GAP = 6.0, 3.0
WIDEST = 150.0
NAME_WIDTH = 74.0
"""Room for the name of a row: "example 32"."""
SCROLL_WIDTH = 12.0
"""Room for a scroll bar at the right of the rows, where not all can be seen."""
TOGETHER_WIDTH = 70.0
"""Of a chip that is about all examples together."""


@dataclass(frozen=True, slots=True)
class ChipGroups:
    """The steps in groups: the neurons of a layer are one chip, every other step is its own.

    ``rows`` are the positions of each example's groups, ``together`` those of the steps that all
    examples share: none if there is only one example.
    """

    rows: tuple[tuple[range, ...], ...] = ()
    together: tuple[range, ...] = ()

    @classmethod
    def of(cls, steps: tuple[Step, ...]) -> "ChipGroups":
        """Return the groups of a timeline."""
        rows: dict[int, list[range]] = {}
        together: list[range] = []
        for group in _groups(steps):
            example = steps[group.start].example
            (together if example is None else rows.setdefault(example, [])).append(group)
        return cls(tuple(map(tuple, rows.values())), tuple(together))

    def row_of(self, position: int) -> int | None:
        """Return the row that a position stands in, None for one that all examples share."""
        for index, row in enumerate(self.rows):
            if row[0].start <= position < row[-1].stop:
                return index
        return None


@dataclass(frozen=True, slots=True)
class ChipLayout:
    """Places in a widget of ``width`` × ``height`` px; ``top`` is the first of ``most`` rows."""

    groups: ChipGroups
    width: float
    height: float
    top: int = 0
    most: int = VISIBLE_ROWS
    visible: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "visible", max(1, min(self.most, len(self.groups.rows))))

    @property
    def has_rows(self) -> bool:
        """Whether there is a row for each of several examples."""
        return len(self.groups.rows) > 1

    @property
    def last_top(self) -> int:
        """The first visible row where the last ones are seen; 0 where all are."""
        return max(0, len(self.groups.rows) - self.visible)

    @property
    def scroll_box(self) -> QRectF:
        """Where a scroll bar has its place; empty where all rows can be seen."""
        if not self.last_top:
            return QRectF()
        left = self.width - self._together_width - SCROLL_WIDTH
        return QRectF(left, 0, SCROLL_WIDTH - 2, self.height)

    def visible_rows(self) -> range:
        """Return the rows that can be seen."""
        return range(self.top, min(self.top + self.visible, len(self.groups.rows)))

    def scrolled_to(self, row: int) -> int:
        """Return the first visible row with which ``row`` can be seen, moved as little as can be.

        One row before and after it stays in sight, too.
        """
        lowest, highest = row + 2 - self.visible, row - 1
        return max(0, min(max(min(self.top, highest), lowest), self.last_top))

    def name_box(self, row: int) -> QRectF:
        """Return where a row's name stands."""
        return QRectF(0, self._row_top(row), NAME_WIDTH - 8, self._row_height)

    def boxes(self) -> Iterator[tuple[range, QRectF]]:
        """Return the visible groups with their places."""
        for row in self.visible_rows():
            for index, group in enumerate(self.groups.rows[row]):
                yield group, self._in_row(row, index)
        for index, group in enumerate(self.groups.together):
            left = self.width - (len(self.groups.together) - index) * (TOGETHER_WIDTH + GAP) + GAP
            yield group, QRectF(left, 1, TOGETHER_WIDTH, self.height - 2)

    def box(self, position: int) -> QRectF:
        """Return where a step is painted: its chip, or its part of it; empty if out of sight."""
        for group, box in self.boxes():
            if position in group:
                share = box.width() / len(group)
                left = box.left() + (position - group.start) * share
                return QRectF(left, box.top(), share, box.height())
        return QRectF()

    def position_at(self, place: QPointF) -> int | None:
        """Return the step that is painted at a place."""
        for group, box in self.boxes():
            if box.contains(place):
                share = (place.x() - box.left()) / max(box.width(), 1.0)
                return group[min(int(share * len(group)), len(group) - 1)]
        return None

    def _in_row(self, row: int, index: int) -> QRectF:
        left, room = 0.0, self.width
        if self.has_rows:
            left = NAME_WIDTH
            room -= NAME_WIDTH + self._together_width
            room -= SCROLL_WIDTH if self.last_top else 0.0
        count = len(self.groups.rows[row])
        gap = GAP if count < 10 and not self.has_rows else GAP / 2
        width = (room - gap * (count - 1)) / count
        if not self.has_rows:
            width = min(WIDEST, width)
        place = left + index * (width + gap)
        return QRectF(place, self._row_top(row), width, self._row_height)

    @property
    def _together_width(self) -> float:
        return len(self.groups.together) * (TOGETHER_WIDTH + GAP)

    @property
    def _row_height(self) -> float:
        return (self.height - 2 - ROW_GAP * (self.visible - 1)) / self.visible

    def _row_top(self, row: int) -> float:
        return 1 + (row - self.top) * (self._row_height + ROW_GAP)


def rows_in_window(height: int) -> int:
    """Return how many rows are shown at most in a window of ``height`` px."""
    return FEW_ROWS if height < LOW_WINDOW_PX else VISIBLE_ROWS


def bar_height(groups: ChipGroups, most: int = VISIBLE_ROWS) -> int:
    """Return how high the chips are, in px, of which ``most`` rows are shown."""
    rows = min(most, len(groups.rows))
    return HEIGHT if rows < 2 else max(HEIGHT, round(rows * (ROW + ROW_GAP)))


def _groups(steps: Iterable[Step]) -> Iterator[range]:
    """Return runs of steps that are about neurons of the same layer, and single steps."""
    start, before = 0, None
    position = -1
    for position, step in enumerate(steps):
        this = None if step.neuron is None else (step.kind, step.layer, step.example)
        if position and (this is None or this != before):
            yield range(start, position)
            start = position
        before = this
    if position >= 0:
        yield range(start, position + 1)
