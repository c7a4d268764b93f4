import os
from pathlib import Path

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


def test_cancelling_ends_the_process_that_compiles_and_compiles_nothing_here(monkeypatch, caplog):
    monkeypatch.setattr(warm_up, "is_cached", lambda: False)
    monkeypatch.setattr(warm_up, "COMPILE", "import threading; threading.Event().wait()")
    loaded: list[None] = []
    monkeypatch.setattr(warm_up, "load_kernels", lambda: loaded.append(None))
    attempt = warm_up._WarmUp()
    attempt.start()

    attempt.cancel()

    assert attempt.ended.wait(30)
    assert not attempt.ready.is_set()
    assert loaded == []
    assert caplog.text == ""


def test_kernels_that_are_not_cached_are_compiled_elsewhere_and_then_loaded(monkeypatch, tmp_path):
    proof = tmp_path / "compiled"
    monkeypatch.setattr(warm_up, "is_cached", lambda: False)
    monkeypatch.setattr(warm_up, "COMPILE", f"open({str(proof)!r}, 'w').close()")
    attempt = warm_up._WarmUp()

    attempt.start()

    assert attempt.ended.wait(60)
    assert attempt.ready.is_set()
    assert proof.exists()


def compile_with(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a warm-up to its end, with ``code`` in place of the compilation."""
    monkeypatch.setattr(warm_up, "is_cached", lambda: False)
    monkeypatch.setattr(warm_up, "load_kernels", lambda: None)
    monkeypatch.setattr(warm_up, "COMPILE", code)
    attempt = warm_up._WarmUp()
    attempt.start()
    assert attempt.ended.wait(60)


def test_a_module_of_the_users_in_the_current_folder_is_not_run(monkeypatch, tmp_path):
    proof = tmp_path / "proof"
    (tmp_path / "random.py").write_text("raise SystemExit('poisoned')")
    monkeypatch.chdir(tmp_path)

    compile_with(f"import random; open({str(proof)!r}, 'w').write(random.__file__)", monkeypatch)

    assert Path(proof.read_text()).parent != tmp_path


def test_the_other_process_finds_nnviz_wherever_it_lies(monkeypatch, tmp_path):
    proof = tmp_path / "proof"
    code = warm_up.COMPILE.split("; from ")[0]

    compile_with(f"{code}; open({str(proof)!r}, 'w').write(sys.path[-1])", monkeypatch)

    assert proof.read_text() == str(Path(warm_up.__file__).parents[2])


@pytest.mark.skipif(not hasattr(os, "getsid"), reason="sessions are a matter of POSIX")
def test_ctrl_c_in_the_terminal_does_not_reach_the_other_process(monkeypatch, tmp_path):
    proof = tmp_path / "proof"

    compile_with(f"import os; open({str(proof)!r}, 'w').write(str(os.getsid(0)))", monkeypatch)

    assert int(proof.read_text()) != os.getsid(0)


def test_a_compilation_that_fails_is_logged_with_its_complaint(monkeypatch, caplog):
    compile_with("raise SystemExit('no room on the disk')", monkeypatch)

    assert "failed with 1: no room on the disk" in caplog.text
