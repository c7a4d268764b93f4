import pytest

from nnviz.engine.network import Parameters
from nnviz.training.early_stopping import BestEpoch, Criterion
from nnviz.training.ending import best_text, early_text

BY_ACCURACY = BestEpoch(12, Parameters((), ()), 0.964, Criterion.ACCURACY)
BY_COST = BestEpoch(1_200, Parameters((), ()), 0.0123456, Criterion.COST)


@pytest.mark.parametrize(
    ("best", "epochs", "patience", "text"),
    [
        (BY_ACCURACY, 17, 5,
         "stopped early after epoch 17: no better validation accuracy for 5 epochs"),
        (BY_COST, 1_201, 1,
         "stopped early after epoch 1,201: no lower validation cost for 1 epoch"),
        (None, 3, 3, "stopped early after epoch 3: no lower validation cost for 3 epochs"),
    ],
)  # fmt: skip
def test_an_early_stop_is_told_with_its_reason(best, epochs, patience, text):
    assert early_text(epochs, patience, best) == text


def test_the_best_epoch_is_told_with_its_value():
    assert best_text(BY_ACCURACY, in_use=True) == "the weights are those of epoch 12 (96.4 %)"
    assert best_text(BY_COST, in_use=False) == "the best was epoch 1,200 (cost 0.01235)"
