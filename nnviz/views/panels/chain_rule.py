"""The chain rule of the current step: its graph, its product, and the paths of what is chosen."""

from PySide6.QtCore import QPointF, QSize, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nnviz.stores.workspace import Workspace
from nnviz.trace.chain import Term, term_of
from nnviz.trace.chain_graph import build_graph, product_of, step_target
from nnviz.trace.chain_paths import edges_above, path_count
from nnviz.trace.chain_texts import list_paths, tell_target
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.refs import EdgeRef, NodeRef, Ref
from nnviz.views.panels.chain_drawing import ChainScene, Drawing, Hit
from nnviz.views.panels.chain_paths import EMPTY, ChainPaths
from nnviz.views.panels.chain_picture import GRAPH_HEIGHT, draw_graph
from nnviz.views.panels.chain_product import PRODUCT_HEIGHT, draw_product
from nnviz.views.panels.chain_view import ChainView
from nnviz.views.panels.panel import Panel
from nnviz.views.widgets.elided_label import ElidedLabel

__all__ = ["ChainRule"]

GRAPH, PRODUCT, PATHS = range(3)
_TITLES = ("Graph", "Product", "Paths")
_HINTS = (
    "What depends on what, with the local derivative at each arrow",
    "The current derivative as a product; braces mark what is reused",
    "Every path from the chosen weight, bias or input to the cost",
)
HEADER_HEIGHT = 26
MOST_LIT = 300
"""Edges that are lit together; of more, those of the listed paths."""
WIDE = 780
"""From this width on, in px, the paths stand beside the graph."""
GRAPH_SHARE, PATHS_SHARE = 55, 45


class ChainRule(Panel):
    """Graph and product at the left, paths at the right; one after the other where it is narrow."""

    title = "Chain rule"
    key = "chain-rule"

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._part = GRAPH
        self._focus: QPointF | None = None
        self.caption = ElidedLabel(self)
        self.caption.setObjectName("chain-rule.caption")
        self.view = ChainView(self)
        self.scroll_area = QScrollArea(self)
        self.scroll_area.setObjectName("chain-rule.scroll")
        self.scroll_area.setWidget(self.view)
        self.scroll_area.setWidgetResizable(True)
        self.scroll_area.setFrameShape(QFrame.Shape.NoFrame)
        self.paths = ChainPaths(self)
        self.buttons = QButtonGroup(self)
        header = QHBoxLayout()
        header.setContentsMargins(8, 2, 8, 0)
        header.setSpacing(2)
        header.addWidget(self.caption, 1)
        for number, (text, hint) in enumerate(zip(_TITLES, _HINTS, strict=True)):
            header.addWidget(self._button(number, text, hint))
        body = QHBoxLayout()
        body.setSpacing(0)
        for part, share in ((self.scroll_area, GRAPH_SHARE), (self.paths, PATHS_SHARE)):
            part.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
            body.addWidget(part, share)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(header)
        layout.addLayout(body, 1)
        self._connect()

    def sizeHint(self) -> QSize:
        """Return a size at which graph and paths stand side by side."""
        return QSize(640, 210)

    def synchronize(self) -> None:
        """Draw everything anew from the workspace."""
        self._arrange()
        trace = self._trace()
        if trace is None:
            self.view.set_drawings((), self.theme)
            self.caption.show_text("")
            self.paths.show_nothing("Open a network with an example to see its chain rule.")
            self.workspace.selection.light(frozenset())
            return
        selected = self._selected(trace)
        timeline = self.workspace.stepper.timeline
        if selected is None:
            self.paths.show_nothing(EMPTY)
        elif self._needs_paths(selected):
            notation = self.workspace.display.notation
            self.paths.show_paths(
                list_paths(trace, timeline.reveal(), selected, self._example(trace), notation),
                self.theme,
            )
        self._draw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the parts for the new size."""
        super().resizeEvent(event)
        self.refresh()

    def settle(self) -> None:
        """Scroll now to the current factor."""
        self._show_focus()

    def leave_sight(self) -> None:
        """Leave no light behind on the canvas."""
        self.workspace.selection.light(frozenset())

    @Slot()
    def _on_changed(self) -> None:
        self.refresh()

    @Slot()
    def _on_path_changed(self) -> None:
        if self.in_sight and self._trace() is not None:
            self._draw()

    @Slot(int)
    def _on_part_chosen(self, part: int) -> None:
        self._part = part
        self.refresh()

    @Slot(object)
    def _on_jump(self, hit: Hit) -> None:
        """Go to the step where the number is seen, and select its neuron or edge."""
        trace = self._trace()
        if trace is None:
            return
        stepper, need = self.workspace.stepper, hit.need
        position = stepper.timeline.position_of(
            need.quantity, need.layer, need.neuron, self._example(trace)
        )
        if position is not None:
            stepper.move_to(position)
        if hit.ref is not None:
            self.workspace.selection.select(hit.ref)

    @Slot(object)
    def _on_hover(self, ref: Ref | None) -> None:
        self.workspace.selection.hover(ref)

    @Slot(object)
    def _on_hovered(self, ref: Ref | None) -> None:
        self.view.set_lit(ref)

    def _button(self, part: int, text: str, hint: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(f"chain-rule.{text.lower()}")
        button.setText(text)
        button.setToolTip(hint)
        button.setCheckable(True)
        button.setChecked(part == self._part)
        button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        button.setStyleSheet("padding: 1px 8px;")  # three of them share the caption's line
        self.buttons.addButton(button, part)
        return button

    def _connect(self) -> None:
        workspace = self.workspace
        for signal in (
            workspace.stepper.trace_changed,
            workspace.stepper.timeline_changed,
            workspace.selection.selection_changed,
            workspace.display.changed,
            workspace.network_changed,
        ):
            signal.connect(self._on_changed)
        workspace.selection.hovered_changed.connect(self._on_hovered)
        self.scroll_area.horizontalScrollBar().rangeChanged.connect(self._show_focus)
        self.scroll_area.verticalScrollBar().rangeChanged.connect(self._show_focus)
        self.buttons.idClicked.connect(self._on_part_chosen)
        self.paths.path_changed.connect(self._on_path_changed)
        self.view.jump_requested.connect(self._on_jump)
        self.view.hover_requested.connect(self._on_hover)

    def _trace(self) -> PassTrace | None:
        """Return the pass of this network, None while there is none."""
        trace = self.workspace.stepper.trace
        if trace is None or self.workspace.stepper.locked or trace.spec != self.workspace.spec:
            return None
        return trace

    def _example(self, trace: PassTrace) -> int:
        """Return the example that is looked at; of all together the first."""
        return min(self.workspace.stepper.timeline.example or 0, trace.example_count - 1)

    def _selected(self, trace: PassTrace) -> Ref | None:
        selected = self.workspace.selection.selected
        if selected is None or not selected.exists_in(trace.spec.sizes):
            return None
        return selected

    def _needs_paths(self, selected: Ref) -> bool:
        """Whether the list is seen, or one of its paths is lit, or it says what is lit."""
        if self._shown()[2] or self.paths.path is not None:
            return True
        return isinstance(selected, EdgeRef) and not self._all_edges(selected)

    def _all_edges(self, selected: EdgeRef) -> frozenset[Ref]:
        return edges_above(self.workspace.spec, selected, MOST_LIT)

    def _room(self) -> float:
        """Return the height below the caption, in px."""
        return max(self.height() - HEADER_HEIGHT, 1)

    def _shown(self) -> tuple[bool, bool, bool]:
        """Return which of graph, product and paths there is room for, by choice where it is not."""
        room = self._room()
        both = room >= GRAPH_HEIGHT + PRODUCT_HEIGHT
        wide = self.width() >= WIDE
        part = self._part
        if wide and part == PATHS:
            part = GRAPH
        if both and part == PRODUCT:
            part = GRAPH
        graph, product = part == GRAPH, part == PRODUCT
        return graph, product or (both and graph), wide or part == PATHS

    def _arrange(self) -> None:
        graph, product, paths = self._shown()
        wide = self.width() >= WIDE
        both = self._room() >= GRAPH_HEIGHT + PRODUCT_HEIGHT
        for part, shown in ((GRAPH, not (wide and both)), (PRODUCT, not both), (PATHS, not wide)):
            button = self.buttons.button(part)
            button.setVisible(shown)
            button.setChecked((graph, product and not graph, paths and not wide)[part])
        self.scroll_area.setVisible(graph or product)
        self.paths.setVisible(paths)

    def _draw(self) -> None:
        """Lay graph and product out for the path that is lit, else for the current step."""
        trace = self._trace()
        if trace is None:
            return
        workspace, path = self.workspace, self.paths.path
        timeline = workspace.stepper.timeline
        scene = ChainScene(
            trace, timeline, self._example(trace), workspace.display.notation, self.theme
        )
        selected, step = self._selected(trace), timeline.current
        chosen = selected
        if chosen is None and step is not None and step.neuron is not None:
            chosen = NodeRef(step.layer, step.neuron)
        graph = build_graph(trace.spec, chosen, path)
        target = step_target(step, selected) if path is None else term_of(path.start)
        one_of_many = path is not None and path_count(trace.spec, path.start) > 1
        product = product_of(trace.spec, graph, target, scene.notation, one_of_many)
        shown_graph, shown_product, shown_paths = self._shown()
        width = self.width() * (GRAPH_SHARE / (GRAPH_SHARE + PATHS_SHARE) if shown_paths else 1) - 2
        room = self._room()
        drawings: list[Drawing] = []
        top = 0.0
        if shown_graph:
            share = room
            if shown_product:
                share = max(GRAPH_HEIGHT, min(room * 0.58, room - PRODUCT_HEIGHT))
            drawings.append(draw_graph(scene, graph, product, width, share))
            top = drawings[0].height
        if shown_product:
            drawings.append(draw_product(scene, product, path, width, room - top, top))
        self.view.set_drawings(tuple(drawings), self.theme)
        focus = drawings[0].focus if drawings else None
        self._focus = None if focus is None else focus.center()
        self._show_focus()
        self.caption.show_text(self._caption(scene, product.target))
        self._light(selected)

    @Slot()
    def _show_focus(self) -> None:
        """Scroll to the current factor, without one to the cost; also when there is a new size."""
        area, focus = self.scroll_area.viewport(), self._focus or QPointF(0, 0)
        across, down = focus.x() - area.width() / 2, focus.y() - area.height() / 2
        self.scroll_area.horizontalScrollBar().setValue(round(across))
        self.scroll_area.verticalScrollBar().setValue(round(down))

    def _caption(self, scene: ChainScene, target: Term) -> str:
        """Say in words what the product is, and whether the current step computes it."""
        if self.paths.path is not None:
            return "One path: its factors along the graph"
        return tell_target(scene.trace, scene.timeline, target, scene.example, scene.notation)

    def _light(self, selected: Ref | None) -> None:
        """Light one path on the canvas, or all that are listed."""
        refs: frozenset[Ref] = frozenset()
        path = self.paths.path
        if path is not None:
            refs = path.refs
        elif isinstance(selected, EdgeRef):
            refs = self._all_edges(selected)
            if not refs:
                refs = frozenset(edge for each in self.paths.model.paths for edge in each.edges)
        self.workspace.selection.light(refs)
