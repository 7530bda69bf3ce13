"""Complaints about a project, in one message that is short enough to be read."""

from __future__ import annotations

from collections.abc import Sequence

from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.gui.translation import translated
from ddpm_studio.texts import LONGEST_SENTENCE, Readable, Text, visible

MOST = 5
"""Complaints of the message."""

_MORE = QT_TRANSLATE_NOOP("projects", "And {count} more.")


def told(complaints: Sequence[Readable]) -> str:
    """As many of one or more complaints as a message has room for, and how many more there are.

    The first loses its middle where it is too long even so.
    """
    sentences = [*map(translated, complaints[:MOST])]
    for count in range(len(sentences), 0, -1):
        rest = _rest(len(complaints) - count)
        message = " ".join(sentences[:count]) + rest
        if len(message) <= LONGEST_SENTENCE:
            return message
    return visible(sentences[0], LONGEST_SENTENCE - len(rest)) + rest


def _rest(count: int) -> str:
    return " " + translated(Text(_MORE, {"count": count})) if count else ""
