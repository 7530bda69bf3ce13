"""Conversions of pictures between NumPy, Pillow and Qt; the only place where a buffer is shared with a QImage."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColorSpace, QImage

from ddpm_studio.files.decoding import drop_idle_alpha, drop_idle_colour


def to_qimage(pixels: NDArray[np.uint8]) -> QImage:
    """uint8 (H, W, 3), or gray (H, W, 1), as a QImage with its own memory, in the format that paints fastest."""
    pixels = np.ascontiguousarray(pixels)
    height, width, channels = pixels.shape
    stored = QImage.Format.Format_Grayscale8 if channels == 1 else QImage.Format.Format_RGB888
    shared = QImage(pixels.data, width, height, width * channels, stored)
    return shared.convertToFormat(QImage.Format.Format_RGB32)


def png_of_image(image: QImage, quality: int = -1) -> bytes:
    """A QImage as the bytes of a PNG file; a high quality is one that is quickly packed."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG", quality)  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def to_pillow(image: QImage) -> Image.Image:
    """A QImage, which the clipboard makes of gray pictures too, as L if every pixel is gray, else as RGB; as LA or RGBA
    if any pixel is transparent; in sRGB, where it says which colours it has.
    """
    if image.colorSpace().isValid():
        image = image.convertedToColorSpace(QColorSpace(QColorSpace.NamedColorSpace.SRgb))
    image = image.convertToFormat(QImage.Format.Format_RGBA8888)
    size = image.width(), image.height()
    rgba = Image.frombytes("RGBA", size, bytes(image.constBits()), "raw", "RGBA", image.bytesPerLine())
    return drop_idle_colour(drop_idle_alpha(rgba))
