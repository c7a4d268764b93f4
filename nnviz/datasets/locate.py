"""Where the data files lie: the one search order, for the window and the command line."""

import os
from pathlib import Path

from nnviz.errors import DataFileError

__all__ = ["ENVIRONMENT_VARIABLE", "find_data_folder"]

ENVIRONMENT_VARIABLE = "NNVIZ_DATA_DIR"

PACKAGE_FOLDER = Path(__file__).resolve().parent.parent

MARK = "t10k-labels-idx1-ubyte"
"""A folder that was not named by the user counts only with this file, packed or not: in an
installation, a folder called data beside the package may be anybody's."""


def find_data_folder(explicit: Path | None = None) -> Path:
    """Return the folder of the MNIST files.

    The order: ``explicit`` (the option --data-dir), the environment variable NNVIZ_DATA_DIR, the
    files shipped in the wheel, the repository's ``data`` beside the package. A folder that the
    user named is taken or refused; nothing else is tried then. Raises DataFileError.
    """
    if explicit is not None:
        return _named(explicit, "--data-dir")
    from_environment = os.environ.get(ENVIRONMENT_VARIABLE)
    if from_environment:
        return _named(Path(from_environment), ENVIRONMENT_VARIABLE)
    places = (PACKAGE_FOLDER / "_data", PACKAGE_FOLDER.parent / "data")
    for place in places:
        if (place / f"{MARK}.gz").exists() or (place / MARK).exists():
            return place
    raise DataFileError(
        f"The MNIST files are neither in {places[0]} nor in {places[1]}; name their folder with "
        f"--data-dir or in {ENVIRONMENT_VARIABLE}."
    )


def _named(folder: Path, origin: str) -> Path:
    if not folder.is_dir():
        raise DataFileError(
            f"The data folder {folder}, named by {origin}, does not exist; name the folder that "
            "holds the MNIST files."
        )
    return folder
