"""What is wrong at this moment, in calm sentences; hidden while nothing is."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from nnviz.trace.diagnosis import findings_at
from nnviz.trace.findings import Finding, Severity
from nnviz.trace.naming import place_of
from nnviz.trace.notation import Notation
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.refs import Ref
from nnviz.trace.timeline import Timeline
from nnviz.views.panels.finding_line import FindingLine
from nnviz.views.widgets.value_cell import CELL_PADDING
from nnviz.visual.palette import RGB, Palette

__all__ = ["DiagnosisCard"]

MOST = 6
"""So many sentences at once; the gravest stay."""
_SIGNS = {Severity.ERROR: "✗", Severity.WARNING: "!", Severity.NOTE: "·"}


class DiagnosisCard(QWidget):
    """Dead, saturated, vanishing, exploding: the findings on the selection and the step's layer."""

    ref_requested = Signal(object)
    """Emitted with the neuron or edge whose link was clicked."""
    ref_hovered = Signal(object)
    """Emitted with the neuron or edge whose link the pointer is over, or None."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector.diagnosis")
        self.setAccessibleName("What is wrong")
        title = QLabel("Worth knowing", self)
        title.setProperty("heading", True)
        title.setContentsMargins(CELL_PADDING, 0, CELL_PADDING, 0)
        self.lines = tuple(FindingLine(self) for _ in range(MOST))
        self.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(title)
        for index, line in enumerate(self.lines):
            line.setObjectName(f"inspector.diagnosis.{index}")
            line.ref_requested.connect(self.ref_requested)
            line.ref_hovered.connect(self.ref_hovered)
            layout.addWidget(line)

    def show_findings(
        self,
        trace: PassTrace,
        timeline: Timeline,
        ref: Ref | None,
        notation: Notation,
        palette: Palette,
    ) -> None:
        """Say what is wrong with ``ref`` and with the current step's layer."""
        findings = findings_at(trace, timeline, ref, notation)
        kept = sorted(findings, key=lambda finding: finding.severity)[:MOST]
        shown = [finding for finding in findings if finding in kept][:MOST]
        for index, line in enumerate(self.lines):
            line.setVisible(index < len(shown))
            if index < len(shown):
                self._show(line, shown[index], ref, notation, palette)
        self.setVisible(bool(shown))

    def _show(
        self,
        line: FindingLine,
        finding: Finding,
        selected: Ref | None,
        notation: Notation,
        palette: Palette,
    ) -> None:
        link = None
        if finding.ref is not None and finding.ref != selected:
            link = f"Show {place_of(finding.ref, notation)}", finding.ref
        text = f"{_SIGNS[finding.severity]} {finding.sentence}"
        line.show_line(text, _colour(finding.severity, palette), palette, link)


def _colour(severity: Severity, palette: Palette) -> RGB:
    if severity is Severity.ERROR:
        return palette.bad
    return palette.text if severity is Severity.WARNING else palette.muted
