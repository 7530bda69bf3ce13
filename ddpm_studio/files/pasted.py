"""Pasted text with schedules: specs, one a line, or what a file of schedules would hold."""

from __future__ import annotations

import re

from ddpm_studio.diffusion.kinds import KINDS
from ddpm_studio.diffusion.schedule import CUSTOM, Schedule
from ddpm_studio.errors import QT_TRANSLATE_NOOP, ScheduleError, StudioError
from ddpm_studio.files.betas import schedules_in
from ddpm_studio.files.content import START
from ddpm_studio.files.filetypes import CSV

NAME = QT_TRANSLATE_NOOP("errors", "pasted text")
"""What stands for the path in sentences about it."""

_VALUE = re.compile(r"\s*\w+\s*=")


def pasted_schedules(text: str) -> list[Schedule]:
    """The schedules that a text describes; none if it is about something else.

    Raises ScheduleError, naming the line, or FileError if it is a text of that kind, but cannot be read.

    >>> [str(schedule) for schedule in pasted_schedules("cosine:T=1000\\n\\nlinear:T=300\\n")]
    ['cosine:T=1000', 'linear:T=300']
    >>> pasted_schedules("Dear reader")
    []
    """
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if lines and _is_spec(lines[0][1]):
        return [_parsed(number, line, len(lines)) for number, line in lines]
    stripped = text.lstrip()
    if stripped.startswith(("{", "[")) or CSV.starts(stripped[:START].encode(errors="replace")):
        return schedules_in(text, NAME)
    return []


def _is_spec(line: str) -> bool:
    kind, _, rest = line.partition(":")
    kind = kind.strip()
    return kind in KINDS or kind == CUSTOM.name or (kind.isidentifier() and _VALUE.match(rest) is not None)


def _parsed(number: int, line: str, lines: int) -> Schedule:
    try:
        return Schedule.parse(line)
    except StudioError as error:
        if lines == 1:
            raise
        raise ScheduleError(
            QT_TRANSLATE_NOOP("errors", "Nothing was added, since line {line} is no schedule: {reason}."),
            line=number,
            reason=error,
        ) from error
