"""Copied pictures: pixels on the clipboard, and what made them where another program keeps a PNG as it is."""

from __future__ import annotations

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from ddpm_studio.files.recipes.carriers import png_with
from ddpm_studio.gui.widgets.qimages import png_of_image

RECIPE, PNG = "application/x-ddpm-studio-recipe", "image/png"
"""Formats that a picture has beside its pixels: the text of a recipe, and a file with it."""

QUALITY = 90
"""Of a PNG, how quick it is."""


def copy_image(image: QImage, recipe: str = "") -> None:
    """Put a picture on the clipboard, with the text of a recipe if there is one."""
    mime = QMimeData()
    mime.setImageData(image)
    if recipe:
        mime.setData(RECIPE, recipe.encode())
        mime.setData(PNG, png_with(png_of_image(image, QUALITY), recipe))
    QApplication.clipboard().setMimeData(mime)


def recipe_copied(mime: QMimeData) -> str:
    """The text of the recipe of a picture that was copied, "" if it has none."""
    return bytes(mime.data(RECIPE).data()).decode("ascii", "replace")
