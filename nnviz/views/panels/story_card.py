"""The head of the inspector: what is selected, which step is told, its sentence and equations."""

import html

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from nnviz.stores.display_store import StepView
from nnviz.stores.workspace import Workspace
from nnviz.trace.explain_code import CodeLine
from nnviz.trace.refs import EdgeRef, Ref
from nnviz.trace.steps import Phase
from nnviz.views.equations.equation_view import EquationView
from nnviz.views.panels.story import Story
from nnviz.views.panels.view_switch import ViewSwitch
from nnviz.views.scene.describe import name_of
from nnviz.views.theme import css, mono_font, text_font
from nnviz.views.widgets.glossary_label import GlossaryLabel
from nnviz.views.widgets.value_cell import CELL_PADDING
from nnviz.visual.palette import Palette

__all__ = ["StoryCard"]

SYMBOLIC_PX = 18
NUMERIC_PX = 16
MATRIX_PX = 14
CODE_PX = 12


class StoryCard(QWidget):
    """Shows a Story; an edge's two neurons are links."""

    ref_requested = Signal(object)
    """Emitted with the Ref behind a clicked link or piece of an equation."""
    ref_hovered = Signal(object)
    """Emitted with the Ref of the piece of an equation under the pointer, or None."""
    svg_requested = Signal(object)
    """Emitted with the bytes of an SVG picture to be saved."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector.story")
        self._workspace = workspace
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
        self.sentence = GlossaryLabel(13, self)
        self.sentence.setObjectName("inspector.story.sentence")
        self.views = ViewSwitch(workspace.display, self)
        self.symbolic = self._equations("symbolic", SYMBOLIC_PX, "The equation in symbols")
        self.numeric = self._equations("numeric", NUMERIC_PX, "The same with its numbers put in")
        self.matrices = self._equations("matrices", MATRIX_PX, "The layer's numbers as matrices")
        self.running = self._equations("running", MATRIX_PX, "The sum, term by term")
        for view in self.equations:
            view.copy_together_with(self.equations)
        self.code = self._label("code", CODE_PX)
        self.code.setFont(mono_font(CODE_PX))
        self.code.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._statements = self._with_shapes = ""
        self.code.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.code.setToolTip("Right-click copies the lines")
        for text, name, copy in (
            ("Copy &Code", "copy-code", self._on_copy_code),
            ("Copy Code with &Shapes", "copy-code-with-shapes", self._on_copy_with_shapes),
            ("Copy &Selection", "copy-selection", self._on_copy_selection),
        ):
            action = QAction(text, self.code)
            action.setObjectName(f"inspector.story.{name}")
            action.triggered.connect(copy)
            self.code.addAction(action)
        self.hint = self._label("hint", 13)
        self.hint.setProperty("muted", True)
        self._lay_out()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.name, 1)
        head.addWidget(self.chip, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(CELL_PADDING, 0, CELL_PADDING, 0)
        layout.setSpacing(8)
        layout.addLayout(head)
        for widget in (
            self.note, self.title, self.sentence, self.views, self.symbolic, self.numeric,
            self.matrices, self.running, self.code, self.hint,
        ):  # fmt: skip
            layout.addWidget(widget)

    def _label(self, name: str, px: int, bold: bool = False) -> QLabel:
        label = QLabel(self)
        label.setObjectName(f"inspector.story.{name}")
        label.setFont(text_font(px, bold))
        label.setWordWrap(True)
        return label

    def _equations(self, name: str, px: int, tip: str) -> EquationView:
        view = EquationView(px, self)
        view.setObjectName(f"inspector.story.{name}")
        view.setToolTip(f"{tip}; right-click copies")
        view.ref_hovered.connect(self.ref_hovered)
        view.ref_clicked.connect(self.ref_requested)
        view.svg_requested.connect(self.svg_requested)
        return view

    @property
    def equations(self) -> tuple[EquationView, ...]:
        """All equations from top to bottom."""
        return self.symbolic, self.numeric, self.matrices, self.running

    def show_story(self, ref: Ref | None, story: Story, hint: str, palette: Palette) -> None:
        """Show ``story`` of ``ref``, and below it what one can do next."""
        self._edge = ref if isinstance(ref, EdgeRef) else None
        self._show_name(ref, story, palette)
        for label, text in (
            (self.note, story.note),
            (self.title, story.title if ref is not None else ""),
            (self.hint, hint),
        ):
            label.setText(text)
            label.setVisible(bool(text))
        self.sentence.show_sentence(story.sentence, palette)
        self.sentence.setVisible(bool(story.sentence))
        self._show_equations(story, palette)
        self._show_chip(story.phase, palette)

    def light(self, ref: Ref | None) -> None:
        """Light the pieces of the equations that speak of ``ref``."""
        for view in self.equations:
            view.light(ref)

    def _show_equations(self, story: Story, palette: Palette) -> None:
        view = self._workspace.display.view
        is_code = view is StepView.CODE
        is_matrix = view is StepView.MATRIX
        self.views.setVisible(bool(story.symbolic))
        self.symbolic.set_equations(() if is_code else story.symbolic, palette)
        as_matrices = is_matrix or story.of_layer
        numbers = () if is_code else story.numeric
        self.numeric.set_equations(() if as_matrices else numbers, palette)
        self.matrices.set_equations(numbers if as_matrices else (), palette)
        self.running.set_equations(() if is_code or is_matrix else story.running, palette)
        self.code.setVisible(is_code and bool(story.code))
        if is_code:
            note = f"<i>{html.escape(story.code_note)}</i><br>" * bool(story.code_note)
            lines = "<br>".join(_code_html(line, palette) for line in story.code)
            self.code.setText(note + lines)
            self._statements = "\n".join(line.statement for line in story.code)
            self._with_shapes = "\n".join(map(str, story.code))
            self.code.setAccessibleName(self._with_shapes)

    def _show_name(self, ref: Ref | None, story: Story, palette: Palette) -> None:
        if isinstance(ref, EdgeRef):
            style = f'style="color: {css(palette.accent)}; text-decoration: none"'
            source, target = (
                name_of(self._workspace, node) for node in (ref.source_node, ref.target_node)
            )
            self.name.setText(
                f'<a href="source" {style}>{_capital(source)}</a> → '
                f'<a href="target" {style}>{target}</a>'
            )
            self.name.setToolTip("Click one of the two neurons to select it")
        else:
            own = "" if ref is None else name_of(self._workspace, ref)
            self.name.setText(story.title if ref is None else _capital(own))
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
                f"background: {css(palette.phases[phase])}; color: {css(palette.text)};"
                "border-radius: 4px; padding: 2px 6px;"
            )

    @Slot()
    def _on_copy_code(self) -> None:
        QGuiApplication.clipboard().setText(self._statements)

    @Slot()
    def _on_copy_with_shapes(self) -> None:
        QGuiApplication.clipboard().setText(self._with_shapes)

    @Slot()
    def _on_copy_selection(self) -> None:
        if self.code.hasSelectedText():
            selected = self.code.selectedText()
            QGuiApplication.clipboard().setText(selected.replace("\N{LINE SEPARATOR}", "\n"))

    @Slot(str)
    def _on_link(self, link: str) -> None:
        if self._edge is not None:
            source = link == "source"
            self.ref_requested.emit(self._edge.source_node if source else self._edge.target_node)


def _code_html(line: CodeLine, palette: Palette) -> str:
    statement, shapes = html.escape(line.statement), html.escape(line.shapes)
    return f'{statement}<br><span style="color: {css(palette.muted)}"># {shapes}</span>'


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
