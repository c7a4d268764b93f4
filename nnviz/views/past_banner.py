"""The strip above the canvas that says, as long as it is so, that the network is an earlier one."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from nnviz.stores.workspace import Workspace
from nnviz.views.moment_text import epoch_text, mini_batch_text
from nnviz.views.theme import text_font
from nnviz.views.widgets.banner import Banner
from nnviz.views.widgets.elided_label import ElidedLabel
from nnviz.visual.palette import Palette

__all__ = ["PastBanner"]

WHAT = " — as the network was then"
"""Left out where there is no room for it."""


class PastBanner(Banner):
    """Hidden while the network is shown as it is now.

    While the mini-batch after the moment is stepped through, the banner of that says so.
    """

    train_on_requested = Signal()
    """Emitted when the run is to branch at the moment that is looked at."""
    save_requested = Signal()
    """Emitted when the weights of the moment are to be saved."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__("past", parent)
        self._training, self._travel = workspace.training, workspace.travel
        self._frozen = workspace.frozen
        self.text = ElidedLabel()
        self.text.setObjectName("banner.past.text")
        self.text.setFont(text_font(13, bold=True))
        self.back_button = self.new_button("back", "Back to Now", "Show the network as it is now")
        self.back_button.setProperty("primary", True)
        self.step_button = self.new_button(
            "step",
            "Step Its Next Mini-batch",
            "Step through the mini-batch that followed, with the weights and optimizer of then",
        )
        self.train_button = self.new_button(
            "train", "Train On from Here",
            "Begin a branch: the run goes on from this moment, with the hyperparameters of the "
            "Training panel; what came after it leaves the curves",
        )  # fmt: skip
        self.save_button = self.new_button(
            "save", "Save These Weights…", "Save the network with the weights of this moment"
        )
        self.row.addWidget(self.text, 1)
        for button in (self.back_button, self.step_button, self.train_button, self.save_button):
            self.row.addWidget(button)
        self.back_button.clicked.connect(self._travel.return_to_now)
        self.step_button.clicked.connect(self._travel.step_here)
        self.train_button.clicked.connect(self.train_on_requested)
        self.save_button.clicked.connect(self.save_requested)
        self._travel.changed.connect(self._on_changed)
        self._frozen.changed.connect(self._on_changed)
        self.synchronize()

    def set_theme(self, palette: Palette) -> None:
        """Frame the strip in the colour of what is chosen."""
        self.colour(palette.raised, palette.accent, palette.text)

    def synchronize(self) -> None:
        """Say which moment is shown."""
        shown = self._travel.shown
        self.setVisible(shown is not None and not self._frozen.is_open)
        if shown is None:
            return
        epoch = epoch_text(self._training, shown)
        moment = f"{epoch[0].upper()}{epoch[1:]} · {mini_batch_text(shown)}"
        whole = f"{moment}{WHAT}"
        has_room = self.text.fontMetrics().horizontalAdvance(whole) <= self.text.width()
        self.text.show_text(whole if has_room else moment)
        self.text.setToolTip(whole)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say as much as there is room for."""
        super().resizeEvent(event)
        self.synchronize()

    @Slot()
    def _on_changed(self) -> None:
        self.synchronize()
