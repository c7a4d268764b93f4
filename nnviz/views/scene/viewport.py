"""Zoom and place of the picture in the widget."""

from dataclasses import dataclass, replace
from typing import Self

from nnviz.engine.arrays import FloatArray

__all__ = ["Viewport"]

CLOSEST, FARTHEST = 24.0, 0.4
IN_SIGHT = 30.0
"""So far, in px, from the sides of the canvas is well inside it."""
TITLES, LEGEND = 24.0, 50.0
"""What the titles above and the legend below take, in px."""


@dataclass(frozen=True, slots=True)
class Viewport:
    """Scene px times ``zoom`` plus the offset are widget px. Zoom 1 at 0, 0 is the fitted view."""

    zoom: float = 1.0
    x: float = 0.0
    y: float = 0.0

    def to_widget(self, x: float, y: float) -> tuple[float, float]:
        """Return where a scene point lies in the widget."""
        return x * self.zoom + self.x, y * self.zoom + self.y

    def to_scene(self, x: float, y: float) -> tuple[float, float]:
        """Return the scene point under a widget point."""
        return (x - self.x) / self.zoom, (y - self.y) / self.zoom

    def points_to_widget(self, points: FloatArray) -> FloatArray:
        """Map (n, 2) or (n, 4) scene coordinates, x and y in turn."""
        offset = (self.x, self.y) * (points.shape[1] // 2)
        return points * self.zoom + offset

    def panned(self, dx: float, dy: float) -> Self:
        """Return the view moved by widget px."""
        return replace(self, x=self.x + dx, y=self.y + dy)

    def centred(self, x: float, y: float, width: float, height: float) -> Self:
        """Return the view with a scene point in the middle of ``width`` × ``height`` px."""
        return replace(self, x=width / 2 - x * self.zoom, y=height / 2 - y * self.zoom)

    def with_zoom(self, zoom: float) -> Self:
        """Return the view at another zoom, within limits; its place follows from ``centred``."""
        return replace(self, zoom=min(CLOSEST, max(FARTHEST, zoom)))

    def showing(self, point: tuple[float, float], size: tuple[float, float]) -> Self:
        """Return the view moved just so far that a widget point is well inside ``size`` px."""
        low = (IN_SIGHT, TITLES + IN_SIGHT)
        high = (size[0] - IN_SIGHT, size[1] - LEGEND - IN_SIGHT)
        dx, dy = (
            max(a - at, 0.0) - max(at - max(b, a), 0.0)
            for at, a, b in zip(point, low, high, strict=True)
        )
        return self.panned(dx, dy)

    def zoomed(self, factor: float, x: float, y: float) -> Self:
        """Return the view zoomed around a widget point, within limits."""
        zoom = min(CLOSEST, max(FARTHEST, self.zoom * factor))
        ratio = zoom / self.zoom
        return replace(self, zoom=zoom, x=x - (x - self.x) * ratio, y=y - (y - self.y) * ratio)
