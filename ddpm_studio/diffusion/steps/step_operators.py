"""Operators on steps, one short function each: from steps to other steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from ddpm_studio.diffusion.schedule import MAX_T
from ddpm_studio.diffusion.steps.layout import check_sigmas
from ddpm_studio.diffusion.steps.step_levels import StepLevels, log_snr_of
from ddpm_studio.errors import QT_TRANSLATE_NOOP, StepsError


@dataclass(frozen=True)
class StepOperator:
    """An operator: `apply(levels, value)`, or `apply(levels, other, value)` if it `takes_steps`.

    A value lies from `low` to `high`; `default` is that of one that may be left out, None where it may not. One without
    a `meaning` of its value has none.
    """

    name: str
    apply: Callable[..., StepLevels]
    meaning: str
    low: float = 0.0
    high: float = 0.0
    default: float | None = None
    whole: bool = False
    takes_steps: bool = False

    @property
    def takes_value(self) -> bool:
        """True if a number belongs to it."""
        return self.high > self.low


def _reverse(levels: StepLevels) -> StepLevels:
    """From the end to the beginning, for inversion; in place of a clean end, which has no noise, the least noisy."""
    log_snr, least = levels.log_snr.copy(), levels.schedule.coefficients.log_snr[0]
    if np.isposinf(log_snr[-1]):
        log_snr[-1] = least
        log_snr = log_snr[: len(log_snr) - int(levels.count > 1 and log_snr[-2] >= least)]
    return levels.through(log_snr[::-1])


def _start(levels: StepLevels, strength: float) -> StepLevels:
    kept = int(levels.count * strength)
    if not kept:
        raise StepsError(
            QT_TRANSLATE_NOOP("errors", "start={strength:g} leaves no step of {count}; choose more."),
            strength=strength,
            count=levels.count,
        )
    return levels.part(levels.count - kept, levels.count)


def _above(levels: StepLevels, sigma: float) -> StepLevels:
    cut = log_snr_of(sigma)
    kept = int(np.count_nonzero(levels.log_snr[:-1] < cut))
    if not kept or levels.log_snr[-1] < cut:
        raise _misses("above", levels, sigma)
    return replace(levels, timesteps=levels.timesteps[:kept], log_snr=np.append(levels.log_snr[:kept], cut))


def _below(levels: StepLevels, sigma: float) -> StepLevels:
    cut = log_snr_of(sigma)
    if not levels.log_snr[0] <= cut < levels.log_snr[-1]:
        raise _misses("below", levels, sigma)
    later = levels.log_snr > cut
    begun = levels.through(np.append(cut, levels.log_snr[later]))
    return replace(begun, timesteps=np.append(begun.timesteps[:1], levels.timesteps[later[:-1]]))


def _resample(levels: StepLevels, count: float) -> StepLevels:
    clean = np.isposinf(levels.log_snr[-1])
    known = levels.log_snr[:-1] if clean else levels.log_snr
    pure = int(np.isneginf(known[0]))  # Between pure noise and another level there is nothing even.
    finite, wanted = known[pure:], int(count) + 1 - int(clean) - pure
    if len(finite) < min(2, wanted):
        raise StepsError(
            QT_TRANSLATE_NOOP(
                "errors",
                "There are no two levels in between which {wanted:.0f} steps could lie, of {count}; "
                "take more steps first.",
            ),
            wanted=count,
            count=levels.count,
        )
    places = np.linspace(0, len(finite) - 1, wanted)
    between = np.interp(places, np.arange(len(finite)), finite) if wanted else finite[:0]
    return levels.through(np.concatenate([known[:pure], between, levels.log_snr[-1:][: int(clean)]]))


def _multiply(levels: StepLevels, factor: float) -> StepLevels:
    sigmas = levels.sigmas[:-1] * factor
    check_sigmas(levels.schedule, sigmas)
    return levels.through(levels.log_snr - 2 * np.log(factor))


def _join(levels: StepLevels, other: StepLevels) -> StepLevels:
    if not (levels.log_snr[:-1] < other.log_snr[0]).all():
        raise _not_after(levels, other)
    return replace(
        levels,
        timesteps=np.append(levels.timesteps, other.timesteps),
        log_snr=np.append(levels.log_snr[:-1], other.log_snr),
        moved=np.append(levels.moved, other.moved),
    )


def _blend(levels: StepLevels, other: StepLevels, weight: float) -> StepLevels:
    if levels.count != other.count:
        raise StepsError(
            QT_TRANSLATE_NOOP("errors", "Lists of {first} and {second} steps cannot be blended; resample one of them."),
            first=levels.count,
            second=other.count,
        )
    if weight in (0, 1):  # Nothing times an infinite level would be no number.
        return levels if weight == 0 else levels.through(other.log_snr)
    # An end, or a beginning, that both have needs no mean, which infinities have none of.
    with np.errstate(invalid="ignore"):
        mixed = (1 - weight) * levels.log_snr + weight * other.log_snr
    mixed = np.where(levels.log_snr == other.log_snr, levels.log_snr, mixed)
    if np.isnan(mixed).any():
        raise StepsError(QT_TRANSLATE_NOOP("errors", "Pure noise cannot be blended with no noise; change the ends."))
    return levels.through(mixed)


def _not_after(levels: StepLevels, other: StepLevels) -> StepsError:
    """What is wrong where the steps to join do not follow, and a σ that both have, at which to cut them."""
    first, second = levels.sigmas, other.sigmas
    said = {"first": float(first[-2]), "second": float(second[0])}
    if second[-1] >= first[0]:
        return StepsError(
            QT_TRANSLATE_NOOP(
                "errors",
                "The steps to join begin at σ = {second:.6g}, above the last of the first, {first:.6g}, and end above "
                "all of these; write them the other way round.",
            ),
            **said,
        )
    low = max(first[-1], second[-1]) or min(max(first[-2], second[-2]), 0.5 * min(first[0], second[0]))
    high = min(first[0], second[0], 100 * low)
    return StepsError(
        QT_TRANSLATE_NOOP(
            "errors",
            "The steps to join begin at σ = {second:.6g}, above the last of the first, {first:.6g}; cut both at the "
            "same σ, such as the first by above={cut:.3g} and the second by below={cut:.3g}.",
        ),
        **said,
        cut=float(np.sqrt(low * high)),
    )


def _experts(levels: StepLevels, boundary: float) -> StepLevels:
    return replace(levels, boundary=boundary)


def _misses(name: str, levels: StepLevels, sigma: float) -> StepsError:
    return StepsError(
        QT_TRANSLATE_NOOP(
            "errors",
            "{name}={sigma:g} leaves no step of those from σ = {high:.6g} to {low:.6g}; choose a σ in between.",
        ),
        name=name,
        sigma=sigma,
        high=float(levels.sigmas[0]),
        low=float(levels.sigmas[-1]),
    )


_MEANS = {
    "start": QT_TRANSLATE_NOOP("options", "strength: the last N·x of the steps"),
    "above": QT_TRANSLATE_NOOP("options", "the steps down to this σ"),
    "below": QT_TRANSLATE_NOOP("options", "the steps from this σ on"),
    "resample": QT_TRANSLATE_NOOP("options", "this number of steps, even in between"),
    "multiply": QT_TRANSLATE_NOOP("options", "every σ times this"),
    "reverse": QT_TRANSLATE_NOOP("options", "from the end to the beginning, for inversion"),
    "experts": QT_TRANSLATE_NOOP("options", "two experts, the first of them from this τ on"),
    "join": QT_TRANSLATE_NOOP("options", "and then these steps"),
    "blend": QT_TRANSLATE_NOOP("options", "mixed with these steps in ln σ"),
}

_EVERY = (
    StepOperator("start", _start, _MEANS["start"], 1e-6, 1),
    StepOperator("above", _above, _MEANS["above"], 1e-8, 1e8),
    StepOperator("below", _below, _MEANS["below"], 1e-8, 1e8),
    StepOperator("resample", _resample, _MEANS["resample"], 1, MAX_T, whole=True),
    StepOperator("multiply", _multiply, _MEANS["multiply"], 1e-3, 1e3),
    StepOperator("reverse", _reverse, _MEANS["reverse"]),
    StepOperator("experts", _experts, _MEANS["experts"], 0, 1),
    StepOperator("join", _join, _MEANS["join"], takes_steps=True),
    StepOperator("blend", _blend, _MEANS["blend"], 0, 1, 0.5, takes_steps=True),
)

STEP_OPERATORS: Mapping[str, StepOperator] = MappingProxyType({each.name: each for each in _EVERY})
"""Every operator by name."""
