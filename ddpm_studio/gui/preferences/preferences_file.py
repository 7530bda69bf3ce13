"""File of the preferences: readable JSON in the folder for settings; what of it is wrong counts as not chosen."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from ddpm_studio.diffusion.training.objective import is_objective
from ddpm_studio.diffusion.training.training_curves import ALL_CURVES
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError, StudioError
from ddpm_studio.files.atomic import encoded, written_whole
from ddpm_studio.files.bounded_json import parse
from ddpm_studio.files.budget import MIB
from ddpm_studio.files.places import settings_file
from ddpm_studio.files.reading import ForeignFile
from ddpm_studio.gui.preferences.beginning import FirstSchedule, lines_with_room, take_line
from ddpm_studio.gui.preferences.preferences import Motion, Preferences
from ddpm_studio.gui.state.json_values import flag, number, text, texts, whole
from ddpm_studio.gui.state.limits import MAX_SCHEDULES
from ddpm_studio.gui.theme import ThemeChoice
from ddpm_studio.texts import Readable, Text

NAME = "preferences.json"

UNREAD = QT_TRANSLATE_NOOP("preferences", "The preferences cannot be read, and are the program's own: {reason}")
UNUSABLE = QT_TRANSLATE_NOOP("preferences", "The preference “{key}” cannot be read ({reason}); its default holds.")
TOO_MANY = QT_TRANSLATE_NOOP(
    "preferences", "The preference “schedules” has {count} lines; a window begins with the first {most}."
)
WRONG_TYPE = QT_TRANSLATE_NOOP("preferences", "it is not what belongs there")
NO_OBJECT = QT_TRANSLATE_NOOP("preferences", "they are no object of JSON.")

DEVICE = re.compile(r"auto|cpu|mps|cuda(:\d{1,3})?")


class Kept(NamedTuple):
    """Preferences out of a file, and a sentence for each that could not be read."""

    preferences: Preferences
    complaints: tuple[Readable, ...] = ()


def user_file() -> Path:
    """The file of the user of this machine. FileError if the user has no home folder."""
    return settings_file(NAME)


def read_preferences(path: Path) -> Kept:
    """What a file has: the program's own where there is none, and for each key that is missing or wrong."""
    if not path.exists():
        return Kept(Preferences())
    try:
        file = ForeignFile(path)
        content = parse(file.whole(MIB), file.budget, path)
    except FileError as error:
        return Kept(Preferences(), (Text(UNREAD, {"reason": error}),))
    if not isinstance(content, dict):
        return Kept(Preferences(), (Text(UNREAD, {"reason": NO_OBJECT}),))
    return _taken(content)


def write_preferences(path: Path, preferences: Preferences) -> None:
    """Replace the file, whole or not at all. FileError or OSError if it cannot be written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_whole(path) as file:
        file.write(encoded(json.dumps(asdict(preferences), ensure_ascii=False, indent=1) + "\n"))


def forget_preferences() -> None:
    """Delete the file, if there is one."""
    with suppress(OSError, FileError):
        user_file().unlink(missing_ok=True)


def _taken(content: Mapping[str, object]) -> Kept:
    taken, complaints = dict[str, object](), list[Readable]()
    for key in (key for key in READERS if key in content):
        try:
            value = READERS[key](content[key])
            Preferences(**{key: value})  # type: ignore[arg-type]  # StudioError for what is out of bounds.
        except StudioError as error:
            complaints.append(Text(UNUSABLE, {"key": key, "reason": error}))
        except (TypeError, ValueError):
            complaints.append(Text(UNUSABLE, {"key": key, "reason": WRONG_TYPE}))
        else:
            taken[key] = value
    return Kept(Preferences(**taken), (*complaints, *_left_out(content, taken)))  # type: ignore[arg-type]


def _number_or_none(value: object) -> float | None:
    return None if value is None else number(value)


def _left_out(content: Mapping[str, object], taken: Mapping[str, object]) -> Iterator[Readable]:
    """A sentence for lines that there is no room for, if there are any."""
    lines = texts(content["schedules"]) if "schedules" in taken else ()
    count = sum(not is_objective(line) for line in lines)
    if count > MAX_SCHEDULES:
        yield Text(TOO_MANY, {"count": count, "most": MAX_SCHEDULES})


def _schedules(value: object) -> tuple[str, ...]:
    lines, found = lines_with_room(texts(value)), list[FirstSchedule]()
    for line in lines:
        take_line(line, found)
    return lines


def _curves(value: object) -> tuple[str, ...]:
    names = set(texts(value))
    if not ALL_CURVES.keys() >= names:
        raise ValueError(value)
    return tuple(name for name in ALL_CURVES if name in names)


def _device(value: object) -> str:
    if not DEVICE.fullmatch(text(value)):
        raise ValueError(value)
    return text(value)


READERS: Mapping[str, Callable[[object], object]] = MappingProxyType(
    {
        "theme": lambda value: ThemeChoice(text(value)),
        "font_size": _number_or_none,
        "line_width": number,
        "dashes": flag,
        "motion": lambda value: Motion(text(value)),
        "schedules": _schedules,
        "curves": _curves,
        "device": _device,
        "recipes": flag,
        "prompts": flag,
        "kept_runs": whole,
        "kept_mib": whole,
    }
)
"""What reads the value of each key; TypeError, ValueError or StudioError for one that is wrong."""
