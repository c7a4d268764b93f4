"""Qt without a screen, and pictures of the size that was asked for on every desktop."""

import logging
import os

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

__all__ = ["prepare_headless"]

logger = logging.getLogger(__name__)

SCALING = (
    "QT_SCALE_FACTOR",
    "QT_SCREEN_SCALE_FACTORS",
    "QT_SCALE_FACTOR_ROUNDING_POLICY",
    "QT_AUTO_SCREEN_SCALE_FACTOR",
    "QT_ENABLE_HIGHDPI_SCALING",
    "QT_USE_PHYSICAL_DPI",
    "QT_FONT_DPI",
)
"""How a desktop tells Qt to enlarge."""


def prepare_headless() -> None:
    """Choose the platform that needs no display; to be called before the application is made."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    for name in SCALING:  # the application reads them once, when it is made
        os.environ.pop(name, None)
    qInstallMessageHandler(_on_qt_message)


def _on_qt_message(kind: QtMsgType, _: QMessageLogContext, text: str) -> None:
    """Log what Qt says, but for what the platform without a screen says of itself."""
    if not text.startswith("This plugin does not support"):
        level = logging.DEBUG if kind is QtMsgType.QtDebugMsg else logging.WARNING
        logger.log(level, text)
