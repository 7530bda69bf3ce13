"""Values taken out of a JSON object that anybody may have written: checked one by one, and left out where wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from ddpm_studio.errors import QT_TRANSLATE_NOOP, StudioError
from ddpm_studio.gui.state.json_values import mapping
from ddpm_studio.interruption import check
from ddpm_studio.texts import Readable, SourceText, Text

V = TypeVar("V")

UNUSABLE = QT_TRANSLATE_NOOP("projects", "“{key}” cannot be read ({reason}), and its value was left as it was.")
WRONG_TYPE = QT_TRANSLATE_NOOP("projects", "it is not what belongs there")


class Taking:
    """Reads values by key; `complaints` says of each that could not be read why, in one sentence.

    What this program wrote for itself alone is `ours`: all of it was accepted once.
    """

    def __init__(self, content: Mapping[str, object], complaints: list[Readable], ours: bool = False) -> None:
        self._content, self.complaints, self.ours = content, complaints, ours

    def take(self, key: str, read: Callable[[object], V], default: V) -> V:
        """The value of `key` as `read` gives it; `default` if there is none, or if `read` refuses it."""
        if key not in self._content:
            return default
        try:
            return read(self._content[key])
        except StudioError as error:
            self.complain(Text(UNUSABLE, {"key": key, "reason": error}))
        except (TypeError, ValueError, KeyError, IndexError, OverflowError):
            self.complain(Text(UNUSABLE, {"key": key, "reason": WRONG_TYPE}))
        return default

    @property
    def keys(self) -> Iterable[str]:
        """Every key."""
        return self._content.keys()

    def has(self, key: str) -> bool:
        """True if there is a value of `key`."""
        return key in self._content

    def need(self, key: str, read: Callable[[object], V]) -> V:
        """The value of `key` as `read` gives it; whatever `read` raises, and KeyError if there is none."""
        return read(self._content[key])

    def section(self, key: str) -> Taking:
        """The object at `key`, empty if there is none."""
        nothing: Mapping[str, object] = {}
        content = self.take(key, mapping, nothing)
        return self.within(content)

    def within(self, content: Mapping[str, object]) -> Taking:
        """An object in this one."""
        return Taking(content, self.complaints, self.ours)

    def complain(self, sentence: Readable) -> None:
        """Add a sentence."""
        self.complaints.append(sentence)

    def each(
        self, values: Iterable[object], read: Callable[[int, object], V], sentence: SourceText
    ) -> Iterator[tuple[int, V]]:
        """The place of each value, from 0, and what `read` makes of both; without those that it refuses, of each of
        which a sentence with `number` and `reason` tells.
        """
        for place, value in enumerate(values):
            check()
            try:
                made = read(place, value)
            except (StudioError, TypeError, ValueError, KeyError, OverflowError) as error:
                reason = error if isinstance(error, StudioError) else WRONG_TYPE
                self.complain(Text(sentence, {"number": place + 1, "reason": reason}))
            else:
                yield place, made

    def first(self, most: int, values: Sequence[V], sentence: SourceText) -> Sequence[V]:
        """As many values as there is room for; a sentence with `most` and `count` says how many are left out."""
        if len(values) > most:
            self.complain(Text(sentence, {"most": most, "count": len(values) - most}))
        return values[:most]
