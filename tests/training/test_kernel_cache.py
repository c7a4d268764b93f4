import os
import subprocess
import sys
from pathlib import Path

import numba
import pytest

from nnviz.training import kernel_cache, kernels, warm_up
from nnviz.training.kernel_cache import is_cached, note_cached

pytestmark = pytest.mark.usefixtures("compiled_ready")

IS_CACHED = "from nnviz.training.kernel_cache import is_cached; print(is_cached())"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in place of numba's."""
    own = kernel_cache._note_path()
    assert own is not None
    monkeypatch.setattr(kernel_cache, "_note_path", lambda: tmp_path / own.name)
    return tmp_path


def test_loaded_kernels_count_as_cached() -> None:
    assert is_cached()


def test_nothing_is_cached_in_an_empty_folder(folder: Path) -> None:
    assert not is_cached()


def test_files_that_others_left_there_do_not_count(folder: Path) -> None:
    (folder / "kernels.train_mini_batches-1.py399.nbi").touch()
    (folder / f"kernels.{sys.implementation.cache_tag}.note").write_bytes(b"\xff")

    assert not is_cached()


def test_what_is_noted_is_believed(folder: Path) -> None:
    note_cached()

    assert is_cached()


@pytest.mark.parametrize("other", ["numba", "processor", "kernels"])
def test_another_version_processor_or_source_makes_the_note_worthless(
    folder: Path, monkeypatch: pytest.MonkeyPatch, other: str
) -> None:
    note_cached()

    match other:
        case "numba":
            monkeypatch.setattr(numba, "__version__", "0.0")
        case "processor":
            codegen = kernels.train_mini_batches.targetctx.codegen()
            monkeypatch.setattr(codegen, "magic_tuple", lambda: ("x86_64", "other", ""))
        case "kernels":
            edited = folder / "kernels.py"
            edited.write_text(Path(kernels.__file__).read_text())
            monkeypatch.setattr(kernels, "__file__", str(edited))

    assert not is_cached()


def test_a_folder_that_takes_no_note_is_only_logged(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(kernel_cache, "_note_path", lambda: folder / "none" / "note")

    note_cached()

    assert "could not be noted" in caplog.text


@pytest.mark.slow
def test_the_other_process_fills_an_empty_cache(tmp_path: Path) -> None:
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}

    def run(*arguments: str) -> str:
        command = [sys.executable, "-P", *arguments]
        return subprocess.run(
            command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=True
        ).stdout.strip()

    before = run("-c", IS_CACHED)
    run("-c", warm_up.COMPILE, str(warm_up.PACKAGE_PARENT))

    assert (before, run("-c", IS_CACHED)) == ("False", "True")
    assert len(list(tmp_path.rglob("kernels.*.nbc"))) == 1
