"""Deeds with a value that is typed: a moment such as "t 250", "0 dB" or "σ 1.5", and a parameter such as "T 500"."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import partial

from ddpm_studio.diffusion.moment import LEVEL_SCALE, RELATIVE_SCALE, SIGMA_SCALE, T_SCALE, TAU_SCALE, Moment
from ddpm_studio.diffusion.schedule import STEPS, parameters_with_steps
from ddpm_studio.errors import QT_TRANSLATE_NOOP, StudioError
from ddpm_studio.gui.palette.deed import Deed
from ddpm_studio.gui.state.reachable import why_not_go
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.translation import translated
from ddpm_studio.numerals import numeral

GO_TO = QT_TRANSLATE_NOOP("palette", "Go to {moment}")
THERE = QT_TRANSLATE_NOOP("palette", "t = {t} of {letter} is the step nearest to it")
SET = QT_TRANSLATE_NOOP("palette", "Set {symbol} to {value}")
OF_CHOSEN = QT_TRANSLATE_NOOP("palette", "In the chosen schedule; its value is now {value}")

_DB = 10 / math.log(10)
"""Decibels of one unit of log SNR."""

UNITS = {
    "t": (T_SCALE, 1.0),
    "u": (RELATIVE_SCALE, 1.0),
    "t/t": (RELATIVE_SCALE, 1.0),
    "logsnr": (LEVEL_SCALE, 1.0),
    "log_snr": (LEVEL_SCALE, 1.0),
    "λ": (LEVEL_SCALE, 2.0),
    "lambda": (LEVEL_SCALE, 2.0),
    "db": (LEVEL_SCALE, 1 / _DB),
    "snr": (LEVEL_SCALE, 1 / _DB),
    "σ": (SIGMA_SCALE, 1.0),
    "sigma": (SIGMA_SCALE, 1.0),
    "τ": (TAU_SCALE, 1.0),
    "tau": (TAU_SCALE, 1.0),
}
"""What is typed before or behind a number, in small letters: a scale, and how many of its units one of them is.

A bare SNR is one in decibels, as it is read off the window.
"""

_NAME = r"(?P<before>[^\d=:]*?(?:[a-z_]\d+)?)"
_NUMBER = r"(?P<number>[-−+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-−+]?\d+)?)"
_TYPED = re.compile(rf"\s*{_NAME}\s*[=:]?\s*{_NUMBER}\s*(?P<behind>dB)?\s*", re.IGNORECASE)


def deeds_of_typed(studio: Studio, typed: str) -> Iterator[Deed]:
    """What a name and a number can mean: a parameter of the chosen schedule, and a moment."""
    found = _TYPED.fullmatch(typed)
    if found is None:
        return
    name, value = found["before"].strip(), float(found["number"].replace("−", "-"))
    if found["behind"] and name.lower() in ("", "snr"):
        name = found["behind"]
    yield from _parameters(studio, name, value)
    unit = UNITS.get("".join(name.lower().split()) or "t") if name != "T" else None
    if unit is not None:
        yield _moment(studio, unit[0], value * unit[1], found.group().strip() if name else f"t = {numeral(value)}")


def _moment(studio: Studio, scale: str, value: float, written: str) -> Deed:
    state = studio.state
    refused = why_not_go(state, scale, value)
    t = 0 if refused else Moment(scale, value).step(state.current.schedule)
    detail = translated(refused) if refused else _there(state, t)
    text = translated(GO_TO).format(moment=written)
    return Deed(f"go:{scale}", text, partial(studio.set_t, t), detail=detail, available=refused is None)


def _there(state: State, t: int) -> str:
    return translated(THERE).format(t=t, letter=state.letter(state.current))


def _parameters(studio: Studio, name: str, value: float) -> Iterator[Deed]:
    """Set the parameter that has this key or symbol; capitals count, for T is not t."""
    schedule = studio.state.current.schedule
    values = {STEPS.key: float(schedule.T), **schedule.values}
    for parameter in parameters_with_steps(schedule.kind, schedule.formula):
        if name and name in (parameter.key, parameter.symbol):
            now = translated(OF_CHOSEN).format(value=numeral(values[parameter.key]))
            why_not = _why_not_set(studio, parameter.key, value)
            text = translated(SET).format(symbol=parameter.symbol, value=numeral(value))
            set_it = partial(studio.set_parameter, parameter.key, value)
            available = why_not is None
            yield Deed(f"set:{parameter.key}", text, set_it, detail=why_not or now, available=available)


def _why_not_set(studio: Studio, key: str, value: float) -> str | None:
    try:
        studio.state.current.with_value(key, value)
    except StudioError as error:
        return translated(error)
    return None
