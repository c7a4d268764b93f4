"""How long GUI events wait, and how much of its speed the trainer keeps, with the window open.

    python benchmarks/window.py [SECONDS]

Trains 784-30-10, mini-batches of 10, twice in one process: alone, and in the real main window
with every panel open and the canvas following the run. While the window trains, a thread posts an
event every 4 ms; the table shows how long these events waited. Without a display the window is
drawn offscreen, which costs the same painting.
"""

import os
import sys
import threading
import time
from dataclasses import replace

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.setswitchinterval(0.0005)

from pathlib import Path

import numpy as np
from PySide6.QtCore import QEventLoop, QObject, Qt, QTemporaryDir, QTimer, Signal, Slot

from nnviz.app.application import create_application
from nnviz.app.main import open_workspace
from nnviz.app.main_window import MainWindow
from nnviz.app.settings import open_settings
from nnviz.stores.workspace import Workspace
from nnviz.training.config import TrainingJob
from nnviz.training.control import TrainingControl
from nnviz.training.loop import run_training
from nnviz.training.snapshot import EpochReport, Mailbox
from nnviz.training.warm_up import wait_until_ready, warm_up
from nnviz.visual.raster_warm_up import wait_for_rasters

BEAT_SECONDS = 0.004
ENDLESS = 10_000
"""Epochs: the run must not end while it is measured."""


class Pulse(QObject):
    """Posts events from another thread and notes how long each waited for the GUI thread."""

    beaten = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)
        self.beaten.connect(self._on_beat, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._stop.wait(BEAT_SECONDS):
            self.beaten.emit(time.perf_counter())

    @Slot(float)
    def _on_beat(self, posted: float) -> None:
        self.waits.append(time.perf_counter() - posted)


def live(milliseconds: int) -> None:
    """Run the event loop for so long."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def solo_speed(workspace: Workspace, seconds: float) -> float:
    """Return images per second of the trainer alone, in a thread, nothing else going on."""
    state = workspace.state
    data = workspace.training_data
    if data is None:
        raise SystemExit(workspace.why_no_example())
    job = TrainingJob(0, state.spec, state.parameters.astype(np.float32), data, None, state.config)
    control, reports = TrainingControl(), list[EpochReport]()
    thread = threading.Thread(target=run_training, args=(job, control, Mailbox(), reports.append))
    thread.start()
    time.sleep(seconds)
    control.request_stop()
    thread.join()
    return workspace.config.train_size / float(
        np.median([report.train_seconds for report in reports])
    )


def window_speed(window: MainWindow, seconds: float) -> tuple[float, np.ndarray]:
    """Return images per second of training in the window, and the waits of events in ms."""
    workspace = window.workspace
    reports: list[EpochReport] = []
    workspace.training.epoch_finished.connect(reports.append)  # of MNIST there is one at a time
    workspace.set_config(replace(workspace.config, epochs=ENDLESS))
    workspace.run.start()
    live(1000)
    reports.clear()
    pulse = Pulse()
    pulse.start()
    live(round(1000 * seconds))
    pulse.stop()
    workspace.training.pause()
    live(200)
    speed = workspace.config.train_size / float(
        np.median([report.train_seconds for report in reports])
    )
    return speed, 1000 * np.array(pulse.waits)


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 6.0
    application = create_application()
    folder = QTemporaryDir()
    workspace = open_workspace("mnist-784-30-10")
    window = MainWindow(workspace, open_settings(Path(folder.path()) / "s.ini"), "dark")
    window.resize(1600, 1000)
    window.show()
    while workspace.loading:
        live(50)
    live(1000)
    warm_up()
    wait_until_ready()
    wait_for_rasters()
    live(500)
    alone = solo_speed(workspace, seconds)
    together, waits = window_speed(window, seconds)
    window.close()
    application.quit()
    half, most, worst = np.percentile(waits, (50, 95, 100))
    print(f"platform {application.platformName()}, window {window.width()} × {window.height()}")
    print(f"trainer alone          {alone:10,.0f} images/s")
    print(f"trainer in the window  {together:10,.0f} images/s, {together / alone:.0%} kept")
    print(f"events waited          median {half:.1f} ms, 95 % under {most:.1f} ms, "
          f"longest {worst:.1f} ms, of {len(waits):,}")  # fmt: skip


if __name__ == "__main__":
    main()
