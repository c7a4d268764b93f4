"""Reader of a folder with one subfolder of images per class, such as cats/ and dogs/.

Folders called train and test on top of them are the two parts. All images become grey and get one
size: the most common one, or what fits into 128 × 128.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from nnviz.datasets.data_source import DataSource, held_back, split_sentence
from nnviz.datasets.dataset import Dataset
from nnviz.datasets.reading import MOST_CLASSES, Reading, check_amount, shown_name
from nnviz.engine.arrays import IntArray
from nnviz.errors import DataFileError

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["class_folders", "load_image_folder"]

SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".pgm", ".ppm"}
LARGEST_SIDE = 128
"""Px; larger images are made smaller: every pixel is an input with a weight to each neuron."""
MOST_PIXELS = 50_000_000
"""Of one image as it is stored: more would take too much memory to open."""
MOST_FILES = 300_000
_PARTS = ({"train", "training"}, {"test", "testing"})
_TOLD_EVERY = 200
_ORIENTATION, _SIDEWAYS = 274, range(5, 9)
"""The EXIF tag that says how a camera was held, and its values for images on their side."""
_DAMAGES = (OSError, ValueError, SyntaxError, EOFError)
"""What Pillow raises for damaged files."""

Size = tuple[int, int]
"""Rows and columns."""


@dataclass(frozen=True, slots=True)
class _File:
    """An image and its class."""

    path: Path
    label: int


def class_folders(folder: Path) -> list[Path]:
    """Return the subfolders that hold images, by name."""
    return [each for each in _folders(folder) if _images(each)]


def load_image_folder(folder: Path, reading: Reading) -> DataSource:
    """Read the images of all classes. Raises DataFileError for whatever is wrong with them."""
    reading.say(f"looking into {folder.name} …")
    parts = _parts(folder)
    names = sorted({each.name for part in parts for each in class_folders(part)})
    _check_names(folder, names)
    files = [_files(part, names) for part in parts]
    every = [each for part in files for each in part]
    common, others = _common_size(folder, every, reading)
    size = _fitted(common)
    check_amount(folder.name, len(every), size[0] * size[1])
    pixels = _pixels(every, size, reading)
    labels = np.array([each.label for each in every], np.uint8)
    name = shown_name(folder.resolve().name, "images")
    data = Dataset(name, pixels, labels=labels, image_shape=size, class_count=len(names))
    done = _done(common, size, others)
    shown = tuple(shown_name(each, f"class {place}") for place, each in enumerate(names))
    return _source(data, shown, [len(part) for part in files], done)


def _source(
    data: Dataset, names: tuple[str, ...], counts: Sequence[int], done: Sequence[str]
) -> DataSource:
    name, count = data.name, len(data)
    assert data.image_shape is not None  # they are images
    rows, columns = data.image_shape
    train: IntArray
    test: IntArray
    if len(counts) == 2:
        train, test = np.arange(counts[0]), np.arange(counts[0], count)
        ending = f"the {len(test):,} in the test folder are the test set"
    else:
        train, test = held_back(count)
        ending = split_sentence(len(train), len(test))
    what = f"{count:,} images of {rows} × {columns} in {len(names)} classes"
    return DataSource(
        name,
        data.at(train, f"{name}, training set"),
        data.at(test, f"{name}, test set") if len(test) else None,
        names,
        f"{'; '.join((what, *done, ending))}.",
    )


def _done(common: Size, size: Size, others: int) -> tuple[str, ...]:
    """Say what was done to the images, ``others`` of which had not the ``common`` size."""
    done = ["made grey, bytes 0 … 255 divided by 255"]
    if size != common:
        done.append(f"made smaller from {common[0]} × {common[1]}")
    if others:
        done.append(f"{others:,} of other sizes brought to this one, stretched if need be")
    return tuple(done)


def _parts(folder: Path) -> tuple[Path, ...]:
    """Return the folders of the training and the test, or the folder itself."""
    by_name = {each.name.lower(): each for each in _folders(folder)}
    found = [next((by_name[each] for each in by_name if each in part), None) for part in _PARTS]
    train, test = found
    if train is not None and test is not None and class_folders(train) and class_folders(test):
        return train, test
    return (folder,)


def _check_names(folder: Path, names: list[str]) -> None:
    if len(names) < 2:
        found = f"one subfolder with images, {names[0]}" if names else "no subfolder with images"
        raise DataFileError(
            f"{folder} has {found}; data of images is a folder with one subfolder for each of two "
            "classes or more."
        )
    if len(names) > MOST_CLASSES:
        raise DataFileError(
            f"{folder} has {len(names):,} subfolders with images, and {MOST_CLASSES} classes are "
            "the most; take fewer of them."
        )


def _files(part: Path, names: list[str]) -> list[_File]:
    files = [
        _File(path, label)
        for label, name in enumerate(names)
        if (part / name).is_dir()
        for path in _images(part / name)
    ]
    if len(files) > MOST_FILES:
        raise DataFileError(
            f"{part} holds {len(files):,} images, and {MOST_FILES:,} are the most; take fewer."
        )
    return files


def _folders(folder: Path) -> list[Path]:
    return sorted(each for each in folder.iterdir() if each.is_dir() and _is_shown(each))


def _images(folder: Path) -> list[Path]:
    return sorted(
        each for each in folder.iterdir() if each.suffix.lower() in SUFFIXES and _is_shown(each)
    )


def _is_shown(path: Path) -> bool:
    return not path.name.startswith((".", "_"))


def _common_size(folder: Path, files: list[_File], reading: Reading) -> tuple[Size, int]:
    """Return the most common size, the smaller of two, and how many images have another one."""
    sizes: Counter[Size] = Counter()
    for number, file in enumerate(files):
        if number % _TOLD_EVERY == 0:
            reading.check()
            reading.say(f"measuring {folder.name}: {number:,} of {len(files):,} images …")
        sizes[_size_of(file.path)] += 1
    common = max(sizes, key=lambda size: (sizes[size], -size[0] * size[1]))
    return common, len(files) - sizes[common]


def _size_of(path: Path) -> Size:
    """Return the size of an image from its first bytes, as it is shown."""
    with _opened(path) as image:
        columns, rows = image.size
        if rows * columns > MOST_PIXELS:
            raise DataFileError(
                f"{path} has {rows:,} × {columns:,} pixels, and {MOST_PIXELS:,} are the most; make "
                "it smaller."
            )
        if image.format == "PNG" and "exif" not in image.info:
            return rows, columns  # to look for more of it, all pixels would be read
        try:
            lies = image.getexif().get(_ORIENTATION) in _SIDEWAYS
        except _DAMAGES as error:
            raise _damaged(path, error) from error
        return (columns, rows) if lies else (rows, columns)


def _fitted(size: Size) -> Size:
    """Return a size of the same shape that is not too large."""
    shrink = min(1.0, LARGEST_SIDE / max(size))
    return max(1, round(size[0] * shrink)), max(1, round(size[1] * shrink))


def _pixels(files: list[_File], size: Size, reading: Reading) -> npt.NDArray[np.uint8]:
    """Return the pixels of all images, (n, rows · columns)."""
    pixels = np.empty((len(files), size[0] * size[1]), np.uint8)
    for number, file in enumerate(files):
        if number % _TOLD_EVERY == 0:
            reading.say(f"reading {number:,} of {len(files):,} images …")
        reading.check()
        pixels[number] = _grey(file.path, size)
    return pixels


def _grey(path: Path, size: Size) -> npt.NDArray[np.uint8]:
    """Return one image as grey bytes; what is transparent counts as white."""
    from PIL import Image, ImageOps

    with _opened(path) as image:
        try:
            upright: Image.Image = ImageOps.exif_transpose(image)
            if upright.mode.startswith("I"):  # 16 bits a pixel, which convert would cut off
                bytes_of = np.clip(np.asarray(upright, np.float64) / 257, 0, 255)
                upright = Image.fromarray(np.rint(bytes_of).astype(np.uint8))
            elif upright.mode == "F":
                raise DataFileError(
                    f"{path}: its pixels are no bytes but fractions; save it with 8 bits a pixel."
                )
            elif upright.has_transparency_data:
                shown = upright.convert("RGBA")
                white = Image.new("RGBA", shown.size, "white")
                upright = Image.alpha_composite(white, shown)
            grey = upright.convert("L")
            if grey.size != (size[1], size[0]):
                grey = grey.resize((size[1], size[0]), Image.Resampling.BILINEAR)
            return np.asarray(grey, np.uint8).reshape(-1)
        except _DAMAGES as error:
            raise _damaged(path, error) from error


def _opened(path: Path) -> "Image.Image":
    from PIL import Image, UnidentifiedImageError

    try:
        return Image.open(path)
    except UnidentifiedImageError as error:
        raise DataFileError(
            f"{path} is not an image that can be read, whatever its name says; take it out of the "
            "folder or save it anew as PNG."
        ) from error
    except FileNotFoundError as error:
        raise DataFileError(f"{path} points to a file that is not there; take it out.") from error
    except Image.DecompressionBombError as error:
        raise DataFileError(f"{path} unpacks to far too many pixels; take it out.") from error
    except _DAMAGES as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> DataFileError:
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return DataFileError(f"{path} cannot be read ({reason}); take it out or save it anew as PNG.")
