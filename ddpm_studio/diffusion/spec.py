"""Specs, the one-line text form of schedules, "kind:T=300,key=value,…": parsing and writing."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from ddpm_studio.errors import QT_TRANSLATE_NOOP, ScheduleError

_PATH_END = re.compile(r",(?=\s*(?:T|zero_snr|shift|path)\s*=)")
_ESCAPED = re.compile("%(25|2C|00)")
_MEANING = {"25": "%", "2C": ",", "00": ""}
"""Escapes in a path, needed only for a comma before a key, which would end it, and for blanks at its ends."""


def read_spec(text: str) -> tuple[str, str, dict[str, float]]:
    """(kind, path or "", the given values, including T) of a spec. Raises ScheduleError for text of another form.

    >>> read_spec("cosine:T=1000,s=0.008")
    ('cosine', '', {'T': 1000.0, 's': 0.008})
    >>> read_spec("custom:path=a,b.csv,shift=4")
    ('custom', 'a,b.csv', {'shift': 4.0})
    """
    kind, _, rest = text.strip().partition(":")
    path = ""
    values: dict[str, float] = {}
    seen: set[str] = set()
    separator = _PATH_END if kind.strip() == "custom" else re.compile(",")
    for part in filter(str.strip, separator.split(rest)):
        key, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals:
            raise ScheduleError(
                QT_TRANSLATE_NOOP(
                    "errors", "“{part}” in “{text}” is not of the form key=value; write kind:T=300,key=value."
                ),
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
            path = _ESCAPED.sub(lambda match: _MEANING[match[1]], value)
        else:
            values[key] = _number(key, value)
    return kind.strip(), path, values


def write_spec(kind: str, steps: int | None, path: str, values: Mapping[str, float]) -> str:
    """The spec that `read_spec` parses back, with numbers in their shortest round-trip form.

    >>> write_spec("cosine", 1000, "", {"s": 0.008, "shift": 4.0})
    'cosine:T=1000,s=0.008,shift=4'
    """
    parts = [f"T={steps}"] if steps is not None else []
    parts += [f"path={_escape(path)}"] if path else []
    parts += [f"{key}={shortest(value)}" for key, value in values.items()]
    return f"{kind}:{','.join(parts)}"


def path_spec(path: str) -> str:
    """The spec of the schedule whose β are in the file at `path`."""
    return write_spec("custom", None, path, {})


def _escape(path: str) -> str:
    path = _PATH_END.sub("%2C", _ESCAPED.sub(r"%25\1", path))
    return path if path == path.strip() else f"%00{path}%00"


def shortest(value: float) -> str:
    """The shortest text that reads back as the same float64: 0.008, 2, 1e-05."""
    return repr(float(value)).removesuffix(".0")


def _number(key: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not math.isfinite(value):
        raise ScheduleError(
            QT_TRANSLATE_NOOP("errors", "{key} is “{text}”; it must be a finite number."), key=key, text=text
        )
    return value
