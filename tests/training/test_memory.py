import pytest

from nnviz.engine.network import NetworkSpec
from nnviz.engine.optimizers import Optimizer
from nnviz.errors import TrainingError
from nnviz.training import memory
from nnviz.training.config import TrainingConfig
from nnviz.training.memory import available_bytes, check_memory, needed_bytes

SPEC = NetworkSpec((784, 2_000, 10), ("relu", "sigmoid"))  # 1,590,010 parameters


def test_what_is_needed_grows_with_the_optimizer_the_window_and_the_mini_batch():
    plain, adam = TrainingConfig(), TrainingConfig(optimizer=Optimizer("adam"))

    found = needed_bytes(SPEC, plain, recorded=False)

    assert found == 25 * 1_590_010 + 16 * 10 * 2_794
    assert needed_bytes(SPEC, adam, recorded=False) - found == 24 * 1_590_010
    assert needed_bytes(SPEC, plain) - found == 40 * 1_590_010


def test_what_does_not_fit_is_refused_with_both_sizes(monkeypatch):
    config = TrainingConfig()
    needed = needed_bytes(SPEC, config, recorded=False)
    monkeypatch.setattr(memory, "available_bytes", lambda: needed)
    check_memory(SPEC, config, recorded=False)
    monkeypatch.setattr(memory, "available_bytes", lambda: needed - 1)

    with pytest.raises(TrainingError) as caught:
        check_memory(SPEC, config, recorded=False)

    assert str(caught.value) == (
        "784-2000-10 with its 1,590,010 parameters takes about 40 MB of memory to train, and 40 MB "
        "are free; make a layer or the mini-batch smaller."
    )


def test_where_the_system_does_not_tell_nothing_is_refused(monkeypatch):
    monkeypatch.setattr(memory, "available_bytes", lambda: None)

    check_memory(SPEC, TrainingConfig())


def test_the_smaller_of_what_is_free_and_what_a_container_may_have_counts(monkeypatch, tmp_path):
    free, limit = tmp_path / "meminfo", tmp_path / "memory.max"
    free.write_text("MemTotal: 9000 kB\nMemFree: 1 kB\nMemAvailable:    3000 kB\n")
    monkeypatch.setattr(memory.sys, "platform", "linux")
    monkeypatch.setattr(memory, "_MEMORY", free)
    monkeypatch.setattr(memory, "_CONTROL_GROUP_LIMIT", limit)

    assert available_bytes() == 3000 * 1024
    limit.write_text("max\n")
    assert available_bytes() == 3000 * 1024
    limit.write_text("1000000\n")
    assert available_bytes() == 1_000_000


def test_without_proc_all_there_is_counts_and_without_that_nothing_is_known(monkeypatch, tmp_path):
    monkeypatch.setattr(memory.sys, "platform", "darwin")
    for name in ("_MEMORY", "_CONTROL_GROUP_LIMIT"):
        monkeypatch.setattr(memory, name, tmp_path / "none")
    monkeypatch.setattr(memory.os, "sysconf", {"SC_PHYS_PAGES": 5, "SC_PAGE_SIZE": 4096}.get)
    assert available_bytes() == 20_480

    def unknown(name: str) -> int:
        raise ValueError("unrecognized configuration name")

    monkeypatch.setattr(memory.os, "sysconf", unknown)
    assert available_bytes() is None


def test_this_machine_has_some():
    found = available_bytes()

    assert found is None or 50_000_000 < found < 10**14
