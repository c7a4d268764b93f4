import pytest

from nnviz.presets.for_data import usual_config


@pytest.mark.parametrize(
    ("count", "size", "epochs"),
    [(1, 1, 3_000), (20, 2, 300), (125, 12, 272), (1_000, 32, 93), (60_000, 32, 30)],
)
def test_few_examples_get_enough_updates_and_many_enough_epochs(
    count: int, size: int, epochs: int
) -> None:
    config = usual_config(count, 7)

    assert (config.mini_batch_size, config.epochs, config.seed) == (size, epochs, 7)
