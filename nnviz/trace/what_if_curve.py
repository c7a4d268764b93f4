"""Everything a plot of C against one number shows: the curve, its tangent, and three points.

Numbers only, so that what is drawn can be tested without a window.
"""

import math
from dataclasses import dataclass

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.what_if import Adjustable, Kind, cost_along, slope, value_of

__all__ = ["Curve", "Point", "curve_of", "range_around"]

SAMPLES = 161
ROUNDINGS = 64
"""Units in the last place of C that its sums may lose."""
NEAR = 0.5
"""A learning step that ends outside the range widens it by at most this share of its width."""


@dataclass(frozen=True, slots=True)
class Point:
    """A number and the cost there."""

    value: float
    cost: float


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """C against one number.

    ``slope`` is ∂C/∂θ at ``original``, None while it must not be known. ``step`` is where one step
    of gradient descent would lead, None for what does not learn, or while ``step_waits``: until
    the slope is known and the number is updated.
    """

    values: FloatArray
    costs: FloatArray
    original: Point
    moved: Point
    slope: float | None
    step: Point | None
    step_waits: bool = False

    @property
    def real_change(self) -> float:
        """ΔC."""
        return self.moved.cost - self.original.cost

    @property
    def noise(self) -> float:
        """How far rounding alone may shift ΔC, a difference of two costs in float64."""
        costs = (abs(self.original.cost), abs(self.moved.cost))
        return ROUNDINGS * float(np.finfo(np.float64).eps) * max(costs)

    @property
    def predicted_change(self) -> float | None:
        """∂C/∂θ · Δθ, None while the slope is unknown."""
        if self.slope is None:
            return None
        return self.slope * (self.moved.value - self.original.value)


def curve_of(
    base: PassTrace,
    now: PassTrace,
    adjustable: Adjustable,
    ends: tuple[float, float],
    *,
    example: int = 0,
    slope_known: bool = True,
    step_known: bool = True,
) -> Curve:
    """Return the curve between two ends: ``base`` is the pass before the change, ``now`` after.

    ``slope_known`` and ``step_known`` say what the steps so far may show.
    """
    original = Point(value_of(base, adjustable, example), base.cost)
    moved = Point(value_of(now, adjustable, example), now.cost)
    updated = _value_after(base, adjustable)
    after = updated if slope_known and step_known else None
    low, high = ends
    if after is not None and math.isfinite(after):
        room = NEAR * (high - low)
        low, high = min(low, max(after, low - room)), max(high, min(after, high + room))
    own = [each for each in (original.value, moved.value) if math.isfinite(each)]
    values = np.union1d(np.linspace(low, high, SAMPLES), own)
    costs = cost_along(base, adjustable, values, example)
    step = None
    if after is not None:
        cost = cost_along(base, adjustable, np.array([after]), example)[0]
        step = Point(after, float(cost))
    return Curve(
        values, costs, original, moved,
        slope(base, adjustable, example) if slope_known else None, step,
        step_waits=updated is not None and step is None,
    )  # fmt: skip


def range_around(
    original: float, value: float, *, unit: bool = False, ends: tuple[float, float] | None = None
) -> tuple[float, float]:
    """Return a range to try numbers in: ± max(1, 2|θ|), or 0 … 1 for what is a share.

    It holds ``value``, with some room behind it, and all of ``ends``, the range so far.
    """
    reach = max(1.0, 2 * abs(original)) if math.isfinite(original) else 1.0
    centre = original if math.isfinite(original) else 0.0
    low, high = (0.0, 1.0) if unit else _rounded(centre - reach, centre + reach)
    if ends is not None:
        low, high = min(low, ends[0]), max(high, ends[1])
    if math.isfinite(value) and not low <= value <= high:
        room = (max(high, value) - min(low, value)) / 10
        low, high = _rounded(min(low, value - room), max(high, value + room))
    return low, high


def _rounded(low: float, high: float) -> tuple[float, float]:
    """Round both ends outwards, to a hundredth of their distance or a little finer."""
    step = 10.0 ** (math.floor(math.log10(high - low)) - 1)
    return math.floor(low / step) * step, math.ceil(high / step) * step


def _value_after(trace: PassTrace, adjustable: Adjustable) -> float | None:
    """Return the parameter after the update of the pass, None for what is not updated."""
    if adjustable.kind is Kind.WEIGHT:
        return trace.value(Quantity.WEIGHT_AFTER, adjustable.ref)
    if adjustable.kind is Kind.BIAS and trace.settings.update_biases:
        return trace.value(Quantity.BIAS_AFTER, adjustable.ref)
    return None
