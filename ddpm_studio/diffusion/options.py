"""The options of spacings and solvers: what can be set, between which bounds, and the sentence for what cannot."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ddpm_studio.errors import QT_TRANSLATE_NOOP, StudioError


@dataclass(frozen=True)
class Option:
    """One thing to set: a number from `low` to `high`, or one of `choices`; a default of None is worked out later."""

    key: str
    default: float | str | bool | None
    low: float = -math.inf
    high: float = math.inf
    choices: tuple[object, ...] = ()
    meaning: str = ""

    @property
    def bounds(self) -> str:
        """What may be chosen, in words: "1, 2, 3" or "0 to 1"."""
        return ", ".join(map(str, self.choices)) if self.choices else f"{self.low:g} to {self.high:g}"


def resolved(
    owner: str, options: Sequence[Option], given: Mapping[str, object], error: type[StudioError]
) -> dict[str, object]:
    """Every option of `owner` by key, defaults filled in; `error` for an unknown key or a value outside its bounds."""
    known = {option.key: option for option in options}
    for key, value in given.items():
        if key not in known:
            raise _unknown(owner, key, known, error)
        _check(owner, known[key], value, error)
    return {key: given.get(key, option.default) for key, option in known.items()}


def _unknown(owner: str, key: str, known: Mapping[str, Option], error: type[StudioError]) -> StudioError:
    if not known:
        return error(
            QT_TRANSLATE_NOOP("errors", "{owner} has no option “{key}”; it takes none, so leave it out."),
            owner=owner,
            key=key,
        )
    return error(
        QT_TRANSLATE_NOOP("errors", "{owner} has no option “{key}”; it takes {known}."),
        owner=owner,
        key=key,
        known=", ".join(known),
    )


def _check(owner: str, option: Option, value: object, error: type[StudioError]) -> None:
    if option.choices:
        fits = value in option.choices
    else:
        fits = isinstance(value, int | float) and option.low <= value <= option.high and math.isfinite(value)
    if not fits:
        raise error(
            QT_TRANSLATE_NOOP("errors", "{key} of {owner} is {value}; choose from {bounds}."),
            key=option.key,
            owner=owner,
            value=value,
            bounds=option.bounds,
        )
