"""The whole network in a small rectangle: what belongs to it, and what of it is in sight."""

from dataclasses import dataclass

from nnviz.visual.layout import COST_WIDTH, NetworkLayout, Rect

__all__ = ["Overview", "content_of", "overview_of"]

COST_HEIGHT = 64.0


@dataclass(frozen=True, slots=True)
class Overview:
    """A network drawn ``scale`` times as large, its corner ``x``, ``y`` px into the rectangle."""

    scale: float
    x: float
    y: float

    def to_small(self, box: Rect) -> Rect:
        """Return where a rectangle of the scene is in the small picture."""
        scale = self.scale
        return Rect(
            box.x * scale + self.x, box.y * scale + self.y, box.width * scale, box.height * scale
        )

    def to_scene(self, x: float, y: float) -> tuple[float, float]:
        """Return the scene point that a point of the small picture stands for."""
        return (x - self.x) / self.scale, (y - self.y) / self.scale


def content_of(layout: NetworkLayout) -> Rect:
    """Return the rectangle of all discs, images and the cost, in scene px, without their words."""
    boxes = [
        layer.image
        or Rect(
            float(layer.centres[:, 0].min()) - layer.radius,
            float(layer.centres[:, 1].min()) - layer.radius,
            float(layer.centres[:, 0].max() - layer.centres[:, 0].min()) + 2 * layer.radius,
            float(layer.centres[:, 1].max() - layer.centres[:, 1].min()) + 2 * layer.radius,
        )
        for layer in layout.layers
    ]
    x, y = layout.cost
    boxes.append(Rect(x - COST_WIDTH / 2, y - COST_HEIGHT / 2, COST_WIDTH, COST_HEIGHT))
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    right = max(box.x + box.width for box in boxes)
    bottom = max(box.y + box.height for box in boxes)
    return Rect(left, top, right - left, bottom - top)


def overview_of(content: Rect, width: float, height: float, margin: float) -> Overview:
    """Return how ``content`` fits into the middle of ``width`` × ``height`` px."""
    scale = min((width - 2 * margin) / content.width, (height - 2 * margin) / content.height)
    x = (width - content.width * scale) / 2 - content.x * scale
    y = (height - content.height * scale) / 2 - content.y * scale
    return Overview(scale, x, y)
