"""Tables in JSON as programs write them: row by row, in lines of their own, or with an index, as pandas does."""

from __future__ import annotations

from collections.abc import Sequence


def without_lines(text: str) -> str:
    r"""The text of JSON, in which objects that have a line each become a list.

    >>> without_lines('{"a": 1}\\n{"a": 2}\\n')
    '[{"a": 1},{"a": 2}]'
    """
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    are_objects = len(lines) > 1 and all(line[0] == "{" and line[-1] == "}" for line in lines)
    return f"[{','.join(lines)}]" if are_objects else text


def in_columns(value: object) -> object:
    """A table as an object with a list for each column, whichever way it was written; anything else as it is.

    >>> in_columns([{"t": 0, "beta": 0.1}, {"t": 1, "beta": 0.2}])
    {'t': [0, 1], 'beta': [0.1, 0.2]}
    >>> in_columns({"beta": {"0": 0.1, "1": 0.2}, "name": "x"})
    {'beta': [0.1, 0.2], 'name': 'x'}
    >>> in_columns({"columns": ["t", "beta"], "index": [0, 1], "data": [[0, 0.1], [1, 0.2]]})
    {'t': [0, 1], 'beta': [0.1, 0.2]}
    """
    if isinstance(value, list) and value and all(map(_is_row, value)):
        return {key: [row.get(key) for row in value] for key in value[0]}
    if not isinstance(value, dict):
        return value
    names, rows = value.get("columns"), value.get("data")
    if isinstance(names, list) and isinstance(rows, list) and all(_is_as_long(row, names) for row in rows):
        return {str(name): [row[place] for row in rows] for place, name in enumerate(names)}
    return {key: _without_index(entry) for key, entry in value.items()}


def _is_row(value: object) -> bool:
    return isinstance(value, dict) and bool(value) and not any(isinstance(each, list | dict) for each in value.values())


def _is_as_long(row: object, names: Sequence[object]) -> bool:
    return isinstance(row, list) and len(row) == len(names)


def _without_index(entry: object) -> object:
    """The numbers of a column that has an index, 0, 1, 2 and so on."""
    if not isinstance(entry, dict) or not entry:
        return entry
    return [*entry.values()] if all(key == str(place) for place, key in enumerate(entry)) else entry
