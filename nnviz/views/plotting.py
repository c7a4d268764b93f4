"""Plots in the program's own look: the only place that knows pyqtgraph.

pyqtgraph is imported inside the functions: it takes half a second, and the window paints first.
"""

import math
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPen
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from nnviz.engine.arrays import FloatArray
from nnviz.views.theme import mono_font, qcolor, text_font
from nnviz.views.ticks import decade_ticks, even_step, whole_step
from nnviz.visual.palette import RGB, Palette

if TYPE_CHECKING:
    from pyqtgraph import InfiniteLine, PlotDataItem, PlotWidget

__all__ = [
    "add_cursor",
    "add_curve",
    "new_plot",
    "pen",
    "remove_curve",
    "restyle",
    "set_data",
    "set_x_label",
    "show_linear",
    "show_logarithmic",
    "show_x",
    "x_span",
]

LEFT_WIDTH_PX = 46
"""Fixed: the plot must not jump when a number gets longer."""
TICK_PX = 11
OVERHANG_PX = 12
"""How far the text of a tick may reach beyond its axis."""
RIGHT_PX = 10
"""Free at the right of the curves."""
PX_PER_TICK = 24
PX_PER_X_TICK = 56
X_TICK_GAP_PX = 10
"""Between two numbers of the x axis: with less they are read as one."""
X_PADDING = 0.02
LOW_PX = 176
"""In plots of less height the name of the x axis would take a fourth of the room."""
_SHORT_LABELS = {"mini-batch": "batch"}
GRID = 255
"""Opacity of the lines of the grid, 0 … 255: their colour is quiet enough."""


@cache
def _configure() -> None:
    import pyqtgraph

    pyqtgraph.setConfigOptions(imageAxisOrder="row-major", antialias=False)


def new_plot(palette: Palette, parent: QWidget | None = None) -> "PlotWidget":
    """Return an empty plot that always shows everything: no menu, no buttons, no dragging."""
    import pyqtgraph

    _configure()
    plot = pyqtgraph.PlotWidget(parent, enableMenu=False)
    plot.setFrameShape(QFrame.Shape.NoFrame)
    plot.setMouseEnabled(x=False, y=False)
    plot.hideButtons()
    # The menu that nobody can open has no parent and would outlive the plot.
    menu = plot.getPlotItem().ctrlMenu
    menu.setParent(plot, menu.windowFlags())
    plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    plot.showGrid(x=False, y=True, alpha=1.0)
    plot.getPlotItem().setContentsMargins(0, 4, RIGHT_PX, 0)
    for name in ("left", "bottom"):
        axis = plot.getAxis(name)
        axis.enableAutoSIPrefix(False)
        axis.setStyle(
            tickFont=mono_font(TICK_PX),
            tickLength=0,
            tickTextOffset=6,
            maxTickLevel=0,
            hideOverlappingLabels=OVERHANG_PX,
        )
        axis.setZValue(-1000)  # the grid lies under the curves
    plot.getAxis("left").setWidth(LEFT_WIDTH_PX)
    restyle(plot, palette)
    return plot


def restyle(plot: "PlotWidget", palette: Palette) -> None:
    """Give the plot's ground, axes and grid the colours of ``palette``."""
    plot.setBackground(qcolor(palette.surface))
    for name in ("left", "bottom"):
        axis = plot.getAxis(name)
        axis.setPen(pen(palette.border))
        axis.setTickPen(pen(palette.border))
        axis.setTextPen(pen(palette.muted))
        if axis.labelText:
            axis.setLabel(axis.labelText, **_label_style(palette))


def set_x_label(plot: "PlotWidget", text: str, palette: Palette) -> None:
    """Name the x axis: under it, or in the corner before its numbers where the plot is low."""
    axis = plot.getAxis("bottom")
    if axis.labelText != text:
        axis.setLabel(text, **_label_style(palette))
    is_low = plot.height() < LOW_PX
    if axis.label.isVisible() == is_low:
        axis.showLabel(not is_low)
    corner = plot.findChild(QLabel, "plot.unit")
    if corner is None:
        corner = QLabel(plot)
        corner.setObjectName("plot.unit")
        corner.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        corner.setFont(text_font(TICK_PX))
    corner.setVisible(is_low)
    corner.setStyleSheet(f"color: {_label_style(palette)['color']}; background: transparent")
    corner.setText(_SHORT_LABELS.get(text, text))
    corner.adjustSize()
    left = max(LEFT_WIDTH_PX - corner.width() - OVERHANG_PX // 2, 0)
    corner.move(left, plot.height() - corner.height() - 1)


def add_curve(plot: "PlotWidget", *, symbol_px: int = 0) -> "PlotDataItem":
    """Add an empty curve, with round symbols if ``symbol_px`` is given."""
    import pyqtgraph

    symbol = {"symbol": "o", "symbolSize": symbol_px} if symbol_px else {}
    curve = pyqtgraph.PlotDataItem(antialias=True, **symbol)
    plot.addItem(curve)
    return curve


def remove_curve(plot: "PlotWidget", curve: "PlotDataItem") -> None:
    """Take a curve out of the plot."""
    plot.removeItem(curve)


def add_cursor(plot: "PlotWidget") -> "InfiniteLine":
    """Add a hidden vertical line that follows the pointer."""
    import pyqtgraph

    cursor = pyqtgraph.InfiniteLine(angle=90, movable=False)
    cursor.setVisible(False)
    plot.addItem(cursor, ignoreBounds=True)
    return cursor


def set_data(curve: "PlotDataItem", x: FloatArray, y: FloatArray) -> None:
    """Show other points; those that are not finite are gaps."""
    if not np.isfinite(y).any():  # pyqtgraph warns where it looks for the ends of gaps alone
        x = y = np.empty(0)
    curve.setData(x, y)


def show_x(
    plot: "PlotWidget", first: float, last: float, *, whole: bool = False, grid: bool = False
) -> None:
    """Show ``first`` … ``last`` on the x axis; ``whole`` puts ticks at whole numbers only.

    With ``grid`` a line rises from every tick, and the numbers at the ends stand within the plot:
    pyqtgraph leaves those out that reach beyond an axis with a grid.
    """
    axis = plot.getAxis("bottom")
    axis.setGrid(GRID if grid else False)
    most = max(2, plot.width() // PX_PER_X_TICK)
    span, area = last - first, plot.width() - LEFT_WIDTH_PX - RIGHT_PX
    choose = whole_step if whole else even_step
    step = choose(span, most)
    room = area - _tick_px(last, step) - 2 if grid else area
    while most > 1 and step * room < span * (_tick_px(last, step) + X_TICK_GAP_PX):
        most -= 1
        step = choose(span, most)
    axis.setTickSpacing(step, step)
    padding = max(X_PADDING, (area - room) / 2 / room) if room > 0 else X_PADDING
    plot.setXRange(first, last, padding=padding)


def x_span(plot: "PlotWidget") -> tuple[QRectF, float, float]:
    """Return the area of the curves in px of the plot, and the x values at its left and right."""
    box = plot.getPlotItem().getViewBox()
    area = QRectF(plot.mapFromScene(box.sceneBoundingRect()).boundingRect())
    (first, last), _ = box.viewRange()
    return area, float(first), float(last)


def show_linear(plot: "PlotWidget", low: float, high: float) -> None:
    """Show ``low`` … ``high`` on a linear y axis."""
    plot.getAxis("left").setTicks(None)
    plot.setYRange(low, high, padding=0.04)


def show_logarithmic(plot: "PlotWidget", low: float, high: float) -> None:
    """Show ``low`` … ``high``, both positive, on a logarithmic y axis."""
    bottom, top = math.log10(low), math.log10(high)
    spare = max(0.04 * (top - bottom), 0.05)
    bottom, top = bottom - spare, top + spare
    ticks = decade_ticks(bottom, top, max(2, plot.height() // PX_PER_TICK))
    plot.getAxis("left").setTicks([ticks])
    plot.setYRange(bottom, top, padding=0)


def pen(
    rgb: RGB, width: float = 1.0, alpha: int = 255, style: Qt.PenStyle = Qt.PenStyle.SolidLine
) -> QPen:
    """Return a pen of ``width`` px at every zoom."""
    result = QPen(qcolor(rgb, alpha), width, style)
    result.setCosmetic(True)
    return result


def _tick_px(last: float, step: float) -> int:
    """Return how wide the longest number is, in px, of those up to ``last`` in steps."""
    decimals = max(0, -math.floor(math.log10(step)))
    return QFontMetrics(mono_font(TICK_PX)).horizontalAdvance(f"{last:.{decimals}f}")


def _label_style(palette: Palette) -> dict[str, str]:
    red, green, blue = palette.muted
    return {"color": f"#{red:02x}{green:02x}{blue:02x}", "font-size": f"{TICK_PX}px"}
