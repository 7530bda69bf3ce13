"""The one-line text form of a schedule, "kind:T=300,key=value,…": reading it apart and writing it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ddpm_studio.errors import QT_TRANSLATE_NOOP, ScheduleError

_PATH_END = re.compile(r",(?=\s*(?:T|zero_snr|shift|path)\s*=)")
_ESCAPES = (("%", "%25"), (",", "%2C"))
"""A comma in a path would end it where a key follows; the two escapes make writing and reading exact inverses."""


def read_spec(text: str) -> tuple[str, int | None, str, dict[str, float]]:
    """(kind, T or None, path or "", the named values) of a spec; ScheduleError where it is not of that form."""
    kind, _, rest = text.strip().partition(":")
    steps: int | None = None
    path = ""
    values: dict[str, float] = {}
    seen: set[str] = set()
    separator = _PATH_END if kind.strip() == "custom" else re.compile(",")
    for part in filter(str.strip, separator.split(rest)):
        key, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals:
            raise ScheduleError(
                QT_TRANSLATE_NOOP("errors", "“{part}” in “{text}” is no key=value; write kind:T=300,key=value."),
                part=part.strip(),
                text=text,
            )
        if key in seen:
            raise ScheduleError(
                QT_TRANSLATE_NOOP("errors", "“{text}” gives {key} twice; keep one of them."),
                text=text,
                key=key,
            )
        seen.add(key)
        if key == "path":
            path = value.replace("%2C", ",").replace("%25", "%")
        elif key == "T":
            steps = _whole_number(value)
        else:
            values[key] = _number(key, value)
    return kind.strip(), steps, path, values


def write_spec(kind: str, steps: int | None, path: str, values: Mapping[str, float]) -> str:
    """The spec that `read_spec` takes apart again, numbers in their shortest round-trip form."""
    for character, escape in _ESCAPES:
        path = path.replace(character, escape)
    parts = [f"T={steps}"] if steps is not None else []
    parts += [f"path={path}"] if path else []
    parts += [f"{key}={shortest(value)}" for key, value in values.items()]
    return f"{kind}:{','.join(parts)}"


def shortest(value: float) -> str:
    """The shortest text that reads back as the same float64: 0.008, 2, 1e-05."""
    return repr(float(value)).removesuffix(".0")


def _whole_number(text: str) -> int:
    value = _number("T", text)
    if not value.is_integer():
        raise ScheduleError(QT_TRANSLATE_NOOP("errors", "T is {text}; it must be a whole number."), text=text)
    return int(value)


def _number(key: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if value - value != 0:
        raise ScheduleError(
            QT_TRANSLATE_NOOP("errors", "{key} is “{text}”; it must be a finite number."), key=key, text=text
        )
    return value
