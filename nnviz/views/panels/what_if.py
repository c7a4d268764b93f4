"""What if a number were another one: change it by hand, and see how C follows."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from nnviz.errors import NnvizError
from nnviz.stores.edits import ExampleKey, shown_keys
from nnviz.stores.network_state import NetworkState
from nnviz.stores.workspace import Workspace
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.refs import Ref
from nnviz.trace.what_if import (
    Adjustable,
    Kind,
    adjustables_of,
    cost_is_known,
    slope_is_known,
    step_is_known,
    value_of,
)
from nnviz.trace.what_if_curve import Curve, curve_of
from nnviz.trace.what_if_texts import (
    comparison,
    long_name,
    plain_name,
    waiting_for_cost,
    waiting_for_slope,
)
from nnviz.views.panels.panel import Panel
from nnviz.views.panels.what_if_edits import EditList
from nnviz.views.panels.what_if_plot import CostAlongPlot
from nnviz.views.panels.what_if_row import WhatIfRow
from nnviz.views.theme import text_font
from nnviz.views.throttle import Throttle
from nnviz.views.widgets.value_cell import ValueCell

__all__ = ["WhatIf"]

INTERVAL_MS = 30
"""A drag changes the network at most this often; recording a pass of 784-30-10 takes some 3 ms."""
MARGIN_PX = 12
TEXT_PX = 13
INVITATION = "Select a neuron or an edge to change its weight, bias, input or target."
DRAG = "Drag the slider, or type a number: C and everything after it follows at once."


@dataclass(frozen=True, slots=True)
class _Place:
    """What a drag is about: one very network, the row of the pass, and the selection."""

    state: NetworkState
    shown: tuple[ExampleKey, ...]
    example: int
    selected: Ref | None


class WhatIf(Panel):
    """The numbers of the selection to be changed, what C does, and what the slope predicted."""

    title = "What if"
    key = "what-if"

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent)
        self.setAccessibleName("What if")
        self._heading = QLabel()
        self._heading.setProperty("heading", True)
        self._heading.setWordWrap(True)
        self._sentence = QLabel()
        self._sentence.setObjectName("what-if.sentence")
        self._sentence.setFont(text_font(TEXT_PX))
        self._sentence.setWordWrap(True)
        self.rows: tuple[WhatIfRow, ...] = ()
        self._rows_key: object = None
        self._rows_column = QVBoxLayout()
        self._values = QWidget()
        self.cost_before, self.cost_now = _cell("cost-before"), _cell("cost-now")
        self.real, self.predicted = _cell("real"), _cell("predicted")
        self.difference = _cell("difference")
        self.plot = CostAlongPlot()
        self.edit_list = EditList(workspace)
        self._active: Adjustable | None = None
        self._pending: tuple[Adjustable, float, _Place] | None = None
        self._shown_place: _Place | None = None
        self._throttle = Throttle(INTERVAL_MS, self)
        self._throttle.due.connect(self._on_due)
        self._arrange()
        for signal in (
            workspace.stepper.trace_changed,
            workspace.stepper.timeline_changed,
            workspace.selection.selection_changed,
            workspace.training.state_changed,
        ):
            signal.connect(self._on_changed)
        workspace.display.changed.connect(self._on_display_changed)

    @property
    def example(self) -> int:
        """The row of the pass whose inputs and targets are changed."""
        return self.workspace.stepper.timeline.example or 0

    def synchronize(self) -> None:
        """Show the numbers of the selection, and how C depends on the active one."""
        self._shown_place = self._place()
        trace, ref = self.workspace.stepper.trace, self.workspace.selection.selected
        if trace is None or ref is None or not ref.exists_in(trace.spec.sizes):
            ref = None
        adjustables = () if trace is None or ref is None else adjustables_of(trace.spec, ref)
        self._set_rows(trace, adjustables)
        if self._active not in adjustables:
            self._active = adjustables[0] if adjustables else None
        self._heading.setVisible(self._active is not None)
        self.edit_list.synchronize()
        if trace is None or ref is None or self._active is None:
            self._show_sentence(self.workspace.what_if.why_not or INVITATION)
            self._show_curve(None)
            return
        self._show_rows(trace)
        self._heading.setText(self._heading_of(trace, self._active))
        with np.errstate(all="ignore"):  # a network that has diverged is shown as it is
            self._show_consequences(trace, self._active)

    def _show_rows(self, trace: PassTrace) -> None:
        store = self.workspace.what_if
        for row in self.rows:
            row.setEnabled(not store.why_not)
            row.show_number(
                value_of(trace, row.adjustable, self.example),
                store.original(row.adjustable, self.example),
                self.workspace.display.notation,
                self.theme,
                active=row.adjustable == self._active,
            )

    def _show_consequences(self, trace: PassTrace, active: Adjustable) -> None:
        store, notation = self.workspace.what_if, self.workspace.display.notation
        reveal = self.workspace.stepper.timeline.reveal()
        base = store.base_trace(active, self.example)
        if store.why_not or base is None or not cost_is_known(trace, reveal):
            self._show_sentence(store.why_not or waiting_for_cost())
            self._show_curve(None)
            return
        known = slope_is_known(trace, reveal, active, self.example)
        ends = next(row.ends for row in self.rows if row.adjustable == active)
        curve = curve_of(
            base, trace, active, ends,
            example=self.example, slope_known=known, step_known=step_is_known(reveal, active),
        )  # fmt: skip
        self._show_curve(curve)
        if not known:
            self._show_sentence(waiting_for_slope(notation, active))
        elif curve.moved.value == curve.original.value:
            self._show_sentence(DRAG)
        else:
            predicted = curve.predicted_change or 0.0
            self._show_sentence(
                comparison(predicted, curve.real_change, curve.noise, notation.digits)
            )

    def _show_curve(self, curve: Curve | None) -> None:
        notation = self.workspace.display.notation
        self._values.setVisible(self._active is not None)
        self.plot.setVisible(curve is not None)
        predicted = curve.predicted_change if curve else None
        real = curve.real_change if curve else None
        difference = None if real is None or predicted is None else real - predicted
        letter = "" if self._active is None else plain_name(notation, self._active)
        slope = f"The slope of C at the number as it was, times the change of {letter}"
        for cell, symbol, meaning, value in (
            (self.cost_before, "C before", "The cost with the number as it was",
             curve.original.cost if curve else None),
            (self.cost_now, "C now", "The cost with the number as it is",
             curve.moved.cost if curve else None),
            (self.real, "ΔC, real", "C now minus C before", real),
            (self.predicted, "ΔC, predicted", slope, predicted),
            (self.difference, "real − predicted",
             "What the straight line misses: how the curve bends", difference),
        ):  # fmt: skip
            # No colours of derivatives: a green rise of C would look like praise.
            cell.set_value(symbol, meaning, value, None, self.theme, notation)
        self.plot.show_curve(curve, letter, notation.digits, self.theme)

    def _show_sentence(self, sentence: str) -> None:
        self._sentence.setText(sentence)

    def _heading_of(self, trace: PassTrace, active: Adjustable) -> str:
        shape = self.workspace.state.image_shape
        width = shape[1] if shape is not None else None
        text = long_name(self.workspace.display.notation, active, width)
        if not active.is_parameter and trace.example_count > 1:
            text += f", example # {self.workspace.examples.indices[self.example]}"
        return text

    def _set_rows(self, trace: PassTrace | None, adjustables: tuple[Adjustable, ...]) -> None:
        """Make the rows of other numbers; those of the same stay, a drag may be on."""
        if trace is None:
            return
        shape = self.workspace.state.image_shape
        bounded = trace.spec.cost_function.probability_targets
        key = (adjustables, bounded, shape)
        if key == self._rows_key:
            return
        self._pending, self._rows_key = None, key
        for row in self.rows:
            self._rows_column.removeWidget(row)
            row.hide()
            row.deleteLater()
        made = []
        for each in adjustables:
            target = each.kind is Kind.TARGET and bounded
            image = each.kind is Kind.INPUT and shape is not None
            made.append(
                WhatIfRow(
                    each, is_share=target or image, bounded=target,
                    image_width=shape[1] if shape is not None else None,
                )
            )  # fmt: skip
        self.rows = tuple(made)
        for row in self.rows:
            self._rows_column.addWidget(row)
            row.activated.connect(self._on_activated)
            row.value_chosen.connect(self._on_value_chosen)
            row.change_began.connect(self._on_change_began)
            row.change_ended.connect(self._on_change_ended)
            row.reset_requested.connect(self._on_reset_requested)

    def _place(self) -> _Place:
        """Return where a number would be changed now."""
        workspace = self.workspace
        return _Place(
            workspace.state, shown_keys(workspace.examples), self.example,
            workspace.selection.selected,
        )  # fmt: skip

    def _arrange(self) -> None:
        grid = QGridLayout(self._values)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(0)
        cells = (self.cost_before, self.cost_now, self.real, self.predicted, self.difference)
        for index, cell in enumerate(cells):
            grid.addWidget(cell, index, 0)  # one below the other: they are compared by digits
        body = QWidget()
        body.setProperty("panel", True)
        column = QVBoxLayout(body)
        column.setContentsMargins(MARGIN_PX, 10, MARGIN_PX, MARGIN_PX)
        column.setSpacing(8)
        self._rows_column.setSpacing(8)
        column.addWidget(self._heading)
        column.addLayout(self._rows_column)
        column.addWidget(self._sentence)
        column.addWidget(self._values)
        column.addWidget(self.plot, 1)
        column.addWidget(self.edit_list)
        column.addStretch(0)
        area = QScrollArea(self)
        area.setObjectName("what-if.scroll")
        area.setAccessibleName("What if")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(body)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)

    def _apply(self) -> None:
        """Ask for the newest number of a drag; a refused one is said, and the old one shown.

        One that was meant for another network, pass, example or selection is dropped.
        """
        if self._pending is None:
            return
        (adjustable, value, place), self._pending = self._pending, None
        if place != self._place():
            return
        try:
            self.workspace.what_if.set_value(adjustable, value, self.example, merge=True)
        except NnvizError as error:
            self.workspace.problem.emit(str(error))
        self.refresh()

    @Slot(object)
    def _on_changed(self, _: Ref | None) -> None:
        self.refresh()

    @Slot()
    def _on_display_changed(self) -> None:
        self.refresh()

    @Slot(object)
    def _on_activated(self, adjustable: Adjustable) -> None:
        if adjustable != self._active:
            self._active = adjustable
        self.refresh()

    @Slot(float)
    def _on_value_chosen(self, value: float) -> None:
        if self._active is not None and self._shown_place is not None:
            self._pending = (self._active, value, self._shown_place)
            self._throttle.request()

    @Slot()
    def _on_due(self) -> None:
        self._apply()

    @Slot()
    def _on_change_began(self) -> None:
        self._apply()
        self.workspace.what_if.finish()

    @Slot()
    def _on_change_ended(self) -> None:
        self._apply()
        self.workspace.what_if.finish()

    @Slot()
    def _on_reset_requested(self) -> None:
        if self._active is not None and self._shown_place == self._place():
            self.workspace.what_if.reset(self._active, self.example)
        self.refresh()


def _cell(name: str) -> ValueCell:
    cell = ValueCell()
    cell.setObjectName(f"what-if.{name}")
    return cell
