"""The strip above the canvas that says, as long as it is so, that the pass contains a mistake."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel, QWidget

from nnviz.stores.workspace import Workspace
from nnviz.views.theme import text_font
from nnviz.views.widgets.banner import Banner
from nnviz.views.widgets.elided_label import ElidedLabel
from nnviz.visual.palette import Palette

__all__ = ["MistakeBanner"]

_WHY = (
    "Next Pass is off, because it would keep the weights of a mistaken pass; training and saving "
    "use the right ones."
)


class MistakeBanner(Banner):
    """Hidden while the pass is right."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__("mistake", parent)
        self._store = workspace.challenges.bug
        self.text = QLabel()
        self.text.setObjectName("banner.mistake.text")
        self.text.setFont(text_font(13, bold=True))
        self.why = ElidedLabel()
        self.why.setObjectName("banner.mistake.why")
        self.why.setFont(text_font(12))
        self.why.show_text(_WHY)
        self.back_button = self.new_button(
            "back", "Back to the Right Pass", "Run the pass without a mistake again"
        )
        self.row.setSpacing(12)
        self.row.addWidget(self.text)
        self.row.addWidget(self.why, 1)
        self.row.addWidget(self.back_button)
        self.back_button.clicked.connect(self._store.back_to_right_pass)
        self._store.changed.connect(self._on_changed)
        self.synchronize()

    def set_theme(self, palette: Palette) -> None:
        """Fill the strip with the colour of what is wrong."""
        self.colour(palette.bad, palette.bad, palette.on_accent)

    def synchronize(self) -> None:
        """Say that there is a mistake, and which, unless it is to be found."""
        mistake = self._store.mistake
        self.setVisible(mistake is not None)
        if mistake is None:
            return
        text = "This pass contains a mistake"
        self.text.setText(f"{text}." if self._store.is_hidden else f"{text}: {mistake.title}.")

    @Slot()
    def _on_changed(self) -> None:
        self.synchronize()
