import pytest

from nnviz.training.smoothing import SMOOTHINGS, USUAL


@pytest.mark.parametrize(
    ("name", "windows"),
    [
        ("off", (1, 1, 1)),
        ("light", (4, 5, 25)),
        ("medium", (4, 50, 250)),
        ("strong", (4, 250, 1250)),
        ("epoch", (4, 1000, 5000)),
    ],
)
def test_a_strength_is_a_share_of_an_epoch_and_never_more_than_one(
    name: str, windows: tuple[int, ...]
) -> None:
    assert tuple(SMOOTHINGS[name].window(size) for size in (4, 1000, 5000)) == windows


def test_the_strengths_grow() -> None:
    for per_epoch in (1, 10, 100, 5_000):
        windows = [each.window(per_epoch) for each in SMOOTHINGS.values()]
        assert windows == sorted(windows)


def test_the_usual_strength_is_one_of_them() -> None:
    assert SMOOTHINGS[USUAL.name] is USUAL
