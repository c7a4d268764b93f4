"""Data from disk, whatever it is: IDX files, a .npz file, or a folder with images of each class."""

from pathlib import Path

from nnviz.datasets.data_source import DataSource
from nnviz.datasets.idx_pair import is_idx_name, load_idx, load_idx_folder
from nnviz.datasets.image_folder import load_image_folder
from nnviz.datasets.npz import load_npz
from nnviz.datasets.reading import Reading
from nnviz.errors import DataFileError

__all__ = ["open_data"]

_KNOWN = (
    "known are IDX files such as train-images-idx3-ubyte.gz, .npz files with x and y, and folders "
    "with one subfolder of images per class"
)


def open_data(path: Path, reading: Reading | None = None) -> DataSource:
    """Read data, in any thread; it may take seconds, which ``reading`` tells of and can cut short.

    Raises DataFileError with one sentence for whatever is refused, LoadingCancelled.
    """
    reading = reading or Reading()
    try:
        return _opened(path, reading)
    except OSError as error:
        where = error.filename or path
        raise DataFileError(
            f"{where} cannot be read ({error.strerror or error}); check its permissions."
        ) from error
    except MemoryError as error:
        raise DataFileError(
            f"{path.name} does not fit into the memory that is free; take fewer examples."
        ) from error


def _opened(path: Path, reading: Reading) -> DataSource:
    if path.is_dir():
        has_idx = any(is_idx_name(each.name) for each in path.iterdir())
        return load_idx_folder(path, reading) if has_idx else load_image_folder(path, reading)
    if not path.exists():
        raise DataFileError(f"There is no file or folder {path}; check its name.")
    if not path.is_file():
        raise DataFileError(f"{path} is neither a file nor a folder; {_KNOWN}.")
    if path.suffix.lower() == ".npz":
        return load_npz(path, reading)
    if is_idx_name(path.name):
        return load_idx(path, reading)
    raise DataFileError(f"{path.name} is no data that can be read here; {_KNOWN}.")
