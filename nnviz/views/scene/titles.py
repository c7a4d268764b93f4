"""The layers' titles, set: as long as they have room, with a sign where a layer folds."""

import itertools
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF

from nnviz.views.scene.scene import Scene
from nnviz.views.theme import text_font
from nnviz.visual.layout import Rect

__all__ = ["TITLE_PX", "Title", "set_titles"]

TITLE_PX = 12.5
TOP, HEIGHT = 10.0, 20.0
APART, AT_SIDE = 8.0, 6.0
SMALLEST = 24.0
"""Titles that had to be shorter than this, in px, are left out."""
SIGN_WIDTH = 16.0
"""Px that the sign to fold or unfold takes after a title."""


@dataclass(frozen=True, slots=True)
class Title:
    """A layer's title in its place in widget px; ``sign`` is where one clicks to fold or unfold."""

    layer: int
    text: str
    place: Rect
    sign: Rect | None

    @property
    def whole(self) -> Rect:
        """The title with its sign."""
        width = self.place.width if self.sign is None else self.place.width + SIGN_WIDTH
        return Rect(self.place.x, self.place.y, width, self.place.height)


def set_titles(scene: Scene) -> tuple[Title, ...]:
    """Set the titles: the long ones, else ever shorter ones, else these cut to their room."""
    metrics = QFontMetricsF(text_font(TITLE_PX, bold=True))
    frames = scene.frame.layers
    for texts in (
        [frame.title for frame in frames],
        [frame.short_title for frame in frames],
        [frame.short_title.partition(" · ")[0] for frame in frames],
        ["in", *(str(frame.layer) for frame in frames[1:-1]), "out"],
    ):
        titles = _placed(scene, texts, metrics)
        if all(
            left.whole.x + left.whole.width + APART <= right.whole.x
            for left, right in itertools.pairwise(titles)
        ):
            return titles
    rooms = [right.whole.x - left.whole.x for left, right in itertools.pairwise(titles)]
    room = min(rooms) - APART - SIGN_WIDTH
    if room < SMALLEST:
        return ()
    cut = Qt.TextElideMode.ElideRight
    return _placed(scene, [metrics.elidedText(text, cut, room) for text in texts], metrics)


def _placed(scene: Scene, texts: list[str], metrics: QFontMetricsF) -> tuple[Title, ...]:
    titles = []
    for layout, text in zip(scene.layout.layers, texts, strict=True):
        left, right = float(layout.centres[:, 0].min()), float(layout.centres[:, 0].max())
        x, _ = scene.viewport.to_widget((left + right) / 2, 0)
        width = metrics.horizontalAdvance(text)
        start = x - width / 2
        if 0 <= x <= scene.layout.width:  # narrow columns at the sides have titles as wide
            start = min(max(start, AT_SIDE), scene.layout.width - AT_SIDE - width)
        place = Rect(start, TOP, width, HEIGHT)
        sign = Rect(start + width + 3, TOP + 4, SIGN_WIDTH - 4, HEIGHT - 8)
        titles.append(Title(layout.layer, text, place, sign if layout.foldable else None))
    return tuple(titles)
