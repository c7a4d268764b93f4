"""Where the images of a gallery stand: as large as the panel allows, in rows from the top left."""

from dataclasses import dataclass

__all__ = ["GalleryGrid", "fit_gallery"]

GAP_PX = 6
CAPTION_PX = 15
SMALLEST_PX = 26
"""Narrower images cannot be read; then the gallery scrolls."""
CAPTIONS_FROM_PX = 26
"""Images narrower than this have no number under them."""

CAPTION_WORTH = 1.2
"""Images with a number under them may be so much smaller than those without."""


@dataclass(frozen=True, slots=True)
class GalleryGrid:
    """``count`` images of ``width`` × ``height`` px in ``columns``; a caption under each or not."""

    count: int
    columns: int
    width: int
    height: int
    caption: int
    left: int = 0

    @property
    def total_height(self) -> int:
        """Return how high the whole gallery is, in px."""
        return -(-self.count // self.columns) * self._row_height + GAP_PX

    @property
    def _row_height(self) -> int:
        return self.height + self.caption + GAP_PX

    def place(self, index: int) -> tuple[int, int]:
        """Return the left top corner of an image, in px."""
        row, column = divmod(index, self.columns)
        return self.left + GAP_PX + column * (self.width + GAP_PX), GAP_PX + row * self._row_height

    def index_at(self, x: float, y: float) -> int | None:
        """Return the image, or its caption, at a point; None beside all."""
        column, right = divmod(int(x) - self.left - GAP_PX, self.width + GAP_PX)
        row, below = divmod(int(y) - GAP_PX, self._row_height)
        index = row * self.columns + column
        hit = 0 <= column < self.columns and row >= 0 and index < self.count
        inside = right < self.width and below < self.height + self.caption
        return index if hit and inside else None

    def moved(self, index: int, columns: int, rows: int) -> int:
        """Return the image so many columns and rows away, or the same one at an end."""
        target = index + columns + rows * self.columns
        return target if 0 <= target < self.count else index


def fit_gallery(count: int, aspect: float, width: int, height: int) -> GalleryGrid:
    """Return the grid with the largest images that fit into ``width`` × ``height`` px.

    ``aspect`` is an image's width over its height. Where they would become too small they keep
    the smallest size, and the grid is higher than the panel.
    """
    grids = (
        _with_columns(count, aspect, width, height, columns, caption)
        for columns in range(1, min(count, max(1, width // (GAP_PX + 1))) + 1)
        for caption in (CAPTION_PX, 0)
    )
    best = max(grids, key=_worth)
    if best.width < SMALLEST_PX:
        columns = max(1, (width - GAP_PX) // (SMALLEST_PX + GAP_PX))
        best = _with_columns(count, aspect, width, None, min(columns, count), 0)
    used = best.columns * (best.width + GAP_PX) + GAP_PX
    left = max(0, (width - used) // 2)
    return GalleryGrid(count, best.columns, best.width, best.height, best.caption, left)


def _worth(grid: GalleryGrid) -> float:
    """Return how good a grid is: large images, and captions if they cost little of that."""
    if not grid.caption:
        return grid.width
    return CAPTION_WORTH * grid.width if grid.width >= CAPTIONS_FROM_PX else 0


def _with_columns(
    count: int, aspect: float, width: int, height: int | None, columns: int, caption: int
) -> GalleryGrid:
    """Return the largest images in so many columns; ``height`` None does not limit them."""
    wide = (width - GAP_PX) // columns - GAP_PX
    if height is not None:
        rows = -(-count // columns)
        wide = min(wide, int(((height - GAP_PX) // rows - GAP_PX - caption) * aspect))
    wide = max(wide, 1)
    return GalleryGrid(count, columns, wide, max(1, round(wide / aspect)), caption)
