"""The panel of classes: how often each is answered correctly, and which is taken for which."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from nnviz.formatting import count
from nnviz.stores.examples_store import Subset
from nnviz.stores.workspace import Workspace
from nnviz.training.class_report import ClassReport
from nnviz.views.panels.class_bars import ClassBars
from nnviz.views.panels.confusion_matrix import ConfusionMatrix, least_side, most_side
from nnviz.views.panels.panel import Panel
from nnviz.views.theme import mono_font, text_font

__all__ = ["Classes"]

NO_CLASSES = "This data has no classes: its targets are numbers, so no answer is right or wrong."
HINT = "A row for what it is, a column for what the network answers."
LEAST_SIDE_PX = 90
LEAST_WORDS_PX = 90
SIDE_SHARE = 0.45
"""The square matrix takes at most this share of the width."""


class Classes(Panel):
    """Watches the health store while it can be seen; a cell of the matrix shows its examples."""

    key = "classes"
    title = "Classes"

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent)
        self._report: ClassReport | None = None
        self.bars = ClassBars(self)
        self.bars.setObjectName("classes.bars")
        self.bars.setAccessibleName("Share of right answers in each class, in %")
        self.matrix = ConfusionMatrix(self)
        self.matrix.setObjectName("classes.matrix")
        self.matrix.setAccessibleName("Confusion matrix")
        self.matrix.cell_chosen.connect(self._on_cell_chosen)
        self.matrix.cell_pointed.connect(self._on_cell_pointed)
        self.share_label = _label(self, "classes.share")
        self.share_label.setFont(mono_font(15, bold=True))
        self.share_label.setWordWrap(False)
        self.share_label.setToolTip("Share of right answers of all examples that were asked")
        self.of_label = _label(self, "classes.of", muted=True)
        self.cell_label = _label(self, "classes.cell", muted=True)
        self.cell_label.setText(HINT)
        self.cell_label.setFont(text_font(11))
        self.cell_label.setMinimumWidth(LEAST_WORDS_PX)
        for label in (self.of_label, self.cell_label):
            label.setMinimumHeight(1)  # else that of its narrowest form makes all rows scroll
        self.empty_label = _label(self, "classes.empty", muted=True)
        self.empty_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._arrange()
        workspace.health.changed.connect(self._on_changed)
        workspace.network_changed.connect(self._on_changed)
        workspace.examples.example_changed.connect(self._on_changed)

    def synchronize(self) -> None:
        """Show the newest count, or why there is none."""
        health = self.workspace.health
        health.watch(self.key, classes=True)
        report = health.classes
        if report is None:
            self.empty_label.setText(self._why_nothing())
            self._pages.setCurrentIndex(0)
            return
        if report is not self._report:
            self._report = report
            self.share_label.setText(f"{100 * report.accuracy:.1f} %")
            asked, of = len(report.labels), report.of
            what = "examples" if self._subset() is not Subset.TEST else "test examples"
            part = f"all {count(of)}" if asked == of else f"{count(asked)} of {count(of)}"
            self.of_label.setText(f"right, of {part} {what}")
        self.bars.show_report(report, self.theme)
        self.matrix.show_report(report, self.theme)
        self._share_room()
        self._pages.setCurrentIndex(1)

    def leave_sight(self) -> None:
        """Cease counting: nobody sees it."""
        self.workspace.health.unwatch(self.key)

    def settle(self) -> None:
        """Show the awaited count now: for pictures of the window."""
        self.workspace.health.finish()

    def _why_nothing(self) -> str:
        tested = self.workspace.health.tested
        if tested is None:
            return self.workspace.why_no_example()
        return NO_CLASSES if tested.labels is None else "Asking the network…"

    def _subset(self) -> Subset:
        """Return where the counted examples are looked at."""
        examples, tested = self.workspace.examples, self.workspace.health.tested
        found = (each for each in Subset if examples.dataset_of(each) is tested)
        return next(found, examples.subset)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the matrix a square."""
        super().resizeEvent(event)
        self._share_room()

    def _share_room(self) -> None:
        """Give the matrix a square; of many classes it takes what they need, and all scrolls."""
        room = min(self.height() - 14, round(SIDE_SHARE * self.width()))
        classes = 0 if self._report is None else len(self._report.names)
        side = min(room, most_side(classes))
        self.matrix.setFixedWidth(max(LEAST_SIDE_PX, side, least_side(classes)))

    @Slot(int, int)
    def _on_cell_chosen(self, true: int, answer: int) -> None:
        """Look at the next example of the cell, after the one that is looked at."""
        report, examples = self._report, self.workspace.examples
        if report is None:
            return
        subset = self._subset()
        after = examples.index if examples.subset is subset else -1
        index = report.next_example(true, answer, after)
        if index is not None:
            examples.show(subset, index)

    @Slot(str)
    def _on_cell_pointed(self, text: str) -> None:
        self.cell_label.setText(text or HINT)

    @Slot()
    def _on_changed(self) -> None:
        self.refresh()

    def _arrange(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.share_label)
        words.addWidget(self.of_label)
        words.addSpacing(2)
        words.addWidget(self.cell_label)
        words.addStretch(1)
        page = QWidget(self)
        row = QHBoxLayout(page)
        row.setContentsMargins(10, 2, 10, 2)
        row.setSpacing(18)
        row.addWidget(self.bars, 3)
        row.addWidget(self.matrix)
        row.addLayout(words, 2)
        area = QScrollArea(self)  # many classes are never the reason for a high window
        area.setObjectName("classes.scroll")
        area.setWidget(page)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page.setProperty("panel", True)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.empty_label)
        self._pages.addWidget(area)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 4)
        layout.addWidget(self._pages)


def _label(parent: QWidget, name: str, *, muted: bool = False) -> QLabel:
    label = QLabel(parent)
    label.setObjectName(name)
    label.setFont(text_font(12))
    label.setWordWrap(True)
    if muted:
        label.setProperty("muted", True)
    return label
