"""Told time: what a network is told of its place in the schedule, by the words that people have for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from ddpm_studio.checkpoints.answers import TIMES
from ddpm_studio.diffusion.parametrisation import FORMS, Parametrisation
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import CheckpointError
from ddpm_studio.texts import Readable

_Told = Mapping[str, object]

_FEWEST = 10.0
"""Over how wide a range it has to be told time for whole numbers to tell the levels apart."""


def _of_steps(time: str, T: int) -> _Told:
    """The options of a time that counts the steps of the schedule, or is a share of them."""
    each: dict[str, _Told] = {
        "t": {"time": "t"},
        "t+1": {"time": "t+1"},
        "t/T": {"time": "t", "time_scale": 1 / T},
        "1-t": {"time": "t", "time_scale": -1 / T, "time_offset": 1.0},
    }
    return each[time]


def _of_flow(time: str, T: int) -> _Told:
    """The same of a flow, whose share is τ itself."""
    shares: dict[str, _Told] = {"t/T": {"time": "tau"}, "1-t": {"time": "1-tau"}}
    return shares.get(time) or _of_steps(time, T)


_BY_FORM: Mapping[str, Callable[[str, int], _Told]] = dict.fromkeys(
    (name for name, form in FORMS.items() if any("tau" in str(option.default) for option in form.options)), _of_flow
)


def with_time(prediction_type: str, time: str | None, T: int) -> str:
    """A prediction type whose network is told `time`, one of TIMES, of a schedule with T steps; None changes nothing.

    >>> with_time("epsilon", "t+1", 1000), with_time("v_prediction", "t/T", 1000), with_time("sample", "1-t", 500)
    ('epsilon:time=t+1', 'v_prediction:time_scale=0.001', 'sample:time_scale=-0.002,time_offset=1')
    >>> with_time("flow_prediction", "1-t", 1000)
    'flow_prediction:time=1-tau,time_scale=1'
    """
    if time is None:
        return prediction_type
    before = Parametrisation.parse(prediction_type, CheckpointError)
    told = _BY_FORM.get(before.name, _of_steps)(time, T)
    options = {**before.options, "time_scale": 1.0, "time_offset": 0.0, **told}
    return str(Parametrisation(before.name, options))


def with_share_from_one(prediction_type: str, T: int) -> str:
    """A prediction type whose network is told the share of T that a timestep is, counted from 1.

    >>> with_share_from_one("epsilon", 1000)
    'epsilon:time_scale=0.001,time_offset=0.001'
    """
    before = Parametrisation.parse(prediction_type, CheckpointError)
    options = {**before.options, "time": "t", "time_scale": 1 / T, "time_offset": 1 / T}
    return str(Parametrisation(before.name, options))


def time_of(prediction_type: str, T: int) -> str | None:
    """The time among TIMES that a network of this prediction type is told; None for any other.

    >>> time_of("epsilon", 1000), time_of("flow_prediction:time_scale=1", 1000), time_of("edm", 1000)
    ('t', 't/T', None)
    """
    return next((time for time in TIMES if with_time(prediction_type, time, T) == prediction_type), None)


def told_text(prediction_type: str, T: int) -> Readable:
    """What the network is told, in the words of TIMES or else as its prediction type has it, such as 1000 · tau."""
    time, options = time_of(prediction_type, T), Parametrisation.parse(prediction_type).options
    return time or f"{options['time_scale']:g} · {options['time']}" + _added(options["time_offset"])


def tells_by_fractions(prediction_type: str, schedule: Schedule) -> bool:
    """True if whole numbers of what the network is told would not tell the levels of a schedule apart."""
    levels = schedule.coefficients.log_snr
    there = np.isfinite(levels)
    told = Parametrisation.parse(prediction_type).told(np.flatnonzero(there).astype(float), levels[there])
    return bool(np.ptp(told) < min(_FEWEST, schedule.T - 1))


def told_at(prediction_type: str, schedule: Schedule, index: int) -> float:
    """What the network is told at an array index of a schedule."""
    told = Parametrisation.parse(prediction_type).told(np.array([float(index)]), schedule.coefficients.log_snr[[index]])
    return float(told[0])


def _added(offset: object) -> str:
    return f" + {offset:g}" if offset else ""
