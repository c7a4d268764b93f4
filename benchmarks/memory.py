"""The peak of memory: of the window that trains on all 60,000 images, and of ``nnviz train``.

    python benchmarks/memory.py [--epochs 3]

Each is a process of its own, and the number is the peak of its whole resident memory as the kernel
counts it (VmHWM; the libraries' shared pages are in it). The window is 1600 × 1000, follows its run
of the preset mnist-98-in-seconds, and is asked before its images are there, when they are, and when
the run has ended. Without a display it is drawn offscreen. Linux only.
"""

import argparse
import json
import os
import subprocess
import sys

GOAL_MB = 400
PRESET = "mnist-98-in-seconds"

PEAK = """
def memory(kind="VmHWM"):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 / 1e6 for line in status if line.startswith(kind))
"""

WINDOW = (
    PEAK
    + """
import json, sys
sys.setswitchinterval(0.0005)
from dataclasses import replace
from pathlib import Path
from PySide6.QtCore import QEventLoop, QTemporaryDir, QTimer
from nnviz.app.application import create_application
from nnviz.app.main import open_workspace
from nnviz.app.main_window import MainWindow
from nnviz.app.settings import open_settings

def wait_for(signal):
    loop = QEventLoop()
    signal.connect(loop.quit)
    loop.exec()

def live(milliseconds):
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()

application = create_application()
workspace = open_workspace(sys.argv[1])
folder = QTemporaryDir()
window = MainWindow(workspace, open_settings(Path(folder.path()) / "settings.ini"))
window.resize(1600, 1000)
window.show()
peaks = {"window, no images yet": memory()}
while workspace.loading:
    live(20)
live(500)
peaks["images loaded"] = memory()
workspace.display.prepare()
workspace.training.prepare()
live(3000)
peaks["kernels loaded"] = memory()
workspace.set_config(replace(workspace.config, epochs=int(sys.argv[2]), train_size=60_000))
workspace.run.start()
wait_for(workspace.training.run_finished)
live(1000)
peaks["run ended"] = memory()
peaks["in use then"] = memory("VmRSS")
window.close()
print(json.dumps(peaks), flush=True)
"""
)

COMMAND = (
    PEAK
    + """
import json, sys
from nnviz.app.cli import main
code = main(["train", "--preset", sys.argv[1], "--epochs", sys.argv[2], "--json"])
print(json.dumps({"run ended": memory()} if not code else {}))
"""
)


def measured(program: str, epochs: int) -> dict[str, float]:
    """Run a program; return what it tells, in MB."""
    environment = dict(os.environ)
    for library in ("OPENBLAS", "OMP", "MKL"):
        environment.setdefault(f"{library}_NUM_THREADS", "1")
    if not environment.get("DISPLAY") and not environment.get("WAYLAND_DISPLAY"):
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    done = subprocess.run(
        [sys.executable, "-c", program, PRESET, str(epochs)],
        stdout=subprocess.PIPE, text=True, check=True, env=environment,
    )  # fmt: skip
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=3)
    epochs = parser.parse_args().epochs
    if not os.path.exists("/proc/self/status"):
        print("Not measured: this system does not tell a process's peak in /proc/self/status.")
        return
    for title, program in (("window", WINDOW), ("nnviz train", COMMAND)):
        told = measured(program, epochs)
        cells = [f"{name} {megabytes:.0f} MB" for name, megabytes in told.items()]
        verdict = "within" if told["run ended"] < GOAL_MB else "over"
        print(f"{title:<11} {' · '.join(cells)}: {verdict} the goal of {GOAL_MB} MB", flush=True)


if __name__ == "__main__":
    main()
