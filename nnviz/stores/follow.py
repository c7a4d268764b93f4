"""Whether the pass follows the run: the user's wish, and the hold that stepping puts on it."""

from PySide6.QtCore import QElapsedTimer, QObject, Signal

__all__ = ["Follow"]

INTERVAL_MS = 250
"""While a run is followed the pass is recorded anew at most this often: every view shows the same
pass, and numbers that change faster cannot be read."""


class Follow(QObject):
    """Follows if the user wishes so and nobody is stepping through the pass."""

    changed = Signal(bool)
    """Emitted with whether the pass follows."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wished = True
        self._held = False
        self._last = QElapsedTimer()

    @property
    def follows(self) -> bool:
        """Whether the pass follows the run."""
        return self._wished and not self._held

    def wish(self, follow: bool) -> None:
        """Take what the user wants; it stays so over later runs, and ends a hold."""
        self._set(follow, held=False)

    def hold(self) -> None:
        """Hold the pass still: it must not change under the eyes of who steps through it."""
        self._set(self._wished, held=True)

    def release(self) -> None:
        """End a hold, as when a run goes on."""
        self._set(self._wished, held=False)

    def take_turn(self) -> bool:
        """Whether it is time for a newer pass; if so, the next is due an interval later."""
        if not self.follows or (self._last.isValid() and not self._last.hasExpired(INTERVAL_MS)):
            return False
        self._last.start()
        return True

    def _set(self, wished: bool, *, held: bool) -> None:
        before = self.follows
        self._wished, self._held = wished, held
        if self.follows != before:
            self.changed.emit(self.follows)
