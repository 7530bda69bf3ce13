"""Names that a person gives to schedules: how long they may be, how they are kept, and how shown in one line."""

from __future__ import annotations

import unicodedata

from ddpm_studio.diffusion.kinds import KINDS
from ddpm_studio.diffusion.names import check_named, nearest
from ddpm_studio.diffusion.presets import PRESETS, Preset
from ddpm_studio.diffusion.schedule import CUSTOM
from ddpm_studio.errors import QT_TRANSLATE_NOOP, ScheduleError, StudioError
from ddpm_studio.gui.translation import translated
from ddpm_studio.texts import sound

MAX_NAME = 200
"""The most characters of a name, which an export repeats in every row."""

OPENING, CLOSING = "\u2068", "\u2069"
"""First strong isolate and its end: what is written from right to left leaves what stands beside it alone."""

RIGHT_TO_LEFT = {"R", "AL", "AN", "RLE", "RLO", "LRE", "LRO", "PDF"}
ISOLATES = {"RLI", "LRI", "FSI", "PDI"}
BLANK = {"Cc", "Zl", "Zp"}


def preset_named(text: str) -> Preset | None:
    """The preset that a text names, in capitals or small letters; None if it is for the spec of a schedule.

    Raises ScheduleError for a text that can only be the name of a preset misspelt.
    """
    asked, names = text.strip(), {translated(preset.name): preset for preset in PRESETS}
    found = next((preset for name, preset in names.items() if name.lower() == asked.lower()), None)
    if found is None and ":" not in asked and (meant := nearest(asked, (*KINDS, CUSTOM.name, *names))) in names:
        template = QT_TRANSLATE_NOOP("errors", "There is no preset “{name}”; {remedy}")
        check_named(asked, (str(meant),), template, ScheduleError)
    return found


def checked_name(name: str) -> str:
    """A name that a person gives, as it is kept. Raises StudioError if it has more than MAX_NAME characters."""
    kept = kept_name(name)
    if len(kept) > MAX_NAME:
        raise StudioError(
            QT_TRANSLATE_NOOP("errors", "The name has {count} characters; shorten it to at most {limit}."),
            count=len(kept),
            limit=MAX_NAME,
        )
    return kept


def bounded_name(name: str) -> str:
    """A name from a file, which nobody can be asked to shorten: cut to the bound, and marked where it was cut."""
    kept = kept_name(name)
    return kept if len(kept) <= MAX_NAME else f"{kept[: MAX_NAME - 1]}…"


def kept_name(text: str) -> str:
    """A name as it is kept: without blanks at its ends and control characters, but for tabs and \\n between lines."""
    valid = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    lines = valid.replace("\r\n", "\n").replace("\r", "\n")
    kept = (letter for letter in lines if letter in "\t\n" or unicodedata.category(letter) != "Cc")
    return sound("".join(kept)).strip()


def one_line(text: str) -> str:
    """A name as it is shown: line breaks as blanks, and text from right to left kept to itself, by our marks alone."""
    kept = (letter for letter in text if unicodedata.bidirectional(letter) not in ISOLATES)
    line = sound("".join(" " if unicodedata.category(letter) in BLANK else letter for letter in kept))
    turned = any(unicodedata.bidirectional(letter) in RIGHT_TO_LEFT for letter in line)
    return f"{OPENING}{line}{CLOSING}" if turned else line
