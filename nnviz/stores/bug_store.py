"""Find the bug: the mistake that the pass is run with, the game of naming it, and its score."""

from enum import Enum

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from nnviz.stores.stepper_store import StepperStore
from nnviz.trace.differences import (
    Difference,
    UpdateCheck,
    first_difference,
    right_twin,
    update_error,
)
from nnviz.trace.mistakes import Mistake, applicable_mistakes
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.steps import Step

__all__ = ["NEXT_PASS_HELD", "BugRound", "BugStore"]

NEXT_PASS_HELD = (
    "Next Pass is off: it would keep the weights of a mistaken pass. "
    "Go back to the right pass first."
)


class BugRound(Enum):
    """How a mistake came to be on, and what is known of it."""

    NONE = "none"
    NAMED = "named"
    HIDDEN = "hidden"
    FOUND = "found"
    GIVEN_UP = "given up"


class BugStore(QObject):
    """Owns the mistake; whoever records passes reads it, and records anew when it changes.

    The parameters that are looked at, trained and saved never come from a mistaken pass.
    """

    changed = Signal()
    """Emitted when the round, a guess or the score changes."""
    mistake_changed = Signal()
    """Emitted when passes are to be recorded with another mistake, or with none."""

    def __init__(
        self,
        stepper: StepperStore,
        rng: np.random.Generator,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._stepper, self._rng = stepper, rng
        self._mistake: Mistake | None = None
        self._round = BugRound.NONE
        self._guesses: tuple[Mistake, ...] = ()
        self._is_held = False
        self._found = self._played = 0
        self._right: PassTrace | None = None
        self._right_of: PassTrace | None = None
        self._bites: dict[Mistake | None, Difference | None] = {}
        self._bites_in: tuple[PassTrace | None, tuple[Step, ...]] = (None, ())

    @property
    def mistake(self) -> Mistake | None:
        """The mistake that passes are recorded with, None for right ones."""
        return self._mistake

    @property
    def round(self) -> BugRound:
        """Whether a mistake is on, and whether it is still to be found."""
        return self._round

    @property
    def guesses(self) -> tuple[Mistake, ...]:
        """The wrong names of this round, the newest last."""
        return self._guesses

    @property
    def found_count(self) -> int:
        """How many hidden mistakes were named in this session."""
        return self._found

    @property
    def played_count(self) -> int:
        """How many hidden mistakes were named or given up."""
        return self._played

    @property
    def is_hidden(self) -> bool:
        """Whether the mistake is still to be found, so that nothing may tell it."""
        return self._round is BugRound.HIDDEN

    def choices(self) -> tuple[Mistake, ...]:
        """Return the mistakes that can change the pass that is looked at."""
        trace = self._stepper.trace
        if trace is None or self._stepper.locked or self._is_held:
            return ()
        return applicable_mistakes(trace.spec, trace.example_count, trace.settings)

    @property
    def is_held(self) -> bool:
        """Whether the pass is a run's own, which has no mistakes."""
        return self._is_held

    def hold(self, held: bool) -> None:
        """Offer no mistakes as long as the pass is a run's own."""
        if held != self._is_held:
            self._is_held = held
            self.changed.emit()

    def right_trace(self) -> PassTrace | None:
        """Return the pass without its mistake; recorded once for each pass."""
        trace = self._stepper.trace
        if trace is not self._right_of:
            self._right_of = trace
            self._right = None if trace is None else right_twin(trace)
        return self._right

    def first_bite(self, mistake: Mistake | None = None) -> Difference | None:
        """Return where the mistake changes a number first, by default the one that is on."""
        trace, steps = self._stepper.trace, self._stepper.timeline.steps
        if trace is None:
            return None
        if self._bites_in[0] is not trace or self._bites_in[1] is not steps:
            self._bites, self._bites_in = {}, (trace, steps)
        mistake = mistake or trace.mistake
        if mistake not in self._bites:
            self._bites[mistake] = self._find_bite(trace, steps, mistake)
        return self._bites[mistake]

    def update_check(self) -> UpdateCheck | None:
        """Return the update check of the pass, None while its update is not known."""
        trace, timeline = self._stepper.trace, self._stepper.timeline
        if trace is None or self._stepper.locked or not timeline.steps or not timeline.at_end:
            return None
        return update_error(trace)

    def run(self, mistake: Mistake) -> None:
        """Run the pass with a mistake whose name is known; nothing if it cannot matter here."""
        if mistake in self.choices():
            self._begin(mistake, BugRound.NAMED)

    @Slot()
    def surprise(self) -> None:
        """Run the pass with a mistake that is not told, one that changes a number of it."""
        choices = self.choices()
        if self.is_hidden or not choices:
            return
        for index in self._rng.permutation(len(choices)):
            if choices[index] is not self._mistake and self.first_bite(choices[index]) is not None:
                self._begin(choices[index], BugRound.HIDDEN)
                return

    def guess(self, mistake: Mistake) -> None:
        """Name the hidden mistake; nothing if none is hidden."""
        if not self.is_hidden or mistake in self._guesses:
            return
        if mistake is self._mistake:
            self._end(BugRound.FOUND)
        else:
            self._guesses = (*self._guesses, mistake)
            self.changed.emit()

    @Slot()
    def give_up(self) -> None:
        """Tell the hidden mistake; it counts as not found."""
        if self.is_hidden:
            self._end(BugRound.GIVEN_UP)

    @Slot()
    def back_to_right_pass(self) -> None:
        """End the mistake; one that is still hidden counts as not found."""
        if self._mistake is None:
            return
        self._played += self.is_hidden
        self.forget()

    @Slot()
    def forget(self) -> None:
        """End the mistake without counting it: another network is looked at."""
        if self._mistake is not None:
            self._begin(None, BugRound.NONE)

    def _find_bite(
        self, trace: PassTrace, steps: tuple[Step, ...], mistake: Mistake | None
    ) -> Difference | None:
        right = self.right_trace()
        if right is None or mistake is None:
            return None
        mistaken = trace if mistake is trace.mistake else _with(trace, mistake)
        return first_difference(right, mistaken, steps)

    def _begin(self, mistake: Mistake | None, now: BugRound) -> None:
        self._mistake, self._round, self._guesses = mistake, now, ()
        self.mistake_changed.emit()
        self.changed.emit()

    def _end(self, outcome: BugRound) -> None:
        self._round = outcome
        self._played += 1
        self._found += outcome is BugRound.FOUND
        self.changed.emit()


def _with(trace: PassTrace, mistake: Mistake) -> PassTrace:
    return PassTrace.record(
        trace.spec, trace.before, trace.inputs, trace.targets, trace.settings, mistake
    )
