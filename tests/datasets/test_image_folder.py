import os
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nnviz.datasets import image_folder
from nnviz.datasets.open_data import open_data
from nnviz.datasets.reading import LoadingCancelled, Reading
from nnviz.errors import DataFileError


def picture(path: Path, value: int = 0, size: tuple[int, int] = (4, 3), mode: str = "L") -> Path:
    """Write a picture of one grey; ``size`` is (width, height)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", size, value).convert(mode).save(path)
    return path


def cats_and_dogs(folder: Path, count: int = 6) -> Path:
    for number in range(count):
        picture(folder / "cat" / f"{number}.png", 10 + number)
        picture(folder / "dog" / f"{number}.png", 200 + number)
    return folder


def refusal(path: Path) -> str:
    with pytest.raises(DataFileError) as caught:
        open_data(path)
    sentence = str(caught.value)
    assert "\n" not in sentence
    return sentence


def test_each_subfolder_is_a_class(tmp_path: Path) -> None:
    source = open_data(cats_and_dogs(tmp_path / "pets"))

    assert source.test is not None
    assert (source.name, source.class_names) == ("pets", ("cat", "dog"))
    assert (len(source.train), len(source.test), source.train.image_shape) == (10, 2, (3, 4))
    assert source.train.labels is not None
    np.testing.assert_array_equal(source.train.labels == 1, source.train.inputs[:, 0] >= 200)
    assert source.note == (
        "12 images of 3 × 4 in 2 classes; made grey, bytes 0 … 255 divided by 255; shuffled; 2 of "
        "them, one in 6, are held back as the test set."
    )


def test_folders_train_and_test_are_the_parts(tmp_path: Path) -> None:
    cats_and_dogs(tmp_path / "train", 3)
    cats_and_dogs(tmp_path / "Test", 1)

    source = open_data(tmp_path)

    assert source.test is not None
    assert (len(source.train), len(source.test)) == (6, 2)
    assert "the 2 in the test folder are the test set" in source.note


def test_other_sizes_are_brought_to_the_most_common_one_and_it_is_said(tmp_path: Path) -> None:
    cats_and_dogs(tmp_path, 2)
    picture(tmp_path / "cat" / "large.png", 90, (40, 30))

    source = open_data(tmp_path)

    assert source.train.image_shape == (3, 4)
    assert "1 of other sizes brought to this one, stretched if need be" in source.note
    assert {90} in [set(row.tolist()) for row in source.train.inputs]


def test_large_images_are_made_smaller_and_it_is_said(tmp_path: Path) -> None:
    for name in ("a", "b"):
        picture(tmp_path / name / "0.png", 5, (512, 256))

    source = open_data(tmp_path)

    assert source.train.image_shape == (64, 128)
    assert "made smaller from 256 × 512" in source.note


def test_colours_transparency_16_bits_and_held_cameras_are_understood(tmp_path: Path) -> None:
    cats_and_dogs(tmp_path, 1)
    Image.new("RGB", (4, 3), (255, 0, 0)).save(tmp_path / "cat" / "red.png")
    Image.new("RGBA", (4, 3), (0, 0, 0, 0)).save(tmp_path / "cat" / "clear.png")
    Image.fromarray(np.full((3, 4), 257 * 100, np.uint16)).save(tmp_path / "cat" / "deep.png")
    turned = Image.new("L", (3, 4), 50)
    exif = Image.Exif()
    exif[274] = 6
    turned.save(tmp_path / "dog" / "turned.png", exif=exif)

    source = open_data(tmp_path)

    assert source.test is not None
    greys = {int(row[0]) for row in (*source.train.inputs, *source.test.inputs)}
    assert greys == {10, 200, 76, 255, 100, 50}
    assert "other sizes" not in source.note


def test_other_files_and_hidden_ones_are_left_alone(tmp_path: Path) -> None:
    cats_and_dogs(tmp_path, 1)
    (tmp_path / "cat" / "notes.txt").write_text("no picture")
    (tmp_path / "cat" / "._0.png").write_bytes(b"what macOS leaves")
    (tmp_path / "empty").mkdir()
    (tmp_path / "readme.md").write_text("# pets")

    assert len(open_data(tmp_path).train) == 2


def write_bytes(path: Path, content: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)


def test_what_is_no_picture_is_named(tmp_path: Path) -> None:
    cats_and_dogs(tmp_path)
    write_bytes(tmp_path / "dog" / "x.png", b"this is text")

    assert f"{tmp_path / 'dog' / 'x.png'} is not an image that can be read" in refusal(tmp_path)


def test_an_empty_picture_is_named(tmp_path: Path) -> None:
    cats_and_dogs(tmp_path)
    write_bytes(tmp_path / "dog" / "x.png", b"")

    assert "x.png is not an image that can be read" in refusal(tmp_path)


@pytest.mark.parametrize("suffix", ["png", "jpg", "bmp", "gif", "tif"])
def test_a_picture_that_ends_too_early_is_named(tmp_path: Path, rng, suffix: str) -> None:
    cats_and_dogs(tmp_path, 1)
    path = tmp_path / "dog" / f"x.{suffix}"
    Image.fromarray(rng.integers(0, 256, (60, 80)).astype(np.uint8)).save(path)
    path.write_bytes(path.read_bytes()[:-1500])

    assert f"x.{suffix} " in refusal(tmp_path)


def test_a_picture_whose_header_is_damaged_is_named(tmp_path: Path) -> None:
    cats_and_dogs(tmp_path)
    (tmp_path / "cat" / "x.pgm").write_bytes(b"P5 4 3 2Z5 " + bytes(12))

    assert "x.pgm cannot be read" in refusal(tmp_path)


def test_too_many_pixels_are_refused_before_they_are_read(tmp_path: Path) -> None:
    cats_and_dogs(tmp_path, 1)
    Image.new("1", (8_000, 7_000)).save(tmp_path / "dog" / "x.png")

    assert "x.png has 7,000 × 8,000 pixels, and 50,000,000 are the most" in refusal(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_to_nothing_is_named_and_one_to_a_picture_followed(tmp_path: Path) -> None:
    folder = cats_and_dogs(tmp_path / "pets", 1)
    outside = picture(tmp_path / "outside.png", 77)
    (folder / "cat" / "link.png").symlink_to(outside)
    assert 77 in open_data(folder).train.inputs
    (folder / "cat" / "broken.png").symlink_to(tmp_path / "nothing.png")

    assert "broken.png points to a file that is not there" in refusal(folder)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all")
def test_what_may_not_be_read_is_named(tmp_path: Path) -> None:
    cats_and_dogs(tmp_path)
    (tmp_path / "dog" / "0.png").chmod(0)

    assert "0.png cannot be read (Permission denied)" in refusal(tmp_path)


def test_one_class_is_none(tmp_path: Path) -> None:
    picture(tmp_path / "cat" / "0.png")

    assert "has one subfolder with images, cat; data of images is a folder with" in refusal(
        tmp_path
    )


def test_an_empty_folder_holds_nothing(tmp_path: Path) -> None:
    assert "has no subfolder with images" in refusal(tmp_path)


def test_more_classes_than_labels_can_name_are_refused(tmp_path: Path) -> None:
    for number in range(257):
        (tmp_path / f"{number}").mkdir()
        (tmp_path / f"{number}" / "a.png").write_bytes(b"")

    assert "has 257 subfolders with images, and 256 classes are the most" in refusal(tmp_path)


def test_more_files_than_are_read_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(image_folder, "MOST_FILES", 3)

    assert "holds 4 images, and 3 are the most" in refusal(cats_and_dogs(tmp_path, 2))


def test_reading_says_how_far_it_is_and_can_be_given_up(tmp_path: Path) -> None:
    words: list[str] = []
    answers = iter([False, False, True])

    with pytest.raises(LoadingCancelled):
        open_data(cats_and_dogs(tmp_path), Reading(words.append, lambda: next(answers)))

    assert words == [
        f"looking into {tmp_path.name} …",
        f"measuring {tmp_path.name}: 0 of 12 images …",
        "reading 0 of 12 images …",
    ]
