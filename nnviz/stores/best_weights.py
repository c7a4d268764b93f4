"""The weights of a run's best validation epoch, for who wants them after the run.

Apart from the run, because they outlive it: until another run, another network or a reset.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from nnviz.engine.network import Parameters
from nnviz.training.early_stopping import BestEpoch

if TYPE_CHECKING:
    from nnviz.stores.workspace import Workspace

__all__ = ["BEST_WEIGHTS", "BestWeights"]

BEST_WEIGHTS = "Best Weights"
"""The change that undo takes back."""


class BestWeights(QObject):
    """Knows the best epoch of the last run and whether the network has its weights."""

    changed = Signal()
    """Emitted when there is another best epoch or none, or its weights come into use or out."""

    def __init__(self, workspace: "Workspace") -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._in_use = False
        workspace.parameters_changed.connect(self._on_parameters_changed)
        workspace.training.run_finished.connect(self._on_run_changed)
        workspace.training.state_changed.connect(self._on_run_changed)
        workspace.training.history_reset.connect(self._on_run_changed)

    @property
    def epoch(self) -> BestEpoch | None:
        """The best epoch of the run that has ended, None without validation or while one is on."""
        training = self._workspace.training
        if training.is_active or training.outcome is None:
            return None
        return training.outcome.best

    @property
    def in_use(self) -> bool:
        """Whether the network has that epoch's weights and biases, to the last bit."""
        return self._in_use

    @property
    def can_use(self) -> bool:
        """Whether there are such weights and they are not those of now."""
        return self.epoch is not None and not self._in_use

    @property
    def why_not(self) -> str:
        """Why they cannot be used now, empty if they can."""
        if self.can_use:
            return ""
        if self._in_use:
            return "The weights are those of the best validation epoch already"
        return (
            "Needs a run with validation examples; the test only judges: a result chosen by it "
            "would flatter"
        )

    @Slot()
    def use(self) -> None:
        """Take the weights of the best epoch, at the same moment of the pass; undo goes back."""
        best = self.epoch
        if best is None or self._in_use:
            return
        workspace = self._workspace
        workspace.history.keep(BEST_WEIGHTS, workspace.state, same_pass=True)
        workspace.take_parameters(best.parameters)

    @Slot()
    def _on_run_changed(self) -> None:
        self._look()
        self.changed.emit()

    @Slot(object)
    def _on_parameters_changed(self, _: Parameters) -> None:
        if self.epoch is not None:
            before = self._in_use
            self._look()
            if self._in_use is not before:
                self.changed.emit()

    def _look(self) -> None:
        best = self.epoch
        self._in_use = best is not None and self._workspace.state.parameters.equals(best.parameters)
