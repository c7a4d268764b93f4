"""What the first start costs: compiling the kernels, and how soon the first mini-batch trains.

    python benchmarks/cold_start.py [--runs 3]

Every number comes from processes of their own, with a folder of their own for numba's cache: cold
is an empty one, warm the same again. First the kernels of the trainer and of the drawing, without a
window. Then the real window of 1600 × 1000 with 784-30-10, as ``nnviz`` opens it: Train is pressed
as soon as the window has painted (the button waits for the images); the first mini-batch has
trained when the worker says so, and is shown when its cost comes to the window. Each number is a
median. Without a display the window is drawn offscreen.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from statistics import median

GOAL_SECONDS = 1.0

Runs = list[dict[str, float]]

KERNELS = """
import json, time
from nnviz.training import warm_up as trainer
from nnviz.visual import raster_warm_up as drawing

def seconds(act):
    began = time.perf_counter()
    act()
    return time.perf_counter() - began

print(json.dumps({"import numba": seconds(lambda: __import__("numba")),
                  "trainer": seconds(trainer.load_kernels),
                  "drawing": seconds(drawing.load_kernels),
                  "CPU, in all": time.process_time()}))
"""

WINDOW = """
import json, sys, time
from functools import partial
from pathlib import Path
began = time.time()
sys.setswitchinterval(0.0005)
from PySide6.QtCore import QEvent, QObject, QTemporaryDir, QTimer
from nnviz.app.application import create_application
from nnviz.app.main import PREPARE_MS, open_workspace
from nnviz.app.main_window import MainWindow
from nnviz.app.settings import open_settings
from nnviz.stores import training_worker
from nnviz.training.loop import run_training
from nnviz.training.warm_up import best_trainer

class Watch(QObject):
    times = {}

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and "painted" not in self.times:
            self.times["painted"] = time.time()
            QTimer.singleShot(0, self, self.press)
        return False

    def press(self):
        if "painted" not in self.times or "pressed" in self.times:
            return
        if workspace.training_data is not None:
            self.times["pressed"] = time.time()
            window.action("train.run").trigger()

    def trainer(self, job, current):
        if current is not None:  # between two slices: the first is done
            self.times.setdefault("trained", time.time())
        return best_trainer(job, current)

    def on_snapshot(self, snapshot):
        if len(snapshot.costs) and "shown" not in self.times:
            self.times["shown"] = time.time()
            self.first = len(snapshot.costs)
            QTimer.singleShot(1000, self, self.end)

    def end(self):
        times = self.times
        print(json.dumps({
            "painted": times["painted"] - began,
            "images ready": times["pressed"] - times["painted"],
            "first mini-batch": times["trained"] - times["pressed"],
            "shown": times["shown"] - times["pressed"],
            "mini-batches a second later": len(workspace.training.history) - self.first,
                    }), flush=True)
        window.close()
        workspace.display.give_up_preparing()
        workspace.training.give_up_preparing()
        application.quit()

application = create_application()
workspace = open_workspace("mnist-784-30-10")
folder = QTemporaryDir()
window = MainWindow(workspace, open_settings(Path(folder.path()) / "settings.ini"))
window.resize(1600, 1000)
watch = Watch()
training_worker.run_training = partial(run_training, trainer_factory=watch.trainer)
window.canvas.installEventFilter(watch)
workspace.training.snapshot_changed.connect(watch.on_snapshot)
workspace.examples.example_changed.connect(watch.press)
window.show()
QTimer.singleShot(PREPARE_MS, workspace.display, workspace.display.prepare)
QTimer.singleShot(PREPARE_MS, workspace.training, workspace.training.prepare)
application.exec()
"""


def measured(program: str, cache: str) -> dict[str, float]:
    """Run a program in a process with numba's cache in a folder; return what it tells."""
    environment = {**os.environ, "NUMBA_CACHE_DIR": cache}
    for library in ("OPENBLAS", "OMP", "MKL"):
        environment.setdefault(f"{library}_NUM_THREADS", "1")
    if not environment.get("DISPLAY") and not environment.get("WAYLAND_DISPLAY"):
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    done = subprocess.run(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE, text=True, check=True, env=environment,
    )  # fmt: skip
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def print_medians(title: str, runs: Runs) -> None:
    """Print a line of a table."""
    cells = [f"{name} {median(run[name] for run in runs):.2f}" for name in runs[0]]
    print(f"{title:<13} {' · '.join(cells)}", flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3)
    runs = parser.parse_args().runs
    if hasattr(os, "getloadavg"):
        print(f"load of the machine, last minute: {os.getloadavg()[0]:.1f}")
    print(f"seconds, medians of {runs}")
    kernels: tuple[Runs, Runs] = [], []
    windows: tuple[Runs, Runs] = [], []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as cache:
            windows[0].append(measured(WINDOW, cache))
        with tempfile.TemporaryDirectory() as cache:
            kernels[0].append(measured(KERNELS, cache))
            kernels[1].append(measured(KERNELS, cache))
            windows[1].append(measured(WINDOW, cache))
    for title, (cold, warm) in (("kernels", kernels), ("window", windows)):
        print_medians(f"{title}, cold", cold)
        print_medians(f"{title}, warm", warm)
    worst = max(run["shown"] for run in windows[0] + windows[1])
    verdict = "within" if worst < GOAL_SECONDS else "over"
    print(f"The slowest first mini-batch was shown after {worst:.2f} s, {verdict} the goal of 1 s.")


if __name__ == "__main__":
    main()
