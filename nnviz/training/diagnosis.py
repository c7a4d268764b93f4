"""What is wrong with a training, in plain words with the numbers behind it, and what helps.

A pure function of what is known of a run. Every threshold is a constant of this file, of ``advice``
or of ``rate_advice``, chosen on real runs: those that have the illness cross it, healthy ones of
all presets stay away.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from nnviz.engine.wording import Severity, listed
from nnviz.formatting import count, number, rounded
from nnviz.training.advice import (
    MANY_DEAD,
    PATIENCE,
    VANISHED,
    Advice,
    Evidence,
    Illness,
    dead_share,
    error_ratio,
    is_useless,
    percent,
    unseen,
)
from nnviz.training.checkup import CheckUp
from nnviz.training.class_report import ClassReport
from nnviz.training.rate_advice import LONG_STEP, diverged, rate_too_high, rate_too_low
from nnviz.training.remedies import Recipe, Remedy

__all__ = ["BEGUN", "advise"]

BEGUN = 300
"""Mini-batches after which a training is judged at all."""
GAP, GAP_EPOCHS = 0.05, 3
"""Training accuracy so far above that of unseen examples, in so many epochs on end: overfitting."""
ONE_CLASS = 0.9
"""Share of all answers that are the same class."""


MOST_DROPOUT = 0.5


def advise(evidence: Evidence) -> tuple[Advice, ...]:
    """Return what is wrong, the gravest first; nothing for a healthy training."""
    if evidence.failed:
        return (diverged(evidence),)
    if evidence.mini_batches < BEGUN:
        return ()
    if evidence.check_up is not None and evidence.check_up.subject.mini_batches < BEGUN:
        evidence = replace(evidence, check_up=None)
    rate = list(rate_too_high(evidence))
    if rate:
        return tuple(rate[:1])
    found = [*rate_too_low(evidence), *_vanishing(evidence)][:1]
    found += [*_dead_relus(evidence), *_dead_outputs(evidence)]
    if not found:
        found += _stuck_at_one_class(evidence)
    return (*found, *_overfitting(evidence))


def _vanishing(evidence: Evidence) -> Iterator[Advice]:
    check_up = evidence.check_up
    if check_up is None or not is_useless(check_up) or dead_share(check_up) >= MANY_DEAD:
        return
    ratio = error_ratio(check_up)
    if not ratio > VANISHED:
        return
    first, last = check_up.layers[0], check_up.layers[-1]
    yield Advice(
        Illness.VANISHING, Severity.WARNING,
        f"Vanishing gradients: the error signal of layer 1 is {count(round(ratio))} times smaller "
        f"than that of layer {last.layer}, so layer 1 learns that much more slowly.",
        f"The mean size of δ is {number(first.error, 2)} in layer 1 and {number(last.error, 2)} in "
        f"layer {last.layer}: each layer multiplies it by its weights and its slope. After "
        f"{count(evidence.mini_batches)} mini-batches the cost, {number(check_up.cost, 3)}, is "
        "no better than that of an answer that is always the same.",
        (evidence.recipe.relu_anew(has_classes=check_up.classes is not None),),
    )  # fmt: skip


def _dead_relus(evidence: Evidence) -> Iterator[Advice]:
    check_up = evidence.check_up
    if check_up is None or not check_up.is_telling:
        return
    layers = [
        (each.layer, int(each.dead.sum()), len(each.dead))
        for each in check_up.layers[:-1]
        if each.dead is not None and each.dead.mean() >= MANY_DEAD
    ]
    if not layers:
        return
    rate = f"; η = {rounded(evidence.recipe.config.learning_rate)}"
    if evidence.is_changed:
        rate = ", before η was changed"
    texts = [f"{count(dead)} of {count(size)} in layer {layer}" for layer, dead, size in layers]
    yield Advice(
        Illness.DEAD_RELUS, Severity.WARNING,
        f"Dead ReLUs: {listed(texts)} are not active for any of the examples looked at, so "
        "nothing flows back through them and they cannot wake up.",
        f"Looked at: {count(check_up.examples)} training examples, the same every time. A step too "
        f"long pushed z below 0 for all of them{rate}.",
        (evidence.recipe.lower_rate_anew(), evidence.recipe.leaky_relu_anew()),
    )  # fmt: skip


def _dead_outputs(evidence: Evidence) -> Iterator[Advice]:
    check_up = evidence.check_up
    if check_up is None or not evidence.reports:
        return
    dead = check_up.layers[-1].dead
    if dead is None or not dead.any() or check_up.classes is None:
        return
    report, which = check_up.classes, np.flatnonzero(dead).tolist()
    names = listed([report.names[each] for each in which])
    nouns = _noun(report, len(which))
    is_one = len(which) == 1
    shares = listed([f"{percent(report.accuracies[each])} of {report.names[each]}"
                     for each in which])  # fmt: skip
    living = len(dead) - len(which)
    answered = report.confusion[:, which].any()
    yield Advice(
        Illness.DEAD_OUTPUTS, Severity.WARNING,
        f"{len(which)} of {len(dead)} outputs {'is' if is_one else 'are'} dead: the network "
        f"{'hardly ever' if answered else 'never'} answers the {nouns} {names}.",
        f"Right are {shares}, and {percent(report.accuracy)} of all; {living} living outputs can "
        f"reach {100 * living // len(dead)} % or so. On {'its' if is_one else 'their'} own "
        f"examples z is so far below 0 that the slope is flat (below 1 % of the steepest), so "
        "hardly any of the error comes back.",
        _for_dead_outputs(evidence.recipe),
    )  # fmt: skip


def _for_dead_outputs(recipe: Recipe) -> tuple[Remedy, ...]:
    if recipe.initialiser in ("standard_normal", "scaled_normal"):
        return recipe.cross_entropy_anew(), recipe.small_weights_anew()
    return (recipe.cross_entropy_anew(),)


def _stuck_at_one_class(evidence: Evidence) -> Iterator[Advice]:
    check_up = evidence.check_up
    report = None if check_up is None else check_up.classes
    if check_up is None or report is None or evidence.looked_after < PATIENCE:
        return
    if len(report.names) < 3 or not is_useless(check_up):
        return
    shares = report.confusion.sum(axis=0) / report.confusion.sum()
    most = int(shares.argmax())
    if shares[most] < ONE_CLASS:
        return
    yield Advice(
        Illness.ONE_CLASS, Severity.WARNING,
        f"The network answers {report.names[most]} to almost everything.",
        f"It is the answer to {percent(shares[most])} of {count(len(report.labels))} examples, "
        f"and right for {percent(report.accuracy)}. The cost, {number(check_up.cost, 3)}, is no "
        f"better than that of an answer that is always the same, "
        f"{number(check_up.constant_cost, 3)}.",
        _for_one_class(evidence.recipe, check_up),
    )  # fmt: skip


def _for_one_class(recipe: Recipe, check_up: CheckUp) -> tuple[Remedy, ...]:
    """Return longer steps, which leave a plateau sooner, unless they are long already."""
    is_short = check_up.steps is not None and max(check_up.steps) < LONG_STEP
    return (*((recipe.tenfold_rate(),) if is_short else ()), recipe.other_seed_anew())


def _overfitting(evidence: Evidence) -> Iterator[Advice]:
    pairs = [(report.train_accuracy, unseen(report)) for report in evidence.reports[-GAP_EPOCHS:]]
    gaps = [seen - others for seen, others in pairs if seen is not None and others is not None]
    if len(gaps) < GAP_EPOCHS or min(gaps) < GAP:
        return
    last, recipe = evidence.reports[-1], evidence.recipe
    seen, others = pairs[-1]
    assert seen is not None
    assert others is not None
    part = "validation" if last.validation_accuracy is not None else "test"
    remedies = [recipe.l2(evidence.examples)]
    if recipe.spec.layer_count > 1 and recipe.config.dropout < MOST_DROPOUT:
        remedies.append(recipe.with_dropout())
    if evidence.available > 2 * evidence.examples:
        remedies.insert(0, recipe.more_images_anew(evidence.available))
    yield Advice(
        Illness.OVERFITTING, Severity.WARNING,
        f"Overfitting: the network knows its training examples better than others: "
        f"{percent(seen)} of them are right, {percent(others)} of the {part} examples.",
        f"The gap of {100 * (seen - others):.1f} points has been above {100 * GAP:.0f} in each of "
        f"the last {GAP_EPOCHS} epochs; {count(recipe.spec.parameter_count)} weights and biases "
        f"learn {count(evidence.examples)} examples by heart.",
        tuple(remedies[:2]),
    )  # fmt: skip


def _noun(report: ClassReport, classes: int) -> str:
    singular = "digit" if report.names == tuple("0123456789") else "class"
    if classes == 1:
        return singular
    return "digits" if singular == "digit" else "classes"
