"""A position in the steps of a pass. Immutable: every movement is a new timeline."""

from dataclasses import dataclass, replace
from typing import Self

from nnviz.trace.reveal import Reveal
from nnviz.trace.steps import Phase, Step

__all__ = ["Timeline"]


@dataclass(frozen=True, slots=True)
class Timeline:
    """A cursor over steps: −1 before the first, ``len(steps) − 1`` when all are done."""

    steps: tuple[Step, ...]
    position: int = -1

    @property
    def current(self) -> Step | None:
        """The step done last; None before the first."""
        return self.steps[self.position] if self.position >= 0 else None

    @property
    def phase(self) -> Phase:
        """The phase of the current step; the input before the first."""
        return self.current.phase if self.current else Phase.INPUT

    @property
    def at_start(self) -> bool:
        """Whether no step has been done."""
        return self.position < 0

    @property
    def at_end(self) -> bool:
        """Whether every step has been done."""
        return self.position == len(self.steps) - 1

    def to(self, position: int) -> Self:
        """Move to ``position``, or to the nearest end."""
        return replace(self, position=max(-1, min(position, len(self.steps) - 1)))

    def forward(self, count: int = 1) -> Self:
        """Do ``count`` more steps."""
        return self.to(self.position + count)

    def back(self, count: int = 1) -> Self:
        """Take ``count`` steps back."""
        return self.to(self.position - count)

    def to_next_phase(self) -> Self:
        """Move to the last step of this phase, or, from there, to the last of the next one."""
        following = self.steps[self.position + 1 :]
        if not following:
            return self
        phase = following[0].phase
        count = next(
            (index for index, step in enumerate(following) if step.phase is not phase),
            len(following),
        )
        return self.forward(count)

    def to_previous_phase(self) -> Self:
        """Move to the moment before this phase began."""
        position = self.position
        while position >= 0 and self.steps[position].phase is self.phase:
            position -= 1
        return self.to(position)

    def with_steps(self, steps: tuple[Step, ...]) -> Self:
        """Switch to another granularity at the same moment.

        A coarse step that is only partly done does not count as done.
        """
        known = self.reveal()
        position = -1
        while position + 1 < len(steps) and known.knows_all(steps[position + 1].reveals):
            position += 1
        return replace(self, steps=steps, position=position)

    def reveal(self) -> Reveal:
        """Return what is known at this position."""
        return Reveal.of(self.steps[: self.position + 1])
