"""Many cases of one test: some in every run of the suite, the others among the slow ones."""

from collections.abc import Iterable, Sequence

import pytest

__all__ = ["every"]


def every(step: int, cases: Iterable[object]) -> Sequence[object]:
    """Return the cases as parameters of a test; all but every ``step``-th are slow."""
    return [
        case if number % step == 0 else pytest.param(case, marks=pytest.mark.slow)
        for number, case in enumerate(cases)
    ]
