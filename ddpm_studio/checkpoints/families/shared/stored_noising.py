"""Stored noising: the tables of a diffusion in a file, which say one thing several times, compared with each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ddpm_studio.checkpoints.checkpoint import Assumption
from ddpm_studio.checkpoints.families.shared.trained import Array, numbers_in, schedule_of, schedule_of_signal
from ddpm_studio.checkpoints.wording import listed
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import QT_TRANSLATE_NOOP, ScheduleError
from ddpm_studio.files.columns.posterior import POSTERIOR, posterior_apart
from ddpm_studio.texts import Readable, Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

_MOST_NAMED = 4
_CONTRADICTED = QT_TRANSLATE_NOOP(
    "checkpoints", "the schedule of {table}, by which training added noise; {others} in the file contradict it"
)
_CONTRADICTED_BY_ONE = QT_TRANSLATE_NOOP(
    "checkpoints", "the schedule of {table}, by which training added noise; {others} in the file contradicts it"
)

SIGNALS: dict[str, Callable[[Array], Array]] = {
    "sqrt_alphas_cumprod": np.square,
    "sqrt_one_minus_alphas_cumprod": lambda values: 1 - values**2,
    "alphas_cumprod": np.array,
    "betas": lambda values: np.asarray(np.cumprod(1 - values), np.float64),
    "log_one_minus_alphas_cumprod": lambda values: 1 - np.exp(values),
    "sqrt_recip_alphas_cumprod": lambda values: 1 / np.square(values),
    "sqrt_recipm1_alphas_cumprod": lambda values: 1 / (1 + values**2),
}
"""ᾱ from each table, by the names that everybody gives them; those that add noise in training come first."""


@dataclass(frozen=True)
class StoredTable:
    """One table: its name in the file, the name of what it holds, its numbers, and ᾱ by them, both of shape (T,).

    `precision` is the relative one of the numbers.
    """

    place: str
    holds: str
    numbers: Array
    signal: Array
    precision: float

    def agrees(self, other: StoredTable) -> bool:
        """True if both say the same, as far as their digits go.

        The same numbers are compared as they are; others as √ᾱ and √(1 − ᾱ), of which 1 − ᾱ has lost its last digits
        where ᾱ is nearly 1.
        """
        if len(self.numbers) != len(other.numbers):
            return False
        precision = max(self.precision, other.precision)
        if self.holds == other.holds:
            return np.allclose(self.numbers, other.numbers, rtol=max(1e-4, 4 * precision), atol=precision**2)
        mine, others = (np.sqrt([table.signal, 1 - table.signal]) for table in (self, other))
        return np.allclose(mine, others, rtol=0, atol=3 * precision**0.5)


@dataclass(frozen=True)
class StoredNoising:
    """The schedule that training added noise by, the table that says so, and the places of those that contradict it."""

    schedule: Schedule
    table: str
    others: tuple[str, ...] = ()

    @property
    def assumed(self) -> tuple[Assumption, ...]:
        """The note about the schedule where tables contradict it."""
        if not self.others:
            return ()
        template = _CONTRADICTED if len(self.others) > 1 else _CONTRADICTED_BY_ONE
        return (Assumption(template, {"table": self.table, "others": named(self.others)}, about=("schedule",)),)


def named(places: tuple[str, ...]) -> Readable:
    """The places of tables as they stand in a sentence, the first ones of many."""
    if len(places) <= _MOST_NAMED:
        return listed(places)
    more = Text(QT_TRANSLATE_NOOP("checkpoints", "{count} more"), {"count": len(places) - _MOST_NAMED + 1})
    return listed([*places[: _MOST_NAMED - 1], more])


def noising_in(
    diffusions: Mapping[str, Mapping[str, Tensor]], schedule_of_betas: Callable[[Array], Schedule] = schedule_of
) -> StoredNoising | None:
    """The noising by the tables of each of `diffusions`, which are by prefix, the trained one first.

    What counts is √ᾱ, with which training adds noise, or else the next table of what is there. Where β agree with it,
    which have more digits, they are read, by `schedule_of_betas`. None where there is no such table; ScheduleError for
    β of the first diffusion that are not those of a schedule, and for other tables without one.
    """
    tables = [table for prefix, content in diffusions.items() for table in _tables(prefix, content)]
    if not tables:
        return None
    counts = tables[0]
    others = tuple(_contradicting(tables))
    betas = next((table for table in tables if table.holds == "betas" and table.place not in others), None)
    schedule = schedule_of_betas(betas.numbers) if betas else schedule_of_signal(counts.signal, schedule_of_betas)
    precision = max(table.precision for table in tables)
    return StoredNoising(schedule, counts.place, (*others, *_posteriors_apart(diffusions, schedule, precision)))


def _posteriors_apart(
    diffusions: Mapping[str, Mapping[str, Tensor]], schedule: Schedule, least: float
) -> Iterator[str]:
    """The places of posteriors that are not those of the schedule, which is known with a precision of `least`."""
    for prefix, content in diffusions.items():
        for name in (name for name in POSTERIOR if name in content):
            with suppress(ScheduleError):
                values, precision = numbers_in(content[name]), max(least, _precision(content[name]))
                off = max(1e-4, 4 * precision) * np.abs(values)
                is_same = len(values) == schedule.T
                if not is_same or posterior_apart(name, schedule.betas, values, off).max() > 3 * precision**0.5:
                    yield prefix + name


def _contradicting(tables: list[StoredTable]) -> Iterator[str]:
    """The places of what says something else than the table that counts, or than the trained one of its kind."""
    trained: dict[str, StoredTable] = {}
    for table in tables:
        first = trained.setdefault(table.holds, table)
        if not (table.agrees(tables[0]) and table.agrees(first)):
            yield table.place


def _tables(prefix: str, content: Mapping[str, Tensor]) -> Iterator[StoredTable]:
    """The tables of one diffusion, what adds noise first; ScheduleError for β that are not those of a schedule."""
    if "betas" in content:
        Schedule.from_betas(numbers_in(content["betas"]))
    for holds in (name for name in SIGNALS if name in content):
        tensor = content[holds]
        with suppress(ScheduleError):
            yield from _read(prefix, holds, numbers_in(tensor), _precision(tensor))


def _read(prefix: str, holds: str, numbers: Array, precision: float) -> Iterator[StoredTable]:
    """The table of these numbers, unless they can be nothing of the kind."""
    with np.errstate(all="ignore"):
        signal = SIGNALS[holds](numbers)
    if len(signal) and np.isfinite(signal).all():
        yield StoredTable(prefix + holds, holds, numbers, np.clip(signal, 0, 1), precision)


def _precision(tensor: Tensor) -> float:
    import torch

    kept = torch.finfo(tensor.dtype).eps if tensor.is_floating_point() else 0.0
    return max(kept, torch.finfo(torch.float32).eps)
