import numpy as np
import pytest

from nnviz.engine.network import NetworkSpec
from nnviz.engine.passes import backward_pass, forward_pass
from nnviz.training.dropout import dropout_masks
from nnviz.training.trainer import NumpyTrainer

SPEC = NetworkSpec((12, 5, 4, 3), ("sigmoid", "tanh", "sigmoid"))


def splitmix64(seed_state: int):  # type: ignore[no-untyped-def]
    """The published generator, in Python's whole numbers."""
    state = seed_state
    while True:
        state = (state + 0x9E3779B97F4A7C15) % 2**64
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) % 2**64
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) % 2**64
        yield z ^ (z >> 31)


def test_the_generator_of_this_test_is_the_published_one():
    # The first numbers of seed 1234567, as many implementations list them.
    numbers = splitmix64(1234567)

    assert [next(numbers) for _ in range(3)] == [
        6457827717110365317, 3203168211198807973, 9817491932198370423,
    ]  # fmt: skip


def test_the_masks_are_splitmix64_counted_by_example_and_neuron():
    numbers = splitmix64(next(splitmix64(3 + 0xD50900D5)))
    kept = np.array([next(numbers) / 2**64 >= 0.25 for _ in range(6 * 9)]).reshape(6, 9)

    first, second = dropout_masks(SPEC, 0.25, 3, 0, 6)
    later = dropout_masks(SPEC, 0.25, 3, 4, 2)

    np.testing.assert_array_equal(np.hstack([first, second]), kept * np.float32(4 / 3))
    np.testing.assert_array_equal(np.hstack(later), np.hstack([first, second])[4:])


def test_the_share_that_is_left_out_is_the_probability_and_the_mean_stays():
    spec = NetworkSpec((2, 500, 1), ("relu", "identity"))

    (mask,) = dropout_masks(spec, 0.2, 0, 0, 400)

    # 200,000 draws: four standard deviations are 0.0036.
    assert np.mean(mask == 0) == pytest.approx(0.2, abs=0.0036)
    assert mask.mean() == pytest.approx(1, abs=0.0045)
    assert set(np.unique(mask)) == {np.float32(0), np.float32(1.25)}
    np.testing.assert_allclose((mask == 0).mean(axis=0), 0.2, atol=0.09)


def test_another_seed_leaves_out_others():
    one, other = (dropout_masks(SPEC, 0.5, seed, 0, 50)[0] for seed in (0, 1))

    assert 0.35 < np.mean(one == other) < 0.65


def test_gradients_with_masks_are_those_of_the_masked_network(make_job):
    """Every weight's derivative by a central difference, in float64."""
    job = make_job((12, 5, 4, 3), ("sigmoid", "tanh", "sigmoid"))
    parameters = job.parameters.astype(np.float64)
    x, y = job.train.inputs_at(slice(0, 6)), job.train.targets_at(slice(0, 6))
    masks = dropout_masks(SPEC, 0.4, 1, 0, 6, np.float64)
    forward = forward_pass(SPEC, parameters, x, masks)

    found = backward_pass(SPEC, parameters, forward, y).gradients

    def cost() -> float:
        return backward_pass(SPEC, parameters, forward_pass(SPEC, parameters, x, masks), y).cost

    for w, gradient in zip(parameters.weights, found.weights, strict=True):
        w.setflags(write=True)
        for index in list(np.ndindex(w.shape))[::3]:
            old = w[index]
            w[index] = old + 1e-5
            above = cost()
            w[index] = old - 1e-5
            below = cost()
            w[index] = old
            assert gradient[index] == pytest.approx((above - below) / 2e-5, abs=1e-9)


def test_dropout_is_off_in_the_network_that_training_hands_over(make_job):
    job = make_job((12, 5, 4, 3), ("sigmoid", "tanh", "sigmoid"), dropout=0.5)
    trainer = NumpyTrainer(job)
    trainer.advance(5)

    forward = forward_pass(SPEC, trainer.parameters, job.train.inputs_at(slice(0, 9)))

    assert forward.masks == ()
    assert (forward.activations[1] > 0).all()
