"""What an optimizer remembers of the passes made by stepping."""

from dataclasses import dataclass

from nnviz.engine.updates import OptimizerState

__all__ = ["Memory"]


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """What an optimizer remembers after the passes made by stepping; ``optimizer`` is its name."""

    optimizer: str
    state: OptimizerState

    @property
    def byte_count(self) -> int:
        """How much memory the moments take."""
        arrays = [array for each in self.state.moments for array in (*each.weights, *each.biases)]
        return sum(int(each.nbytes) for each in arrays)
