"""Writing a file in one piece: the old content stays until the new one is safely there."""

import os
import secrets
import shutil
from pathlib import Path

from nnviz.errors import NetworkFileError

__all__ = ["check_destination", "write_atomically"]


def check_destination(path: str | os.PathLike[str]) -> Path:
    """Return the file that writing to ``path`` would replace, links followed.

    Raises NetworkFileError if there is no such folder, if ``path`` is a folder or a device, or if
    it may not be written: to be asked before long work whose result would go there.
    """
    try:
        target = Path(os.path.realpath(path))
        folder = target.parent
        if not folder.exists():
            raise NetworkFileError(
                f"Cannot write {path}: there is no folder {folder}; create it first."
            )
        if not folder.is_dir():
            raise NetworkFileError(f"Cannot write {path}: {folder} is a file, not a folder.")
        if target.is_dir():
            raise NetworkFileError(
                f"Cannot write {path}: it is a folder; give the name of a file in it."
            )
        if target.exists() and not target.is_file():
            raise NetworkFileError(
                f"Cannot write {path}: it is not an ordinary file; give another name."
            )
        # The folder in any case: the new file is written beside the old one and replaces it.
        may_write = os.access(folder, os.W_OK | os.X_OK)
        if not may_write or (target.exists() and not os.access(target, os.W_OK)):
            raise NetworkFileError(f"Cannot write {path}: no permission; choose another place.")
    except (OSError, ValueError) as error:
        raise _cannot_write(path, error) from error
    return target


def write_atomically(path: str | os.PathLike[str], content: bytes | str) -> None:
    """Write ``content`` (text as UTF-8) beside ``path`` and then put it in its place.

    A reader sees the old content or the new, never half of it; the permissions of an existing
    file are kept. Raises NetworkFileError if it cannot be written; ``path`` is then untouched.
    """
    target = check_destination(path)
    try:
        data = content.encode("utf-8") if isinstance(content, str) else content
        # A name of its own length: the target's may already be as long as the system allows.
        temporary = target.with_name(f".nnviz-{secrets.token_hex(8)}.tmp")
        try:
            _write(temporary, data)
            if target.exists():
                shutil.copymode(target, temporary)
            os.replace(temporary, target)
        finally:
            temporary.unlink(missing_ok=True)
    except (OSError, ValueError) as error:
        raise _cannot_write(path, error) from error


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _cannot_write(path: str | os.PathLike[str], error: OSError | ValueError) -> NetworkFileError:
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return NetworkFileError(f"Cannot write {path}: {reason}.")
