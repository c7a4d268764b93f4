"""Which numbers a field takes, how they are read and written, and what a step up or down is.

Apart from the field, because it needs no Qt.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from nnviz.errors import NnvizError

__all__ = ["NumberRule", "number_text"]

LARGEST = 1e300
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NumberRule:
    """The numbers from ``least`` to ``most``, these included unless ``above`` and ``below`` say no.

    ``what`` names the value in sentences: "the learning rate". From 0, a step up goes to
    ``first_step``, and a step down goes back to 0 from there.
    """

    what: str
    least: float = 0
    most: float = LARGEST
    above: bool = False
    whole: bool = False
    first_step: float = 1
    below: bool = False

    def read(self, text: str) -> float:
        """Return the number that ``text`` says: 3, 1e-3, .5 or 0,5.

        Raises NnvizError with a sentence that the field ends: it stays what it was.
        """
        plain = text.strip().replace("−", "-")
        if not plain:
            raise NnvizError(f"{self._name} cannot be empty")
        if not _NUMBER.fullmatch(plain.replace(",", ".")):
            raise NnvizError(f"{self._name} is a number, not “{plain}”")
        value = float(plain.replace(",", ".")) + 0.0  # no −0
        if self.whole and ("," in plain or not value.is_integer()):
            raise NnvizError(f"{self._name} is a whole number, not “{plain}”")
        if value < self.least or (self.above and value == self.least):
            bound = "above" if self.above else "at least"
            raise NnvizError(f"{self._name} must be {bound} {number_text(self.least)}, not {plain}")
        if self.below and value == self.most:
            raise NnvizError(f"{self._name} must be below {number_text(self.most)}")
        if value > self.most:
            most = f"{self.most:,.0f}" if self.whole else number_text(self.most)
            raise NnvizError(f"{self._name} must be at most {most}, not {plain}")
        return value

    def stepped(self, value: float, steps: int) -> float:
        """Return ``value`` after so many steps of a tenth of its leading digit, up or down."""
        for _ in range(abs(steps)):
            value = self._up(value) if steps > 0 else self._down(value)
        return value

    @property
    def _name(self) -> str:
        return self.what[0].upper() + self.what[1:]

    def _up(self, value: float) -> float:
        if value == 0:
            return min(self.first_step, self.most)
        number = Decimal(number_text(value))
        raised = float(number + self._step(number))
        if self.below:
            return raised if raised < self.most else value
        return min(raised, self.most)

    def _down(self, value: float) -> float:
        if self.least == 0 and not self.above and value <= self.first_step:
            return self.least
        number = Decimal(number_text(value))
        below = number - self._step(number)
        if below.adjusted() < number.adjusted():  # 1 goes to 0.99, not to 0.9
            below = number - self._step(number.scaleb(-1))
        lowered = float(below)
        if self.above:
            return lowered if lowered > self.least else value
        return max(lowered, self.least)

    def _step(self, number: Decimal) -> Decimal:
        step = Decimal(1).scaleb(number.adjusted() - 1)
        return max(step, Decimal(1)) if self.whole else step


def number_text(value: float) -> str:
    """Return the shortest text that reads back as exactly ``value``: 3, 0.001, 1e-07."""
    value = float(value)  # a whole number of Python's is written like any other
    return f"{int(value)}" if value.is_integer() and abs(value) < 1e15 else repr(value)
