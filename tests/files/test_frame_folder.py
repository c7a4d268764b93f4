from pathlib import Path

import pytest

from nnviz.errors import NetworkFileError
from nnviz.files.frame_folder import FrameFolder, check_frame_folder


def write(folder: Path, *frames: bytes) -> None:
    with FrameFolder(folder) as writer:
        for frame in frames:
            writer.add(frame)
        writer.finish()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_frames_are_numbered_from_0_in_a_new_folder(tmp_path: Path) -> None:
    write(tmp_path / "frames", b"one", b"two")

    assert names(tmp_path) == ["frames"]
    assert names(tmp_path / "frames") == ["frame-000.png", "frame-001.png"]
    assert (tmp_path / "frames" / "frame-001.png").read_bytes() == b"two"


def test_frames_of_an_earlier_time_are_replaced_all_together(tmp_path: Path) -> None:
    write(tmp_path / "frames", b"one", b"two", b"three")

    write(tmp_path / "frames", b"new")

    assert names(tmp_path / "frames") == ["frame-000.png"]
    assert names(tmp_path) == ["frames"]


def test_what_was_not_finished_leaves_the_old_frames_and_nothing_else(tmp_path: Path) -> None:
    write(tmp_path / "frames", b"old")

    with FrameFolder(tmp_path / "frames") as writer:
        writer.add(b"new")

    assert names(tmp_path) == ["frames"]
    assert (tmp_path / "frames" / "frame-000.png").read_bytes() == b"old"


def test_a_folder_with_anything_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("chapter 1")

    with pytest.raises(NetworkFileError, match=r"it holds thesis\.txt; give a new or an empty"):
        write(tmp_path, b"one")
    assert names(tmp_path) == ["thesis.txt"]


def test_a_file_and_a_missing_parent_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(NetworkFileError, match="it is a file"):
        check_frame_folder(tmp_path / "file")
    with pytest.raises(NetworkFileError, match="there is no folder"):
        check_frame_folder(tmp_path / "no" / "frames")
