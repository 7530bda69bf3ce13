"""Stored noising: the tables of a diffusion in a file, which say one thing several times, compared with each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from ddpm_studio.checkpoints.checkpoint import Assumption
from ddpm_studio.checkpoints.families.shared.trained import Array, numbers_in, schedule_of, schedule_of_signal
from ddpm_studio.checkpoints.wording import listed
from ddpm_studio.diffusion.quantities import BETAS, QUANTITIES
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import QT_TRANSLATE_NOOP, ScheduleError
from ddpm_studio.files.columns.posterior import POSTERIOR, VARIANCE, posterior_apart, v_posterior
from ddpm_studio.texts import Readable, Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

_MOST_NAMED, _FEW_DIGITS = 4, 1e-6
_CONTRADICTED = QT_TRANSLATE_NOOP(
    "checkpoints", "the schedule of {table}, by which training added noise; {others} in the file contradict it"
)
_CLEAN = QT_TRANSLATE_NOOP(
    "checkpoints", "the schedule of {table} without its first entry, which is the clean picture's"
)
_NOISY = QT_TRANSLATE_NOOP(
    "checkpoints", "the schedule of {table} from its second entry on, since training draws no step with the first"
)
_MIXED = QT_TRANSLATE_NOOP("checkpoints", "a variance without the v_posterior = {v} by which {table} mixes β into it")
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

    `precision` is the relative one of the numbers. In the file a clean picture's may come before them.
    """

    place: str
    holds: str
    numbers: Array
    signal: Array
    precision: float
    is_after_clean: bool = False

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
    """The schedule that training added noise by, the table that says so, and the places of those that contradict it.

    Where that table begins with the clean picture, `counts_from_one` is True: step t is its entry t there. Where
    `begins_noisy` it is so too, but that entry is noisy, and the network is told t as a share of T. `mixed` has
    v_posterior by the table of variances that β are mixed into.
    """

    schedule: Schedule
    table: str
    others: tuple[str, ...] = ()
    counts_from_one: bool = False
    mixed: Mapping[str, float] = field(default_factory=dict)
    begins_noisy: bool = False

    @property
    def assumed(self) -> tuple[Assumption, ...]:
        """The notes about the schedule where a clean picture was left out, and where tables contradict it; and about
        v_posterior.
        """
        return tuple(self._notes())

    def with_names(self, own: Mapping[str, str]) -> StoredNoising:
        """The same, with the `own` names that tables have in the file."""
        others = tuple(own[place] for place in self.others)
        mixed = {own[place]: v for place, v in self.mixed.items()}
        return replace(self, table=own[self.table], others=others, mixed=mixed)

    def _notes(self) -> Iterator[Assumption]:
        if self.begins_noisy:
            yield Assumption(_NOISY, {"table": self.table}, about=("schedule",))
        if self.counts_from_one:
            yield Assumption(_CLEAN, {"table": self.table}, about=("schedule",))
        if self.others:
            template = _CONTRADICTED if len(self.others) > 1 else _CONTRADICTED_BY_ONE
            yield Assumption(template, {"table": self.table, "others": named(self.others)}, about=("schedule",))
        for place, v in self.mixed.items():
            yield Assumption(_MIXED, {"table": place, "v": f"{v:.3g}"}, about=("variance",))


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
    clean = any(table.is_after_clean for table in tables)
    posteriors = tuple(_posteriors(diffusions, schedule, clean))
    precision = max(table.precision for table in tables)
    apart = tuple(table.place for table in posteriors if not _is_posterior(table, schedule, precision))
    mixed = {place: v for place, v in _mixed(posteriors, schedule) if place not in apart}
    return StoredNoising(schedule, counts.place, (*others, *apart), counts.is_after_clean, mixed)


@dataclass(frozen=True)
class _Posterior:
    """One table of posteriors: its name in the file, the name of what it holds, its numbers, and their precision."""

    place: str
    holds: str
    numbers: Array
    precision: float


def _posteriors(
    diffusions: Mapping[str, Mapping[str, Tensor]], schedule: Schedule, clean: bool
) -> Iterator[_Posterior]:
    """The tables of posteriors, without their first entry if that is the `clean` picture's."""
    for prefix, content in diffusions.items():
        for name in (name for name in POSTERIOR if name in content):
            with suppress(ScheduleError):
                values = numbers_in(content[name])
                values = values[1:] if clean and len(values) == schedule.T + 1 else values
                yield _Posterior(prefix + name, name, values, _precision(content[name]))


def _is_posterior(table: _Posterior, schedule: Schedule, least: float) -> bool:
    """True if these are posteriors of the schedule, which is known with a precision of `least`."""
    precision, values = max(least, table.precision), table.numbers
    off = max(1e-4, 4 * precision) * np.abs(values)
    return len(values) == schedule.T and bool(
        posterior_apart(table.holds, schedule.betas, values, off).max() <= 3 * precision**0.5
    )


def _mixed(posteriors: Iterable[_Posterior], schedule: Schedule) -> Iterator[tuple[str, float]]:
    """v_posterior of each table of variances that has some."""
    for table in posteriors:
        is_variance = table.holds == VARIANCE and len(table.numbers) == schedule.T
        if is_variance and (v := v_posterior(schedule.betas, table.numbers)):
            yield table.place, v


def _contradicting(tables: list[StoredTable]) -> Iterator[str]:
    """The places of what says something else than the table that counts, or than the trained one of its kind."""
    trained: dict[str, StoredTable] = {}
    for table in tables:
        first = trained.setdefault(table.holds, table)
        if not (table.agrees(tables[0]) and table.agrees(first)):
            yield table.place


def _tables(prefix: str, content: Mapping[str, Tensor]) -> Iterator[StoredTable]:
    """The tables of one diffusion, what adds noise first; ScheduleError for β that are not those of a schedule."""
    betas = numbers_in(content["betas"]) if "betas" in content else np.empty(0)
    if "betas" in content:
        Schedule.from_betas(QUANTITIES[BETAS].noised(betas))
    for holds in (name for name in SIGNALS if name in content):
        tensor = content[holds]
        with suppress(ScheduleError):
            numbers = numbers_in(tensor)
            noisy = len(numbers) == len(betas) and bool(betas[:1].any())
            yield from _read(prefix, holds, numbers, _precision(tensor), may_be_clean=not noisy)


def _read(prefix: str, holds: str, numbers: Array, precision: float, may_be_clean: bool) -> Iterator[StoredTable]:
    """The table of these numbers, unless they can be nothing of the kind.

    In few digits ᾱ may be 1 after a step of noise, too.
    """
    with np.errstate(all="ignore"):
        signal = SIGNALS[holds](numbers)
        clean = may_be_clean and len(signal) > 1 and signal[0] == 1 and precision <= _FEW_DIGITS
        numbers = numbers[1:] if clean else numbers
        signal = SIGNALS[holds](numbers)
    if len(signal) and np.isfinite(signal).all():
        yield StoredTable(prefix + holds, holds, numbers, np.clip(signal, 0, 1), precision, bool(clean))


def _precision(tensor: Tensor) -> float:
    import torch

    kept = torch.finfo(tensor.dtype).eps if tensor.is_floating_point() else 0.0
    return max(kept, torch.finfo(torch.float32).eps)
