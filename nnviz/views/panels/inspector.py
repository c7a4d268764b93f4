"""The story of one neuron or edge: its equation, its numbers, their check, the terms of sums."""

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, Qt, Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from nnviz.formatting import number
from nnviz.stores.workspace import Workspace
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import NodeRef, Ref
from nnviz.trace.reveal import Reveal
from nnviz.trace.steps import Phase
from nnviz.views.panels.check_card import CheckCard
from nnviz.views.panels.neuron_images import NeuronImages
from nnviz.views.panels.panel import Panel
from nnviz.views.panels.story import Story, tell
from nnviz.views.panels.story_card import StoryCard
from nnviz.views.panels.terms import incoming_terms, outgoing_terms
from nnviz.views.panels.terms_model import Column
from nnviz.views.panels.terms_table import TermsTable
from nnviz.views.panels.values import entries_of
from nnviz.views.widgets.value_cell import CELL_PADDING, ValueCell
from nnviz.visual.scales import Scale

__all__ = ["Inspector"]

SUM_DIGITS = 4
MOST_VALUES = 8
MARGIN = 12
"""Beside all texts, in px."""
FIRST_STEP = "Press → to do the first step."
INVITATION = "Click a neuron or an edge to see where its numbers come from."

_INDEX = Column("k", "Number of the neuron, from 0")
_INCOMING = (
    _INDEX,
    Column("w", "Weight of the edge to this neuron", Scale.WEIGHT),
    Column("a", "Activation of the neuron that the edge comes from"),
    Column("w·a", "One term of the sum that makes z"),
)
_OUTGOING = (
    _INDEX,
    Column("w", "Weight of the edge from this neuron", Scale.WEIGHT),
    Column("∂C/∂b", "Error signal of the neuron that the edge leads to", Scale.DERIVATIVE),
    Column("w·∂C/∂b", "One term of the sum that makes ∂C/∂a", Scale.DERIVATIVE),
)
_BAR = Column("", "The products as bars, positive ones to the right")
_PIXEL = Column("pixel", "Row and column of the pixel, from 0")


class Inspector(Panel):
    """Says where the numbers of the selected neuron or edge come from, at the current step."""

    title = "Inspector"
    key = "inspector"

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent)
        self.setAccessibleName("Inspector")
        self.story = StoryCard(self)
        self.cells = tuple(ValueCell(parent=self) for _ in range(MOST_VALUES))
        self.check = CheckCard(self)
        self.images = NeuronImages(self)
        self.incoming = TermsTable(
            "incoming", "The terms of z, the largest first", (*_INCOMING, _BAR), self
        )
        self.outgoing = TermsTable(
            "outgoing", "The terms of ∂C/∂a, the largest first", (*_OUTGOING, _BAR), self
        )
        self._values = QWidget(self)
        self._sections = QVBoxLayout()
        self._sections_order: tuple[QWidget, ...] = ()
        self._build()
        stepper = workspace.stepper
        stepper.trace_changed.connect(self._on_changed)
        stepper.timeline_changed.connect(self._on_changed)
        workspace.selection.selection_changed.connect(self._on_changed)
        workspace.training.state_changed.connect(self._on_changed)
        self.story.ref_requested.connect(self._on_ref_requested)
        for section in (self.incoming, self.outgoing):
            section.edge_requested.connect(self._on_ref_requested)
            section.neuron_requested.connect(self._on_ref_requested)
        self.images.edge_requested.connect(self._on_ref_requested)

    def _build(self) -> None:
        grid = QGridLayout(self._values)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        for index, cell in enumerate(self.cells):
            grid.addWidget(cell, index // 2, index % 2)
        self._sections.setSpacing(14)
        self._sections.setContentsMargins(CELL_PADDING, 0, CELL_PADDING, 0)
        body = QWidget(self)
        body.setProperty("panel", True)
        column = QVBoxLayout(body)
        column.setContentsMargins(MARGIN - CELL_PADDING, 10, MARGIN - CELL_PADDING, MARGIN)
        column.setSpacing(12)
        for widget in (self.story, self._values, self.check):
            column.addWidget(widget)
        column.addLayout(self._sections)
        column.addStretch(1)
        self._body = body
        self._scroll = scroll = QScrollArea(self)
        scroll.setObjectName("inspector.scroll")
        scroll.setAccessibleName("Inspector")
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(body)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)
        self._order(Phase.FORWARD)

    def synchronize(self) -> None:
        """Show the selection at the current step."""
        stepper = self.workspace.stepper
        trace, timeline = stepper.trace, stepper.timeline
        if trace is None:
            self._show_empty(None)
            return
        reveal = timeline.reveal()
        ref = self._selected(trace)
        if timeline.current is None:
            self._show_empty(ref)
        else:
            story = tell(trace, timeline, ref)
            hint = INVITATION if ref is None else ""
            self.story.show_story(self.workspace, ref, story, hint, self.theme)
        self._show_values(trace, reveal, ref)
        self.check.setVisible(ref is not None)
        with np.errstate(all="ignore"):  # a network that has diverged is shown as it is
            if ref is not None:
                self.check.show_check(trace, reveal, ref, self.theme)
            node = ref if isinstance(ref, NodeRef) else None
            self._show_incoming(trace, reveal, node)
            self._show_outgoing(trace, reveal, node)
            self._show_images(trace, reveal, node)
        self._order(timeline.phase)
        self._settle()

    def _settle(self) -> None:
        """Lay everything out at once: left to Qt it takes three turns of the event loop, seen."""
        for widget in (self.story, self._values, self.check, self.incoming, self.outgoing):
            layout = widget.layout()
            if layout is not None:
                layout.activate()
        layout = self._body.layout()
        if layout is not None:
            layout.activate()
        QCoreApplication.sendEvent(self._scroll, QEvent(QEvent.Type.LayoutRequest))

    def _selected(self, trace: PassTrace) -> Ref | None:
        """Return the selection, None if ``trace`` is still that of a network without it."""
        ref = self.workspace.selection.selected
        if ref is None or not ref.exists_in(trace.spec.sizes):
            return None
        return ref

    def _show_empty(self, ref: Ref | None) -> None:
        """Say what to do before there is anything to tell."""
        stepper = self.workspace.stepper
        locked = stepper.trace is None or stepper.locked
        sentence = self.workspace.why_no_example() if locked else FIRST_STEP
        story = Story(None, self.workspace.state.title, sentence)
        if ref is not None:
            story = Story(None, "", sentence)
        hint = "" if locked or ref is not None else INVITATION
        self.story.show_story(self.workspace, ref, story, hint, self.theme)

    def _show_values(self, trace: PassTrace, reveal: Reveal, ref: Ref | None) -> None:
        has_example = not self.workspace.stepper.locked
        entries = () if ref is None else entries_of(trace, reveal, ref, has_example)
        self._values.setVisible(bool(entries))
        for index, cell in enumerate(self.cells):
            cell.setVisible(index < len(entries))
            if index < len(entries):
                entry = entries[index]
                cell.setObjectName(f"inspector.value.{entry.key}")
                cell.set_value(entry.symbol, entry.meaning, entry.value, entry.scale, self.theme)

    def _show_incoming(self, trace: PassTrace, reveal: Reveal, node: NodeRef | None) -> None:
        shown = (
            node is not None
            and node.layer > 0
            and reveal.knows(Quantity.ACTIVATION, node.layer - 1)
        )
        self.incoming.setVisible(shown)
        if node is None or not shown:
            return
        terms = incoming_terms(trace, node)
        text = f"Σ w·a = {number(terms.total, SUM_DIGITS)}"
        if reveal.knows(Quantity.PREACTIVATION, node.layer):
            bias = number(trace.value(Quantity.BIAS, node), SUM_DIGITS)
            z = number(trace.value(Quantity.PREACTIVATION, node), SUM_DIGITS)
            plus = f"− {bias[1:]}" if bias.startswith("−") else f"+ {bias}"
            text = f"Σ w·a + b = {number(terms.total, SUM_DIGITS)} {plus} = {z} =\u00a0z"
        sources = [edge.source for edge in terms.edges]
        shape = self._image_shape(trace) if node.layer == 1 else None
        self.incoming.model.set_first_header(_INDEX if shape is None else _PIXEL)
        names = tuple(
            str(source) if shape is None else f"{source // shape[1]}, {source % shape[1]}"
            for source in sources
        )
        self.incoming.show_terms(terms, names, text, self.theme)

    def _show_outgoing(self, trace: PassTrace, reveal: Reveal, node: NodeRef | None) -> None:
        shown = (
            node is not None
            and node.layer < trace.spec.layer_count
            and reveal.knows(Quantity.ACTIVATION_GRADIENT, node.layer)
        )
        self.outgoing.setVisible(shown)
        if node is None or not shown:
            return
        terms = outgoing_terms(trace, node)
        symbol = "∂C/∂x" if node.layer == 0 else "∂C/∂a"
        text = f"Σ w·∂C/∂b = {number(terms.total, SUM_DIGITS)} =\u00a0{symbol}"
        self.outgoing.set_title(f"The terms of {symbol}, the largest first")
        names = tuple(str(neuron.neuron) for neuron in terms.neurons)
        self.outgoing.show_terms(terms, names, text, self.theme)

    def _show_images(self, trace: PassTrace, reveal: Reveal, node: NodeRef | None) -> None:
        shape = self._image_shape(trace)
        shown = node is not None and node.layer == 1 and shape is not None
        self.images.setVisible(shown)
        if node is not None and shape is not None and shown:
            self.images.show_neuron(trace, reveal, node, shape, self.theme)

    def _image_shape(self, trace: PassTrace) -> tuple[int, int] | None:
        shape = self.workspace.state.image_shape
        if shape is None or shape[0] * shape[1] != trace.spec.sizes[0]:
            return None
        return shape

    def _order(self, phase: Phase) -> None:
        """Put the sum first that the phase is about: z going forward, ∂C/∂a going backward."""
        order: tuple[QWidget, ...] = (self.images, self.incoming, self.outgoing)
        if phase in (Phase.BACKWARD, Phase.UPDATE):
            order = (self.outgoing, self.images, self.incoming)
        if order != self._sections_order:
            self._sections_order = order
            for section in order:
                self._sections.removeWidget(section)
                self._sections.addWidget(section)

    @Slot(object)
    def _on_changed(self, _: object) -> None:
        self.refresh()

    @Slot(object)
    def _on_ref_requested(self, ref: Ref) -> None:
        self.workspace.selection.select(ref)
