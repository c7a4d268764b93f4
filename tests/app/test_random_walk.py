"""A walk at random through the real window, by real events; after each step all views must agree.

A failure names its step and what was done before; the seed plays it again.
"""

import math
import random
import threading
from collections.abc import Callable
from dataclasses import fields, is_dataclass

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import QAbstractListModel, QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QAction, QContextMenuEvent, QHelpEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QMenu,
    QMenuBar,
    QSpinBox,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from nnviz.app.actions import ACTIONS
from nnviz.app.main_window import MainWindow
from nnviz.engine.network import Parameters
from nnviz.presets.presets import PRESETS
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.refs import EdgeRef, NodeRef, Ref
from nnviz.views.panels.inspector import Inspector
from nnviz.views.panels.values import entries_of
from nnviz.views.panels.what_if import WhatIf
from nnviz.views.scene.scene_builder import build_scene

WindowMaker = Callable[..., MainWindow]
Key, Modifier = Qt.Key, Qt.KeyboardModifier
LEFT = Qt.MouseButton.LeftButton
SMALL = [name for name, preset in PRESETS.items() if not preset.uses_mnist]
KEYS = [
    Key.Key_Left, Key.Key_Right, Key.Key_Up, Key.Key_Down, Key.Key_Home, Key.Key_End,
    Key.Key_PageUp, Key.Key_PageDown, Key.Key_Space, Key.Key_Return, Key.Key_Escape, Key.Key_Tab,
    Key.Key_O, Key.Key_P, Key.Key_N, Key.Key_R, Key.Key_T, Key.Key_M, Key.Key_E, Key.Key_F,
    Key.Key_1, Key.Key_2, Key.Key_3,
]  # fmt: skip
WITH_CONTROL = [
    Key.Key_Z, Key.Key_Y, Key.Key_B, Key.Key_R, Key.Key_D, Key.Key_Period, Key.Key_Left,
    Key.Key_Right, Key.Key_Return, Key.Key_P, Key.Key_C,
]  # fmt: skip
TYPED = [
    "0", "1", "3", "-1", "0.5", "1e3", "1e-9", "abc", "", "-", "2-4-2", "2-0-2", "9999999", "nan",
    "1e308", "0,5",
]  # fmt: skip
AREAS = [
    Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea,
    Qt.DockWidgetArea.TopDockWidgetArea, Qt.DockWidgetArea.BottomDockWidgetArea,
]  # fmt: skip


class Walk:
    """Does one thing at random at a time, and looks for what must never be."""

    def __init__(self, window: MainWindow, qtbot: QtBot, seed: int) -> None:
        self.window, self.workspace, self.bot = window, window.workspace, qtbot
        self.rng = random.Random(seed)
        self.done: list[str] = []
        self.wrong: list[str] = []
        self.busy = False
        self.timer = QTimer(window)
        self.timer.timeout.connect(self.end_blocking_menu)
        self.timer.start(20)
        self.acts: list[tuple[int, Callable[[], None]]] = [
            (14, self.trigger), (12, self.key), (14, self.canvas), (5, self.chips),
            (6, self.dock), (22, self.widget), (5, self.select), (4, self.preset),
            (2, self.resize), (4, self.mini_batch), (3, self.notation), (3, self.undo_and_redo),
            (4, self.train), (2, self.tab),
        ]  # fmt: skip

    def go(self, steps: int) -> None:
        """Take so many steps; stop at the first after which something is wrong."""
        for _ in range(steps):
            self.busy = True
            self.step()
            self.busy = False
            self.bot.wait(self.rng.choice([0, 0, 0, 1]))
            self.check()
            assert self.wrong == [], f"after step {len(self.done)}: {' · '.join(self.done[-6:])}"

    def step(self) -> None:
        popup, modal = QApplication.activePopupWidget(), QApplication.activeModalWidget()
        if popup is not None:
            self.in_popup(popup)
        elif modal is not None:
            self.in_dialog(modal)
        else:
            weights = [weight for weight, _ in self.acts]
            self.rng.choices([act for _, act in self.acts], weights)[0]()

    def end_blocking_menu(self) -> None:
        """Close a menu that has a loop of its own: of a button, of a text that can be copied."""
        popup = QApplication.activePopupWidget()
        if self.busy and popup is not None:
            popup.close()

    def note(self, *what: object) -> None:
        self.done.append(" ".join(map(str, what)))

    # What can be done -----------------------------------------------------------------------

    def trigger(self) -> None:
        keys = [each.key for each in ACTIONS if each.key != "file.quit"]
        key = self.rng.choice([each for each in keys if self.window.action(each).isEnabled()])
        self.note(key)
        self.window.action(key).trigger()

    def key(self) -> None:
        focus = QApplication.focusWidget() if self.rng.random() < 0.4 else None
        with_control = focus is None and self.rng.random() < 0.3
        key = self.rng.choice(WITH_CONTROL if with_control else KEYS)
        self.note(key.name, "with Ctrl" if with_control else "", name(focus) if focus else "")
        modifier = Modifier.ControlModifier if with_control else Modifier.NoModifier
        self.bot.keyClick(focus or self.window.canvas, key, modifier)

    def canvas(self) -> None:
        canvas = self.window.canvas
        place = self.place_in(canvas)
        scene = canvas.scene
        if scene is not None and self.rng.random() < 0.6:
            layer = self.rng.choice(scene.layout.layers)
            x, y = self.rng.choice(scene.viewport.points_to_widget(layer.centres).tolist())
            place = QPoint(round(x), round(y))
        self.use(canvas, place)

    def chips(self) -> None:
        chips = self.window.findChild(QWidget, "timeline.chips")
        assert isinstance(chips, QWidget)
        self.use(chips, self.place_in(chips))

    def dock(self) -> None:
        dock = self.window.dock(self.rng.choice(list(self.window.panels)))
        what = self.rng.choice(["raise", "raise", "close", "show", "float", "dock", "move", "tab"])
        self.note(what, dock.objectName())
        match what:
            case "raise":
                dock.show()
                dock.raise_()
            case "close":
                dock.close()
            case "show":
                dock.show()
            case "float" | "dock":
                dock.setFloating(what == "float")
            case "move":
                self.window.addDockWidget(self.rng.choice(AREAS), dock)
            case _:
                other = self.window.dock(self.rng.choice(list(self.window.panels)))
                if other is not dock:
                    self.window.tabifyDockWidget(other, dock)

    def tab(self) -> None:
        bars = [each for each in self.window.findChildren(QTabBar) if each.isVisible()]
        if bars:
            bar = self.rng.choice(bars)
            place = bar.tabRect(self.rng.randrange(max(bar.count(), 1))).center()
            self.note("tab", place.x(), place.y())
            self.bot.mouseClick(bar, LEFT, pos=place)

    def widget(self, root: QWidget | None = None) -> None:
        widgets = [
            each
            for each in (root or self.window).findChildren(QWidget)
            if each.isEnabled()
            and not each.visibleRegion().isEmpty()  # a tab behind another is visible to Qt
            and not isinstance(each, QMenu | QMenuBar | QDialog)
        ]
        handy = [each for each in widgets if each.focusPolicy() is not Qt.FocusPolicy.NoFocus]
        some = handy if handy and self.rng.random() < 0.7 else widgets
        if some:
            chosen = self.rng.choice(some)
            self.use(chosen, self.place_in(chosen))

    def select(self) -> None:
        sizes = self.workspace.spec.sizes
        layer = self.rng.randrange(len(sizes))
        ref: Ref = NodeRef(layer, self.rng.randrange(sizes[layer]))
        if layer and self.rng.random() < 0.4:
            ref = EdgeRef(layer, ref.neuron, self.rng.randrange(sizes[layer - 1]))
        self.note("select", ref)
        self.workspace.selection.select(ref)

    def preset(self) -> None:
        action = self.window.findChild(QAction, f"preset.{self.rng.choice(SMALL)}")
        assert isinstance(action, QAction)
        self.note(action.objectName())
        action.trigger()

    def resize(self) -> None:
        size = self.rng.randrange(960, 1700), self.rng.randrange(640, 1100)
        self.note("resize", *size)
        self.window.resize(*size)

    def mini_batch(self) -> None:
        box = self.window.findChild(QSpinBox, "example.mini-batch")
        assert isinstance(box, QSpinBox)
        if box.isEnabled():
            box.setValue(self.rng.choice([1, 1, 2, 3, 4]))
            self.note("mini-batch", box.value())

    def notation(self) -> None:
        actions = self.window.findChildren(QAction)
        action = self.rng.choice([a for a in actions if a.objectName().startswith("notation.")])
        self.note(action.objectName())
        action.trigger()

    def train(self) -> None:
        keys = [f"train.{each}" for each in ("run", "stop", "mini-batch", "epoch")]
        for key in self.rng.choices(keys, k=2):
            self.note(key)
            self.window.action(key).trigger()
            self.bot.wait(self.rng.choice([0, 5, 40]))

    def undo_and_redo(self) -> None:
        undo, redo = self.window.action("edit.undo"), self.window.action("edit.redo")
        if not undo.isEnabled():
            return
        self.workspace.travel.return_to_now()  # as undo does, from the past of a run
        before, text = self.workspace.state, undo.text()
        self.note("undo and redo:", text)
        undo.trigger()
        redo.trigger()
        after = self.workspace.state
        self.expect(undo.text() == text, f"{undo.text()} was {text}")
        self.expect(after.title == before.title, f"{after.title} was {before.title}")
        self.expect(same(after.parameters, before.parameters), "undo and redo change parameters")
        self.expect(after.example_edits == before.example_edits, "undo and redo change edits")
        self.expect(after.passes == before.passes, "undo and redo change the number of the pass")

    def use(self, widget: QWidget, place: QPoint) -> None:
        """Do something to a widget that is done with a mouse or keys."""
        if isinstance(widget, QLineEdit | QAbstractSpinBox) and self.rng.random() < 0.5:
            self.type_into(widget)
            return
        if isinstance(widget, QComboBox) and self.rng.random() < 0.7:
            self.note("choose in", name(widget))
            widget.setFocus()
            self.bot.keyClick(widget, self.rng.choice([Key.Key_Up, Key.Key_Down]))
            return
        if isinstance(widget, QAbstractItemView):
            place = self.place_of_item(widget)
            widget = widget.viewport()
        what = self.rng.choice(["click"] * 6 + ["move", "wheel", "menu", "double", "drag", "tip"])
        self.note(what, name(widget), place.x(), place.y())
        whole = QPointF(widget.mapToGlobal(place))
        match what:
            case "click":
                self.bot.mouseClick(widget, LEFT, pos=place)
            case "double":
                self.bot.mouseDClick(widget, LEFT, pos=place)
            case "move":
                move_over(widget, place)
            case "drag":
                self.drag(widget, place)
            case "wheel":
                notch = QPoint(0, self.rng.choice([-120, 120, 960]))
                none, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
                event = QWheelEvent(
                    QPointF(place), whole, QPoint(), notch, none, Modifier.NoModifier, phase, False
                )
                QApplication.sendEvent(widget, event)
            case "menu":
                reason = QContextMenuEvent.Reason.Mouse
                QApplication.sendEvent(widget, QContextMenuEvent(reason, place, whole.toPoint()))
            case _:
                kind = QEvent.Type.ToolTip
                QApplication.sendEvent(widget, QHelpEvent(kind, place, whole.toPoint()))

    def drag(self, widget: QWidget, place: QPoint) -> None:
        self.bot.mousePress(widget, LEFT, pos=place)
        for _ in range(3):
            if shiboken6.isValid(widget):
                place = self.place_in(widget)
                move_over(widget, place, LEFT)
        if shiboken6.isValid(widget):
            self.bot.mouseRelease(widget, LEFT, pos=place)

    def type_into(self, field: QLineEdit | QAbstractSpinBox) -> None:
        text = self.rng.choice(TYPED)
        self.note("type", repr(text), "into", name(field))
        field.setFocus()
        field.selectAll()
        self.bot.keyClicks(field, text)
        self.bot.keyClick(field, self.rng.choice([Key.Key_Return, Key.Key_Tab, Key.Key_Escape]))

    def in_popup(self, popup: QWidget) -> None:
        self.note("in", type(popup).__name__)
        actions = [a for a in popup.actions() if a.isEnabled() and not a.isSeparator()]
        if isinstance(popup, QMenu) and actions and self.rng.random() < 0.6:
            place = popup.actionGeometry(self.rng.choice(actions)).center()
            self.bot.mouseClick(popup, LEFT, pos=place)
        else:
            self.bot.keyClick(popup, Key.Key_Escape)

    def in_dialog(self, dialog: QWidget) -> None:
        self.note("in", dialog.objectName())
        if isinstance(dialog, QFileDialog) or self.rng.random() < 0.5:
            self.bot.keyClick(dialog, Key.Key_Escape)
        else:
            self.widget(dialog)

    def place_in(self, widget: QWidget) -> QPoint:
        width, height = max(widget.width(), 1), max(widget.height(), 1)
        return QPoint(self.rng.randrange(width), self.rng.randrange(height))

    def place_of_item(self, view: QAbstractItemView) -> QPoint:
        model = view.model()
        rows = model.rowCount()
        columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount()
        index = model.index(self.rng.randrange(max(rows, 1)), self.rng.randrange(max(columns, 1)))
        return view.visualRect(index).center()

    # What must always be ---------------------------------------------------------------------

    def expect(self, holds: bool, otherwise: str) -> None:
        if not holds:
            self.wrong.append(otherwise)

    def check(self) -> None:
        workspace, window = self.workspace, self.window
        stepper, history = workspace.stepper, workspace.history
        timeline, trace = stepper.timeline, stepper.trace
        assert trace is not None
        self.expect(-1 <= timeline.position < len(timeline.steps), f"step {timeline.position}")
        chosen = {workspace.selection.selected, workspace.selection.hovered}
        for ref in (chosen | workspace.selection.lit) - {None}:
            exists = ref is not None and ref.exists_in(workspace.spec.sizes)
            self.expect(exists, f"{workspace.spec} has no {ref}")
        texts = [window.action(f"edit.{each}").text() for each in ("undo", "redo")]
        expected = [f"&Undo {history.undo_text}".rstrip(), f"&Redo {history.redo_text}".rstrip()]
        self.expect(texts == expected, f"{texts} should be {expected}")
        for spec in ACTIONS:
            enabled = window.action(spec.key).isEnabled()
            self.expect(enabled == spec.enabled_when(workspace), f"{spec.key}: enabled {enabled}")
        self.expect(window.windowTitle() == workspace.state.title, "title of another network")
        self.expect(trace.spec == workspace.spec, "pass of other layers")
        self.expect(same(trace.before, workspace.state.parameters), "pass of other parameters")
        self.expect(trace.example_count == workspace.examples.mini_batch, "pass of other examples")
        threads = [each.name for each in threading.enumerate() if each.name.startswith("nnviz-")]
        self.expect(len(threads) <= 4, f"threads {threads}")
        for key, panel in window.panels.items():
            covered = panel.visibleRegion().isEmpty()
            self.expect(covered or panel.in_sight, f"{key} is seen and believes that it is not")
        self.check_canvas()
        self.check_inspector(trace)
        self.check_what_if(trace)

    def check_canvas(self) -> None:
        canvas = self.window.canvas
        room = canvas.width(), canvas.height()
        scene = canvas.scene
        assert scene is not None
        fresh = build_scene(self.workspace, room, scene.palette, canvas.viewport)
        self.expect(equal(scene.frame, fresh.frame), "the canvas shows old numbers")
        self.expect(equal(scene.layout, fresh.layout), "the canvas has an old layout")

    def check_inspector(self, trace: PassTrace) -> None:
        inspector = self.window.panels["inspector"]
        assert isinstance(inspector, Inspector)
        if not inspector.in_sight:
            return
        inspector.finish()
        workspace = self.workspace
        ref, timeline = workspace.selection.selected, workspace.stepper.timeline
        notation, locked = workspace.display.notation, workspace.stepper.locked
        shown = {
            cell.objectName().removeprefix("inspector.value."): (cell.value, cell.text())
            for cell in inspector.cells
            if not cell.isHidden()
        }
        expected = {}
        if ref is not None:
            reveal = timeline.reveal()
            entries = entries_of(trace, reveal, ref, not locked, notation, timeline.example)
            expected = {each.key: (each.value, notation.number(each.value)) for each in entries}
        if ref is None or inspector.cells[0].parentWidget().isHidden():
            shown = {}
        self.expect(equal(shown, expected), f"the inspector shows {shown}, not {expected}")
        z = shown.get("z", (None, ""))[0]
        if z is not None and timeline.example is not None and trace.mistake is None:
            assert ref is not None
            weights, biases = (
                each[ref.layer - 1] for each in (trace.before.weights, trace.before.biases)
            )
            inputs = trace.forward.activations[ref.layer - 1][timeline.example]
            with np.errstate(all="ignore"):
                worked_out = float((weights[ref.neuron] * inputs).sum() + biases[ref.neuron])
            near = math.isclose(z, worked_out, rel_tol=1e-9, abs_tol=1e-9)
            self.expect(near or not math.isfinite(worked_out), f"z is {worked_out}, not {z}")

    def check_what_if(self, trace: PassTrace) -> None:
        panel = self.window.panels["what-if"]
        assert isinstance(panel, WhatIf)
        cost = panel.cost_now.value
        if panel.in_sight and cost is not None:
            self.expect(equal(cost, float(trace.cost)), f"what if: C is {trace.cost}, not {cost}")


def name(widget: QWidget) -> str:
    """The kind of a widget, and its name or that of the nearest widget around it."""
    named: QWidget | None = widget
    while named is not None and not named.objectName():
        named = named.parentWidget()
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return f"{type(widget).__name__} {named.objectName() if named else ''} {text}".rstrip()


def move_over(
    widget: QWidget, place: QPoint, buttons: Qt.MouseButton = Qt.MouseButton.NoButton
) -> None:
    whole, none = QPointF(widget.mapToGlobal(place)), Qt.MouseButton.NoButton
    kind = QEvent.Type.MouseMove
    event = QMouseEvent(kind, QPointF(place), whole, none, buttons, Modifier.NoModifier)
    QApplication.sendEvent(widget, event)


def same(one: Parameters, other: Parameters) -> bool:
    return equal((one.weights, one.biases), (other.weights, other.biases))


def equal(one: object, other: object) -> bool:
    """Whether two values are the same, arrays by their numbers and NaN being NaN."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    if is_dataclass(one):
        return all(equal(getattr(one, f.name), getattr(other, f.name)) for f in fields(one))
    if isinstance(one, tuple | list) and isinstance(other, tuple | list):
        return len(one) == len(other) and all(map(equal, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(equal(one[key], other[key]) for key in one)
    return one == other or (one != one and other != other)


@pytest.fixture
def in_an_empty_folder(tmp_path, monkeypatch) -> None:
    """A file dialog lists a folder that is empty."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("warmed_up", "in_an_empty_folder")
def test_all_views_agree_wherever_a_random_walk_leads(
    make_window: WindowMaker, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    walk = Walk(make_window(), qtbot, seed=2)

    walk.go(75)

    assert len(walk.done) > 50
    assert [each.message for each in caplog.records if each.levelname != "DEBUG"] == []


@pytest.mark.slow
@pytest.mark.usefixtures("warmed_up", "in_an_empty_folder")
@pytest.mark.parametrize("seed", range(6))
def test_all_views_agree_wherever_a_long_random_walk_leads(
    make_window: WindowMaker, qtbot: QtBot, caplog: pytest.LogCaptureFixture, seed: int
) -> None:
    walk = Walk(make_window("xor-to-learn-2-3-1", theme="light"), qtbot, seed)

    walk.go(500)

    messages = [each.message for each in caplog.records if each.levelname != "DEBUG"]
    assert [each for each in messages if not each.startswith("Training failed")] == []
