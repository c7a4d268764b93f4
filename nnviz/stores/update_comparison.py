"""The two sides of an update: the network with its parameters before it, and after it."""

from enum import Enum

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from nnviz.stores.live_pass import LivePass
from nnviz.stores.pass_source import PassSource, ShownPass
from nnviz.stores.stepper_store import StepperStore
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.steps import Known, Phase, Step, StepKind
from nnviz.trace.timeline import Timeline

__all__ = ["NOT_YET", "REST_MS", "Side", "StepperPass", "UpdateComparison"]

NOT_YET = "The update has not been computed yet: press End."
REST_MS = 800
"""How long the side before the update stays when the key is released: as long as a look takes."""
REMEMBERED = 4
"""Passes with new parameters that are kept: two canvases compare at once."""


class Side(Enum):
    """Which parameters are seen."""

    BEFORE = "before the update"
    AFTER = "after the update"


class UpdateComparison(QObject):
    """Shows the network after the update while asked to, then for a moment the one before it.

    Both are seen right after their forward pass on the same examples: the pass of the new
    parameters is recorded like any other. Every step ends the comparison.
    """

    changed = Signal()
    """Emitted when another side is seen, or none."""
    begun = Signal()
    """Emitted before the side after the update is seen: the pass must not change meanwhile."""
    refused = Signal(str)
    """Emitted with a sentence when there is nothing to compare yet."""

    def __init__(self, stepper: StepperStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stepper = stepper
        self._side: Side | None = None
        self._refusal = ""
        self._recorded: list[tuple[PassTrace, PassTrace]] = []
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self.cancel)
        stepper.trace_changed.connect(self.cancel)
        stepper.timeline_changed.connect(self.cancel)

    @property
    def side(self) -> Side | None:
        """The side that is seen; None: the current moment of the pass."""
        return self._side

    @property
    def refusal(self) -> str:
        """Why nothing is compared although somebody asks for it, else empty."""
        return self._refusal

    @property
    def why_not(self) -> str:
        """Why nothing can be compared now, empty if it can."""
        trace, timeline = self._stepper.trace, self._stepper.timeline
        if trace is None or self._stepper.locked:
            return NOT_YET
        last = trace.spec.layer_count
        known = timeline.reveal().knows(Quantity.WEIGHT_AFTER, last, None, timeline.example)
        return "" if known else NOT_YET

    @Slot()
    def begin(self) -> None:
        """See the network after the update, or why that cannot be."""
        self._rest.stop()
        self._refusal = self.why_not
        if self._refusal:
            self._side = None
            self.refused.emit(self._refusal)
        else:
            self._stepper.stop()
            self.begun.emit()
            self._side = Side.AFTER
        self.changed.emit()

    @Slot()
    def end(self) -> None:
        """See the network before the update, then the pass again."""
        if self._side is not Side.AFTER:
            self.cancel()
            return
        self._side = Side.BEFORE
        self._rest.start()
        self.changed.emit()

    @Slot()
    def cancel(self) -> None:
        """See the current moment of the pass at once."""
        self._rest.stop()
        self._recorded.clear()
        if self._side is not None or self._refusal:
            self._side, self._refusal = None, ""
            self.changed.emit()

    def applied(self, shown: ShownPass) -> ShownPass:
        """Return what is seen in the place of ``shown``: the side, or the moment itself."""
        if self._side is None:
            return ShownPass(shown.trace, shown.timeline, self._refusal, shown.beside)
        after = self._after(shown.trace)
        example = shown.timeline.example
        words = f"{self._side.value.capitalize()}"
        if self._side is Side.BEFORE:
            return ShownPass(shown.trace, _computed(shown.trace, example), words, after)
        return ShownPass(after, _computed(after, example), words, shown.trace)

    def _after(self, trace: PassTrace) -> PassTrace:
        """Return the pass of the same examples with the parameters after ``trace``."""
        for before, after in self._recorded:
            if before is trace:
                return after
        after = PassTrace.record(
            trace.spec, trace.after, trace.inputs, trace.targets, trace.settings, trace.mistake,
            trace.state_after, trace.forward.masks,
        )  # fmt: skip
        self._recorded = [*self._recorded, (trace, after)][-REMEMBERED:]
        return after


class StepperPass(PassSource):
    """The pass that is stepped through, at the moment that the steps have come to.

    Of a run that is followed, with its newest parameters.
    """

    def __init__(
        self,
        stepper: StepperStore,
        live: LivePass,
        comparison: UpdateComparison,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._stepper, self._live, self._comparison = stepper, live, comparison
        live.changed.connect(self.changed)
        stepper.trace_changed.connect(self.changed)
        stepper.timeline_changed.connect(self.changed)

    @property
    def shown(self) -> ShownPass | None:
        """The stepper's pass, or a side of its update."""
        trace = self._live.trace or self._stepper.trace
        if trace is None:
            return None
        return self._comparison.applied(ShownPass(trace, self._stepper.timeline))


def _computed(trace: PassTrace, example: int | None) -> Timeline:
    """Return the moment at which the forward pass and the cost are known, and nothing else.

    Of a mini-batch as a whole only the cost is: each example has its own activations.
    """
    last = trace.spec.layer_count
    known = [Known(Quantity.COST, last, None, example)]
    if example is not None:
        known += [Known(Quantity.ACTIVATION, layer, None, example) for layer in range(last + 1)]
        known += [Known(Quantity.PREACTIVATION, layer, None, example)
                  for layer in range(1, last + 1)]  # fmt: skip
    step = Step(Phase.COST, StepKind.COST, last, tuple(known), example=example)
    return Timeline((step,), 0)
