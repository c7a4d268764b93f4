import subprocess
import sys
import threading

import numpy as np
import pytest

from nnviz.datasets.dataset import Dataset
from nnviz.datasets.toy import xor
from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.costs import COSTS
from nnviz.engine.network import Parameters
from nnviz.engine.optimizers import OPTIMIZERS, Optimizer
from nnviz.errors import TrainingError
from nnviz.training.compiled import CompiledTrainer
from nnviz.training.schedules import Schedule
from nnviz.training.trainer import Interrupted, NumpyTrainer, Trainer

HIDDEN = [name for name in ACTIVATIONS if name != "softmax"]
OUTPUTS = [(cost.name, output) for cost in COSTS.values() for output in cost.outputs]
CASES = [
    *[((12, 3), (output,), cost) for cost, output in OUTPUTS],
    *[((12, 5, 3), (h, output), cost) for h in HIDDEN for cost, output in OUTPUTS],
    *[((12, 9, 4, 3), (h, h, output), cost) for h in HIDDEN for cost, output in OUTPUTS],
]

# The last three divide by the size of the gradient, and with it make what is left of float32's
# rounding where a gradient almost cancels as large as a step: small steps keep that below 1e-5.
REMEMBERING = {
    "momentum": {"optimizer": Optimizer("momentum"), "learning_rate": 0.01},
    "nesterov": {"optimizer": Optimizer("nesterov", momentum=0.8), "learning_rate": 0.01},
    "rmsprop": {"optimizer": Optimizer("rmsprop", alpha=0.95), "learning_rate": 2e-4},
    "adam": {"optimizer": Optimizer("adam"), "learning_rate": 5e-4},
    "adamw": {"optimizer": Optimizer("adamw", weight_decay=0.3), "learning_rate": 5e-4},
}

# float32 rounds at 6e-8; 200 updates add up to a few 1e-6 of the largest parameter at most.
TOLERANCE = 1e-5

pytestmark = pytest.mark.usefixtures("compiled_ready")


def largest_difference(found: Parameters, expected: Parameters) -> float:
    pairs = zip((*found.weights, *found.biases), (*expected.weights, *expected.biases), strict=True)
    return max(float(np.abs(a - b).max() / np.abs(b).max()) for a, b in pairs)


def train(trainer: Trainer, mini_batches: int) -> np.ndarray:
    costs: list[np.ndarray] = []
    while (done := sum(map(len, costs))) < mini_batches:
        costs.append(trainer.advance(mini_batches - done).costs)
    return np.concatenate(costs)


@pytest.mark.parametrize(
    ("sizes", "activations", "cost"),
    [
        pytest.param(
            *case, marks=pytest.mark.slow if number % (3 if len(case[0]) > 3 else 2) else ()
        )
        for number, case in enumerate(CASES)
    ],
)
def test_200_mini_batches_agree_with_the_engine(make_job, sizes, activations, cost):
    job = make_job(sizes, activations, cost, epochs=40, learning_rate=0.05, l2=0.1)
    plain, compiled = NumpyTrainer(job), CompiledTrainer(job)

    expected, found = train(plain, 200), train(compiled, 200)

    assert largest_difference(compiled.parameters, plain.parameters) <= TOLERANCE
    np.testing.assert_allclose(found, expected, rtol=2e-5)


def agree(job) -> None:  # type: ignore[no-untyped-def]
    """Train 200 mini-batches both ways, every fifth of them a partial one, and compare."""
    plain, compiled = NumpyTrainer(job), CompiledTrainer(job)

    expected, found = train(plain, 200), train(compiled, 200)

    assert largest_difference(compiled.parameters, plain.parameters) <= TOLERANCE
    np.testing.assert_allclose(found, expected, rtol=2e-5)
    ours, theirs = compiled.optimizer_state, plain.optimizer_state
    assert ours.steps == theirs.steps == 200
    assert len(ours.moments) == len(theirs.moments)
    for moment, other in zip(ours.moments, theirs.moments, strict=True):
        # A moment of layers whose gradients almost cancel is small against its terms.
        assert largest_difference(moment, other) <= 100 * TOLERANCE


@pytest.mark.parametrize(
    ("optimizer", "case"),
    [(name, case) for i, name in enumerate(REMEMBERING) for case in CASES[i::30]],
)
def test_200_mini_batches_of_every_optimizer_agree(make_job, optimizer, case):
    agree(make_job(*case, epochs=40, l2=0.1, **REMEMBERING[optimizer]))


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("optimizer", REMEMBERING)
def test_200_mini_batches_of_every_optimizer_and_network_agree(make_job, optimizer, case):
    agree(make_job(*case, epochs=40, l2=0.1, **REMEMBERING[optimizer]))


@pytest.mark.parametrize(
    "optimizer",
    [
        Optimizer("momentum", momentum=0.3), Optimizer("rmsprop", alpha=0.3),
        Optimizer("adam", beta1=0.3, beta2=0.3),
    ],
)  # fmt: skip
def test_what_fades_becomes_zero_and_no_slow_subnormal_number(make_job, images, optimizer):
    # One image lights an input once an epoch: what is remembered of it fades in the 92
    # mini-batches that may lie between by up to 0.3⁹² = 10⁻⁴⁸, less than float32 can hold.
    pixels = np.array(images.inputs)
    pixels[:, 0] = 0
    pixels[20, 0] = 1
    data = Dataset("rarely lit", pixels, labels=images.labels, class_count=3)
    job = make_job(train=data, mini_batch_size=1, optimizer=optimizer, learning_rate=0.001)
    plain, compiled = NumpyTrainer(job), CompiledTrainer(job)
    smallest = np.inf

    for _ in range(3 * 47):
        plain.advance(), compiled.advance()
        for moment in compiled.optimizer_state.moments:
            found = np.abs(moment.weights[0])
            smallest = min(smallest, found[found > 0].min())

    assert smallest >= np.float32(1e-36)
    assert largest_difference(compiled.parameters, plain.parameters) <= TOLERANCE


def test_an_optimizer_leaves_frozen_biases_alone(make_job):
    job = make_job(epochs=40, update_biases=False, **REMEMBERING["adamw"])
    plain, compiled = NumpyTrainer(job), CompiledTrainer(job)

    train(plain, 200), train(compiled, 200)

    for trainer in (plain, compiled):
        for b, start in zip(trainer.parameters.biases, job.parameters.biases, strict=True):
            np.testing.assert_array_equal(b, start)
        assert not any(moment.biases[0].any() for moment in trainer.optimizer_state.moments)
    pairs = zip(compiled.parameters.weights, plain.parameters.weights, strict=True)
    assert all(np.abs(a - b).max() <= TOLERANCE * np.abs(b).max() for a, b in pairs)


@pytest.mark.parametrize("optimizer", ["sgd", "adamw"])
def test_with_a_schedule_200_mini_batches_agree(make_job, optimizer):
    settings = REMEMBERING.get(optimizer, {"learning_rate": 0.2})
    agree(make_job(epochs=40, l2=0.1, schedule=Schedule("cosine", warm_up=0.1), **settings))


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize("case", CASES[40::61])
def test_with_dropout_200_mini_batches_agree_mask_by_mask(make_job, optimizer, case):
    settings = REMEMBERING.get(optimizer, {"learning_rate": 0.05})
    agree(make_job(*case, epochs=40, dropout=0.3, seed=11, **settings))


def test_going_on_in_mid_epoch_keeps_to_the_masks(make_job):
    job = make_job((12, 9, 4, 3), epochs=20, dropout=0.4)
    alone, first = NumpyTrainer(job), NumpyTrainer(job)
    train(first, 13), train(alone, 63)

    second = CompiledTrainer.continuing(first)
    train(second, 50)

    assert largest_difference(second.parameters, alone.parameters) <= TOLERANCE


@pytest.mark.parametrize("kind", [NumpyTrainer, CompiledTrainer])
def test_a_seed_gives_the_same_run_bit_for_bit_in_slices_of_any_size(make_job, slices, kind):
    job = make_job(
        (12, 9, 4, 3), optimizer=Optimizer("adam"), schedule=Schedule("cosine"), dropout=0.5
    )
    first, second = kind(job), kind(job)

    costs = [
        np.concatenate([result.costs for result in slices(trainer, size)])
        for trainer, size in ((first, 1), (second, 4))
    ]

    np.testing.assert_array_equal(*costs)
    for a, b in zip(first.parameters.weights, second.parameters.weights, strict=True):
        np.testing.assert_array_equal(a, b)


def test_right_answers_agree_with_the_engine(make_job, slices):
    job = make_job(initialiser="standard_normal")

    found = [result.correct for result in slices(CompiledTrainer(job), 3)]

    assert found == [result.correct for result in slices(NumpyTrainer(job), 3)]


def test_float_inputs_and_given_targets_agree_with_the_engine(make_job):
    job = make_job((2, 3, 1), train=xor(), mini_batch_size=3, epochs=100, learning_rate=1.0)
    plain, compiled = NumpyTrainer(job), CompiledTrainer(job)

    train(plain, 200), train(compiled, 200)

    assert largest_difference(compiled.parameters, plain.parameters) <= TOLERANCE
    assert compiled.advance().correct is None


def test_negative_inputs_and_wide_layers_agree_with_the_engine(make_job):
    rng = np.random.default_rng(0)
    data = Dataset("wide", rng.standard_normal((40, 33)), targets=rng.random((40, 17)))
    job = make_job((33, 70, 17), ("tanh", "sigmoid"), train=data, epochs=50, learning_rate=0.1)
    plain, compiled = NumpyTrainer(job), CompiledTrainer(job)

    train(plain, 200), train(compiled, 200)

    assert largest_difference(compiled.parameters, plain.parameters) <= TOLERANCE


def test_the_whole_data_may_be_one_mini_batch(make_job):
    job = make_job(mini_batch_size=47, epochs=5)
    plain, compiled = NumpyTrainer(job), CompiledTrainer(job)

    train(plain, 5), train(compiled, 5)

    assert largest_difference(compiled.parameters, plain.parameters) <= TOLERANCE


@pytest.mark.parametrize(("sizes", "activations", "cost"), CASES[::20])
def test_frozen_biases_stay_bit_for_bit_and_the_weights_agree(make_job, sizes, activations, cost):
    job = make_job(
        sizes, activations, cost, epochs=40, learning_rate=0.05, l2=0.1, update_biases=False
    )
    biases = [np.linspace(-0.5, 0.5, len(b)) for b in job.parameters.biases]
    object.__setattr__(job, "parameters", Parameters.frozen(job.parameters.weights, biases, "f4"))
    plain, compiled = NumpyTrainer(job), CompiledTrainer(job)

    expected, found = train(plain, 200), train(compiled, 200)

    for trainer in (plain, compiled):
        for b, start in zip(trainer.parameters.biases, job.parameters.biases, strict=True):
            np.testing.assert_array_equal(b, start)
    assert largest_difference(compiled.parameters, plain.parameters) <= TOLERANCE
    assert not np.array_equal(compiled.parameters.weights[0], job.parameters.weights[0])
    np.testing.assert_allclose(found, expected, rtol=2e-5)


def test_a_stop_interrupts_a_mini_batch_and_leaves_the_parameters(make_job):
    # Seconds of work in one mini-batch; how much of it is done shows in the working memory.
    data = Dataset("many", np.ones((20_000, 12)), targets=np.zeros((20_000, 3)))
    job = make_job((12, 800, 800, 3), train=data, mini_batch_size=len(data))
    trainer, stop_flag = CompiledTrainer(job), np.zeros(1, dtype=np.int32)
    rows = trainer._scratch.activations
    raised: list[Exception] = []

    def advance() -> None:
        try:
            trainer.advance(1, stop_flag)
        except Interrupted as error:
            raised.append(error)

    thread = threading.Thread(target=advance)
    thread.start()
    while thread.is_alive() and not rows[0].any():
        pass
    stop_flag[0] = 1
    thread.join(60)

    assert len(raised) == 1
    assert not rows[-1].any()
    assert trainer.mini_batch == 0
    for ours, start in zip(trainer.parameters.weights, job.parameters.weights, strict=True):
        np.testing.assert_array_equal(ours, start)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_after_an_interruption_training_goes_on_as_if_there_had_been_none(make_job, optimizer):
    job = make_job(optimizer=Optimizer(optimizer))
    trainer, alone = CompiledTrainer(job), CompiledTrainer(job)
    trainer.advance(2)

    with pytest.raises(Interrupted):
        trainer.advance(2, np.ones(1, dtype=np.int32))
    found = np.concatenate([trainer.advance(3).costs, train(trainer, 5)])

    np.testing.assert_array_equal(found, train(alone, 10)[2:])


def test_saturated_sigmoids_stay_finite(make_job):
    job = make_job(cost="binary_cross_entropy", initialiser="standard_normal")
    huge = Parameters.frozen([1e4 * w for w in job.parameters.weights], job.parameters.biases)
    object.__setattr__(job, "parameters", huge)

    costs = train(CompiledTrainer(job), 5)

    np.testing.assert_allclose(costs, train(NumpyTrainer(job), 5), rtol=1e-4)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_going_on_from_the_numpy_trainer_in_mid_epoch_is_the_compiled_run(make_job, optimizer):
    job = make_job(epochs=20, **REMEMBERING.get(optimizer, {}))
    alone, first = CompiledTrainer(job), NumpyTrainer(job)
    train(first, 13)

    second = CompiledTrainer.continuing(first)
    train(second, 50), train(alone, 63)

    assert (second.epoch, second.mini_batch) == (alone.epoch, alone.mini_batch) == (12, 3)
    assert largest_difference(second.parameters, alone.parameters) <= TOLERANCE


def test_parameters_come_back_as_they_went_in(make_job):
    job = make_job((12, 9, 4, 3))

    found = CompiledTrainer(job).parameters

    for a, b in zip(
        (*found.weights, *found.biases),
        (*job.parameters.weights, *job.parameters.biases),
        strict=True,
    ):
        np.testing.assert_array_equal(a, b)
        assert a.dtype == np.float32
        assert not a.flags.writeable


def test_a_run_away_cost_is_named_and_the_last_good_parameters_are_kept(make_job, slices):
    trainer = CompiledTrainer(make_job(activations=("relu", "identity"), learning_rate=1e30))

    with pytest.raises(TrainingError, match=r"epoch 1, mini-batch \d, .*learning rate smaller"):
        list(slices(trainer, 2))

    assert all(np.isfinite(array).all() for array in trainer.parameters.weights)
    assert all(np.isfinite(array).all() for array in trainer.parameters.biases)


def test_one_compilation_serves_all_networks(make_job):
    from nnviz.training.kernels import train_mini_batches

    CompiledTrainer(make_job((12, 3))).advance()
    CompiledTrainer(make_job((2, 4, 4, 1), train=xor(), mini_batch_size=2)).advance()
    whole = Optimizer("adamw", momentum=0, beta1=0, epsilon=1, weight_decay=0)
    CompiledTrainer(make_job(optimizer=whole, l2=1, learning_rate=1)).advance()

    assert len(train_mini_batches.signatures) == 1


def test_loops_that_check_no_index_get_no_job_whose_parts_do_not_fit(make_job, images):
    for job in (make_job((11, 3)), make_job((12, 4)), make_job(train=images.first(0))):
        with pytest.raises(TrainingError):
            CompiledTrainer(job)


@pytest.mark.parametrize("sizes", [(1, 1), (7, 1, 1), (9, 8, 17, 2), (3, 130, 65, 1)])
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_odd_widths_and_dark_images_write_nowhere_else_and_agree(make_job, rng, sizes, optimizer):
    pixels = rng.integers(0, 256, (13, sizes[0])).astype(np.uint8)
    pixels[[0, 4, 12]] = 0
    data = Dataset("odd", pixels, targets=rng.random((13, sizes[-1])))
    settings = REMEMBERING.get(optimizer, {"learning_rate": 0.05})
    job = make_job(sizes, train=data, mini_batch_size=5, epochs=70, l2=0.1, **settings)
    plain, compiled = NumpyTrainer(job), CompiledTrainer(job)
    fences = [fence(compiled, "_buffer"), fence(compiled, "_moments")]
    scratch, around = zip(*map(fenced, compiled._scratch), strict=True)
    compiled._scratch = type(compiled._scratch)(*scratch)

    train(plain, 200), train(compiled, 200)

    assert largest_difference(compiled.parameters, plain.parameters) <= TOLERANCE
    assert all((part == FENCE).all() for each in (*fences, *around) for part in each)


FENCE = 77


def fence(trainer: CompiledTrainer, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Put an array of a trainer between fences; return these."""
    array, around = fenced(getattr(trainer, name))
    setattr(trainer, name, array)
    return around


def fenced(array: np.ndarray) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """Return a copy that lies between two fences, and these."""
    whole = np.full(array.size + 256, FENCE, dtype=array.dtype)
    inner = whole[128 : 128 + array.size].reshape(array.shape)
    inner[...] = array
    return inner, (whole[:128], whole[128 + array.size :])


def test_without_a_place_for_the_cache_the_kernels_still_compile(monkeypatch, caplog):
    from nnviz.compiling import jit

    def no_locator(cache: bool = False, **options: object):  # type: ignore[no-untyped-def]
        if cache:
            raise RuntimeError("cannot cache function 'f': no locator available for file 'f.py'")
        return lambda function: function

    monkeypatch.setattr(jit, "njit", no_locator)

    assert jit.entry(abs) is abs
    assert "not kept on disk" in caplog.text


def test_importing_the_trainers_does_not_import_numba():
    code = "import sys, nnviz.training.loop, nnviz.training.warm_up; print('numba' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"
