"""Pasted text with schedules: specs, one a line, or what a file of schedules would hold."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ddpm_studio.diffusion.kinds import KINDS
from ddpm_studio.diffusion.named_line import name_apart
from ddpm_studio.diffusion.schedule import CUSTOM
from ddpm_studio.diffusion.schedule_family import Specified, shown_of, specified
from ddpm_studio.diffusion.steps.bare_lists import is_steps, with_its_name
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.diffusion.training.objective import Objective, is_objective, objective_below
from ddpm_studio.errors import QT_TRANSLATE_NOOP, ScheduleError, StudioError
from ddpm_studio.files.betas import schedules_in
from ddpm_studio.files.content import START
from ddpm_studio.files.filetypes import CSV
from ddpm_studio.files.steps.asked_steps import AskedSteps
from ddpm_studio.files.steps.without_files import steps_without_files
from ddpm_studio.files.stored import MAX_STORED
from ddpm_studio.interruption import check

NAME = QT_TRANSLATE_NOOP("errors", "pasted text")
"""What stands for the path in sentences about it."""

_VALUE = re.compile(r"\s*\w+\s*=")


def describes_schedules(text: str) -> bool:
    """True if a text, by its beginning, describes schedules, whether or not it can be read.

    >>> describes_schedules("cosine:T=0"), describes_schedules("betas\\n0.1"), describes_schedules("Dear reader")
    (True, True, False)
    """
    return is_objective(text) or _starts_with_spec(text) or _is_table(text)


def pasted_schedules(text: str, most: int = MAX_STORED) -> list[tuple[Specified, str]]:
    """The schedules and families that a text describes, each with its name or ""; none if it is about something else.
    Lines with objectives are those of `pasted_objectives`, and those with steps of `pasted_steps`.

    Only the first `most`, if that is given, are made.
    Raises ScheduleError, naming the line, or FileError if it is a text of that kind, but cannot be read.

    >>> [(str(schedule), name) for schedule, name in pasted_schedules("cosine:T=1000\\n\\nlinear:T=300  # ours\\n")]
    [('cosine:T=1000', ''), ('linear:T=300', 'ours')]
    >>> pasted_schedules("Dear reader")
    []
    """
    if _starts_with_spec(text):
        return _parsed_lines(text, most)
    return [(schedule, "") for schedule in schedules_in(text, NAME, most)] if _is_table(text) else []


def pasted_objectives(text: str, most: int = MAX_STORED) -> dict[int, Objective]:
    """The training objectives in a text of specs, each in a line below its schedule, by the places of the schedules.

    Raises ScheduleError, naming the line, if one cannot be read or has no schedule above it.

    >>> {place: str(train) for place, train in pasted_objectives("jsd\\ncosine\\ntrain:predict=v_prediction").items()}
    {1: 'train:predict=v_prediction'}
    """
    found: list[Objective | None] = []
    for number, line in _numbered(text) if _starts_with_spec(text) else ():
        if not _is_below(line):
            found.append(None)
        elif is_objective(line) and len(found) <= most:
            found[-1:] = [_objective(number, line, found)]
    return {place: train for place, train in enumerate(found) if train is not None}


def pasted_steps(text: str, most: int = MAX_STORED) -> dict[int, tuple[AskedSteps, ...]]:
    """The steps in a text of specs, each in a line below its schedule, by the places of the schedules; files are read.

    Raises ScheduleError, naming the line, if one cannot be read.

    >>> found = pasted_steps("jsd\\ncosine\\nkarras\\n2 1 0")
    >>> {place: [str(each.spec) for each in steps] for place, steps in found.items()}
    {1: ['karras', 'sigmas:2,1,0']}
    """
    found: dict[int, tuple[AskedSteps, ...]] = {}
    place, above = -1, ""
    for number, line in _numbered(text) if _starts_with_spec(text) else ():
        if not _is_below(line):
            place, above = place + 1, line
        elif is_steps(line) and not is_objective(line) and place < most:
            found[place] = (*found.get(place, ()), _steps(number, line, above))
    return found


def _steps(number: int, line: str, above: str) -> AskedSteps:
    """The steps in a line, over the schedule in the line above."""
    try:
        return _steps_over(line.strip(), above)
    except StudioError as error:
        raise ScheduleError(
            QT_TRANSLATE_NOOP("errors", "Nothing was added, since line {line} has no steps: {reason}."),
            line=number,
            reason=error,
        ) from error


def _steps_over(line: str, above: str) -> AskedSteps:
    """The steps in a line; what a bare list is, the schedule in the line above tells, over which files are read."""
    if line[:1].isalpha() and not (spec := StepsSpec.parse(line)).files:
        return AskedSteps(spec)
    schedule = shown_of(specified(name_apart(above)[0]))
    spec = StepsSpec.parse(with_its_name(line, schedule))
    return steps_without_files(spec, schedule) if spec.files else AskedSteps(spec)


def _is_below(line: str) -> bool:
    """Whether a line is for the schedule above it."""
    return is_objective(line) or is_steps(line)


def _objective(number: int, line: str, above: Sequence[Objective | None]) -> Objective:
    try:
        return objective_below(line.strip(), above)
    except StudioError as error:
        raise ScheduleError(
            QT_TRANSLATE_NOOP("errors", "Nothing was added, since line {line} is not a training objective: {reason}."),
            line=number,
            reason=error,
        ) from error


def _is_table(text: str) -> bool:
    start = text.lstrip()[:START]
    return start.startswith(("{", "[")) or CSV.starts(start.encode(errors="replace"))


def _starts_with_spec(text: str) -> bool:
    line = name_apart(next(iter(text.lstrip()[:START].splitlines()), ""))[0]
    if is_objective(line):
        return False
    kind, _, rest = line.partition(":")
    kind = kind.strip()
    return kind in KINDS or kind == CUSTOM.name or (kind.isidentifier() and _VALUE.match(rest) is not None)


def _parsed_lines(text: str, most: int) -> list[tuple[Specified, str]]:
    lines = [(number, line) for number, line in _numbered(text) if not _is_below(line)]
    return [_parsed(number, line, len(lines)) for number, line in lines[:most]]


def _numbered(text: str) -> list[tuple[int, str]]:
    """The lines that say something, each with its number from 1."""
    return [(number, line) for number, line in enumerate(text.splitlines(), 1) if name_apart(line)[0].strip()]


def _parsed(number: int, line: str, lines: int) -> tuple[Specified, str]:
    check()
    spec, name = name_apart(line)
    try:
        return specified(spec), name or ""
    except StudioError as error:
        if lines == 1:
            raise
        raise ScheduleError(
            QT_TRANSLATE_NOOP("errors", "Nothing was added, since line {line} is not a schedule: {reason}."),
            line=number,
            reason=error,
        ) from error
