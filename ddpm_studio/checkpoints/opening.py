"""Opening of checkpoints: from a path or a name to a Denoiser."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ddpm_studio.apart.ahead import begin_ahead
from ddpm_studio.checkpoints import families as families
from ddpm_studio.checkpoints.answers import PICTURE_RANGES, WANTED, Answers, UnansweredError
from ddpm_studio.checkpoints.answers_file import AnswersRead
from ddpm_studio.checkpoints.beside import answers_beside, file_beside
from ddpm_studio.checkpoints.checkpoint import FAMILIES, Assumption, Checkpoint, Family
from ddpm_studio.checkpoints.identity import size_of
from ddpm_studio.checkpoints.location import locate
from ddpm_studio.checkpoints.number_tables import table_as
from ddpm_studio.checkpoints.reading.averaged_lists import lists_without_names
from ddpm_studio.checkpoints.refusal import refusal_of
from ddpm_studio.checkpoints.remembered import naming, recalled, remember
from ddpm_studio.checkpoints.source import Source
from ddpm_studio.checkpoints.told_time import with_time
from ddpm_studio.checkpoints.trust import UntrustedError
from ddpm_studio.checkpoints.unsupported import UnsupportedError
from ddpm_studio.checkpoints.unused_answers import check_used, with_used_answers
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError, StudioError
from ddpm_studio.files.budget import MIB
from ddpm_studio.files.filetypes import TORCHSCRIPT
from ddpm_studio.interruption import deadline

if TYPE_CHECKING:
    from ddpm_studio.diffusion import Schedule
    from ddpm_studio.sampling import Denoiser

PATIENCE_S, SLOWEST = 120, 20 * MIB
"""The seconds that reading any checkpoint may take, and the bytes a second that it may take beyond."""

_ANY_SIZE = (64, 64)
"""For a network that takes any size, when only its schedule is wanted."""

_PICTURES = (1, 3)
"""Channels of gray pictures and of RGB."""

_SHOWN = QT_TRANSLATE_NOOP(
    "card", "the {channels} channels are a picture's, of which {shown} are shown; latents would need their autoencoder"
)


_LAST_STEP = QT_TRANSLATE_NOOP(
    "card", "the weights that have names; the averaged ones in {place} are a list, and fit no network here or several"
)


def open_checkpoint(
    path_or_name: str | os.PathLike[str], answers: Answers | None = None, *, download: bool = False
) -> Denoiser:
    """The denoiser of a checkpoint: a file or folder of any of FAMILIES.

    A name is that of a bundled checkpoint, or `org/name` on the Hugging Face hub, taken from the local cache and
    downloaded only with `download`. `answers` are what the user says about it; they take precedence over what the file
    says, over those with which it has drawn before, and those over what lies beside it. Raises UnansweredError where
    more has to be said, UntrustedError for a program that `trust_program` was not called for, CheckpointError for what
    cannot be opened, FileError and ScheduleError for a part that is broken, or EndedError for code that the user trusts
    and that holds up or ends the process of its own in which it runs.
    """
    return read_checkpoint(path_or_name, answers, download=download).denoiser


def read_checkpoint(
    path_or_name: str | os.PathLike[str],
    answers: Answers | None = None,
    *,
    download: bool = False,
    forget: Collection[str] = (),
    alone: bool = False,
) -> Checkpoint:
    """As `open_checkpoint`, with what the checkpoint is and what was assumed about it.

    The answers hold for this time only; once they have drawn a picture, `keep_answers` remembers them. Earlier answers
    for the fields in `forget` no longer hold; they are forgotten once the checkpoint is open. Where the answers are to
    hold `alone`, no earlier ones do, which are forgotten only if something else has drawn.
    """
    path = locate(path_or_name, download)
    memory, beside = recalled(path), answers_beside(path)
    left = memory.answers.without(forget)
    given = (answers or Answers()).over(Answers() if alone else left)
    source = Source(path, given.over(beside.answers))
    seconds = PATIENCE_S + size_of(path) / SLOWEST
    try:
        with deadline(seconds, _too_slow(path, seconds)):
            read = family_of(source).read(source)
        checkpoint = _with_answers(replace(read, given=given, memory=memory), source, answers or Answers())
    except (UnsupportedError, UntrustedError):
        raise
    except UnansweredError as error:
        whole = _whole(error, source)
        raise (whole.having(beside.refused[0]) if beside.refused else whole) from None
    except StudioError as error:
        raise naming(error, memory, given) from error
    if forget:
        memory = remember(memory, left)
    notes = (*_shown(checkpoint.denoiser, checkpoint.answers), *_of_last_step(source), *_left_out(path, beside))
    noted = replace(checkpoint, memory=memory, assumed=(*checkpoint.assumed, *notes))
    return with_used_answers(noted, file_beside(path))


def foresee(path: str, answers: Answers) -> None:
    """Begin the process in which the code of a checkpoint would run, if it has any: that takes as long as the import of
    torch, which can be done meanwhile.
    """
    with suppress(StudioError):
        there = locate(path)
        network = answers.network or recalled(there).answers.network
        if network or TORCHSCRIPT.holds(Source(there)):
            begin_ahead()


def keep_answers(checkpoint: Checkpoint) -> Checkpoint:
    """Remember what the user said about a checkpoint, which has drawn with it; the same with the new memory.

    What was wanted this time alone is not remembered.
    """
    return replace(checkpoint, memory=remember(checkpoint.memory, checkpoint.given.without(WANTED)))


def _whole(error: UnansweredError, source: Source) -> UnansweredError:
    """All that is asked about a checkpoint, at once."""
    if "network" not in error.missing:
        return error
    from ddpm_studio.checkpoints.families.shared.callables import unnamed

    return unnamed(source, error)


def _too_slow(path: Path, seconds: float) -> CheckpointError:
    return CheckpointError(
        QT_TRANSLATE_NOOP(
            "errors",
            "{path} was not read within {seconds} seconds; copy it to another disk if its own is slow, else it was "
            "made to take long.",
        ),
        path=path,
        seconds=round(seconds),
    )


def _shown(denoiser: Denoiser, said: Answers) -> tuple[Assumption, ...]:
    """The note that channels which nobody called a picture's may be a latent's."""
    channels = denoiser.shape[0]
    if denoiser.decoder is not None or channels in _PICTURES or len(said.shape or ()) > 2:
        return ()
    shown = {"channels": channels, "shown": max(each for each in _PICTURES if each <= channels)}
    return (Assumption(_SHOWN, shown, about=("shape",)),)


def _of_last_step(source: Source) -> Iterator[Assumption]:
    """The note that averaged weights were left aside, since they are a list and nothing tells whose."""
    for place in lists_without_names(source.tensors):
        yield Assumption(_LAST_STEP, {"place": place}, about=("weights",))


def _left_out(path: Path, beside: AnswersRead) -> tuple[Assumption, ...]:
    text = QT_TRANSLATE_NOOP("card", "nothing of what is wrong in {file} ({reason})")
    name = file_beside(path).name
    return tuple(Assumption(text, {"file": name, "reason": str(error).rstrip(".")}) for error in beside.refused)


def schedule_in(path: str, quantity: str = "") -> Schedule:
    """The schedule of a checkpoint, even of one that cannot be sampled, or not before its size is given.

    `quantity` is what the numbers are said to be of a file that holds nothing else. CheckpointError if it has none.
    """
    if quantity:
        return table_as(Source(locate(path), Answers()), quantity)
    if (schedule := _without_networks(Source(locate(path)))) is not None:
        return schedule
    try:
        return read_checkpoint(path).denoiser.schedule
    except UnsupportedError as error:
        if error.schedule is None:
            raise
        return error.schedule
    except UnansweredError as error:
        if error.schedule is not None:
            return error.schedule
        if error.missing == ("shape",):
            return read_checkpoint(path, Answers(shape=_ANY_SIZE)).denoiser.schedule
        if {"schedule", "network"}.isdisjoint(error.missing):
            raise
        raise (error.unread or _without_schedule(path)) from error
    except UntrustedError as error:
        raise _without_schedule(path) from error


def _without_networks(source: Source) -> Schedule | None:
    """The schedule of a checkpoint of several large networks, none of which is read for it."""
    kinds = (kind for kind in FAMILIES.values() if kind.recognises(source))
    return next((schedule for kind in kinds if (schedule := kind.schedule(source)) is not None), None)


def _without_schedule(path: str) -> CheckpointError:
    return CheckpointError(
        QT_TRANSLATE_NOOP(
            "errors",
            "{path} does not say which schedule it was trained with; write the schedule instead, such as "
            "linear:T=1000.",
        ),
        path=path,
    )


def family_of(source: Source) -> Family:
    """The family that recognises it; CheckpointError, naming what it is, if none does."""
    for kind in FAMILIES.values():
        if kind.recognises(source):
            return kind
    raise refusal_of(source)


def _with_answers(checkpoint: Checkpoint, source: Source, said: Answers) -> Checkpoint:
    """The checkpoint with all answers, of which these were `said` this time; where they don't fit, its process ends."""
    from ddpm_studio.checkpoints.families.shared.apart.apart_program import let_go

    try:
        answered = _answered(checkpoint, source)
        check_used(answered, said, source.path)
    except StudioError:
        let_go(checkpoint.denoiser.network)
        raise
    return answered


def _answered(checkpoint: Checkpoint, source: Source) -> Checkpoint:
    """The checkpoint with the user's answers in place of what the family made of it."""
    from ddpm_studio.sampling.value_range import ValueRange

    answers, denoiser = source.answers, checkpoint.denoiser
    schedule = answers.schedule or denoiser.schedule
    denoiser = replace(
        denoiser,
        schedule=schedule,
        prediction_type=_prediction(checkpoint, answers, schedule),
        values=ValueRange(*PICTURE_RANGES[answers.picture_range]) if answers.picture_range else denoiser.values,
        shape=answers.picture_shape(denoiser.shape[0], source.path) or denoiser.shape,
    )
    return replace(checkpoint, denoiser=denoiser, answers=answers)


def _prediction(checkpoint: Checkpoint, answers: Answers, schedule: Schedule) -> str:
    """The prediction type that was answered, with the time that was, or else that which is assumed for its tables."""
    assumed = checkpoint.denoiser.prediction_type
    if answers.time is None and any("time" in note.about for note in checkpoint.assumed):
        return assumed
    return with_time(answers.prediction_type or assumed, answers.time, schedule.T)
