"""GIFs read by Qt: the same pixels come back."""

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QImageReader

from nnviz.errors import NnvizError
from nnviz.files.gif import ByteArray, GifWriter


def read(gif: bytes) -> list[tuple[ByteArray, int]]:
    """Every frame with its delay in ms."""
    buffer = QBuffer()
    buffer.setData(QByteArray(gif))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(b"gif"))
    frames = []
    for _ in range(reader.imageCount()):
        image = reader.read().convertToFormat(QImage.Format.Format_RGB888)
        rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
        pixels = rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3)
        frames.append((pixels.copy(), reader.nextImageDelay()))
    return frames


@pytest.mark.parametrize(
    ("height", "width", "colour_count"),
    [(1, 1, 1), (30, 41, 2), (64, 50, 255), (200, 150, 37)],  # codes of 9 to 12 bits, and cleared
)
def test_up_to_255_colours_come_back_exactly(
    rng: np.random.Generator, height: int, width: int, colour_count: int
) -> None:
    colours = rng.integers(0, 256, (colour_count, 3)).astype(np.uint8)
    frames = [colours[rng.integers(0, colour_count, (height, width))] for _ in range(2)]
    frames.append(frames[-1].copy())
    frames[-1][height // 2 :, width // 2 :] = colours[0]
    frames.append(frames[-1])  # nothing changes
    writer = GifWriter()

    for frame in frames:
        writer.add(frame, 0.9)

    # A frame like the one before makes that one stay longer.
    different = [frames[0]]
    different += [each for before, each in pairwise(frames) if not np.array_equal(before, each)]
    found = read(writer.finish())
    assert sum(delay for _, delay in found) == 4 * 900
    assert all(np.array_equal(one, other) for (one, _), other in zip(found, different, strict=True))


def test_more_colours_become_near_ones_and_the_frequent_stay(rng: np.random.Generator) -> None:
    frame = np.full((80, 90, 3), (12, 34, 56), np.uint8)
    frame[:, 60:] = np.linspace(0, 255, 80 * 30 * 3).reshape(80, 30, 3).astype(np.uint8)
    writer = GifWriter()
    writer.add(frame, 0.5)

    (found, _), *_ = read(writer.finish())

    assert np.array_equal(found[:, :60], frame[:, :60])
    assert np.abs(found.astype(int) - frame).max() <= 3


def test_a_gif_loops_for_ever() -> None:
    writer = GifWriter()
    writer.add(np.zeros((2, 2, 3), np.uint8), 1)

    assert b"NETSCAPE2.0\x03\x01\x00\x00\x00" in writer.finish()


def test_frames_of_another_size_and_none_at_all_are_refused() -> None:
    writer = GifWriter()
    with pytest.raises(ValueError, match="at least one"):
        writer.finish()
    writer.add(np.zeros((2, 2, 3), np.uint8), 1)
    with pytest.raises(ValueError, match="one size"):
        writer.add(np.zeros((2, 3, 3), np.uint8), 1)
    with pytest.raises(NnvizError, match="65,535 px"):
        GifWriter().add(np.zeros((1, 65_536, 3), np.uint8), 1)
