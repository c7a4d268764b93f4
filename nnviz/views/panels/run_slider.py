"""The row that leads back in time: a slider over the run, and where it stands."""

import math

import numpy as np
from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from nnviz.engine.arrays import FloatArray
from nnviz.stores.workspace import Workspace
from nnviz.views.moment_text import moment_text, spacing_text
from nnviz.views.theme import text_font
from nnviz.views.widgets.moment_slider import Go, MomentSlider
from nnviz.visual.palette import Palette

__all__ = ["RunSlider"]

TEXT_PX = 12
NOW = "now"
MOST_EPOCHS = 1_000
"""Whose ends are looked for; of more, every tenth, hundredth and so on."""
ALMOST = 1e-9
EMPTY_TIP = "Once something is trained: look back at any moment of the run"
TIP = (
    "Pull it back to see the network as it was: canvas, images and answers follow.\n"
    "← →: a moment earlier, later · Page Up, Page Down: an epoch earlier, later · "
    "Home: the start · End, Esc: now"
)


class RunSlider(QWidget):
    """Shows which moment is looked at, and asks the time travel for another one."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._travel = workspace, workspace.travel
        self.slider = MomentSlider()
        self.slider.setObjectName("training.moment")
        self.slider.setAccessibleName("Moment of the run")
        self.text_label = QLabel(NOW)
        self.text_label.setObjectName("training.moment-text")
        self.text_label.setProperty("muted", True)
        self.text_label.setFont(text_font(TEXT_PX))
        metrics = self.text_label.fontMetrics()
        self.text_label.setMinimumWidth(metrics.horizontalAdvance("epoch 000.00"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.slider, 1)
        row.addWidget(self.text_label)
        self.slider.asked.connect(self._travel.look_at_place)
        self.slider.sliderReleased.connect(self._on_changed)
        self.slider.key_pressed.connect(self._on_key)
        self._travel.changed.connect(self._on_changed)
        self.synchronize()

    def set_theme(self, palette: Palette) -> None:
        """Change the colours."""
        self.slider.set_theme(palette)

    def synchronize(self) -> None:
        """Show the run so far and the moment that is looked at."""
        training, shown = self._workspace.training, self._travel.shown
        moments, done = self._travel.moments, len(training.history)
        # While somebody pulls, the handle is theirs.
        position = done if shown is None else shown.place
        with QSignalBlocker(self.slider):
            self.slider.show_run(done, [each.place for each in moments], self._epoch_ends(done))
            self.slider.setEnabled(done > 0 and len(moments) > 1)
            if not self.slider.isSliderDown():
                self.slider.setValue(position)
        text = NOW if shown is None else moment_text(training, shown)
        self.text_label.setText(text.split(" · ")[0].split(" of ")[0])
        if self.slider.isEnabled():
            tip = f"{text[0].upper()}{text[1:]}\n{TIP}\n{spacing_text(training)}."
        else:
            tip = EMPTY_TIP
        self.slider.setToolTip(tip)
        self.text_label.setToolTip(tip)
        self.slider.setAccessibleDescription(text)

    def _epoch_ends(self, done: int) -> FloatArray:
        """Return after how many mini-batches of the curves epochs end: each, each tenth, …."""
        axis = self._workspace.training.epoch_axis
        epochs = float(axis.epochs(np.array([float(done)]))[0]) + ALMOST
        every = 10 ** max(0, math.ceil(math.log10(max(epochs, 1) / MOST_EPOCHS) - ALMOST))
        return axis.mini_batches(np.arange(every, epochs, every, dtype=np.float64))

    @Slot()
    def _on_changed(self) -> None:
        self.synchronize()

    @Slot(int)
    def _on_key(self, go: int) -> None:
        match go:
            case Go.BACK:
                self._travel.go_back()
            case Go.ON:
                self._travel.go_on()
            case Go.EPOCH_BACK:
                self._travel.go_back_an_epoch()
            case Go.EPOCH_ON:
                self._travel.go_on_an_epoch()
            case Go.START:
                self._travel.go_to_start()
            case Go.NOW:
                self._travel.return_to_now()
