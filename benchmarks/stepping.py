"""How long a step takes in the window, for each way to look at a step.

    python benchmarks/stepping.py [PASSES]

Walks whole passes of 784-30-10 by operation in the real main window, a neuron of layer 1 selected,
forward to the end and back to the start. A step is measured from the key to the end of everything
that it set going in the GUI thread: all panels, all painting. Without a display the window is
drawn offscreen, which costs the same painting.
"""

import os
import statistics
import sys
import time

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from pathlib import Path

from PySide6.QtCore import QEventLoop, QTemporaryDir, QTimer

from nnviz.app.application import create_application
from nnviz.app.main import open_workspace
from nnviz.app.main_window import MainWindow
from nnviz.app.settings import open_settings
from nnviz.stores.display_store import StepView
from nnviz.trace.refs import NodeRef
from nnviz.trace.steps import Granularity

PANELS = ("inspector", "what-if", "chain-rule", "mini-batch")
"""The tabs that are measured in front of the others, one after the other."""


def live(milliseconds: int) -> None:
    """Run the event loop for so long."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def turn() -> None:
    """Run the event loop until nothing waits any more: what a step set going is then done."""
    loop = QEventLoop()
    # Behind what the step has posted; twice, because panels draw after a timer of 0 ms.
    QTimer.singleShot(0, lambda: QTimer.singleShot(0, loop.quit))
    loop.exec()


def walk(window: MainWindow, passes: int) -> list[float]:
    """Return the milliseconds of each step of so many passes, forward and back."""
    stepper = window.workspace.stepper
    stepper.to_start()
    live(300)
    times = []
    for _ in range(passes):
        for move, finished in (
            (stepper.step_forward, lambda: stepper.timeline.at_end),
            (stepper.step_back, lambda: stepper.timeline.at_start),
        ):
            while not finished():
                live(60)  # a person is slower; what runs after the step is not the next one's
                begin = time.perf_counter()
                move()
                turn()
                times.append(1e3 * (time.perf_counter() - begin))
    return times


def row(name: str, times: list[float]) -> str:
    """Return a line of the table."""
    ordered = sorted(times)
    near_worst = ordered[int(0.95 * len(ordered))]
    return (
        f"{name:<34}{statistics.median(times):>9.1f}{near_worst:>9.1f}{ordered[-1]:>9.1f}"
        f"{len(times):>8}"
    )


def main() -> None:
    passes = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    create_application()
    workspace = open_workspace("mnist-784-30-10", None, None)
    folder = QTemporaryDir()
    window = MainWindow(workspace, open_settings(Path(folder.path()) / "settings.ini"), "dark")
    window.resize(1600, 1000)
    window.show()
    while workspace.loading:
        live(50)
    live(1500)
    workspace.stepper.set_granularity(Granularity.OPERATION)
    workspace.selection.select(NodeRef(1, 3))
    walk(window, 1)
    print(f"{'784-30-10, ms a step':<34}{'median':>9}{'95 %':>9}{'worst':>9}{'steps':>8}")
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
