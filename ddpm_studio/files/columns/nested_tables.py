"""Nested tables: objects within the object of a JSON file that hold a schedule, by the keys that lead to them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from ddpm_studio.diffusion.quantities import quantities_named
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.diffusers_config import is_scheduler_config
from ddpm_studio.texts import Verbatim

FEWEST = 10
"""Numbers of a list within an object that may be a schedule: the betas of an optimizer are two or three."""

_DEEPEST = 8

Object = dict[str, object]


def inner_table(value: Object, path: str) -> Object | None:
    """The one object within another that has a list of a quantity, or the fields of a scheduler; None where none has.

    FileError where several have them.

    >>> inner_table({"model": {"betas": [0.1] * 10}, "optimizer": {"betas": [0.9, 0.99]}}, "x.json") is None
    False
    """
    found = list(islice(_tables(value, "", _DEEPEST), 4))
    if len(found) > 1:
        raise FileError(
            QT_TRANSLATE_NOOP(
                "errors",
                "{path} holds several schedules within it, such as {first} and {second}; write one of them into a file "
                "of its own.",
            ),
            path=path,
            first=Verbatim(found[0][0]),
            second=Verbatim(found[1][0]),
        )
    return found[0][1] if found else None


def _tables(value: Object, place: str, depth: int) -> Iterator[tuple[str, Object]]:
    """Those objects, the outer ones alone, with the keys that lead to what they hold."""
    for key, inner in value.items():
        if not isinstance(inner, dict):
            continue
        within = f"{place}{key}"
        if lists := [name for name, entry in inner.items() if _may_be_schedule(name, entry)]:
            yield f"{within}.{lists[0]}", inner
        elif is_scheduler_config(inner):
            yield within, inner
        elif depth:
            yield from _tables(inner, f"{within}.", depth - 1)


def _may_be_schedule(name: str, entry: object) -> bool:
    return isinstance(entry, list) and len(entry) >= FEWEST and bool(quantities_named(name))
