"""What a canvas shows: a pass and a moment of it, and who says when there is another."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.timeline import Timeline

__all__ = ["PassSource", "ShownPass"]


@dataclass(frozen=True, slots=True, eq=False)
class ShownPass:
    """A pass at a position of its timeline.

    ``words`` say what is seen where that is not the current moment. ``beside`` is a pass that this
    one is compared with: the colour scales are wide enough for both.
    """

    trace: PassTrace
    timeline: Timeline
    words: str = ""
    beside: PassTrace | None = None


class PassSource(QObject):
    """Gives a canvas its pass. Subclasses own it, or look at the store that does."""

    changed = Signal()
    """Emitted when there is another pass to show, or another moment of it."""

    @property
    def shown(self) -> ShownPass | None:
        """What to show now; None until there is a pass."""
        raise NotImplementedError
