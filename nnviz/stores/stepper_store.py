"""The pass that is looked at, and the position in it."""

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.steps import Granularity, Step, StepKind, build_steps
from nnviz.trace.timeline import Timeline

__all__ = ["StepperStore"]


class StepperStore(QObject):
    """Owns the current trace and timeline; moves through them, by hand or in play mode."""

    trace_changed = Signal(object)
    """Emitted with the PassTrace that is now looked at; the timeline fits it."""
    timeline_changed = Signal(object)
    """Emitted with the new Timeline."""
    playing_changed = Signal(bool)
    """Emitted when play mode starts or ends."""
    moved_by_user = Signal()
    """Emitted after a movement that somebody asked for, play mode included."""
    played = Signal(object)
    """Emitted with the Step that play mode has just done, after all that shows it has heard."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._trace: PassTrace | None = None
        self._timeline = Timeline(())
        self._granularity = Granularity.LAYER
        self._locked = True
        self._timer = QTimer(self)
        self._timer.setInterval(900)
        self._timer.timeout.connect(self._on_tick)

    @property
    def trace(self) -> PassTrace | None:
        """The recorded pass; None until there is a network."""
        return self._trace

    @property
    def timeline(self) -> Timeline:
        """The steps and the position in them."""
        return self._timeline

    @property
    def granularity(self) -> Granularity:
        """How much one step does."""
        return self._granularity

    @property
    def locked(self) -> bool:
        """Whether there is nothing to step: no example has been read yet."""
        return self._locked

    @property
    def playing(self) -> bool:
        """Whether play mode runs."""
        return self._timer.isActive()

    def show(self, trace: PassTrace, *, locked: bool = False) -> None:
        """Look at another pass, at the same moment where its layers allow it, else at the start."""
        before, timeline = self._trace, self._timeline
        self._trace, self._locked = trace, locked
        if before is None or before.spec.sizes != trace.spec.sizes or locked:
            self.stop()
            timeline = Timeline(self._build_steps(trace))
        elif _other_steps(before, trace):
            timeline = timeline.with_steps(self._build_steps(trace))
        changed = timeline != self._timeline
        self._timeline = timeline
        self.trace_changed.emit(trace)
        if changed:
            self.timeline_changed.emit(timeline)

    def set_granularity(self, granularity: Granularity) -> None:
        """Switch how much one step does, at the same moment of the pass."""
        if granularity is self._granularity:
            return
        self._granularity = granularity
        if self._trace is not None:
            self._timeline = self._timeline.with_steps(self._build_steps(self._trace))
            self.timeline_changed.emit(self._timeline)

    @Slot()
    def next_granularity(self) -> None:
        """Switch from layers to operations, to neurons, and round to layers."""
        kinds = list(Granularity)
        self.set_granularity(kinds[(kinds.index(self._granularity) + 1) % len(kinds)])

    def move(self, timeline: Timeline) -> None:
        """Take the position of ``timeline``; does nothing while locked."""
        if self._locked or self._trace is None:
            return
        if timeline.position != self._timeline.position:
            self._timeline = timeline
            self.timeline_changed.emit(timeline)
        self.moved_by_user.emit()
        if timeline.at_end:
            self.stop()

    @Slot()
    def step_forward(self) -> None:
        """Do one step."""
        self.move(self._timeline.forward())

    @Slot()
    def step_back(self) -> None:
        """Take one step back."""
        self.stop()
        self.move(self._timeline.back())

    @Slot()
    def to_start(self) -> None:
        """Go back before the first step."""
        self.stop()
        self.move(self._timeline.to(-1))

    @Slot()
    def to_end(self) -> None:
        """Do all steps."""
        self.stop()
        self.move(self._timeline.to(len(self._timeline.steps) - 1))

    @Slot()
    def to_next_phase(self) -> None:
        """Go to the end of this phase, or of the next one."""
        self.stop()
        self.move(self._timeline.to_next_phase())

    @Slot()
    def to_previous_phase(self) -> None:
        """Go to the moment before this phase."""
        self.stop()
        self.move(self._timeline.to_previous_phase())

    @Slot(int)
    def move_to(self, position: int) -> None:
        """Go to a position."""
        self.stop()
        self.move(self._timeline.to(position))

    def rewind(self) -> None:
        """Go before the first step without anybody having asked to: a new pass begins."""
        self.stop()
        self._timeline = self._timeline.to(-1)
        self.timeline_changed.emit(self._timeline)

    def show_answer(self) -> None:
        """From before the first step, go to the cost: a run that is followed has then a face."""
        if self._locked or not self._timeline.at_start:
            return
        kinds = [step.kind for step in self._timeline.steps]
        self._timeline = self._timeline.to(kinds.index(StepKind.COST))
        self.timeline_changed.emit(self._timeline)

    @Slot()
    def toggle_playing(self) -> None:
        """Play, from the start if all steps are done; or pause."""
        if self.playing:
            self.stop()
            return
        if self._locked or self._trace is None:
            return
        if self._timeline.at_end:
            self.move(self._timeline.to(-1))
        self._timer.start()
        self.playing_changed.emit(True)

    @Slot()
    def stop(self) -> None:
        """End play mode."""
        if self._timer.isActive():
            self._timer.stop()
            self.playing_changed.emit(False)

    @Slot()
    def _on_tick(self) -> None:
        self.move(self._timeline.forward())
        if self._timeline.current is not None:
            self.played.emit(self._timeline.current)

    def _build_steps(self, trace: PassTrace) -> tuple[Step, ...]:
        return build_steps(trace.spec, self._granularity, trace.example_count, trace.optimizer)


def _other_steps(before: PassTrace, after: PassTrace) -> bool:
    """Whether a pass through layers of the same sizes has other steps than one before."""
    return (
        before.example_count != after.example_count
        or before.spec.activations != after.spec.activations
        or before.optimizer.name != after.optimizer.name
    )
