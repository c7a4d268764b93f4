"""The compiled trainer: the numpy one's interface over loops that hold no GIL."""

import numpy as np

from nnviz.engine.arrays import FloatArray, IntArray
from nnviz.engine.network import Parameters
from nnviz.training.config import TrainingJob
from nnviz.training.layout import (
    COST_CODES,
    STOPPED,
    Descent,
    lay_out,
    pack,
    scratch_for,
    unpack,
)
from nnviz.training.rows import MAX_COLUMNS, examples_of
from nnviz.training.trainer import Interrupted, Trainer

__all__ = ["CompiledTrainer"]


class CompiledTrainer(Trainer):
    """Mini-batch gradient descent in float32 with the loops of ``kernels``.

    Making the first one imports and compiles the kernels, which takes seconds: see ``warm_up``.
    Each converts its training data to rows of non-zero inputs once: 25 MB for 50,000 images.
    """

    def __init__(self, job: TrainingJob) -> None:
        from nnviz.training.kernels import train_mini_batches  # late: it imports numba

        super().__init__(job)
        config = job.config
        self._train_mini_batches = train_mini_batches
        self._layout = lay_out(job.spec)
        self._buffer = pack(job.parameters, self._layout)
        self._before = np.empty_like(self._buffer)
        self._scratch = scratch_for(job.spec, self._layout, config.mini_batch_size)
        self._examples = examples_of(job.train)
        self._descent = Descent(
            config.mini_batch_size,
            np.float32(config.learning_rate),
            config.l2 / len(job.train),
            COST_CODES[job.spec.cost],
            config.update_biases,
        )

    @staticmethod
    def can_train(job: TrainingJob) -> bool:
        """Whether the indices of the job's inputs fit the two bytes they are kept in."""
        return job.spec.sizes[0] <= MAX_COLUMNS

    @property
    def parameters(self) -> Parameters:
        """Copies of the current weights and biases, read-only, float32."""
        return unpack(self._buffer, self._layout)

    def _train(self, order: IntArray, costs: FloatArray, stop_flag: IntArray) -> int:
        correct = self._train_mini_batches(
            self._examples,
            order,
            self._layout,
            self._buffer,
            self._scratch,
            self._descent,
            stop_flag,
            costs,
        )
        if correct == STOPPED:
            raise Interrupted
        return correct

    def _keep(self) -> None:
        np.copyto(self._before, self._buffer)

    def _restore(self) -> None:
        np.copyto(self._buffer, self._before)

    def _take(self, parameters: Parameters) -> None:
        self._buffer = pack(parameters, self._layout)

    def _is_finite(self) -> bool:
        return bool(np.isfinite(self._buffer).all())
