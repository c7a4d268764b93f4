"""The whole Qt part of the worker thread: load data, run a training job, say how it ended."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from nnviz.datasets.locate import find_data_folder
from nnviz.datasets.mnist import load_mnist
from nnviz.errors import NnvizError
from nnviz.stores.training_request import TrainingRequest
from nnviz.training.loop import run_training

__all__ = ["TrainingWorker"]


class TrainingWorker(QObject):
    """Lives in the worker thread; its slots are only ever called through queued signals."""

    data_loaded = Signal(object)
    """Emitted with the loaded Mnist."""
    data_failed = Signal(str)
    """Emitted with one sentence."""
    epoch_finished = Signal(object)
    """Emitted with an EpochReport after each epoch."""
    run_finished = Signal(object)
    """Emitted with the Outcome, exactly once a run."""

    @Slot(object)
    def load(self, folder: Path | None) -> None:
        """Find and load MNIST; ``folder`` None looks in the usual places."""
        try:
            data = load_mnist(find_data_folder(folder))
        except NnvizError as error:
            self.data_failed.emit(str(error))
        except Exception as error:  # noqa: BLE001 - a border: nothing may leave the thread's slot
            self.data_failed.emit(f"Loading MNIST failed unexpectedly: {error!r}.")
        else:
            self.data_loaded.emit(data)

    @Slot(object)
    def run(self, request: TrainingRequest) -> None:
        """Train until the job is done or stopped; ``run_training`` never raises."""
        outcome = run_training(
            request.job, request.control, request.mailbox, self.epoch_finished.emit,
            record=request.record,
        )  # fmt: skip
        self.run_finished.emit(outcome)
