"""The columns of the table of health: what each shows, in words, and where it stands."""

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QRectF

__all__ = ["COLUMNS", "Column", "ColumnKind", "lay_out_columns"]

GAP_PX = 12


class ColumnKind(Enum):
    """What a column shows."""

    LAYER = "layer"
    GRADIENT = "gradient"
    ASLEEP = "asleep"
    WEIGHTS = "weights"
    ACTIVATIONS = "activations"
    UPDATE = "update"


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its heading, its explanation, and its width: at least, and a share of more."""

    kind: ColumnKind
    heading: str
    explanation: str
    width: int
    share: float


COLUMNS = (
    Column(
        ColumnKind.LAYER, "layer",
        "The layers that have weights, from the first to the output: how many neurons each has, "
        "and its activation function.",
        74, 0.35,
    ),
    Column(
        ColumnKind.GRADIENT, "gradient |∂C/∂w|",
        "How strongly the cost pulls at the layer's weights: the length |∂C/∂W| of the gradient, "
        "the root of the sum of all squared slopes, over the same training examples every time. "
        "The curve is its course, on one logarithmic scale for all layers. It falls as the network "
        "learns; where it is far smaller in early layers than in late ones, gradients vanish.",
        112, 2,
    ),
    Column(
        ColumnKind.ASLEEP, "dead or saturated",
        "Neurons that hardly learn. Dead: a ReLU that no example looked at wakes (z ≤ 0 for all), "
        "or an output that stays below 0.5 on at least 90 % of its own examples, where its slope "
        "is flat. Saturated: a hidden sigmoid or tanh whose slope is below 1 % of the steepest one "
        "for at least 95 % of the examples.",
        104, 0.6,
    ),
    Column(
        ColumnKind.WEIGHTS, "weights",
        "How often which weight occurs: a histogram from the smallest to the largest one; the "
        "colours are those of weights below and above 0.",
        54, 1,
    ),
    Column(
        ColumnKind.ACTIVATIONS, "activations",
        "How often which activation occurs, over all neurons of the layer and the examples looked "
        "at. A sigmoid layer with its bars at both ends is saturated.",
        62, 1,
    ),
    Column(
        ColumnKind.UPDATE, "update |Δw|/|w|",
        "How long one update is, compared with the weights that it changes. A rule of thumb: about "
        "10⁻³ (the tick in the middle). Far above, training jumps; far below, it crawls.",
        104, 0.6,
    ),
)  # fmt: skip


def lay_out_columns(width: float) -> dict[ColumnKind, tuple[float, float]]:
    """Return the left edge and the width of each column, in px, for a table of this width."""
    least = sum(column.width for column in COLUMNS) + GAP_PX * (len(COLUMNS) - 1)
    spare, shares = width - least, sum(column.share for column in COLUMNS)
    places: dict[ColumnKind, tuple[float, float]] = {}
    left = 0.0
    for column in COLUMNS:
        wide = column.width + max(spare, 0) * column.share / shares
        if spare < 0:  # all shrink alike
            wide = column.width * (1 + spare / sum(each.width for each in COLUMNS))
        places[column.kind] = left, wide
        left += wide + GAP_PX
    return places


def cell(places: dict[ColumnKind, tuple[float, float]], kind: ColumnKind, top: float, height: float
         ) -> QRectF:  # fmt: skip
    """Return the rectangle of a cell of the row that begins at ``top``."""
    left, width = places[kind]
    return QRectF(left, top, width, height)
