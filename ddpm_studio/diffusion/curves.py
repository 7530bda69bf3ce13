"""What can be plotted: for every coefficient its symbol, formula, meaning and natural axis, one entry each."""

from __future__ import annotations

from dataclasses import dataclass

from ddpm_studio.errors import QT_TRANSLATE_NOOP

FORWARD_AT_T = "x_t = {sqrt_alphas_cumprod:.4g}·x_0 + {sqrt_one_minus_alphas_cumprod:.4g}·ε"


@dataclass(frozen=True)
class Curve:
    """One coefficient as a person meets it.

    `name` is the array's name in Coefficients; `at_t` is the formula with this t's numbers, a template over all
    coefficient names and `t`; `log` says that its natural y axis is logarithmic; `bounds` are limits that hold for
    every schedule, None where there is none.
    """

    name: str
    symbol: str
    formula: str
    meaning: str
    at_t: str
    log: bool = False
    bounds: tuple[float | None, float | None] = (None, None)


UNIT = (0.0, 1.0)
POSITIVE = (0.0, None)

_CURVES = (
    Curve(
        "betas",
        "β_t",
        "β_t",
        QT_TRANSLATE_NOOP("curves", "How much fresh noise step t mixes in: its variance."),
        "q(x_t | x_t−1) = N(√{alphas:.4g}·x_t−1, {betas:.4g}·I)",
        bounds=POSITIVE,
    ),
    Curve(
        "alphas",
        "α_t",
        "α_t = 1 − β_t",
        QT_TRANSLATE_NOOP("curves", "How much of the picture's variance survives one step."),
        "α_t = 1 − {betas:.4g} = {alphas:.4g}",
        bounds=(None, 1.0),
    ),
    Curve(
        "alphas_cumprod",
        "ᾱ_t",
        "ᾱ_t = α_1·α_2·…·α_t",
        QT_TRANSLATE_NOOP(
            "curves", "How much of the picture survives all steps up to t: it lets us jump from x_0 to x_t."
        ),
        "ᾱ_t = ᾱ_t−1·α_t = {alphas_cumprod_prev:.4g}·{alphas:.4g} = {alphas_cumprod:.4g}",
        bounds=UNIT,
    ),
    Curve(
        "alphas_cumprod_prev",
        "ᾱ_t−1",
        "ᾱ_t−1, with ᾱ_0 = 1",
        QT_TRANSLATE_NOOP("curves", "What survives one step earlier, where the reverse step leads."),
        "ᾱ_t−1 = ᾱ_t/α_t = {alphas_cumprod:.4g}/{alphas:.4g} = {alphas_cumprod_prev:.4g}",
        bounds=UNIT,
    ),
    Curve(
        "sqrt_recip_alphas",
        "√(1/α_t)",
        "√(1/α_t)",
        QT_TRANSLATE_NOOP("curves", "The amplifier of the reverse step: it undoes the shrinking of step t."),
        "μ = {sqrt_recip_alphas:.4g}·(x_t − {betas:.4g}/{sqrt_one_minus_alphas_cumprod:.4g}·ε_θ)",
        bounds=(1.0, None),
    ),
    Curve(
        "sqrt_alphas_cumprod",
        "√ᾱ_t",
        "√ᾱ_t",
        QT_TRANSLATE_NOOP("curves", "The weight of the picture in x_t."),
        FORWARD_AT_T,
        bounds=UNIT,
    ),
    Curve(
        "sqrt_one_minus_alphas_cumprod",
        "√(1−ᾱ_t)",
        "√(1 − ᾱ_t)",
        QT_TRANSLATE_NOOP("curves", "The weight of the noise in x_t."),
        FORWARD_AT_T,
        bounds=UNIT,
    ),
    Curve(
        "posterior_variance",
        "β̃_t",
        "β̃_t = β_t·(1 − ᾱ_t−1)/(1 − ᾱ_t)",
        QT_TRANSLATE_NOOP("curves", "How much noise the reverse step adds back; fixed by the schedule, not learned."),
        "β̃_t = {betas:.4g}·(1 − {alphas_cumprod_prev:.4g})/(1 − {alphas_cumprod:.4g}) = {posterior_variance:.4g}",
        bounds=POSITIVE,
    ),
    Curve(
        "alphas_cumprod_next",
        "ᾱ_t+1",
        "ᾱ_t+1, with ᾱ_T+1 = 0",
        QT_TRANSLATE_NOOP("curves", "What survives one step later, where DDIM inversion leads."),
        "ᾱ_t+1 = {alphas_cumprod_next:.4g}, ᾱ_t = {alphas_cumprod:.4g}",
        bounds=UNIT,
    ),
    Curve(
        "log_one_minus_alphas_cumprod",
        "ln(1−ᾱ_t)",
        "ln(1 − ᾱ_t)",
        QT_TRANSLATE_NOOP("curves", "The log of the noise's variance in x_t, as likelihoods need it."),
        "ln(1 − {alphas_cumprod:.4g}) = {log_one_minus_alphas_cumprod:.4g}",
        bounds=(None, 0.0),
    ),
    Curve(
        "sqrt_recip_alphas_cumprod",
        "√(1/ᾱ_t)",
        "√(1/ᾱ_t)",
        QT_TRANSLATE_NOOP("curves", "How strongly x_t is amplified to read x_0 out of it; errors grow with it."),
        "x_0 = {sqrt_recip_alphas_cumprod:.4g}·x_t − {sqrt_recipm1_alphas_cumprod:.4g}·ε_θ",
        log=True,
        bounds=(1.0, None),
    ),
    Curve(
        "sqrt_recipm1_alphas_cumprod",
        "√(1/ᾱ_t − 1)",
        "√(1/ᾱ_t − 1)",
        QT_TRANSLATE_NOOP("curves", "How strongly the predicted noise is taken off to read x_0 out of x_t."),
        "x_0 = {sqrt_recip_alphas_cumprod:.4g}·x_t − {sqrt_recipm1_alphas_cumprod:.4g}·ε_θ",
        log=True,
        bounds=POSITIVE,
    ),
    Curve(
        "posterior_log_variance_clipped",
        "ln β̃_t",
        "ln β̃_t, the first a copy of the second",
        QT_TRANSLATE_NOOP("curves", "The log of the reverse step's noise, clipped because β̃_1 is 0."),
        "ln β̃_t = {posterior_log_variance_clipped:.4g}",
    ),
    Curve(
        "posterior_mean_coef1",
        "c₁(t)",
        "c₁ = β_t·√ᾱ_t−1/(1 − ᾱ_t)",
        QT_TRANSLATE_NOOP("curves", "How much of the reverse step's target is the estimate of x_0."),
        "μ̃ = {posterior_mean_coef1:.4g}·x_0 + {posterior_mean_coef2:.4g}·x_t",
        bounds=UNIT,
    ),
    Curve(
        "posterior_mean_coef2",
        "c₂(t)",
        "c₂ = (1 − ᾱ_t−1)·√α_t/(1 − ᾱ_t)",
        QT_TRANSLATE_NOOP("curves", "How much of the reverse step's target is the present x_t."),
        "μ̃ = {posterior_mean_coef1:.4g}·x_0 + {posterior_mean_coef2:.4g}·x_t",
        bounds=UNIT,
    ),
    Curve(
        "snr",
        "SNR",
        "SNR = ᾱ_t/(1 − ᾱ_t)",
        QT_TRANSLATE_NOOP(
            "curves", "Variance of the picture over variance of the noise; 1 is where they weigh the same."
        ),
        "SNR = {alphas_cumprod:.4g}/(1 − {alphas_cumprod:.4g}) = {snr:.4g}",
        log=True,
        bounds=POSITIVE,
    ),
    Curve(
        "log_snr",
        "log SNR",
        "log SNR = ln(ᾱ_t/(1 − ᾱ_t))",
        QT_TRANSLATE_NOOP(
            "curves", "The natural clock of diffusion: two schedules at the same log SNR see the same noise."
        ),
        "log SNR = ln {snr:.4g} = {log_snr:.4g}",
    ),
    Curve(
        "snr_db",
        "SNR (dB)",
        "10·log₁₀ SNR",
        QT_TRANSLATE_NOOP("curves", "The same in decibels: 0 dB is as much noise as picture."),
        "10·log₁₀ {snr:.4g} = {snr_db:.4g} dB",
    ),
    Curve(
        "sigmas",
        "σ_t",
        "σ_t = √((1 − ᾱ_t)/ᾱ_t)",
        QT_TRANSLATE_NOOP("curves", "Noise per unit of picture, the noise level of Karras and k-diffusion."),
        "σ_t = {sqrt_one_minus_alphas_cumprod:.4g}/{sqrt_alphas_cumprod:.4g} = {sigmas:.4g}",
        log=True,
        bounds=POSITIVE,
    ),
    Curve(
        "lambdas",
        "λ_t",
        "λ_t = ln(√ᾱ_t/√(1 − ᾱ_t)) = −ln σ_t",
        QT_TRANSLATE_NOOP("curves", "Half of log SNR, the time in which DPM-Solver takes its steps."),
        "λ_t = ln({sqrt_alphas_cumprod:.4g}/{sqrt_one_minus_alphas_cumprod:.4g}) = {lambdas:.4g}",
    ),
    Curve(
        "loss_weight_epsilon",
        "w_ε→x₀",
        "SNR",
        QT_TRANSLATE_NOOP("curves", "What the plain loss on ε is worth as a loss on x_0: clean pictures count most."),
        "‖ε − ε_θ‖² = {loss_weight_epsilon:.4g}·‖x_0 − x̂_0‖²",
        log=True,
        bounds=POSITIVE,
    ),
    Curve(
        "min_snr_weight_epsilon",
        "min-SNR, ε",
        "min(SNR, 5)/SNR",
        QT_TRANSLATE_NOOP("curves", "The min-SNR-5 weight of a loss on ε: easy, nearly clean steps are held back."),
        "min({snr:.4g}, 5)/{snr:.4g} = {min_snr_weight_epsilon:.4g}",
        bounds=UNIT,
    ),
    Curve(
        "min_snr_weight_v",
        "min-SNR, v",
        "min(SNR, 5)/(SNR + 1)",
        QT_TRANSLATE_NOOP("curves", "The min-SNR-5 weight of a loss on v."),
        "min({snr:.4g}, 5)/({snr:.4g} + 1) = {min_snr_weight_v:.4g}",
        bounds=UNIT,
    ),
    Curve(
        "min_snr_weight_x0",
        "min-SNR, x₀",
        "min(SNR, 5)",
        QT_TRANSLATE_NOOP("curves", "The min-SNR-5 weight of a loss on x_0."),
        "min({snr:.4g}, 5) = {min_snr_weight_x0:.4g}",
        bounds=(0.0, 5.0),
    ),
    Curve(
        "vlb_weight",
        "w_VLB",
        "β_t²/(2·β̃_t·α_t·(1 − ᾱ_t))",
        QT_TRANSLATE_NOOP("curves", "The weight that the likelihood bound gives step t; DDPM's simple loss drops it."),
        "β_t²/(2·β̃_t·α_t·(1 − ᾱ_t)) = {vlb_weight:.4g}",
        log=True,
        bounds=POSITIVE,
    ),
    Curve(
        "log_snr_density",
        "p(log SNR)",
        "−du/dlog SNR, u = t/T",
        QT_TRANSLATE_NOOP("curves", "How often training visits this noise level when t is drawn evenly."),
        "p({log_snr:.4g}) = {log_snr_density:.4g}",
        bounds=POSITIVE,
    ),
)

CURVES: dict[str, Curve] = {curve.name: curve for curve in _CURVES}
"""Every curve by the name of its array; the eight of DDPM's scheduler come first."""

SEED_CURVES = tuple(CURVES)[:8]
"""The eight tensors that a DDPM scheduler precomputes."""
