"""The steps of a pass as chips in their phase colours: click one to go there."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from nnviz.trace.steps import Step, StepKind
from nnviz.trace.timeline import Timeline
from nnviz.views.theme import qcolor, text_font
from nnviz.visual.palette import DARK, Palette

__all__ = ["StepChips", "chip_texts"]

GAP = 6.0
WIDEST = 150.0


@dataclass(frozen=True, slots=True)
class ChipTexts:
    """Two short lines on a chip, and a tooltip."""

    top: str
    bottom: str
    tip: str


def chip_texts(step: Step) -> ChipTexts:
    """Return what a chip says."""
    layer = f"layer {step.layer}"
    match step.kind:
        case StepKind.INPUT:
            return ChipTexts("input", "x", "Read the example into the input layer")
        case StepKind.LAYER:
            return ChipTexts(layer, "z, a", f"Compute z and a of {layer}")
        case StepKind.PREACTIVATION:
            return ChipTexts("z", layer, f"Compute the weighted sums z of {layer}")
        case StepKind.ACTIVATION:
            return ChipTexts("a", layer, f"Compute the activations a of {layer}")
        case StepKind.COST:
            return ChipTexts("cost", "C", "Compare the output with the target")
        case StepKind.LAYER_GRADIENT:
            return ChipTexts(f"∂ {layer}", "∂C/∂·", f"Compute all derivatives of {layer}")
        case StepKind.ACTIVATION_GRADIENT:
            return ChipTexts("∂C/∂a", layer, f"Compute ∂C/∂a of {layer}")
        case StepKind.BIAS_GRADIENT:
            return ChipTexts("∂C/∂b", layer, f"Compute ∂C/∂b of {layer}, the error signal")
        case StepKind.WEIGHT_GRADIENT:
            return ChipTexts("∂C/∂w", layer, f"Compute ∂C/∂w of {layer}")
        case StepKind.NEURON:
            return ChipTexts(f"{step.neuron}", layer, f"Compute z and a of a neuron of {layer}")
        case StepKind.NEURON_GRADIENT:
            return ChipTexts(f"∂ {step.neuron}", layer, f"Derivatives of a neuron of {layer}")
        case StepKind.MEAN_GRADIENT:
            return ChipTexts("mean", "∂C/∂w", "Sum the gradients of the examples, divide by m")
        case StepKind.UPDATE:
            return ChipTexts("update", "w, b", "Move every weight and bias a little downhill")


class StepChips(QWidget):
    """Paints a timeline's steps; done ones filled, the current one outlined, later ones dimmed."""

    position_requested = Signal(int)
    """Emitted with the position of a clicked chip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timeline.chips")
        self.setAccessibleName("Steps of the pass")
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._timeline = Timeline(())
        self._palette = DARK

    def sizeHint(self) -> QSize:
        """Return a height for two lines of text."""
        return QSize(400, 46)

    def minimumSizeHint(self) -> QSize:
        """Return a width that is never the reason for a wide window."""
        return QSize(120, 46)

    def set_theme(self, palette: Palette) -> None:
        """Change the colours."""
        self._palette = palette
        self.update()

    def show_timeline(self, timeline: Timeline) -> None:
        """Show these steps and this position."""
        self._timeline = timeline
        current = timeline.current
        where = chip_texts(current).tip if current else "before the first step"
        self.setAccessibleDescription(
            f"Step {timeline.position + 1} of {len(timeline.steps)}: {where}"
        )
        self.update()

    def chip_box(self, position: int) -> QRectF:
        """Return where the chip of a position is painted."""
        count = max(len(self._timeline.steps), 1)
        gap = GAP if count < 10 else GAP / 2
        width = min(WIDEST, (self.width() - gap * (count - 1)) / count)
        return QRectF(position * (width + gap), 1, width, self.height() - 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the chips."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for position, step in enumerate(self._timeline.steps):
            self._paint_chip(painter, position, step)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask for the position of the clicked chip."""
        position = self._position_at(event.position())
        if position is not None and event.button() is Qt.MouseButton.LeftButton:
            self.position_requested.emit(position)

    def event(self, event: QEvent) -> bool:
        """Show a chip's tooltip."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            position = self._position_at(QPointF(event.pos()))
            text = "" if position is None else chip_texts(self._timeline.steps[position]).tip
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def _position_at(self, place: QPointF) -> int | None:
        for position in range(len(self._timeline.steps)):
            if self.chip_box(position).contains(place):
                return position
        return None

    def _paint_chip(self, painter: QPainter, position: int, step: Step) -> None:
        palette = self._palette
        box = self.chip_box(position).adjusted(1, 1, -1, -1)
        done = position <= self._timeline.position
        current = position == self._timeline.position
        phase = palette.phases[step.phase]
        painter.setBrush(qcolor(phase if done else palette.surface))
        painter.setPen(QPen(qcolor(palette.selection if current else phase), 2 if current else 1.2))
        painter.drawRoundedRect(box, 6, 6)
        texts = chip_texts(step)
        painter.setPen(qcolor(palette.text if done else palette.muted))
        narrow = box.width() < 58
        painter.setFont(text_font(10.5 if narrow else 12, bold=current))
        half = box.height() / 2
        upper = QRectF(box.left(), box.top() + 3, box.width(), half - 2)
        lower = QRectF(box.left(), box.top() + half - 1, box.width(), half - 3)
        painter.drawText(upper, Qt.AlignmentFlag.AlignCenter, texts.top)
        painter.setFont(text_font(9.5 if narrow else 11))
        painter.drawText(lower, Qt.AlignmentFlag.AlignCenter, texts.bottom)
