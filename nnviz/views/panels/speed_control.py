"""How fast a run may go: a slider from one mini-batch a second to flat out."""

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from nnviz.stores.training_store import TrainingStore
from nnviz.training.pacing import SPEEDS, speed_text
from nnviz.views.theme import text_font
from nnviz.views.widgets.step_slider import StepSlider
from nnviz.visual.palette import Palette

__all__ = ["SpeedControl"]

TEXT_PX = 12
TIP = "How fast a run goes: slow to watch single mini-batches, flat out to get done"


class SpeedControl(QWidget):
    """Sets the speed limit of a training store, before a run and while it is on."""

    def __init__(self, training: TrainingStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._training = training
        caption = QLabel("&Speed")
        caption.setFont(text_font(TEXT_PX))
        self.slider = StepSlider()
        self.slider.setObjectName("training.speed")
        self.slider.setRange(0, len(SPEEDS) - 1)
        self.slider.setToolTip(TIP)
        self.slider.setAccessibleName("Speed of training")
        self.text_label = QLabel()
        self.text_label.setObjectName("training.speed-text")
        self.text_label.setProperty("muted", True)
        self.text_label.setFont(text_font(TEXT_PX))
        caption.setBuddy(self.slider)
        self.setToolTip(TIP)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(caption)
        row.addWidget(self.slider)
        row.addWidget(self.text_label, 1)
        self.slider.valueChanged.connect(self._on_moved)
        training.speed_limit_changed.connect(self._show)
        self._show()

    def set_theme(self, palette: Palette) -> None:
        """Change the colours."""
        self.slider.set_theme(palette)

    @Slot(int)
    def _on_moved(self, step: int) -> None:
        self._training.set_speed_limit(SPEEDS[step])

    @Slot()
    def _show(self) -> None:
        limit = self._training.speed_limit
        nearest = min(range(len(SPEEDS)), key=lambda step: (SPEEDS[step] < limit, step))
        with QSignalBlocker(self.slider):
            self.slider.setValue(nearest)
        self.text_label.setText(speed_text(limit))
        self.slider.setAccessibleDescription(speed_text(limit))
