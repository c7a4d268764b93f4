"""The real main window without a screen: opened, trained, stepped and photographed.

Import it before anything else of Qt: it chooses the platform that needs no display.
"""

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QTemporaryDir

from nnviz.app.application import create_application
from nnviz.app.headless import prepare_headless
from nnviz.app.main_window import MainWindow
from nnviz.app.settings import open_settings
from nnviz.app.stage import Stage
from nnviz.errors import NnvizError
from nnviz.stores.comparison_store import Weights
from nnviz.stores.run_again import again
from nnviz.stores.workspace import Workspace
from nnviz.trace.what_if import adjustables_of

__all__ = ["Studio"]

SETTLE_SECONDS = 0.35
"""What panels that draw at their own pace need to have drawn."""


class Studio(Stage):
    """One window for any number of pictures; ``close`` ends its threads."""

    def __init__(
        self,
        open_workspace: Callable[[], Workspace],
        theme: str = "dark",
        size: tuple[int, int] = (1600, 1000),
    ) -> None:
        prepare_headless()
        # Before the workspace: its threads and timers need an application.
        self._application = create_application()
        workspace = open_workspace()
        self._folder = QTemporaryDir()
        settings = open_settings(Path(self._folder.path()) / "settings.ini")
        super().__init__(workspace)
        self.window = MainWindow(workspace, settings, theme)
        self.window.setMinimumSize(1, 1)  # a picture has the size that was asked for
        self.window.resize(*size)
        self.window.show()
        self.load()

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

    def train_again(self, learning_rate: float, seconds: float) -> None:
        """Run the run again with another learning rate, and compare both; it is ended before.

        Raises NnvizError if there is none.
        """
        self.end_run()
        runs = self.workspace.runs
        if not runs.entries:
            raise NnvizError("--again runs a run again, so there must be one; give --train, too.")
        first = runs.entries[-1]
        begin = first.beginning
        again(self.workspace, first, replace(begin.config, learning_rate=learning_rate), begin.spec)
        self.wait(lambda: not self.workspace.training.is_active, seconds)
        self.end_run()
        runs.compare(first.number, runs.entries[-1].number)

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

    def close(self) -> None:
        """Close the window and end its threads."""
        self.window.close()
