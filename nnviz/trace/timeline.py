"""A position in the steps of a pass. Immutable: every movement is a new timeline."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from nnviz.trace.quantities import Quantity
from nnviz.trace.reveal import Reveal, position_in, schedule_of
from nnviz.trace.steps import Known, Phase, Step

__all__ = ["Timeline"]


@dataclass(frozen=True, slots=True)
class Timeline:
    """A cursor over steps: −1 before the first, ``len(steps) − 1`` when all are done."""

    steps: tuple[Step, ...]
    position: int = -1
    schedule: Mapping[Known, int] = field(default_factory=dict, compare=False, repr=False)
    """Where each value becomes known; made of the steps, and handed on from move to move."""

    def __post_init__(self) -> None:
        if self.steps and not self.schedule:
            object.__setattr__(self, "schedule", schedule_of(self.steps))

    @property
    def current(self) -> Step | None:
        """The step done last; None before the first."""
        return self.steps[self.position] if self.position >= 0 else None

    @property
    def phase(self) -> Phase:
        """The phase of the current step; the input before the first."""
        return self.current.phase if self.current else Phase.INPUT

    @property
    def example(self) -> int | None:
        """The example of the current step; None at the mean and the update of a mini-batch."""
        return self.current.example if self.current else 0

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
        if self.at_end:
            return self
        position = self.position + 1
        while position + 1 < len(self.steps) and self._same_phase(position, position + 1):
            position += 1
        return self.to(position)

    def to_previous_phase(self) -> Self:
        """Move to the moment before this phase began."""
        position = self.position
        while position > 0 and self._same_phase(position - 1, position):
            position -= 1
        return self.to(position - 1)

    def position_of(
        self,
        quantity: Quantity,
        layer: int,
        neuron: int | None = None,
        example: int | None = 0,
    ) -> int | None:
        """Return the position at which a value becomes known, None if no step computes it."""
        return position_in(self.schedule, Known(quantity, layer, neuron, example))

    def with_steps(self, steps: tuple[Step, ...]) -> Self:
        """Switch to another granularity at the same moment.

        A coarse step that is only partly done does not count as done.
        """
        known = self.reveal()
        position = -1
        while position + 1 < len(steps) and known.knows_all(steps[position + 1].reveals):
            position += 1
        return replace(self, steps=steps, position=position, schedule=schedule_of(steps))

    def reveal(self) -> Reveal:
        """Return what is known at this position."""
        return Reveal(self.schedule, self.position)

    def _same_phase(self, one: int, other: int) -> bool:
        """Whether two steps belong to the same phase of the same example."""
        first, second = self.steps[one], self.steps[other]
        return (first.phase, first.example) == (second.phase, second.example)
