"""PictureNoise: noise that each picture draws by itself, so that it doesn't depend on the batch that it is in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from numbers import Integral

import numpy as np
import torch
from torch import Tensor

from ddpm_studio.diffusion.options import shown
from ddpm_studio.errors import QT_TRANSLATE_NOOP, SamplingError


class PictureNoise:
    """The noise of these `pictures`, each of which draws from a generator of its own: (seed, number) alone decides it.

    Given to a run, it makes the picture of a number the same in whatever batch it is drawn, up to the rounding of the
    network, and deals it the condition of its number. Every call goes on where the last one ended. Neighbouring seeds
    and numbers have nothing in common (NumPy's SeedSequence). Raises SamplingError for a seed or a number below 0, and
    where there is no picture, or where it is drawn for another number of them.

    >>> six, last = PictureNoise(7, range(6)), PictureNoise(7, [5])
    >>> bool((six((6, 1, 8, 8))[5:] == last((1, 1, 8, 8))).all())
    True
    """

    device = torch.device("cpu")
    """Where the noise is drawn; every other gets a copy, and so the same."""

    def __init__(self, seed: int, pictures: Sequence[int]) -> None:
        if not pictures:
            raise SamplingError(QT_TRANSLATE_NOOP("errors", "There is noise for no picture; ask for one at least."))
        for value in (seed, *pictures):
            _check_whole(value)
        self.pictures = tuple(map(int, pictures))
        self._generators = self._seeded(int(seed))

    def __len__(self) -> int:
        return len(self.pictures)

    def check(self, pictures: int) -> None:
        """Raise SamplingError unless this is the noise of that many pictures."""
        if pictures != len(self):
            raise SamplingError(
                QT_TRANSLATE_NOOP(
                    "errors", "There is noise for {count} pictures, but {pictures} are drawn; say which."
                ),
                count=len(self),
                pictures=pictures,
            )

    def __call__(self, shape: Sequence[int]) -> Tensor:
        """The next normal numbers, float32, on the CPU; the first number of `shape` is that of the pictures."""
        self.check(shape[0])
        return torch.stack([generator(tuple(shape[1:])) for generator in self._generators])

    def _seeded(self, seed: int) -> list[Callable[[tuple[int, ...]], Tensor]]:
        """What draws the numbers of each picture, float32, of a shape."""
        # The number as a key and not beside the seed, which may itself be as long as two words.
        sequences = (np.random.SeedSequence(seed, spawn_key=(number,)) for number in self.pictures)
        return [partial(_drawn, np.random.default_rng(sequence)) for sequence in sequences]


class CountedSeeds(PictureNoise):
    """The noise of these `pictures`, each by torch's own generator and a seed of its own: `seed` + its number.

    It is that of diffusers with a list of generators. Another seed draws the same pictures at other numbers.

    >>> six, last = CountedSeeds(7, range(6)), CountedSeeds(12, [0])
    >>> bool((six((6, 1, 8, 8))[5:] == last((1, 1, 8, 8))).all())
    True
    """

    def _seeded(self, seed: int) -> list[Callable[[tuple[int, ...]], Tensor]]:
        generators = (torch.Generator().manual_seed(seed + number) for number in self.pictures)
        return [partial(torch.randn, generator=generator) for generator in generators]


def _drawn(generator: np.random.Generator, shape: tuple[int, ...]) -> Tensor:
    return torch.from_numpy(generator.standard_normal(shape, np.float32))


NoiseSource = torch.Generator | PictureNoise


def normal_numbers(shape: Sequence[int], source: NoiseSource | None, device: torch.device) -> Tensor:
    """Numbers ~ N(0, 1), float32, of this shape: from torch's own generator on `device`, or on that of the source."""
    if isinstance(source, PictureNoise):
        return source(shape)
    device = device if source is None else source.device
    return torch.randn(tuple(shape), generator=source, device=device, dtype=torch.float32)


def _check_whole(value: object) -> None:
    if not (isinstance(value, Integral) and int(value) >= 0):
        raise SamplingError(
            QT_TRANSLATE_NOOP(
                "errors",
                "Noise by picture is drawn for the seed or picture {value}; it must be a whole number from 0 on.",
            ),
            value=shown(value),
        )
