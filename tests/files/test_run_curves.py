import csv
import io
from pathlib import Path

import numpy as np
import pytest

from nnviz.errors import NetworkFileError
from nnviz.files.run_curves import COLUMNS, RunCurves, runs_as_csv, write_runs
from nnviz.training.snapshot import EpochReport

REPORT = EpochReport(4, 1, 0.25, 0.5, None, 1.5, validation_cost=0.125)


@pytest.fixture
def curves(rng: np.random.Generator) -> RunCurves:
    costs = rng.random(10).astype(np.float32)
    return RunCurves(3, 'η 3, "fast"', np.arange(1, 11) / 3, costs, ((3, 1.0, REPORT),))


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_numbers_of_the_file_are_exactly_those_of_the_run(curves: RunCurves) -> None:
    rows = [row for row in rows_of(runs_as_csv([curves])) if row["row"] == "mini-batch"]

    assert [int(row["mini_batch"]) for row in rows] == list(range(1, 11))
    assert np.array([row["cost"] for row in rows], np.float32).tolist() == curves.costs.tolist()
    assert [float(row["epoch"]) for row in rows] == curves.epochs.tolist()
    assert {row["name"] for row in rows} == {'η 3, "fast"'}
    assert {row["test_accuracy"] for row in rows} == {""}


def test_an_epoch_has_a_row_of_its_own_and_nothing_for_what_is_unknown(curves: RunCurves) -> None:
    (row,) = (row for row in rows_of(runs_as_csv([curves])) if row["row"] == "epoch")

    assert tuple(row) == COLUMNS
    assert (row["run"], row["mini_batch"], row["epoch"]) == ("3", "3", "1.0")
    assert [row[name] for name in COLUMNS[5:]] == ["0.25", "0.5", "", "", "0.125", "", "1.5"]


def test_every_line_has_every_column(curves: RunCurves) -> None:
    lines = list(csv.reader(io.StringIO(runs_as_csv([curves, curves]))))

    assert len(lines) == 1 + 2 * 11
    assert {len(line) for line in lines} == {len(COLUMNS)}


def test_a_refused_place_is_one_sentence(tmp_path: Path, curves: RunCurves) -> None:
    with pytest.raises(NetworkFileError, match="no folder"):
        write_runs(tmp_path / "nowhere" / "runs.csv", [curves])
