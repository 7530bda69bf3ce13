"""Conversions of pictures between NumPy, Pillow and Qt; the only place where a buffer is shared with a QImage."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtGui import QImage

from ddpm_studio.files.decoding import drop_idle_alpha


def to_qimage(pixels: NDArray[np.uint8]) -> QImage:
    """uint8 (H, W, 3) as a QImage with its own memory, in the format that paints fastest."""
    pixels = np.ascontiguousarray(pixels)
    height, width, _ = pixels.shape
    shared = QImage(pixels.data, width, height, pixels.strides[0], QImage.Format.Format_RGB888)
    return shared.convertToFormat(QImage.Format.Format_RGB32)


def to_pillow(image: QImage) -> Image.Image:
    """A QImage as RGBA if any pixel is transparent, else as RGB."""
    image = image.convertToFormat(QImage.Format.Format_RGBA8888)
    size = image.width(), image.height()
    return drop_idle_alpha(Image.frombytes("RGBA", size, bytes(image.constBits()), "raw", "RGBA", image.bytesPerLine()))
