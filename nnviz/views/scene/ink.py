"""The colours that lines of numbers, and signs in discs, are written in."""

from PySide6.QtGui import QColor

from nnviz.views.theme import qcolor
from nnviz.visual.frame import LayerFrame
from nnviz.visual.palette import RGB, Palette
from nnviz.visual.scales import Scale
from nnviz.visual.source import TextLine

__all__ = ["ink_on", "line_colour", "line_ink"]


def line_colour(line: TextLine, palette: Palette) -> QColor:
    """Return the colour of a line of numbers: that of its scale and sign, else plain text."""
    ends: dict[Scale | None, tuple[RGB, RGB]] = {
        Scale.WEIGHT: (palette.weight_negative, palette.weight_positive),
        Scale.DERIVATIVE: (palette.derivative_negative, palette.derivative_positive),
    }
    low, high = ends.get(line.scale, (palette.muted, palette.muted))
    return qcolor(high if line.positive else low)


def line_ink(line: TextLine, palette: Palette) -> QColor:
    """Return the same, but the full text colour for numbers without a scale."""
    return qcolor(palette.text) if line.scale is None else line_colour(line, palette)


def ink_on(frame: LayerFrame, neuron: int, palette: Palette) -> QColor:
    """Return dark ink for light discs and light ink for dark ones; quiet while unknown."""
    if frame.fill is None or neuron >= len(frame.fill):
        return qcolor(palette.muted)
    red, green, blue = (int(value) for value in frame.fill[neuron])
    light = 0.299 * red + 0.587 * green + 0.114 * blue > 120
    return QColor(16, 18, 22) if light else QColor(240, 241, 244)
