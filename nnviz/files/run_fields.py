"""How long and on what a run trains, in a network file: mini-batches, epochs, split, seed.

Each key is written only where it says something else than a file without it would, so that plain
networks stay readable for older versions of the program, too.
"""

from dataclasses import asdict, dataclass, fields, replace

from nnviz.errors import NetworkFileError, TrainingError
from nnviz.files.fields import Place
from nnviz.files.records import MOST_SEED
from nnviz.training.config import TrainingConfig

__all__ = ["KEYS", "NOTHING_SAID", "RunSettings", "read_run", "run_fields"]

_MOST_IMAGES = 60_000
_MOST_EPOCHS = 1_000_000
_BOUNDS = {
    "mini_batch_size": (1, _MOST_IMAGES),
    "epochs": (1, _MOST_EPOCHS),
    "train_size": (1, _MOST_IMAGES),
    "validation_size": (0, _MOST_IMAGES - 1),
    "patience": (0, _MOST_EPOCHS),
    "seed": (0, MOST_SEED),
}


@dataclass(frozen=True, slots=True)
class RunSettings:
    """What a file says of a run; None where it says nothing."""

    mini_batch_size: int | None = None
    epochs: int | None = None
    train_size: int | None = None
    validation_size: int | None = None
    patience: int | None = None
    keep_best: bool | None = None
    seed: int | None = None

    @classmethod
    def between(cls, usual: TrainingConfig, config: TrainingConfig) -> "RunSettings":
        """Return what is to be said where ``usual`` is understood without it."""
        return cls(**{
            key: getattr(config, key) for key in KEYS if getattr(config, key) != getattr(usual, key)
        })  # fmt: skip

    def applied(self, config: TrainingConfig) -> TrainingConfig:
        """Return ``config`` with what is said. Raises TrainingError for what makes no sense."""
        return replace(config, **_said(self))  # type: ignore[arg-type]  # the keys are its fields


NOTHING_SAID = RunSettings()
"""Of a file without any of the keys."""
KEYS = tuple(field.name for field in fields(RunSettings))
"""The keys of a network file, all of which may be left out."""


def read_run(place: Place, table: dict[str, object]) -> RunSettings:
    """Return the settings in a network file's object. Raises NetworkFileError."""
    found: dict[str, int] = {}
    for key in KEYS:
        if key not in table:
            continue
        here = place.key(key)
        if key == "keep_best":
            found[key] = here.truth(table[key])
        else:
            found[key] = here.whole(table[key], *_BOUNDS[key])
    settings = RunSettings(**found)  # type: ignore[arg-type]  # truth for keep_best, else whole
    try:
        settings.applied(TrainingConfig())
    except TrainingError as error:
        raise NetworkFileError(f"{place.source}: {error}") from error
    return settings


def run_fields(settings: RunSettings) -> dict[str, object]:
    """Return the keys and values that are to be written."""
    return dict(_said(settings))


def _said(settings: RunSettings) -> dict[str, int]:
    return {key: value for key, value in asdict(settings).items() if value is not None}
