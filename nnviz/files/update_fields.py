"""How updates are made, in a network file: optimizer, schedule and dropout.

Each key is written only where it says something else than plain descent, so that files of plain
networks stay as they were, also for older versions of the program.
"""

from nnviz.engine.optimizers import OPTIMIZERS, PLAIN, SETTINGS, Optimizer
from nnviz.errors import NetworkFileError, TrainingError
from nnviz.files.fields import Place
from nnviz.training.schedules import CONSTANT, SCHEDULES, Schedule

__all__ = ["read_optimizer", "read_schedule", "update_fields"]

_STEPS = ("factor", "every")
"""What the schedule has with steps alone."""


def read_optimizer(place: Place, value: object) -> Optimizer:
    """Return ``{"name": …}`` with the hyperparameters that it has; those left out are usual."""
    table = place.table(value, ("name",), tuple(SETTINGS))
    name = place.key("name").choice(table.pop("name"), tuple(OPTIMIZERS))
    taken = OPTIMIZERS[name].settings
    _refuse(place, [key for key in table if key not in taken], name, taken)
    settings = {key: place.key(key).number(number) for key, number in table.items()}
    try:
        return Optimizer(name, **settings)
    except TrainingError as error:
        raise NetworkFileError(f"{place.source}: {place.path}: {error}") from error


def read_schedule(place: Place, value: object) -> Schedule:
    """Return ``{"name": …, "warm_up"*: …}``, of steps with "factor"* and "every"*."""
    table = place.table(value, ("name",), ("warm_up", *_STEPS))
    name = place.key("name").choice(table.pop("name"), tuple(SCHEDULES))
    taken = ("warm_up", *_STEPS) if name == "step" else ("warm_up",)
    _refuse(place, [key for key in table if key not in taken], name, taken)
    every = place.key("every").whole(table.pop("every", CONSTANT.every))
    settings = {key: place.key(key).number(number) for key, number in table.items()}
    try:
        return Schedule(name, every=every, **settings)
    except TrainingError as error:
        raise NetworkFileError(f"{place.source}: {place.path}: {error}") from error


def update_fields(optimizer: Optimizer, schedule: Schedule, dropout: float) -> dict[str, object]:
    """Return the keys and values that are to be written."""
    fields: dict[str, object] = {}
    if optimizer.name != PLAIN.name:
        settings = {name: getattr(optimizer, name) for name in optimizer.method.settings}
        fields["optimizer"] = {"name": optimizer.name, **settings}
    if schedule.name != CONSTANT.name or schedule.warm_up:
        steps = _STEPS if schedule.name == "step" else ()
        settings = {name: getattr(schedule, name) for name in ("warm_up", *steps)}
        fields["schedule"] = {"name": schedule.name, **settings}
    if dropout:
        fields["dropout"] = dropout
    return fields


def _refuse(place: Place, keys: list[str], name: str, taken: tuple[str, ...]) -> None:
    if keys:
        place.key(keys[0]).fail(
            f"does not go with {name}, which takes {', '.join(taken) or 'no hyperparameters'}."
        )
