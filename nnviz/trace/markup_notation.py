"""The symbols of the explanations in Qt's rich text: superscript (layer), subscript to,from."""

from nnviz.engine.arrays import FloatArray
from nnviz.formatting import count, number

__all__ = [
    "derivative",
    "entries",
    "matrix",
    "scalar",
    "shape",
    "values",
    "vector",
    "weight",
]

_MOST_VALUES = 12


def scalar(letter: str, layer: int, neuron: int | str) -> str:
    """Return z⁽²⁾₁ for a neuron; the index may be a letter."""
    return f"{letter}<sup>({layer})</sup><sub>{neuron}</sub>"


def weight(layer: int, neuron: int | str, source: int | str) -> str:
    """Return w⁽²⁾₁,₀ for the edge to ``neuron`` from ``source``."""
    return f"w<sup>({layer})</sup><sub>{neuron},{source}</sub>"


def vector(letter: str, layer: int) -> str:
    """Return the bold letter of a layer's column of numbers."""
    return f"<b>{letter}</b><sup>({layer})</sup>"


def matrix(layer: int) -> str:
    """Return W with the number of its layer."""
    return f"W<sup>({layer})</sup>"


def derivative(symbol: str) -> str:
    """Return ∂C/∂symbol."""
    return f"∂C/∂{symbol}"


def shape(rows: int, columns: int = 1) -> str:
    """Return 3×2."""
    return f"{rows}×{columns}"


def entries(array: FloatArray, digits: int) -> str:
    """Return the numbers of a vector, or of a matrix row by row; of many, their range."""
    if array.size > _MOST_VALUES:
        low, high = number(float(array.min()), digits), number(float(array.max()), digits)
        return f"{count(array.size)} numbers from {low} to {high}"
    if array.ndim == 2:
        return ", ".join(values(row, digits) for row in array)
    return values(array, digits)


def values(row: FloatArray, digits: int) -> str:
    """Return (0.1, 0.2, 0.3)."""
    return f"({', '.join(number(float(value), digits) for value in row)})"
