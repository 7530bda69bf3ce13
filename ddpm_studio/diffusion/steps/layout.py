"""Layouts of steps: from a spacing, a list or another schedule to the timesteps (N,) and log SNR (N+1,)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import cast

import numpy as np

from ddpm_studio.diffusion.findings import FLOAT32_TINY
from ddpm_studio.diffusion.levels import log_snr_at, read_only, timestep_at
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.options import as_number, resolved, shown
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.steps.model_sigmas import ModelSigmas, log_snr_of_sigmas, log_snr_of_taus, taus_of_log_snr
from ddpm_studio.diffusion.steps.spacing_registry import ENDS, RANGE, Spacing
from ddpm_studio.diffusion.steps.spacings import spacing_named
from ddpm_studio.errors import QT_TRANSLATE_NOOP, StepsError

SIGMA_TOLERANCE = 0.01
"""Relative amount by which a given σ may lie outside the schedule: published lists are rounded to a few digits."""

LOWEST_LOG_SNR = float(np.log(FLOAT32_TINY))
"""Log SNR below which ᾱ is 0 in float32 and the level as good as pure noise."""

NONE = read_only(np.zeros(0))
"""No levels."""

Layout = tuple[Array, Array]


def spaced(schedule: Schedule, steps: int | None, name: str, options: Mapping[str, object]) -> tuple[Layout, Array]:
    """Steps laid out by the spacing of this name, and those of their log SNR that stand for levels outside of it.

    They are `steps` steps, unless the spacing has a number of its own.
    """
    spacing = spacing_named(name)
    values = resolved(name, spacing.options, options, StepsError)
    count = _checked_steps(steps, schedule.T)
    clean = bool(values.pop(ENDS.key, True))
    if spacing.over == "sigmas":
        levels = _over_sigmas(schedule, spacing, values, count, clean)
        return (timestep_at(schedule, levels), _with_end(schedule, levels, clean)), NONE
    points = count + (spacing.closed and not clean)
    if spacing.over == "timesteps":
        timesteps = spacing.levels(schedule.T, points, **values)
        timesteps = timesteps[:count] if spacing.exact else timesteps
        check_reach(_not_empty(name, timesteps), schedule.T)
        return (timesteps, _with_end(schedule, log_snr_at(schedule, timesteps), clean)), NONE
    if not np.isfinite(schedule.coefficients.log_snr).any():
        nothing = np.full(count, -np.inf)
        return (timestep_at(schedule, nothing), _with_end(schedule, nothing, clean)), NONE
    return _listed(schedule, spacing, _list_of(spacing, ModelSigmas(schedule), points, values), clean)


def _list_of(spacing: Spacing, model: ModelSigmas, points: int, values: Mapping[str, object]) -> Array:
    """A spacing's own list, unless a power of the largest σ in it is beyond float64."""
    try:
        return spacing.levels(model, points, **values)
    except OverflowError as error:
        raise StepsError(
            QT_TRANSLATE_NOOP(
                "errors", "{name} has no numbers for σ up to {sigma:.3g} with these options; choose larger ones."
            ),
            name=spacing.name,
            sigma=model.largest,
        ) from error


def _listed(schedule: Schedule, spacing: Spacing, listed: Array, clean: bool) -> tuple[Layout, Array]:
    """A spacing's own list, its end included; what the schedule does not reach is brought to its ends."""
    model = ModelSigmas(schedule)
    levels = listed_log_snr(model, spacing.over, listed)
    if spacing.over == "model list":
        levels[0] = schedule.coefficients.log_snr[-1] if listed[0] == model.largest else levels[0]
    ends_clean = np.isposinf(levels[-1])
    visited = _not_empty(spacing.name, levels[:-1])
    if spacing.closed and not clean:
        visited = visited[:-1]
    inside, moved = _reached(schedule, visited)
    end = levels[-1:] if not ends_clean else _with_end(schedule, levels[:0], clean)
    return (timestep_at(schedule, inside), np.append(inside, end)), moved


def listed_log_snr(model: ModelSigmas, over: str, listed: Array) -> Array:
    """The log SNR of a list in the unit that it is in: that of the model, τ or σ."""
    if over == "model list":
        return model.log_snr(listed)
    return log_snr_of_taus(listed) if over == "tau list" else log_snr_of_sigmas(listed)


def _reached(schedule: Schedule, levels: Array) -> tuple[Array, Array]:
    """Rising log SNR as it is, or, where some clearly lies outside of the schedule, brought into it; and that."""
    known = schedule.coefficients.log_snr
    tolerance = 2 * np.log1p(SIGMA_TOLERANCE)
    if (levels >= known[-1] - tolerance).all() and (levels <= known[0] + tolerance).all():
        return levels, NONE
    return _within(schedule, levels)


def through_timesteps(schedule: Schedule, given: Iterable[float], options: Mapping[str, object]) -> Layout:
    """The levels at these array indexes; if they end at ᾱ_0, a final index 0 is that end."""
    clean = bool(resolved(QT_TRANSLATE_NOOP("errors", "a list of timesteps"), (ENDS,), options, StepsError)[ENDS.key])
    timesteps = _numbers("timesteps", given)
    check_reach(timesteps, schedule.T)
    if not clean and timesteps[-1] == 0:
        timesteps = _not_empty("timesteps", timesteps[:-1])
    return timesteps, _with_end(schedule, log_snr_at(schedule, timesteps), clean)


def through_sigmas(schedule: Schedule, given: Iterable[float], options: Mapping[str, object]) -> Layout:
    """Exactly these noise levels σ; a final σ that is the end (0, or that of ᾱ_0) is not a step of its own."""
    return _through_levels(schedule, _numbers("sigmas", given), options, check_sigmas)


def through_taus(schedule: Schedule, given: Iterable[float], options: Mapping[str, object]) -> Layout:
    """Exactly these levels τ, from 0 to 1; a final 0 is the clean end."""
    taus = _numbers("taus", given)
    for tau in (taus.max(), taus.min()):
        if not 0 <= tau <= 1:
            raise StepsError(
                QT_TRANSLATE_NOOP("errors", "τ is {tau:.6g}; each must be from 0 to 1. σ are written sigmas:14.6,…"),
                tau=float(tau),
            )
    with np.errstate(divide="ignore"):
        sigmas = taus / (1 - taus)
    return _through_levels(schedule, sigmas, options, _check_taus)


def _through_levels(
    schedule: Schedule, sigmas: Array, options: Mapping[str, object], check: Callable[[Schedule, Array], None]
) -> Layout:
    """These σ, once `check` has said of those that are visited that the schedule has them."""
    clean = bool(resolved(QT_TRANSLATE_NOOP("errors", "a list of sigmas"), (ENDS,), options, StepsError)[ENDS.key])
    end = 0.0 if clean else float(schedule.coefficients.sigmas[0])
    if abs(sigmas[-1] - end) <= 1e-3 * end:
        sigmas = _not_empty("sigmas", sigmas[:-1])
    check(schedule, sigmas)
    levels = -2 * np.log(sigmas)
    return timestep_at(schedule, levels), _with_end(schedule, levels, clean)


def carried(schedule: Schedule, levels: Array) -> tuple[Layout, Array]:
    """Rising log SNR with the timesteps of equal log SNR in `schedule`, and what of it lay outside that.

    The last level is the end, +∞ for the clean picture.
    """
    clean = np.isposinf(levels[-1])
    inside, moved = _within(schedule, levels[:-1] if clean else levels)
    visited = inside if clean else inside[:-1]
    return (timestep_at(schedule, visited), np.append(visited, np.inf if clean else inside[-1])), moved


def check_schedule(schedule: object) -> None:
    """Raise StepsError for anything but a Schedule, such as the text of one."""
    if not isinstance(schedule, Schedule):
        raise StepsError(
            QT_TRANSLATE_NOOP("errors", "Steps are laid out over a Schedule, not {value}; Schedule.parse makes one."),
            value=shown(schedule),
        )


def _with_end(schedule: Schedule, levels: Array, clean: bool) -> Array:
    return np.append(levels, np.inf if clean else schedule.coefficients.log_snr[0])


def _over_sigmas(schedule: Schedule, spacing: Spacing, values: dict[str, object], steps: int, clean: bool) -> Array:
    """Log SNR of `steps` levels between σ_max and σ_min, by default the schedule's own.

    If the schedule's σ_max is infinite, or as good as infinite, its last level comes first, and the spacing continues
    from the largest σ below.
    """
    sigma_min, sigma_max = (cast("float | None", values.pop(option.key)) for option in RANGE)
    _check_range(schedule, sigma_min, sigma_max)
    known = schedule.coefficients.log_snr
    reachable = known[known >= LOWEST_LOG_SNR]
    high = known[0] if sigma_min is None else -2 * np.log(sigma_min)
    apart = known[-1:] if sigma_max is None and len(reachable) < len(known) else known[:0]
    points = steps - len(apart) + (sigma_min is None and not clean)
    if points <= 0 or not len(reachable):
        return np.full(steps, known[-1])
    low = reachable[-1] if sigma_max is None else -2 * np.log(sigma_max)
    levels = -2 * np.log(spacing.levels(np.exp(-0.5 * low), np.exp(-0.5 * high), points, **values))
    levels[-1], levels[0] = high, low
    return np.concatenate([apart, levels])[:steps]


def _within(schedule: Schedule, levels: Array) -> tuple[Array, Array]:
    """Rising log SNR moved into the range of `schedule`, and as much of it as lay outside.

    Levels that pile up at an end are spread towards the next.
    """
    known = schedule.coefficients.log_snr
    low, high = known[-1], known[0]
    inside = np.clip(levels, low, high)
    noisy, clean = int(np.count_nonzero(levels <= low)), int(np.count_nonzero(levels >= high))
    if noisy > 1:
        towards = inside[noisy] if noisy < len(inside) else high
        inside[:noisy] = np.linspace(low, towards, noisy + 1)[:-1]
    if clean > 1:
        towards = inside[-clean - 1] if clean < len(inside) else low
        inside[-clean:] = np.linspace(max(towards, known[np.isfinite(known)][-1]), high, clean + 1)[1:]
    return inside, inside[(levels < low) | (levels > high)]


def _checked_steps(steps: int | None, T: int) -> int:
    number = as_number(steps)
    if steps is None or not 1 <= number <= T or number != int(number):
        raise StepsError(
            QT_TRANSLATE_NOOP("errors", "steps is {steps}; it must be a whole number from 1 to T = {T}."),
            steps=shown(steps),
            T=T,
        )
    return int(steps)


def _numbers(name: str, given: Iterable[float]) -> Array:
    try:
        # Every library's array has tolist; numpy would refuse a torch tensor in bfloat16, or one with a gradient.
        listed = given.tolist() if hasattr(given, "tolist") else list(given)
        # Text would be split into its digits.
        values = np.asarray(np.nan if isinstance(given, str | bytes) else listed, dtype=np.float64).flatten()
    except (TypeError, ValueError, OverflowError):
        values = np.array([np.nan])
    if np.isnan(values).any():
        raise StepsError(QT_TRANSLATE_NOOP("errors", "{name} must be a list of numbers, highest first."), name=name)
    return _not_empty(name, values)


def _not_empty(name: str, values: Array) -> Array:
    if not len(values):
        raise StepsError(QT_TRANSLATE_NOOP("errors", "{name} holds no level to visit; give at least one."), name=name)
    return values


def check_reach(timesteps: Array, T: int) -> None:
    """Raise StepsError for timesteps outside of the schedule."""
    for timestep in (timesteps.max(), timesteps.min()):
        if not 0 <= timestep <= T - 1:
            raise StepsError(
                QT_TRANSLATE_NOOP(
                    "errors",
                    "The steps visit timestep {timestep:g}, but the schedule has 0 to {last}; "
                    "keep the list within that range, or lower the offset.",
                ),
                timestep=float(timestep),
                last=T - 1,
            )


def check_sigmas(schedule: Schedule, sigmas: Array) -> None:
    """Raise StepsError for σ that the schedule does not have, but for 1 %."""
    low, high = schedule.coefficients.sigmas[[0, -1]]
    for sigma in _outside(schedule, sigmas):
        raise StepsError(
            QT_TRANSLATE_NOOP(
                "errors", "σ is {sigma:.6g}, but {spec} has {low:.6g} to {high:.6g}; stay within that range."
            ),
            sigma=sigma,
            spec=str(schedule),
            low=float(low),
            high=float(high),
        )


def _check_taus(schedule: Schedule, sigmas: Array) -> None:
    """Raise StepsError, which tells it as τ, for σ that the schedule does not have, but for 1 %."""
    low, high = taus_of_log_snr(schedule.coefficients.log_snr[[0, -1]])
    for sigma in _outside(schedule, sigmas):
        raise StepsError(
            QT_TRANSLATE_NOOP(
                "errors", "τ is {tau:.6g}, but {spec} has {low:.6g} to {high:.6g}; stay within that range."
            ),
            tau=float(taus_of_log_snr(log_snr_of_sigmas(np.array(sigma)))),
            spec=str(schedule),
            low=float(low),
            high=float(high),
        )


def _outside(schedule: Schedule, sigmas: Array) -> list[float]:
    """The largest and the smallest of σ, if the schedule does not have them but for 1 %."""
    low, high = schedule.coefficients.sigmas[[0, -1]]
    least, most = low * (1 - SIGMA_TOLERANCE), high * (1 + SIGMA_TOLERANCE)
    return [float(sigma) for sigma in (sigmas.max(), sigmas.min()) if not least <= sigma <= most]


def _check_range(schedule: Schedule, sigma_min: float | None, sigma_max: float | None) -> None:
    given = np.array([sigma for sigma in (sigma_max, sigma_min) if sigma is not None])
    if len(given):
        check_sigmas(schedule, given)
    if len(given) == 2 and not given[0] > given[1]:
        raise StepsError(
            QT_TRANSLATE_NOOP("errors", "sigma_max is {high:g} and sigma_min {low:g}; sigma_max must be the larger."),
            high=sigma_max,
            low=sigma_min,
        )
