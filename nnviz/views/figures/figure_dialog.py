"""The dialog of a figure: which format, which look, and how it will be."""

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPixmap, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from nnviz.errors import NnvizError
from nnviz.stores.workspace import Workspace
from nnviz.views.figures.figure import FigureLook, build_figure
from nnviz.views.figures.look_form import LookForm
from nnviz.views.figures.png import figure_image

__all__ = ["FigureDialog"]

PREVIEW = QSize(460, 320)
FORMATS = (
    ("PDF, vectors", ("pdf", 1)),
    ("SVG, vectors", ("svg", 1)),
    ("PNG, 1×", ("png", 1)),
    ("PNG, 2×", ("png", 2)),
    ("PNG, 4×", ("png", 4)),
)


class FigureDialog(QDialog):
    """Stays beside the window and follows its steps; keeps its choices while the program runs."""

    export_requested = Signal()
    """Emitted when the figure is to be written."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dialog.figure")
        self.setWindowTitle("Export Picture")
        self._workspace = workspace
        self._form = LookForm(parent=self)
        self._format = self._form.add_choice("format", "Format", FORMATS, first=True)
        self._preview = QLabel(self)
        self._preview.setObjectName("export.preview")
        self._preview.setAccessibleName("Preview")
        self._preview.setFixedSize(PREVIEW)
        self._preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._preview.setWordWrap(True)
        self._size = QLabel(self)
        self._size.setObjectName("export.size")
        self._size.setProperty("muted", True)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.synchronize)
        self._arrange()
        self._form.changed.connect(self.refresh)
        for signal in (
            workspace.stepper.trace_changed,
            workspace.stepper.timeline_changed,
            workspace.selection.selection_changed,
            workspace.display.changed,
            workspace.display.canvas_changed,
        ):
            signal.connect(self.refresh)

    @property
    def look(self) -> FigureLook:
        """How the figure shall look."""
        return self._form.look

    @property
    def ending(self) -> str:
        """The ending of the file's name: svg, pdf or png."""
        return str(self._format.currentData()[0])

    @property
    def scale(self) -> int:
        """Pixels per px of a PNG."""
        return int(self._format.currentData()[1])

    @Slot()
    def bring_forward(self) -> None:
        """Show the dialog beside the window, which stays usable."""
        self.show()
        self.raise_()
        self.activateWindow()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened meanwhile."""
        super().showEvent(event)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Draw the preview anew when all that hears of the same change is done."""
        if self.isVisible():
            self._soon.start()

    @Slot()
    def synchronize(self) -> None:
        """Show the figure as it would be written now, smaller."""
        try:
            figure = build_figure(self._workspace, self.look)
        except NnvizError as error:
            self._preview.setText(str(error))
            self._size.clear()
            return
        ratio = self.devicePixelRatioF()
        fit = min(PREVIEW.width() / figure.width, PREVIEW.height() / figure.height)
        pixmap = QPixmap.fromImage(figure_image(figure, fit * ratio))
        pixmap.setDevicePixelRatio(ratio)
        self._preview.setPixmap(pixmap)
        width, height = figure.width * self.scale, figure.height * self.scale
        unit = "pixels" if self.ending == "png" else "px, 96 to the inch"
        self._size.setText(f"{width} × {height} {unit}")

    def _arrange(self) -> None:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, parent=self)
        export = QPushButton("&Export…", self)
        export.setObjectName("export.accept")
        export.setProperty("primary", True)  # before the box shows it: the style asks once
        buttons.addButton(export, QDialogButtonBox.ButtonRole.ActionRole)
        export.setDefault(True)
        export.clicked.connect(self._on_export)
        buttons.rejected.connect(self.reject)
        left = QVBoxLayout()
        left.setSpacing(10)
        left.addWidget(self._form)
        left.addWidget(self._size)
        left.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(24)
        row.addLayout(left, 1)
        row.addWidget(self._preview)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(14)
        column.addLayout(row)
        column.addWidget(buttons)

    @Slot()
    def _on_export(self) -> None:
        self.export_requested.emit()
