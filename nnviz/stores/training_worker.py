"""The whole Qt part of the worker thread: load data, run a training job, say how it ended."""

import logging
import traceback
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from nnviz.datasets.locate import find_data_folder
from nnviz.datasets.mnist import load_mnist
from nnviz.errors import NnvizError
from nnviz.stores.training_request import TrainingRequest
from nnviz.training.loop import run_training

__all__ = ["TrainingWorker"]

logger = logging.getLogger(__name__)


class TrainingWorker(QObject):
    """Lives in the worker thread; its slots are only ever called through queued signals."""

    data_loaded = Signal(object)
    """Emitted with the loaded Mnist."""
    data_failed = Signal(str)
    """Emitted with one sentence."""
    broken = Signal(str, str)
    """Emitted with one sentence and a traceback where a mistake of the program ended loading."""
    run_finished = Signal(object)
    """Emitted with the Outcome, exactly once a run."""

    @Slot(object)
    def load(self, folder: Path | None) -> None:
        """Find and load MNIST; ``folder`` None looks in the usual places."""
        try:
            data = load_mnist(find_data_folder(folder))
        except NnvizError as error:
            self.data_failed.emit(str(error))
        except Exception as error:  # a border: nothing may leave the thread's slot
            logger.exception("Loading MNIST failed.")
            sentence = f"Loading MNIST failed because of an unexpected error, {error!r}."
            self.data_failed.emit(sentence)
            self.broken.emit(sentence, traceback.format_exc())
        else:
            self.data_loaded.emit(data)

    @Slot(object)
    def run(self, request: TrainingRequest) -> None:
        """Train until the job is done or stopped; ``run_training`` never raises."""
        outcome = run_training(
            request.job, request.control, request.mailbox, request.mailbox.put_report,
            record=request.record,
        )  # fmt: skip
        self.run_finished.emit(outcome)
