"""How fast the canvas draws, against pyqtgraph's GraphItem in the same run.

    python benchmarks/canvas.py [--frames 10000] [--seconds 5] [--size 1400x900] [--live]

Prints one table: all edges of 784-30-10 drawn once; a step with the strongest 420 and with all
edges; panning and zooming; 784-128-64-10; the canvas of the real window following a run; memory
over many frames. Times of the GUI thread are processor time of that thread, so that what else runs
on the machine shows as little as may be; all others are times on the wall.
"""

import argparse
import gc
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from pathlib import Path

import numba
import numpy as np
import pyqtgraph
import PySide6
from PySide6.QtCore import QEventLoop, QPoint, QPointF, Qt, QTemporaryDir, QTimer
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QApplication
from window import live, solo_speed, window_speed

from nnviz.app.application import create_application
from nnviz.app.main import open_workspace
from nnviz.app.main_window import MainWindow
from nnviz.app.settings import open_settings
from nnviz.engine.initialisers import initialise
from nnviz.engine.network import NetworkSpec
from nnviz.stores.network_state import NetworkState
from nnviz.stores.workspace import Workspace
from nnviz.trace.steps import Granularity
from nnviz.training.warm_up import wait_until_ready
from nnviz.views.scene.edge_painter import draw_edges
from nnviz.views.scene.network_view import NetworkView
from nnviz.views.scene.scene import Scene
from nnviz.visual.raster_warm_up import wait_for_rasters
from nnviz.visual.settings import EdgeMeasure

FRAME_MS = 16
"""The pace of a screen with 60 frames a second."""
WARM_UP = 3


class TimedView(NetworkView):
    """A canvas that adds up what its frames cost the GUI thread."""

    def __init__(self, workspace: Workspace) -> None:
        self.spent = 0.0
        self.paints = 0
        super().__init__(workspace)

    def synchronize(self) -> None:
        self._timed(super().synchronize)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        self.paints += 1
        self._timed(lambda: super(TimedView, self).paintEvent(event))

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        self._timed(lambda: super(TimedView, self).wheelEvent(event))

    def _request_picture(self) -> None:
        self._timed(super()._request_picture)

    def _timed(self, work: Callable[[], None]) -> None:
        begin = time.thread_time()
        work()
        self.spent += time.thread_time() - begin

    def take_spent(self) -> float:
        """Return the milliseconds since the last call."""
        spent, self.spent = 1e3 * self.spent, 0.0
        return spent


class Table:
    """Rows of a name, what was measured, and what was aimed at."""

    def row(self, name: str, measured: str, aim: str = "") -> None:
        print(f"| {name:<52} | {measured:<58} | {aim:<12} |", flush=True)

    def spread(self, name: str, values: Sequence[float], aim: str = "") -> None:
        half, most, worst = np.percentile(values, (50, 95, 100))
        text = f"median {half:.1f} ms, 95 % under {most:.1f} ms, worst {worst:.1f} ms"
        self.row(name, text, aim)


def median_ms(work: Callable[[], None], rounds: int) -> float:
    """Return the median time of ``work``, the first rounds left out."""
    times = []
    for _ in range(rounds + WARM_UP):
        begin = time.perf_counter()
        work()
        times.append(1e3 * (time.perf_counter() - begin))
    return statistics.median(times[WARM_UP:])


def drawing_ms(scene: Scene, size: tuple[int, int], rounds: int = 15) -> float:
    """Return the time to draw a scene's edges into a picture."""
    image = QImage(*size, QImage.Format.Format_ARGB32_Premultiplied)

    def draw() -> None:
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        draw_edges(painter, scene)
        painter.end()

    return median_ms(draw, rounds)


def peer_ms(scene: Scene, size: tuple[int, int], sizes: Sequence[int]) -> float:
    """Return the time of GraphItem to draw all edges once, each with a pen of its own."""
    starts = np.cumsum((0, *sizes))
    places, pairs, colours = [], [], []
    rng = np.random.default_rng(0)
    for index, layer in enumerate(scene.layout.layers):
        places.append(layer.centres)
        if index:
            neurons, sources = np.divmod(
                np.arange(sizes[index - 1] * sizes[index]), sizes[index - 1]
            )
            pairs.append(np.stack([starts[index - 1] + sources, starts[index] + neurons], axis=1))
    edges = np.concatenate(pairs)
    fields = [(name, np.ubyte) for name in ("red", "green", "blue", "alpha")]
    colours = np.empty(len(edges), dtype=[*fields, ("width", float)])
    for name, _ in fields[:3]:
        colours[name] = rng.integers(30, 255, len(edges))
    colours["alpha"], colours["width"] = 255, 1.0
    view = pyqtgraph.GraphicsView(background=None)
    view.resize(*size)
    view.setRange(pyqtgraph.QtCore.QRectF(0, 0, *size), padding=0)
    item = pyqtgraph.GraphItem()
    view.addItem(item)
    view.show()

    def draw() -> None:
        item.setData(pos=np.concatenate(places), adj=edges, pen=colours, size=2, pxMode=True)
        view.grab()

    result = median_ms(draw, 3)
    view.close()
    return result


def frames(view: TimedView, count: int) -> tuple[list[float], list[float]]:
    """Step forward and back; return the GUI thread's time of each frame and its age when seen."""
    stepper, loop = view._workspace.stepper, QEventLoop()
    view.scene_drawn.connect(loop.quit)
    spent, ages = [], []
    move = stepper.step_forward
    for index in range(count + WARM_UP):
        if stepper.timeline.at_end:
            move = stepper.step_back
        if stepper.timeline.at_start:
            move = stepper.step_forward
        view.take_spent()
        begin = time.perf_counter()
        move()
        loop.exec()
        if index >= WARM_UP:
            ages.append(1e3 * (time.perf_counter() - begin))
            spent.append(view.take_spent())
    view.scene_drawn.disconnect(loop.quit)
    return spent, ages


def moving(view: TimedView, seconds: float, angle: int, shift: float) -> tuple[float, list[float]]:
    """Turn the wheel or pan at the pace of the screen; return paints a second, and GUI times."""
    loop, timer, spent = QEventLoop(), QTimer(), list[float]()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    state = {"turn": 1, "count": 0}

    def move() -> None:
        spent.append(view.take_spent())
        state["count"] += 1
        if state["count"] % 25 == 0:
            state["turn"] = -state["turn"]
        if angle:
            place = QPointF(view.width() / 2, view.height() / 2)
            event = QWheelEvent(
                place, QPointF(view.mapToGlobal(place)), QPoint(),
                QPoint(0, angle * state["turn"]), Qt.MouseButton.NoButton,
                Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
            )  # fmt: skip
            QApplication.sendEvent(view, event)
        else:
            view._timed(lambda: view.set_viewport(view.viewport.panned(shift * state["turn"], 0.0)))

    timer.timeout.connect(move)
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    before, begin = view.paints, time.perf_counter()
    timer.start(FRAME_MS)
    loop.exec()
    timer.stop()
    rate = (view.paints - before) / (time.perf_counter() - begin)
    view.fit()
    live(300)
    return rate, spent[WARM_UP:]


def set_canvas(workspace: Workspace, **changes: object) -> None:
    canvas = workspace.display.canvas
    workspace.display.set_canvas(replace(canvas, **changes))  # type: ignore[arg-type]
    live(600)


def open_view(workspace: Workspace, size: tuple[int, int]) -> TimedView:
    view = TimedView(workspace)
    view.resize(*size)
    view.show()
    live(800)
    workspace.stepper.set_granularity(Granularity.OPERATION)
    return view


def measure_edges(table: Table, view: TimedView, size: tuple[int, int]) -> None:
    """Draw all edges once: the peer, the density, and all as lines."""
    workspace = view._workspace
    sizes = workspace.spec.sizes
    count = f"{workspace.spec.edge_count:,} edges"
    workspace.stepper.to_start()
    set_canvas(workspace, edge_measure=EdgeMeasure.WEIGHT)  # |w·a| of a dark pixel is 0
    assert view.scene is not None
    peer = peer_ms(view.scene, size, sizes)
    table.row(f"{count}, pyqtgraph.GraphItem, a pen an edge", f"{peer:.0f} ms")
    for name, changes in (
        ("as a density", {"all_edges": True}),
        ("as lines, antialiased", {"all_edges": False, "strongest": 10**6}),
    ):
        set_canvas(workspace, **changes)
        ours = drawing_ms(view.scene, size)
        aim = "≥ 20 times" if "density" in name else ""
        table.row(f"{count} {name}", f"{ours:.0f} ms, {peer / ours:.0f} times faster", aim)
    set_canvas(workspace, strongest=420, all_edges=False, edge_measure=EdgeMeasure.PHASE)


def measure_frames(table: Table, view: TimedView, name: str, count: int, gui: str) -> None:
    for mode, all_edges in (("strongest 420", False), ("all edges", True)):
        set_canvas(view._workspace, all_edges=all_edges)
        spent, ages = frames(view, count)
        table.spread(f"{name}, {mode}: GUI thread, a step", spent, gui)
        table.spread(f"{name}, {mode}: age of the picture", ages, "" if all_edges else "< 50 ms")
    set_canvas(view._workspace, all_edges=False)


def measure_moving(table: Table, view: TimedView, seconds: float) -> None:
    for mode, all_edges in (("strongest 420", False), ("all edges", True)):
        set_canvas(view._workspace, all_edges=all_edges)
        for what, angle, shift in (("pan", 0, 4.0), ("zoom", 40, 0.0)):
            rate, spent = moving(view, seconds, angle, shift)
            text = f"{rate:.0f} a second, GUI thread {statistics.median(spent):.1f} ms a frame"
            table.row(f"784-30-10, {mode}: {what}", text, "60 a second")
    set_canvas(view._workspace, all_edges=False)


def measure_live(table: Table, seconds: float) -> None:
    """Train in the real window with every panel open, its canvas following the run."""
    workspace = open_workspace("mnist-784-30-10")
    folder = QTemporaryDir()
    window = MainWindow(workspace, open_settings(Path(folder.path()) / "s.ini"), "dark")
    window.resize(1600, 1000)
    window.show()
    while workspace.loading:
        live(50)
    live(1500)
    drawn: list[float] = []
    window.canvas._picture.picture_changed.connect(lambda: drawn.append(time.perf_counter()))
    for _ in range(3):
        workspace.stepper.step_forward()  # as far as the network's answer
    alone = solo_speed(workspace, seconds)
    together, waits = window_speed(window, seconds)
    begun = drawn[-1] - seconds
    rate = sum(moment >= begun for moment in drawn) / seconds
    window.close()
    table.row("training 784-30-10 in the window: canvas", f"{rate:.0f} a second", "≥ 30")
    share = f"{together / alone:.0%} of {alone:,.0f} images/s alone"
    table.row("training 784-30-10 in the window: speed kept", share, "≥ 80 %")
    table.spread("training 784-30-10 in the window: events waited", list(waits))


def rss_mb() -> float:
    """Return the process's memory in MB."""
    with Path("/proc/self/statm").open() as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def measure_memory(table: Table, view: TimedView, count: int) -> None:
    set_canvas(view._workspace, all_edges=False)
    frames(view, 200)
    gc.collect()
    before = rss_mb()
    frames(view, count)
    gc.collect()
    after = rss_mb()
    table.row(
        f"memory before and after {count:,} frames", f"{before:.0f} MB, {after:.0f} MB", "flat"
    )


def large_workspace() -> Workspace:
    """784-128-64-10 on MNIST, random weights."""
    workspace = open_workspace("mnist-784-30-10")
    while workspace.loading:
        live(50)
    spec = NetworkSpec((784, 128, 64, 10), ("sigmoid", "sigmoid", "sigmoid"))
    parameters = initialise(spec, "xavier", np.random.default_rng(0), np.float64)
    state: NetworkState = replace(workspace.state, spec=spec, parameters=parameters)
    workspace.adopt(state)
    return workspace


def measure_canvas(table: Table, size: tuple[int, int], count: int, seconds: float) -> None:
    """Measure the canvas alone, without a run."""
    workspace = open_workspace("mnist-784-30-10")
    while workspace.loading:
        live(50)
    view = open_view(workspace, size)
    measure_edges(table, view, size)
    measure_frames(table, view, "784-30-10", 150, "< 8 ms")
    measure_moving(table, view, seconds)
    measure_memory(table, view, count)
    view.shutdown()
    view.close()
    workspace.training.shutdown()
    large = large_workspace()
    view = open_view(large, size)
    measure_frames(table, view, "784-128-64-10", 60, "< 16 ms")
    large.stepper.to_start()
    set_canvas(large, all_edges=True, edge_measure=EdgeMeasure.WEIGHT)
    assert view.scene is not None
    table.row(
        "784-128-64-10: drawing all edges", f"{drawing_ms(view.scene, size):.0f} ms", "< 500 ms"
    )
    view.shutdown()
    view.close()
    large.training.shutdown()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--frames", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--size", default="1400x900")
    parser.add_argument("--live", action="store_true", help="measure training in the window alone")
    arguments = parser.parse_args()
    width, height = (int(each) for each in arguments.size.split("x"))
    size = width, height
    sys.setswitchinterval(0.0005)
    application = create_application()
    if not (wait_for_rasters() and wait_until_ready()):
        raise SystemExit("The compiled loops are not ready.")
    versions = (
        f"Python {platform.python_version()}", f"numpy {np.__version__}",
        f"numba {numba.__version__}", f"PySide6 {PySide6.__version__}",
        f"pyqtgraph {pyqtgraph.__version__}", application.platformName(), f"{width} × {height}",
    )  # fmt: skip
    cores = f"{platform.machine()}, {os.cpu_count()} cores"
    print(f"{cores}, load {os.getloadavg()[0]:.1f} at the start; {', '.join(versions)}\n")
    table = Table()
    table.row("what", "measured", "aim")
    print(f"|{'---|' * 3}")
    if not arguments.live:
        measure_canvas(table, size, arguments.frames, arguments.seconds)
    measure_live(table, arguments.seconds)
    print(f"\nload {os.getloadavg()[0]:.1f} at the end")


if __name__ == "__main__":
    main()
