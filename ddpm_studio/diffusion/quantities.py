"""Quantities that determine a schedule, by the names that people store them under, and the way from each to β."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ddpm_studio.diffusion.names import check_named
from ddpm_studio.diffusion.noise_levels import Array, levels_of_log_snr
from ddpm_studio.errors import QT_TRANSLATE_NOOP, ScheduleError

BETAS, SIGMAS, TAU = "betas", "sigmas", "tau"


@dataclass(frozen=True)
class Quantity:
    """A quantity of which T values make a schedule: `names` are what else it is called, in small letters.

    `of_step` gives β of its values where each is of one step alone; else `log_snr` gives log SNR of them, and they may
    be told from the noisy end as well, with or without the clean picture.
    """

    key: str
    symbol: str
    names: tuple[str, ...]
    log_snr: Callable[[Array], Array]
    of_step: Callable[[Array], Array] | None = None

    def betas(self, values: Array) -> Array:
        """β_1 … β_T of its values, shape (T,) or (T + 1,) with the clean picture, which gets no step; what is none of
        its values becomes NaN, and β is 0 or less where the noise does not grow.

        Where nothing was left of the picture before, it is 1.

        >>> QUANTITIES[SIGMAS].betas(np.array([2.0, 1.0, 0.0])).round(3).tolist()
        [0.5, 0.6]
        >>> QUANTITIES["alphas_cumprod"].betas(np.array([0.5, 0.0, 0.0])).tolist()
        [0.5, 1.0, 1.0]
        """
        with np.errstate(all="ignore"):
            if self.of_step is not None:
                return self.of_step(self.noised(values))
            levels = self.in_order(values)
            falls = -np.diff(levels, prepend=np.inf)
            falls[levels == -np.inf] = np.inf
            return levels_of_log_snr(levels, falls)[0] if len(levels) else levels

    def noised(self, values: Array) -> Array:
        """The values without the clean picture's, which comes first, or last where they run from noise to picture.

        >>> QUANTITIES["betas"].noised(np.array([0.0, 0.1, 0.2])).tolist()
        [0.1, 0.2]
        """
        if len(values) < 2:
            return values
        with np.errstate(all="ignore"):
            first = self.log_snr(values[[0, -1]]) == np.inf if self.of_step is None else self.of_step(values[:1]) == 0
        if first[0]:
            return values[1:]
        return values[:-1] if first[-1] and self.is_turned(values) else values

    def is_turned(self, values: Array) -> bool:
        """Whether its values run from noise to picture.

        >>> QUANTITIES["alphas_cumprod"].is_turned(np.array([0.1, 0.5, 0.9]))
        True
        """
        if self.of_step is not None:
            return False
        with np.errstate(all="ignore"):
            first, last = self.log_snr(values[[0, -1]])
        return bool(first < last)

    def in_order(self, values: Array) -> Array:
        """Log SNR of its values, falling where they are a schedule's, without that of the clean picture."""
        with np.errstate(all="ignore"):
            levels = self.log_snr(values)
        levels = levels[::-1] if self.is_turned(values) else levels
        return levels[1:] if levels[0] == np.inf else levels


def _of_alphas_cumprod(x: Array) -> Array:
    return np.log(x) - np.log1p(-x)


def _no_levels(x: Array) -> Array:
    return np.full(len(x), np.nan)


_ALL = (
    Quantity(BETAS, "β", ("beta", "beta_t", "betas_t", "trained_betas", "β", "β_t"), _no_levels, lambda x: x),
    Quantity("log_snr", "log SNR", ("logsnr", "log_snrs", "logsnrs"), lambda x: x),
    Quantity("lambdas", "λ", ("lambda_t", "lambdas_t", "λ", "λ_t"), lambda x: 2 * x),
    Quantity("snr_db", "SNR in dB", (), lambda x: x * (np.log(10) / 10)),
    Quantity("snr", "SNR", ("snrs", "loss_weight_epsilon"), np.log),
    Quantity(SIGMAS, "σ", ("sqrt_recipm1_alphas_cumprod",), lambda x: -2 * np.log(x)),
    Quantity("log_sigmas", "ln σ", ("log_sigma", "ln_sigma"), lambda x: -2 * x),
    Quantity(TAU, "τ", ("taus", "τ", "τ_t", "tau_t"), lambda x: 2 * (np.log1p(-x) - np.log(x))),
    Quantity(
        "alphas_cumprod",
        "ᾱ",
        ("alphas_bar", "alpha_bar", "alpha_bars", "alphabar", "alpha_bar_t", "alpha_cumprod", "ac", "acp", "ᾱ", "ᾱ_t"),
        _of_alphas_cumprod,
    ),
    Quantity("log_alphas_cumprod", "ln ᾱ", ("log_alpha_bar",), lambda x: x - np.log(-np.expm1(x))),
    Quantity(
        "sqrt_alphas_cumprod",
        "√ᾱ",
        ("sqrt_alphas_bar", "sqrt_alpha_bar", "sqrt_ac", "sqrtab", "√ᾱ", "√ᾱ_t"),
        lambda x: 2 * np.log(x) - np.log1p(-x) - np.log1p(x),
    ),
    Quantity("sqrt_recip_alphas_cumprod", "√(1/ᾱ)", (), lambda x: -np.log(x - 1) - np.log(x + 1)),
    Quantity(
        "sqrt_one_minus_alphas_cumprod",
        "√(1 − ᾱ)",
        ("sqrt_one_minus_alphas_bar", "sqrt_one_minus_alpha_bar", "sqrt_1m_alphas_bar", "sqrtmab"),
        lambda x: np.log1p(-x) + np.log1p(x) - 2 * np.log(x),
    ),
    Quantity("one_minus_alphas_cumprod", "1 − ᾱ", ("one_minus_alpha_bar",), lambda x: -_of_alphas_cumprod(x)),
    Quantity("alphas", "α", ("one_minus_betas", "one_minus_beta"), _no_levels, lambda x: 1 - x),
    Quantity("sqrt_recip_alphas", "√(1/α)", (), _no_levels, lambda x: 1 - x**-2),
    Quantity("log_one_minus_alphas_cumprod", "ln(1 − ᾱ)", (), lambda x: np.log(-np.expm1(x)) - x),
)

QUANTITIES = {each.key: each for each in _ALL}
"""Every quantity by its key, which is the name of its curve if it is one; those that have the most digits first."""

_BY_NAME = {unicodedata.normalize("NFC", name): each.key for each in _ALL for name in (each.key, *each.names)}

_SEVERAL = {
    **dict.fromkeys(("alpha", "alpha_t", "alphas_t", "α", "α_t"), ("alphas", "alphas_cumprod", "sqrt_alphas_cumprod")),
    SIGMAS: (SIGMAS, TAU),
    **dict.fromkeys(("sigma", "sigma_t", "sigmas_t", "σ", "σ_t"), (SIGMAS, TAU, "sqrt_one_minus_alphas_cumprod")),
    **dict.fromkeys(("lambda", "gamma_t"), ("lambdas", "log_snr")),
}
"""Names that mean different things in different libraries."""

NAMES = (*_BY_NAME, *_SEVERAL)
"""Every name that `quantities_named` knows, in the form in which it compares them."""


def quantities_named(name: str) -> tuple[str, ...]:
    """The keys of what a column of this name may hold; none for the name of something else.

    >>> quantities_named("Alpha_Bar"), quantities_named("alpha-t"), quantities_named("step")
    (('alphas_cumprod',), ('alphas', 'alphas_cumprod', 'sqrt_alphas_cumprod'), ())
    >>> quantities_named("1 - alpha_bar")
    ('one_minus_alphas_cumprod',)
    """
    word = _word(name)
    return _SEVERAL.get(word) or ((_BY_NAME[word],) if word in _BY_NAME else ())


def quantity_key(name: str) -> str:
    """The key of the one quantity that has this name. Raises ScheduleError, naming what there is, if none has.

    >>> quantity_key("alpha_bar")
    'alphas_cumprod'
    """
    word = _word(name)
    template = QT_TRANSLATE_NOOP("errors", "There is no quantity “{name}” to read a file as; {remedy}")
    if word not in _BY_NAME:
        check_named(name, _SEVERAL.get(word, tuple(QUANTITIES)), template, ScheduleError)
    return _BY_NAME[word]


_ONE_MINUS = re.compile(r"^1\s*[-−–]\s*")


def _word(name: str) -> str:
    plain = _ONE_MINUS.sub("one minus ", name.strip().lower())
    return unicodedata.normalize("NFC", "_".join(plain.replace("-", " ").split()))
