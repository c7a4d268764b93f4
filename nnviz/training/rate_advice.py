"""Whether a learning rate is too high or too low: what it does to the cost and to the weights."""

from collections.abc import Iterator

import numpy as np

from nnviz.engine.wording import Severity, counted, listed
from nnviz.formatting import count, number, rounded
from nnviz.training.advice import (
    MANY_DEAD,
    PATIENCE,
    VANISHED,
    Advice,
    Evidence,
    Illness,
    course,
    dead_share,
    error_ratio,
    is_useless,
    percent,
    unseen,
)
from nnviz.training.checkup import CheckUp
from nnviz.training.snapshot import EpochReport

__all__ = ["LONG_STEP", "diverged", "rate_too_high", "rate_too_low"]

RISEN = 1.3
"""A cost that ends so many times above its smallest mean has risen."""
JUMP, JUMPS, LATELY = 0.10, 3, 8
"""An epoch whose cost is 10 % above the one before has jumped; 3 of the last 8 are too many."""
DROP, DROPS = 0.02, 2
"""So has one that answers 2 points less of the unseen examples than the one before, and more than
2/√n less, which chance alone hardly does with n examples."""
HALF = 0.5
"""Share of dead outputs, and of the constant answer's cost, above which far from all is learned."""
CRAWLING = 1e-4
"""‖Δw‖/‖w‖ of one update, in every layer, below which a learning rate is too low: a tenth of the
rule of thumb."""
LONG_STEP = 1e-2
"""‖Δw‖/‖w‖ of one update from which on a learning rate is not raised: ten times the usual."""


def diverged(evidence: Evidence) -> Advice:
    """Say that the cost grew beyond all numbers."""
    costs = evidence.costs
    eta = rounded(evidence.recipe.config.learning_rate)
    last = f"The last cost that was a number: {number(float(costs[-1]))}. " if len(costs) else ""
    return Advice(
        Illness.DIVERGED, Severity.ERROR,
        f"The learning rate is too high: with η = {eta} the cost grew beyond all numbers.",
        f"{last}A step too long lands higher on the other side; there the slope is steeper and "
        "the next step longer still.",
        (evidence.recipe.lower_rate_anew(),),
    )  # fmt: skip


def rate_too_high(evidence: Evidence) -> Iterator[Advice]:
    """Find the signs of steps that are too long, the gravest first."""
    eta = rounded(evidence.recipe.config.learning_rate)
    yield from _collapsed(evidence, eta)
    means = course(evidence.costs)
    if len(means) >= 4 and means[-2:].min() > RISEN * means.min():
        yield Advice(
            Illness.RATE_TOO_HIGH, Severity.WARNING,
            f"The learning rate is too high: with η = {eta} the cost rises.",
            f"It had come down to {number(float(means.min()), 3)} and is "
            f"{number(float(means[-1]), 3)} now, as means of "
            f"{count(len(evidence.costs) // len(means))} mini-batches.",
            (evidence.recipe.half_rate(), evidence.recipe.lower_rate_anew()),
        )  # fmt: skip
    yield from _overshoots(evidence, eta)
    text = _jumps(evidence.reports[-LATELY - 1 :], evidence.check_up)
    if text:
        yield Advice(
            Illness.RATE_TOO_HIGH, Severity.WARNING,
            f"The learning rate is too high: with η = {eta} the training jumps to and fro.",
            text, (evidence.recipe.half_rate(),),
        )  # fmt: skip


def _overshoots(evidence: Evidence, eta: str) -> Iterator[Advice]:
    """Find steps so long that mistakes are made with full confidence, again and again."""
    check_up = evidence.check_up
    if check_up is None or check_up.steps is None or evidence.looked_after < PATIENCE:
        return
    if 0 < check_up.constant_cost < check_up.cost and max(check_up.steps) > LONG_STEP:
        yield Advice(
            Illness.RATE_TOO_HIGH, Severity.WARNING,
            f"The learning rate is too high: with η = {eta} every step overshoots.",
            f"The cost is {number(check_up.cost, 3)}; answering always the same would cost "
            f"{number(check_up.constant_cost, 3)}. One update changes the weights of a layer by "
            f"{number(100 * max(check_up.steps), 2)} %; about 0.1 % is usual.",
            (evidence.recipe.half_rate(), evidence.recipe.lower_rate_anew()),
        )  # fmt: skip


def _jumps(reports: tuple[EpochReport, ...], check_up: CheckUp | None) -> str:
    """Return how the cost or the accuracy jumps from epoch to epoch, empty if they hardly do."""
    costs = np.array([report.cost for report in reports])
    among = f"of the last {len(reports) - 1} epochs"
    rises = np.flatnonzero(costs[1:] > (1 + JUMP) * costs[:-1])
    if len(rises) >= JUMPS:
        worst = int(rises[np.argmax(costs[rises + 1] / costs[rises])])
        return (
            f"In {len(rises)} {among} the cost rose by more than {100 * JUMP:.0f} %, once from "
            f"{number(float(costs[worst]), 3)} to {number(float(costs[worst + 1]), 3)}."
        )
    if check_up is None or check_up.classes is None:
        return ""
    drop = max(DROP, 2 / check_up.classes.of**0.5)
    shares = np.array([_or_nan(unseen(report)) for report in reports])
    drops = np.flatnonzero(shares[1:] < shares[:-1] - drop)
    if len(drops) >= DROPS:
        worst = int(drops[np.argmin(shares[drops + 1] - shares[drops])])
        return (
            f"In {len(drops)} {among} the accuracy fell by more than {100 * drop:.0f} points, once "
            f"from {percent(shares[worst])} to {percent(shares[worst + 1])}."
        )
    return ""


def _collapsed(evidence: Evidence, eta: str) -> Iterator[Advice]:
    """Find what long steps leave behind: neurons thrown where no gradient reaches them."""
    check_up = evidence.check_up
    if check_up is None or not is_useless(check_up) or not check_up.is_telling:
        return
    dead = _dead_clause(check_up)
    if not dead:
        return
    cause = f"The learning rate is too high: steps with η = {eta}"
    remedy = evidence.recipe.lower_rate_anew()
    if evidence.is_changed:
        cause, remedy = "The learning rate was too high: its steps", evidence.recipe.anew()
    yield Advice(
        Illness.RATE_TOO_HIGH, Severity.ERROR,
        f"{cause} threw the weights so far that {dead}.",
        f"The cost is {number(check_up.cost, 3)}; answering always the same would cost "
        f"{number(check_up.constant_cost, 3)}. The gradient of layer 1, |∂C/∂W| = "
        f"{number(check_up.layers[0].weight_gradient, 2)}, hardly moves anything any more.",
        (remedy,),
    )  # fmt: skip


def _dead_clause(check_up: CheckUp) -> str:
    """Say which layers no longer learn, as the end of a sentence; empty if all do."""
    output = check_up.layers[-1]
    none = [
        _none_of(len(each.dead), "ReLU", f" of layer {each.layer}")
        for each in check_up.layers[:-1]
        if each.dead is not None and each.dead.all()
    ]
    some = ""
    if output.dead is not None and output.dead.all():
        none.append(_none_of(len(output.dead), "output"))
    elif output.dead is not None and output.dead.mean() >= HALF:
        dying, outputs = int(output.dead.sum()), counted(len(output.dead), "output")
        some = f"{dying} of the {outputs} no longer {'learns' if dying == 1 else 'learn'}"
    parts = [*([f"{listed(none)} learns any more"] if none else []), *([some] if some else [])]
    return " and ".join(parts)


def _none_of(size: int, noun: str, of: str = "") -> str:
    """Return the subject of a sentence about all neurons of a layer that do not learn."""
    return (
        f"not even the only {noun}{of}" if size == 1 else f"none of the {count(size)} {noun}s{of}"
    )


def rate_too_low(evidence: Evidence) -> Iterator[Advice]:
    """Find weights that hardly move, though far from all is learned."""
    check_up = evidence.check_up
    if check_up is None or check_up.steps is None or evidence.looked_after < PATIENCE:
        return
    config = evidence.recipe.config
    slow_schedule = check_up.subject.rate < HALF * config.learning_rate
    longest = max(check_up.steps)
    far = 0 < HALF * check_up.constant_cost < check_up.cost
    if slow_schedule or not far or not longest < CRAWLING:
        return
    if dead_share(check_up) >= MANY_DEAD or error_ratio(check_up) > VANISHED:
        return  # that is why
    eta = rounded(config.learning_rate)
    means = course(evidence.costs)
    yield Advice(
        Illness.RATE_TOO_LOW, Severity.WARNING,
        f"The learning rate is too low: with η = {eta} the weights hardly move.",
        f"One update changes the weights of a layer by {number(100 * longest, 2)} % at most; about "
        f"0.1 % is usual. In {count(len(evidence.costs))} mini-batches the cost came from "
        f"{number(float(means[0]), 3)} to {number(float(means[-1]), 3)}.",
        (evidence.recipe.tenfold_rate(),),
    )  # fmt: skip


def _or_nan(share: float | None) -> float:
    return float("nan") if share is None else share
