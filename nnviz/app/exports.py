"""Exports from the window: a figure at once, an animation frame by frame while the window lives."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from nnviz.app.moving_picture import MovingPicture, begin_moving_picture
from nnviz.errors import NnvizError
from nnviz.files.atomic import write_atomically
from nnviz.stores.workspace import Workspace
from nnviz.views.figures.animation import Animation
from nnviz.views.figures.animation_dialog import AnimationDialog
from nnviz.views.figures.figure import build_figure
from nnviz.views.figures.figure_dialog import FigureDialog
from nnviz.views.figures.formats import figure_file
from nnviz.views.scene.scene_builder import moment_of

__all__ = ["Exports", "SaveDialog"]

SaveDialog = Callable[[str, str, str], QFileDialog]
"""Makes a dialog that asks for a file: its title, the kinds of files, the ending."""

KINDS = {
    "pdf": "PDF documents (*.pdf)",
    "svg": "SVG pictures (*.svg)",
    "png": "PNG pictures (*.png)",
    "gif": "GIF animations (*.gif)",
    "": "Folders (*)",
}


class Exports(QObject):
    """Owns both dialogs, which keep their choices, and the animation that is being made."""

    said = Signal(str)
    """Emitted with a sentence when something has been done."""
    refused = Signal(str)
    """Emitted with a sentence when something cannot be done."""

    def __init__(self, window: QWidget, workspace: Workspace, save_dialog: SaveDialog) -> None:
        super().__init__(window)
        self._window, self._workspace, self._save_dialog = window, workspace, save_dialog
        self._figure_dialog: FigureDialog | None = None
        self._animation_dialog: AnimationDialog | None = None
        self._animation: Animation | None = None
        self._picture: MovingPicture | None = None
        self._path = Path()
        self._done = 0
        # One frame a turn of the event loop, so that keys and clicks come in between.
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._on_turn)

    @property
    def is_making(self) -> bool:
        """Whether an animation is being made."""
        return self._timer.isActive()

    @property
    def figure_dialog(self) -> FigureDialog:
        """The dialog of figures, made when it is first asked for."""
        if self._figure_dialog is None:
            self._figure_dialog = FigureDialog(self._workspace, self._window)
            self._figure_dialog.export_requested.connect(self._on_figure_requested)
        return self._figure_dialog

    @property
    def animation_dialog(self) -> AnimationDialog:
        """The dialog of animations, made when it is first asked for."""
        if self._animation_dialog is None:
            self._animation_dialog = AnimationDialog(self._window)
            self._animation_dialog.export_requested.connect(self._on_animation_requested)
            self._animation_dialog.cancelled.connect(self.cancel)
        return self._animation_dialog

    def export_picture(self) -> None:
        """Ask what the picture shall be."""
        self.figure_dialog.bring_forward()

    def export_animation(self) -> None:
        """Ask what the animation shall be."""
        self.animation_dialog.bring_forward()

    @Slot()
    def cancel(self) -> None:
        """Give up the animation that is being made, and leave nothing of it."""
        if self.is_making:
            self._stop("Cancelled; nothing was written")

    @Slot()
    def _on_figure_requested(self) -> None:
        ending = self.figure_dialog.ending
        dialog = self._save_dialog("Export Picture", KINDS[ending], ending)
        dialog.fileSelected.connect(self._on_figure_chosen)
        dialog.open()

    @Slot(str)
    def _on_figure_chosen(self, path: str) -> None:
        dialog = self.figure_dialog
        try:
            figure = build_figure(self._workspace, dialog.look)
            write_atomically(path, figure_file(figure, dialog.ending, dialog.scale))
        except NnvizError as error:
            self.refused.emit(str(error))
            return
        dialog.hide()
        self.said.emit(f"Exported {Path(path).name}.")

    @Slot()
    def _on_animation_requested(self) -> None:
        ending = "gif" if self.animation_dialog.as_gif else ""
        dialog = self._save_dialog("Export Animation", KINDS[ending], ending)
        dialog.fileSelected.connect(self._on_animation_chosen)
        dialog.open()

    @Slot(str)
    def _on_animation_chosen(self, path: str) -> None:
        """Begin the animation of the pass that is looked at now."""
        dialog, moment = self.animation_dialog, moment_of(self._workspace)
        if moment is None or self._workspace.stepper.locked:
            self.refused.emit(self._workspace.why_no_example())
            return
        try:
            self._animation = Animation(self._workspace, moment, dialog.look).sized()
            self._picture = begin_moving_picture(Path(path), dialog.seconds_per_step)
        except NnvizError as error:
            self.refused.emit(str(error))
            return
        self._path, self._done = Path(path), 0
        dialog.show_progress(0, len(self._animation))
        self._timer.start()

    @Slot()
    def _on_turn(self) -> None:
        animation, picture = self._animation, self._picture
        if animation is None or picture is None:
            return
        try:
            if self._done < len(animation):
                picture.add(animation.figure(self._done))
                self._done += 1
                self.animation_dialog.show_progress(self._done, len(animation))
                return
            picture.finish()
        except NnvizError as error:
            self._stop("Nothing was written")
            self.refused.emit(str(error))
            return
        self._stop(f"Exported {self._path.name}")
        self.animation_dialog.hide()
        self.said.emit(f"Exported {self._path.name}.")

    def _stop(self, sentence: str) -> None:
        self._timer.stop()
        if self._picture is not None:
            self._picture.discard()
        self._animation = self._picture = None
        self.animation_dialog.show_idle(sentence)
