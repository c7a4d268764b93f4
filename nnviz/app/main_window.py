"""The main window: it puts the canvas, bars, panels, menus and keys together, and nothing else."""

from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtGui import QAction, QCloseEvent, QIcon
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QMainWindow,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from nnviz.app.action_factory import enable, make_action
from nnviz.app.actions import ACTIONS, EXAMPLE_BAR, MENUS, PASSES, TOOLBAR, TRANSPORT
from nnviz.app.application import apply_theme, system_theme
from nnviz.app.canvas_chrome import CanvasChrome
from nnviz.app.challenge_chrome import ChallengeChrome
from nnviz.app.docks import DOCKS, first_size, front_below, share_room
from nnviz.app.fault_box import WorkerFaults
from nnviz.app.file_dialogs import FileDialogs
from nnviz.app.freeze_chrome import FreezeChrome
from nnviz.app.notifier import Notifier
from nnviz.app.past_chrome import PastChrome
from nnviz.app.preset_chooser import PresetChooser
from nnviz.app.resources import icon
from nnviz.app.settings import AppSettings, SettingsStore
from nnviz.app.status_line import StatusLine
from nnviz.stores.training_store import TrainingState
from nnviz.stores.workspace import Workspace
from nnviz.trace.refs import Ref
from nnviz.trace.steps import Granularity
from nnviz.views.canvas_area import CanvasArea
from nnviz.views.dialogs import KeysDialog, about_box
from nnviz.views.example_bar import ExampleBar
from nnviz.views.notation_menu import NotationMenu
from nnviz.views.panels.inspector import Inspector
from nnviz.views.panels.panel import Panel
from nnviz.views.panels.runs import Runs
from nnviz.views.progress_strip import ProgressStrip
from nnviz.views.reading_strip import ReadingStrip
from nnviz.views.settings_dialog import SettingsDialog
from nnviz.views.theme import palette_named
from nnviz.views.timeline.timeline_bar import TimelineBar, action_button

__all__ = ["MainWindow"]

SMALLEST_WIDTH, SMALLEST_HEIGHT = 960, 640
"""Below this the numbers of the canvas have no room, in px."""


class MainWindow(QMainWindow):
    """Composition of the whole program around one workspace."""

    def __init__(self, workspace: Workspace, settings: SettingsStore, theme: str | None = None
                 ) -> None:  # fmt: skip
        super().__init__()
        self.workspace = workspace
        self._settings = settings
        saved = settings.load()
        self._theme = theme or saved.theme
        self._palette = palette_named(self._theme, saved.canvas)
        workspace.stepper.set_granularity(Granularity(saved.granularity))
        workspace.display.set_notation(saved.notation)
        workspace.display.set_canvas(saved.canvas)
        workspace.display.set_smoothing(saved.smoothing)
        self.setObjectName("main")
        self.setDockOptions(
            QMainWindow.DockOption.AllowTabbedDocks | QMainWindow.DockOption.AllowNestedDocks
        )
        self._actions = {spec.key: make_action(self, spec) for spec in ACTIONS}
        self.canvas_area = CanvasArea(workspace)
        self.canvas = self.canvas_area.first
        self.canvas_chrome = CanvasChrome(workspace, self._actions, self.canvas_area, self)
        self.timeline_bar = TimelineBar(
            workspace,
            [self._actions[key] for key in TRANSPORT],
            self._actions["step.next-pass"],
        )
        self.timeline_bar.pass_switcher.set_actions(*(self._actions[key] for key in PASSES))
        self.example_bar = ExampleBar(workspace, [self._actions[key] for key in EXAMPLE_BAR])
        self.files = FileDialogs(self, workspace)
        self.files.said.connect(self.show_problem)
        self.panels: dict[str, Panel] = {}
        self._docks: dict[str, QDockWidget] = {}
        self._front = ""
        self.settings_dialog = SettingsDialog(workspace.display, self._palette, self)
        self._presets = PresetChooser(workspace, self)
        self._status_line = StatusLine(workspace, self)
        self._challenges = ChallengeChrome(workspace, self._actions, self)
        self._freeze = FreezeChrome(workspace, self)
        self.past_chrome = PastChrome(workspace, self.files, self)
        self._build_centre()
        self._build_docks()
        self._build_toolbar()
        self._build_menus()
        self._connect()
        self.apply_theme(self._theme)
        self.setMinimumSize(SMALLEST_WIDTH, SMALLEST_HEIGHT)
        self.resize(first_size(self))
        self._first_layout = self.saveState()
        self._restore_layout()
        self._synchronize_actions()
        self.canvas.setFocus()

    def action(self, key: str) -> QAction:
        """Return an action by its key."""
        return self._actions[key]

    def dock(self, key: str) -> QDockWidget:
        """Return a panel's dock by the panel's key."""
        return self._docks[key]

    def show_above_all(self, bar: QWidget) -> None:
        """Put a strip above everything in the centre."""
        self._centre.insertWidget(0, bar)

    def apply_theme(self, theme: str) -> None:
        """Colour everything: ``dark``, ``light``, or ``system`` for the desktop's wish."""
        application = QApplication.instance()
        if not isinstance(application, QApplication):
            return
        self._theme = theme
        named = system_theme(application) if theme == "system" else theme
        self._palette = palette = palette_named(named, self.workspace.display.canvas)
        apply_theme(application, palette)
        for spec in ACTIONS:
            if spec.icon:
                self._actions[spec.key].setIcon(self._icon(spec.icon))
        self.canvas_area.set_theme(palette)
        self.timeline_bar.set_theme(palette)
        for panel in self.panels.values():
            panel.set_theme(palette)
        self.settings_dialog.set_theme(palette)
        self._challenges.banner.set_theme(palette)
        self._freeze.banner.set_theme(palette)
        self.past_chrome.banner.set_theme(palette)
        self._show_transport_icons()

    @Slot()
    def toggle_theme(self) -> None:
        """Switch between dark and light, and remember it."""
        self.apply_theme("light" if self._palette.name == "dark" else "dark")
        self._save_settings()

    @Slot()
    def reset_layout(self) -> None:
        """Put every panel back."""
        self._settings.forget_layout()
        self.workspace.second_pass.set_open(False)
        self.restoreState(self._first_layout)
        for dock in self._docks.values():
            dock.show()
        self._size_docks()

    @Slot()
    def show_keys(self) -> None:
        """Show all keys."""
        KeysDialog(list(self._actions.values()), self).open()

    @Slot()
    def show_about(self) -> None:
        """Say what the program is."""
        about_box(self).open()

    @Slot(str)
    def show_problem(self, sentence: str) -> None:
        """Say one sentence in the status bar, long enough to be read."""
        self._status_line.say(sentence)

    def showEvent(self, event: object) -> None:
        """Give the docks their sizes once the window has its own."""
        super().showEvent(event)  # type: ignore[arg-type]  # Qt passes a QShowEvent
        QTimer.singleShot(0, self, self._raise_floating if self._restored else self._size_docks)

    def closeEvent(self, event: QCloseEvent) -> None:
        """End the run and both threads, remember the layout."""
        self.files.exports.cancel()
        self.files.run_export.finish()
        self.workspace.stepper.stop()
        self.workspace.data.shutdown()
        self.workspace.training.shutdown()
        self.canvas_area.shutdown()
        self._save_settings()
        layout = self.saveGeometry(), self.saveState(), self.canvas_area.save_state()
        self._settings.save_layout(*layout)
        for key, panel in self.panels.items():
            panel.leave_sight()
            if self._docks[key].isFloating():
                self._docks[key].hide()  # Qt would leave it on the screen
        event.accept()

    def _build_centre(self) -> None:
        centre = QWidget()
        self._centre = column = QVBoxLayout(centre)
        column.setContentsMargins(8, 0, 2, 2)
        column.setSpacing(6)
        column.addWidget(self.example_bar)
        column.addWidget(self._challenges.banner)
        column.addWidget(self._freeze.banner)
        column.addWidget(self.past_chrome.banner)
        column.addWidget(self.canvas_area, 1)
        column.addWidget(self.timeline_bar)
        self.setCentralWidget(centre)

    def _build_docks(self) -> None:
        self.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea)
        for spec in DOCKS:
            dock = QDockWidget(spec.panel.title, self)
            dock.setObjectName(spec.panel.key)
            # Empty into its place, then filled: each move of a panel styles all in it anew.
            self.addDockWidget(spec.area, dock)
            if spec.tabbed_with is not None:
                self.tabifyDockWidget(self._docks[spec.tabbed_with.key], dock)
            self._docks[spec.panel.key] = dock
        for spec in DOCKS:
            dock = self._docks[spec.panel.key]
            self.panels[spec.panel.key] = panel = spec.panel(self.workspace)
            dock.setWidget(panel)
            panel.stand_in(dock)
            if spec.tabbed_with is not None:
                self._docks[spec.tabbed_with.key].raise_()
        self._challenges.show_in(self._docks["challenges"])
        self._freeze.show_in(self._docks["next-mini-batch"])

    def _build_toolbar(self) -> None:
        bar = QToolBar("Network and training")
        bar.setObjectName("toolbar")
        bar.setMovable(False)
        bar.setIconSize(QSize(18, 18))
        bar.toggleViewAction().setVisible(False)
        bar.addWidget(self._presets.button)
        bar.addSeparator()
        for key in TOOLBAR:
            if key is None:
                bar.addSeparator()
            else:
                bar.addWidget(action_button(self._actions[key], text=True))
        bar.addWidget(ProgressStrip(self.workspace.training))
        bar.addWidget(action_button(self._actions["view.fit"]))
        bar.addWidget(action_button(self._actions["view.theme"]))
        bar.addWidget(action_button(self._actions["help.shortcuts"]))
        self.addToolBar(bar)
        self.statusBar().addWidget(self._status_line, 1)
        self.statusBar().addPermanentWidget(ReadingStrip(self.workspace.data))
        self.statusBar().setSizeGripEnabled(False)

    def _build_menus(self) -> None:
        for title, keys in MENUS.items():
            menu = self.menuBar().addMenu(title)
            menu.setToolTipsVisible(True)
            if title == "&File":
                menu.addMenu(self._presets.file_menu)
            for key in keys:
                if key is None:
                    menu.addSeparator()
                else:
                    menu.addAction(self._actions[key])
            if title == "&Pass":
                menu.addMenu(self._challenges.menu)
            if title == "&View":
                menu.addSeparator()
                menu.addMenu(NotationMenu(self.workspace.display, menu))
                menu.addSeparator()
                for dock in self._docks.values():
                    menu.addAction(dock.toggleViewAction())
        for action in self._actions.values():
            self.addAction(action)

    def _connect(self) -> None:
        workspace = self.workspace
        for signal in (
            workspace.stepper.trace_changed,
            workspace.stepper.timeline_changed,
            workspace.training.state_changed,
            workspace.examples.example_changed,
            workspace.history.changed,
            workspace.runs.changed,
            workspace.travel.changed,
            workspace.challenges.changed,
            workspace.frozen.changed,
            workspace.best.changed,
        ):
            signal.connect(self._synchronize_actions)
        workspace.network_changed.connect(self._on_network_changed)
        workspace.selection.selection_changed.connect(self._on_selection_changed)
        workspace.stepper.playing_changed.connect(self._show_transport_icons)
        workspace.problem.connect(self._status_line.say_for_now)
        WorkerFaults(workspace.training, self)
        Notifier(self, workspace.training).said.connect(self.show_problem)
        inspector = self.panels["inspector"]
        if isinstance(inspector, Inspector):
            inspector.svg_requested.connect(self.files.save_equation)
        runs = self.panels["runs"]
        if isinstance(runs, Runs):
            runs.export_requested.connect(self.files.run_export.export)
        workspace.display.changed.connect(self._save_settings)
        workspace.display.smoothing_changed.connect(self._save_settings)
        workspace.display.canvas_changed.connect(self._on_canvas_changed)
        self._on_network_changed()

    @Slot()
    def _synchronize_actions(self) -> None:
        """Enable what makes sense now, and say what undo would undo."""
        for spec in ACTIONS:
            enable(self._actions[spec.key], spec, self.workspace)
        for key, verb, what in (
            ("edit.undo", "&Undo", self.workspace.history.undo_text),
            ("edit.redo", "&Redo", self.workspace.history.redo_text),
        ):
            self._actions[key].setText(f"{verb} {what}".rstrip())
        self._show_train_text()

    @Slot()
    def _on_network_changed(self) -> None:
        self._status_line.forget()
        state = self.workspace.state
        self.setWindowTitle(state.title)
        self._synchronize_actions()
        if (front := front_below(state)) != self._front:
            self._front = front
            self._docks[front].raise_()

    def _show_train_text(self) -> None:
        texts = {
            TrainingState.IDLE: ("&Train", "train"),
            TrainingState.RUNNING: ("&Pause", "pause"),
            TrainingState.PAUSED: ("Res&ume", "train"),
            TrainingState.STOPPING: ("Stopping…", "stop"),
        }
        text, sign = texts[self.workspace.training.state]
        if text == "&Train" and self.workspace.travel.shown is not None:
            text = "&Train On"
        action = self._actions["train.run"]
        action.setText(text)
        action.setIcon(self._icon(sign))

    @Slot()
    def _show_transport_icons(self) -> None:
        sign = "pause" if self.workspace.stepper.playing else "play"
        self._actions["step.play"].setIcon(self._icon(sign))
        self._show_train_text()

    def _icon(self, sign: str) -> QIcon:
        ink = self._palette.text, self._palette.border
        return icon(sign, *("#{:02x}{:02x}{:02x}".format(*rgb) for rgb in ink))

    def _restore_layout(self) -> None:
        layout = self._settings.layout()
        self._restored = False
        if layout is not None:
            self.restoreGeometry(layout.geometry)
            self._restored = self.restoreState(layout.docks)
            self.canvas_area.restore_state(layout.canvases)

    @Slot()
    def _raise_floating(self) -> None:
        """Put floating panels before the window: restored ones come up behind it."""
        for dock in self._docks.values():
            if dock.isFloating() and dock.isVisible():
                dock.raise_()
        if self._front != "weight-images" and self.panels["weight-images"].in_sight:
            self._docks[self._front].raise_()  # it was left with a network that has images

    @Slot(object)
    def _on_selection_changed(self, ref: Ref | None) -> None:
        """Bring the inspector to the front of its tabs: it explains what was just selected."""
        inspector = self._docks["inspector"]
        tabs = self.tabifiedDockWidgets(inspector)
        changing = self._docks["what-if"] in tabs and self.panels["what-if"].in_sight
        if ref is None or inspector.isHidden() or self._challenges.is_in_front or changing:
            return
        inspector.raise_()

    @Slot()
    def _size_docks(self) -> None:
        """Share the room as when the window first opened."""
        share_room(self, self._docks, self._front)

    @Slot()
    def _on_canvas_changed(self) -> None:
        """Colour everything anew if colours were chosen, and remember the choice."""
        if palette_named(self._palette.name, self.workspace.display.canvas) != self._palette:
            self.apply_theme(self._theme)
        self._save_settings()

    @Slot()
    def _save_settings(self) -> None:
        step, display = self.workspace.stepper.granularity.value, self.workspace.display
        choices = display.notation, display.canvas, display.smoothing
        self._settings.save(AppSettings(self._theme, step, *choices))
