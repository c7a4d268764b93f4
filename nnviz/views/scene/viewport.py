"""Zoom and place of the picture in the widget."""

from dataclasses import dataclass, replace
from typing import Self

from nnviz.engine.arrays import FloatArray

__all__ = ["Viewport"]

CLOSEST, FARTHEST = 24.0, 0.4


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

    def zoomed(self, factor: float, x: float, y: float) -> Self:
        """Return the view zoomed around a widget point, within limits."""
        zoom = min(CLOSEST, max(FARTHEST, self.zoom * factor))
        ratio = zoom / self.zoom
        return replace(self, zoom=zoom, x=x - (x - self.x) * ratio, y=y - (y - self.y) * ratio)
