import gzip
import struct
from pathlib import Path

import numpy as np
import pytest

from nnviz.datasets import idx, idx_pair
from nnviz.datasets.idx_pair import FASHION_NAMES
from nnviz.datasets.open_data import open_data
from nnviz.errors import DataFileError

REPOSITORY_DATA = Path(__file__).resolve().parents[2] / "data"


def images(count: int, rows: int = 3, columns: int = 2) -> bytes:
    pixels = np.arange(count * rows * columns) % 256
    return struct.pack(">HBBIII", 0, 8, 3, count, rows, columns) + pixels.astype(np.uint8).tobytes()


def labels(*values: int) -> bytes:
    return struct.pack(">HBBI", 0, 8, 1, len(values)) + bytes(values)


def write(folder: Path, **files: bytes) -> Path:
    """Write files whose names have - for _; those of .gz packed."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name.replace("_", "-")).write_bytes(content)
    return folder


def pair(folder: Path, count: int = 12, part: str = "train") -> Path:
    names = {
        f"{part}_images_idx3_ubyte": images(count),
        f"{part}_labels_idx1_ubyte": labels(*(each % 3 for each in range(count))),
    }
    return write(folder, **names)


def refusal(path: Path) -> str:
    with pytest.raises(DataFileError) as caught:
        open_data(path)
    return str(caught.value)


def test_the_four_files_of_mnist_are_two_parts() -> None:
    source = open_data(REPOSITORY_DATA)

    assert source.test is not None
    assert (len(source.train), len(source.test)) == (60_000, 10_000)
    assert source.train.image_shape == (28, 28)
    assert source.class_names == tuple("0123456789")
    assert source.note.startswith("70,000 images of 28 × 28, bytes 0 … 255 divided by 255; ")
    assert "the last 10,000, from files of their own, are the test set." in source.note


@pytest.mark.parametrize("opened", ["images", "labels", "folder"])
def test_a_single_pair_is_split_whatever_of_it_is_opened(tmp_path: Path, opened: str) -> None:
    folder = pair(tmp_path / "letters")
    path = folder if opened == "folder" else next(folder.glob(f"*{opened}*"))

    source = open_data(path)

    assert source.test is not None
    assert (source.name, len(source.train), len(source.test)) == ("letters", 10, 2)
    assert source.class_names == ("0", "1", "2")
    assert "shuffled; 2 of them, one in 6, are held back" in source.note
    inputs = np.sort(np.concatenate((source.train.inputs, source.test.inputs)), axis=0)
    np.testing.assert_array_equal(inputs[0], range(6))


def test_inputs_are_scaled_and_labels_stay_with_their_images(tmp_path: Path) -> None:
    source = open_data(pair(tmp_path))

    first = source.train.inputs_at(slice(None))
    assert source.train.labels is not None
    number = np.rint(first[:, 0] * 255 / 6).astype(int)
    np.testing.assert_array_equal(source.train.labels, number % 3)
    assert first.max() <= 1


@pytest.mark.parametrize("test", ["t10k", "test"])
def test_the_test_part_lies_beside_the_training_part(tmp_path: Path, test: str) -> None:
    pair(tmp_path, 9)
    pair(tmp_path, 4, part=test)

    from_either = [open_data(next(tmp_path.glob(f"{each}-images*"))) for each in ("train", test)]

    for source in (*from_either, open_data(tmp_path)):
        assert source.test is not None
        assert (len(source.train), len(source.test)) == (9, 4)


def test_packed_and_plain_files_may_be_mixed(tmp_path: Path) -> None:
    write(tmp_path, **{"a_images_idx3_ubyte.gz": gzip.compress(images(6))},
          a_labels_idx1_ubyte=labels(0, 1, 0, 1, 0, 1))  # fmt: skip

    assert len(open_data(tmp_path / "a-images-idx3-ubyte.gz").train) == 5


def test_fashion_mnist_is_known_by_the_checksum_of_its_labels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, a_images_idx3_ubyte=images(6), a_labels_idx1_ubyte=labels(0, 1, 2, 3, 4, 9))
    plain = open_data(tmp_path)
    content = (tmp_path / "a-labels-idx1-ubyte").read_bytes()
    checksum = idx_pair.hashlib.md5(content).hexdigest()
    monkeypatch.setattr(idx_pair, "FASHION_LABELS", {checksum})

    known = open_data(tmp_path)

    assert plain.class_names == tuple("0123456789")
    assert known.class_names == FASHION_NAMES


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"a_images_idx3_ubyte": images(2)}, "lies alone: there is no a-labels-idx1-ubyte beside"),
        (
            {"a_images_idx3_ubyte": images(2), "a_labels_idx1_ubyte": labels(0, 1, 2)},
            "has 2 images and a-labels-idx1-ubyte 3 labels",
        ),
        (
            {"a_images_idx3_ubyte": images(0), "a_labels_idx1_ubyte": labels()},
            "holds no examples",
        ),
        (
            {"a_images_idx3_ubyte": images(2)[:-1], "a_labels_idx1_ubyte": labels(0, 1)},
            "27 bytes unpacked, its header promises 28; get the file again from where it came",
        ),
        (
            {"a_images_idx3_ubyte": labels(0, 1), "a_labels_idx1_ubyte": labels(0, 1)},
            "too few for an IDX header",
        ),
        (
            {"a_images_idx3_ubyte": b"", "a_labels_idx1_ubyte": labels(0, 1)},
            "0 bytes unpacked are too few",
        ),
        (
            {"a_images_idx3_ubyte": b"\0\0\x0d\3" + images(2)[4:], "a_labels_idx1_ubyte": b""},
            "begins with the bytes 00 00 0d 03",
        ),
        ({"pictures_idx3_ubyte": images(2)}, "none with images in its name"),
    ],
)
def test_each_kind_of_damage_is_told(tmp_path: Path, files: dict[str, bytes], message: str) -> None:
    sentence = refusal(write(tmp_path / "d", **files))

    assert message in sentence
    assert "\n" not in sentence


def test_a_folder_with_several_sets_asks_for_one_of_them(tmp_path: Path) -> None:
    pair(tmp_path, part="digits")
    pair(tmp_path, part="letters")

    assert "holds 2 sets of IDX images, such as digits-images-idx3-ubyte and" in refusal(tmp_path)


def test_a_training_and_a_test_part_of_other_sizes_are_refused(tmp_path: Path) -> None:
    pair(tmp_path, 9)
    write(tmp_path, t10k_images_idx3_ubyte=images(1, 2, 2), t10k_labels_idx1_ubyte=labels(1))

    assert "training images are 3 × 2 and the test images 2 × 2" in refusal(tmp_path)


def test_a_packed_file_that_grows_without_end_is_not_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idx, "MOST_UNPACKED", 10_000)
    write(tmp_path, **{"a_images_idx3_ubyte.gz": gzip.compress(images(3_000))},
          a_labels_idx1_ubyte=labels(0))  # fmt: skip

    assert "unpacked, it is larger than" in refusal(tmp_path)


def test_images_with_too_many_pixels_are_refused(tmp_path: Path) -> None:
    write(tmp_path, a_images_idx3_ubyte=images(1, 300, 300), a_labels_idx1_ubyte=labels(0))

    assert "an example has 90,000 inputs, and 65,536 are the most" in refusal(tmp_path)


def test_labels_that_are_all_alike_are_refused(tmp_path: Path) -> None:
    write(tmp_path, a_images_idx3_ubyte=images(3), a_labels_idx1_ubyte=labels(4, 4, 4))

    assert "all labels are 4; there is nothing to tell apart" in refusal(tmp_path)
