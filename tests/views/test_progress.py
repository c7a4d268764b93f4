import numpy as np
import pytest

from nnviz.engine.network import Parameters
from nnviz.training.snapshot import TrainingSnapshot
from nnviz.views.panels.progress import progress_share, rate_text, status_text


def snapshot(
    epoch: int = 3, mini_batch: int = 2500, left: float | None = 12.2, paused: bool = False
) -> TrainingSnapshot:
    return TrainingSnapshot(
        1, 1, epoch, mini_batch, 5000, 61_234.0, np.empty(0), left, Parameters((), ()), paused
    )


def test_the_line_tells_epoch_rate_and_time_left() -> None:
    assert status_text(snapshot(), 30) == "epoch 4/30 · 61 k images/s · 13 s left"


def test_an_unknown_time_is_not_invented() -> None:
    assert status_text(snapshot(left=None), 30, "samples") == "epoch 4/30 · 61 k samples/s"


def test_a_pause_tells_its_mini_batch_and_no_speed() -> None:
    assert status_text(snapshot(paused=True), 30) == "paused · epoch 4/30 · mini-batch 2,500/5,000"


@pytest.mark.parametrize(
    ("epoch", "mini_batch", "share"), [(0, 0, 0), (3, 2500, 3.5 / 30), (29, 5000, 1)]
)
def test_the_share_counts_the_whole_run(epoch: int, mini_batch: int, share: float) -> None:
    assert progress_share(snapshot(epoch, mini_batch), 30) == pytest.approx(share)


@pytest.mark.parametrize(
    ("rate", "text"),
    [(7, "7"), (940, "940"), (999.7, "1.0 k"), (6_120, "6.1 k"), (9_960, "10 k"),
     (999_600, "1.0 M"), (1_234_567, "1.2 M")],
)  # fmt: skip
def test_rates_have_two_or_three_digits(rate: float, text: str) -> None:
    assert rate_text(rate) == text


def test_a_run_that_may_stop_early_has_at_most_so_much_time_left() -> None:
    assert status_text(snapshot(), 30, may_stop_early=True) == (
        "epoch 4/30 · 61 k images/s · ≤ 13 s left"
    )
