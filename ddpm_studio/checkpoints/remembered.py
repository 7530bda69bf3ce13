"""Memory of the user's answers about a checkpoint, kept beside it as NAME.ddpm-studio.json, to be given once."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import Any

from ddpm_studio.checkpoints.answers import Answers
from ddpm_studio.checkpoints.reading.json_settings import Settings, read_settings
from ddpm_studio.diffusion.schedule import CUSTOM, Schedule
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError, FileError, StudioError
from ddpm_studio.files.atomic import written_whole

SUFFIX = ".ddpm-studio.json"

_TYPES = {field.name: str(field.type) for field in fields(Answers)}
_PLAIN = {"int | None": int, "str | None": str, "bool | None": bool}


def memory_of(path: Path) -> Path:
    """The path of the answers about the checkpoint at `path`: beside the file or folder."""
    path = path.resolve()
    return path.parent / (path.name + SUFFIX)  # with_name refuses the root, which has no name.


def recalled(path: Path) -> Answers:
    """The earlier answers about this checkpoint. CheckpointError if their file no longer holds any.

    A network is never read from that file, which may have come with the checkpoint: it names code that would be run.
    """
    memory = memory_of(path)
    if not memory.is_file():
        return Answers()
    try:
        settings = read_settings(memory)
    except StudioError as error:
        raise _unusable(memory, QT_TRANSLATE_NOOP("errors", "it is not a JSON object")) from error
    try:
        return _answers(settings)
    except StudioError as error:
        raise _unusable(memory, error) from error
    except (TypeError, ValueError) as error:
        raise _unusable(memory, QT_TRANSLATE_NOOP("errors", "a value has the wrong type")) from error


def remember(path: Path, answers: Answers) -> None:
    """Keep the answers beside the checkpoint, or no file if there are none; if it cannot be written, they hold for this
    time only.
    """
    kept = {name: value for name, value in answers.said.items() if name != "network"}
    if answers.schedule:
        kept["schedule"] = _written(answers.schedule)
    with suppress(FileError, OSError):
        if not kept:
            memory_of(path).unlink(missing_ok=True)
            return
        with written_whole(memory_of(path)) as file:
            file.write(json.dumps(kept, indent=2, ensure_ascii=False).encode() + b"\n")


def _unusable(memory: Path, reason: str | StudioError) -> CheckpointError:
    return CheckpointError(
        QT_TRANSLATE_NOOP("errors", "{path} cannot be used ({reason}); correct or delete it."),
        path=memory,
        reason=reason,
    )


def _answers(settings: Settings) -> Answers:
    """The answers in `settings`; TypeError or ValueError (StudioError is one) for what Answers does not take."""
    names = _TYPES.keys() & settings.keys() - {"network"}
    return Answers(**{name: _read(name, settings[name]) for name in names})


def _read(name: str, value: object) -> Any:
    if name == "schedule":
        return Schedule.from_betas(value) if isinstance(value, list) else Schedule.parse(str(value))
    if name == "shape":
        return tuple(int(side) for side in value)  # type: ignore[attr-defined]
    if type(value) is not _PLAIN[_TYPES[name]]:
        raise TypeError(name)
    return value


def _written(schedule: Schedule) -> object:
    """The spec, or all β of a schedule that came from a file, which may be gone the next time."""
    return schedule.betas.tolist() if schedule.kind == CUSTOM.name else str(schedule)
