"""Checkpoints that are merely something to call with (x, t): the rest is asked for, tried out, or assumed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import nn

from ddpm_studio.checkpoints.answers import Answers, UnansweredError
from ddpm_studio.checkpoints.checkpoint import Assumption, Checkpoint, Fact
from ddpm_studio.checkpoints.families.shared.casts import casts_to_whole, rounds_away
from ddpm_studio.checkpoints.families.shared.tensor_hints import Hints, hints_of, is_time_open
from ddpm_studio.checkpoints.families.shared.trial_call import CallingConvention, Shape, TrialCall
from ddpm_studio.checkpoints.families.shared.wrong_answers import check_answers, check_ends, check_labels, fractions
from ddpm_studio.checkpoints.source import Source
from ddpm_studio.checkpoints.told_time import tells_by_fractions, told_at, told_text, with_share_from_one, with_time
from ddpm_studio.diffusion.parametrisation import Parametrisation
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError
from ddpm_studio.sampling import Denoiser, labelled
from ddpm_studio.texts import Readable

_RANGE = Assumption(QT_TRANSLATE_NOOP("checkpoints", "pictures in ±1"), about=("picture_range",))
_TIME = Assumption(QT_TRANSLATE_NOOP("checkpoints", "timesteps that count from 0 to T − 1"), about=("time",))
_TOLD = QT_TRANSLATE_NOOP("checkpoints", "told {told}, as usual for {prediction}")
_SHARE = Assumption(
    QT_TRANSLATE_NOOP("checkpoints", "told t/T, where t counts from 1, as in minDiffusion"), about=("time",)
)
_CONVENTIONS = Assumption(
    QT_TRANSLATE_NOOP("checkpoints", "x0 clipped to the range of its pictures, variance fixed_small"),
    about=("clip", "variance"),
)
_LEARNED = Assumption(
    QT_TRANSLATE_NOOP("checkpoints", "the second half of the channels is a learned variance (learned_range)"),
    about=("variance",),
)
_WHOLE = Assumption(
    QT_TRANSLATE_NOOP("checkpoints", "whole timesteps, since it does not take fractional ones"),
    about=("integer_timesteps",),
    tried=True,
)
_CAST = Assumption(
    QT_TRANSLATE_NOOP("checkpoints", "whole timesteps, since a fraction more makes no difference to it"),
    about=("integer_timesteps",),
    tried=True,
)
_FRACTIONAL = Assumption(
    QT_TRANSLATE_NOOP("checkpoints", "fractional timesteps, since it takes them"),
    about=("integer_timesteps",),
    tried=True,
)
_NO_CLASSES = Assumption(
    QT_TRANSLATE_NOOP("checkpoints", "no classes, since it is called with x and t alone"),
    about=("classes",),
    tried=True,
)
_BEYOND = QT_TRANSLATE_NOOP(
    "checkpoints", "that training went on to T = {T}, though ᾱ is next to 0 from t = {t} on; fewer steps may be meant"
)
_NO_NULL = Assumption(
    QT_TRANSLATE_NOOP("checkpoints", "no null label, so it draws without guidance"), about=("null_label",)
)
_ONE = Assumption(QT_TRANSLATE_NOOP("checkpoints", "one picture at a time, since it does not take several"))
_WASTED_LOG_SNR, _WASTED = -10.0, 0.25
"""Log SNR below which nothing is left of a picture, and from which share of the steps on that is worth a remark."""

_ASKED = ("shape", "schedule", "prediction_type")


def demand(source: Source, kind: Readable, shape: Shape | None, hints: Hints, labelled: bool = False) -> Shape:
    """The shape, known or answered; UnansweredError if it, the schedule or the prediction type is still missing, or the
    number of classes where the network is `labelled` or seems to be, or the time where the tables
    count steps from 1.

    The schedule may be that of the `hints`, and the channels, too, where a size was said alone.
    """
    answers = source.answers
    shape = answers.picture_shape(shape[0] if shape else None, source.path) or shape
    if shape and hints.channels and len(answers.shape or ()) == 2:
        shape = (hints.channels, *shape[1:])
    found = {"shape": shape, "schedule": hints.noising}
    known = {*answers.said, *(name for name, value in found.items() if value)}
    labelled = labelled or bool(hints.classes)
    asked = (*_ASKED, *(("classes",) if labelled else ()), *(("time",) if is_time_open(answers, hints) else ()))
    missing = [name for name in asked if name not in known]
    if missing or shape is None:
        stored = hints.noising.schedule if hints.noising else None
        raise UnansweredError(source.path, kind, missing, proposed=hints.proposed, schedule=stored)
    return shape


def unnamed(source: Source, error: UnansweredError) -> UnansweredError:
    """The question after the network of a state dict together with those that follow once it is named."""
    try:
        demand(source, "", None, hints_of(source.tensors, source.tensors.__getitem__))
    except UnansweredError as rest:
        return error.together_with(rest)
    return error


def calling_conventions(program: Callable[..., nn.Module], source: Source) -> tuple[CallingConvention, ...]:
    """The ways to call a network that does not say what it takes, best first: `program` makes it one, as Program."""
    unclassed = (_NO_CLASSES,) if source.answers.classes is None else ()
    free, whole = program(), program(t_dtype=torch.int64)
    one, whole_one = program(batch=1), program(t_dtype=torch.int64, batch=1)
    return (
        CallingConvention(free, False, (_FRACTIONAL, *unclassed)),
        CallingConvention(whole, True, (_WHOLE, *unclassed)),
        CallingConvention(one, False, (_FRACTIONAL, *unclassed, _ONE)),
        CallingConvention(whole_one, True, (_WHOLE, *unclassed, _ONE)),
    )


def checkpoint_of(
    ways: Sequence[CallingConvention],
    source: Source,
    shape: Shape,
    hints: Hints,
    family: str,
    name: str,
    facts: tuple[Fact, ...] = (),
    parameters: int | None = None,
) -> Checkpoint:
    """A checkpoint around the first of `ways` in which the network, called `name`, can be called at this shape.

    CheckpointError, with what was wrong, if it cannot be called or does not return what it takes.
    """
    answers, noising, schedule = source.answers, hints.noising, _schedule(source, hints)
    assert answers.prediction_type, "demand comes first"
    prediction = _prediction(answers, hints, schedule.T)
    told, label = told_at(prediction, schedule, min(1, schedule.T - 1)), 0 if answers.classes else None
    trial = TrialCall(shape, told, label, source.path)
    way, channels = _first_that_works(ways, trial, prediction, source, hints)
    if answers.classes is None:
        check_labels(False, answers, source.path)
    check_ends(way, trial, prediction, schedule, answers)
    if tells_by_fractions(prediction, schedule):
        _check_hears(way, trial, prediction, schedule)
    elif not way.integer_timesteps:
        way = _with_casts_seen(way, trial, told_at(prediction, schedule, schedule.T // 2))
    doubled = channels != shape[0]
    denoiser = Denoiser(
        way.network,
        schedule,
        prediction,
        shape,
        variance="learned_range" if doubled else "fixed_small",
        clip=1.0,
        integer_timesteps=way.integer_timesteps,
        classes=answers.classes or 0,
        null=labelled([answers.null_label]) if answers.classes and answers.null_label is not None else None,
    )
    stored = noising.assumed if noising and not answers.schedule else ()
    notes = (
        *stored,
        *_beyond(schedule),
        *way.assumed,
        *_unsaid(answers, hints, prediction, schedule),
        *((_LEARNED,) if doubled else ()),
    )
    count = sum(parameter.numel() for parameter in way.network.parameters()) if parameters is None else parameters
    return Checkpoint(denoiser, family, name, count, notes, facts)


def _prediction(answers: Answers, hints: Hints, T: int) -> str:
    """The prediction type with the time that is said, or that goes with the tables of the schedule."""
    said = str(answers.prediction_type)
    if answers.time is None and _has_share(answers, hints):
        return with_share_from_one(said, T)
    return with_time(said, answers.time, T)


def _has_share(answers: Answers, hints: Hints) -> bool:
    """True if nothing is said of schedule and time, and those who have these tables tell the share of T."""
    said = str(answers.prediction_type)
    begins_noisy = hints.noising is not None and hints.noising.begins_noisy
    return begins_noisy and answers.schedule is None and said == str(Parametrisation.parse(said).without_time)


def _unsaid(answers: Answers, hints: Hints, prediction: str, schedule: Schedule) -> Iterator[Assumption]:
    """What is assumed of pictures and times where nothing is said of them."""
    if answers.picture_range is None:
        yield _RANGE
    if answers.time is None and prediction == str(Parametrisation.parse(prediction).without_time):
        told = told_text(prediction, schedule.T)
        yield _TIME if told == "t" else Assumption(_TOLD, {"told": told, "prediction": prediction}, about=("time",))
    elif answers.time is None and _has_share(answers, hints):
        yield _SHARE
    if answers.classes and answers.null_label is None:
        yield _NO_NULL
    yield _CONVENTIONS


def _beyond(schedule: Schedule) -> Iterator[Assumption]:
    """A remark on a T much larger than ᾱ allows, as where the β of other steps were given."""
    lost = int(np.count_nonzero(schedule.coefficients.log_snr < _WASTED_LOG_SNR))
    if lost > _WASTED * schedule.T:
        yield Assumption(_BEYOND, {"T": schedule.T, "t": schedule.T - lost + 1})


def _check_hears(way: CallingConvention, trial: TrialCall, prediction: str, schedule: Schedule) -> None:
    """CheckpointError where the network rounds away the fractions that it is to be told."""
    low, high = sorted(told_at(prediction, schedule, index) for index in (0, schedule.T - 1))
    if schedule.T > 1 and rounds_away(way.network, trial.shape, low, high, labelled=trial.label is not None):
        raise fractions(prediction, schedule, trial.path)


def _with_casts_seen(way: CallingConvention, trial: TrialCall, told: float) -> CallingConvention:
    """The same way with whole timesteps, if the network makes them whole itself."""
    if not casts_to_whole(way.network, trial.shape, round(told), labelled=trial.label is not None):
        return way
    others = (note for note in way.assumed if note.about != _CAST.about)
    return replace(way, integer_timesteps=True, assumed=(_CAST, *others))


def _first_that_works(
    ways: Sequence[CallingConvention], trial: TrialCall, prediction: str, source: Source, hints: Hints
) -> tuple[CallingConvention, int]:
    """The first way in which the network can be called and told what it is to be told, and the channels it returns.

    CheckpointError if there is none, which names the answer at fault.
    """
    schedule = _schedule(source, hints)
    fractional = tells_by_fractions(prediction, schedule)
    able, unable = ([way for way in ways if (way.integer_timesteps and fractional) is left] for left in (False, True))
    errors = []
    for way in ways:
        way.network.eval().requires_grad_(False)
    for way in able:
        try:
            return way, trial.channels(way)
        except CheckpointError as error:
            errors.append(error.with_traceback(None))  # Which else keeps this call, and so the network, for long.
    if not able or replace(trial, told=0.0).works(unable):
        raise fractions(prediction, schedule, source.path)
    check_answers(trial, able, source.answers, hints)
    # One that could be called and returned something else says more than those that could not.
    raise min(errors, key=lambda error: error.__cause__ is not None)


def _schedule(source: Source, hints: Hints) -> Schedule:
    schedule = source.answers.schedule or (hints.noising and hints.noising.schedule)
    assert schedule, "demand comes first"
    return schedule
