"""Tasks that save the full picture under several schedules side by side, at one moment or along the whole path."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from ddpm_studio.diffusion.forward import weights_at
from ddpm_studio.diffusion.moment import steps_along
from ddpm_studio.diffusion.noising import CLEAN, Noising, Weights
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.animation import write_animation
from ddpm_studio.files.decoding import MAX_PIXELS
from ddpm_studio.files.pictures import RGB, as_array, image_of, write_picture
from ddpm_studio.files.recipes.recipe import told
from ddpm_studio.gui.picture.loading import full_picture
from ddpm_studio.gui.state.made.state_recipes import Carried
from ddpm_studio.gui.state.picture_at import PictureAt, Pictured
from ddpm_studio.gui.state.shown_picture import Picture
from ddpm_studio.gui.state.window import Entry, State
from ddpm_studio.gui.tasks import TaskMonitor
from ddpm_studio.interruption import check
from ddpm_studio.texts import Text

TERMS = {Pictured.PICTURE: "√ᾱ_t·x_0", Pictured.NOISE: "√(1−ᾱ_t)·ε"}
"""Addends of x_t, as a formula has them."""

ROWS = 64
MAX_SHEET = 4 * MAX_PIXELS
MAX_FRAMES = 41
PATH_MS = 4000
LAST_MS = 1000


@dataclass(frozen=True)
class PictureTask(ABC):
    """A file to be written from a picture as it was when the task was created: `parts` steps of work.

    `moments` has for each frame the t of every one of `entries`, and `recipe` is asked for when it is written.
    """

    path: str
    picture: Picture
    background: RGB
    seed: int
    entries: tuple[Entry, ...]
    moments: tuple[tuple[int, ...], ...]
    recipe: Carried = str

    @classmethod
    def of(cls, state: State, path: str = "") -> PictureTask:
        """The task of saving what `state`, which has a picture, shows."""
        assert state.picture is not None
        entries = state.visible or (state.current,)
        return cls(path, state.picture, state.background, state.seed, entries, tuple(cls._moments(state, entries)))

    @staticmethod
    @abstractmethod
    def _moments(state: State, entries: tuple[Entry, ...]) -> Iterable[tuple[int, ...]]:
        """The t of every entry in each frame."""

    @property
    @abstractmethod
    def ending(self) -> str:
        """What the file's name says besides that of the picture."""

    def about(self, first: str) -> str:
        """How the file was made: what comes first, every schedule with its own t in each frame, and the seed."""
        times = (",".join(map(str, own)) for own in zip(*self.moments, strict=True))
        schedules = (f"{told(entry.schedule)} t={own}" for entry, own in zip(self.entries, times, strict=True))
        return "; ".join([first, *schedules, f"seed={self.seed}"])

    @property
    def written(self) -> str:
        """The path."""
        return self.path

    @property
    @abstractmethod
    def parts(self) -> int:
        """The number of steps of work."""

    @abstractmethod
    def write(self, monitor: TaskMonitor) -> tuple[Text, ...] | None:
        """Write the file, whole or not at all, and return what is to be said of it; FileError if it is impossible."""

    def _weights(self, moment: tuple[int, ...]) -> list[Weights]:
        return [weights_at(entry.schedule, t) for entry, t in zip(self.entries, moment, strict=True)]


class StillTask(PictureTask):
    """Pictures side by side as one, in the format of the path's suffix; a PNG records how it was made."""

    @staticmethod
    def _moments(state: State, entries: tuple[Entry, ...]) -> Iterable[tuple[int, ...]]:
        yield tuple(state.t_of(entry) for entry in entries)

    @property
    def parts(self) -> int:
        """The number of strips of rows."""
        return -(-self.picture.full_size[1] // ROWS)

    def write(self, monitor: TaskMonitor) -> tuple[Text, ...]:
        """Write the pictures at full size, strip by strip."""
        weights = self._side_by_side()
        full = full_picture(self.picture, self.background)
        image = Image.new(full.mode, sheet_size(self.picture, len(weights)))
        for top, strip in strips(full, weights, self.seed):
            image.paste(strip, (0, top))
            monitor.step()
        return write_picture(self.path, image, self.about(self._first(weights)), self.recipe())

    def _first(self, weights: Sequence[Weights]) -> str:
        """What comes first in the picture, as a formula has it."""
        return "x_0" if weights[0] == CLEAN else "x_t"

    @abstractmethod
    def _side_by_side(self) -> list[Weights]:
        """The weights of each picture, from left to right."""


class SheetTask(StillTask):
    """The original and x_t under every schedule."""

    @property
    def ending(self) -> str:
        """The t of every schedule, or the one that all have."""
        (moment,) = self.moments
        return "-".join(f"t{t}" for t in (moment if len(set(moment)) > 1 else moment[:1]))

    def _side_by_side(self) -> list[Weights]:
        return [CLEAN, *self._weights(*self.moments)]


@dataclass(frozen=True)
class OnePictureTask(StillTask):
    """The original, x_t under one schedule, or an addend of it."""

    at: PictureAt = field(default_factory=PictureAt)
    ending = ""

    @classmethod
    def of_one(cls, state: State, at: PictureAt, path: str) -> OnePictureTask:
        """The task of saving one of the pictures of `state`, which has some."""
        assert state.picture is not None
        entries, moment = ((), ()) if at.entry is None else ((at.entry,), (at.t,))
        return cls(path, state.picture, state.background, state.seed, entries, (moment,), at=at)

    def _side_by_side(self) -> list[Weights]:
        return [self.at.weights]

    def _first(self, weights: Sequence[Weights]) -> str:
        return TERMS.get(self.at.shows) or super()._first(weights)


class NoisingPathTask(PictureTask):
    """x_t under every schedule from t = 0 to T, as GIF or animated WebP by the path's suffix."""

    ending = "path"

    @staticmethod
    def _moments(state: State, entries: tuple[Entry, ...]) -> Iterable[tuple[int, ...]]:
        return steps_along(state.moment.scale, [entry.schedule for entry in entries], MAX_FRAMES)

    @property
    def parts(self) -> int:
        """The number of frames."""
        return len(self.moments)

    def write(self, monitor: TaskMonitor) -> None:
        """Write frame after frame; the file records how they were made."""
        size = sheet_size(self.picture, len(self.entries))
        write_animation(self.path, size, self._frames(size, monitor), self.about("x_t"), self.recipe())

    def _frames(self, size: tuple[int, int], monitor: TaskMonitor) -> Iterator[tuple[Image.Image, int]]:
        full = full_picture(self.picture, self.background)
        last = self.parts - 1
        for number, moment in enumerate(self.moments):
            image = Image.new(full.mode, size)
            for top, strip in strips(full, self._weights(moment), self.seed):
                image.paste(strip, (0, top))
                check()
            yield image, LAST_MS if number == last else max(20, PATH_MS // self.parts // 10 * 10)
            monitor.step()


def sheet_size(picture: Picture, count: int) -> tuple[int, int]:
    """(width, height) of `count` full pictures side by side; FileError if that exceeds MAX_SHEET."""
    width, height = picture.full_size
    if count * width * height > MAX_SHEET:
        raise FileError(
            QT_TRANSLATE_NOOP(
                "errors",
                "{count} pictures of {width} × {height} are more than {limit} megapixels; hide some schedules.",
            ),
            count=count,
            width=width,
            height=height,
            limit=MAX_SHEET // 1_000_000,
        )
    return count * width, height


def strips(image: Image.Image, weights: Sequence[Weights], seed: int) -> Iterator[tuple[int, Image.Image]]:
    """`image` noised with each of `weights`, side by side, ROWS rows at a time: (the first row, the strip).

    ε equals `draw_noise` for the whole picture, but is drawn piece by piece, so that a large one fits into memory.
    """
    generator = np.random.default_rng(seed)
    for top in range(0, image.height, ROWS):
        x0 = as_array(image.crop((0, top, image.width, min(top + ROWS, image.height))))
        epsilon = generator.standard_normal(x0.shape, dtype=np.float32)
        yield top, image_of(np.concatenate(list(Noising(x0, epsilon).images(weights)), axis=1))
