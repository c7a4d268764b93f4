"""How a run ended, in words: the window and the command line say the same."""

from nnviz.engine.wording import counted
from nnviz.formatting import count, number, rounded
from nnviz.training.early_stopping import BestEpoch, Criterion

__all__ = ["best_text", "early_text", "value_text"]

_BETTER = {Criterion.ACCURACY: "no better", Criterion.COST: "no lower"}


def early_text(epochs: int, patience: int, best: BestEpoch | None) -> str:
    """Return why a run stopped early: no better validation accuracy for 5 epochs."""
    criterion = best.criterion if best is not None else Criterion.COST
    return (
        f"stopped early after epoch {count(epochs)}: {_BETTER[criterion]} validation "
        f"{criterion.value} for {counted(patience, 'epoch')}"
    )


def best_text(best: BestEpoch, in_use: bool) -> str:
    """Return which epoch validated best, and whether its weights are those of now."""
    who = "the weights are those of" if in_use else "the best was"
    return f"{who} epoch {count(best.epoch)} ({value_text(best)})"


def value_text(best: BestEpoch) -> str:
    """Return the best validation accuracy or cost: 96.4 %, cost 0.01234."""
    if best.criterion is Criterion.ACCURACY:
        return f"{rounded(100 * best.value)} %"
    return f"cost {number(best.value)}"
