import pytest

from nnviz.training import warm_up
from nnviz.training.compiled import CompiledTrainer
from nnviz.training.trainer import NumpyTrainer
from nnviz.training.warm_up import best_trainer

pytestmark = pytest.mark.usefixtures("compiled_ready")


def test_the_compiled_trainer_is_chosen_when_it_is_ready(make_job):
    assert isinstance(best_trainer(make_job()), CompiledTrainer)


def test_a_numpy_trainer_is_succeeded_where_it_stands(make_job):
    job = make_job()
    first = NumpyTrainer(job)
    first.advance(3)

    second = best_trainer(job, first)

    assert isinstance(second, CompiledTrainer)
    assert (second.epoch, second.mini_batch) == (0, 3)
    assert best_trainer(job, second) is second


def test_training_begins_with_numpy_while_the_kernels_are_not_ready(make_job, monkeypatch):
    monkeypatch.setattr(warm_up, "is_ready", lambda: False)
    job = make_job()

    first = best_trainer(job)

    assert isinstance(first, NumpyTrainer)
    assert best_trainer(job, first) is first


def test_kernels_that_fail_to_compile_are_logged_and_numpy_goes_on(monkeypatch, caplog):
    def broken(job: object) -> None:
        raise OSError("disk full")

    attempt = warm_up._WarmUp()
    monkeypatch.setattr(warm_up, "CompiledTrainer", broken)

    attempt.start()

    assert attempt.ended.wait(30)
    assert not attempt.ready.is_set()
    assert "plain numpy" in caplog.text


def test_cancelling_ends_the_process_that_compiles(monkeypatch):
    monkeypatch.setattr(warm_up, "_is_cached", lambda: False)
    monkeypatch.setattr(warm_up, "COMPILE", "import threading; threading.Event().wait()")
    attempt = warm_up._WarmUp()
    attempt.start()

    attempt.cancel()

    assert attempt.ended.wait(30)
    assert not attempt.ready.is_set()


def test_kernels_that_are_not_cached_are_compiled_elsewhere_and_then_loaded(monkeypatch, tmp_path):
    proof = tmp_path / "compiled"
    monkeypatch.setattr(warm_up, "_is_cached", lambda: False)
    monkeypatch.setattr(warm_up, "COMPILE", f"open({str(proof)!r}, 'w').close()")
    attempt = warm_up._WarmUp()

    attempt.start()

    assert attempt.ended.wait(60)
    assert attempt.ready.is_set()
    assert proof.exists()


def test_loaded_kernels_count_as_cached():
    assert warm_up._is_cached()
