"""Predictor: the error of a solver's table on Gaussian data with the spectrum of pictures, computed as it is wanted."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from ddpm_studio.diffusion import SolverTable
from ddpm_studio.diffusion.solvers.cosine_spectrum import CosineSpectrum
from ddpm_studio.diffusion.solvers.gaussian_data import PredictedError, predicted_error
from ddpm_studio.gui.sampling.pages.prediction_text import DataPictures, PictureError, PredictionText
from ddpm_studio.gui.tasks import NewestOnly

FEW_CALLS, FEW_VALUES = 500, 3 * 256 * 256
"""Network calls, and values of pictures, up to which neither takes longer than a frame; other work is done beside."""

_Size = tuple[int, int, int]
_Found = tuple[CosineSpectrum, PredictedError]


class Predictor(QObject):
    """Has a text say which error is predicted; what takes long is computed beside the window, and the last one stays.

    The spectrum of the pictures is computed once for all tables.
    """

    def __init__(self, text: PredictionText, parent: QObject) -> None:
        super().__init__(parent)
        self.computing = NewestOnly(self)
        self._text = text
        self._known: tuple[DataPictures, _Size, CosineSpectrum] | None = None

    def predict(self, table: SolverTable, measured: DataPictures, shape: _Size) -> None:
        """Predict the error of a table for these pictures at the size (C, H, W) of a network's."""
        known = self._known[2] if self._known is not None and self._known[:2] == (measured, shape) else None
        long = table.nfe > FEW_CALLS or (known is None and measured.size > FEW_VALUES)
        work = partial(_found, table, measured, shape, known)
        self.computing.do(work, partial(self._take, measured, shape), beside=long)
        if self.computing.under_way:
            self._text.show_computing()

    def predict_nothing(self) -> None:
        """Say what is needed for a prediction."""
        self.computing.cancel()
        self._text.show_prediction(None)

    def _take(self, measured: DataPictures, shape: _Size, found: _Found | None) -> None:
        if found is None:
            self._text.show_failure()
            return
        spectrum, error = found
        self._known = measured, shape, spectrum
        self._text.show_prediction(PictureError(measured.name, error))


def _found(table: SolverTable, measured: DataPictures, shape: _Size, known: CosineSpectrum | None) -> _Found:
    spectrum = measured.spectrum(shape) if known is None else known
    return spectrum, predicted_error(table, spectrum)
