"""Code points of video, ITU-T H.273, by which PNG and AVIF tell their colours: the profile of each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.files.imaging.matrix_profiles import Chromaticities, LightCurve, matrix_profile
from ddpm_studio.texts import Text

D65 = (0.3127, 0.3290)
SRGB: Chromaticities = (*D65, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06)

_WHITE = 203
"""cd/m² of diffuse white in pictures of high dynamic range: ITU-R BT.2408, table 1. What is brighter is clipped."""

_CLIPPED = QT_TRANSLATE_NOOP(
    "findings", "It is a picture of high dynamic range ({curve}): what is brighter than white paper is shown as white."
)


def srgb_light(level: NDArray[np.float64]) -> NDArray[np.float64]:
    """Linear light of a level of sRGB, IEC 61966-2-1."""
    return np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)


def power_curve(exponent: float) -> LightCurve:
    """The curve of a plain power."""
    return lambda level: level**exponent


def _bt709(level: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(level < 0.081, level / 4.5, ((level + 0.099) / 1.099) ** (1 / 0.45))


def _pq(level: NDArray[np.float64]) -> NDArray[np.float64]:
    """SMPTE ST 2084, equation 4.1: light of 10 000 cd/m² at most, here in units of _WHITE."""
    root = level ** (4096 / 2523 / 128)
    ratio = np.maximum(root - 3424 / 4096, 0) / (2413 / 128 - 2392 / 128 * root)
    return np.minimum(1, 10_000 / _WHITE * ratio ** (16384 / 2610))


def _hlg(level: NDArray[np.float64]) -> NDArray[np.float64]:
    """ITU-R BT.2100, table 5: light of a scene, and of a screen of 1000 cd/m² that shows it, in units of _WHITE."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = np.where(level <= 0.5, level**2 / 3, (np.exp((level - c) / a) + b) / 12)
    return np.minimum(1, 1000 / _WHITE * scene**1.2)


_PRIMARIES: dict[int, tuple[str, Chromaticities]] = {
    1: ("BT.709", SRGB),
    5: ("BT.601 (625 lines)", (*D65, 0.64, 0.33, 0.29, 0.60, 0.15, 0.06)),
    6: ("BT.601 (525 lines)", (*D65, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070)),
    9: ("BT.2020", (*D65, 0.708, 0.292, 0.170, 0.797, 0.131, 0.046)),
    11: ("DCI-P3", (0.314, 0.351, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060)),
    12: ("Display P3", (*D65, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060)),
}
_CURVES: dict[int, LightCurve] = {
    **dict.fromkeys((1, 6, 14, 15), _bt709),
    4: power_curve(2.2),
    5: power_curve(2.8),
    8: power_curve(1.0),
    13: srgb_light,
    16: _pq,
    18: _hlg,
}
"""By the code points of tables 2 and 3."""

_HIGH = {16: "PQ", 18: "HLG"}
"""The curves of high dynamic range."""


def profile_of_code_points(primaries: int, transfer: int) -> bytes:
    """The profile of colours of RGB over the full range; b"" where it is not known."""
    if primaries not in _PRIMARIES or transfer not in _CURVES:
        return b""
    name, chromaticities = _PRIMARIES[primaries]
    return matrix_profile(name, chromaticities, _CURVES[transfer])


def is_of_more_than_srgb(primaries: int, transfer: int) -> bool:
    """True for colours that are known, and look wrong if they are taken for sRGB."""
    known = primaries in _PRIMARIES and transfer in _CURVES
    return known and (primaries in (9, 11, 12) or transfer in _HIGH)


def clipped(primaries: int, transfer: int) -> tuple[Text, ...]:
    """What is to be said of colours in which something may be brighter than white."""
    told = primaries in _PRIMARIES and transfer in _HIGH
    return (Text(_CLIPPED, {"curve": _HIGH[transfer]}),) if told else ()
