"""The real main window without a screen: opened, trained, stepped and photographed.

Import it before anything else of Qt: it chooses the platform that needs no display.
"""

import logging
import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import (
    QEventLoop,
    QMessageLogContext,
    QTemporaryDir,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)

from nnviz.app.application import create_application
from nnviz.app.main_window import MainWindow
from nnviz.app.settings import open_settings
from nnviz.errors import DataFileError, NnvizError, ShapeError, TrainingError
from nnviz.stores.comparison_store import Weights
from nnviz.stores.training_store import TrainingState
from nnviz.stores.workspace import Workspace
from nnviz.trace.refs import EdgeRef, NodeRef, Ref
from nnviz.trace.steps import Granularity
from nnviz.trace.what_if import adjustables_of

__all__ = ["Studio"]

logger = logging.getLogger(__name__)

LIMIT_SECONDS = 60.0
POLL_MS = 20
SETTLE_SECONDS = 0.35
"""What panels that draw at their own pace need to have drawn."""
SCALING = (
    "QT_SCALE_FACTOR",
    "QT_SCREEN_SCALE_FACTORS",
    "QT_SCALE_FACTOR_ROUNDING_POLICY",
    "QT_AUTO_SCREEN_SCALE_FACTOR",
    "QT_ENABLE_HIGHDPI_SCALING",
    "QT_USE_PHYSICAL_DPI",
    "QT_FONT_DPI",
)
"""How a desktop tells Qt to enlarge; a picture has the size that was asked for on every one."""


class Studio:
    """One window for any number of pictures; ``close`` ends its threads."""

    def __init__(
        self,
        open_workspace: Callable[[], Workspace],
        theme: str = "dark",
        size: tuple[int, int] = (1600, 1000),
    ) -> None:
        for name in SCALING:  # the application reads them once, when it is made
            os.environ.pop(name, None)
        qInstallMessageHandler(_on_qt_message)
        # Before the workspace: its threads and timers need an application.
        self._application = create_application()
        workspace = open_workspace()
        self._folder = QTemporaryDir()
        settings = open_settings(Path(self._folder.path()) / "settings.ini")
        self.workspace = workspace
        self._problem = ""
        workspace.problem.connect(self._on_problem)
        self.window = MainWindow(workspace, settings, theme)
        self.window.setMinimumSize(1, 1)  # a picture has the size that was asked for
        self.window.resize(*size)
        self.window.show()
        self.wait(lambda: not workspace.loading, LIMIT_SECONDS)

    def train(self, seconds: float) -> None:
        """Train for so long and pause. Raises NnvizError if that cannot be."""
        training = self.workspace.training
        self._problem = ""
        if training.state is TrainingState.PAUSED:
            training.resume()
        else:
            self.workspace.start_training()
        if not training.is_active:
            raise TrainingError(self._problem or "The training did not start.")
        self.wait(lambda: not training.is_active, seconds)
        training.pause()
        self.wait(
            lambda: training.state in (TrainingState.PAUSED, TrainingState.IDLE), LIMIT_SECONDS
        )

    def end_run(self) -> None:
        """End a run that is paused; what it learned stays."""
        training = self.workspace.training
        if training.is_active:
            training.stop()
            self.wait(lambda: not training.is_active, LIMIT_SECONDS)

    def show(
        self, step: int | None, granularity: str = "layer", select: tuple[int, ...] | None = None
    ) -> None:
        """Go to the moment after ``step`` steps (None: all but the update), and select.

        Raises NnvizError for a step or neuron that does not exist, or if there is no example.
        """
        workspace = self.workspace
        stepper = workspace.stepper
        stepper.set_granularity(Granularity(granularity))
        count = len(stepper.timeline.steps)
        done = count - 1 if step is None else step
        if done > count:
            raise NnvizError(
                f"--step {done}: a pass of {workspace.spec} has {count} steps by {granularity}; "
                f"choose 0 to {count}."
            )
        if stepper.locked and step != 0:
            raise DataFileError(workspace.why_no_example())
        stepper.move_to(done - 1)
        workspace.selection.select(None if select is None else self._ref(select))

    def choose_example(self, example: int) -> None:
        """Look at an example by number, −1 for the first wrong one from here. Raises NnvizError."""
        examples = self.workspace.examples
        if example < 0:
            if examples.label is not None and self.workspace.answer() != examples.label:
                return  # the one that is looked at
            self._problem = ""
            self.workspace.show_next_wrong()
            if self._problem:
                raise NnvizError(self._problem)
        elif examples.dataset is not None and example >= len(examples.dataset):
            last = len(examples.dataset) - 1
            raise NnvizError(f"--example {example}: there are examples 0 to {last}.")
        elif example != examples.index:
            examples.show(examples.subset, example)

    def choose_mini_batch(self, count: int) -> None:
        """Step through ``count`` examples together. Raises NnvizError if there are fewer."""
        most = self.workspace.examples.largest_mini_batch
        if count > most:
            raise NnvizError(f"--mini-batch {count}: choose 1 to {most}, the number of examples.")
        self.workspace.examples.set_mini_batch(count)

    def show_second(self, example: int | None, weights: str = "current") -> None:
        """Show another example (None: the same), or other weights, on a second canvas.

        Raises NnvizError for an example or weights that are not there.
        """
        store, dataset = self.workspace.second_pass, self.workspace.examples.dataset
        if example is not None and (dataset is None or example >= len(dataset)):
            there = "no data" if dataset is None else f"examples 0 to {len(dataset) - 1}"
            raise NnvizError(f"--second-example {example}: there are {there}.")
        if Weights(weights) not in store.choices():
            raise NnvizError(
                f"--second-weights {weights}: they are the current ones until something is "
                "trained; give --train, too."
            )
        store.set_open(True)
        store.show_weights(Weights(weights))
        if example is None:
            store.follow_first(True)
        else:
            store.show_example(self.workspace.examples.subset, example)

    def compare(self) -> None:
        """Show the network after the update. Raises NnvizError before the update is computed."""
        comparison = self.workspace.comparison
        if comparison.why_not:
            raise NnvizError("--compare needs all steps of the pass; leave --step out or go on.")
        comparison.begin()
        for canvas in self.window.canvas_area.canvases:
            canvas.crossfade.stop()

    def change(self, value: float) -> None:
        """Change the selected weight, bias or input by hand, which ends a run.

        Raises NnvizError if nothing is selected.
        """
        self.end_run()
        selected = self.workspace.selection.selected
        if selected is None:
            raise NnvizError("--what-if changes what is selected; choose it with --select.")
        self.workspace.what_if.set_value(adjustables_of(self.workspace.spec, selected)[0], value)

    def run_with(self, name: str) -> None:
        """Run the pass with a mistake. Raises NnvizError if it would change nothing here."""
        choices = {mistake.value: mistake for mistake in self.workspace.challenges.bug.choices()}
        if name not in choices:
            raise NnvizError(
                f"--mistake {name}: for this network choose one of {', '.join(choices)}."
            )
        self.workspace.challenges.bug.run(choices[name])

    def save(self, path: Path) -> None:
        """Save the window as a PNG of exactly its size. Raises NnvizError if it cannot."""
        self.window.canvas_area.settle()
        self.pause(SETTLE_SECONDS)
        for panel in self.window.panels.values():
            if panel.in_sight:
                panel.settle()
        self.pause(0)
        self.window.canvas_area.settle()
        if not self.window.grab().save(str(path)):
            raise NnvizError(f"{path}: the picture cannot be written there; choose another place.")

    def pause(self, seconds: float) -> None:
        """Let the window live for a while."""
        self.wait(lambda: False, seconds)

    def wait(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Let the window live until ``condition`` holds or the time is over."""
        loop = QEventLoop()
        poll, limit = QTimer(), QTimer()
        limit.setSingleShot(True)
        poll.timeout.connect(lambda: loop.quit() if condition() else None)
        limit.timeout.connect(loop.quit)
        poll.start(POLL_MS)
        limit.start(round(1000 * seconds))
        if not condition():
            loop.exec()
        poll.stop()
        limit.stop()
        return condition()

    def close(self) -> None:
        """Close the window and end its threads."""
        self.window.close()

    def _ref(self, select: tuple[int, ...]) -> Ref:
        layer, neuron, *sources = select
        node = self._node(layer, neuron, select)
        if not sources:
            return node
        edge = EdgeRef(layer, neuron, sources[0])
        if not edge.exists_in(self.workspace.spec.sizes):
            raise ShapeError(
                f"--select {_joined(select)}: an edge leads to a neuron of layer 1 or higher from "
                f"a neuron of the layer before; {self.workspace.spec} has no such edge."
            )
        return edge

    def _node(self, layer: int, neuron: int, select: tuple[int, ...]) -> NodeRef:
        sizes = self.workspace.spec.sizes
        if layer >= len(sizes):
            raise ShapeError(
                f"--select {_joined(select)}: {self.workspace.spec} has layers "
                f"0 to {len(sizes) - 1}."
            )
        if neuron >= sizes[layer]:
            raise ShapeError(
                f"--select {_joined(select)}: layer {layer} has neurons 0 to {sizes[layer] - 1}."
            )
        return NodeRef(layer, neuron)

    def _on_problem(self, sentence: str) -> None:
        self._problem = sentence


def _joined(select: tuple[int, ...]) -> str:
    return ",".join(map(str, select))


def _on_qt_message(kind: QtMsgType, _: QMessageLogContext, text: str) -> None:
    """Log what Qt says, but for what the platform without a screen says of itself."""
    if not text.startswith("This plugin does not support"):
        level = logging.DEBUG if kind is QtMsgType.QtDebugMsg else logging.WARNING
        logger.log(level, text)
