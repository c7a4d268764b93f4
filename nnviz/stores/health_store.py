"""What is seen of the network that trains: looked at in a thread, while somebody watches."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal, Slot

from nnviz.datasets.dataset import Dataset
from nnviz.stores.background import Jobs, stop_jobs
from nnviz.stores.examples_store import Subset
from nnviz.stores.health_worker import HealthJob
from nnviz.stores.recording import fits
from nnviz.stores.training_store import TrainingState
from nnviz.training.checkup import CheckUp, ProbeKeeper, Subject, look_at
from nnviz.training.class_report import ClassReport

if TYPE_CHECKING:
    from nnviz.stores.workspace import Workspace

__all__ = ["HealthPoint", "HealthStore"]

INTERVAL_MS = 500
"""At most one look in that time: numbers that change faster cannot be read."""
REST_FACTOR = 10
"""After a look that took long, so many times as long passes to the next: a tenth of a core."""
LOOK_MS = 15
"""How often the result of a look is asked for."""
RUNNING_TESTED, TESTED = 2_000, 10_000
"""Examples that the classes are counted on: while a run is on, and when it stands still."""
MOST_POINTS = 400
"""Points that the courses keep; then every second one goes."""


@dataclass(frozen=True, slots=True)
class HealthPoint:
    """What a look adds to the courses: ‖∂C/∂W‖ of each layer after so many mini-batches."""

    mini_batches: int
    weight_gradients: tuple[float, ...]


class HealthStore(QObject):
    """Looks at the newest parameters of the run, or at those of the network without one.

    Only while somebody watches, at most twice a second, and never in the GUI thread. What is said
    of an older run or another network is dropped.
    """

    changed = Signal()
    """Emitted when something newer is known, or nothing any more."""

    def __init__(self, workspace: "Workspace") -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._check_up: CheckUp | None = None
        self._classes: ClassReport | None = None
        self._points: list[HealthPoint] = []
        self._before: Subject | None = None
        self._watchers: dict[str, tuple[bool, bool]] = {}
        self._wanted = False
        self._jobs = Jobs[HealthJob]()
        self._probes = ProbeKeeper()
        self._since = QElapsedTimer()
        self._rest_ms = INTERVAL_MS
        self._looks_back = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_timer)
        self.destroyed.connect(partial(stop_jobs, self._jobs))
        training = workspace.training
        for signal in (
            training.snapshot_changed,
            training.state_changed,
            workspace.parameters_changed,
            workspace.config_changed,
            workspace.examples.example_changed,
        ):
            signal.connect(self._on_news)
        training.history_reset.connect(self._forget)
        workspace.network_changed.connect(self._forget)

    @property
    def check_up(self) -> CheckUp | None:
        """The newest look at the layers, None before the first."""
        return self._check_up

    @property
    def classes(self) -> ClassReport | None:
        """The newest count of the classes, None before the first and without classes."""
        return self._classes

    @property
    def points(self) -> tuple[HealthPoint, ...]:
        """The courses since the curves began, as far as somebody watched."""
        return tuple(self._points)

    @property
    def is_busy(self) -> bool:
        """Whether a look is awaited."""
        return self._wanted or self._jobs.current is not None

    @property
    def tested(self) -> Dataset | None:
        """What the classes are counted on: the test part, or else what is trained on."""
        test = self._workspace.examples.dataset_of(Subset.TEST)
        return test if fits(self._workspace.state, test) else self.trained

    @property
    def trained(self) -> Dataset | None:
        """What the run behind the curves trains on, or else what a run would; None without data."""
        training = self._workspace.training
        job = training.job
        if job is not None and len(training.history) and job.spec == self._workspace.spec:
            return job.train  # without the examples that it holds back for validation
        return self._workspace.training_data

    def watch(self, who: str, *, layers: bool = False, classes: bool = False) -> None:
        """Look from now on for ``who``, until ``unwatch``."""
        if self._watchers.get(who) != (layers, classes):
            self._watchers[who] = (layers, classes)
            self._on_news()

    def unwatch(self, who: str) -> None:
        """Look no longer for ``who``; when nobody is left, the thread is waited for."""
        if self._watchers.pop(who, None) is not None and not self._watchers:
            self._wanted = False
            self._timer.stop()
            self._jobs.stop()

    def finish(self) -> None:
        """Make the awaited look now, in this thread: for screenshots."""
        if not (self.is_busy and self._watchers):
            return
        self._timer.stop()
        self._jobs.stop()
        self._wanted = False
        subject = self._subject()
        if subject is not None:
            probe = self._probes.probe(subject.train, subject.spec)
            self._take(look_at(subject, probe, self._before))

    @Slot()
    def _on_news(self) -> None:
        """Ask for a look, now or when the last one is long enough ago."""
        if not self._watchers:
            return
        self._wanted = True
        if not self._timer.isActive():
            past = self._since.elapsed() if self._since.isValid() else self._rest_ms
            self._timer.start(max(0, self._rest_ms - past))

    @Slot()
    def _on_timer(self) -> None:
        job = self._jobs.current
        if job is None:
            self._begin()
        elif not job.ended:
            self._timer.start(LOOK_MS)
        else:
            self._jobs.current = None
            self._rest_ms = max(INTERVAL_MS, round(REST_FACTOR * 1_000 * job.seconds))
            if self._wanted:
                self._on_news()
            self._take(job.result)

    def _begin(self) -> None:
        if not self._wanted:
            return
        subject = self._subject()
        if subject is None:
            self._wanted = False
            self._take(None)
            return
        if self._jobs.start(HealthJob(subject, self._before, self._probes)):
            self._looks_back = self._workspace.travel.shown is not None
            self._wanted = False
            self._since.start()
        self._timer.start(LOOK_MS)

    def _take(self, check_up: CheckUp | None) -> None:
        if check_up is None:
            return
        subject = check_up.subject
        if subject.wants_layers:
            self._check_up, self._before = check_up, subject
            if not self._looks_back:  # the course is that of the run
                self._add_point(check_up)
        if subject.tested is not None:
            self._classes = check_up.classes
        self.changed.emit()

    def _add_point(self, check_up: CheckUp) -> None:
        norms = tuple(each.weight_gradient for each in check_up.layers)
        point = HealthPoint(check_up.subject.mini_batches, norms)
        last = self._points[-1].mini_batches if self._points else -1
        if point.mini_batches < last:
            return  # an earlier moment is looked at
        if point.mini_batches == last:
            self._points.pop()
        self._points.append(point)
        if len(self._points) > MOST_POINTS:
            del self._points[1::2]

    @Slot()
    def _forget(self) -> None:
        """Drop what is known: it is of other parameters or of another network."""
        self._jobs.give_up()
        self._check_up = self._classes = self._before = None
        self._points.clear()
        self._since.invalidate()
        self.changed.emit()
        self._on_news()

    def _subject(self) -> Subject | None:
        """Return what is to be looked at, None while there is no data for it."""
        workspace, training = self._workspace, self._workspace.training
        train = self.trained
        if train is None or train.input_size != workspace.spec.sizes[0]:
            return None
        state, snapshot, job = workspace.state, training.snapshot, training.job
        parameters, rate = state.parameters, state.config.learning_rate
        place, past = len(training.history), workspace.travel.shown
        if past is not None:
            place = past.place
        if training.is_active and snapshot is not None:
            per_epoch = snapshot.mini_batches_per_epoch
            number = snapshot.epoch * per_epoch + snapshot.mini_batch
            if past is None:
                parameters = snapshot.parameters
            else:
                number = past.moment.mini_batches
            rate *= state.config.schedule.share(number, per_epoch, state.config.epochs)
        layers = any(layers for layers, _ in self._watchers.values())
        classes = any(classes for _, classes in self._watchers.values())
        running = training.state is TrainingState.RUNNING
        return Subject(
            job.run if job is not None else 0, place, state.spec, parameters,
            state.config, rate, train, self.tested if classes else None,
            RUNNING_TESTED if running else TESTED, workspace.class_names, layers,
        )  # fmt: skip
