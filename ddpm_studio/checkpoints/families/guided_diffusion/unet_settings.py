"""Settings of an improved-diffusion or guided-diffusion network that its shapes do not tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import gcd

from ddpm_studio.checkpoints.answers import UnansweredError
from ddpm_studio.checkpoints.checkpoint import Assumption
from ddpm_studio.checkpoints.families.guided_diffusion.architecture import UNetArchitecture
from ddpm_studio.checkpoints.families.guided_diffusion.heads import Heads
from ddpm_studio.checkpoints.families.guided_diffusion.published import SIZES, Known, known
from ddpm_studio.checkpoints.source import Source
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError
from ddpm_studio.texts import Text

USUAL_STEPS = 1000
_ANY_SIZE = 64

_KIND = QT_TRANSLATE_NOOP("errors", "an improved-diffusion or guided-diffusion network")
_PUBLISHED = QT_TRANSLATE_NOOP("checkpoints", "schedule, heads and attention order of {name}, which has these shapes")
_PUBLISHED_HEADS = QT_TRANSLATE_NOOP("checkpoints", "heads and attention order of {name}, which has these shapes")
_LEGACY = QT_TRANSLATE_NOOP("checkpoints", "attention order legacy, the libraries' default")
_SAME = QT_TRANSLATE_NOOP("checkpoints", "as many heads on the way up as on the way down, the libraries' default")
_USUAL = QT_TRANSLATE_NOOP(
    "checkpoints", "pictures of {size} × {size}, for which the libraries choose such channels unless told otherwise"
)
_ANY = QT_TRANSLATE_NOOP("checkpoints", "pictures of {size} × {size}; the network takes other sizes too")
_RESCALED = QT_TRANSLATE_NOOP("checkpoints", "the network receives t · 1000/T")
_PLAIN = QT_TRANSLATE_NOOP("checkpoints", "the network receives t, not t · 1000/T")
_EPSILON = QT_TRANSLATE_NOOP("checkpoints", "prediction type epsilon, the libraries' default")
_FIXED = QT_TRANSLATE_NOOP("checkpoints", "variance fixed_large, the libraries' default")
_CLIPPED = QT_TRANSLATE_NOOP("checkpoints", "x0 clipped to ±1, as in the libraries' sampling scripts")


@dataclass(frozen=True)
class UNetSettings:
    """The settings, each given, known or assumed; `assumed` lists the last two kinds."""

    schedule: Schedule
    heads: Heads
    shape: tuple[int, int, int]
    prediction_type: str
    variance: str
    timestep_scale: float
    assumed: tuple[Assumption, ...]


def settings_of(found: UNetArchitecture, channels: int, learned: bool, source: Source) -> UNetSettings:
    """The settings of a network for pictures with this many channels, which `learned` its variance or not.

    UnansweredError if heads and schedule are neither known nor given, CheckpointError for heads that do not fit.
    """
    from ddpm_studio.checkpoints.families.shared.tensor_hints import noising_beside

    answers, model = source.answers, known(found)
    heads, noising = _heads(found, model, source), noising_beside(source, _KIND)
    stored = noising.schedule if noising else None
    schedule = answers.schedule or stored or (model.schedule if model else None)
    if heads is None or schedule is None:
        wanted = {"heads": heads, "schedule": schedule}
        missing = [name for name, value in wanted.items() if value is None]
        raise UnansweredError(source.path, _KIND, missing, schedule=stored)
    rescaled = answers.rescale_timesteps if answers.rescale_timesteps is not None else bool(model and model.rescaled)
    size = SIZES.get(found.multipliers, _ANY_SIZE)
    of_file = noising.assumed if noising else ()
    of_heads = _assumed_heads(found, model, heads, keeps_schedule=noising is not None)
    notes = (*of_file, *of_heads, *_assumed(found, learned, rescaled, schedule.T))
    return UNetSettings(
        schedule,
        heads,
        answers.picture_shape(channels, source.path) or (channels, size, size),
        answers.prediction_type or "epsilon",
        "learned_range" if learned else "fixed_large",
        USUAL_STEPS / schedule.T if rescaled else 1.0,
        tuple(note for note in notes if not answers.said.keys() >= set(note.about)),
    )


def _heads(found: UNetArchitecture, model: Known | None, source: Source) -> Heads | None:
    """The split of the attention; None if it is neither known nor given."""
    answers = source.answers
    order = answers.attention_order or (model.heads.order if model else "legacy")
    if answers.heads or answers.head_channels:
        heads = Heads(answers.heads, None if answers.heads else answers.head_channels, order, answers.up_heads)
    elif model:
        heads = Heads(model.heads.count, model.heads.channels, order, answers.up_heads)
    else:
        return None
    # The last of them is in the middle, of no use to the way up.
    for split, attended in ((heads, found.attended), (heads.upwards, found.attended[:-1])):
        for channels in attended:
            if not split.fit(channels):
                raise _unfit(split, channels, gcd(*attended), source)
    return heads


def _assumed_heads(
    found: UNetArchitecture, model: Known | None, heads: Heads, keeps_schedule: bool
) -> Iterator[Assumption]:
    """What is assumed of the attention, and of a published model's schedule where the file has none, unless the user
    says otherwise.
    """
    if model:
        split = ("head_channels" if model.heads.channels else "heads", "attention_order")
        if keeps_schedule:
            yield Assumption(_PUBLISHED_HEADS, {"name": model.name}, about=split)
        else:
            yield Assumption(_PUBLISHED, {"name": model.name}, about=("schedule", *split))
        return
    yield Assumption(_LEGACY, about=("attention_order",))
    if heads.count and found.attends_upwards:
        yield Assumption(_SAME, about=("up_heads",))


def _assumed(found: UNetArchitecture, learned: bool, rescaled: bool, T: int) -> Iterator[Assumption]:
    """Everything else that is assumed unless the user says otherwise."""
    size = SIZES.get(found.multipliers)
    yield Assumption(_USUAL if size else _ANY, {"size": size or _ANY_SIZE}, about=("shape",))
    yield Assumption(_EPSILON, about=("prediction_type",))
    if not learned:
        yield Assumption(_FIXED, about=("variance",))
    yield Assumption(_CLIPPED, about=("clip",))
    if T != USUAL_STEPS:
        yield Assumption(_RESCALED if rescaled else _PLAIN, about=("rescale_timesteps",))


def _unfit(heads: Heads, channels: int, divisor: int, source: Source) -> CheckpointError:
    return CheckpointError(
        QT_TRANSLATE_NOOP(
            "errors",
            "{path} has an attention of {channels} channels, which do not divide into {heads}; choose a "
            "divisor of {divisor}.",
        ),
        path=source.path,
        channels=channels,
        heads=_told(heads),
        divisor=divisor,
    )


def _told(heads: Heads) -> Text:
    if heads.channels:
        return Text(QT_TRANSLATE_NOOP("errors", "heads of {channels} channels"), {"channels": heads.channels})
    return Text(QT_TRANSLATE_NOOP("errors", "{count} heads"), {"count": heads.count})
