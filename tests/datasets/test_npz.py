import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnviz.datasets import npz, reading
from nnviz.datasets.data_source import DataSource
from nnviz.datasets.open_data import open_data
from nnviz.errors import DataFileError


def saved(folder: Path, **arrays: Any) -> Path:
    path = folder / "data.npz"
    np.savez(path, **arrays)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(DataFileError) as caught:
        open_data(path)
    sentence = str(caught.value)
    assert "\n" not in sentence
    return sentence


def everything(source: DataSource) -> np.ndarray:
    parts = [source.train, *([source.test] if source.test else [])]
    return np.concatenate([part.inputs_at(slice(None)) for part in parts])


def test_images_of_bytes_are_kept_as_bytes_and_read_from_0_to_1(tmp_path: Path, rng) -> None:
    x = rng.integers(0, 256, (60, 4, 5)).astype(np.uint8)
    y = np.arange(60) % 3

    source = open_data(saved(tmp_path, x=x, y=y))

    assert source.test is not None
    assert (len(source.train), len(source.test), source.train.image_shape) == (50, 10, (4, 5))
    assert source.train.inputs.dtype == np.uint8
    assert source.class_names == ("0", "1", "2")
    assert source.note == (
        "60 images of 4 × 5; bytes 0 … 255 divided by 255; 3 classes; shuffled; 10 of them, one "
        "in 6, are held back as the test set."
    )
    rows = np.sort(everything(source), axis=0)
    np.testing.assert_allclose(rows, np.sort(x.reshape(60, -1) / 255, axis=0))


def test_the_arrays_of_keras_are_two_parts_in_their_order(tmp_path: Path, rng) -> None:
    x = rng.integers(0, 256, (30, 2, 2)).astype(np.uint8)
    path = saved(
        tmp_path, x_train=x[:20], y_train=np.arange(20) % 2, x_test=x[20:], y_test=np.arange(10) % 2
    )

    source = open_data(path)

    assert source.test is not None
    np.testing.assert_array_equal(source.train.inputs, x[:20].reshape(20, 4))
    np.testing.assert_array_equal(source.test.inputs, x[20:].reshape(10, 4))
    assert "the 10 of x_test are the test set" in source.note


def test_columns_are_scaled_by_the_examples_to_train_on(tmp_path: Path) -> None:
    x_train = np.array([[0.0, 100.0], [10.0, 300.0], [5.0, 200.0]])
    path = saved(tmp_path, x_train=x_train, y_train=[0, 1, 0], x_test=[[20.0, 100.0]], y_test=[1])

    source = open_data(path)

    assert source.test is not None
    np.testing.assert_allclose(source.train.inputs, [[0, 0], [1, 1], [0.5, 0.5]])
    np.testing.assert_allclose(source.test.inputs, [[2, 0]])
    assert "each input scaled from its smallest and largest value to 0 … 1" in source.note


@pytest.mark.parametrize(
    ("x", "expected", "said"),
    [
        ([[0.25, 1.0]], [0.25, 1.0], "taken as they are"),
        ([[True, False]], [1, 0], "taken as they are"),
        ([[[0, 128], [255, 51]]], [0, 128 / 255, 1, 0.2], "bytes 0 … 255 divided by 255"),
        ([[[0.0, 127.5], [255.0, 51.0]]], [0, 0.5, 1, 0.2], "divided by 255"),
        ([[[-1.0, 0.0], [1.0, 0.5]]], [0, 0.5, 1, 0.75], "−1 … 1 scaled to 0 … 1"),
        ([[[7.0, 7.0], [7.0, 7.0]]], [7 / 255] * 4, "divided by 255"),
    ],
)
def test_other_numbers_are_scaled_and_it_is_said(
    tmp_path: Path, x: Any, expected: list[float], said: str
) -> None:
    path = saved(tmp_path, x_train=x, y_train=[0], x_test=x, y_test=[1])

    source = open_data(path)

    np.testing.assert_allclose(source.train.inputs_at(slice(None))[0], expected, rtol=1e-6)
    assert said in source.note


def test_colours_become_grey(tmp_path: Path) -> None:
    x = np.zeros((6, 1, 3, 3), np.uint8)
    x[:, 0] = [[255, 0, 0], [0, 255, 0], [255, 255, 255]]

    source = open_data(saved(tmp_path, x=x, y=[0, 1, 0, 1, 0, 1]))

    assert source.train.inputs[0].tolist() == [76, 150, 255]
    assert "colours made grey" in source.note


@pytest.mark.parametrize(
    ("y", "names"),
    [
        (["cat", "dog", "cat", "eel", "dog", "eel"], ("cat", "dog", "eel")),
        ([7, 9, 7, 9, 7, 9], ("7", "9")),
        ([[7], [9], [7], [9], [7], [9]], ("7", "9")),
        ([True, False] * 3, ("false", "true")),
        ([[1, 0, 0], [0, 1, 0], [0, 0, 1]] * 2, ("0", "1", "2")),
        ([[1.0, 0.0], [0.0, 1.0]] * 3, ("0", "1")),
    ],
)
def test_whole_numbers_texts_and_single_ones_are_classes(
    tmp_path: Path, y: Any, names: tuple[str, ...]
) -> None:
    source = open_data(saved(tmp_path, x=np.arange(6) / 6, y=np.array(y)))

    assert source.class_names == names
    order = np.rint(everything(source)[:, 0] * 6).astype(int)
    test = [] if source.test is None or source.test.labels is None else source.test.labels
    assert source.train.labels is not None
    found = np.concatenate((source.train.labels, test))
    expected = np.array(y).reshape(6, -1)
    expected = (
        expected.argmax(axis=1)
        if expected.shape[1] > 1
        else np.unique(expected[:, 0], return_inverse=True)[1]
    )
    np.testing.assert_array_equal(found, expected[order])


def test_fractions_are_followed_and_scaled_where_they_are_large(tmp_path: Path) -> None:
    x = np.linspace(0, 1, 12)

    small = open_data(saved(tmp_path, x=x, y=x - 0.5))
    large = open_data(saved(tmp_path, x=x, y=100 + 50 * x))

    assert small.class_names == large.class_names == ()
    assert small.train.targets is not None
    assert large.train.targets is not None
    np.testing.assert_allclose(small.train.targets, small.train.inputs - 0.5, atol=1e-6)
    np.testing.assert_allclose(large.train.targets, large.train.inputs, atol=1e-6)
    assert "targets 100 … 150 scaled to 0 … 1" in large.note


def test_a_few_examples_are_all_trained_on(tmp_path: Path) -> None:
    source = open_data(saved(tmp_path, x=[0.1, 0.2, 0.3], y=[0, 1, 0]))

    assert source.test is None
    assert source.note.endswith("too few to hold any back as a test set.")


OK = np.array([0, 1, 0])


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"a": OK, "b": OK}, "holds the arrays a, b, and needs x and y, or x_train"),
        ({}, "holds the arrays none"),
        ({"x": OK}, "holds the arrays x"),
        ({"x": OK / 3, "y": [0, 1]}, "x holds 3 examples and y 2"),
        ({"x": np.zeros((0, 2)), "y": OK}, "x is 0 × 2; it needs a row per example"),
        ({"x": 3.0, "y": OK}, "x is a single number; it needs a row"),
        ({"x": [0.0, np.nan, 1.0], "y": OK}, "example 1 of x holds a NaN or an infinity"),
        ({"x": [0.0, 1.0, np.inf], "y": OK}, "example 2 of x holds a NaN"),
        ({"x": OK / 3, "y": [0.0, np.nan, 1.0]}, "target 1 of y holds a NaN"),
        ({"x": ["a", "b", "c"], "y": OK}, "x holds texts; inputs are numbers"),
        ({"x": np.array([1j, 2, 3]), "y": OK}, "x holds values of the kind complex128"),
        ({"x": OK / 3, "y": np.zeros((3, 2, 2))}, "y is 3 × 2 × 2; a number or a text per example"),
        ({"x": OK / 3, "y": [4, 4, 4]}, "y names the one class 4"),
        ({"x": np.zeros((3, 2, 2, 5)), "y": OK}, "x is 3 × 2 × 2 × 5; rows of numbers, images"),
        ({"x": np.arange(600) / 600, "y": np.arange(600)}, "y names 600 different classes"),
        ({"x": np.zeros((3, 70_000), np.uint8), "y": OK}, "an example has 70,000 inputs"),
        (
            {"x_train": OK / 3, "y_train": OK, "x_test": np.zeros((1, 2)), "y_test": [0]},
            "an example of x_train is a single number and one of x_test 2",
        ),
        (
            {"x_train": OK / 3, "y_train": OK, "x_test": OK / 3, "y_test": [0.5, 0.1, 0.2]},
            "both must be alike",
        ),
        (
            {"x_train": OK / 3, "y_train": OK, "x_test": OK / 3, "y_test": [0, 1]},
            "x_test holds 3 examples and y_test 2",
        ),
    ],
)
def test_arrays_that_are_no_data_are_refused(
    tmp_path: Path, arrays: dict[str, Any], message: str
) -> None:
    assert message in refusal(saved(tmp_path, **arrays))


class Trap:
    """What runs a program when it is unpickled."""

    sprung = False

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return setattr, (Trap, "sprung", True)


def test_python_objects_are_never_unpickled(tmp_path: Path) -> None:
    path = saved(tmp_path, x=np.array([Trap(), Trap()], dtype=object), y=np.array([0, 1]))

    assert "x holds Python objects, which may run programs and are never read" in refusal(path)
    assert not Trap.sprung


def zipped(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(f"{name}.npy", content)
    return path


def npy(array: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


GOOD = npy(OK / 3)


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (GOOD[:-3], "x has 149 bytes, and its header promises 152"),
        (GOOD + b"more", "x has 156 bytes, and its header promises 152"),
        (b"", "x is not an array of numpy's"),
        (b"nonsense of some length, which is no header", "x is not an array of numpy's"),
        (GOOD[:20], "x is not an array of numpy's"),
        (GOOD[:6] + b"\x09\x09" + GOOD[8:], "version 9.9 of the format"),
        (GOOD.replace(b"(3,)", b"(9,)"), "and its header promises 200"),
        (GOOD.replace(b"(3,), }    ", b"(-1,-3), } "), "x is -1 × -3; it needs a row per example"),
    ],
)
def test_damaged_arrays_are_refused(tmp_path: Path, x: bytes, message: str) -> None:
    path = zipped(tmp_path / "d.npz", x=x, y=npy(OK))

    assert message in refusal(path)


def test_an_array_shorter_than_its_zip_entry_says_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "d.npz", x=GOOD[:-8], y=npy(OK))
    content = path.read_bytes()
    short, whole = ((len(GOOD) - lost).to_bytes(4, "little") for lost in (8, 0))
    path.write_bytes(content.replace(short, whole))

    assert "x is damaged" in refusal(path)


def test_a_name_in_the_zip_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "d.npz", ä=GOOD, y=npy(OK))
    path.write_bytes(path.read_bytes().replace("ä".encode(), b"\xff\xff"))

    assert "its content cannot be unpacked" in refusal(path)


def test_texts_that_are_none_are_refused(tmp_path: Path) -> None:
    y = np.array([0x7FFFFFFF, 97], np.uint32).view("U1")

    assert "y holds texts with signs that there are not" in refusal(
        saved(tmp_path, x=[0.0, 1.0], y=y)
    )


def test_a_header_that_promises_far_too_much_asks_for_no_memory(tmp_path: Path) -> None:
    stream = io.BytesIO()
    promise = {"descr": "|u1", "fortran_order": False, "shape": (10_000_000, 50)}
    np.lib.format.write_array_header_1_0(stream, promise)
    huge = stream.getvalue() + bytes(100)

    sentence = refusal(zipped(tmp_path / "d.npz", x=huge, y=npy(OK)))

    assert "10,000,000 examples of 50 inputs are 500,000,000 numbers, and 200,000,000" in sentence


def test_what_unpacks_to_too_many_bytes_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(npz, "_MOST_BYTES", 1_000)

    path = zipped(tmp_path / "d.npz", x=npy(np.zeros((3, 400))), y=npy(OK))

    assert "x unpacks to 0.0 GB" in refusal(path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a zip", b"\x93NUMPY"])
def test_what_is_no_zip_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "d.npz"
    path.write_bytes(content)

    assert "d.npz is not a .npz file, or damaged" in refusal(path)


def test_a_zip_cut_in_the_middle_and_a_flipped_byte_are_refused(tmp_path: Path, rng) -> None:
    whole = saved(tmp_path, x=rng.random((40, 5)), y=np.arange(40) % 2).read_bytes()
    cut, flipped = tmp_path / "cut.npz", tmp_path / "flipped.npz"
    cut.write_bytes(whole[: len(whole) // 2])
    flipped.write_bytes(whole[:400] + bytes([whole[400] ^ 255]) + whole[401:])

    assert "is not a .npz file, or damaged" in refusal(cut)
    assert "damaged" in refusal(flipped)


def test_a_file_larger_than_what_is_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_VALUES", 5)

    assert "are 6 numbers, and 5 are the most" in refusal(saved(tmp_path, x=np.zeros((3, 2)), y=OK))


def test_columns_of_small_whole_numbers_are_scaled_by_their_true_range(tmp_path: Path) -> None:
    x = np.array([[-100], [100], [0]], np.int8)

    source = open_data(saved(tmp_path, x_train=x, y_train=OK, x_test=x, y_test=OK))

    np.testing.assert_allclose(source.train.inputs, [[0], [1], [0.5]])


@pytest.mark.parametrize("test", [[[[0.5, 127.5]]], [[[300, 40]]]])
def test_a_test_part_of_another_type_than_bytes_keeps_its_numbers(tmp_path: Path, test) -> None:
    x = np.array([[[0, 255]], [[51, 102]]], np.uint8)

    source = open_data(saved(tmp_path, x_train=x, y_train=[0, 1], x_test=test, y_test=[0]))

    assert source.test is not None
    np.testing.assert_allclose(source.train.inputs, [[0, 1], [0.2, 0.4]], rtol=1e-6)
    np.testing.assert_allclose(source.test.inputs, np.reshape(test, (1, 2)) / 255, rtol=1e-6)
