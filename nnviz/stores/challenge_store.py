"""What a learner can play: predicting numbers, and finding a mistake in a pass."""

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from nnviz.stores.bug_store import BugStore
from nnviz.stores.prediction_store import PredictionStore
from nnviz.stores.selection_store import SelectionStore
from nnviz.stores.stepper_store import StepperStore

__all__ = ["ChallengeStore"]


class ChallengeStore(QObject):
    """Owns both games; they share nothing but the source of their randomness."""

    changed = Signal()
    """Emitted when either game changes."""
    begun = Signal()
    """Emitted when a game is switched on, so that its panel may come to the front."""

    def __init__(
        self,
        stepper: StepperStore,
        selection: SelectionStore,
        parent: QObject | None = None,
        *,
        rng: np.random.Generator | None = None,
    ) -> None:
        super().__init__(parent)
        rng = np.random.default_rng() if rng is None else rng
        self.prediction = PredictionStore(stepper, selection, rng, self)
        self.bug = BugStore(stepper, rng, self)
        self._were_on = (False, False)
        self.prediction.changed.connect(self._on_changed)
        self.bug.changed.connect(self._on_changed)

    @property
    def is_active(self) -> bool:
        """Whether a number is to be predicted, or a mistake is on."""
        return self.prediction.is_on or self.bug.mistake is not None

    @Slot()
    def _on_changed(self) -> None:
        are_on = (self.prediction.is_on, self.bug.mistake is not None)
        before, self._were_on = self._were_on, are_on
        self.changed.emit()
        if any(now and not then for now, then in zip(are_on, before, strict=True)):
            self.begun.emit()
