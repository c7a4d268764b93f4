"""How long a step takes in the window, for each way to look at a step.

    python benchmarks/stepping.py [PASSES]

Walks whole passes of 784-30-10 by operation in the real main window, a neuron of layer 1 selected,
forward to the end and back to the start. Two times are measured: from the key until the canvas
shows the step, and until every panel does. Without a display the window is
drawn offscreen, which costs the same painting.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from pathlib import Path

from PySide6.QtCore import QEventLoop, QObject, QTemporaryDir, QTimer, Slot

from nnviz.app.application import create_application
from nnviz.app.main import open_workspace
from nnviz.app.main_window import MainWindow
from nnviz.app.settings import open_settings
from nnviz.stores.display_store import StepView
from nnviz.trace.refs import NodeRef
from nnviz.trace.steps import Granularity
from nnviz.visual.raster_warm_up import wait_for_rasters

PANELS = ("inspector", "what-if", "chain-rule", "mini-batch")
"""The tabs that are measured in front of the others, one after the other."""


def live(milliseconds: int) -> None:
    """Run the event loop for so long."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


class Watch(QObject):
    """Notes when the canvas has shown a step, and when everything else has, too."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self._loop = QEventLoop()
        self._drawn_at: float | None = None
        self._turned_at: float | None = None
        self._inspector = window.panels["inspector"]
        window.canvas.scene_drawn.connect(self._on_drawn)

    def time(self, move: Callable[[], None]) -> tuple[float, float]:
        """Make a step; return the ms until the canvas shows it, and until all panels do."""
        self._drawn_at = self._turned_at = None
        begin = time.perf_counter()
        move()
        # Behind what the step has posted; twice, because panels draw after a timer of 0 ms.
        QTimer.singleShot(0, self, self._on_first_turn)
        while self._drawn_at is None or self._turned_at is None:
            self._loop.exec()
        while not self._inspector.is_up_to_date:
            QTimer.singleShot(0, self, self._on_first_turn)
            self._loop.exec()
        drawn, turned = 1e3 * (self._drawn_at - begin), 1e3 * (self._turned_at - begin)
        return drawn, max(drawn, turned)

    @Slot()
    def _on_first_turn(self) -> None:
        QTimer.singleShot(0, self, self._on_second_turn)

    @Slot()
    def _on_second_turn(self) -> None:
        self._turned_at = time.perf_counter()
        self._loop.quit()

    @Slot()
    def _on_drawn(self) -> None:
        if self._drawn_at is None:
            self._drawn_at = time.perf_counter()
            self._loop.quit()


def walk(window: MainWindow, passes: int) -> list[tuple[float, float]]:
    """Return the two times of each step of so many passes, forward and back."""
    stepper, watch = window.workspace.stepper, Watch(window)
    stepper.to_start()
    live(300)
    times = []
    for _ in range(passes):
        for move, finished in (
            (stepper.step_forward, lambda: stepper.timeline.at_end),
            (stepper.step_back, lambda: stepper.timeline.at_start),
        ):
            while not finished():
                live(150)  # the pace of a quick hand
                times.append(watch.time(move))
    return times


def row(name: str, times: list[tuple[float, float]]) -> str:
    """Return a line of the table."""
    cells = [f"{name:<30}"]
    for which in (0, 1):
        ordered = sorted(each[which] for each in times)
        cells += [f"{statistics.median(ordered):>9.1f}", f"{ordered[-1]:>8.1f}"]
    return "".join(cells) + f"{len(times):>8}"


def main() -> None:
    passes = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    create_application()
    wait_for_rasters()
    workspace = open_workspace("mnist-784-30-10", None, None)
    folder = QTemporaryDir()
    window = MainWindow(workspace, open_settings(Path(folder.path()) / "settings.ini"), "dark")
    window.resize(1600, 1000)
    window.resize(1600, 1000)
    window.show()
    while workspace.loading:
        live(50)
    live(1500)
    workspace.stepper.set_granularity(Granularity.OPERATION)
    workspace.selection.select(NodeRef(1, 3))
    walk(window, 1)
    print(f"{'784-30-10, ms':<30}{'canvas':>9}{'worst':>8}{'all':>9}{'worst':>8}{'steps':>8}")
    for view in StepView:
        workspace.display.set_view(view)
        window.dock("inspector").raise_()
        print(row(f"view {view.value}", walk(window, passes)), flush=True)
    workspace.display.set_view(StepView.NEURON)
    for panel in PANELS[1:]:
        window.dock(panel).raise_()
        print(row(f"panel {panel} in front", walk(window, passes)), flush=True)
    window.dock("inspector").raise_()
    workspace.stepper.set_granularity(Granularity.NEURON)
    print(row("by neuron", walk(window, 1)), flush=True)
    workspace.stepper.set_granularity(Granularity.LAYER)
    workspace.examples.set_mini_batch(8)
    print(row("by layer, mini-batch of 8", walk(window, 1)), flush=True)
    window.close()


if __name__ == "__main__":
    main()
