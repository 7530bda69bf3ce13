"""Wording of texts: values of JSON, and words and signs of any text, that are others, more or fewer."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tests.hostile.making import EVIL
from tests.hostile.mutations.damage import EDGES, PLACES, Mutation, at

VALUES: tuple[object, ...] = (
    *EDGES,
    0.5,
    1e308,
    float("inf"),
    float("nan"),
    True,
    None,
    "",
    "x",
    EVIL,
    "../../x",
    "/dev/zero",
    [],
    {},
    [[]],
    [1],
)
"""What stands for any value of JSON."""


def _paths(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return found + [each for key, inner in items for each in _paths(inner, (*path, key))]


def _put(value: Any, path: tuple[Any, ...], change: Callable[[Any, Any], None]) -> Any:
    """A copy in which only what is on the path is new, changed at its end."""
    new = value.copy()
    if len(path) == 1:
        change(new, path[0])
    else:
        new[path[0]] = _put(value[path[0]], path[1:], change)
    return new


def _one_change(kind: str, new: object) -> Callable[[Any, Any], None]:
    def change(holder: Any, key: Any) -> None:
        if kind == "remove":
            del holder[key]
        elif kind == "rename" and isinstance(holder, dict):
            holder[str(new)] = holder.pop(key)
        elif kind == "repeat" and isinstance(holder, list):
            holder[key:key] = [holder[key]] * 20
        elif kind == "nest":
            holder[key] = [holder[key]]
        else:
            holder[key] = new

    return change


def values(good: bytes) -> Mutation:
    """JSON in which values are huge, negative, of another type, more, fewer, or called something else."""
    tree = json.loads(good)
    paths = _paths(tree)

    def change(changes: list[tuple[str, float, object]]) -> bytes:
        new = tree
        for kind, place, value in changes:
            try:
                new = _put(new, paths[at(place, paths)], _one_change(kind, value))
            except (KeyError, IndexError, TypeError, AttributeError):
                continue  # What was changed before has taken it away.
        return json.dumps(new).encode()

    kinds = st.sampled_from(("replace", "replace", "replace", "remove", "rename", "repeat", "nest"))
    return st.lists(st.tuples(kinds, PLACES, st.sampled_from(VALUES)), min_size=1, max_size=3).map(change)


WORDS = (
    "",
    "0",
    "-1",
    "9" * 400,
    "9" * 5000,
    "1e999",
    "nan",
    "True",
    "None",
    "(",
    ")",
    "[",
    "'",
    '"',
    ",",
    ";",
    "\n",
    "\t",
    "\0",
    "é",
    EVIL,
)


def words(good: bytes) -> Mutation:
    """A text in which words and signs are others, more or fewer."""
    kept = re.findall(r"[\w.]+|\s|[^\w\s]", good.decode())

    def change(changes: list[tuple[str, float, str]]) -> bytes:
        new = list(kept)
        for kind, place, word in changes:
            i = at(place, new)
            new[i : i + (kind != "insert")] = [new[i]] * 20 if kind == "repeat" else [word]
        return "".join(new).encode()

    kinds = st.sampled_from(("insert", "replace", "replace", "repeat"))
    return st.lists(st.tuples(kinds, PLACES, st.sampled_from(WORDS)), min_size=1, max_size=3).map(change)
