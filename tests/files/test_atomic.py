import os
import stat
from pathlib import Path

import pytest

from nnviz.errors import NetworkFileError
from nnviz.files import atomic
from nnviz.files.atomic import check_destination, write_atomically


def test_text_is_written_as_utf8(tmp_path: Path) -> None:
    write_atomically(tmp_path / "x", "∂C/∂w")

    assert (tmp_path / "x").read_bytes() == "∂C/∂w".encode()


def test_bytes_replace_what_was_there_and_nothing_else_is_left(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("a much longer old content")

    write_atomically(tmp_path / "x", b"new")

    assert (tmp_path / "x").read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["x"]


def test_a_failed_write_leaves_the_old_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(file_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "x").write_text("old")
    monkeypatch.setattr(atomic.os, "fsync", no_room)

    with pytest.raises(NetworkFileError, match=r"Cannot write .*x: No space left on device\."):
        write_atomically(tmp_path / "x", "new")

    assert (tmp_path / "x").read_text() == "old"
    assert os.listdir(tmp_path) == ["x"]


def test_the_permissions_of_an_existing_file_are_kept(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("old")
    (tmp_path / "x").chmod(0o640)

    write_atomically(tmp_path / "x", "new")

    assert stat.S_IMODE((tmp_path / "x").stat().st_mode) == 0o640


def test_a_link_is_followed_and_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "real")

    write_atomically(tmp_path / "link", "new")

    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


def test_a_file_name_of_the_longest_kind_can_be_written(tmp_path: Path) -> None:
    write_atomically(tmp_path / ("n" * 255), "new")

    assert (tmp_path / ("n" * 255)).read_text() == "new"


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("none/x", "there is no folder"),
        ("file/x", "is a file, not a folder"),
        ("folder", "it is a folder"),
        ("pipe", "it is not an ordinary file"),
        ("n" * 300, "name too long"),
        ("\0", "null"),
    ],
)
def test_a_destination_that_cannot_be_is_refused(tmp_path: Path, name: str, complaint: str) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")

    for attempt in (check_destination, lambda path: write_atomically(path, "new")):
        with pytest.raises(NetworkFileError, match=f"(?i){complaint}"):
            attempt(tmp_path / name)

    assert sorted(os.listdir(tmp_path)) == ["file", "folder", "pipe"]


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere"
)
def test_a_file_that_may_not_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("old")
    (tmp_path / "x").chmod(0o444)

    with pytest.raises(NetworkFileError, match="no permission"):
        write_atomically(tmp_path / "x", "new")


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere"
)
def test_an_existing_file_in_a_folder_that_may_not_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("old")
    tmp_path.chmod(0o555)

    try:
        with pytest.raises(NetworkFileError, match="no permission; choose another place"):
            check_destination(tmp_path / "x")
    finally:
        tmp_path.chmod(0o755)


def test_checking_a_destination_writes_nothing(tmp_path: Path) -> None:
    assert check_destination(tmp_path / "x") == (tmp_path / "x").resolve()

    assert os.listdir(tmp_path) == []
