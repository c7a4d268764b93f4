"""Reader of the IDX format, plain or gzip, with errors that name what is wrong.

The format (described on the page of the MNIST database): two zero bytes, a type code, the number
of dimensions, each dimension as a big-endian 32-bit integer, then the values, last index fastest.
"""

import math
import zlib
from pathlib import Path

import numpy as np
import numpy.typing as npt

from nnviz.engine.wording import counted
from nnviz.errors import DataFileError

__all__ = ["gunzip", "parse_idx", "unpacked_content"]

UNSIGNED_BYTE = 0x08
GZIP_MAGIC = b"\x1f\x8b"
GZIP_WINDOW = 31
"""zlib's ``wbits`` for a gzip stream."""


COPY_AGAIN = "copy the file again from the nnviz repository's data folder."
MOST_UNPACKED = 1_000_000_000
"""Bytes that a packed file may become; a damaged or wicked one could fill the memory."""


def unpacked_content(path: Path) -> bytes:
    """Return the bytes of a file, unpacked if its name ends in .gz; raises DataFileError."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise DataFileError(
            f"{path.name} is missing in {path.parent}; copy it there from the nnviz "
            "repository's data folder."
        ) from None
    except OSError as error:
        raise DataFileError(
            f"{path} cannot be read ({error.strerror or error}); check its permissions."
        ) from error
    return gunzip(content, path.name) if path.suffix == ".gz" else content


def parse_idx(
    content: bytes, name: str, dimensions: int, advice: str = COPY_AGAIN
) -> npt.NDArray[np.uint8]:
    """Return the array that an unpacked IDX file holds; ``name`` is for the messages.

    Raises DataFileError, which ends with ``advice``.
    """
    header_length = 4 + 4 * dimensions
    if len(content) < header_length:
        raise DataFileError(
            f"{name}: {len(content)} bytes unpacked are too few for an IDX header of "
            f"{header_length}; {advice}"
        )
    if content[:2] != b"\x00\x00" or content[2] != UNSIGNED_BYTE:
        raise DataFileError(
            f"{name}: begins with the bytes {content[:4].hex(' ')}, not with 00 00 08 of an IDX "
            f"file of bytes; {advice}"
        )
    if content[3] != dimensions:
        raise DataFileError(
            f"{name}: holds an array of {counted(content[3], 'dimension')}, {dimensions} expected; "
            "check that images and labels are not exchanged."
        )
    shape = tuple(np.frombuffer(content, dtype=">u4", count=dimensions, offset=4).tolist())
    promised = header_length + math.prod(shape)
    if len(content) != promised:
        raise DataFileError(
            f"{name}: {len(content):,} bytes unpacked, its header promises {promised:,}; {advice}"
        )
    return np.frombuffer(content, dtype=np.uint8, offset=header_length).reshape(shape)


def gunzip(content: bytes, name: str, advice: str = COPY_AGAIN) -> bytes:
    """Return unpacked content; raises DataFileError if it is damaged or becomes too large."""
    if not content.startswith(GZIP_MAGIC):
        found = content[:2].hex(" ") or "nothing"
        raise DataFileError(f"{name}: begins with {found}, not with 1f 8b of a gzip file; {advice}")
    decompressor = zlib.decompressobj(GZIP_WINDOW)
    try:
        unpacked = decompressor.decompress(content, MOST_UNPACKED)
    except zlib.error as error:
        raise DataFileError(f"{name}: its gzip content is damaged ({error}); {advice}") from None
    if decompressor.unconsumed_tail:
        raise DataFileError(
            f"{name}: unpacked, it is larger than {MOST_UNPACKED / 1e9:.0f} GB, the most that is "
            "read; choose a smaller file."
        )
    if not decompressor.eof:
        raise DataFileError(
            f"{name}: the gzip file ends too early, after {len(content):,} bytes; {advice}"
        )
    return unpacked
