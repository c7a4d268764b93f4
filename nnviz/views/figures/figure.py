"""A figure: the canvas at one moment, on a page of its own, with or without the inspector's words.

Apart from the formats: a figure is drawn the same way into a vector file and into an image.
"""

from dataclasses import dataclass

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from nnviz.errors import NnvizError
from nnviz.stores.workspace import Workspace
from nnviz.trace.steps import Phase
from nnviz.views.figures.explanation import Explanation, set_explanation
from nnviz.views.figures.figure_texts import FigureTexts, figure_texts
from nnviz.views.scene.mark_painter import draw_marks
from nnviz.views.scene.scene import Scene
from nnviz.views.scene.scene_builder import Moment, build_scene, moment_of
from nnviz.views.scene.scene_painter import draw_scene
from nnviz.views.theme import qcolor, text_font
from nnviz.visual.colour_schemes import with_colours
from nnviz.visual.palette import DARK, LIGHT, PAPER, Palette

__all__ = ["LARGEST", "SMALLEST", "THEMES", "Figure", "FigureLook", "build_figure", "draw_figure"]

THEMES = {"paper": PAPER, "light": LIGHT, "dark": DARK}
SMALLEST, LARGEST = 320, 8000
"""The widths that a figure can have, in px."""
ASPECT, TALLEST = 0.58, 0.9
"""Of a canvas: its height as a share of its width, and the most where the layers need height."""
LEAST_HEIGHT = 260
WHOLE_POINTS = 4
"""Heights in px that are whole points on a page: 3 of them."""
FEW, FEW_ROOM = 5, 112.0
"""Layers of so few neurons have numbers below each, which needs so many px."""
CROWD, ROOM = 32, 24.0
"""Larger layers have their numbers beside each neuron; still larger ones are given no room."""
AROUND = 130.0
"""Px that the titles, the caption and the legend take."""
SIDE_BY_SIDE = 860
"""From this width on, in px, the words stand beside the canvas, else below it."""
SHARE, NARROWEST, WIDEST = 0.3, 290, 460
"""Of the words beside the canvas: their share of the width, and the least and the most px."""
MARGIN = 20
STEP_LINE = 44
"""Height of the line that names the step, in px."""


@dataclass(frozen=True, slots=True)
class FigureLook:
    """What a figure looks like: sizes in px; without ``height`` as high as it needs to be.

    With ``step_line`` a line above the canvas names the step.
    """

    theme: str = "paper"
    width: int = 1200
    height: int | None = None
    with_inspector: bool = False
    step_line: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """Everything that is drawn, immutable; sizes and places in px."""

    width: int
    height: int
    palette: Palette
    scene: Scene
    scene_top: int
    explanation: Explanation | None
    explanation_place: tuple[int, int]
    texts: FigureTexts
    phase: Phase | None
    """The phase of the line that names the step; None without that line."""


def build_figure(workspace: Workspace, look: FigureLook, moment: Moment | None = None) -> Figure:
    """Return the figure of a moment, by default of the one that is looked at.

    Raises NnvizError if there is none, or if it belongs to another network.
    """
    shown = moment or moment_of(workspace)
    if shown is None:
        raise NnvizError("There is no pass of this network to be drawn; choose an example first.")
    palette = with_colours(THEMES[look.theme], workspace.display.canvas)
    top = STEP_LINE if look.step_line else 0
    beside = look.with_inspector and look.width >= SIDE_BY_SIDE
    words_width = look.width - 2 * MARGIN
    canvas_width = look.width
    if beside:
        words_width = round(min(WIDEST, max(NARROWEST, look.width * SHARE)))
        canvas_width = look.width - words_width - 2 * MARGIN
    canvas_height = _canvas_height(shown.trace.spec.sizes, canvas_width)
    height = look.height
    explanation = None
    if look.with_inspector:
        room = None
        if height is not None:
            below = 0 if beside else min(canvas_height, round(0.6 * (height - top)))
            room = height - top - below - 2 * MARGIN
        explanation = set_explanation(workspace, shown, palette, words_width, room)
    needed = 0 if explanation is None else round(explanation.height) + 2 * MARGIN
    if height is None:
        if beside:
            canvas_height = max(canvas_height, needed)
        height = top + canvas_height + (0 if beside else needed)
        height += -height % WHOLE_POINTS
        canvas_height = height - top - (0 if beside else needed)
    else:
        canvas_height = height - top - (0 if beside else needed)
    scene = build_scene(workspace, (canvas_width, canvas_height), palette, moment=shown)
    if scene is None:
        raise NnvizError("Another network is open now; its picture has to be asked for anew.")
    place = (canvas_width + MARGIN, top + MARGIN)
    if not beside:
        place = (MARGIN, top + canvas_height + MARGIN)
    return Figure(
        look.width, height, palette, scene, top, explanation, place,
        figure_texts(workspace, shown), shown.timeline.phase if look.step_line else None,
    )  # fmt: skip


def draw_figure(painter: QPainter, figure: Figure, *, outlines: bool = False) -> None:
    """Draw a figure; with ``outlines`` the glyphs of equations become curves."""
    painter.fillRect(QRectF(0, 0, figure.width, figure.height), qcolor(figure.palette.surface))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    painter.save()
    painter.translate(0, figure.scene_top)
    numbers = draw_scene(painter, figure.scene)
    draw_marks(painter, figure.scene, None, number_boxes=tuple(each.box for each in numbers))
    painter.restore()
    if figure.phase is not None:
        _draw_step_line(painter, figure, figure.phase)
    if figure.explanation is not None:
        painter.setPen(QPen(qcolor(figure.palette.border), 1))
        painter.drawLine(_rule(figure))
        painter.save()
        painter.translate(*figure.explanation_place)
        figure.explanation.draw(painter, outlines=outlines)
        painter.restore()


def _rule(figure: Figure) -> QLineF:
    """Return the line between the canvas and the words."""
    left, top = figure.explanation_place
    if figure.scene.layout.width < figure.width:
        x = left - MARGIN / 2
        return QLineF(x, figure.scene_top + MARGIN, x, figure.height - MARGIN)
    y = top - MARGIN / 2
    return QLineF(MARGIN, y, figure.width - MARGIN, y)


def _canvas_height(sizes: tuple[int, ...], width: int) -> int:
    """Return a pleasant height for a canvas, larger where a layer's numbers need it."""
    needs = [size * (FEW_ROOM if size <= FEW else ROOM) for size in sizes if size <= CROWD]
    wanted = max(width * ASPECT, min(AROUND + max(needs, default=0.0), width * TALLEST))
    return max(LEAST_HEIGHT, round(wanted))


def _draw_step_line(painter: QPainter, figure: Figure, phase: Phase) -> None:
    """Draw a bar in the phase's colour with the step's name, and which step of how many it is."""
    palette, texts = figure.palette, figure.texts
    bar = QRectF(MARGIN - 2, 10, figure.width - 2 * MARGIN + 4, STEP_LINE - 16)
    painter.setPen(QPen(Qt.PenStyle.NoPen))
    painter.setBrush(qcolor(palette.phases[phase]))
    painter.drawRoundedRect(bar, 6, 6)
    inside = bar.adjusted(12, 0, -12, 0)
    painter.setPen(qcolor(palette.text))
    painter.setFont(text_font(13))
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(inside, right, texts.position)
    taken = painter.fontMetrics().horizontalAdvance(texts.position) + 16
    painter.setFont(text_font(14, bold=True))
    name = painter.fontMetrics().elidedText(
        texts.step, Qt.TextElideMode.ElideRight, round(inside.width()) - taken
    )
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(inside, left, name)
