import gzip
import struct
from pathlib import Path

import numpy as np
import pytest

from nnviz.datasets.idx import parse_idx, unpacked_content
from nnviz.errors import DataFileError

CONTENT = struct.pack(">HBBII", 0, 8, 2, 2, 3) + bytes([1, 2, 3, 4, 5, 6])
PACKED = gzip.compress(CONTENT, mtime=0)


def read_idx(path: Path, dimensions: int) -> np.ndarray:
    return parse_idx(unpacked_content(path), path.name, dimensions)


def written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(("name", "content"), [("a-ubyte", CONTENT), ("a-ubyte.gz", PACKED)])
def test_a_plain_and_a_packed_file_hold_the_same_array(tmp_path, name, content):
    array = read_idx(written(tmp_path, name, content), dimensions=2)

    np.testing.assert_array_equal(array, [[1, 2, 3], [4, 5, 6]])
    assert array.dtype == np.uint8


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.gz", CONTENT, "a.gz: begins with 00 00, not with 1f 8b"),
        ("a.gz", b"", "a.gz: begins with nothing"),
        ("a.gz", PACKED[:-6], "a.gz: the gzip file ends too early, after"),
        (
            "a.gz",
            PACKED[:-8] + b"\xff\xff\xff\xff" + PACKED[-4:],
            "a.gz: its gzip content is damaged",
        ),
        ("a", CONTENT[:7], "a: 7 bytes unpacked are too few for an IDX header of 12"),
        ("a", b"\x00\x00\x0d" + CONTENT[3:], "a: begins with the bytes 00 00 0d 02"),
        ("a", b"\x00\x00\x08\x03" + CONTENT[4:], "a: holds an array of 3 dimensions, 2 expected"),
        ("a", CONTENT[:-1], "a: 17 bytes unpacked, its header promises 18"),
        ("a", CONTENT + b"\x00", "a: 19 bytes unpacked, its header promises 18"),
    ],
)
def test_each_kind_of_damage_is_named(tmp_path, name, content, message):
    path = written(tmp_path, name, content)

    with pytest.raises(DataFileError) as caught:
        read_idx(path, dimensions=2)

    assert str(caught.value).startswith(message)


def test_a_missing_file_is_named_with_its_folder(tmp_path):
    with pytest.raises(DataFileError, match=r"a\.gz is missing in .*; copy it there"):
        read_idx(tmp_path / "a.gz", dimensions=2)


def test_something_that_is_no_file_is_named(tmp_path):
    with pytest.raises(DataFileError, match="cannot be read"):
        read_idx(tmp_path, dimensions=2)
