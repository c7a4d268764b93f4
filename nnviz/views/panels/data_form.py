"""The data of the network: what it is and what was done to it; of a toy set, how it is drawn."""

from dataclasses import replace

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from nnviz.datasets.toy_recipe import LEAST_POINTS, MOST_NOISE, MOST_POINTS, Toy
from nnviz.stores.document_data import why_absent
from nnviz.stores.workspace import Workspace
from nnviz.views.theme import text_font
from nnviz.views.widgets.fields import FieldRow
from nnviz.views.widgets.number_field import NumberField, NumberProblem
from nnviz.views.widgets.number_rule import NumberRule

__all__ = ["DataForm"]

NOTE_PX = 12
SEEDS = 2**31
POINTS = NumberRule("the number of points", least=LEAST_POINTS, most=MOST_POINTS, whole=True)
NOISE = NumberRule("the noise", most=MOST_NOISE, first_step=0.01)


class DataForm(QWidget):
    """Hidden for MNIST and for bare samples, of which there is nothing to say."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        heading = QLabel("Data")
        heading.setProperty("heading", True)
        self.note_label = QLabel()
        self.note_label.setObjectName("training.data")
        self.note_label.setFont(text_font(NOTE_PX))
        self.note_label.setWordWrap(True)
        self.note_label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.points_box = NumberField("training.points", POINTS)
        self.noise_box = NumberField("training.noise", NOISE)
        self.again_button = QPushButton("New points")
        self.again_button.setObjectName("training.new-points")
        self.problem_label = NumberProblem(
            "training.data-problem", [self.points_box, self.noise_box]
        )
        self._toy_row = FieldRow()
        self._toy_row.add("&Points", self.points_box)
        self._toy_row.add("Noi&se", self.noise_box)
        self._tips = {
            self.points_box: "How many points there are to train on; half as many are for the test",
            self.noise_box: "How far points are moved at random: a standard deviation",
            self.again_button: "Draw other points of the same shape; the weights stay",
        }
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(6)
        for widget in (
            heading, self.note_label, self._toy_row, self.problem_label, self.again_button,
        ):  # fmt: skip
            layout.addWidget(widget)
        self.points_box.valueChanged.connect(self._on_points_changed)
        self.noise_box.valueChanged.connect(self._on_noise_changed)
        self.again_button.clicked.connect(self._on_again)

    def synchronize(self) -> None:
        """Say what the data is; the points can be changed while no run is on."""
        state, active = self._workspace.state, self._workspace.training.is_active
        note = "" if state.samples is None else state.samples.note
        if state.absent is not None:
            note = why_absent(state.absent)
        self.note_label.setText(note)
        self.setVisible(bool(note))
        toy = self._toy
        self._toy_row.setVisible(toy is not None)
        self.again_button.setVisible(toy is not None)
        for field, tip in self._tips.items():
            field.setEnabled(not active)
            field.setToolTip("Stop the run first." if active else f"{tip}.")
        if toy is not None:
            self.points_box.show_value(toy.points, anew=active)
            self.noise_box.show_value(toy.noise, anew=active)

    @property
    def _toy(self) -> Toy | None:
        samples = self._workspace.state.samples
        return None if samples is None else samples.toy

    @Slot(float)
    def _on_points_changed(self, value: float) -> None:
        if self._toy is not None:
            self._workspace.data.draw_toy(replace(self._toy, points=int(value)))

    @Slot(float)
    def _on_noise_changed(self, value: float) -> None:
        if self._toy is not None:
            self._workspace.data.draw_toy(replace(self._toy, noise=value))

    @Slot()
    def _on_again(self) -> None:
        if self._toy is not None:
            self._workspace.data.draw_toy(replace(self._toy, seed=(self._toy.seed + 1) % SEEDS))
