import subprocess
import sys

import pytest

from nnviz.engine.optimizers import OPTIMIZERS, SETTINGS, Optimizer
from nnviz.errors import TrainingError


def test_the_defaults_are_pytorchs():
    found = Optimizer("adamw")

    assert (found.momentum, found.alpha, found.beta1, found.beta2) == (0.9, 0.99, 0.9, 0.999)
    assert (found.epsilon, found.weight_decay) == (1e-8, 0.01)


def test_every_optimizer_of_the_table_can_be_chosen():
    for name, method in OPTIMIZERS.items():
        assert Optimizer(name).method is method
        assert set(method.settings) <= set(SETTINGS)


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("momentum", 1.0, "The momentum μ is 1; a number from 0 to below 1 is needed."),
        ("momentum", -0.1, "The momentum μ is -0.1; a number from 0 to below 1 is needed."),
        ("alpha", float("nan"), "The memory α is nan; a number from 0 to below 1 is needed."),
        ("beta2", 1.5, "The memory β₂ is 1.5; a number from 0 to below 1 is needed."),
        ("epsilon", 0.0, "The epsilon ε is 0; a finite number from 1e-12 is needed."),
        ("epsilon", 9e-13, "The epsilon ε is 9e-13; a finite number from 1e-12 is needed."),
        ("epsilon", float("inf"), "The epsilon ε is inf; a finite number from 1e-12 is needed."),
        ("weight_decay", -1.0, "The weight decay is -1; a finite number from 0 is needed."),
    ],
)
def test_a_hyperparameter_that_makes_no_sense_is_refused(setting, value, sentence):
    with pytest.raises(TrainingError) as caught:
        Optimizer("sgd", **{setting: value})

    assert str(caught.value) == sentence


def test_an_unknown_optimizer_is_refused_with_the_known_ones():
    with pytest.raises(TrainingError, match="no optimizer 'adm'; choose one of sgd, momentum, "):
        Optimizer("adm")


def test_reading_the_table_imports_no_numpy():
    code = "import sys, nnviz.engine.optimizers; print('numpy' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"
