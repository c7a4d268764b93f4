"""How strongly the cost curve is smoothed: named strengths, each a number of mini-batches.

Apart from the plot because the place where two runs part is told by smoothed costs, too.
"""

from dataclasses import dataclass

__all__ = ["SMOOTHINGS", "USUAL", "Smoothing"]


@dataclass(frozen=True, slots=True)
class Smoothing:
    """A strength: the mean of 1/``parts`` of an epoch's mini-batches, and of ``least`` at least.

    Never more than an epoch. ``parts`` 0 is no smoothing.
    """

    name: str
    label: str
    parts: int
    least: int = 1

    def window(self, mini_batches_per_epoch: int) -> int:
        """Return how many mini-batches, up to each, a point of the curve is the mean of."""
        if not self.parts:
            return 1
        return min(mini_batches_per_epoch, max(self.least, mini_batches_per_epoch // self.parts))


SMOOTHINGS = {
    each.name: each
    for each in (
        Smoothing("off", "off", 0),
        Smoothing("light", "light", 200, 5),
        Smoothing("medium", "medium", 20, 20),
        Smoothing("strong", "strong", 4, 80),
        Smoothing("epoch", "a whole epoch", 1),
    )
}
"""The strengths by name, the weakest first."""

USUAL = SMOOTHINGS["medium"]
"""What a curve is smoothed with at first, and what tells where two runs part."""
