"""How the canvas is drawn, to choose from: each choice takes effect at once."""

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QVBoxLayout, QWidget

from nnviz.stores.display_store import DisplayStore
from nnviz.views.choice_form import choice_label, choice_layout, new_combo
from nnviz.views.scale_preview import ScalePreview
from nnviz.views.theme import palette_named, text_font
from nnviz.visual.palette import Palette
from nnviz.visual.settings import CanvasSettings
from nnviz.visual.settings_choices import CANVAS_CHOICES, chosen_option, with_choice

__all__ = ["CanvasForm"]


class CanvasForm(QWidget):
    """A list of choices with the colour scales below, as they are now."""

    def __init__(self, display: DisplayStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._display = display
        self._theme = "dark"
        self._combos = tuple(self._combo(index) for index in range(len(CANVAS_CHOICES)))
        self.preview = ScalePreview(self)
        self._arrange()
        display.canvas_changed.connect(self.synchronize)
        self.synchronize()

    @property
    def is_usual(self) -> bool:
        """Whether everything here is as it was when the program came."""
        settings, usual = self._display.canvas, CanvasSettings()
        return all(
            getattr(settings, choice.field) == getattr(usual, choice.field)
            for choice in CANVAS_CHOICES
        )

    @Slot()
    def synchronize(self) -> None:
        """Show the settings that are used now."""
        settings = self._display.canvas
        for choice, combo in zip(CANVAS_CHOICES, self._combos, strict=True):
            option = chosen_option(settings, choice)
            with QSignalBlocker(combo):
                combo.setCurrentIndex(combo.findData(option.key) if option else -1)
        self.preview.show_palette(palette_named(self._theme, settings))

    def set_theme(self, palette: Palette) -> None:
        """Change the colours."""
        self._theme = palette.name
        self.synchronize()

    def restore(self) -> None:
        """Choose what is usual; what is set on the canvas itself stays."""
        settings, usual = self._display.canvas, CanvasSettings()
        for choice in CANVAS_CHOICES:
            option = chosen_option(usual, choice)
            if option is not None:
                settings = with_choice(settings, choice, option)
        self._display.set_canvas(settings)

    @Slot(int)
    def _on_chosen(self, _: int) -> None:
        settings = self._display.canvas
        for choice, combo in zip(CANVAS_CHOICES, self._combos, strict=True):
            option = choice.option(str(combo.currentData()))
            if option is not None:
                settings = with_choice(settings, choice, option)
        self._display.set_canvas(settings)

    def _combo(self, index: int) -> QComboBox:
        choice = CANVAS_CHOICES[index]
        combo = new_combo(f"canvas.{choice.field}", choice.title, choice.tip, self)
        for option in choice.options:
            combo.addItem(option.text, option.key)
        combo.activated.connect(self._on_chosen)
        return combo

    def _arrange(self) -> None:
        heading = QLabel("Canvas", self)
        heading.setProperty("heading", True)
        form: QFormLayout = choice_layout()
        for choice, combo in zip(CANVAS_CHOICES, self._combos, strict=True):
            form.addRow(choice_label(choice.title, choice.tip, combo), combo)
        caption = QLabel("All of these colours differ for colour-blind eyes, too", self)
        caption.setProperty("muted", True)
        caption.setFont(text_font(11))
        caption.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(heading)
        column.addLayout(form)
        column.addSpacing(4)
        column.addWidget(self.preview)
        column.addWidget(caption)
        column.addStretch(1)
