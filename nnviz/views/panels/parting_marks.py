"""Where two compared runs part, as marks over the cost plot and as a sentence."""

import numpy as np

from nnviz.formatting import count
from nnviz.stores.run_entry import RunEntry, comparable
from nnviz.stores.run_list import RunList
from nnviz.training.parting import APART, Parting
from nnviz.views.panels.drawn_run import DrawnRun
from nnviz.views.panels.mark_labels import PlotMark

__all__ = ["parting_marks", "parting_sentence"]

SHARE = f"{APART * 100:.0f} %"


def parting_sentence(runs: RunList, first: RunEntry, second: RunEntry) -> str:
    """Say where two runs part."""
    one, other = first.short_name, second.short_name
    if not comparable(first, second):
        return f"{one} and {other} have other costs or other data, so their curves do not compare."
    parting = runs.parting
    if parting is None:
        later = max(first, second, key=lambda each: each.first_epoch)
        return (
            f"{later.name} branched off at epoch {later.first_epoch:.2f}; before, it was another."
        )
    if not parting.common:
        return f"{one} and {other} cannot be compared before both have trained a mini-batch."
    return f"{one} and {other} {_equal(parting)}; {_apart(parting, other)}."


def parting_marks(
    runs: RunList, drawn: tuple[DrawnRun, ...], by_epoch: bool
) -> tuple[PlotMark, ...]:
    """Return the marks of the compared runs, none unless both are drawn."""
    pair, shown = runs.compared, {each.key: each for each in drawn}
    if pair is None or not all(each.number in shown for each in pair):
        return ()
    parting = runs.parting
    if parting is None or parting.equal_throughout:
        return ()
    first, second = pair
    names = f"{first.name} and {second.name}"
    run = shown[first.number]
    at = parting.equal + 1
    marks = [
        PlotMark(
            run.x_of(at, by_epoch),
            f"Mini-batch {count(at)}: the first with other costs of {names}",
            labels=("costs differ", "≠"),
        )
    ]
    if parting.epoch is not None:
        epochs = np.array([parting.epoch])
        x = first.first_epoch + parting.epoch
        side = "higher" if parting.is_higher else "lower"
        marks.append(
            PlotMark(
                x if by_epoch else float(first.axis.mini_batches(epochs)[0]),
                f"Epoch {x:.2f}: the first place where the smoothed cost of {second.name} is more "
                f"than {SHARE} {side} than that of {first.name}",
                labels=(f"{SHARE} {side}", f"{SHARE}", "%"),
            )
        )
    return tuple(marks)


def _equal(parting: Parting) -> str:
    if parting.equal_throughout:
        return f"have the same cost in all {count(parting.common)} mini-batches that both have"
    if parting.equal == 0:
        return "have other costs from the first mini-batch on"
    if parting.equal == 1:
        return "have the same cost in their first mini-batch, and differ from the second on"
    return f"have the same costs for {count(parting.equal)} mini-batches"


def _apart(parting: Parting, second: str) -> str:
    if parting.epoch is None:
        return f"their smoothed costs are never more than {SHARE} apart"
    side = "higher" if parting.is_higher else "lower"
    return (
        f"at epoch {parting.epoch:.2f}, the smoothed cost of {second} is more than {SHARE} {side}"
        " for the first time"
    )
