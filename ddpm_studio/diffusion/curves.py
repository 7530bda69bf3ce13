"""Curves: one entry for every coefficient of the forward and reverse process, computed once and then only indexed.

Names are those of openai/guided-diffusion and huggingface/diffusers. Index i holds the value of step t = i + 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

import numpy as np

from ddpm_studio.diffusion.curve import Curve, Derived, Group, derived, shown_as
from ddpm_studio.diffusion.noise_levels import Array, alphas_of, levels_of_betas, log_noise, log_sigmoid
from ddpm_studio.errors import QT_TRANSLATE_NOOP

MIN_SNR_GAMMA = 5.0
"""γ of the min-SNR loss weights (Hang et al. 2023, section 4.4)."""

FORWARD_AT_T = "x_t = {sqrt_alphas_cumprod:.4g}·x_0 + {sqrt_one_minus_alphas_cumprod:.4g}·ε"
UNIT = (0.0, 1.0)
POSITIVE = (0.0, None)


class Coefficients:
    """All arrays that DDPM precomputes from β, float64, shape (T,), read-only, as attributes and in `arrays`.

    Everything comes from the noise levels, so that 1 − ᾱ keeps its digits where ᾱ is near 1, ᾱ where it is near 0, and
    log SNR stays finite where ᾱ underflows. Two first entries have no value of their own and copy the second:
    `posterior_log_variance_clipped` (as OpenAI's code does, since β̃_1 = 0) and `vlb_weight` (as CompVis' code does);
    with T = 1 they are ln 1e-20 and 1.

    The entries are in display order; each may use any other. An array is computed where it is used, from β, or from a
    function that computes the noise levels, and kept `AT_HAND`. Raises RecursionError if entries use each other in a
    circle.

    >>> coefficients = Coefficients(np.array([0.1, 0.2, 0.5]))
    >>> coefficients.alphas_cumprod.round(3).tolist()
    [0.9, 0.72, 0.36]
    >>> coefficients["snr_db"].round(2).tolist()
    [9.54, 4.1, -2.5]
    """

    def __init__(self, given: Array | Callable[[], Array]) -> None:
        self._given = given

    def __getitem__(self, name: str) -> Array:
        return self.arrays[name]

    @property
    def arrays(self) -> Mapping[str, Array]:
        """Every entry by its name, computed where it is asked for."""
        return _Arrays(self)

    @property
    def derivation(self) -> tuple[Derived, ...]:
        """Every entry and intermediate array, each after those it is derived from."""
        fresh = Coefficients(self.betas[:3])
        _ = [fresh[name] for name in CURVES]
        return tuple(_ENTRIES[name] for name in vars(fresh) if name in _ENTRIES)

    @shown_as(
        "β_t",
        "β_t",
        QT_TRANSLATE_NOOP("curves", "How much fresh noise step t mixes in: its variance."),
        "q(x_t | x_t−1) = N(√{alphas:.4g}·x_t−1, {betas:.4g}·I)",
        bounds=POSITIVE,
        group=Group.SEED,
    )
    def betas(self) -> Array:
        """Ho et al. 2020, equation 2: the variance of q(x_t | x_{t−1})."""
        return self.levels[0]  # type: ignore[no-any-return]

    @shown_as(
        "α_t",
        "α_t = 1 − β_t",
        QT_TRANSLATE_NOOP("curves", "How much of the picture's variance survives one step."),
        "α_t = 1 − {betas:.4g} = {alphas:.4g}",
        bounds=(None, 1.0),
        group=Group.SEED,
    )
    def alphas(self) -> Array:
        """Ho et al. 2020, section 2: α_t = 1 − β_t."""
        return alphas_of(self.betas, self.log_alphas)

    @shown_as(
        "ᾱ_t",
        "ᾱ_t = α_1·α_2·…·α_t",
        QT_TRANSLATE_NOOP(
            "curves", "How much of the picture survives all steps up to t: it lets us jump from x_0 to x_t."
        ),
        "ᾱ_t = ᾱ_t−1·α_t = {alphas_cumprod_prev:.4g}·{alphas:.4g} = {alphas_cumprod:.4g}",
        bounds=UNIT,
        group=Group.SEED,
    )
    def alphas_cumprod(self) -> Array:
        """Ho et al. 2020, equation 4: q(x_t | x_0) = N(√ᾱ_t x_0, (1 − ᾱ_t) I)."""
        return np.exp(self.log_alphas_cumprod)

    @shown_as(
        "ᾱ_t−1",
        QT_TRANSLATE_NOOP("curves", "ᾱ_t−1, with ᾱ_0 = 1"),
        QT_TRANSLATE_NOOP("curves", "What survives one step earlier, where the reverse step leads."),
        "ᾱ_t−1 = {alphas_cumprod_prev:.4g}, ᾱ_t = {alphas_cumprod:.4g}",
        bounds=UNIT,
        group=Group.SEED,
    )
    def alphas_cumprod_prev(self) -> Array:
        """ᾱ of the step before; 1 at the first, which comes from the clean picture."""
        return np.concatenate([[1.0], self.alphas_cumprod[:-1]])

    @shown_as(
        "√(1/α_t)",
        "√(1/α_t)",
        QT_TRANSLATE_NOOP("curves", "The amplifier of the reverse step: it undoes the shrinking of step t."),
        "μ = {sqrt_recip_alphas:.4g}·(x_t − {betas:.4g}/{sqrt_one_minus_alphas_cumprod:.4g}·ε_θ)",
        bounds=(1.0, None),
        group=Group.SEED,
    )
    def sqrt_recip_alphas(self) -> Array:
        """Ho et al. 2020, algorithm 2: the prefactor of the reverse step."""
        return np.exp(-0.5 * self.log_alphas)

    @shown_as(
        "√ᾱ_t",
        "√ᾱ_t",
        QT_TRANSLATE_NOOP("curves", "The weight of the picture in x_t."),
        FORWARD_AT_T,
        bounds=UNIT,
        group=Group.SEED,
    )
    def sqrt_alphas_cumprod(self) -> Array:
        """Ho et al. 2020, equation 4: the mean of x_t in units of x_0."""
        return np.exp(0.5 * self.log_alphas_cumprod)

    @shown_as(
        "√(1−ᾱ_t)",
        "√(1 − ᾱ_t)",
        QT_TRANSLATE_NOOP("curves", "The weight of the noise in x_t."),
        FORWARD_AT_T,
        bounds=UNIT,
        group=Group.SEED,
    )
    def sqrt_one_minus_alphas_cumprod(self) -> Array:
        """Ho et al. 2020, equation 4: the standard deviation of x_t around that mean."""
        return np.exp(0.5 * self.log_one_minus_alphas_cumprod)

    @shown_as(
        "β̃_t",
        "β̃_t = β_t·(1 − ᾱ_t−1)/(1 − ᾱ_t)",
        QT_TRANSLATE_NOOP("curves", "How much noise the reverse step adds back; fixed by the schedule, not learned."),
        "β̃_t = {betas:.4g}·{one_minus_alphas_cumprod_prev:.4g}/{one_minus_alphas_cumprod:.4g} = "
        "{posterior_variance:.4g}",
        bounds=POSITIVE,
        group=Group.SEED,
    )
    def posterior_variance(self) -> Array:
        """Ho et al. 2020, equation 7: the variance of q(x_{t−1} | x_t, x_0)."""
        return self.one_minus_alphas_cumprod_prev * self.snr_lost

    @shown_as(
        "ᾱ_t+1",
        QT_TRANSLATE_NOOP("curves", "ᾱ_t+1, with ᾱ_T+1 = 0"),
        QT_TRANSLATE_NOOP("curves", "What survives one step later, where DDIM inversion leads."),
        "ᾱ_t+1 = {alphas_cumprod_next:.4g}, ᾱ_t = {alphas_cumprod:.4g}",
        bounds=UNIT,
        group=Group.REVERSE,
    )
    def alphas_cumprod_next(self) -> Array:
        """ᾱ of the step after; 0 at the last."""
        return np.concatenate([self.alphas_cumprod[1:], [0.0]])

    @shown_as(
        "ln(1−ᾱ_t)",
        "ln(1 − ᾱ_t)",
        QT_TRANSLATE_NOOP("curves", "The log of the noise's variance in x_t, as likelihoods need it."),
        "ln(1 − ᾱ_t) = −ln(1 + SNR) = −ln(1 + {snr:.4g}) = {log_one_minus_alphas_cumprod:.4g}",
        bounds=(None, 0.0),
        logarithm=True,
        group=Group.REVERSE,
    )
    def log_one_minus_alphas_cumprod(self) -> Array:
        """The log of the variance in Ho et al. 2020, equation 4."""
        return log_noise(self.log_snr)

    @shown_as(
        "√(1/ᾱ_t)",
        "√(1/ᾱ_t)",
        QT_TRANSLATE_NOOP("curves", "How strongly x_t is amplified to get x_0 from it; errors grow with it."),
        "x_0 = {sqrt_recip_alphas_cumprod:.4g}·x_t − {sqrt_recipm1_alphas_cumprod:.4g}·ε_θ",
        log=True,
        bounds=(1.0, None),
        group=Group.REVERSE,
    )
    def sqrt_recip_alphas_cumprod(self) -> Array:
        """Ho et al. 2020, equation 4, solved for x_0: the coefficient of x_t."""
        return np.exp(-0.5 * self.log_alphas_cumprod)

    @shown_as(
        "√(1/ᾱ_t − 1)",
        "√(1/ᾱ_t − 1)",
        QT_TRANSLATE_NOOP("curves", "How strongly the predicted noise is subtracted to get x_0 from x_t."),
        "x_0 = {sqrt_recip_alphas_cumprod:.4g}·x_t − {sqrt_recipm1_alphas_cumprod:.4g}·ε_θ",
        log=True,
        bounds=POSITIVE,
        group=Group.REVERSE,
    )
    def sqrt_recipm1_alphas_cumprod(self) -> Array:
        """Ho et al. 2020, equation 4, solved for x_0: the coefficient of ε, which is σ."""
        return self.sigmas.copy()

    @shown_as(
        "ln β̃_t",
        QT_TRANSLATE_NOOP("curves", "ln β̃_t, the first a copy of the second"),
        QT_TRANSLATE_NOOP("curves", "The log of the reverse step's noise, clipped because β̃_1 is 0."),
        "ln β̃_t = {posterior_log_variance_clipped:.4g}",
        logarithm=True,
        group=Group.REVERSE,
    )
    def posterior_log_variance_clipped(self) -> Array:
        """Clipped as in OpenAI's code, since β̃_1 = 0: the first copies the second, or is ln 1e-20 if T = 1."""
        if len(self.betas) == 1:
            return np.array([np.log(1e-20)])
        logs = self.log_one_minus_alphas_cumprod[:-1] + np.log(self.snr_lost[1:])
        return np.concatenate([logs[:1], logs])

    @shown_as(
        "c₁(t)",
        "c₁ = β_t·√ᾱ_t−1/(1 − ᾱ_t)",
        QT_TRANSLATE_NOOP("curves", "How much of the reverse step's target is the estimate of x_0."),
        "μ̃ = {posterior_mean_coef1:.4g}·x_0 + {posterior_mean_coef2:.4g}·x_t",
        bounds=UNIT,
        group=Group.REVERSE,
    )
    def posterior_mean_coef1(self) -> Array:
        """Ho et al. 2020, equation 7: q(x_{t−1} | x_t, x_0) = N(c₁ x_0 + c₂ x_t, β̃_t I)."""
        return np.concatenate([[1.0], self.sqrt_alphas_cumprod[:-1]]) * self.snr_lost

    @shown_as(
        "c₂(t)",
        "c₂ = (1 − ᾱ_t−1)·√α_t/(1 − ᾱ_t)",
        QT_TRANSLATE_NOOP("curves", "How much of the reverse step's target is the current x_t."),
        "μ̃ = {posterior_mean_coef1:.4g}·x_0 + {posterior_mean_coef2:.4g}·x_t",
        bounds=UNIT,
        group=Group.REVERSE,
    )
    def posterior_mean_coef2(self) -> Array:
        """Ho et al. 2020, equation 7: the coefficient of x_t."""
        before = np.concatenate([[-np.inf], self.log_one_minus_alphas_cumprod[:-1]])
        return np.exp(0.5 * self.log_alphas + (before - self.log_one_minus_alphas_cumprod))

    @shown_as(
        "SNR",
        "SNR = ᾱ_t/(1 − ᾱ_t)",
        QT_TRANSLATE_NOOP("curves", "Variance of the picture over variance of the noise; at 1 the two are equal."),
        "SNR = {alphas_cumprod:.4g}/{one_minus_alphas_cumprod:.4g} = {snr:.4g}",
        log=True,
        bounds=POSITIVE,
        group=Group.SIGNAL_TO_NOISE,
    )
    def snr(self) -> Array:
        """Kingma et al. 2021, section 3: SNR = ᾱ/(1 − ᾱ)."""
        return np.exp(self.log_snr)

    @shown_as(
        "log SNR",
        "log SNR = ln(ᾱ_t/(1 − ᾱ_t))",
        QT_TRANSLATE_NOOP(
            "curves", "The natural clock of diffusion: two schedules at the same log SNR see the same noise."
        ),
        "log SNR = ln ᾱ_t − ln(1 − ᾱ_t) = "
        "{log_alphas_cumprod:.4g} − ({log_one_minus_alphas_cumprod:.4g}) = {log_snr:.4g}",
        logarithm=True,
        group=Group.SIGNAL_TO_NOISE,
    )
    def log_snr(self) -> Array:
        """Kingma et al. 2021, section 3; finite where ᾱ itself underflows."""
        return self.levels[3]  # type: ignore[no-any-return]

    @shown_as(
        "SNR (dB)",
        "10·log₁₀ SNR",
        QT_TRANSLATE_NOOP("curves", "The same in decibels: 0 dB is as much noise as picture."),
        "10·log₁₀ SNR = 10·log SNR/ln 10 = 10·({log_snr:.4g})/ln(10) = {snr_db:.4g} dB",
        logarithm=True,
        unit="dB",
        group=Group.SIGNAL_TO_NOISE,
    )
    def snr_db(self) -> Array:
        """Ten times the decimal logarithm of the SNR."""
        return float(10 / np.log(10)) * self.log_snr

    @shown_as(
        "σ_t",
        "σ_t = √((1 − ᾱ_t)/ᾱ_t)",
        QT_TRANSLATE_NOOP("curves", "Noise per unit of picture, the noise level of Karras and k-diffusion."),
        "σ_t = {sqrt_one_minus_alphas_cumprod:.4g}/{sqrt_alphas_cumprod:.4g} = {sigmas:.4g}",
        log=True,
        bounds=POSITIVE,
        group=Group.SIGNAL_TO_NOISE,
    )
    def sigmas(self) -> Array:
        """Karras et al. 2022, section 2: σ = SNR^−½."""
        return np.exp(-0.5 * self.log_snr)

    @shown_as(
        "τ_t",
        "τ_t = σ_t/(1 + σ_t)",
        QT_TRANSLATE_NOOP("curves", "The time of a flow, whose x is (1 − τ)·x_0 + τ·ε: what its models are told."),
        "τ_t = {sigmas:.4g}/(1 + {sigmas:.4g}) = {tau:.4g}",
        bounds=UNIT,
        group=Group.SIGNAL_TO_NOISE,
    )
    def tau(self) -> Array:
        """Lipman et al. 2022; Liu et al. 2022: the share of noise in the straight line that has the same SNR."""
        return np.exp(log_sigmoid(-0.5 * self.log_snr))

    @shown_as(
        "λ_t",
        "λ_t = ln(√ᾱ_t/√(1 − ᾱ_t)) = −ln σ_t",
        QT_TRANSLATE_NOOP("curves", "Half of log SNR, the time in which DPM-Solver takes its steps."),
        "λ_t = ½·log SNR = ½·({log_snr:.4g}) = {lambdas:.4g}",
        logarithm=True,
        group=Group.SIGNAL_TO_NOISE,
    )
    def lambdas(self) -> Array:
        """Lu et al. 2022, DPM-Solver, section 3: λ = ½ log SNR."""
        return 0.5 * self.log_snr

    @shown_as(
        "w_ε→x₀",
        "SNR",
        QT_TRANSLATE_NOOP("curves", "What the plain loss on ε is worth as a loss on x_0: clean pictures count most."),
        "‖ε − ε_θ‖² = {loss_weight_epsilon:.4g}·‖x_0 − x̂_0‖²",
        log=True,
        bounds=POSITIVE,
        group=Group.LOSS_WEIGHTS,
    )
    def loss_weight_epsilon(self) -> Array:
        """Salimans & Ho 2022, section 4: the loss on ε is that on x_0 times the SNR."""
        return self.snr.copy()

    @shown_as(
        "min-SNR, ε",
        "min(SNR, 5)/SNR",
        QT_TRANSLATE_NOOP("curves", "The min-SNR-5 weight of a loss on ε: easy, nearly clean steps are held back."),
        "min(1, 5/SNR) = min(1, 5·σ_t²) = min(1, 5·{sigmas:.4g}²) = {min_snr_weight_epsilon:.4g}",
        bounds=UNIT,
        group=Group.LOSS_WEIGHTS,
    )
    def min_snr_weight_epsilon(self) -> Array:
        """Hang et al. 2023: min-SNR-γ for an ε-prediction."""
        return np.minimum(1.0, MIN_SNR_GAMMA / self.snr)

    @shown_as(
        "min-SNR, v",
        "min(SNR, 5)/(SNR + 1)",
        QT_TRANSLATE_NOOP("curves", "The min-SNR-5 weight of a loss on v."),
        "min({snr:.4g}, 5)/({snr:.4g} + 1) = {min_snr_weight_v:.4g}",
        bounds=UNIT,
        group=Group.LOSS_WEIGHTS,
    )
    def min_snr_weight_v(self) -> Array:
        """Hang et al. 2023: min-SNR-γ for a v-prediction."""
        return self.min_snr_weight_x0 / (self.snr + 1)

    @shown_as(
        "min-SNR, x₀",
        "min(SNR, 5)",
        QT_TRANSLATE_NOOP("curves", "The min-SNR-5 weight of a loss on x_0."),
        "min({snr:.4g}, 5) = {min_snr_weight_x0:.4g}",
        bounds=(0.0, 5.0),
        group=Group.LOSS_WEIGHTS,
    )
    def min_snr_weight_x0(self) -> Array:
        """Hang et al. 2023: min-SNR-γ for an x0-prediction."""
        return np.minimum(self.snr, MIN_SNR_GAMMA)

    @shown_as(
        "w_VLB",
        QT_TRANSLATE_NOOP("curves", "β_t²/(2·β̃_t·α_t·(1 − ᾱ_t)), the first a copy of the second"),
        QT_TRANSLATE_NOOP("curves", "The weight that the likelihood bound gives step t; DDPM's simple loss drops it."),
        "w_VLB = {vlb_weight:.4g}",
        log=True,
        bounds=POSITIVE,
        group=Group.LOSS_WEIGHTS,
    )
    def vlb_weight(self) -> Array:
        """Ho et al. 2020, equation 12; the first copies the second, as in CompVis' code, or is 1 if T = 1."""
        if len(self.betas) == 1:
            return np.ones(1)
        noise = self.log_one_minus_alphas_cumprod
        weight = self.snr_lost[1:] * np.exp(noise[1:] - noise[:-1] - self.log_alphas[1:] - np.log(2))
        return np.concatenate([weight[:1], weight])

    @shown_as(
        "p(log SNR)",
        "−du/dlog SNR, u = t/T",
        QT_TRANSLATE_NOOP("curves", "How often training visits this noise level when t is drawn evenly."),
        "p({log_snr:.4g}) = {log_snr_density:.4g}",
        bounds=POSITIVE,
        group=Group.SIGNAL_TO_NOISE,
    )
    def log_snr_density(self) -> Array:
        """Hang et al. 2024: −du/dlog SNR by the kind's closed form or central differences; 0 where log SNR is −∞."""
        density: Array = self.levels[5]
        return density

    @derived
    def levels(self) -> Array:
        """The noise levels, of shape (6, T)."""
        return self._given() if callable(self._given) else levels_of_betas(self._given)

    @derived
    def log_alphas(self) -> Array:
        """ln α."""
        return self.levels[1]  # type: ignore[no-any-return]

    @derived
    def log_alphas_cumprod(self) -> Array:
        """ln ᾱ."""
        return self.levels[2]  # type: ignore[no-any-return]

    @derived
    def snr_lost(self) -> Array:
        """1 − SNR_t/SNR_{t−1} = β_t/(1 − ᾱ_t); 1 at the first, which comes from the clean picture."""
        return self.levels[4]  # type: ignore[no-any-return]

    @derived
    def one_minus_alphas_cumprod(self) -> Array:
        """1 − ᾱ without cancellation."""
        return np.exp(self.log_one_minus_alphas_cumprod)

    @derived
    def one_minus_alphas_cumprod_prev(self) -> Array:
        """1 − ᾱ_{t−1}; 0 at the first, which comes from the clean picture."""
        return np.concatenate([[0.0], self.one_minus_alphas_cumprod[:-1]])


class _Arrays(Mapping[str, Array]):
    """The curves of coefficients by their names."""

    def __init__(self, coefficients: Coefficients) -> None:
        self._coefficients = coefficients

    def __getitem__(self, name: str) -> Array:
        try:
            return getattr(self._coefficients, CURVES[name].name)  # type: ignore[no-any-return]
        except RecursionError as error:
            raise _circle(error) from None

    def __iter__(self) -> Iterator[str]:
        return iter(CURVES)

    def __len__(self) -> int:
        return len(CURVES)


def _circle(error: RecursionError) -> RecursionError:
    """The error that names the entries being computed when Python gave up."""
    called, computed = error.__traceback__, dict[str, None]()
    while called is not None:
        computed[called.tb_frame.f_code.co_name] = None
        called = called.tb_next
    names = ", ".join(name for name in computed if name in _ENTRIES)
    return RecursionError(f"These arrays use each other in a circle: {names}; give one of them without the others.")


_ENTRIES = {name: entry for name, entry in vars(Coefficients).items() if isinstance(entry, Derived)}

CURVES: Mapping[str, Curve] = MappingProxyType({n: entry for n, entry in _ENTRIES.items() if isinstance(entry, Curve)})
"""Every curve by the name of its array; the eight of DDPM's scheduler come first."""

SEED_CURVES = tuple(name for name, curve in CURVES.items() if curve.group is Group.SEED)
"""The eight tensors that a DDPM scheduler precomputes."""
