"""Seconds from the start of the process to the first paint of the network.

    python benchmarks/startup.py [--runs 5] [--preset mnist-784-30-10]

Each run is a fresh process that opens the real window and closes it at its first paint; the first
run is left out, because it warms the disk. Each stage is the time since the process began; each
number is a median. Without a display the window is drawn offscreen.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from statistics import median

STAGES = ("Python", "imports", "application", "workspace", "window", "first paint")
GOAL_SECONDS = 1.5

CHILD = """
import os, sys, time
times = {"Python": time.time()}
from pathlib import Path
from PySide6.QtCore import QEvent, QObject, QTemporaryDir
from nnviz.app.application import create_application
from nnviz.app.main import open_workspace
from nnviz.app.main_window import MainWindow
from nnviz.app.settings import open_settings
times["imports"] = time.time()

class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and "first paint" not in times:
            times["first paint"] = time.time()
            heavy = [m for m in ("pyqtgraph", "numba") if m in sys.modules]
            import json
            print(json.dumps({"times": times, "heavy": heavy}), flush=True)
            application.quit()
        return False

application = create_application()
times["application"] = time.time()
workspace = open_workspace(sys.argv[1])
times["workspace"] = time.time()
folder = QTemporaryDir()
window = MainWindow(workspace, open_settings(Path(folder.path()) / "settings.ini"))
window.resize(1600, 1000)
times["window"] = time.time()
watch = Watch()
window.canvas.installEventFilter(watch)
window.show()
application.exec()
window.close()
"""


def start(preset: str) -> dict[str, float]:
    """Return the seconds from the process's start to each stage."""
    environment = dict(os.environ)
    if not environment.get("DISPLAY") and not environment.get("WAYLAND_DISPLAY"):
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    began = time.time()
    result = subprocess.run(
        [sys.executable, "-c", CHILD, preset],
        stdout=subprocess.PIPE, text=True, check=True, env=environment,
    )  # fmt: skip
    told = json.loads(result.stdout.splitlines()[-1])
    if told["heavy"]:
        print(f"Too early, before the first paint: import of {', '.join(told['heavy'])}.")
    return {stage: told["times"][stage] - began for stage in STAGES}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--preset", default="mnist-784-30-10")
    arguments = parser.parse_args()
    start(arguments.preset)
    runs = [start(arguments.preset) for _ in range(arguments.runs)]
    for stage in STAGES:
        print(f"{stage:<12} {median(run[stage] for run in runs):6.2f} s")
    total = median(run["first paint"] for run in runs)
    verdict = "within" if total < GOAL_SECONDS else "over"
    print(f"The first paint comes {verdict} the goal of {GOAL_SECONDS} s.")


if __name__ == "__main__":
    main()
