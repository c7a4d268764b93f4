"""Palette roles as Qt colours, the two type faces, and the style sheet of the whole program."""

from PySide6.QtGui import QColor, QFont, QPalette

from nnviz.visual.colour_schemes import with_colours
from nnviz.visual.palette import DARK, LIGHT, RGB, Palette
from nnviz.visual.settings import CanvasSettings

__all__ = [
    "MATH_FAMILY",
    "MONO_FAMILY",
    "TEXT_FAMILY",
    "css",
    "math_font",
    "mono_font",
    "palette_named",
    "qcolor",
    "qpalette",
    "style_sheet",
    "text_font",
]

TEXT_FAMILY = "Inter"
MONO_FAMILY = "JetBrains Mono"
MATH_FAMILY = "STIX Two Math"


def palette_named(name: str, settings: CanvasSettings | None = None) -> Palette:
    """Return the palette of the theme ``dark`` or ``light``, in the colours of the settings."""
    return with_colours(LIGHT if name == "light" else DARK, settings or CanvasSettings())


def qcolor(rgb: RGB, alpha: int = 255) -> QColor:
    """Return an RGB triple as a Qt colour."""
    return QColor(rgb[0], rgb[1], rgb[2], alpha)


def text_font(pixels: float, bold: bool = False) -> QFont:
    """Return the text face with tabular figures, in px."""
    font = QFont(TEXT_FAMILY)
    font.setPixelSize(max(1, round(pixels)))
    if bold:
        font.setWeight(QFont.Weight.DemiBold)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def mono_font(pixels: float, bold: bool = False) -> QFont:
    """Return the monospaced face, in px, without ligatures: -> must stay two signs."""
    font = QFont(MONO_FAMILY)
    font.setPixelSize(max(1, round(pixels)))
    if bold:
        font.setWeight(QFont.Weight.Bold)
    font.setFeature(QFont.Tag("calt"), 0)
    return font


def math_font(pixels: float) -> QFont:
    """Return the face of equations, in px; which holds upright, italic and bold letters."""
    font = QFont(MATH_FAMILY)
    font.setPixelSize(max(1, round(pixels)))
    return font


def qpalette(palette: Palette) -> QPalette:
    """Return the Qt palette: what the style draws by itself has our colours too."""
    roles = QPalette.ColorRole
    result = QPalette()
    for role, rgb in (
        (roles.Window, palette.window),
        (roles.Base, palette.surface),
        (roles.AlternateBase, palette.raised),
        (roles.Button, palette.raised),
        (roles.ToolTipBase, palette.raised),
        (roles.WindowText, palette.text),
        (roles.Text, palette.text),
        (roles.ButtonText, palette.text),
        (roles.ToolTipText, palette.text),
        (roles.BrightText, palette.text),
        (roles.PlaceholderText, palette.muted),
        (roles.Highlight, palette.accent),
        (roles.HighlightedText, palette.on_accent),
        (roles.Link, palette.accent),
        (roles.Mid, palette.border),
        (roles.Dark, palette.border),
        (roles.Shadow, palette.window),
        (roles.Light, palette.raised),
    ):
        result.setColor(role, qcolor(rgb))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, role, qcolor(palette.muted, 120))
    return result


def css(rgb: RGB) -> str:
    """Return a colour as style sheets write it."""
    return f"rgb({rgb[0]}, {rgb[1]}, {rgb[2]})"


def _arrow(rgb: RGB, up: bool = False) -> str:
    """Return a triangle as a background: a wedge of a conical gradient, from an edge's middle.

    The usual trick with borders does not work in Qt, and an image would need a file per colour.
    """
    solid, clear = f"rgba({rgb[0]}, {rgb[1]}, {rgb[2]}, 255)", "rgba(0, 0, 0, 0)"
    place = "cx: 0.5, cy: 0, angle: 243.4" if up else "cx: 0.5, cy: 1, angle: 63.4"
    return (
        f"qconicalgradient({place}, stop: 0 {solid}, stop: 0.1476 {solid}, "
        f"stop: 0.1477 {clear}, stop: 1 {clear})"
    )


def style_sheet(palette: Palette) -> str:
    """Return the style sheet: quiet chrome, one spacing grid of 4 px."""
    window, surface, raised = css(palette.window), css(palette.surface), css(palette.raised)
    border, text, muted = css(palette.border), css(palette.text), css(palette.muted)
    accent, on_accent = css(palette.accent), css(palette.on_accent)
    return f"""
QMainWindow, QDialog {{ background: {window}; }}
QMainWindow::separator {{ background: {window}; width: 6px; height: 6px; }}
QToolTip {{ background: {raised}; color: {text}; border: 1px solid {border}; padding: 6px; }}
QToolBar {{ background: {window}; border: none; padding: 4px 8px; spacing: 4px; }}
QToolBar::separator {{ border-left: 1px solid {border}; width: 1px; margin: 6px 6px; }}
QToolButton {{ background: transparent; border: 1px solid transparent; border-radius: 6px;
  padding: 5px 7px; color: {text}; }}
QToolButton:hover {{ background: {raised}; border-color: {border}; }}
QToolButton:pressed, QToolButton:checked {{ background: {raised}; border-color: {accent}; }}
QToolButton:focus {{ border-color: {accent}; }}
QToolButton[link="true"] {{ color: {accent}; padding: 1px 2px; }}
QToolButton[link="true"]:checked {{ background: transparent; border-color: transparent; }}
QToolButton[link="true"]:hover {{ background: {raised}; border-color: {border}; }}
QToolButton[link="true"]:focus {{ border-color: {accent}; }}
QToolButton:disabled {{ color: {muted}; }}
QToolButton[primary="true"]:enabled {{ background: {accent}; color: {on_accent}; }}
QToolButton[primary="true"]:enabled:hover {{ border-color: {text}; }}
QToolButton::menu-indicator {{ width: 8px; }}
QPushButton {{ background: {raised}; border: 1px solid {border}; border-radius: 6px;
  padding: 5px 12px; color: {text}; }}
QPushButton:hover {{ border-color: {muted}; }}
QPushButton:focus {{ border-color: {accent}; }}
QPushButton:disabled {{ color: {muted}; background: {surface}; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QPushButton[primary="true"] {{ background: {accent}; color: {on_accent}; border-color: {accent}; }}
QPushButton[primary="true"]:disabled {{ background: {surface}; color: {muted};
  border-color: {border}; }}
QComboBox, QSpinBox, QDoubleSpinBox, QLineEdit {{ background: {raised}; color: {text};
  border: 1px solid {border}; border-radius: 6px; padding: 3px 6px; min-height: 20px;
  selection-background-color: {accent}; selection-color: {on_accent}; }}
QComboBox:hover, QSpinBox:hover, QDoubleSpinBox:hover, QLineEdit:hover,
QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus, QLineEdit:focus {{
  border-color: {accent}; }}
QComboBox:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QLineEdit:disabled {{
  color: {muted}; background: {surface}; }}
QSpinBox, QDoubleSpinBox {{ padding-right: 20px; }}
QAbstractSpinBox > QLineEdit {{ border: none; background: transparent; padding: 0 0 0 4px;
  min-height: 0; }}
QSpinBox::up-button, QDoubleSpinBox::up-button {{ subcontrol-origin: border;
  subcontrol-position: top right; width: 20px; height: 13px; border: none; }}
QSpinBox::down-button, QDoubleSpinBox::down-button {{ subcontrol-origin: border;
  subcontrol-position: bottom right; width: 20px; height: 13px; border: none; }}
QComboBox::drop-down {{ subcontrol-origin: border; subcontrol-position: center right;
  width: 20px; border: none; }}
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow {{ width: 9px; height: 5px;
  background: {_arrow(palette.muted, up=True)}; }}
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow, QComboBox::down-arrow {{ width: 9px; height: 5px;
  background: {_arrow(palette.muted)}; }}
QSpinBox::up-arrow:hover, QDoubleSpinBox::up-arrow:hover {{
  background: {_arrow(palette.accent, up=True)}; }}
QSpinBox::down-arrow:hover, QDoubleSpinBox::down-arrow:hover {{
  background: {_arrow(palette.accent)}; }}
QSpinBox::up-arrow:disabled, QDoubleSpinBox::up-arrow:disabled,
QSpinBox::up-arrow:off, QDoubleSpinBox::up-arrow:off {{
  background: {_arrow(palette.border, up=True)}; }}
QSpinBox::down-arrow:disabled, QDoubleSpinBox::down-arrow:disabled, QComboBox::down-arrow:disabled,
QSpinBox::down-arrow:off, QDoubleSpinBox::down-arrow:off {{
  background: {_arrow(palette.border)}; }}
QComboBox QAbstractItemView {{ background: {raised}; color: {text}; border: 1px solid {border};
  selection-background-color: {accent}; selection-color: {on_accent}; }}
QMenuBar {{ background: {window}; color: {text}; padding: 2px 6px; }}
QMenuBar::item {{ padding: 4px 8px; border-radius: 4px; background: transparent; }}
QMenuBar::item:selected {{ background: {raised}; }}
QMenu {{ background: {raised}; color: {text}; border: 1px solid {border}; padding: 4px; }}
QMenu::item {{ padding: 5px 24px 5px 12px; border-radius: 4px; }}
QMenu::item:selected {{ background: {accent}; color: {on_accent}; }}
QMenu::item:disabled {{ color: {muted}; }}
QMenu::separator {{ height: 1px; background: {border}; margin: 4px 6px; }}
QDockWidget {{ color: {muted}; font-weight: 600; }}
QDockWidget::title {{ background: {window}; padding: 6px 8px 4px 8px; text-align: left; }}
QTabBar {{ qproperty-drawBase: 0; }}
QTabBar::tab {{ background: {window}; color: {muted}; padding: 6px 5px; border: none;
  border-bottom: 2px solid transparent; }}
QTabBar::tab:selected {{ color: {text}; border-bottom-color: {accent}; }}
QTabBar::tab:hover {{ color: {text}; }}
QScrollArea, QScrollArea > QWidget > QWidget[panel="true"] {{ background: {surface};
  border: none; }}
QWidget[panel="true"] {{ background: {surface}; }}
QFrame[card="true"] {{ background: {surface}; border: 1px solid {border}; border-radius: 8px; }}
QLabel[muted="true"] {{ color: {muted}; }}
QLabel[good="true"] {{ color: {css(palette.good)}; }}
QLabel[bad="true"] {{ color: {css(palette.bad)}; }}
QLabel[heading="true"] {{ font-weight: 600; }}
QProgressBar {{ background: {raised}; border: 1px solid {border}; border-radius: 4px;
  max-height: 8px; min-height: 8px; }}
QProgressBar::chunk {{ background: {css(palette.cost_curve)}; border-radius: 3px; }}
QTableView {{ background: {surface}; color: {text}; border: none; gridline-color: {surface};
  alternate-background-color: {raised}; }}
QListWidget {{ background: {surface}; color: {text}; border: 1px solid {border};
  border-radius: 6px; }}
QHeaderView::section {{ background: {surface}; color: {muted}; border: none; padding: 2px 4px; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QScrollBar::handle {{ background: {border}; border-radius: 4px; min-height: 24px;
  min-width: 24px; margin: 1px; }}
QScrollBar::handle:hover {{ background: {muted}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QStatusBar {{ background: {window}; color: {muted}; }}
QStatusBar::item {{ border: none; }}
QCheckBox {{ color: {text}; spacing: 6px; }}
QCheckBox:focus {{ color: {accent}; }}
QCheckBox:disabled {{ color: {muted}; }}
QCheckBox::indicator, QTableView::indicator {{ width: 13px; height: 13px; border: 1px solid {muted};
  border-radius: 4px; background: {raised}; }}
QCheckBox::indicator:hover, QTableView::indicator:hover {{ border-color: {accent}; }}
QCheckBox::indicator:checked, QTableView::indicator:checked {{ border-color: {accent};
  background: qradialgradient(
  cx: 0.5, cy: 0.5, radius: 0.5, fx: 0.5, fy: 0.5, stop: 0 {on_accent}, stop: 0.45 {on_accent},
  stop: 0.55 {accent}, stop: 1 {accent}); }}
QCheckBox::indicator:disabled {{ border-color: {border}; }}
"""
