"""Shades of one colour that tell the members of a family apart: lighter and darker ones, in OKLCH."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from ddpm_studio.gui.styles import STYLES

SPREAD = 0.2
"""How much darker or lighter than the colour itself its furthest shade is, lightness being from 0 to 1."""

BOUNDS = {False: (0.15, 0.82), True: (0.38, 0.98)}
"""Lightness that is well seen on a light ground, and on a dark one."""

_TO_CONE = np.array(
    (
        (0.4122214708, 0.5363325363, 0.0514459929),
        (0.2119034982, 0.6806995451, 0.1073969566),
        (0.0883024619, 0.2817188376, 0.6299787005),
    )
)
_TO_LAB = np.array(
    (
        (0.2104542553, 0.7936177850, -0.0040720468),
        (1.9779984951, -2.4285922050, 0.4505937099),
        (0.0259040371, 0.7827717662, -0.8086757660),
    )
)
"""Ottosson 2020, A perceptual color space for image processing."""


@lru_cache(maxsize=256)
def shades_of(style: int, dark: bool, count: int, shown: int) -> tuple[QColor, ...]:
    """The colours of `count` members of a family in a style, from dark to light; the one that is shown has the style's.

    Its neighbours on either side are that much darker or lighter that the furthest is so by SPREAD, as far as the
    ground allows.
    """
    color = STYLES[style].color(dark)
    own, low, high = _lab(color)[0], *BOUNDS[dark]
    room = {-1: min(SPREAD, max(own - low, 0.0)), 1: min(SPREAD, max(high - own, 0.0))}
    furthest = max(shown, count - 1 - shown, 1)
    offsets = [(place - shown) / furthest for place in range(count)]
    return tuple(_lighter(color, offset * room[1 if offset > 0 else -1]) if offset else color for offset in offsets)


def _lighter(color: QColor, by: float) -> QColor:
    """The colour at another lightness with its hue, and as much of its chroma as a screen can show there."""
    lab = _lab(color)
    lab[0] += by
    for chroma in np.linspace(1.0, 0.0, 21):
        linear = _linear(lab * (1.0, chroma, chroma))
        if linear.min() >= -1e-4 and linear.max() <= 1 + 1e-4:
            break
    red, green, blue = _encoded(linear.clip(0.0, 1.0))
    return QColor.fromRgbF(red, green, blue)


def _lab(color: QColor) -> NDArray[np.float64]:
    """A colour in OKLab: its lightness, and how red and how yellow it is."""
    encoded = np.array((color.redF(), color.greenF(), color.blueF()))
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    return np.asarray(_TO_LAB @ np.cbrt(_TO_CONE @ linear))


def _linear(lab: NDArray[np.float64]) -> NDArray[np.float64]:
    """Red, green and blue in proportion to light; outside 0 to 1 where a screen cannot show the colour."""
    return np.asarray(np.linalg.solve(_TO_CONE, np.linalg.solve(_TO_LAB, lab) ** 3))


def _encoded(linear: NDArray[np.float64]) -> tuple[float, float, float]:
    encoded = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return float(encoded[0]), float(encoded[1]), float(encoded[2])
