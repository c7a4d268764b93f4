"""Numbered pictures in a folder of their own, all of them or none."""

import os
import re
import secrets
import shutil
from pathlib import Path
from types import TracebackType

from nnviz.errors import NetworkFileError

__all__ = ["FrameFolder", "check_frame_folder"]

_FRAME = re.compile(r"frame-\d{3,}\.png")


def check_frame_folder(folder: Path) -> Path:
    """Return the folder, links followed, that frames may be written into.

    It is new, empty, or holds nothing but the frames of an earlier time, which are replaced.
    Raises NetworkFileError for any other.
    """
    target = Path(os.path.realpath(folder))
    try:
        if not target.parent.is_dir():
            raise NetworkFileError(
                f"Cannot write {folder}: there is no folder {target.parent}; create it first."
            )
        if target.exists() and not target.is_dir():
            raise NetworkFileError(
                f"Cannot write {folder}: it is a file; give the name of a folder for the frames."
            )
        if not os.access(target.parent, os.W_OK | os.X_OK):
            raise NetworkFileError(f"Cannot write {folder}: no permission; choose another place.")
        names = [path.name for path in target.iterdir()] if target.exists() else []
    except OSError as error:
        raise NetworkFileError(f"Cannot write {folder}: {error.strerror}.") from error
    other = next((name for name in sorted(names) if not _FRAME.fullmatch(name)), None)
    if other is not None:
        raise NetworkFileError(
            f"Cannot write frames into {folder}: it holds {other}; give a new or an empty folder."
        )
    return target


class FrameFolder:
    """Takes frames one by one; ``finish`` puts the folder in its place.

    As a context manager it leaves nothing behind that was not finished.
    """

    def __init__(self, folder: Path) -> None:
        """Raise NetworkFileError where frames may not be written."""
        self._shown = folder
        self._target = check_frame_folder(folder)
        self._count = 0
        # Beside the target, so that the move at the end stays on one disk.
        self._work = self._target.with_name(f".nnviz-{secrets.token_hex(8)}.tmp")
        try:
            self._work.mkdir()
        except OSError as error:
            raise self._refused(error) from error

    def __enter__(self) -> "FrameFolder":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.discard()

    def add(self, png: bytes) -> None:
        """Write the next frame, frame-000.png first. Raises NetworkFileError if that fails."""
        try:
            (self._work / f"frame-{self._count:03d}.png").write_bytes(png)
        except OSError as error:
            raise self._refused(error) from error
        self._count += 1

    def finish(self) -> None:
        """Put all frames in their place. Raises NetworkFileError if that fails."""
        old = self._target.with_name(f"{self._work.name}.old")
        try:
            check_frame_folder(self._target)
            if self._target.exists():
                os.replace(self._target, old)
            os.replace(self._work, self._target)
        except OSError as error:
            if old.exists() and not self._target.exists():
                os.replace(old, self._target)
            raise self._refused(error) from error
        finally:
            shutil.rmtree(old, ignore_errors=True)

    def discard(self) -> None:
        """Forget frames that were not finished."""
        shutil.rmtree(self._work, ignore_errors=True)

    def _refused(self, error: OSError) -> NetworkFileError:
        return NetworkFileError(f"Cannot write {self._shown}: {error.strerror}.")
