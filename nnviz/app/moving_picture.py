"""A pass on its way into a file that moves: frames go in one by one, the file comes at the end."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nnviz.files.atomic import check_destination, write_atomically
from nnviz.files.frame_folder import FrameFolder
from nnviz.files.gif import GifWriter
from nnviz.views.figures.animation import pixels_of
from nnviz.views.figures.figure import Figure
from nnviz.views.figures.png import figure_image, figure_png

__all__ = ["FramesPicture", "GifPicture", "MovingPicture", "begin_moving_picture", "moving_picture"]

LAST_FACTOR = 2.0
"""How much longer than the others the last frame of a GIF stays, before it begins anew."""


class MovingPicture:
    """Takes figures; whoever makes one ends it with ``finish`` or with ``discard``."""

    def add(self, figure: Figure) -> None:
        """Take the next figure. Raises NnvizError where it cannot be kept."""
        raise NotImplementedError

    def finish(self) -> None:
        """Put what was taken in its place. Raises NetworkFileError where that fails."""
        raise NotImplementedError

    def discard(self) -> None:
        """Leave nothing behind that was not finished."""


class GifPicture(MovingPicture):
    """An animated GIF, held in memory until it is whole."""

    def __init__(self, path: Path, seconds: float, scale: int = 1) -> None:
        """Raise NetworkFileError where the file cannot be written."""
        check_destination(path)
        self._path, self._seconds, self._scale = path, seconds, scale
        self._writer = GifWriter()
        self._waiting: Figure | None = None

    def add(self, figure: Figure) -> None:
        """Take the next figure; it is drawn when it is known not to be the last."""
        self._write(self._seconds)
        self._waiting = figure

    def finish(self) -> None:
        """Write the file."""
        self._write(self._seconds * LAST_FACTOR)
        write_atomically(self._path, self._writer.finish())

    def _write(self, seconds: float) -> None:
        if self._waiting is not None:
            self._writer.add(pixels_of(figure_image(self._waiting, self._scale)), seconds)
            self._waiting = None


class FramesPicture(MovingPicture):
    """A folder of numbered PNG files."""

    def __init__(self, folder: Path, scale: int = 1) -> None:
        """Raise NetworkFileError where the folder cannot be written."""
        self._folder, self._scale = FrameFolder(folder), scale

    def add(self, figure: Figure) -> None:
        """Write the next frame."""
        self._folder.add(figure_png(figure, self._scale))

    def finish(self) -> None:
        """Put the folder in its place."""
        self._folder.finish()

    def discard(self) -> None:
        """Remove frames that were not finished."""
        self._folder.discard()


def begin_moving_picture(path: Path, seconds: float, scale: int = 1) -> MovingPicture:
    """Return a GIF for a name that ends so, else a folder of frames. Raises NetworkFileError."""
    if path.suffix.lower() == ".gif" and not path.is_dir():
        return GifPicture(path, seconds, scale)
    return FramesPicture(path, scale)


@contextmanager
def moving_picture(path: Path, seconds: float, scale: int = 1) -> Iterator[MovingPicture]:
    """Give what ``begin_moving_picture`` returns, and leave nothing half done behind."""
    picture = begin_moving_picture(path, seconds, scale)
    try:
        yield picture
    finally:
        picture.discard()
