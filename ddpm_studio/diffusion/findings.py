"""Findings: warnings about a schedule, each with what was found, what it means and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Self
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.diffusion.curves import Coefficients
from ddpm_studio.diffusion.kinds import MAX_BETA, MIN_BETA
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.schedule import CUSTOM, Schedule, kind_named
from ddpm_studio.errors import QT_TRANSLATE_NOOP, ScheduleError
from ddpm_studio.texts import SourceText, Text

TERMINAL_SIGNAL = 0.01
NEARLY_ALL = 0.995
"""Share from which on whole per cents would call it all."""

FIRST_SIGMA = 0.1
WASTED_LOG_SNR = 10.0
TOLERANCE = 1e-6
"""Relative amount by which β may miss a cap after a shift, or fall by rounding."""

FLOAT32_TINY = float(np.finfo(np.float32).tiny)
FLOAT32_LOST = 2.0**-25
"""Largest x for which 1 − x is 1 in float32."""

TUNED_STEPS = 1000
TUNED_ENDS = (0.02, 0.0195, 0.012)
"""β_T of DDPM, latent diffusion and Stable Diffusion, all chosen for T = 1000."""

UNSCALED_KINDS = ("linear", "scaled_linear", "warmup10", "warmup50", "const", "sigmoid_beta")
"""Kinds whose largest β is β_T, whatever T is."""

CHOSEN_KINDS = (*UNSCALED_KINDS, "sqrt", "edm", "ve", "drawn", "formula", CUSTOM.name)
"""Kinds whose β, or σ, are the user's own or lie between ends that are, so that none is raised."""

MORE_STEPS = QT_TRANSLATE_NOOP("findings", "Take more steps.")
LOWER_START = QT_TRANSLATE_NOOP("findings", "Lower β_1.")
LOWER_END = QT_TRANSLATE_NOOP("findings", "Lower β_T.")
LOWER_BOTH = QT_TRANSLATE_NOOP("findings", "Lower β_1 and β_T.")
LOWER_SHIFT = QT_TRANSLATE_NOOP("findings", "Lower the shift of the SNR.")
RAISE_SHIFT = QT_TRANSLATE_NOOP("findings", "Raise the shift of the SNR.")


Seek = Callable[[Schedule], SourceText]
"""A function that tries changes of a schedule, and returns what to do about it."""


@dataclass(frozen=True)
class Sought:
    """What to do about a schedule, which is sought when somebody asks, since that takes longer than to find fault.

    It has what makes the schedule in place of the schedule, with whose coefficients a finding has to vanish. Those of
    equal schedules are equal.
    """

    seek: Seek
    makes: tuple[Callable[..., Schedule], tuple[object, ...]]

    @classmethod
    def about(cls, schedule: Schedule, seek: Seek) -> Self:
        """What `seek` will return for this schedule."""
        return cls(seek, schedule.__reduce__())

    def text(self) -> SourceText:
        """What to do."""
        make, arguments = self.makes
        return self.seek(make(*arguments))


@dataclass(frozen=True)
class Finding:
    """One remark about a schedule: what was found, what it means and what to do, templates over `values`.

    `t` is the first step that it is about, 0 if it is about none in particular. What there is `to_do` may still have to
    be sought; `remedy` is its template.

    >>> print(findings_of(Schedule("linear", 300))[1].texts[2])
    Multiply its betas by 3.333, as “Linear, rescaled to T” does.
    """

    code: str
    severe: bool
    what: SourceText
    meaning: SourceText
    to_do: SourceText | Sought = field(hash=False)
    values: dict[str, object] = field(default_factory=dict, hash=False)
    t: int = 0

    @cached_property
    def remedy(self) -> SourceText:
        """What to do, sought at the first call."""
        return self.to_do.text() if isinstance(self.to_do, Sought) else self.to_do

    @property
    def headline(self) -> Text:
        """What was found, to be translated."""
        return Text(self.what, self.values)

    @property
    def texts(self) -> tuple[Text, ...]:
        """What was found, what it means and what to do, each to be translated."""
        return tuple(Text(template, self.values) for template in (self.what, self.meaning, self.remedy))

    def __str__(self) -> str:
        return " ".join(map(str, self.texts))


def findings_of(schedule: Schedule) -> tuple[Finding, ...]:
    """All warnings about `schedule`, the most serious first.

    >>> from ddpm_studio.diffusion.schedule import Schedule
    >>> [finding.code for finding in findings_of(Schedule("linear", 300))]
    ['terminal_signal', 'unscaled_ends']
    >>> findings_of(Schedule("cosine", 1000, {"zero_snr": 1}))[0].what
    'ᾱ_T = 0: x_T is pure noise.'
    """
    found = _FOUND.get(schedule.coefficients)
    if found is None:
        every = (finding for check in _CHECKS for finding in check(schedule))
        found = _FOUND[schedule.coefficients] = tuple(sorted(every, key=lambda finding: not finding.severe))
    return found


_FOUND: WeakKeyDictionary[Coefficients, tuple[Finding, ...]] = WeakKeyDictionary()
"""What was found about schedules that are still there."""


def _betters(schedule: Schedule, measure: Callable[[Schedule], float], **changes: float) -> bool:
    """Whether a schedule has less of what is measured once changed so; False if it cannot be changed so."""
    if not changes:
        return False
    try:
        changed = schedule.replace(**changes)
    except ScheduleError:
        return False
    return measure(changed) < measure(schedule)


def _scaled(schedule: Schedule, key: str, factor: float) -> dict[str, float]:
    """A parameter times a factor, within its bounds; nothing if the kind does not have it."""
    bounds = {parameter.key: (parameter.low, parameter.high) for parameter in schedule.parameters}
    if key not in bounds:
        return {}
    low, high = bounds[key]
    return {key: min(max(schedule.values[key] * factor, low), high)}


def _last_log_snr(schedule: Schedule) -> float:
    return float(schedule.coefficients.log_snr[-1])


def _first_log_snr(schedule: Schedule) -> float:
    return float(schedule.coefficients.log_snr[0])


def _first_sigma(schedule: Schedule) -> float:
    return float(schedule.coefficients.sigmas[0])


def _terminal_signal(schedule: Schedule) -> Iterator[Finding]:
    signal = float(schedule.coefficients.sqrt_alphas_cumprod[-1])
    noise = float(schedule.coefficients.sqrt_one_minus_alphas_cumprod[-1])
    if signal > TERMINAL_SIGNAL:
        yield Finding(
            "terminal_signal",
            signal > 10 * TERMINAL_SIGNAL,
            QT_TRANSLATE_NOOP("findings", "√ᾱ_T = {signal:.4g}: {percent:.0f} % of the signal is left at t = T.")
            if signal < NEARLY_ALL
            else QT_TRANSLATE_NOOP("findings", "√ᾱ_T = 1 − {lost:.2g}: nearly all of the signal is left at t = T."),
            QT_TRANSLATE_NOOP(
                "findings",
                "Sampling starts from pure noise, which the network never saw in training, so brightness leaks.",
            ),
            Sought.about(schedule, _remedy_of_signal),
            {"signal": signal, "percent": 100 * signal, "lost": noise**2 / (1 + signal)},
            schedule.T,
        )


def _remedy_of_signal(schedule: Schedule) -> SourceText:
    end = _betters(schedule, _last_log_snr, **_scaled(schedule, "beta_end", 2.0))
    if end and _betters(schedule, _last_log_snr, T=2 * schedule.T):
        return QT_TRANSLATE_NOOP(
            "findings", "Switch on zero terminal SNR, or end in more noise: raise β_T, T or the shift of the SNR."
        )
    if end:
        return QT_TRANSLATE_NOOP(
            "findings", "Switch on zero terminal SNR, or end in more noise: raise β_T or the shift of the SNR."
        )
    if _betters(schedule, _last_log_snr, **_scaled(schedule, "sigma_max", 1.1)):
        return QT_TRANSLATE_NOOP(
            "findings", "Switch on zero terminal SNR, or end in more noise: raise σ_max or the shift of the SNR."
        )
    return QT_TRANSLATE_NOOP("findings", "Switch on zero terminal SNR, or raise the shift of the SNR.")


def _unscaled_ends(schedule: Schedule) -> Iterator[Finding]:
    end = schedule.values.get("beta_end")
    factor = TUNED_STEPS / schedule.T
    if schedule.kind in UNSCALED_KINDS and end in TUNED_ENDS and factor != 1:
        rescale = QT_TRANSLATE_NOOP("findings", "Multiply its betas by {factor:.4g}, as “Linear, rescaled to T” does.")
        change = QT_TRANSLATE_NOOP(
            "findings", "T is too small for this kind; choose one that scales with T, such as cosine."
        )
        yield Finding(
            "unscaled_ends",
            False,
            QT_TRANSLATE_NOOP("findings", "β_T = {end:g} was chosen for T = 1000, and T is {T}."),
            QT_TRANSLATE_NOOP("findings", "β of this kind does not scale with T, so the noise in x_T depends on T."),
            rescale if factor * max(end, schedule.values.get("beta_start", end)) < 1 else change,
            {"end": end, "T": schedule.T, "factor": factor},
            schedule.T,
        )


def _zero_terminal(schedule: Schedule) -> Iterator[Finding]:
    if schedule.coefficients.log_snr[-1] == -np.inf:
        yield Finding(
            "zero_terminal_snr",
            False,
            QT_TRANSLATE_NOOP("findings", "ᾱ_T = 0: x_T is pure noise."),
            QT_TRANSLATE_NOOP(
                "findings",
                "1/√ᾱ_T is infinite, so x_0 cannot be computed from an ε-prediction and comes out as NaN.",
            ),
            QT_TRANSLATE_NOOP("findings", "Train with v-, x0- or flow prediction on this schedule."),
            t=schedule.T,
        )


def _destroying_start(schedule: Schedule) -> Iterator[Finding]:
    sigma = _first_sigma(schedule)
    if sigma > FIRST_SIGMA:
        yield Finding(
            "destroying_start",
            False,
            QT_TRANSLATE_NOOP("findings", "σ_1 = {sigma:.3g}: the first step already hides fine detail.")
            if sigma < np.inf
            else QT_TRANSLATE_NOOP("findings", "σ_1 = ∞: the first step already hides the whole picture."),
            QT_TRANSLATE_NOOP(
                "findings", "The last step of sampling has to invent that detail all at once, and pictures stay grainy."
            ),
            Sought.about(schedule, _remedy_of_start),
            {"sigma": sigma},
            1,
        )


def _remedy_of_start(schedule: Schedule) -> SourceText:
    """A change of the first step; no shift of the SNR has an effect on one that leaves nothing."""
    some = _first_sigma(schedule) < np.inf
    if _betters(schedule, _first_sigma, **_scaled(schedule, "beta_start", 0.5)):
        lower = QT_TRANSLATE_NOOP("findings", "Lower β_1 or the shift of the SNR.")
        return lower if some else LOWER_START
    if _betters(schedule, _first_sigma, **_scaled(schedule, "beta_end", 0.5)):
        lower = QT_TRANSLATE_NOOP("findings", "Lower β_T or the shift of the SNR.")
        return lower if some else LOWER_END
    if _betters(schedule, _first_sigma, **_scaled(schedule, "sigma_min", 0.5)):
        return QT_TRANSLATE_NOOP("findings", "Lower σ_min or the shift of the SNR.")
    if _betters(schedule, _first_sigma, T=2 * schedule.T):
        more = QT_TRANSLATE_NOOP("findings", "Take more steps, or lower the shift of the SNR.")
        return more if some else MORE_STEPS
    return LOWER_SHIFT if some else QT_TRANSLATE_NOOP("findings", "Make the first step smaller.")


def _capped(schedule: Schedule) -> Iterator[Finding]:
    limit, capped = _limit(schedule), _at_limit(schedule)
    count = len(capped)
    if count:
        yield Finding(
            "capped_betas",
            False,
            QT_TRANSLATE_NOOP("findings", "Steps where β reaches {limit:g} or more: {count} of {T}."),
            QT_TRANSLATE_NOOP("findings", "Such a step erases nearly everything that the step before it left.")
            if limit == MAX_BETA
            else QT_TRANSLATE_NOOP("findings", "That is its cap: without it, such a step would erase more."),
            Sought.about(schedule, _remedy_of_cap),
            {"limit": limit, "count": count, "T": schedule.T},
            int(capped[0]) + 1,
        )


def _limit(schedule: Schedule) -> float:
    return min(MAX_BETA, schedule.values.get("max_beta", MAX_BETA))


def _at_limit(schedule: Schedule) -> NDArray[np.intp]:
    """The indices of steps whose β reaches the cap, but for a last one that erases everything."""
    betas = schedule.betas[:-1] if schedule.betas[-1] == 1 else schedule.betas
    return np.flatnonzero(betas >= _limit(schedule) * (1 - TOLERANCE))


def _capped_count(schedule: Schedule) -> float:
    """How many steps reach the cap, but for a last one of several: that is normal."""
    capped = _at_limit(schedule)
    return int(np.count_nonzero(capped < max(schedule.T - 1, 1)))


def _remedy_of_cap(schedule: Schedule) -> SourceText:
    if _at_limit(schedule).tolist() == [schedule.T - 1] and schedule.T > 1:
        return QT_TRANSLATE_NOOP("findings", "Normal for the very last step.")
    if _betters(schedule, _capped_count, T=2 * schedule.T):
        return MORE_STEPS
    lower = {**_scaled(schedule, "beta_start", 1e-9), **_scaled(schedule, "beta_end", 1e-9)}
    if _betters(schedule, _capped_count, **lower):
        return LOWER_BOTH
    return QT_TRANSLATE_NOOP("findings", "Make these steps smaller.")


def _falling_betas(schedule: Schedule) -> Iterator[Finding]:
    falls = _falls(schedule)
    if len(falls):
        yield Finding(
            "falling_betas",
            False,
            QT_TRANSLATE_NOOP("findings", "β falls all the way, from {first:.4g} at t = 1 to {last:.4g} at t = {T}.")
            if _falls_throughout(schedule)
            else QT_TRANSLATE_NOOP("findings", "β falls in {count} of {T} steps, first after t = {t}."),
            QT_TRANSLATE_NOOP("findings", "Most samplers were tuned on schedules whose steps grow with the noise."),
            Sought.about(schedule, _remedy_of_falls),
            {
                "t": int(falls[0]) + 1,
                "count": len(falls),
                "T": schedule.T,
                "first": schedule.betas[0],
                "last": schedule.betas[-1],
            },
            int(falls[0]) + 1,
        )


def _falls(schedule: Schedule) -> NDArray[np.intp]:
    """The indices of steps after which β is smaller."""
    betas = schedule.betas
    # Few of many steps fall at all: only those are held against the tolerance.
    steps = np.flatnonzero(betas[1:] < betas[:-1])
    return steps[betas[steps + 1] - betas[steps] < -TOLERANCE * betas[steps]]


def _falls_count(schedule: Schedule) -> float:
    return len(_falls(schedule))


def _falls_throughout(schedule: Schedule) -> bool:
    """Whether β falls in every one of several steps, as where a table begins with the noisiest."""
    return len(_falls(schedule)) == schedule.T - 1 > 1


def _remedy_of_falls(schedule: Schedule) -> SourceText:
    if schedule.kind == CUSTOM.name and _falls_throughout(schedule):
        return QT_TRANSLATE_NOOP("findings", "Perhaps its table begins with the noisiest step; turn its rows around.")
    if schedule.kind == CUSTOM.name:
        return QT_TRANSLATE_NOOP(
            "findings", "Normal for Laplace and for a shifted SNR; otherwise perhaps a mistake in the table."
        )
    start, end = schedule.values.get("beta_start", 0.0), schedule.values.get("beta_end", 1.0)
    if start > end and _betters(schedule, _falls_count, beta_start=end, beta_end=start):
        return QT_TRANSLATE_NOOP("findings", "Perhaps β_1 and β_T have to be exchanged.")
    return QT_TRANSLATE_NOOP("findings", "That follows from its formula and its operators; nothing has to be done.")


def _raised(schedule: Schedule) -> Iterator[Finding]:
    if schedule.kind in CHOSEN_KINDS:
        return
    given = dict(schedule.given)
    own = {p.key: given[p.key] for p in kind_named(schedule.kind).parameters if p.key in given}
    if own == given:
        count, first = _raised_of(schedule.betas)
    else:
        count, first = _raised_without_operators(schedule.kind, schedule.T, tuple(own.items()))
    if count:
        yield Finding(
            "raised_betas",
            False,
            QT_TRANSLATE_NOOP("findings", "Steps where the kind raises β to {least:g}: {count} of {T}."),
            QT_TRANSLATE_NOOP(
                "findings", "The formula asks for less, so that ᾱ there is not quite that of the formula."
            ),
            QT_TRANSLATE_NOOP("findings", "Bring its parameters closer to their defaults."),
            {"least": MIN_BETA, "count": count, "T": schedule.T},
            first,
        )


def _raised_of(betas: Array) -> tuple[int, int]:
    """How many steps have the smallest β that a kind makes, and the first of them, 0 if there is none."""
    small = np.flatnonzero(betas < 2 * MIN_BETA)
    raised = small[np.abs(betas[small] - MIN_BETA) < TOLERANCE * MIN_BETA]
    return len(raised), int(raised[0]) + 1 if len(raised) else 0


# The slider of an operator asks for the same at every move.
@lru_cache(maxsize=32)
def _raised_without_operators(kind: str, T: int, own: tuple[tuple[str, float], ...]) -> tuple[int, int]:
    return _raised_of(Schedule(kind, T, own).betas)


def _below_float32(schedule: Schedule) -> Iterator[Finding]:
    below = _tiny(schedule)
    count = len(below)
    if count:
        yield Finding(
            "below_float32",
            True,
            QT_TRANSLATE_NOOP("findings", "Steps where ᾱ is below float32's smallest number, 1.2e-38: {count} of {T}."),
            QT_TRANSLATE_NOOP("findings", "Code in float32 sees 0 there and divides by it."),
            Sought.about(schedule, _remedy_of_tiny),
            {"count": count, "T": schedule.T},
            int(below[0]) + 1,
        )


def _tiny(schedule: Schedule) -> NDArray[np.intp]:
    """The indices of steps whose ᾱ is too small for float32, but for a last one that is pure noise."""
    levels = schedule.coefficients.alphas_cumprod
    below = np.flatnonzero(levels < FLOAT32_TINY)
    return below[:-1] if schedule.betas[-1] == 1 else below


def _tiny_count(schedule: Schedule) -> float:
    return len(_tiny(schedule))


def _remedy_of_tiny(schedule: Schedule) -> SourceText:
    if "beta_end" not in schedule.values:
        if _betters(schedule, _tiny_count, **_scaled(schedule, "snr_shift", 1e-3)):
            return QT_TRANSLATE_NOOP("findings", "Lower the shift of the SNR, or keep the coefficients in float64.")
        return QT_TRANSLATE_NOOP("findings", "Keep the coefficients in float64.")
    if _betters(schedule, _tiny_count, **_scaled(schedule, "beta_end", 0.5)):
        fewer = _betters(schedule, _tiny_count, T=schedule.T // 2)
        return QT_TRANSLATE_NOOP("findings", "Lower β_T or T.") if fewer else LOWER_END
    if _betters(schedule, _tiny_count, **_scaled(schedule, "beta_start", 0.5)):
        return LOWER_START
    return LOWER_BOTH


def _lost_in_float32(schedule: Schedule) -> Iterator[Finding]:
    beta = float(schedule.betas[0])
    if beta <= FLOAT32_LOST:
        yield Finding(
            "lost_in_float32",
            True,
            QT_TRANSLATE_NOOP("findings", "β_1 = {beta:.3g}: in float32, ᾱ_1 is 1 and 1 − ᾱ_1 is 0."),
            QT_TRANSLATE_NOOP("findings", "Code in float32 divides by 1 − ᾱ_1 and gives NaN at the first step."),
            Sought.about(schedule, _remedy_of_loss),
            {"beta": beta},
            1,
        )


def _remedy_of_loss(schedule: Schedule) -> SourceText:
    if _betters(schedule, _first_log_snr, **_scaled(schedule, "beta_start", 2.0)):
        return QT_TRANSLATE_NOOP("findings", "Raise β_1 above 3e-8, or keep the coefficients in float64.")
    if _betters(schedule, _first_log_snr, **_scaled(schedule, "sigma_min", 2.0)):
        return QT_TRANSLATE_NOOP(
            "findings", "Raise σ_min or the shift of the SNR, or keep the coefficients in float64."
        )
    return QT_TRANSLATE_NOOP("findings", "Raise the shift of the SNR, or keep the coefficients in float64.")


def _wasted_steps(schedule: Schedule) -> Iterator[Finding]:
    log_snr = schedule.coefficients.log_snr
    noise, clean = (
        int(np.count_nonzero(log_snr < -WASTED_LOG_SNR)),
        int(np.count_nonzero(log_snr > WASTED_LOG_SNR)),
    )
    if 2 * (noise + clean) > schedule.T:
        yield Finding(
            "wasted_steps",
            False,
            QT_TRANSLATE_NOOP("findings", "Steps where log SNR is below −10: {noise} of {T}; above 10: {clean}."),
            QT_TRANSLATE_NOOP("findings", "Little is learned there: x_t is all noise, or already the picture."),
            Sought.about(schedule, _remedy_of_waste),
            {"noise": noise, "clean": clean, "T": schedule.T},
        )


def _remedy_of_waste(schedule: Schedule) -> SourceText:
    """A shift towards log SNR = 0, or, where as much is lost at one end as is won at the other, a narrower range."""
    log_snr = schedule.coefficients.log_snr
    now, less, more = (np.count_nonzero(np.abs(log_snr + by) > WASTED_LOG_SNR) for by in (0, 1, -1))
    if min(less, more) >= now:
        return QT_TRANSLATE_NOOP("findings", "Bring the ends of the schedule closer to log SNR = 0.")
    return LOWER_SHIFT if less < more else RAISE_SHIFT


_CHECKS: tuple[Callable[[Schedule], Iterator[Finding]], ...] = (
    _terminal_signal,
    _unscaled_ends,
    _zero_terminal,
    _destroying_start,
    _capped,
    _falling_betas,
    _raised,
    _below_float32,
    _lost_in_float32,
    _wasted_steps,
)
