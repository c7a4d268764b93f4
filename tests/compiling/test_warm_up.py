import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from nnviz.compiling.warm_up import PACKAGE_PARENT, WarmUp, compile_command


def warm_up(command: str, load: Callable[[], None] = lambda: None, cached: bool = False) -> WarmUp:
    return WarmUp("test", load, lambda: cached, command, "It goes on in plain numpy.")


def compile_with(command: str) -> None:
    """Run a warm-up to its end, with ``command`` in place of the compilation."""
    attempt = warm_up(command)
    attempt.start()
    assert attempt.ended.wait(60)


def test_kernels_that_fail_to_load_are_logged_with_what_happens_without(caplog) -> None:
    def broken() -> None:
        raise OSError("disk full")

    attempt = warm_up("", broken, cached=True)

    assert not attempt.wait(30)
    assert attempt.ended.is_set()
    assert caplog.messages == ["It goes on in plain numpy. (OSError: disk full)"]
    assert "Traceback" not in caplog.text


def test_cancelling_ends_the_process_that_compiles_and_compiles_nothing_here(caplog) -> None:
    loaded: list[None] = []
    attempt = warm_up("import threading; threading.Event().wait()", lambda: loaded.append(None))
    attempt.start()

    attempt.cancel()

    assert attempt.ended.wait(30)
    assert not attempt.ready.is_set()
    assert loaded == []
    assert caplog.text == ""


def test_a_delayed_start_begins_as_soon_as_somebody_waits() -> None:
    begun: list[None] = []
    attempt = warm_up("", lambda: begun.append(None), cached=True)
    attempt.start(delay_seconds=1_000)
    before = list(begun)

    assert attempt.wait(30)

    assert (before, begun) == ([], [None])


def test_a_delayed_start_begins_by_itself_and_can_be_cancelled_before() -> None:
    soon, never = warm_up("", cached=True), warm_up("", cached=True)

    soon.start(delay_seconds=0.01)
    never.start(delay_seconds=1_000)
    never.cancel()

    assert soon.ended.wait(30)
    assert never.ended.wait(30)
    assert (soon.ready.is_set(), never.ready.is_set()) == (True, False)


def test_kernels_that_are_not_cached_are_compiled_elsewhere_and_then_loaded(tmp_path) -> None:
    proof, seen = tmp_path / "compiled", list[bool]()
    attempt = warm_up(f"open({str(proof)!r}, 'w').close()", lambda: seen.append(proof.exists()))

    assert attempt.wait(60)
    assert seen == [True]


def test_kernels_that_are_cached_need_no_other_process(tmp_path) -> None:
    proof = tmp_path / "compiled"

    assert warm_up(f"open({str(proof)!r}, 'w').close()", cached=True).wait(60)
    assert not proof.exists()


def test_a_module_of_the_users_in_the_current_folder_is_not_run(monkeypatch, tmp_path) -> None:
    proof = tmp_path / "proof"
    (tmp_path / "random.py").write_text("raise SystemExit('poisoned')")
    monkeypatch.chdir(tmp_path)

    compile_with(f"import random; open({str(proof)!r}, 'w').write(random.__file__)")

    assert Path(proof.read_text()).parent != tmp_path


def test_the_other_process_finds_nnviz_wherever_it_lies(tmp_path) -> None:
    proof = tmp_path / "proof"
    command = compile_command("nnviz").split("; from ")[0]

    compile_with(f"{command}; open({str(proof)!r}, 'w').write(sys.path[-1])")

    assert proof.read_text() == str(PACKAGE_PARENT) == str(Path(__file__).resolve().parents[2])


@pytest.mark.skipif(not hasattr(os, "getsid"), reason="sessions are a matter of POSIX")
def test_ctrl_c_in_the_terminal_does_not_reach_the_other_process(tmp_path) -> None:
    proof = tmp_path / "proof"

    compile_with(f"import os; open({str(proof)!r}, 'w').write(str(os.getsid(0)))")

    assert int(proof.read_text()) != os.getsid(0)


def test_a_compilation_that_fails_is_logged_with_its_complaint(caplog) -> None:
    compile_with("raise SystemExit('no room on the disk')")

    assert "failed with 1: no room on the disk" in caplog.text


def test_of_a_compilation_that_raises_the_last_line_alone_is_logged(caplog) -> None:
    compile_with("raise KeyError('_nrt')")

    assert caplog.messages == [
        "Compiling the kernels in another process failed with 1: KeyError: '_nrt'"
    ]


@pytest.mark.parametrize("module", ["nnviz.training.warm_up", "nnviz.visual.raster_warm_up"])
def test_asking_whether_kernels_are_ready_does_not_import_numba(module: str) -> None:
    code = f"import sys, {module}, nnviz.visual.density; print('numba' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"
