"""The card of a checkpoint: everything that is known about it, and how it came to be known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from ddpm_studio.checkpoints.answers import OPTIONS
from ddpm_studio.checkpoints.checkpoint import Checkpoint
from ddpm_studio.errors import QT_TRANSLATE_NOOP


class Origin(Enum):
    """How a value came to be known; the value of each is its name for people."""

    FILE = QT_TRANSLATE_NOOP("card", "read from the file")
    ASSUMED = QT_TRANSLATE_NOOP("card", "assumed")
    GIVEN = QT_TRANSLATE_NOOP("card", "given by you")


@dataclass(frozen=True)
class CardItem:
    """One line of a card: `key` is a field of Denoiser or of Answers where it is one, `name` what a person reads."""

    key: str
    name: str
    value: str
    origin: Origin

    @property
    def changeable(self) -> bool:
        """Whether a person may say something else; what builds the network only where they named it themselves."""
        return self.key in OPTIONS and (self.key != "network" or self.origin is Origin.GIVEN)


def card_of(checkpoint: Checkpoint) -> tuple[CardItem, ...]:
    """The rows in the order in which they are shown."""
    return tuple(CardItem(key, name, value, origin(checkpoint, key)) for key, name, value in _entries(checkpoint))


def origin(checkpoint: Checkpoint, key: str) -> Origin:
    """Where the value called `key` comes from: a person, an assumption that is about it, or else the file."""
    if key in checkpoint.answers.said:
        return Origin.GIVEN
    return Origin.ASSUMED if any(key in note.about for note in checkpoint.assumed) else Origin.FILE


def _entries(checkpoint: Checkpoint) -> Iterator[tuple[str, str, str]]:
    denoiser = checkpoint.denoiser
    channels, height, width = denoiser.shape
    yield "format", QT_TRANSLATE_NOOP("card", "format"), checkpoint.family
    yield "network", QT_TRANSLATE_NOOP("card", "network"), checkpoint.network
    yield "parameters", QT_TRANSLATE_NOOP("card", "parameters"), f"{checkpoint.parameters:,}".replace(",", " ")
    yield "shape", QT_TRANSLATE_NOOP("card", "shape"), f"{channels} channels, {height} × {width}"
    yield "schedule", QT_TRANSLATE_NOOP("card", "schedule"), str(denoiser.schedule)
    yield "prediction_type", QT_TRANSLATE_NOOP("card", "prediction type"), denoiser.prediction_type
    yield "variance", QT_TRANSLATE_NOOP("card", "variance"), denoiser.variance
    yield "clip", QT_TRANSLATE_NOOP("card", "x0"), _bounds(checkpoint)
    yield "classes", QT_TRANSLATE_NOOP("card", "classes"), str(denoiser.classes) if denoiser.classes else "none"
    timesteps = "whole numbers" if denoiser.integer_timesteps else "fractional"
    yield "integer_timesteps", QT_TRANSLATE_NOOP("card", "timesteps"), timesteps
    for fact in checkpoint.facts:
        yield fact.name.replace(" ", "_"), fact.name, fact.value


def _bounds(checkpoint: Checkpoint) -> str:
    thresholding, clip = checkpoint.denoiser.thresholding, checkpoint.denoiser.clip
    if thresholding is not None:
        return f"thresholded at quantile {thresholding.ratio:g}, at most {thresholding.maximum:g}"
    return "not clipped" if clip is None else f"clipped to ±{clip:g}"
