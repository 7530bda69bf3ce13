"""The remedies of findings, each tried on every kind: applied, the finding is gone, or less of it is left."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from ddpm_studio.diffusion import Finding, Schedule, findings_of
from ddpm_studio.diffusion.kinds import KINDS, MIN_BETA
from ddpm_studio.diffusion.schedule import MAX_T, OPERATORS
from tests.diffusion.test_oracle import corners, made
from tests.tiers import thinned

SHIFT = OPERATORS[1]
LEAST_SHIFT, MOST_SHIFT = SHIFT.low, SHIFT.high
Change = Callable[[Schedule, Finding], Schedule]


def changed(key: str, factor: float) -> Change:
    def change(schedule: Schedule, finding: Finding) -> Schedule:
        return schedule.replace(**{key: schedule.values[key] * factor})

    return change


def longer(schedule: Schedule, finding: Finding) -> Schedule:
    return schedule.replace(T=2 * schedule.T)


def both(schedule: Schedule, factor: float) -> Schedule:
    ends = {
        key: max(schedule.values[key] * factor, MIN_BETA)
        for key in ("beta_start", "beta_end")
        if key in schedule.values
    }
    return schedule.replace(**ends)


def exchanged(schedule: Schedule, finding: Finding) -> Schedule:
    return schedule.replace(beta_start=schedule.values["beta_end"], beta_end=schedule.values["beta_start"])


def narrower(schedule: Schedule, finding: Finding) -> Schedule:
    return Schedule(schedule.kind, schedule.T)


def factored(schedule: Schedule, finding: Finding) -> Schedule:
    factor = finding.values["factor"]
    assert isinstance(factor, float)
    return both(schedule, factor)


ZERO = ("Switch on zero terminal SNR", lambda schedule, finding: schedule.replace(zero_snr=1))
LESS, MORE = changed(SHIFT.key, 0.5), changed(SHIFT.key, 2.0)
WORDS: Mapping[str, Mapping[str, Change]] = {
    "Switch on zero terminal SNR, or end in more noise: raise β_T, T or the shift of the SNR.": {
        "zero": ZERO[1],
        "β_T": changed("beta_end", 1.1),
        "T": longer,
        "shift": MORE,
    },
    "Switch on zero terminal SNR, or end in more noise: raise β_T or the shift of the SNR.": {
        "zero": ZERO[1],
        "β_T": changed("beta_end", 1.1),
        "shift": MORE,
    },
    "Switch on zero terminal SNR, or end in more noise: raise σ_max or the shift of the SNR.": {
        "zero": ZERO[1],
        "σ_max": changed("sigma_max", 1.1),
        "shift": MORE,
    },
    "Switch on zero terminal SNR, or raise the shift of the SNR.": {"zero": ZERO[1], "shift": MORE},
    "Multiply its betas by {factor:.4g}, as “Linear, rescaled to T” does.": {"factor": factored},
    "T is too small for this kind; choose one that scales with T, such as cosine.": {
        "kind": lambda schedule, finding: schedule.with_kind("cosine")
    },
    "Lower β_1 or the shift of the SNR.": {"β_1": changed("beta_start", 0.5), "shift": LESS},
    "Lower β_T or the shift of the SNR.": {"β_T": changed("beta_end", 0.5), "shift": LESS},
    "Lower σ_min or the shift of the SNR.": {"σ_min": changed("sigma_min", 0.5), "shift": LESS},
    "Take more steps, or lower the shift of the SNR.": {"T": longer, "shift": LESS},
    "Take more steps.": {"T": longer},
    "Lower β_1.": {"β_1": changed("beta_start", 0.5)},
    "Lower β_1 and β_T.": {"both": lambda schedule, finding: both(schedule, 1e-9)},
    "Perhaps β_1 and β_T have to be exchanged.": {"exchanged": exchanged},
    "Bring its parameters closer to their defaults.": {"defaults": narrower},
    "Lower the shift of the SNR, or keep the coefficients in float64.": {"shift": changed(SHIFT.key, 1e-3)},
    "Lower β_T or T.": {"β_T": changed("beta_end", 0.5), "T": lambda s, finding: s.replace(T=s.T // 2)},
    "Lower β_T.": {"β_T": changed("beta_end", 0.5)},
    "Raise β_1 above 3e-8, or keep the coefficients in float64.": {"β_1": changed("beta_start", 4.0)},
    "Raise the shift of the SNR, or keep the coefficients in float64.": {"shift": MORE},
    "Raise σ_min or the shift of the SNR, or keep the coefficients in float64.": {
        "σ_min": changed("sigma_min", 2.0),
        "shift": MORE,
    },
    "Lower the shift of the SNR.": {"shift": changed(SHIFT.key, 1 / math.e)},
    "Raise the shift of the SNR.": {"shift": changed(SHIFT.key, math.e)},
    "Bring the ends of the schedule closer to log SNR = 0.": {},
}
"""What the words of each remedy would have a person do."""

NO_CHANGES = {
    "Train with v-, x0- or flow prediction on this schedule.",
    "Normal for the very last step.",
    "Keep the coefficients in float64.",
    "Make these steps smaller.",
    "Make the first step smaller.",
    "That follows from its formula and its operators; nothing has to be done.",
}


def capped(schedule: Schedule) -> NDArray[np.bool_]:
    """Which steps erase all that a step can."""
    return schedule.betas >= min(0.999, schedule.values.get("max_beta", 1)) * (1 - 1e-6)


SIZE: Mapping[str, Callable[[Schedule], float]] = {
    "terminal_signal": lambda s: float(s.coefficients.log_snr[-1]),
    "destroying_start": lambda s: float(s.coefficients.log_snr[0]) * -1,
    "capped_betas": lambda s: float(np.sum(capped(s)[: max(s.T - 1, 1)])),
    "below_float32": lambda s: float(np.count_nonzero(s.coefficients.alphas_cumprod < 1.1754944e-38)),
    "lost_in_float32": lambda s: -float(s.betas[0]),
    "wasted_steps": lambda s: float(np.mean(np.abs(s.coefficients.log_snr) > 10)),
    "falling_betas": lambda s: float(np.count_nonzero(np.diff(s.betas) < -1e-6 * s.betas[:-1])),
    "raised_betas": lambda s: float(np.count_nonzero(np.abs(s.betas - 1e-12) < 1e-18)),
}
"""How much there is of what a finding is about."""


def family(kind: str, T: int) -> Iterator[Schedule]:
    """Schedules of a kind at the bounds of its parameters, with operators or without."""
    operators: tuple[dict[str, float], ...] = ({}, {"zero_snr": 1}, {SHIFT.key: 1e-4}, {SHIFT.key: 1e4})
    for given, more in product(corners(kind), operators):
        schedule = made(kind, T, {**given, **more})
        if schedule is not None:
            yield schedule


def applied(change: Change, schedule: Schedule, finding: Finding) -> Schedule | None:
    """The schedule with the change; None where a bound is in the way."""
    try:
        return change(schedule, finding)
    except Exception:
        return None


def helps(change: Change, schedule: Schedule, finding: Finding) -> bool:
    """Whether the finding is gone, or there is less of it, after a change that can be made at all."""
    better = applied(change, schedule, finding)
    if better is None or finding.code not in {each.code for each in findings_of(better)}:
        return True
    size = SIZE.get(finding.code)
    return size is not None and size(better) < size(schedule)


def check_words(remedy: str, schedule: Schedule, keys: set[str]) -> None:
    assert "β_1" not in remedy or "beta_start" in keys or "β_1 and β_T" in remedy, str(schedule)
    assert "β_T" not in remedy or "beta_end" in keys, str(schedule)
    assert "σ_min" not in remedy or "sigma_min" in keys, str(schedule)
    assert "σ_max" not in remedy or "sigma_max" in keys, str(schedule)
    assert "more steps" not in remedy or schedule.T < MAX_T


@pytest.mark.parametrize(("kind", "T"), thinned(KINDS, (1, 2, 30, 1000), one_in=2))
def test_every_remedy_betters_what_it_is_offered_for_and_names_what_the_kind_has(kind: str, T: int) -> None:
    keys = {parameter.key for parameter in KINDS[kind].parameters}
    useless: list[tuple[str, object, str]] = []
    for schedule in family(kind, T):
        for finding in findings_of(schedule):
            check_words(finding.remedy, schedule, keys)
            changes: Mapping[str, Change] = {} if finding.remedy in NO_CHANGES else WORDS[str(finding.remedy)]
            useless += [
                (str(schedule), finding.code, name)
                for name, change in changes.items()
                if not helps(change, schedule, finding)
            ]
    assert not useless
