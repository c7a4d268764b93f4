"""The plane of the inputs, coloured by what the network answers there, with the points on it."""

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from nnviz.engine.arrays import FloatArray
from nnviz.engine.network import Parameters
from nnviz.formatting import count
from nnviz.stores.edits import ExampleKey
from nnviz.stores.workspace import Workspace
from nnviz.views.panels.panel import Panel
from nnviz.views.panels.plane_builder import PlaneBuilder, PlaneData
from nnviz.views.panels.plane_legend import PlaneLegend
from nnviz.views.panels.plane_view import PlaneView
from nnviz.views.theme import text_font
from nnviz.views.throttle import Throttle
from nnviz.visual.class_names import cut
from nnviz.visual.palette import Palette
from nnviz.visual.plane import answers_at, classes_on

__all__ = ["DecisionBoundary"]

REFRESH_MS = 250
SIDE_PX = 176
"""The least that the legend and the reading take."""
SHOWN_OUTPUTS = 4
LONGEST_NAME = 18
ASPECT = 1.4


class DecisionBoundary(Panel):
    """Follows the newest parameters, at most four times a second, and only while it is seen."""

    key = "decision-boundary"
    title = "Boundary"

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent)
        self._builder = PlaneBuilder(workspace, self.theme)
        self._data: PlaneData | None = None
        self._pointed: tuple[float, float] | None = None
        self.view = PlaneView(self)
        self.view.setObjectName("decision-boundary.view")
        self.legend = PlaneLegend(self)
        self.reading_label = QLabel(self)
        self.reading_label.setObjectName("decision-boundary.reading")
        self.reading_label.setAccessibleName("What the network answers at the pointer")
        self.reading_label.setWordWrap(True)
        self.reading_label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.reading_label.setTextFormat(Qt.TextFormat.PlainText)
        self.reading_label.setFont(text_font(12))
        self.about_label = QLabel(self)
        self.about_label.setObjectName("decision-boundary.about")
        self.about_label.setProperty("muted", True)
        self.about_label.setFont(text_font(11))
        self.empty_label = QLabel(self)
        self.empty_label.setObjectName("decision-boundary.empty")
        self.empty_label.setProperty("muted", True)
        self.empty_label.setWordWrap(True)
        self.empty_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for label in (self.reading_label, self.empty_label):  # never the reason for a high window
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._arrange()
        self.view.chosen.connect(self._on_chosen)
        self.view.pointed.connect(self._on_pointed)
        self._throttle = Throttle(REFRESH_MS, self)
        self._throttle.due.connect(self._on_due)
        for signal in (
            workspace.training.snapshot_changed,
            workspace.training.state_changed,
            workspace.parameters_changed,
            workspace.stepper.trace_changed,
        ):
            signal.connect(self._throttle.request)
        for signal in (
            workspace.network_changed,
            workspace.selection.selection_changed,
            workspace.display.changed,
        ):
            signal.connect(self._on_others)

    def set_theme(self, palette: Palette) -> None:
        """Change the colours."""
        self._builder, self._data = PlaneBuilder(self.workspace, palette), None
        super().set_theme(palette)

    def synchronize(self) -> None:
        """Draw the answers of the newest parameters."""
        sentence = self._why_nothing()
        self.empty_label.setText(sentence)
        self._pages.setCurrentIndex(0 if sentence else 1)
        if sentence:
            return
        if self._data is None:
            self._data = self._builder.data()
        parameters = self._parameters()
        picture = self._builder.picture(self._data, parameters, ASPECT)
        self.view.show_picture(picture, self.theme)
        self.view.setAccessibleName(self._spoken())
        self.legend.show_lines(self._data.lines, self._builder.scale(picture), self.theme)
        self._share_room()
        self._show_reading(parameters)
        self._show_about()

    def settle(self) -> None:
        """Draw now what the throttle would draw in a moment."""
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the plane the width that suits the new height."""
        super().resizeEvent(event)
        self._share_room()

    def _why_nothing(self) -> str:
        inputs = self.workspace.spec.sizes[0]
        if inputs <= 2:
            return ""
        return (
            f"This network has {count(inputs)} inputs; a plane shows the answers of networks with "
            "two inputs, a curve those with one. Choose a toy set such as Spirals from the presets."
        )

    def _parameters(self) -> Parameters:
        """Return the run's newest parameters while there is one, else the network's, float64."""
        snapshot = self.workspace.run.live_snapshot
        if snapshot is not None:
            return snapshot.parameters.astype(np.float64)
        return self.workspace.state.parameters

    def _share_room(self) -> None:
        widest = max(self.width() - SIDE_PX - 24, 140)
        self.view.setFixedWidth(min(widest, self.view.wanted_width(self.view.height())))

    def _show_reading(self, parameters: Parameters | None = None) -> None:
        """Say what the network answers under the pointer, or how to ask."""
        if self._pointed is None or self._why_nothing():
            self.reading_label.setText(
                "Point at a place to read the answer there; click a point to step through it."
            )
            return
        spec, notation = self.workspace.spec, self.workspace.display.notation
        inputs = np.array([self._pointed[: spec.sizes[0]]])
        outputs = answers_at(spec, parameters or self._parameters(), inputs)[0]
        values = ", ".join(notation.number(value) for value in inputs[0].tolist())
        said = self._answer(outputs)
        self.reading_label.setText(
            f"x = {values if len(inputs[0]) == 1 else f'({values})'}\n{said}"
        )

    def _answer(self, outputs: FloatArray) -> str:
        notation, names = self.workspace.display.notation, self.workspace.class_names
        if not names:
            texts = [notation.number(value) for value in outputs.tolist()[:SHOWN_OUTPUTS]]
            more = ", …" if len(outputs) > SHOWN_OUTPUTS else ""
            return f"a = {texts[0]}" if len(outputs) == 1 else f"a = ({', '.join(texts)}{more})"
        order = np.argsort(-outputs, kind="stable")[:SHOWN_OUTPUTS].tolist()
        winner = int(classes_on(outputs[None])[0])
        rows = [f"answer: {cut(names[winner], LONGEST_NAME)}"]
        rows += [
            f"{cut(names[row], LONGEST_NAME)}  {notation.number(outputs[row])}" for row in order
        ]
        return "\n".join(rows)

    def _show_about(self) -> None:
        assert self._data is not None
        parts = ["live"] if self.workspace.run.is_live else []
        if self._data.drawn < self._data.there:
            parts.insert(0, f"{count(self._data.drawn)} of {count(self._data.there)} points")
        self.about_label.setText(" · ".join(parts))

    def _spoken(self) -> str:
        what = "Answers in the plane of the inputs"
        if self.workspace.spec.sizes[0] == 1:
            what = "Output along the input"
        examples = self.workspace.examples
        return f"{what}; example {examples.index} is ringed"

    @Slot(object)
    def _on_chosen(self, key: ExampleKey) -> None:
        self.workspace.examples.show(*key)

    @Slot(object)
    def _on_pointed(self, values: tuple[float, float] | None) -> None:
        self._pointed = values
        self._show_reading()

    @Slot()
    def _on_others(self) -> None:
        """Make the points anew: the network, the data or what is shown of it is another."""
        self._data = None
        self._throttle.request()

    @Slot()
    def _on_due(self) -> None:
        self.refresh()

    def _arrange(self) -> None:
        side = QVBoxLayout()
        side.setContentsMargins(6, 4, 8, 2)
        side.setSpacing(5)
        side.addWidget(self.legend)
        side.addWidget(self.reading_label, 1)
        side.addWidget(self.about_label)
        page = QWidget(self)
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.view)
        row.addLayout(side, 1)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.empty_label)
        self._pages.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 2, 4, 4)
        layout.addWidget(self._pages)
