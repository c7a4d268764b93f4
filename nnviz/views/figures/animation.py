"""A whole pass as a row of figures: the moment before it, and one after each step."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage

from nnviz.stores.workspace import Workspace
from nnviz.views.figures.figure import Figure, FigureLook, build_figure
from nnviz.views.scene.scene_builder import Moment

__all__ = ["Animation", "pixels_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Animation:
    """Makes the figures of a pass one at a time, all of one size, whatever is looked at meanwhile.

    ``start`` is any moment of the pass.
    """

    workspace: Workspace
    start: Moment
    look: FigureLook

    def __len__(self) -> int:
        return len(self.start.timeline.steps) + 1

    def figure(self, index: int) -> Figure:
        """Return the figure after ``index`` steps. Raises NnvizError for another network's pass."""
        timeline = self.start.timeline.to(index - 1)
        return build_figure(self.workspace, self.look, replace(self.start, timeline=timeline))

    def sized(self) -> "Animation":
        """Return the animation with a height: that of the figure with the most to be said."""
        if self.look.height is not None:
            return self
        last = len(self) - 1
        tried = (last - 1, last) if self.look.with_inspector else (last,)
        height = max(self.figure(index).height for index in tried)
        return replace(self, look=replace(self.look, height=height))


def pixels_of(image: QImage) -> npt.NDArray[np.uint8]:
    """Return red, green and blue of an image, (H, W, 3)."""
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), -1)
    return rows[:, : 3 * plain.width()].reshape(plain.height(), plain.width(), 3).copy()
