"""Pictures of the forward equation: x_t, and its two addends, the contrast of which is their weight."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QImage

from ddpm_studio.diffusion.forward import weights_at
from ddpm_studio.diffusion.noising import Noising
from ddpm_studio.gui.state.picture_at import Pictured
from ddpm_studio.gui.state.shown_picture import Picture, epsilon_of
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.widgets.qimages import to_qimage


class Addends:
    """The pictures at a State's moment, noised at full size and then made small, and kept while nothing changes."""

    def __init__(self) -> None:
        self._prepared: tuple[object, Noising | None] = (None, None)
        self._known: tuple[object, Mapping[Pictured, QImage]] = (None, {})

    def of(self, state: State, side: int) -> Mapping[Pictured, QImage]:
        """The pictures with their shorter side at least `side` pixels, as far as there are so many; {} without one."""
        noising = self._noising(state, side)
        if noising is None:
            return {}
        wanted = (noising, *weights_at(state.current.schedule, state.t))
        if self._known[0] != wanted:
            _, signal, noise = wanted
            noised, addend = noising.images([(signal, noise), (0.0, noise)])
            images = (noised, noising.faded(signal), addend)
            self._known = wanted, dict(zip(Pictured, map(to_qimage, images), strict=True))
        return self._known[1]

    def _noising(self, state: State, side: int) -> Noising | None:
        picture: Picture | None = state.picture
        if picture is None:
            return None
        wanted = picture, state.seed, side
        if self._prepared[0] != wanted:
            pixels = picture.pixels
            reduction = max(1, min(pixels.shape[:2]) // max(side, 1))
            self._prepared = wanted, Noising(pixels, epsilon_of(pixels.shape, state.seed), reduction)
        return self._prepared[1]
