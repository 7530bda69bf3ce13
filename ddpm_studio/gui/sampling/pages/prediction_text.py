"""Prediction in words: what the chosen solver makes of Gaussian data with the spectrum of pictures at hand."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from ddpm_studio.diffusion.solvers.cosine_spectrum import CosineSpectrum, spectrum_of
from ddpm_studio.diffusion.solvers.gaussian_data import PredictedError
from ddpm_studio.numerals import numeral

if TYPE_CHECKING:
    from ddpm_studio.sampling.eight_bit import EightBit

MOST_PICTURES, MOST_PIXELS = 16, 2**20
"""Of a run, whose spectra are averaged: pictures, and pixels in all of them if several."""

ROUNDING = 5e-7
"""Share below which an error is written as 0: less than half of 0.0001 %, which nobody sees in a picture."""

LEAST_KL = ROUNDING**2
"""KL below which it is written as 0, in nats: it grows with the square of the share by which a deviation is off."""


@dataclass(frozen=True)
class DataPictures:
    """Pictures whose spectrum is taken: `of` what they belong to, and their name, which those of a run do not have.

    They are one picture (H, W, C), several of a run, or in their place its latents (B, H, W, C).
    """

    of: object
    pictures: NDArray[np.float32] | EightBit = field(compare=False)
    name: str = ""

    @property
    def size(self) -> int:
        """The number of values whose spectrum is taken."""
        return self.pictures.size if isinstance(self.pictures, np.ndarray) else _few(self.pictures).levels.size

    @property
    def shape(self) -> tuple[int, int, int]:
        """Their own size, (C, H, W)."""
        stored = self.pictures if isinstance(self.pictures, np.ndarray) else self.pictures.levels
        height, width, channels = stored.shape[-3:]
        return channels, height, width

    def spectrum(self, shape: tuple[int, int, int]) -> CosineSpectrum:
        """Their spectrum at the size (C, H, W) of a network's pictures."""
        if isinstance(self.pictures, np.ndarray):
            return spectrum_of(self.pictures.reshape(-1, *self.pictures.shape[-3:]), *shape[1:])
        return spectrum_of(_few(self.pictures).fixed() / np.float32(127.5) - 1, *shape[1:])


def _few(drawn: EightBit) -> EightBit:
    """The pictures of a run whose spectra are averaged."""
    _, height, width, _ = drawn.levels.shape
    return drawn.first(max(1, min(MOST_PICTURES, MOST_PIXELS // (height * width))))


@dataclass(frozen=True)
class PictureError:
    """The error that is predicted for data with the spectrum of the pictures of this name, or of those drawn last."""

    name: str
    error: PredictedError


class PredictionText(QLabel):
    """Says how far brightness and contrast will be off, for what that holds, and how far to trust it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._predicts = False
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setToolTip(
            self.tr(
                "Exact for Gaussian data with this spectrum and the best network there is, as a table is linear then. "
                "Contrast is the standard deviation of details over that of the data: of the finest octave, of the one "
                "before it, and of all coarser ones. KL is that of their variances."
            )
        )

    def show_prediction(self, found: PictureError | None) -> None:
        """Show what is predicted, or what is needed for it."""
        if found is None:
            self._say(self.tr("Open a picture, or press Run: its spectrum is what the error is predicted from."))
        else:
            self._say(f"{self._subject(found.name)} {self._numbers(found.error)}\n{self._trust()}")
            self._predicts = True

    def show_computing(self) -> None:
        """Show that a prediction is to come: the last one is dimmed until then, or a sentence stands in its place."""
        if self._predicts:
            self.setEnabled(False)
        else:
            self._say(self.tr("The error is being computed…"))

    def show_failure(self) -> None:
        """Show that nothing came of it; why, is told elsewhere."""
        self._say(self.tr("The error could not be computed."))

    def _say(self, text: str) -> None:
        self._predicts = False
        self.setEnabled(True)
        self.setText(text)

    def _subject(self, name: str) -> str:
        if name:
            return self.tr("Predicted for Gaussian data with the spectrum of {picture}:").format(picture=name)
        return self.tr("Predicted for Gaussian data with the spectrum of the pictures drawn last:")

    def _numbers(self, found: PredictedError) -> str:
        coarse, middle, fine = (_percent(share) for share in found.contrast)
        said = self.tr(
            "brightness off by {bias}, contrast of coarse details {coarse}, of middle {middle}, of fine {fine}, "
            "KL {kl} nats a value."
        )
        values = {"bias": _percent(found.bias), "coarse": coarse, "middle": middle, "fine": fine}
        return said.format(kl=numeral(_above(found.kl, LEAST_KL), 2), **values)

    def _trust(self) -> str:
        return self.tr(
            "It ranks spacings as a network does for ddim (rank correlation 0.86 to 0.88), for multistep solvers only "
            "roughly."
        )


def _percent(share: float) -> str:
    """A share in per cent; what is left of the rounding of its arithmetic is 0.

    >>> _percent(-2.2e-16), _percent(-0.0123), _percent(1.25)
    ('0 %', '−1.2 %', '125 %')
    """
    if math.isnan(share):
        return "–"
    return f"{numeral(100 * _above(share, ROUNDING), 3 if abs(share) > 0.1 else 2)} %"


def _above(value: float, least: float) -> float:
    """A value, or 0 where it is smaller than the least that counts."""
    return value if abs(value) >= least else 0.0
