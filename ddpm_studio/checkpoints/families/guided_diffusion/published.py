"""The models published with improved-diffusion and guided-diffusion: what their files do not say, by their shapes."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from ddpm_studio.checkpoints.families.guided_diffusion.architecture import UNetArchitecture
from ddpm_studio.checkpoints.families.guided_diffusion.heads import Heads
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import QT_TRANSLATE_NOOP

_HALF = Fraction(1, 2)
SIZES = {
    (1, 2, 2, 2): 32,
    (1, 2, 3, 4): 64,
    (1, 1, 2, 3, 4): 128,
    (1, 1, 2, 2, 4, 4): 256,
    (_HALF, 1, 1, 2, 2, 4, 4): 512,
}
"""The picture size for which both libraries multiply channels like this, unless told otherwise."""


@dataclass(frozen=True)
class Known:
    """A published model: how it was trained, and its telling shapes. `rescaled`: the network receives t · 1000/T."""

    name: str
    schedule: Schedule
    heads: Heads
    channels: int
    size: int
    res_blocks: int
    attention: tuple[int, ...]
    resblock_updown: bool
    film: bool = True
    rescaled: bool = False

    def fits(self, found: UNetArchitecture) -> bool:
        """True if these are the shapes of this model."""
        told = ("channels", "res_blocks", "attention", "resblock_updown", "film")
        same = all(getattr(self, name) == getattr(found, name) for name in told)
        return same and SIZES.get(found.multipliers) == self.size


_LINEAR, _COSINE, _COSINE_4000 = Schedule("linear", 1000), Schedule("cosine", 1000), Schedule("cosine", 4000)
_FOUR, _WIDE, _NEW = Heads(count=4), Heads(channels=64), Heads(channels=64, order="new")
_GUIDED, _IMPROVED = "guided-diffusion", "improved-diffusion"
_LATER = QT_TRANSLATE_NOOP("checkpoints", "ILVR and P2 weighting, 256 × 256")
_BY_CLASS = QT_TRANSLATE_NOOP("checkpoints", "improved-diffusion ImageNet 64 × 64 by class")

KNOWN = (
    Known(f"{_GUIDED} 64 × 64", _COSINE, _NEW, 192, 64, 3, (2, 4, 8), True),
    Known(f"{_GUIDED} 128 × 128", _LINEAR, _FOUR, 256, 128, 2, (4, 8, 16), True),
    Known(f"{_GUIDED} 256 × 256", _LINEAR, _WIDE, 256, 256, 2, (8, 16, 32), True),
    Known(f"{_GUIDED} 512 × 512", _LINEAR, _WIDE, 256, 512, 2, (16, 32, 64), True),
    Known(_LATER, _LINEAR, _WIDE, 128, 256, 1, (16,), True),
    Known(f"{_IMPROVED} CIFAR-10", _COSINE_4000, _FOUR, 128, 32, 3, (2, 4), False, rescaled=True),
    Known(f"{_IMPROVED} ImageNet 64 × 64", _COSINE_4000, _FOUR, 128, 64, 3, (4, 8), False, rescaled=True),
    Known(_BY_CLASS, _COSINE_4000, _FOUR, 192, 64, 3, (4, 8), False),
    Known(f"{_IMPROVED} LSUN", _LINEAR, Heads(count=1), 128, 256, 2, (16,), False, film=False),
)
"""From the commands in the READMEs of both libraries, and in those of two projects that trained with the second."""


def known(found: UNetArchitecture) -> Known | None:
    """The published model with these shapes, if any."""
    return next((model for model in KNOWN if model.fits(found)), None)
