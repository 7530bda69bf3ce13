"""Colour vision: how a picture looks to those who see no red or no green, and in greys."""

from __future__ import annotations

from enum import Enum

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.gui.widgets.qimages import to_qimage


class Vision(Enum):
    """Ways in which a figure is looked at; the value is what a list says."""

    USUAL = QT_TRANSLATE_NOOP("figures", "As it is")
    GREY = QT_TRANSLATE_NOOP("figures", "In greys")
    DEUTERANOPIA = QT_TRANSLATE_NOOP("figures", "Without green (deuteranopia)")
    PROTANOPIA = QT_TRANSLATE_NOOP("figures", "Without red (protanopia)")


MATRICES = {
    Vision.GREY: np.tile([0.2126, 0.7152, 0.0722], (3, 1)),
    Vision.DEUTERANOPIA: np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    Vision.PROTANOPIA: np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
}
"""What is seen of linear RGB: Rec. 709 luminance; Machado, Oliveira & Fernandes 2009, severity 1."""

_LEVELS = np.arange(256) / 255
_LINEAR = np.where(_LEVELS <= 0.04045, _LEVELS / 12.92, ((_LEVELS + 0.055) / 1.055) ** 2.4)


def seen(colours: NDArray[np.uint8], vision: Vision) -> NDArray[np.uint8]:
    """sRGB colours (…, 3) as they look.

    >>> seen(np.array([213, 94, 0], dtype=np.uint8), Vision.GREY).tolist()
    [128, 128, 128]
    """
    matrix = MATRICES.get(vision)
    if matrix is None:
        return colours
    linear = np.clip(_LINEAR[colours] @ matrix.T, 0.0, 1.0)
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.asarray(np.rint(255 * encoded), dtype=np.uint8)


def seen_picture(image: QImage, vision: Vision) -> QImage:
    """A picture as it looks; the same where that is as it is."""
    if vision not in MATRICES:
        return image
    rgb = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(rgb.constBits(), np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    pixels = rows[:, : 3 * rgb.width()].reshape(rgb.height(), rgb.width(), 3)
    result = to_qimage(seen(pixels, vision))
    result.setDevicePixelRatio(image.devicePixelRatio())
    return result
