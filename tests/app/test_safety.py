from pathlib import Path

from PySide6.QtCore import QStandardPaths

from nnviz.app.safety import RunSafety
from nnviz.stores.autosave import ENDING


def test_a_window_saves_its_runs_in_a_folder_of_the_program_and_offers_what_was_left_there(
    make_window, warmed_up: None
) -> None:
    window = make_window("xor-2-2-1")
    place = QStandardPaths.StandardLocation.AppLocalDataLocation
    folder = Path(QStandardPaths.writableLocation(place)) / "runs"
    folder.mkdir(parents=True, exist_ok=True)
    left = folder / f"left{ENDING}"
    left.write_bytes(b"no run")
    safety = RunSafety(window)

    safety.look()
    text, is_seen = safety.bar.text.text(), safety.bar.isVisible()
    safety.bar.discard_button.click()
    safety.close()

    assert "is no saved run" in text
    assert is_seen
    assert not left.exists()
