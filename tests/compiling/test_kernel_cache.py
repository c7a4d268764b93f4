import os
import subprocess
import sys
from pathlib import Path

import numba
import pytest

from nnviz.compiling.kernel_cache import KernelCache
from nnviz.compiling.warm_up import PACKAGE_PARENT
from nnviz.training import warm_up as training_warm_up
from nnviz.visual import raster_warm_up, rasters

pytestmark = pytest.mark.usefixtures("rasters_ready")

KERNELS = raster_warm_up.KERNELS


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in place of numba's."""
    own = KERNELS.note_path()
    assert own is not None
    monkeypatch.setattr(KernelCache, "note_path", lambda _: tmp_path / own.name)
    return tmp_path


def test_loaded_kernels_count_as_cached() -> None:
    assert KERNELS.is_cached()


def test_nothing_is_cached_in_an_empty_folder(folder: Path) -> None:
    assert not KERNELS.is_cached()


def test_files_that_others_left_there_do_not_count(folder: Path) -> None:
    (folder / "rasters.draw_lines-1.py399.nbi").touch()
    (folder / f"rasters.{sys.implementation.cache_tag}.note").write_bytes(b"\xff")

    assert not KERNELS.is_cached()


def test_what_is_noted_is_believed(folder: Path) -> None:
    KERNELS.note_cached()

    assert KERNELS.is_cached()


@pytest.mark.parametrize("other", ["numba", "processor", "kernels"])
def test_another_version_processor_or_source_makes_the_note_worthless(
    folder: Path, monkeypatch: pytest.MonkeyPatch, other: str
) -> None:
    KERNELS.note_cached()

    match other:
        case "numba":
            monkeypatch.setattr(numba, "__version__", "0.0")
        case "processor":
            codegen = rasters.draw_lines.targetctx.codegen()
            monkeypatch.setattr(codegen, "magic_tuple", lambda: ("x86_64", "other", ""))
        case "kernels":
            edited = folder / "rasters.py"
            edited.write_text(Path(rasters.__file__).read_text())
            monkeypatch.setattr(rasters, "__file__", str(edited))

    assert not KERNELS.is_cached()


def test_a_folder_that_takes_no_note_is_only_logged(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(KernelCache, "note_path", lambda _: folder / "none" / "note")

    KERNELS.note_cached()

    assert "could not be noted" in caplog.text


@pytest.mark.slow
@pytest.mark.parametrize("module", [training_warm_up, raster_warm_up])
def test_the_other_process_fills_an_empty_cache(tmp_path: Path, module: object) -> None:
    name = getattr(module, "__name__")  # noqa: B009
    is_cached = f"from {name} import KERNELS; print(KERNELS.is_cached())"
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}

    def run(*arguments: str) -> str:
        command = [sys.executable, "-P", *arguments]
        return subprocess.run(
            command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=True
        ).stdout.strip()

    before = run("-c", is_cached)
    run("-c", getattr(module, "COMPILE"), str(PACKAGE_PARENT))  # noqa: B009

    assert (before, run("-c", is_cached)) == ("False", "True")
    assert list(tmp_path.rglob("*.nbc"))
