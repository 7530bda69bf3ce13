"""Printing without a window or a display: figures as Qt writes them, for the shell."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication

from ddpm_studio.figures.artwork import Artwork
from ddpm_studio.gui.printing.figure_formats import PRINTED


def printed(artwork: Artwork, suffix: str, dpi: int, recipe: str = "") -> bytes:
    """The content of a file that ends in one of PRINTED, with the text of a recipe, the same as the window's.

    FigureError for a picture of too many pixels.
    """
    app = QGuiApplication.instance() or QGuiApplication(["ddpm-studio", "-platform", "offscreen"])
    content = PRINTED[suffix](artwork, dpi, recipe)
    del app  # It has the fonts, and is needed until here.
    return content
