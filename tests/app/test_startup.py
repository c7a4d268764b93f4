"""The window paints before anything slow is imported."""

import os
import subprocess
import sys
from pathlib import Path

CODE = """
import sys
from pathlib import Path
from PySide6.QtCore import QEvent, QObject
from nnviz.app.application import create_application
from nnviz.app.main import open_workspace
from nnviz.app.main_window import MainWindow
from nnviz.app.settings import open_settings

class Watch(QObject):
    painted = False

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and not self.painted:
            self.painted = True
            print("painted", [name for name in ("pyqtgraph", "numba") if name in sys.modules])
            application.quit()
        return False

application = create_application()
workspace = open_workspace("xor-2-2-1")
window = MainWindow(workspace, open_settings(Path(sys.argv[1])))
watch = Watch()
window.canvas.installEventFilter(watch)
window.show()
application.exec()
window.close()
"""


def test_the_network_is_painted_before_plots_and_compiler_are_imported(tmp_path: Path) -> None:
    command = [sys.executable, "-c", CODE, str(tmp_path / "settings.ini")]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}

    result = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)

    assert result.stdout.splitlines() == ["painted []"]
