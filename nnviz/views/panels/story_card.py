"""The head of the inspector: what is selected, which step is told, its sentence and equations."""

import re

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from nnviz.stores.workspace import Workspace
from nnviz.trace.refs import EdgeRef, Ref
from nnviz.trace.steps import Phase
from nnviz.views.panels.story import Story
from nnviz.views.scene.describe import name_of
from nnviz.views.theme import text_font
from nnviz.views.widgets.formula_label import Formula, FormulaLabel
from nnviz.views.widgets.value_cell import CELL_PADDING, sign_colour
from nnviz.visual.palette import RGB, Palette
from nnviz.visual.scales import Scale

__all__ = ["StoryCard"]

SYMBOLIC_PX = 16
NUMERIC_PX = 14
_NUMBER = re.compile(r"−?\d[\d.]*(×10[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)?")


class StoryCard(QWidget):
    """Shows a Story; an edge's two neurons are links."""

    ref_requested = Signal(object)
    """Emitted with the NodeRef behind a clicked link."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector.story")
        self._edge: EdgeRef | None = None
        self._chip_colours: tuple[Phase | None, str] = (None, "")
        self.name = self._label("name", 15, bold=True)
        self.name.linkActivated.connect(self._on_link)
        self.chip = self._label("phase", 11)
        self.chip.setWordWrap(False)
        self.chip.setToolTip("The phase that the equation belongs to")
        self.note = self._label("note", 12)
        self.note.setProperty("muted", True)
        self.title = self._label("title", 13, bold=True)
        self.sentence = self._label("sentence", 13)
        self.symbolic = FormulaLabel(SYMBOLIC_PX, self)
        self.symbolic.setObjectName("inspector.story.symbolic")
        self.symbolic.setToolTip("The equation in symbols")
        self.numeric = FormulaLabel(NUMERIC_PX, self)
        self.numeric.setObjectName("inspector.story.numeric")
        self.numeric.setToolTip("The same equation with its numbers put in")
        self.hint = self._label("hint", 13)
        self.hint.setProperty("muted", True)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.name, 1)
        head.addWidget(self.chip, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(CELL_PADDING, 0, CELL_PADDING, 0)
        layout.setSpacing(8)
        layout.addLayout(head)
        for widget in (
            self.note, self.title, self.sentence, self.symbolic, self.numeric, self.hint,
        ):  # fmt: skip
            layout.addWidget(widget)

    def _label(self, name: str, px: int, bold: bool = False) -> QLabel:
        label = QLabel(self)
        label.setObjectName(f"inspector.story.{name}")
        label.setFont(text_font(px, bold))
        label.setWordWrap(True)
        return label

    def show_story(
        self, workspace: Workspace, ref: Ref | None, story: Story, hint: str, palette: Palette
    ) -> None:
        """Show ``story`` of ``ref``, and below it what one can do next."""
        self._edge = ref if isinstance(ref, EdgeRef) else None
        self._show_name(workspace, ref, story, palette)
        for label, text in (
            (self.note, story.note),
            (self.title, story.title if ref is not None else ""),
            (self.sentence, story.sentence),
            (self.hint, hint),
        ):
            label.setText(text)
            label.setVisible(bool(text))
        self.symbolic.set_formulas((Formula(story.symbolic, palette.text),) * bool(story.symbolic))
        self.numeric.set_formulas(tuple(_coloured(line, palette) for line in story.numeric))
        self._show_chip(story.phase, palette)

    def _show_name(
        self, workspace: Workspace, ref: Ref | None, story: Story, palette: Palette
    ) -> None:
        if isinstance(ref, EdgeRef):
            style = f'style="color: {_css(palette.accent)}; text-decoration: none"'
            source, target = (
                name_of(workspace, node) for node in (ref.source_node, ref.target_node)
            )
            self.name.setText(
                f'<a href="source" {style}>{_capital(source)}</a> → '
                f'<a href="target" {style}>{target}</a>'
            )
            self.name.setToolTip("Click one of the two neurons to select it")
        else:
            self.name.setText(story.title if ref is None else _capital(name_of(workspace, ref)))
            self.name.setToolTip("")

    def _show_chip(self, phase: Phase | None, palette: Palette) -> None:
        if (phase, palette.name) == self._chip_colours:
            return
        self._chip_colours = (phase, palette.name)
        self.chip.setVisible(phase is not None)
        if phase is not None:
            self.chip.setText(phase.value)
            self.chip.setAccessibleName(f"Phase: {phase.value}")
            self.chip.setStyleSheet(
                f"background: {_css(palette.phases[phase])}; color: {_css(palette.text)};"
                "border-radius: 4px; padding: 2px 6px;"
            )

    @Slot(str)
    def _on_link(self, link: str) -> None:
        if self._edge is not None:
            source = link == "source"
            self.ref_requested.emit(self._edge.source_node if source else self._edge.target_node)


def _coloured(line: str, palette: Palette) -> Formula:
    """Colour what an equation comes to like the quantity on its left: derivative, weight, other."""
    if line[0].isdigit():  # the shapes of a matrix equation
        return Formula(line, palette.muted)
    left, _, right = line.partition(" = ")
    result = right.rpartition(" = ")[2]
    if not _NUMBER.fullmatch(result):
        return Formula(line, palette.text)
    scale = None
    if left.startswith("∂C/∂"):
        scale = Scale.DERIVATIVE
    elif left.startswith("w<") and "·" not in left:
        scale = Scale.WEIGHT
    sign = -1.0 if result.startswith("−") else float(result != "0")
    return Formula(line, palette.text, sign_colour(sign, scale, palette))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _css(rgb: RGB) -> str:
    return f"rgb({rgb[0]}, {rgb[1]}, {rgb[2]})"
