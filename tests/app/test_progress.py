import io

import pytest

from nnviz.app.commands.progress import ProgressLine, progress_text


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_nothing_is_drawn_unless_it_is_a_terminal() -> None:
    stream = io.StringIO()
    line = ProgressLine(10, "images", stream)

    line.draw(5, "epoch 1 of 2")
    line.say("loading")
    line.clear()

    assert stream.getvalue() == ""


def test_the_line_tells_share_rate_and_time_left() -> None:
    assert progress_text(250, 1000, 0.5, "images") == (
        "[######..................]  25 %  500 images/s  2 s left"
    )


def test_before_anything_is_done_no_rate_is_invented() -> None:
    assert progress_text(0, 10, 3.0, "images") == "[........................]   0 %"


def test_the_full_line_is_full() -> None:
    assert progress_text(10, 10, 2.0, "images").startswith(f"[{'#' * 24}] 100 %")


def test_a_shorter_text_covers_the_longer_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    stream = Terminal()
    line = ProgressLine(10, "images", stream)

    line.say("loading MNIST")
    line.say("done")
    line.clear()

    assert stream.getvalue() == "\rloading MNIST\rdone         \r    \r"


def test_the_line_never_wraps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    stream = Terminal()
    times = iter([0.0, 1.0])

    ProgressLine(10, "images", stream, clock=lambda: next(times)).draw(5, "epoch 1 of 30")

    assert stream.getvalue() == "\repoch 1 of 30  [###"


def test_the_rate_counts_from_the_start() -> None:
    stream = Terminal()
    times = iter([0.0, 100.0, 101.0])
    line = ProgressLine(10, "images", stream, clock=lambda: next(times))

    line.start()
    line.draw(5, "epoch 1 of 1")

    assert "5 images/s  1 s left" in stream.getvalue()
