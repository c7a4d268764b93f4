"""The errors that a user can cause.

Each carries one sentence: what happened, which value, what was expected, what to do. The command
line prints it and exits with 2; the window shows it. Mistakes of the program itself stay ordinary
Python exceptions. The tree::

    NnvizError
    ├── SpecError          a network that cannot be: sizes, names, a pair that makes no sense
    ├── ShapeError         arrays that do not fit the network
    ├── DataFileError      a data file that is missing, truncated or altered
    ├── NetworkFileError   a network file that cannot be read or written
    └── TrainingError      training that cannot start or cannot go on
        └── DivergedError  training whose numbers are no longer finite
"""

__all__ = [
    "DataFileError",
    "DivergedError",
    "NetworkFileError",
    "NnvizError",
    "ShapeError",
    "SpecError",
    "TrainingError",
]


class NnvizError(Exception):
    """Something a user can understand and mend; its text is one sentence for them."""


class SpecError(NnvizError, ValueError):
    """A network, cost or setting that makes no sense."""


class ShapeError(NnvizError, ValueError):
    """Arrays whose shapes or values do not fit the network."""


class DataFileError(NnvizError):
    """A data file that is missing, truncated or altered."""


class NetworkFileError(NnvizError):
    """A network file that cannot be read or written."""


class TrainingError(NnvizError):
    """Training that cannot start or cannot go on."""


class DivergedError(TrainingError):
    """A cost or a parameter of a run is a NaN or an infinity; the last good ones are kept."""
