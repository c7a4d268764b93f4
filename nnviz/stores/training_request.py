"""What crosses to the worker thread with a run."""

from dataclasses import dataclass

from nnviz.training.config import TrainingJob
from nnviz.training.control import TrainingControl
from nnviz.training.run_record import RunRecord
from nnviz.training.snapshot import Mailbox

__all__ = ["TrainingRequest"]


@dataclass(frozen=True, slots=True, eq=False)
class TrainingRequest:
    """A job, the control that both threads share, and the mailbox that snapshots come back in.

    ``record`` keeps moments along the run.
    """

    job: TrainingJob
    control: TrainingControl
    mailbox: Mailbox
    record: RunRecord
