"""A workspace without a screen: opened, trained, and taken to the moment that a picture shows."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEventLoop, QTimer

from nnviz.app.arguments import ALL_EDGES
from nnviz.errors import DataFileError, NnvizError, ShapeError, TrainingError
from nnviz.stores.training_store import TrainingState
from nnviz.stores.workspace import Workspace
from nnviz.trace.refs import EdgeRef, NodeRef, Ref
from nnviz.trace.steps import Granularity
from nnviz.visual.raster_warm_up import wait_for_rasters

__all__ = ["LIMIT_SECONDS", "Stage"]

LIMIT_SECONDS = 60.0
POLL_MS = 20


class Stage:
    """Takes a workspace to a moment; needs an application, and no window."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._problem = ""
        workspace.problem.connect(self._on_problem)

    def load(self) -> None:
        """Wait for the data of the network."""
        self.wait(lambda: not self.workspace.loading, LIMIT_SECONDS)

    def choose_learning_rate(self, learning_rate: float) -> None:
        """Train with another learning rate from now on."""
        config = self.workspace.config
        self.workspace.set_config(replace(config, learning_rate=learning_rate))

    def train_on(self) -> None:
        """Let a paused run go on. Raises NnvizError if there is none."""
        if self.workspace.training.state is not TrainingState.PAUSED:
            raise TrainingError("--running shows a training that goes on; give --train, too.")
        self.workspace.run.start_or_pause()

    def train(self, seconds: float) -> None:
        """Train for so long and pause. Raises NnvizError if that cannot be."""
        training = self.workspace.training
        self._problem = ""
        if training.state is TrainingState.PAUSED:
            training.resume()
        else:
            self.workspace.run.start()
        if not training.is_active:
            raise TrainingError(self._problem or "The training did not start.")
        self.wait(lambda: not training.is_active, seconds)
        training.pause()
        self.wait(
            lambda: training.state in (TrainingState.PAUSED, TrainingState.IDLE), LIMIT_SECONDS
        )

    def go_back_to(self, epochs: float) -> None:
        """Look at the kept moment that is nearest to so many epochs of the training.

        Raises NnvizError where it has not come as far.
        """
        training = self.workspace.training
        done = float(training.epoch_axis.epochs(np.array([float(len(training.history))]))[0])
        if not len(training.history) or epochs > done:
            raise NnvizError(
                f"--back-to {epochs:g}: {done:.2f} epochs are trained; choose fewer, or give "
                "--train more seconds."
            )
        place = training.epoch_axis.mini_batches(np.array([epochs]))[0]
        self.workspace.travel.look_at_place(round(float(place)))

    def freeze(self, mini_batches: int) -> None:
        """Train so many mini-batches (1 or more), pause, and open the one that follows.

        Raises NnvizError if that cannot be, or if the run ends before.
        """
        training = self.workspace.training
        self._problem = ""
        for _ in range(mini_batches):
            self.workspace.run.one_mini_batch()
        if training.is_active:
            self.wait(
                lambda: training.state in (TrainingState.PAUSED, TrainingState.IDLE), LIMIT_SECONDS
            )
        if training.state is TrainingState.PAUSED:
            self.workspace.frozen.open_next()
        if not self.workspace.frozen.is_open:
            ended = f"--freeze {mini_batches}: the run ends before; choose fewer mini-batches."
            raise TrainingError(self._problem or ended)

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

    def draw_edges(self, count: int) -> None:
        """Draw so many of a wide layer's edges, or all of them as a density."""
        display = self.workspace.display
        if count == ALL_EDGES:
            wait_for_rasters(LIMIT_SECONDS)  # without them it takes seconds, and comes all the same
            display.set_canvas(replace(display.canvas, all_edges=True))
        else:
            display.set_canvas(replace(display.canvas, strongest=count))

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
