"""The runs of the session side by side: which are drawn, what differs, where two of them part."""

from PySide6.QtCore import QItemSelectionModel, QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from nnviz.errors import NnvizError
from nnviz.stores.run_again import again, show_weights
from nnviz.stores.run_entry import RunEntry
from nnviz.stores.workspace import Workspace
from nnviz.views.panels.panel import Panel
from nnviz.views.panels.parting_marks import parting_sentence
from nnviz.views.panels.run_again_dialog import RunAgainDialog
from nnviz.views.panels.run_variations import Settings
from nnviz.views.panels.runs_model import NAME, RunsModel
from nnviz.views.panels.runs_table import RunsTable
from nnviz.views.theme import text_font
from nnviz.views.throttle import Throttle
from nnviz.visual.palette import Palette

__all__ = ["Runs"]

REFRESH_MS = 330
TEXT_PX = 12
NOTHING_YET = (
    "Every run is kept here with its curves, so that you can compare it with others. "
    "Press Train for the first one."
)
ONE_RUN = "Run it again with one change, and see where the two curves part."
CHOOSE_TWO = "Select two runs (Ctrl+click) to see where they part."


class Runs(Panel):
    """A table with what can be done to its rows beside it, and a sentence about two of them."""

    key = "runs"
    title = "Runs"
    export_requested = Signal()
    """Emitted when the curves shall be written into a file."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent)
        self._runs = workspace.runs
        self._selects = False
        self.model = RunsModel(workspace.runs)
        self.table = RunsTable(self.model, self)
        self.again_button = _button("Run again…", "runs.again")
        self.weights_button = _button("Show weights", "runs.weights")
        self.export_button = _button("Export…", "runs.export")
        self.put_back_button = _button("Put back", "runs.put-back")
        self.sentence_label = QLabel(self)
        self.sentence_label.setObjectName("runs.sentence")
        self.sentence_label.setFont(text_font(TEXT_PX))
        self.sentence_label.setWordWrap(True)
        self.empty_label = QLabel(NOTHING_YET, self)
        self.empty_label.setObjectName("runs.empty")
        self.empty_label.setProperty("muted", True)
        self.empty_label.setWordWrap(True)
        self.empty_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._arrange()
        self._throttle = Throttle(REFRESH_MS, self)
        self._throttle.due.connect(self._on_due)
        workspace.runs.changed.connect(self._on_due)
        workspace.training.snapshot_changed.connect(self._throttle.request)
        workspace.training.epoch_finished.connect(self._throttle.request)
        workspace.training.state_changed.connect(self._throttle.request)
        workspace.network_changed.connect(self._throttle.request)
        workspace.examples.example_changed.connect(self._throttle.request)
        workspace.examples.problem_changed.connect(self._throttle.request)
        self.table.selectionModel().selectionChanged.connect(self._on_selected)
        self.table.delete_requested.connect(self._on_delete)
        self.table.customContextMenuRequested.connect(self._on_menu_requested)
        self.again_button.clicked.connect(self._on_again)
        self.weights_button.clicked.connect(self._on_show_weights)
        self.export_button.clicked.connect(self.export_requested)
        self.put_back_button.clicked.connect(workspace.runs.put_back)

    @property
    def selected(self) -> tuple[RunEntry, ...]:
        """The runs whose rows are selected, the oldest first."""
        rows = sorted(each.row() for each in self.table.selectionModel().selectedRows())
        numbers = self.model.numbers
        found = [self._runs.entry(numbers[row]) for row in rows]
        return tuple(each for each in found if each is not None)

    @property
    def chosen(self) -> RunEntry | None:
        """The one run that an act is about: the selected one, or the newest if none is."""
        if len(self.selected) == 1:
            return self.selected[0]
        return None if self.selected or not self._runs.entries else self._runs.entries[-1]

    def set_theme(self, palette: Palette) -> None:
        """Change the colours."""
        self.table.set_theme(palette)
        super().set_theme(palette)

    def synchronize(self) -> None:
        """Show the list as it is, with the same rows selected; later while a name is typed."""
        if self.table.is_editing:
            self._throttle.request()
            return
        kept = [each.number for each in self.selected]
        self._selects = True
        if self.model.show(self.theme):
            pair = self._runs.compared
            self._select([each.number for each in pair] if pair else kept)
            self.table.scrollToBottom()
        self._selects = False
        empty = not self._runs.entries
        self.empty_label.setText(self._nothing_yet())
        self.empty_label.setVisible(empty)
        self.table.setVisible(not empty)
        self.sentence_label.setVisible(not empty)
        self.sentence_label.setText(self._sentence())
        self._show_buttons()

    @Slot()
    def _on_due(self) -> None:
        self.refresh()

    @Slot()
    def _on_selected(self) -> None:
        if self._selects:
            return
        selected = self.selected
        if len(selected) == 2:
            self._runs.compare(selected[0].number, selected[1].number)
        else:
            self._runs.compare_nothing()
        self.refresh()

    @Slot()
    def _on_again(self) -> None:
        if self.chosen is not None:
            dialog = RunAgainDialog(self.workspace, self.chosen, self)
            dialog.chosen.connect(self._on_again_chosen)
            dialog.open()

    @Slot(object, object)
    def _on_again_chosen(self, entry: RunEntry, settings: Settings) -> None:
        try:
            again(self.workspace, entry, settings.config, settings.spec)
        except NnvizError as error:
            self.workspace.problem.emit(str(error))
            return
        current = self._runs.current
        if current is not None:
            self._runs.compare(entry.number, current.number)
            self.synchronize()
            self._selects = True
            self._select([entry.number, current.number])
            self._selects = False
            self.refresh()

    @Slot()
    def _on_show_weights(self) -> None:
        if self.chosen is not None and not self.workspace.training.is_active:
            show_weights(self.workspace, self.chosen)

    @Slot()
    def _on_delete(self) -> None:
        for each in self.selected:
            self._runs.remove(each.number)

    @Slot()
    def _on_rename(self) -> None:
        self.table.edit(self.table.currentIndex().siblingAtColumn(NAME))

    @Slot()
    def _on_pin(self) -> None:
        pinned = not all(each.pinned for each in self.selected)
        for each in self.selected:
            self._runs.pin(each.number, pinned)

    @Slot()
    def _on_show_only(self) -> None:
        numbers = {each.number for each in self.selected}
        for each in self._runs.entries:
            self._runs.show(each.number, each.number in numbers)

    @Slot()
    def _on_show_all(self) -> None:
        for each in self._runs.entries:
            self._runs.show(each.number, True)

    @Slot(QPoint)
    def _on_menu_requested(self, place: QPoint) -> None:
        """Offer what can be done to the selected rows; the menu deletes itself."""
        selected = self.selected
        if not selected:
            return
        menu = QMenu(self)
        menu.setObjectName("runs.menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        pinned = all(each.pinned for each in selected)
        for text, act, enabled in (
            ("Run &Again with One Change…", self._on_again, self.again_button.isEnabled()),
            ("Show &Weights", self._on_show_weights, self.weights_button.isEnabled()),
            ("", None, True),
            ("&Draw Only This" if len(selected) == 1 else "&Draw Only These",
             self._on_show_only, True),
            ("Draw A&ll", self._on_show_all, True),
            ("", None, True),
            ("&Rename\tF2", self._on_rename, len(selected) == 1),
            ("&Unpin" if pinned else "&Pin (Always Keep)", self._on_pin, True),
            ("De&lete\tDel", self._on_delete, not any(each.is_active for each in selected)),
        ):  # fmt: skip
            if act is None:
                menu.addSeparator()
            else:
                menu.addAction(text, act).setEnabled(enabled)
        menu.popup(self.table.viewport().mapToGlobal(place))

    def _select(self, numbers: list[int]) -> None:
        """Select the rows of these runs."""
        selection, flags = self.table.selectionModel(), QItemSelectionModel.SelectionFlag
        selection.clearSelection()
        for row, number in enumerate(self.model.numbers):
            if number in numbers:
                index = self.model.index(row, NAME)
                selection.select(index, flags.Select | flags.Rows)
                selection.setCurrentIndex(index, flags.NoUpdate)

    def _nothing_yet(self) -> str:
        """Return what the panel is for, or why there can be no run."""
        workspace = self.workspace
        return NOTHING_YET if workspace.training_data is not None else workspace.why_no_example()

    def _sentence(self) -> str:
        pair = self._runs.compared
        if pair is not None:
            return parting_sentence(self._runs, *pair)
        return ONE_RUN if len(self._runs.entries) == 1 else CHOOSE_TWO

    def _show_buttons(self) -> None:
        """Allow what can be done to the chosen run, and say why something cannot."""
        active, chosen, removed = (
            self.workspace.training.is_active, self.chosen, self._runs.removed
        )  # fmt: skip
        which = "Stop the run first." if active else "Select one run."
        name = f"“{chosen.name}”" if chosen else ""
        self.again_button.setEnabled(chosen is not None and not active)
        self.again_button.setToolTip(
            f"Run {name} again from its first weights and seed, with exactly one change"
            if self.again_button.isEnabled()
            else which
        )
        has_weights = chosen is not None and chosen.weights is not None
        self.weights_button.setEnabled(has_weights and not active)
        if self.weights_button.isEnabled():
            tip = f"Look at the network as {name} left it; undo comes back"
        elif chosen is not None and not active:
            tip = f"The last weights of {name} are no longer kept"
        else:
            tip = which
        self.weights_button.setToolTip(tip)
        self.export_button.setEnabled(bool(self._runs.entries))
        self.export_button.setToolTip("Write the curves of all runs as CSV")
        self.put_back_button.setVisible(removed is not None)
        if removed is not None:
            self.put_back_button.setToolTip(f"Put “{removed.name}” back into the list")

    def _arrange(self) -> None:
        buttons = QVBoxLayout()
        buttons.setSpacing(3)
        for button in (
            self.again_button, self.weights_button, self.export_button, self.put_back_button,
        ):  # fmt: skip
            buttons.addWidget(button)
        buttons.addStretch(1)
        above = QHBoxLayout()
        above.setSpacing(8)
        above.addWidget(self.empty_label, 1)
        above.addWidget(self.table, 1)
        above.addLayout(buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 2, 10, 2)
        layout.setSpacing(3)
        layout.addLayout(above, 1)
        layout.addWidget(self.sentence_label)


def _button(text: str, name: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAccessibleName(text.rstrip("…"))
    button.setFont(text_font(TEXT_PX))
    return button
