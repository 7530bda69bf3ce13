"""Findings: warnings about a schedule, each with what was found, what it means and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from ddpm_studio.diffusion.kinds import MAX_BETA
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.texts import SourceText, Text

TERMINAL_SIGNAL = 0.01
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


@dataclass(frozen=True)
class Finding:
    """One remark about a schedule: what was found, what it means and what to do, templates over `values`.

    `t` is the first step that it is about, 0 if it is about none in particular.

    >>> print(findings_of(Schedule("linear", 300))[1].texts[2])
    Multiply its betas by 3.333, as “Linear, rescaled to T” does.
    """

    code: str
    severe: bool
    what: SourceText
    meaning: SourceText
    remedy: SourceText
    values: dict[str, object] = field(default_factory=dict, hash=False)
    t: int = 0

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
    found = [finding for check in _CHECKS for finding in check(schedule)]
    return tuple(sorted(found, key=lambda finding: not finding.severe))


def _terminal_signal(schedule: Schedule) -> Iterator[Finding]:
    signal = float(schedule.coefficients.sqrt_alphas_cumprod[-1])
    if signal > TERMINAL_SIGNAL:
        yield Finding(
            "terminal_signal",
            signal > 10 * TERMINAL_SIGNAL,
            QT_TRANSLATE_NOOP("findings", "√ᾱ_T = {signal:.4g}: {percent:.0f} % of the signal is left at t = T."),
            QT_TRANSLATE_NOOP(
                "findings",
                "Sampling starts from pure noise, which the network never saw in training, so brightness leaks.",
            ),
            QT_TRANSLATE_NOOP(
                "findings", "Switch on zero terminal SNR, or end in more noise: raise β_T, T or the shift."
            ),
            {"signal": signal, "percent": 100 * signal},
            schedule.T,
        )


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
            rescale if factor * end < 1 else change,
            {"end": end, "T": schedule.T, "factor": factor},
            schedule.T,
        )


def _zero_terminal(schedule: Schedule) -> Iterator[Finding]:
    if schedule.coefficients.alphas_cumprod[-1] == 0:
        yield Finding(
            "zero_terminal_snr",
            False,
            QT_TRANSLATE_NOOP("findings", "ᾱ_T = 0: x_T is pure noise."),
            QT_TRANSLATE_NOOP(
                "findings",
                "1/√ᾱ_T is infinite, so x_0 cannot be computed from an ε-prediction and comes out as NaN.",
            ),
            QT_TRANSLATE_NOOP("findings", "Train with v-prediction or x0-prediction on this schedule."),
            t=schedule.T,
        )


def _destroying_start(schedule: Schedule) -> Iterator[Finding]:
    sigma = float(schedule.coefficients.sigmas[0])
    if sigma > FIRST_SIGMA:
        yield Finding(
            "destroying_start",
            False,
            QT_TRANSLATE_NOOP("findings", "σ_1 = {sigma:.3g}: the first step already hides fine detail."),
            QT_TRANSLATE_NOOP(
                "findings", "The last step of sampling has to invent that detail all at once, and pictures stay grainy."
            ),
            QT_TRANSLATE_NOOP("findings", "Lower β_1, or take more steps."),
            {"sigma": sigma},
            1,
        )


def _capped(schedule: Schedule) -> Iterator[Finding]:
    limit = min(MAX_BETA, schedule.values.get("max_beta", MAX_BETA))
    betas = schedule.betas[:-1] if schedule.betas[-1] == 1 else schedule.betas
    capped = np.flatnonzero(betas >= limit * (1 - TOLERANCE))
    count = len(capped)
    if count:
        yield Finding(
            "capped_betas",
            False,
            QT_TRANSLATE_NOOP("findings", "β reaches {limit:g} or more in {count} of {T} steps."),
            QT_TRANSLATE_NOOP("findings", "Such a step erases nearly everything that the step before it left."),
            QT_TRANSLATE_NOOP("findings", "Normal for the very last step; for more than a few, take more steps."),
            {"limit": limit, "count": count, "T": schedule.T},
            int(capped[0]) + 1,
        )


def _falling_betas(schedule: Schedule) -> Iterator[Finding]:
    betas = schedule.betas
    falls = np.flatnonzero(np.diff(betas) < -TOLERANCE * betas[:-1])
    if len(falls):
        yield Finding(
            "falling_betas",
            False,
            QT_TRANSLATE_NOOP("findings", "β falls in {count} of {T} steps, first after t = {t}."),
            QT_TRANSLATE_NOOP("findings", "Most samplers were tuned on schedules whose steps grow with the noise."),
            QT_TRANSLATE_NOOP("findings", "Normal for Laplace and for a shifted SNR, otherwise perhaps a mistake."),
            {"t": int(falls[0]) + 1, "count": len(falls), "T": schedule.T},
            int(falls[0]) + 1,
        )


def _below_float32(schedule: Schedule) -> Iterator[Finding]:
    below = np.flatnonzero(schedule.coefficients.alphas_cumprod < FLOAT32_TINY)
    count = len(below) - int(schedule.betas[-1] == 1)
    if count:
        yield Finding(
            "below_float32",
            True,
            QT_TRANSLATE_NOOP("findings", "ᾱ is below float32's smallest number, 1.2e-38, in {count} steps."),
            QT_TRANSLATE_NOOP("findings", "Code in float32 sees 0 there and divides by it."),
            QT_TRANSLATE_NOOP("findings", "Lower β_T or T."),
            {"count": count},
            int(below[0]) + 1,
        )


def _lost_in_float32(schedule: Schedule) -> Iterator[Finding]:
    beta = float(schedule.betas[0])
    if beta <= FLOAT32_LOST:
        yield Finding(
            "lost_in_float32",
            True,
            QT_TRANSLATE_NOOP("findings", "β_1 = {beta:.3g}: in float32, ᾱ_1 is 1 and 1 − ᾱ_1 is 0."),
            QT_TRANSLATE_NOOP("findings", "Code in float32 divides by 1 − ᾱ_1 and gives NaN at the first step."),
            QT_TRANSLATE_NOOP("findings", "Raise β_1 above 3e-8, or keep the coefficients in float64."),
            {"beta": beta},
            1,
        )


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
            QT_TRANSLATE_NOOP(
                "findings", "{noise} of {T} steps lie where log SNR < −10 and {clean} where log SNR > 10."
            ),
            QT_TRANSLATE_NOOP("findings", "Nothing is learned there: x_t is all noise, or already the picture."),
            QT_TRANSLATE_NOOP("findings", "Bring the ends of the schedule closer to log SNR = 0."),
            {"noise": noise, "clean": clean, "T": schedule.T},
        )


_CHECKS: tuple[Callable[[Schedule], Iterator[Finding]], ...] = (
    _terminal_signal,
    _unscaled_ends,
    _zero_terminal,
    _destroying_start,
    _capped,
    _falling_betas,
    _below_float32,
    _lost_in_float32,
    _wasted_steps,
)
