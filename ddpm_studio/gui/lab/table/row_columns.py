"""Columns of the table of a sweep: what stands in each cell, by what its rows are sorted, and what its head says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.gui.translation import translated
from ddpm_studio.lab.compared_rows import ComparedRow
from ddpm_studio.numerals import typeset
from ddpm_studio.texts import Readable, SourceText, Text

Value = float | str | None

_BEST = QT_TRANSLATE_NOOP("sweep table", "best")
_OF_SETS = QT_TRANSLATE_NOOP("sweep table", "{error} of sets")


@dataclass(frozen=True)
class TableRow:
    """A row, and how many pictures its numbers are of."""

    each: ComparedRow
    pictures: int

    @property
    def seconds(self) -> float | None:
        """Seconds of the network for a picture, None if none were drawn."""
        row = self.each.row
        return row.network_s / self.pictures if row.network_s else None

    @property
    def ratio(self) -> float | None:
        """How many times as far it is as the best, None where that cannot be said."""
        each = self.each
        return each.to_best.median if each.to_best else 1.0 if each.is_best and each.row.distance else None

    @property
    def words(self) -> str:
        """All that is said of it in words, as it is searched."""
        row = self.each.row
        return " ".join((row.way.text, translated(row.told.text), translated(row.sentence))).casefold()


@dataclass(frozen=True)
class TableColumn:
    """A column: its head, what that means, what a row has there, and how it is written.

    `name` is what a filter calls its number, "" for one that has none. `apart` sorts rows by more than that: what has a
    higher number stays behind, in either direction.
    """

    head: Readable
    meaning: SourceText
    value: Callable[[TableRow], Value]
    text: Callable[[TableRow], Readable]
    name: str = ""
    apart: Callable[[TableRow], int] = lambda row: 0

    @property
    def is_number(self) -> bool:
        """Whether it has numbers, which stand flush right."""
        return bool(self.name)


def _error(row: TableRow) -> Readable:
    error = row.each.row.error
    written = "" if error is None else typeset(f"{error:#.3g}")
    return written if row.each.row.sliced is None else Text(_OF_SETS, {"error": written})


def _interval(row: TableRow) -> str:
    spread = row.each.row.distance
    return "" if spread is None else typeset(f"{spread.low:#.3g}–{spread.high:#.3g}")


def _ratio(row: TableRow) -> Readable:
    return _BEST if row.each.is_best else row.each.times_best


def _order(row: TableRow) -> float | None:
    return None if row.each.order is None else row.each.order.order


def _width(row: TableRow) -> float | None:
    spread = row.each.row.distance
    return None if spread is None else spread.high - spread.low


COLUMNS = (
    TableColumn(
        "•",
        QT_TRANSLATE_NOOP("sweep table", "Nothing is nearer with as few calls: the Pareto front"),
        lambda row: 0.0 if row.each.on_front else None,
        lambda row: "•" if row.each.on_front else "",
    ),
    TableColumn(
        QT_TRANSLATE_NOOP("sweep table", "solver"),
        QT_TRANSLATE_NOOP("sweep table", "Solver with its options"),
        lambda row: row.each.row.way.solver,
        lambda row: row.each.row.way.solver,
    ),
    TableColumn(
        QT_TRANSLATE_NOOP("sweep table", "steps"),
        QT_TRANSLATE_NOOP("sweep table", "What lays out the noise levels"),
        lambda row: row.each.row.way.steps,
        lambda row: row.each.row.way.steps,
    ),
    TableColumn(
        QT_TRANSLATE_NOOP("sweep table", "count"),
        QT_TRANSLATE_NOOP("sweep table", "Number of steps; empty where the steps say it themselves"),
        lambda row: row.each.row.way.count,
        lambda row: "" if row.each.row.way.count is None else str(row.each.row.way.count),
        "count",
    ),
    TableColumn(
        QT_TRANSLATE_NOOP("sweep table", "along"),
        QT_TRANSLATE_NOOP("sweep table", "Schedule whose noise levels are visited; empty for the checkpoint’s own"),
        lambda row: row.each.row.way.along or None,
        lambda row: row.each.row.way.along,
    ),
    TableColumn(
        QT_TRANSLATE_NOOP("sweep table", "condition"),
        QT_TRANSLATE_NOOP("sweep table", "Class and guidance; empty for each class in turn without guidance"),
        lambda row: translated(row.each.row.told.text) or None,
        lambda row: row.each.row.told.text,
    ),
    TableColumn(
        QT_TRANSLATE_NOOP("sweep table", "calls"),
        QT_TRANSLATE_NOOP("sweep table", "Network calls for a picture"),
        lambda row: row.each.row.calls,
        lambda row: "" if row.each.row.calls is None else str(row.each.row.calls),
        "calls",
    ),
    TableColumn(
        QT_TRANSLATE_NOOP("sweep table", "error"),
        QT_TRANSLATE_NOOP(
            "sweep table",
            "RMS distance of a picture to that of the reference, the median; "
            "of sets: the distance of all pictures to all of the reference, which is not comparable with it",
        ),
        lambda row: row.each.row.error,
        _error,
        "error",
        lambda row: int(row.each.row.sliced is not None),
    ),
    TableColumn(
        QT_TRANSLATE_NOOP("sweep table", "interval"),
        QT_TRANSLATE_NOOP("sweep table", "Where the median of all pictures there could be lies, with 95 %"),
        _width,
        _interval,
        "interval",
    ),
    TableColumn(
        QT_TRANSLATE_NOOP("sweep table", "× best"),
        QT_TRANSLATE_NOOP(
            "sweep table",
            "How many times as far a picture is as by the best of as many calls, the median; ≈ if it may be as near",
        ),
        lambda row: row.ratio,
        _ratio,
        "best",
    ),
    TableColumn(
        QT_TRANSLATE_NOOP("sweep table", "order"),
        QT_TRANSLATE_NOOP("sweep table", "p of error ∝ calls^−p, which is really reached"),
        _order,
        lambda row: "" if row.each.order is None else typeset(f"{row.each.order.order:.1f}"),
        "order",
    ),
    TableColumn(
        QT_TRANSLATE_NOOP("sweep table", "seconds"),
        QT_TRANSLATE_NOOP("sweep table", "Seconds of the network for a picture, where it was drawn"),
        lambda row: row.seconds,
        lambda row: "" if row.seconds is None else typeset(f"{row.seconds:.3g}"),
        "seconds",
    ),
    TableColumn(
        QT_TRANSLATE_NOOP("sweep table", "why not"),
        QT_TRANSLATE_NOOP("sweep table", "Why there are no numbers"),
        lambda row: translated(row.each.row.sentence) or None,
        lambda row: row.each.row.sentence,
    ),
)
"""From left to right."""

NUMBERED = {column.name: column for column in COLUMNS if column.is_number}
"""Columns that have numbers, by name."""
