"""Tables of β and log SNR in a document, whose texts are kept while they stay the same: writing one takes long."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence

MOST_KEPT = 64 * 2**20
"""Letters of all texts that are kept: those of some 25 tables of 100 000 β."""

PART = 1000
"""β that are made text in one go."""


class Table(list[float]):
    """β or log SNR as a list of a document, which knows the numbers that it is of: these never change."""

    def __init__(self, betas: Sequence[float]) -> None:
        super().__init__(betas)
        self.betas = betas


class TableTexts:
    """The texts of the tables in the document that was written last, of as many as there is room for."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, str], tuple[Table, str]] = {}
        self._used: dict[tuple[int, str], tuple[Table, str]] = {}
        self._room = MOST_KEPT

    def begin(self) -> None:
        """Begin with another document; what the one before last had alone is let go of."""
        self._kept, self._used, self._room = self._used, {}, MOST_KEPT

    def text(self, table: Table, indent: str) -> str:
        """A table with a line for each number, −∞ as "-inf", its end as far indented as `indent`."""
        # As long as a text is kept, so is its table, and nothing else can come to have the same id.
        key = id(table.betas), indent
        kept = self._used.get(key) or self._kept.get(key) or (table, _text(table, indent))
        if key not in self._used and len(kept[1]) <= self._room:
            self._used[key] = kept
            self._room -= len(kept[1])
        return kept[1]


def set_apart(value: object, tables: dict[str, Table]) -> object:
    """A JSON value with a mark in place of each table that has a key, which `tables` has by the text of its mark."""
    if isinstance(value, Table):
        mark = secrets.token_hex(16)
        tables[json.dumps(mark)] = value
        return mark
    if isinstance(value, Mapping):
        return {key: set_apart(each, tables) for key, each in value.items()}
    if isinstance(value, list):
        # json writes values of a list together with what stands before them, and a table among them whole.
        return [each if isinstance(each, Table) else set_apart(each, tables) for each in value]
    return value


def put_back(pieces: Iterable[str], tables: Mapping[str, Table], texts: TableTexts) -> Iterator[str]:
    """The pieces of a document's text with the text of a table in place of each mark."""
    indent = ""
    for piece in pieces:
        if "\n" in piece:
            indent = piece.rpartition("\n")[2]
        yield texts.text(tables[piece], indent) if piece in tables else piece


def _text(table: Table, indent: str) -> str:
    inner = f"\n{indent} "
    separators = "," + inner, ": "
    # The window waits as long as one call takes.
    parts = [
        json.dumps(table[i : i + PART], separators=separators).replace("-Infinity", '"-inf"')
        for i in range(0, len(table), PART)
    ]
    return f"[{inner}{separators[0].join(part[1:-1] for part in parts)}\n{indent}]"
