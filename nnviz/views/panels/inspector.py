"""The story of one neuron or edge: its equation, its numbers, their check, the terms of sums."""

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from nnviz.stores.display_store import StepView
from nnviz.stores.training_store import TrainingState
from nnviz.stores.workspace import Workspace
from nnviz.trace.notation import Notation
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.refs import NodeRef, Ref
from nnviz.trace.reveal import Reveal
from nnviz.trace.steps import Phase
from nnviz.views.panels.check_card import CheckCard
from nnviz.views.panels.diagnosis_card import DiagnosisCard
from nnviz.views.panels.neuron_images import NeuronImages
from nnviz.views.panels.neuron_terms import IncomingTerms, OutgoingTerms
from nnviz.views.panels.panel import Panel
from nnviz.views.panels.story import Story, Teller
from nnviz.views.panels.story_card import StoryCard
from nnviz.views.panels.values import Entry, entries_of
from nnviz.views.widgets.value_cell import CELL_PADDING, ValueCell
from nnviz.visual.palette import Palette

__all__ = ["Inspector"]

MOST_VALUES = 12
AFTER_CANVAS_MS = 55
"""What the canvas is given to show a step before the inspector explains it."""
MARGIN = 12
"""Beside all texts, in px."""
FIRST_STEP = "Press → to do the first step."
INVITATION = "Click a neuron or an edge to see where its numbers come from."


class Inspector(Panel):
    """Says where the numbers of the selected neuron or edge come from, at the current step."""

    title = "Inspector"
    key = "inspector"

    svg_requested = Signal(object)
    """Emitted with the bytes of an SVG picture of equations that the user wants to save."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent)
        self.setAccessibleName("Inspector")
        self.story = StoryCard(workspace, self)
        self.cells = tuple(ValueCell(parent=self) for _ in range(MOST_VALUES))
        self.diagnosis = DiagnosisCard(self)
        self.check = CheckCard(self)
        self.images = NeuronImages(self)
        self.incoming = IncomingTerms(self)
        self.outgoing = OutgoingTerms(self)
        self._values = QWidget(self)
        # The canvas and the chips show a step first: its picture is drawn in another thread, and
        # two that both run Python make each other slow.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(AFTER_CANVAS_MS)
        self._soon.timeout.connect(self._on_due)
        self._sections = QVBoxLayout()
        self._sections_order: tuple[QWidget, ...] = ()
        self._build()
        stepper = workspace.stepper
        stepper.trace_changed.connect(self._on_changed)
        stepper.timeline_changed.connect(self._on_changed)
        workspace.selection.selection_changed.connect(self._on_changed)
        workspace.training.state_changed.connect(self._on_changed)
        workspace.run.follow_changed.connect(self._on_changed)
        workspace.selection.hovered_changed.connect(self._on_lit)
        workspace.display.changed.connect(self._on_display_changed)
        self.story.svg_requested.connect(self.svg_requested)
        for section in (self.incoming, self.outgoing):
            section.edge_requested.connect(self._on_ref_requested)
            section.neuron_requested.connect(self._on_ref_requested)
            section.edge_hovered.connect(self._on_ref_hovered)
        self.images.edge_requested.connect(self._on_ref_requested)
        for card in (self.story, self.diagnosis, self.check):
            card.ref_requested.connect(self._on_ref_requested)
            card.ref_hovered.connect(self._on_ref_hovered)
        self.check.grown.connect(self._on_check_grown)

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
        for widget in (self.story, self.diagnosis, self._values, self.check):
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

    def refresh(self) -> None:
        """Draw everything anew in a moment, once for all that has changed by then."""
        if self.in_sight:
            self._soon.start()

    @property
    def is_up_to_date(self) -> bool:
        """Whether nothing is to be drawn in a moment."""
        return not self._soon.isActive()

    @Slot()
    def finish(self) -> None:
        """Draw now what is to be drawn in a moment."""
        if self._soon.isActive():
            self._on_due()

    def leave_sight(self) -> None:
        """Check nothing that nobody sees."""
        self._soon.stop()
        self.check.checker.cancel()

    def settle(self) -> None:
        """Explain the current step now, with the check of its layer."""
        self.finish()
        self.check.settle()
        self._settle()

    def set_theme(self, palette: Palette) -> None:
        """Change the colours at once, as everything else does."""
        super().set_theme(palette)
        self.finish()

    def synchronize(self) -> None:
        """Show the selection at the current step."""
        self._soon.stop()
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
            matrix = self.workspace.display.view is StepView.MATRIX
            teller = Teller(trace, timeline, self._notation, matrix)
            hint = INVITATION if ref is None else ""
            self.story.show_story(ref, teller.tell(ref), hint, self.theme)
        self._show_values(trace, reveal, ref)
        self.diagnosis.show_findings(trace, timeline, ref, self._notation, self.theme)
        is_running = self.workspace.training.state is TrainingState.RUNNING
        self.check.show_check(
            trace, timeline, ref, self._notation, self.theme,
            follows_run=is_running and self.workspace.run.follow,
        )  # fmt: skip
        with np.errstate(all="ignore"):  # a network that has diverged is shown as it is
            self._show_tables(trace, reveal, ref if isinstance(ref, NodeRef) else None)
        self._order(timeline.phase)
        self._settle()

    @property
    def _notation(self) -> Notation:
        return self.workspace.display.notation

    @property
    def _example(self) -> int | None:
        return self.workspace.stepper.timeline.example

    def _settle(self) -> None:
        """Lay everything out at once: left to Qt it takes three turns of the event loop, seen."""
        cards = (self.story, self.diagnosis, self._values, self.check)
        for widget in (*cards, self.incoming, self.outgoing):
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
        self.story.show_story(ref, story, hint, self.theme)

    def _show_values(self, trace: PassTrace, reveal: Reveal, ref: Ref | None) -> None:
        has_example = not self.workspace.stepper.locked
        entries: tuple[Entry, ...] = ()
        if ref is not None:
            entries = entries_of(trace, reveal, ref, has_example, self._notation, self._example)
        self._values.setVisible(bool(entries))
        for index, cell in enumerate(self.cells):
            cell.setVisible(index < len(entries))
            if index < len(entries):
                entry = entries[index]
                cell.setObjectName(f"inspector.value.{entry.key}")
                cell.set_value(
                    entry.symbol, entry.meaning, entry.value, entry.scale, self.theme,
                    self._notation, entry.offers,
                )  # fmt: skip

    def _show_tables(self, trace: PassTrace, reveal: Reveal, node: NodeRef | None) -> None:
        """Show the two sums around a neuron, and the images of one that looks at an image."""
        shape = self._image_shape(trace)
        if node is None:
            for section in (self.incoming, self.outgoing, self.images):
                section.setVisible(False)
            return
        pixels = shape if node.layer == 1 else None
        notation, theme, example = self._notation, self.theme, self._example
        self.incoming.setVisible(
            self.incoming.show_neuron(trace, reveal, node, pixels, notation, theme, example)
        )
        self.outgoing.setVisible(
            self.outgoing.show_neuron(trace, reveal, node, notation, theme, example)
        )
        self.images.setVisible(pixels is not None)
        if pixels is not None:
            self.images.show_neuron(trace, reveal, node, pixels, theme, notation, example)

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

    @Slot()
    def _on_due(self) -> None:
        self._soon.stop()
        if self.in_sight:
            self.synchronize()

    @Slot(object)
    def _on_changed(self, _: object) -> None:
        self.refresh()

    @Slot()
    def _on_display_changed(self) -> None:
        self.refresh()

    @Slot(object)
    def _on_lit(self, ref: Ref | None) -> None:
        self.story.light(ref)

    @Slot(object)
    def _on_ref_requested(self, ref: Ref) -> None:
        self.workspace.selection.select(ref)

    @Slot()
    def _on_check_grown(self) -> None:
        self._settle()

    @Slot(object)
    def _on_ref_hovered(self, ref: Ref | None) -> None:
        self.workspace.selection.hover(ref)
