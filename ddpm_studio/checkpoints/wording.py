"""Wording shared by sentences about checkpoints: names in a row, and the part of a file that an error is about."""

from __future__ import annotations

from collections.abc import Sequence

from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.texts import Readable, SourceText, Text


def listed(names: Sequence[Readable]) -> Readable:
    """One or more names as they stand in a sentence: a, a and b, or a, b and c."""
    *some, last = names
    if not some:
        return last
    return Text(QT_TRANSLATE_NOOP("errors", "{names} and {last}"), {"names": with_commas(some), "last": last})


def with_commas(names: Sequence[Readable]) -> Readable:
    """One or more names with commas between them."""
    *some, last = names
    if not some:
        return last
    return Text(QT_TRANSLATE_NOOP("errors", "{names}, {last}"), {"names": with_commas(some), "last": last})


def first_names(names: Sequence[Readable], most: int) -> Readable:
    """The first of one or more names, `most` of them, with commas between them; of the rest, how many they are."""
    some, rest = with_commas(names[:most]), len(names) - most
    if rest <= 0:
        return some
    return Text(QT_TRANSLATE_NOOP("errors", "{names}, and {count} more"), {"names": some, "count": rest})


def part_of(error: Exception) -> Readable:
    """The part of a file that an error is about: in our words, or in at most 80 characters of the file's."""
    (part,) = error.args
    return part if isinstance(part, SourceText) else str(part)[:80]
