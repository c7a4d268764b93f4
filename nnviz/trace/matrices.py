"""Arrays as matrices in an equation: small ones whole, large ones by corners and what is chosen."""

from collections.abc import Callable

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.trace.expressions import Expression, Face, Matrix, Word, digits_of, tagged
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef

__all__ = ["column_of", "jacobian_of_softmax", "matrix_of", "row_of", "shape"]

MOST_ROWS = 5
MOST_COLUMNS = 3
"""Larger matrices show their first and last row and column, and those that are chosen."""

Tagger = Callable[[int, int], "NodeRef | EdgeRef | None"]


def shape(rows: int, columns: int = 1) -> str:
    """Return 3 × 2."""
    return f"{rows:,} × {columns:,}"


def column_of(
    values: FloatArray,
    quantity: Quantity | None,
    layer: int,
    digits: int,
    chosen: int | None = None,
) -> Matrix:
    """Return a layer's numbers as a column; that of the neuron ``chosen`` is lit."""
    return matrix_of(
        values[:, None], digits, lambda row, _: NodeRef(layer, row), quantity, chosen_row=chosen
    )


def row_of(
    values: FloatArray,
    quantity: Quantity,
    layer: int,
    digits: int,
    chosen: int | None = None,
) -> Matrix:
    """Return a layer's numbers as a row, the transposed column."""
    return matrix_of(
        values[None, :], digits, lambda _, column: NodeRef(layer, column), quantity,
        chosen_column=chosen,
    )  # fmt: skip


def matrix_of(
    values: FloatArray,
    digits: int,
    ref_of: Tagger,
    quantity: Quantity | None,
    chosen_row: int | None = None,
    chosen_column: int | None = None,
) -> Matrix:
    """Return an array as a matrix with its shape below; a chosen row or column is lit.

    With both chosen, only the entry where they meet is.
    """
    rows = _shown(values.shape[0], MOST_ROWS, chosen_row)
    columns = _shown(values.shape[1], MOST_COLUMNS, chosen_column)

    def entry(row: int | None, column: int | None) -> Expression:
        if row is None or column is None:
            dots = "⋱" if row is None and column is None else "⋮" if row is None else "⋯"
            return Word(dots, Face.NUMBER)
        value = float(values[row, column])
        return tagged(digits_of(value, digits), quantity, ref_of(row, column), value)

    lit = frozenset(
        (at_row, at_column)
        for at_row, row in enumerate(rows)
        for at_column, column in enumerate(columns)
        if _is_lit(row, column, chosen_row, chosen_column)
    )
    entries = tuple(tuple(entry(row, column) for column in columns) for row in rows)
    return Matrix(entries, shape(*values.shape), lit)


def _is_lit(
    row: int | None, column: int | None, chosen_row: int | None, chosen_column: int | None
) -> bool:
    if chosen_row is None and chosen_column is None:
        return False
    return (chosen_row is None or row == chosen_row) and (
        chosen_column is None or column == chosen_column
    )


def _shown(count: int, most: int, chosen: int | None) -> list[int | None]:
    """Return the indices to show, None for dots."""
    if count <= most:
        return list(range(count))
    wanted = {0, count - 1} | (set() if chosen is None else {chosen})
    if chosen is None:
        wanted |= {1} if most > 3 else set()
    shown: list[int | None] = []
    for index in sorted(wanted):
        before = shown[-1] if shown else None
        if before is not None and index > before + 1:
            # One left-out entry takes the place of its dots.
            shown.append(None if index > before + 2 else before + 1)
        shown.append(index)
    return shown


def jacobian_of_softmax(a: FloatArray) -> FloatArray:
    """Return ∂a_i/∂z_j = a_i(δ_ij − a_j), (n, n)."""
    return np.diag(a) - np.outer(a, a)
