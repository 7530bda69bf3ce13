"""The card of a checkpoint: everything known about it, and the origin of each value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from ddpm_studio.checkpoints.answers import OPTIONS, PICTURE_RANGES, TITLES
from ddpm_studio.checkpoints.checkpoint import Checkpoint, Fact
from ddpm_studio.checkpoints.told_time import time_of, told_text
from ddpm_studio.checkpoints.trust import TRUST
from ddpm_studio.diffusion.parametrisation import Parametrisation
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.numerals import grouped
from ddpm_studio.texts import Readable, Text

if TYPE_CHECKING:
    from ddpm_studio.sampling import Denoiser


_UNREAD = ("picture_range", "time", "null_label")
"""Rows of what no file says, which are there where they were assumed or said."""

_PROMPTS = QT_TRANSLATE_NOOP("card", "prompt and negative prompt")
_PROMPT_ALONE = QT_TRANSLATE_NOOP("card", "prompt; a negative one has no effect")
"""What a network takes that draws what a text asks for, and one that is only told how strongly it is guided."""


class Origin(Enum):
    """Origin of a value; the value of each member is its name on screen."""

    FILE = QT_TRANSLATE_NOOP("card", "read from the file")
    NAME = QT_TRANSLATE_NOOP("card", "from the file name")
    ASSUMED = QT_TRANSLATE_NOOP("card", "assumed")
    TRIED = QT_TRANSLATE_NOOP("card", "tried out")
    GIVEN = QT_TRANSLATE_NOOP("card", "given by you")
    BESIDE = QT_TRANSLATE_NOOP("card", "read beside it")


@dataclass(frozen=True)
class CardItem(Fact):
    """One line of a card: a fact and its origin."""

    origin: Origin

    @property
    def changeable(self) -> bool:
        """True if the user may say something else; for what builds the network, only if they named it themselves, and
        for its classes only where it does not say them itself.
        """
        allowed = {"network": self.origin is Origin.GIVEN, "classes": self.origin is not Origin.FILE}
        return self.key in OPTIONS and allowed.get(self.key, True)


def card_of(checkpoint: Checkpoint) -> tuple[CardItem, ...]:
    """The rows in the order in which they are shown."""
    facts = (*_common(checkpoint), *checkpoint.facts)
    rows = (CardItem(fact.key, fact.label, fact.value, fact.text, origin(checkpoint, fact.key)) for fact in facts)
    return tuple(row for row in rows if row.origin is not Origin.FILE or row.key not in _UNREAD)


def origin(checkpoint: Checkpoint, key: str) -> Origin:
    """The origin of the value called `key`: the user, answers beside the file, its name, a trial, an assumption, or
    else the file.

    That a network is the user's own follows from its name.
    """
    key = "network" if key == "family" else key
    # A size is said in pixels, or as the shape of latents.
    names = {"size", "shape"} if key in ("size", "shape") else {key}
    if names & checkpoint.given.said.keys() or key == TRUST:
        return Origin.GIVEN
    if names & checkpoint.answers.said.keys():
        return Origin.BESIDE
    if key in checkpoint.by_name:
        return Origin.NAME
    notes = [note for note in checkpoint.assumed if key in note.about]
    return (Origin.TRIED if notes[0].tried else Origin.ASSUMED) if notes else Origin.FILE


def _common(checkpoint: Checkpoint) -> Iterator[Fact]:
    """The facts known about every checkpoint."""
    denoiser, count = checkpoint.denoiser, checkpoint.parameters
    yield Fact("family", QT_TRANSLATE_NOOP("card", "family"), checkpoint.family, checkpoint.family)
    yield Fact("network", TITLES["network"], checkpoint.network, checkpoint.network)
    yield Fact("parameters", QT_TRANSLATE_NOOP("card", "parameters"), count, grouped(count))
    yield Fact("shape", TITLES["shape"], denoiser.shape, _sides(*denoiser.shape))
    yield Fact("schedule", TITLES["schedule"], denoiser.schedule, str(denoiser.schedule))
    predicts = denoiser.prediction_type
    yield Fact("prediction_type", TITLES["prediction_type"], predicts, Parametrisation.parse(predicts).full_text)
    time, told = time_of(predicts, denoiser.schedule.T), told_text(predicts, denoiser.schedule.T)
    yield Fact("time", TITLES["time"], time, told)
    yield _range(denoiser)
    yield Fact("variance", QT_TRANSLATE_NOOP("card", "variance"), denoiser.variance, denoiser.variance)
    yield Fact("clip", QT_TRANSLATE_NOOP("card", "x0"), denoiser.clip, _bounds(denoiser))
    classes = str(denoiser.classes) if denoiser.classes else QT_TRANSLATE_NOOP("card", "none")
    yield Fact("classes", TITLES["classes"], denoiser.classes, classes)
    yield _null_label(denoiser)
    if denoiser.texts is not None:
        yield Fact(
            "text",
            QT_TRANSLATE_NOOP("card", "text"),
            True,
            _PROMPTS if denoiser.tells_guidance is None else _PROMPT_ALONE,
        )
    if denoiser.texts is not None or denoiser.guidance != 1:
        yield _guidance(denoiser.guidance)
    whole = denoiser.integer_timesteps
    timesteps = QT_TRANSLATE_NOOP("card", "whole numbers") if whole else QT_TRANSLATE_NOOP("card", "fractional")
    yield Fact("integer_timesteps", QT_TRANSLATE_NOOP("card", "timesteps"), whole, timesteps)


def _sides(channels: int, height: int, width: int) -> Text:
    return Text(
        QT_TRANSLATE_NOOP("card", "{channels} × {height} × {width}"),
        {"channels": channels, "height": height, "width": width},
    )


def _null_label(denoiser: Denoiser) -> Fact:
    """The label for no class; None where there is none, or where that is no mere label."""
    tensors = denoiser.null.tensors if denoiser.null is not None and denoiser.classes else ()
    label = int(tensors[0][0]) if tensors else None
    text = QT_TRANSLATE_NOOP("card", "none") if label is None else str(label)
    return Fact("null_label", TITLES["null_label"], label, text)


def _guidance(scale: float) -> Fact:
    """What is taken where nobody says anything else."""
    text = Text(QT_TRANSLATE_NOOP("card", "{scale:g} unless you choose another"), {"scale": scale})
    return Fact("guidance", QT_TRANSLATE_NOOP("card", "guidance"), scale, text)


def _range(denoiser: Denoiser) -> Fact:
    ends = denoiser.values.low, denoiser.values.high
    name = next(name for name, known in PICTURE_RANGES.items() if known == ends)
    text = Text(QT_TRANSLATE_NOOP("card", "{low:g} to {high:g}"), {"low": ends[0], "high": ends[1]})
    return Fact("picture_range", TITLES["picture_range"], name, text)


def _bounds(denoiser: Denoiser) -> Readable:
    thresholding, clip, values = denoiser.thresholding, denoiser.clip, denoiser.values
    if thresholding is not None:
        return Text(
            QT_TRANSLATE_NOOP("card", "thresholded at quantile {ratio:g}, at most {maximum:g}"),
            {"ratio": thresholding.ratio, "maximum": thresholding.maximum},
        )
    if clip is None:
        return QT_TRANSLATE_NOOP("card", "not clipped")
    if values.is_usual:
        return Text(QT_TRANSLATE_NOOP("card", "clipped to ±{bound:g}"), {"bound": clip})
    low, high = values.of_pictures(-clip), values.of_pictures(clip)
    return Text(QT_TRANSLATE_NOOP("card", "clipped to {low:g} to {high:g}"), {"low": low, "high": high})
