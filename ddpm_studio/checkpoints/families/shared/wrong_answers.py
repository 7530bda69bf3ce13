"""Wrong answers about a network that is merely called: which of them is at fault, found by calling it without."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from ddpm_studio.checkpoints.answers import Answers, UnansweredError, other_channels, shape_text
from ddpm_studio.checkpoints.families.shared.apart.ending import EndedError
from ddpm_studio.checkpoints.families.shared.tensor_hints import Hints
from ddpm_studio.checkpoints.families.shared.trial_call import CallingConvention, TrialCall
from ddpm_studio.checkpoints.told_time import told_text
from ddpm_studio.diffusion.parametrisation import Parametrisation
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError, StudioError
from ddpm_studio.sampling.reasons import reason_of
from ddpm_studio.texts import Readable, SourceText

_LABELLED = QT_TRANSLATE_NOOP("errors", "a network that is given labels")
_CLASSES = QT_TRANSLATE_NOOP(
    "errors",
    "The network in {path} is given labels as its third input, so its classes are not 0; "
    "say by --classes how many they are.",
).in_window(
    QT_TRANSLATE_NOOP(
        "errors", "The network in {path} is given labels as its third input, so its classes are not 0; say how many."
    )
)
_ROWS = QT_TRANSLATE_NOOP(
    "errors",
    "The network in {path} is given labels as its third input, and its table of them has {rows} rows, so its classes "
    "are not 0; give --classes {rows}.",
).in_window(
    QT_TRANSLATE_NOOP(
        "errors",
        "The network in {path} is given labels as its third input, and its table of them has {rows} rows, so its "
        "classes are not 0; say {rows} classes.",
    )
)
_NO_CLASSES = QT_TRANSLATE_NOOP(
    "errors", "The network in {path} is called with x and t alone, so it knows no classes; leave {options} out."
).in_window(
    QT_TRANSLATE_NOOP(
        "errors", "The network in {path} is called with x and t alone, so it knows no classes; say 0 classes."
    )
)
_FRACTIONS = QT_TRANSLATE_NOOP(
    "errors", "{path} takes whole timesteps alone, and {told} are fractions; give --time t."
).in_window(
    QT_TRANSLATE_NOOP("errors", "{path} takes whole timesteps alone, and {told} are fractions; say that it is told t.")
)
_TOLD = QT_TRANSLATE_NOOP(
    "errors",
    "The network in {path} fails when it is told {told}, the most of {schedule}: {reason}; "
    "give the --schedule that it was trained with, or its --time.",
).in_window(
    QT_TRANSLATE_NOOP(
        "errors",
        "The network in {path} fails when it is told {told}, the most of {schedule}: {reason}; "
        "say the schedule that it was trained with, or what it is told.",
    )
)
_LABEL = QT_TRANSLATE_NOOP(
    "errors", "The network in {path} fails at class {label}, the last of {classes}: {reason}; give fewer --classes."
).in_window(
    QT_TRANSLATE_NOOP(
        "errors", "The network in {path} fails at class {label}, the last of {classes}: {reason}; say fewer classes."
    )
)
_OUTSIDE = QT_TRANSLATE_NOOP("errors", "it looks something up where there is nothing")
"""What an exported program does that fails by a number that it is given."""

_NULL = QT_TRANSLATE_NOOP(
    "errors", "The network in {path} fails at the null label {label}: {reason}; give its correct --null-label."
).in_window(
    QT_TRANSLATE_NOOP(
        "errors", "The network in {path} fails at the null label {label}: {reason}; say its correct null label."
    )
)


_SIZE = QT_TRANSLATE_NOOP(
    "errors", "The shape is {value}, which {path}, exported with {remedy}, does not take; use {remedy}."
)


def check_labels(labelled: bool, answers: Answers, path: Path, rows: int | None = None) -> None:
    """CheckpointError for what is said of the classes of a network that takes no labels, or of one that does, whose
    table of them has so many `rows`, None where none is known.
    """
    if labelled and answers.classes == 0:
        raise CheckpointError(_ROWS if rows else _CLASSES, path=path, rows=rows)
    if not labelled and (answers.classes or answers.null_label is not None):
        said = [name for name in ("classes", "null_label") if name in answers.said]
        options = " ".join(f"--{name.replace('_', '-')}" for name in said)
        raise CheckpointError(_NO_CLASSES, path=path, options=options)


def fractions(prediction: str, schedule: Schedule, path: Path) -> CheckpointError:
    """The error for a network that takes whole timesteps alone and is to be told fractions."""
    return CheckpointError(_FRACTIONS, path=path, told=told_text(prediction, schedule.T))


def check_answers(trial: TrialCall, ways: Sequence[CallingConvention], answers: Answers, hints: Hints) -> None:
    """CheckpointError for an answer without which a network could be called that cannot be with it."""
    fitting = replace(trial, shape=(hints.channels or trial.shape[0], *trial.shape[1:]))
    other = 0 if trial.label is None else None
    if any(replace(each, label=other).works(ways) for each in dict.fromkeys((trial, fitting))):
        if answers.classes is None:
            raise UnansweredError(trial.path, _LABELLED, ("classes",))
        check_labels(trial.label is None, answers, trial.path, hints.classes)
    if fitting != trial and fitting.works(ways):
        raise other_channels(trial.shape, trial.path, fitting.shape)
    example = replace(trial, shape=hints.example or trial.shape)
    if example != trial and example.works(ways):
        raise CheckpointError(_SIZE, path=trial.path, value=shape_text(trial.shape), remedy=shape_text(example.shape))


def check_ends(way: CallingConvention, trial: TrialCall, prediction: str, schedule: Schedule, said: Answers) -> None:
    """CheckpointError for a network that fails at the last step of a schedule, or at its last label, and not before.

    It is called with one picture each time.
    """
    for label, template in _labels(said):
        if (error := _failure(way, replace(trial, label=label), trial)) is not None:
            raise CheckpointError(
                template, path=trial.path, label=label, classes=said.classes, reason=_reason(error)
            ) from error
    told = _most_told(prediction, schedule)
    if (error := _failure(way, replace(trial, told=told), trial)) is not None:
        raise CheckpointError(
            _TOLD, path=trial.path, told=f"{told:g}", schedule=schedule, reason=_reason(error)
        ) from error


def _labels(said: Answers) -> Iterator[tuple[int, SourceText]]:
    """The last class and the null label, each with the sentence for where it fails."""
    if said.classes:
        yield said.classes - 1, _LABEL
        if said.null_label is not None:
            yield said.null_label, _NULL


def _most_told(prediction: str, schedule: Schedule) -> float:
    """The largest number that the network is told at a step of the schedule."""
    levels = schedule.coefficients.log_snr
    there = np.flatnonzero(np.isfinite(levels))
    return float(np.max(Parametrisation.parse(prediction).told(there.astype(float), levels[there])))


def _failure(way: CallingConvention, changed: TrialCall, trial: TrialCall) -> Exception | None:
    """What a network raises in a call that is not the trial call, None where it raises nothing, or in that as well."""
    error = _raised(way, changed)
    return error if error is not None and _raised(way, trial) is None else None


def _raised(way: CallingConvention, trial: TrialCall) -> Exception | None:
    try:
        trial.computed(way.network)
    except EndedError:  # Nothing more comes of it.
        raise
    except Exception as error:  # The network is the user's own, and so is what it raises.
        return error.with_traceback(None)  # Which else keeps this call, and so the network, for long.
    return None


def _reason(error: Exception) -> Readable:
    return _OUTSIDE if isinstance(error, StudioError) else reason_of(error)
