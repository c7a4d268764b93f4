"""The compiled trainer: the numpy one's interface over loops that hold no GIL."""

import numpy as np

from nnviz.engine.arrays import FloatArray, IntArray
from nnviz.engine.network import Parameters
from nnviz.engine.updates import OptimizerState
from nnviz.training.config import TrainingJob
from nnviz.training.layout import STOPPED, descent_of, lay_out, pack, scratch_for, unpack
from nnviz.training.rows import MAX_COLUMNS, examples_of
from nnviz.training.trainer import Interrupted, Trainer

__all__ = ["CompiledTrainer"]


class CompiledTrainer(Trainer):
    """Mini-batch gradient descent in float32 with the loops of ``kernels``.

    Making the first one imports and compiles the kernels, which takes seconds: see ``warm_up``.
    Each converts its training data to rows of non-zero inputs once: 25 MB for 50,000 images. Raises
    an NnvizError for a job whose parts do not fit each other: the loops check no index.
    """

    def __init__(self, job: TrainingJob) -> None:
        from nnviz.training.kernels import train_mini_batches  # late: it imports numba

        job.check()
        super().__init__(job)
        config, moments = job.config, job.config.optimizer.method.moments
        self._train_mini_batches = train_mini_batches
        self._layout = lay_out(job.spec)
        self._buffer = pack(job.parameters, self._layout)
        self._moments = np.zeros((moments, self._layout.length), dtype=np.float32)
        self._steps = 0
        self._before = (np.empty_like(self._buffer), np.empty_like(self._moments), 0)
        self._scratch = scratch_for(job.spec, self._layout, config.mini_batch_size, moments > 0)
        self._examples = examples_of(job.train)
        self._descent = descent_of(config, len(job.train), job.spec.cost)
        self._begin()

    @staticmethod
    def can_train(job: TrainingJob) -> bool:
        """Whether the indices of the job's inputs fit the two bytes they are kept in."""
        return job.spec.sizes[0] <= MAX_COLUMNS

    @property
    def parameters(self) -> Parameters:
        """Copies of the current weights and biases, read-only, float32."""
        return unpack(self._buffer, self._layout)

    @property
    def optimizer_state(self) -> OptimizerState:
        """Copies of what the optimizer remembers, read-only, float32."""
        moments = tuple(unpack(moment, self._layout) for moment in self._moments)
        return OptimizerState(self._steps, moments)

    def _train(self, order: IntArray, costs: FloatArray, stop_flag: IntArray) -> int:
        correct = self._train_mini_batches(
            self._examples,
            order,
            self._learning_rates(len(costs)),
            self._layout,
            self._buffer,
            self._moments,
            self._steps,
            self._examples_before,
            self._scratch,
            self._descent,
            stop_flag,
            costs,
        )
        if correct == STOPPED:
            raise Interrupted
        self._steps += len(costs)
        return correct

    def _configure(self, job: TrainingJob) -> None:
        size, scratch = job.config.mini_batch_size, self._scratch
        if size > len(scratch.activations):
            has_gradient = len(self._moments) > 0
            scratch = scratch_for(job.spec, self._layout, size, has_gradient)
        self._descent = descent_of(job.config, len(job.train), job.spec.cost)
        self._scratch = scratch

    def _keep(self) -> None:
        buffer, moments, _ = self._before
        np.copyto(buffer, self._buffer)
        np.copyto(moments, self._moments)
        self._before = (buffer, moments, self._steps)

    def _restore(self) -> None:
        buffer, moments, self._steps = self._before
        np.copyto(self._buffer, buffer)
        np.copyto(self._moments, moments)

    def _take(self, parameters: Parameters, state: OptimizerState) -> None:
        self._buffer = pack(parameters, self._layout)
        self._steps = state.steps
        for row, moment in zip(self._moments, state.moments, strict=True):
            row[:] = pack(moment, self._layout)

    def _is_finite(self) -> bool:
        return bool(np.isfinite(self._buffer).all() and np.isfinite(self._moments).all())
