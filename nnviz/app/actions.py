"""Every action of the window as data: menus, tool bars, the shortcuts sheet and tests read it."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence

from nnviz.stores.training_store import TrainingState
from nnviz.stores.workspace import Workspace
from nnviz.views.scene.edge_strip import widest_layer

__all__ = ["ACTIONS", "EXAMPLE_BAR", "MENUS", "PASSES", "TOOLBAR", "TRANSPORT", "ActionSpec"]

Enabled = Callable[[Workspace], bool]


COMMIT_TIP = "Let the run train exactly this mini-batch, and open the one after it"


def _always(_: Workspace) -> bool:
    return True


def _can_step(workspace: Workspace) -> bool:
    return not workspace.stepper.locked


def _can_export(workspace: Workspace) -> bool:
    return _can_step(workspace) and workspace.challenges.bug.mistake is None


def _why_no_export(workspace: Workspace) -> str:
    if workspace.challenges.bug.mistake is None:
        return ""
    return "Off while the pass contains a mistake: go back to the right pass to export it"


def _can_go_on(workspace: Workspace) -> bool:
    return _can_step(workspace) and not workspace.stepper.timeline.at_end


def _can_go_back(workspace: Workspace) -> bool:
    return _can_step(workspace) and not workspace.stepper.timeline.at_start


def _idle(workspace: Workspace) -> bool:
    return workspace.training.state is TrainingState.IDLE


def _can_train_bit(workspace: Workspace) -> bool:
    return workspace.training.state in (TrainingState.IDLE, TrainingState.PAUSED)


def _can_train_mini_batch(workspace: Workspace) -> bool:
    return _can_train_bit(workspace) or workspace.training.steps_singly


def _can_commit(workspace: Workspace) -> bool:
    if workspace.frozen.is_open:
        return not workspace.frozen.why_no_commit
    right = workspace.challenges.bug.mistake is None
    return _can_step(workspace) and right and workspace.stepper.timeline.at_end and _idle(workspace)


def _quiet(workspace: Workspace) -> bool:
    return workspace.training.state in (TrainingState.IDLE, TrainingState.PAUSED)


def _has_more_examples(workspace: Workspace) -> bool:
    dataset = workspace.examples.dataset
    return _can_step(workspace) and dataset is not None and len(dataset) > 1


def _has_wide_layer(workspace: Workspace) -> bool:
    return widest_layer(workspace.spec.sizes) > 0


def _has_classes(workspace: Workspace) -> bool:
    return _can_step(workspace) and workspace.examples.label is not None


def _is_past(workspace: Workspace) -> bool:
    return workspace.travel.shown is not None


def _from_here(workspace: Workspace) -> tuple[str, str] | None:
    """Say that a new pass after an earlier one drops those that followed it, or what a run does."""
    if workspace.frozen.is_open:
        return "&Commit Update", workspace.frozen.why_no_commit or COMMIT_TIP
    if workspace.passes.number >= workspace.passes.last_number:
        return None
    return "New P&ass from Here", (
        "Keep the new weights and begin another pass; the later passes are dropped, "
        "undo brings them back"
    )


def _can_open_next(workspace: Workspace) -> bool:
    running = workspace.training.state is TrainingState.RUNNING
    return running or not workspace.frozen.why_no_next


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One action; ``handler`` names a method of the main window, or a path from it."""

    key: str
    text: str
    handler: str
    shortcut: str | QKeySequence.StandardKey | None = None
    icon: str | None = None
    tip: str = ""
    checkable: bool = False
    enabled_when: Enabled = _always
    why_not: Callable[[Workspace], str] | None = None
    """Why it is not enabled, where that is not plain to see; empty if there is nothing to say."""
    other_words: Callable[[Workspace], tuple[str, str] | None] | None = None
    """Another text and tip where the action does more than usual, None where it does not."""
    role: QAction.MenuRole = QAction.MenuRole.NoRole


_Standard = QKeySequence.StandardKey

ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("file.open", "&Open Network…", "files.open_network", _Standard.Open, "open",
               "Open a network from a JSON file"),
    ActionSpec("file.open-data", "Open &Data…", "files.open_data", "Ctrl+Shift+O", None,
               "Open IDX files such as Fashion-MNIST's, or a .npz file with x and y"),
    ActionSpec("file.open-data-folder", "Open Data &Folder…", "files.open_data_folder",
               "Ctrl+Shift+D", None,
               "Open a folder with IDX files, or with one subfolder of images per class"),
    ActionSpec("file.save", "&Save Network As…", "files.save_network", _Standard.Save, "save",
               "Save the network, its weights and few samples as a JSON file", enabled_when=_quiet),
    ActionSpec("file.picture", "Export &Picture…", "files.exports.export_picture", "Ctrl+Shift+P",
               None, "Save this step as SVG, PDF or PNG, for books, papers and slides"),
    ActionSpec("file.animation", "Export &Animation…", "files.exports.export_animation",
               "Ctrl+Shift+G", None, "Save the whole pass as a GIF, or as a folder of frames",
               enabled_when=_can_step),
    ActionSpec("file.export-trace", "&Export Trace…", "files.export_trace", "Ctrl+Shift+E", None,
               "Save every number of this pass as JSON or CSV, with all digits; of a right pass",
               enabled_when=_can_export, why_not=_why_no_export),
    ActionSpec("file.export-runs", "Export &Runs…", "files.run_export.export", None, None,
               "Save the curves of all runs of this session as CSV",
               enabled_when=lambda w: bool(w.runs.entries)),
    ActionSpec("file.quit", "&Quit", "close", _Standard.Quit, None, "Close the window",
               role=QAction.MenuRole.QuitRole),
    ActionSpec("edit.undo", "&Undo", "workspace.undo", _Standard.Undo, "undo",
               "Take the last change of the network back",
               enabled_when=lambda w: bool(w.history.undo_text) and _idle(w)),
    ActionSpec("edit.redo", "&Redo", "workspace.redo", _Standard.Redo, "redo",
               "Do again what was undone",
               enabled_when=lambda w: bool(w.history.redo_text) and _idle(w)),
    ActionSpec("edit.back-to-trained", "&Back to Trained", "workspace.what_if.back_to_trained",
               "Ctrl+B", None, "Take all changes of single numbers back at once",
               enabled_when=lambda w: not w.what_if.why_not and bool(w.what_if.edits)),
    ActionSpec("edit.settings", "&Settings…", "settings_dialog.bring_forward", "Ctrl+,", None,
               "How symbols and numbers are written, the colours, and how much moves",
               role=QAction.MenuRole.PreferencesRole),
    ActionSpec("step.first", "&First", "workspace.stepper.to_start", "Home", "first",
               "Go before the first step", enabled_when=_can_go_back),
    ActionSpec("step.back", "Step &Back", "workspace.stepper.step_back", "Left", "back",
               "Take one step back", enabled_when=_can_go_back),
    ActionSpec("step.play", "&Play", "workspace.stepper.toggle_playing", "Space", "play",
               "Play the pass step by step, or pause", enabled_when=_can_step),
    ActionSpec("step.forward", "Step For&ward", "workspace.stepper.step_forward", "Right",
               "forward", "Do the next step", enabled_when=_can_go_on),
    ActionSpec("step.last", "&Last", "workspace.stepper.to_end", "End", "last",
               "Do all steps", enabled_when=_can_go_on),
    ActionSpec("step.previous-phase", "Previous P&hase", "workspace.stepper.to_previous_phase",
               "PgUp", None, "Go to the moment before this phase", enabled_when=_can_go_back),
    ActionSpec("step.next-phase", "&Next Phase", "workspace.stepper.to_next_phase", "PgDown",
               None, "Go to the end of this phase or of the next", enabled_when=_can_go_on),
    ActionSpec("step.granularity", "Switch &Granularity", "workspace.stepper.next_granularity",
               "O", None, "Step by layer, by operation, by neuron, in turn"),
    ActionSpec("step.next-pass", "Next P&ass", "workspace.next_pass", "Ctrl+Return",
               None, "Keep the new weights and begin the next pass; a run goes on by itself",
               enabled_when=_can_commit, other_words=_from_here),
    ActionSpec("challenge.predict", "Pre&dict", "workspace.challenges.prediction.toggle",
               "Ctrl+P", None, "Guess a number before each step reveals it, or cease to",
               checkable=True),
    ActionSpec("step.previous-pass", "Previo&us Pass", "workspace.passes.go_back", "Ctrl+Left",
               "pass-previous", "Look at the pass before, with exactly its weights and example",
               enabled_when=lambda w: w.passes.can_go_back),
    ActionSpec("step.later-pass", "La&ter Pass", "workspace.passes.go_on", "Ctrl+Right",
               "pass-later", "Look at the pass after, as it was left",
               enabled_when=lambda w: w.passes.can_go_on),
    ActionSpec("example.previous", "&Previous Example", "workspace.examples.show_previous", "P",
               "previous", "The example before", enabled_when=_has_more_examples),
    ActionSpec("example.next", "&Next Example", "workspace.examples.show_next", "N",
               "next", "The example after", enabled_when=_has_more_examples),
    ActionSpec("example.random", "&Random Example", "workspace.examples.show_random", "R",
               "random", "Any example of this set", enabled_when=_has_more_examples),
    ActionSpec("example.wrong", "Next &Wrong One", "workspace.show_next_wrong", "W", "wrong",
               "The next example that the network gets wrong", enabled_when=_has_classes),
    ActionSpec("train.run", "&Train", "workspace.run.start_or_pause", "T", "train",
               "Train the network; pause and resume",
               enabled_when=lambda w: w.training.state is not TrainingState.STOPPING),
    ActionSpec("train.stop", "&Stop", "workspace.training.stop", "Ctrl+.", "stop",
               "End the run; what it learned stays",
               enabled_when=lambda w: w.training.is_active),
    ActionSpec("train.mini-batch", "One &Mini-batch", "workspace.run.one_mini_batch", "M",
               "mini-batch-step", "Train exactly one mini-batch, then pause",
               enabled_when=_can_train_mini_batch),
    ActionSpec("train.epoch", "One &Epoch", "workspace.run.one_epoch", "E", "epoch-step",
               "Train to the end of an epoch, then pause", enabled_when=_can_train_bit),
    ActionSpec("train.freeze", "Open Ne&xt Mini-batch", "workspace.frozen.open_next", "B", None,
               "Pause, and step through the mini-batch that the run trains next",
               enabled_when=_can_open_next, why_not=lambda w: w.frozen.why_no_next),
    ActionSpec("train.commit", "&Commit Update", "workspace.frozen.commit", "Ctrl+Shift+Return",
               None, COMMIT_TIP, enabled_when=lambda w: not w.frozen.why_no_commit,
               why_not=lambda w: w.frozen.why_no_commit),
    ActionSpec("train.reset", "&Reset Weights", "workspace.reset_parameters", "Ctrl+R", "reset",
               "Draw weights and biases anew from the seed", enabled_when=_idle),
    ActionSpec("train.back-in-time", "Back &in Time", "workspace.travel.go_back", "Alt+Left", None,
               "Look at the network as it was at the moment before",
               enabled_when=lambda w: w.travel.can_go_back),
    ActionSpec("train.forward-in-time", "&Forward in Time", "workspace.travel.go_on", "Alt+Right",
               None, "Look at the network at the moment after", enabled_when=_is_past),
    ActionSpec("train.now", "Back to &Now", "workspace.travel.return_to_now", "Alt+End", None,
               "Look at the network as it is now", enabled_when=_is_past),
    ActionSpec("train.on", "Train &On from Here", "past_chrome.train_on", "Ctrl+Shift+T", None,
               "Begin a branch of the run at the moment that is looked at",
               enabled_when=_is_past),
    ActionSpec("train.best", "Use &Best Weights", "workspace.best.use", "Ctrl+Shift+B", None,
               "Go back to the weights of the epoch with the best validation; undo returns",
               enabled_when=lambda w: w.best.can_use, why_not=lambda w: w.best.why_not),
    ActionSpec("view.fit", "&Fit", "canvas.fit", "F", "fit", "Show the whole network"),
    ActionSpec("view.zoom-in", "Zoom &In", "canvas.zoom_in", _Standard.ZoomIn, "zoom-in",
               "Zoom in; the mouse wheel does it at the pointer"),
    ActionSpec("view.zoom-out", "Zoom &Out", "canvas.zoom_out", _Standard.ZoomOut, "zoom-out",
               "Zoom out"),
    ActionSpec("view.unfold", "&Unfold Layers", "canvas.toggle_folds", "U", None,
               "Show all neurons of layers too wide for the canvas, or fold them again"),
    ActionSpec("view.all-edges", "All Ed&ges", "workspace.display.toggle_all_edges", "A", None,
               "Show all edges of wide layers as a density, or the strongest alone",
               enabled_when=_has_wide_layer),
    ActionSpec("view.neuron", "Step as &Neuron", "workspace.display.show_neuron", "1", None,
               "Show the equation of the selected neuron or edge"),
    ActionSpec("view.matrix", "Step as &Matrices", "workspace.display.show_matrix", "2", None,
               "Show the equation of the whole layer, with its matrices"),
    ActionSpec("view.code", "Step as &Code", "workspace.display.show_code", "3", None,
               "Show the lines of numpy that compute the step"),
    ActionSpec("view.compare", "Com&pare After the Update (Hold)", "canvas_chrome.hold", "C", None,
               "While held: the network after the update; let go: the one before it"),
    ActionSpec("view.second-canvas", "&Second Canvas", "workspace.second_pass.toggle", "S", None,
               "Show the same moment of another example, or of other weights, beside this one",
               checkable=True),
    ActionSpec("view.keep", "&Keep This Network for Comparison", "workspace.second_pass.keep",
               "Ctrl+K", None, "Keep these weights and biases for the second canvas",
               enabled_when=_can_step),
    ActionSpec("view.theme", "&Dark or Light", "toggle_theme", "Ctrl+D", "theme",
               "Switch between the dark and the light theme"),
    ActionSpec("view.reset-layout", "&Reset Layout", "reset_layout", None, None,
               "Put all panels back where they were at first"),
    ActionSpec("help.shortcuts", "&Keys", "show_keys", "F1", "keyboard",
               "All keys on one sheet"),
    ActionSpec("help.about", "&About nnviz", "show_about", None, "info",
               "What this program is", role=QAction.MenuRole.AboutRole),
)  # fmt: skip

MENUS: dict[str, tuple[str | None, ...]] = {
    "&File": (
        "file.open", "file.open-data", "file.open-data-folder", "file.save", None, "file.picture",
        "file.animation", "file.export-trace", "file.export-runs", None, "file.quit",
    ),
    "&Edit": ("edit.undo", "edit.redo", "edit.back-to-trained", None, "edit.settings"),
    "&Pass": (
        "step.first", "step.back", "step.play", "step.forward", "step.last", None,
        "step.previous-phase", "step.next-phase", None, "step.granularity", "step.next-pass",
        "step.previous-pass", "step.later-pass",
        None, "challenge.predict",
    ),
    "E&xample": ("example.previous", "example.next", "example.random", "example.wrong"),
    "&Train": (
        "train.run", "train.stop", "train.mini-batch", "train.epoch", None,
        "train.freeze", "train.commit", None,
        "train.back-in-time", "train.forward-in-time", "train.now", "train.on", None, "train.best",
        "train.reset",
    ),
    "&View": (
        "view.fit", "view.zoom-in", "view.zoom-out", "view.unfold", "view.all-edges", None,
        "view.compare", "view.second-canvas", "view.keep", None,
        "view.neuron", "view.matrix", "view.code", None, "view.theme", "view.reset-layout",
    ),
    "&Help": ("help.shortcuts", "help.about"),
}  # fmt: skip

TOOLBAR: tuple[str | None, ...] = (
    "train.run", "train.stop", "train.mini-batch", "train.epoch", "train.reset",
)  # fmt: skip
TRANSPORT = ("step.first", "step.back", "step.play", "step.forward", "step.last")
PASSES = ("step.previous-pass", "step.later-pass")
EXAMPLE_BAR = ("example.previous", "example.next", "example.random", "example.wrong")
