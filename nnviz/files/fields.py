"""The values of a JSON object, checked one by one; every complaint names the file and the place.

Apart from the network format so that the format reads as a list of its fields.
"""

import difflib
import math
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NoReturn

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.errors import NetworkFileError

__all__ = ["Place", "nearest", "unprintable"]

_UNPRINTABLE = {"Cc", "Cs", "Zl", "Zp"}
"""Unicode categories: control characters, lone surrogates, line and paragraph separators."""

_LARGEST_WHOLE = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere in a file: the file's name and a path like ``weights[1][0]``; "" is all of it."""

    source: str
    path: str = ""

    @property
    def name(self) -> str:
        """The key that the place has in its object."""
        return self.path.rpartition(".")[2]

    def key(self, name: str) -> "Place":
        """Return the place of a key in this object."""
        return Place(self.source, f"{self.path}.{name}" if self.path else name)

    def item(self, index: int) -> "Place":
        """Return the place of an item of this list."""
        return Place(self.source, f"{self.path}[{index}]")

    def fail(self, complaint: str) -> NoReturn:
        """Raise NetworkFileError with the place before ``complaint``."""
        where = f"{self.source}: {self.path}" if self.path else f"{self.source}:"
        raise NetworkFileError(f"{where} {complaint}")

    def table(
        self, value: object, required: Collection[str], optional: Collection[str] = ()
    ) -> dict[str, object]:
        """Return an object that has the required keys and no unknown ones."""
        if not isinstance(value, dict):
            self._wrong(value, "an object in braces {…}")
        known = [*required, *optional]
        for key in value:
            if key not in known:
                self.fail(f"has the unknown key {_quoted(key)};{nearest(key, known)}")
        for key in required:
            if key not in value:
                self.key(key).fail("is missing.")
        return value

    def sequence(self, value: object, length: int | None = None, reason: str = "") -> list[object]:
        """Return a list, of ``length`` items if that is given; ``reason`` says why so many."""
        if not isinstance(value, list):
            self._wrong(value, "a list in brackets […]")
        if length is not None and len(value) != length:
            self.fail(f"has {_items(value)}, {length} expected: {reason}.")
        return value

    def text(self, value: object) -> str:
        """Return a text without control characters that is not blank."""
        if not isinstance(value, str):
            self._wrong(value, "a text in quotes")
        if not value.strip():
            self.fail("is blank; give it a few letters or leave it out.")
        if unprintable(value):
            self.fail("holds a line break or another character that cannot be shown.")
        return value

    def choice(self, value: object, choices: Sequence[str]) -> str:
        """Return one of ``choices``."""
        text = self.text(value)
        if text not in choices:
            self.fail(f"is {_quoted(text)}, which is not known;{nearest(text, choices)}")
        return text

    def truth(self, value: object) -> bool:
        """Return true or false."""
        if not isinstance(value, bool):
            self._wrong(value, "true or false")
        return value

    def whole(self, value: object, least: int = -_LARGEST_WHOLE, most: int = _LARGEST_WHOLE) -> int:
        """Return an integer from ``least`` to ``most``, written without a decimal point."""
        if isinstance(value, bool) or not isinstance(value, int):
            self._wrong(value, "a whole number")
        if value > most or (value < least and least < 0):
            self.fail(f"is beyond {most:,}; a smaller whole number is needed.")
        if value < least:
            self._wrong(value, f"a whole number from {least}")
        return value

    def number(self, value: object) -> float:
        """Return a finite number."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            self._wrong(value, "a number")
        try:
            result = float(value)
        except OverflowError:
            result = math.inf
        if not math.isfinite(result):
            kind = "NaN" if math.isnan(result) else "infinite or beyond what a float64 can hold"
            self.fail(f"is {kind}; a finite number is needed.")
        return result

    def vector(self, value: object, length: int, reason: str) -> FloatArray:
        """Return a list of ``length`` numbers as (length,) float64."""
        items = self.sequence(value, length, reason)
        if set(map(type, items)) <= {int, float}:
            try:
                numbers = np.array(items, dtype=np.float64)
            except OverflowError:
                numbers = np.array([np.inf])
            if np.isfinite(numbers).all():
                return numbers
        # Something is wrong: look again, one by one, to say where.
        return np.array([self.item(index).number(item) for index, item in enumerate(items)])

    def matrix(
        self, value: object, shape: tuple[int, int], row_reason: str, column_reason: str
    ) -> FloatArray:
        """Return a list of lists of numbers as float64 of ``shape``."""
        rows = self.sequence(value, shape[0], row_reason)
        result = np.empty(shape)
        for index, row in enumerate(rows):
            result[index] = self.item(index).vector(row, shape[1], column_reason)
        return result

    def _wrong(self, value: object, expected: str) -> NoReturn:
        self.fail(f"is {_described(value)}; {expected} is needed.")


def nearest(text: str, choices: Sequence[str]) -> str:
    """Return the end of a sentence: the nearest of ``choices``, or all of them."""
    close = difflib.get_close_matches(text, choices, n=1)
    return f" did you mean {close[0]!r}?" if close else f" known are {', '.join(choices)}."


def unprintable(text: str) -> bool:
    """Whether ``text`` cannot stand on one line of UTF-8."""
    return any(unicodedata.category(character) in _UNPRINTABLE for character in text)


def _described(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"the text {_quoted(value)}"
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, int):
        return str(value) if abs(value) < 10**20 else "a huge number"
    return "a list" if isinstance(value, list) else "an object"


def _quoted(text: str) -> str:
    quoted = repr(text)
    return quoted if len(quoted) <= 40 else f"{quoted[:36]}…'"


def _items(values: Sequence[object]) -> str:
    numbers = all(isinstance(value, int | float) for value in values)
    kind = "number" if numbers else "item"
    return f"{len(values)} {kind}{'' if len(values) == 1 else 's'}"
