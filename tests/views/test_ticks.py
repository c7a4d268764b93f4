import pytest

from nnviz.views.ticks import decade_ticks, even_step, whole_step


@pytest.mark.parametrize(
    ("span", "most", "step"),
    [(1, 5, 1), (5, 5, 1), (6, 5, 2), (11, 5, 5), (30, 7, 5), (999, 6, 200)],
)
def test_whole_steps_are_1_2_or_5_times_a_power_of_ten(span: int, most: int, step: int) -> None:
    assert whole_step(span, most) == step


def test_a_few_decades_are_divided_by_1_2_and_5() -> None:
    ticks = decade_ticks(-1.05, 0.05, most=10)

    assert [text for _, text in ticks] == ["0.1", "0.2", "0.5", "1"]
    assert ticks[0][0] == pytest.approx(-1)


def test_many_decades_do_not_crowd() -> None:
    ticks = decade_ticks(-30, 0, most=6)

    assert 2 <= len(ticks) <= 6
    assert all(place == pytest.approx(round(place)) for place, _ in ticks)


def test_a_narrow_stretch_still_has_ticks() -> None:
    assert len(decade_ticks(-1.1, -0.9, most=8)) >= 2


@pytest.mark.parametrize(
    ("span", "most", "step"),
    [(1.0, 2, 0.5), (0.97, 3, 0.5), (0.3, 3, 0.1), (40, 2, 20), (2.6, 3, 1), (0.0, 2, 1)],
)
def test_an_even_step_leaves_room_for_its_numbers(span: float, most: int, step: float) -> None:
    assert even_step(span, most) == pytest.approx(step)
