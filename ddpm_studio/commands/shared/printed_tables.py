"""Printed tables: each cell is a text for people and values for programs, which --json prints."""

from __future__ import annotations

from argparse import Namespace, _ActionsContainer
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from ddpm_studio.commands.shared.output import aligned, print_text
from ddpm_studio.written_json import json_text


@dataclass(frozen=True)
class Cell:
    """What one cell of a row says: a text, and the same as values by key."""

    text: str
    values: Mapping[str, object]


def cell(key: str, value: object, text: str | None = None) -> Cell:
    """The cell of one value, whose text is that of the value if no other is given."""
    return Cell(str(value) if text is None else text, {key: value})


@dataclass(frozen=True)
class PrintedTable:
    """Rows of as many cells each, below a heading if there is one; `str()` lines the texts up."""

    rows: Sequence[Sequence[Cell]]
    heading: Sequence[str] = ()

    def __str__(self) -> str:
        texts = [[each.text for each in row] for row in self.rows]
        return aligned([self.heading, *texts] if self.heading else texts)

    @property
    def objects(self) -> list[dict[str, object]]:
        """One object for each row, of the values of all its cells."""
        return [dict(chain.from_iterable(each.values.items() for each in row)) for row in self.rows]


def add_json(parser: _ActionsContainer) -> None:
    """Add the option that prints JSON in place of the text."""
    parser.add_argument("--json", action="store_true", help="print one document of JSON, as docs/formats.md has it")


def print_either(options: Namespace, text: Iterable[str], content: object) -> None:
    """Print `content` as JSON where that is asked for, else the parts of the text."""
    print_text(json_text(content) if options.json else "".join(text))
