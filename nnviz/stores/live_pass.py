"""The pass with a run's newest parameters, between the passes that all views show.

Numbers that change thirty times a second cannot be read, so the views' pass is recorded a few times
a second; colours can be watched, so the canvas asks for one more pass whenever it has time. So it
does while somebody runs through the past of a run.
"""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from nnviz.engine.network import Parameters
from nnviz.stores.follow import Follow
from nnviz.stores.stepper_store import StepperStore
from nnviz.stores.training_store import TrainingState, TrainingStore
from nnviz.trace.pass_trace import PassTrace
from nnviz.training.snapshot import TrainingSnapshot

__all__ = ["LivePass"]


class LivePass(QObject):
    """Records the shown example's pass with the newest snapshot, when it is asked to."""

    changed = Signal()
    """Emitted when there is a newer pass, or none any more; not when the views' pass changes."""
    wanted = Signal()
    """Emitted when a moment of the past is to be shown: canvases ask when they have time."""

    def __init__(
        self,
        training: TrainingStore,
        stepper: StepperStore,
        follow: Follow,
        record: Callable[[Parameters], PassTrace],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._training = training
        self._record = record
        self._follow = follow
        self._trace: PassTrace | None = None
        self._shown: TrainingSnapshot | None = None
        self._past: Parameters | None = None
        stepper.trace_changed.connect(self._on_trace_changed)
        follow.changed.connect(self._on_follow_changed)

    @property
    def trace(self) -> PassTrace | None:
        """The newest pass of a run that is followed; None while the views' pass is the newest."""
        return self._trace

    @property
    def goes_along(self) -> bool:
        """Whether a run is on and followed, so that a canvas may be ahead of the views' pass."""
        return self._training.state is TrainingState.RUNNING and self._follow.follows

    def show_past(self, parameters: Parameters) -> None:
        """Show these parameters of the past as soon as a canvas has time, until the views do."""
        self._past = parameters
        self.wanted.emit()

    @Slot()
    def renew(self) -> None:
        """Record a pass with what is newer than what is shown, if there is something."""
        if self._past is not None:
            self._trace, self._past = self._record(self._past), None
            self.changed.emit()
            return
        snapshot = self._training.snapshot
        if snapshot is None or snapshot is self._shown or not self.goes_along:
            return
        self._shown = snapshot
        self._trace = self._record(snapshot.parameters)
        self.changed.emit()

    @Slot()
    def _on_trace_changed(self) -> None:
        """Go back to the views' pass, which is newer; its own signal tells everybody."""
        self._shown, self._trace, self._past = self._training.snapshot, None, None

    @Slot()
    def _on_follow_changed(self) -> None:
        """Go back to the views' pass, which is held from now on."""
        if self._trace is not None:
            self._trace = None
            self.changed.emit()
