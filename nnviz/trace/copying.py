"""Numbers as text for other programs: numpy, LaTeX and CSV, and what can be copied at a moment.

Apart from the menus that offer it: the texts are pure functions, and only what the steps have
made known is offered.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.engine.optimizers import Optimizer
from nnviz.formatting import number
from nnviz.trace.moments import (
    CORRECTED_MOMENTS,
    MOMENTS_AFTER,
    MOMENTS_BEFORE,
    moment_symbol,
    update_moments,
)
from nnviz.trace.naming import quantity_symbol
from nnviz.trace.notation import Notation
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, Ref
from nnviz.trace.reveal import Reveal

__all__ = [
    "CopyFormat",
    "Numbers",
    "Offers",
    "csv_text",
    "exact",
    "latex_number",
    "latex_text",
    "numpy_text",
    "offers_of",
]

MOST_PMATRIX_COLUMNS = 10
"""pmatrix refuses more, unless the reader raises MaxMatrixCols."""

_WEIGHTS = (Quantity.WEIGHT, Quantity.WEIGHT_GRADIENT, Quantity.WEIGHT_AFTER)
_OF_NEURON = (
    Quantity.PREACTIVATION,
    Quantity.ACTIVATION,
    Quantity.ACTIVATION_GRADIENT,
    Quantity.BIAS_GRADIENT,
    Quantity.BIAS,
    Quantity.BIAS_AFTER,
)
_MOMENTS = frozenset((*MOMENTS_BEFORE, *MOMENTS_AFTER, *CORRECTED_MOMENTS))
_OF_INPUT = (Quantity.ACTIVATION, Quantity.ACTIVATION_GRADIENT)


class CopyFormat(Enum):
    """For whom numbers are written; the value is the shown name."""

    NUMPY = "numpy"
    LATEX = "LaTeX"
    CSV = "CSV"


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """Numbers that can be copied together: (n,) or (rows, columns).

    Of one dimension they stand below each other, like a layer's activations; ``lying`` ones beside
    each other, like the weights into one neuron.
    """

    name: str
    values: FloatArray
    lying: bool = False

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns as they are read."""
        rows, columns = _table(self.values, self.lying).shape
        return rows, columns

    def text(self, form: CopyFormat, digits: int) -> str:
        """Return the numbers for another program; ``digits`` are those of LaTeX."""
        match form:
            case CopyFormat.NUMPY:
                return numpy_text(self.values)
            case CopyFormat.LATEX:
                return latex_text(self.values, digits, self.lying)
            case CopyFormat.CSV:
                return csv_text(self.values, self.lying)


@dataclass(frozen=True, slots=True, eq=False)
class Offers:
    """What can be copied of a thing: single numbers by name, rows, and whole layers."""

    values: tuple[tuple[str, float], ...] = ()
    rows: tuple[Numbers, ...] = ()
    matrices: tuple[Numbers, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything to copy."""
        return bool(self.values or self.rows or self.matrices)


def numpy_text(values: FloatArray) -> str:
    """Return an expression that makes the same float64 array, bit for bit, with numpy as np."""
    values = np.asarray(values, dtype=np.float64)
    if values.size == 0:
        return f"np.empty({values.shape})"
    return f"np.array({_nested(values, _python_number)})"


def latex_text(values: FloatArray, digits: int, lying: bool = False) -> str:
    """Return a matrix in parentheses, with ``digits`` significant digits.

    Wide ones are set as an array: pmatrix has a limit of ten columns.
    """
    table = _table(values, lying)
    lines = [" & ".join(latex_number(float(value), digits) for value in row) for row in table]
    body = " \\\\\n".join(lines)
    if table.shape[1] <= MOST_PMATRIX_COLUMNS:
        return f"\\begin{{pmatrix}}\n{body}\n\\end{{pmatrix}}"
    columns = "r" * table.shape[1]
    return f"\\left(\\begin{{array}}{{{columns}}}\n{body}\n\\end{{array}}\\right)"


def csv_text(values: FloatArray, lying: bool = False) -> str:
    """Return rows as lines with all digits; ``float`` reads each number back bit for bit."""
    return "".join(",".join(map(exact, row)) + "\n" for row in _table(values, lying))


def exact(value: float) -> str:
    """Return the shortest text that reads back as the same number."""
    return repr(float(value))


def latex_number(value: float, digits: int) -> str:
    """Return a number for LaTeX's mathematics, powers of ten as such."""
    if np.isnan(value):
        return r"\mathrm{NaN}"
    if np.isinf(value):
        return r"\infty" if value > 0 else r"-\infty"
    mantissa, power, exponent = number(value, digits).replace("−", "-").partition("×10")
    if not power:
        return mantissa
    return rf"{mantissa} \times 10^{{{exponent.translate(_FROM_SUPERSCRIPTS)}}}"


_FROM_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


def offers_of(
    trace: PassTrace,
    reveal: Reveal,
    ref: Ref,
    notation: Notation,
    only: Quantity | None = None,
    example: int | None = 0,
) -> Offers:
    """Return what is known and can be copied of a neuron or an edge.

    With ``only`` a single quantity is meant: the number in a cell, with its row and its layer. An
    edge offers the row of the neuron that it leads to. A row needs that neuron's numbers known, a
    matrix those of the whole layer; ``example`` None asks for the means over a mini-batch.
    """
    rows, values = _quantities(ref, trace.optimizer)
    if only is not None:
        rows, values = tuple(each for each in rows if each is only), (only,)
    source = _Source(trace, reveal, ref, notation, example)
    matrices = rows + tuple(each for each in values if each not in rows)
    return Offers(
        tuple(source.value(each) for each in values if source.knows(each)),
        tuple(source.row(each) for each in rows if source.knows(each)),
        tuple(source.layer(each) for each in matrices if source.knows_layer(each)),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Source:
    """Where the numbers of a neuron or an edge come from."""

    trace: PassTrace
    reveal: Reveal
    ref: Ref
    notation: Notation
    example: int | None

    def knows(self, quantity: Quantity) -> bool:
        return self.reveal.knows(quantity, self.ref.layer, self.ref.neuron, self.example)

    def knows_layer(self, quantity: Quantity) -> bool:
        return self.reveal.knows(quantity, self.ref.layer, None, self.example)

    def symbol(self, quantity: Quantity) -> str:
        """Return the letters of a quantity; those of moments are their optimizer's."""
        if quantity in _MOMENTS:
            return moment_symbol(self.trace.optimizer, quantity)
        return quantity_symbol(quantity, self.notation)

    def value(self, quantity: Quantity) -> tuple[str, float]:
        symbol = self.symbol(quantity)
        return symbol, self.trace.value(quantity, self.ref, self.example)

    def row(self, quantity: Quantity) -> Numbers:
        values = self.trace.layer_values(quantity, self.ref.layer, self.example)
        return Numbers(self.symbol(quantity), values[self.ref.neuron], lying=True)

    def layer(self, quantity: Quantity) -> Numbers:
        symbol = self.symbol(quantity)
        if quantity in _WEIGHTS:
            symbol = symbol.replace("w", "W")
        elif quantity in update_moments(self.trace.optimizer, of_weight=True):
            symbol = symbol.upper()
        return Numbers(symbol, self.trace.layer_values(quantity, self.ref.layer, self.example))


def _quantities(
    ref: Ref, optimizer: Optimizer
) -> tuple[tuple[Quantity, ...], tuple[Quantity, ...]]:
    """Return the quantities with rows, and those with one number of the thing itself."""
    weights = _WEIGHTS + update_moments(optimizer, of_weight=True)
    if isinstance(ref, EdgeRef):
        return weights, weights
    if ref.layer == 0:
        return (), _OF_INPUT
    return weights, _OF_NEURON + update_moments(optimizer, of_weight=False)


def _table(values: FloatArray, lying: bool) -> FloatArray:
    """Return (rows, columns) as they are read."""
    if values.ndim == 2:
        return values
    return values[np.newaxis, :] if lying else values[:, np.newaxis]


def _nested(values: FloatArray, text_of: Callable[[float], str]) -> str:
    if values.ndim == 1:
        return f"[{', '.join(text_of(float(value)) for value in values)}]"
    between = ",\n" + " " * len("np.array([")
    return f"[{between.join(_nested(row, text_of) for row in values)}]"


def _python_number(value: float) -> str:
    if np.isnan(value):
        return "np.nan"
    if np.isinf(value):
        return "np.inf" if value > 0 else "-np.inf"
    return repr(value)
