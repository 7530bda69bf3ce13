"""Exported rows: what the ways of a sweep came to, all numbers of it, as a table for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict

from ddpm_studio.files.table_rows import row_lines
from ddpm_studio.lab.compared_rows import ComparedRow
from ddpm_studio.lab.conditioned import Conditioned

_SPREAD = ("median", "lower", "upper", "low", "high")
_SETS_ALONE, _COSTS = ("sliced", "mean", "covariance"), ("network_s", "whole_s")
_RATIO = {"": "median", "_low": "low", "_high": "high"}

CSV_HEADS = (
    *("solver", "steps", "count", "along", *Conditioned._fields, "calls", *_SPREAD, *_SETS_ALONE),
    *("front", "order", *(f"ratio{end}" for end in _RATIO), *_COSTS, "sentence"),
)


def compared_values(each: ComparedRow) -> dict[str, object]:
    """All numbers of a row by key, None for what there is not; in the order of the columns of the CSV."""
    row, spread, order, ratio = each.row, each.row.distance, each.order, each.to_best
    measured = {name: None if spread is None else getattr(spread, name) for name in _SPREAD}
    return {
        **asdict(row.way),
        **row.told._asdict(),
        "calls": row.calls,
        **measured,
        **{name: getattr(row, name) for name in _SETS_ALONE},
        "front": each.on_front,
        "order": None if order is None else order.order,
        **{f"ratio{end}": None if ratio is None else getattr(ratio, name) for end, name in _RATIO.items()},
        **{name: getattr(row, name) for name in _COSTS},
        "sentence": str(row.sentence),
    }


def csv_rows(found: Iterable[ComparedRow]) -> Iterator[Sequence[object]]:
    """The rows of a table for programs, the heads first; what there is not is empty."""
    yield CSV_HEADS
    for each in found:
        values = compared_values(each) | {"front": int(each.on_front)}
        yield ["" if value is None else value for value in values.values()]


def csv_bytes(found: Iterable[ComparedRow]) -> bytes:
    """That table as a file of CSV."""
    return "".join(row_lines(csv_rows(found))).encode("utf-8", "surrogateescape")
