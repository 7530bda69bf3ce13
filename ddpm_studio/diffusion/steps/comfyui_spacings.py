"""Spacings of ComfyUI: its own words, and, with _comfyui, its own lists where the same word means another one.

Those with _comfyui have its number of steps too, which may not be the one that was asked for.
"""

from __future__ import annotations

import numpy as np

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.options import Option
from ddpm_studio.diffusion.steps.classic_spacings import exponential, karras, kl_optimal
from ddpm_studio.diffusion.steps.flow_spacings import linear_quadratic
from ddpm_studio.diffusion.steps.incomplete_beta import beta_quantiles
from ddpm_studio.diffusion.steps.model_sigmas import ModelSigmas, shifted
from ddpm_studio.diffusion.steps.spacing_registry import ALPHA, BETA, RHO, spacing
from ddpm_studio.errors import QT_TRANSLATE_NOOP

CORE = QT_TRANSLATE_NOOP("spacings", "as in ComfyUI, comfy/samplers.py")
RES4LYF = QT_TRANSLATE_NOOP("spacings", "RES4LYF, a node pack of ComfyUI")


@spacing("timesteps", "T − 1 − ⌊k·T/N⌋", CORE, closed=False)
def simple(T: int, n: int) -> Array:
    """Every T/N-th level of the schedule, counted down from the noisiest.

    >>> simple(1000, 3).tolist()
    [999.0, 666.0, 333.0]
    """
    timesteps: Array = T - 1 - np.floor(np.arange(n) * (T / n))
    return timesteps


@spacing("timesteps", QT_TRANSLATE_NOOP("spacings", "N points from T−1 to 0"), CORE, closed=True)
def normal(T: int, n: int) -> Array:
    """Even steps that include both T−1 and 0, not rounded.

    >>> normal(1000, 3).tolist()
    [999.0, 499.5, 0.0]
    """
    return np.linspace(T - 1.0, 0.0, n)


@spacing(
    "timesteps",
    "1 + k·⌊T/N⌋, k = N−1 … 0",
    QT_TRANSLATE_NOOP("spacings", "Rombach et al. 2022, latent diffusion, with the number that is asked for"),
    closed=False,
)
def ddim_uniform(T: int, n: int) -> Array:
    """Even steps counted from the second level; of T steps the noisiest is left out.

    >>> ddim_uniform(1000, 4).tolist()
    [751.0, 501.0, 251.0, 1.0]
    """
    timesteps: Array = np.minimum(1 + np.arange(n - 1.0, -1.0, -1.0) * (T // n), T - 1.0)
    return timesteps


@spacing(
    "timesteps", QT_TRANSLATE_NOOP("spacings", "1 + k·⌊T/N⌋, as many as are below T"), CORE, closed=False, exact=False
)
def ddim_uniform_comfyui(T: int, n: int) -> Array:
    """The whole ladder, which may have more rungs than n.

    >>> len(ddim_uniform_comfyui(1000, 30)), len(ddim_uniform_comfyui(1000, 20))
    (31, 20)
    """
    return np.arange(1.0, T, max(T // n, 1))[::-1]


@spacing(
    "timesteps",
    QT_TRANSLATE_NOOP("spacings", "round of (T−1)·Beta(α, β) quantiles, each once"),
    CORE,
    ALPHA,
    BETA,
    closed=False,
    exact=False,
)
def beta_comfyui(T: int, n: int, alpha: float, beta: float) -> Array:
    """The beta spacing at whole timesteps, fewer than n where several are the same.

    >>> len(beta_comfyui(1000, 200, 0.6, 0.6))
    199
    """
    # Rounded twice, since a half that is missed by the last bit would go to the other side.
    rounded = np.rint(np.round((T - 1) * beta_quantiles(1 - np.arange(n) / n, alpha, beta), 8))
    return np.unique(rounded)[::-1]


@spacing(
    "model list",
    QT_TRANSLATE_NOOP("spacings", "N points from T−1 to 0; those of a flow are shifted once more"),
    CORE,
    closed=True,
)
def normal_comfyui(model: ModelSigmas, n: int) -> Array:
    """Even steps to the least noisy level; of a flow, from 1 to its smallest τ, which is then shifted a second time."""
    return np.append(_even(model, n), 0.0)


@spacing(
    "model list",
    QT_TRANSLATE_NOOP("spacings", "N+1 points from T−1 to 0, the last dropped; those of a flow are shifted once more"),
    CORE,
    closed=False,
)
def sgm_uniform_comfyui(model: ModelSigmas, n: int) -> Array:
    """Even steps that stop one short of the least noisy level; of a flow with the same second shift."""
    return np.append(_even(model, n + 1)[:n], 0.0)


def _even(model: ModelSigmas, n: int) -> Array:
    if model.flow:
        return shifted(np.linspace(model.largest, model.smallest, n), model.shift)
    return model.at(np.linspace(model.schedule.T - 1.0, 0.0, n))


@spacing(
    "model list",
    QT_TRANSLATE_NOOP("spacings", "the spacing karras over τ where the model is a flow"),
    CORE,
    Option("rho", 7.0, 0.1, 100.0, meaning=RHO),
    closed=True,
)
def karras_comfyui(model: ModelSigmas, n: int, rho: float) -> Array:
    """Evenly spaced in the ρ-th root of what ComfyUI calls sigma."""
    return np.append(karras(model.largest, model.smallest, n, rho), 0.0)


@spacing(
    "model list",
    QT_TRANSLATE_NOOP("spacings", "even in ln τ where the model is a flow, else in ln σ"),
    CORE,
    closed=True,
)
def exponential_comfyui(model: ModelSigmas, n: int) -> Array:
    """Every level the same fraction of the one before, in what ComfyUI calls sigma."""
    return np.append(exponential(model.largest, model.smallest, n), 0.0)


@spacing(
    "model list",
    QT_TRANSLATE_NOOP("spacings", "tan of even steps in atan τ where the model is a flow, else in atan σ"),
    CORE,
    closed=True,
)
def kl_optimal_comfyui(model: ModelSigmas, n: int) -> Array:
    """The optimal steps for Gaussian data, in what ComfyUI calls sigma."""
    return np.append(kl_optimal(model.largest, model.smallest, n, 1.0), 0.0)


@spacing(
    "model list",
    QT_TRANSLATE_NOOP("spacings", "linear_quadratic times the largest level"),
    CORE,
    closed=False,
)
def linear_quadratic_comfyui(model: ModelSigmas, n: int) -> Array:
    """The τ of linear_quadratic times σ_max, where the model is no flow."""
    return linear_quadratic(model, n, 0.025) * model.largest


@spacing(
    "model list",
    QT_TRANSLATE_NOOP("spacings", "exp(μ − b·sgn(½−x)·ln(1 − 2|½−x| + 10⁻⁵)), x from 0 to 1, clamped"),
    QT_TRANSLATE_NOOP("spacings", "as in ComfyUI, LaplaceScheduler; its last level is the end"),
    Option("mu", 0.0, -10.0, 10.0, meaning=QT_TRANSLATE_NOOP("options", "ln σ that is crowded")),
    Option("spread", 0.5, 0.01, 10.0, meaning=QT_TRANSLATE_NOOP("options", "b, smaller values crowd it more")),
    closed=False,
    exact=False,
    ends=False,
)
def laplace_comfyui(model: ModelSigmas, n: int, mu: float, spread: float) -> Array:
    """n levels, of which the last is no step: one step less than n, and no step to the clean picture."""
    x = 0.5 - np.linspace(0, 1, n)
    levels = np.exp(mu - spread * np.sign(x) * np.log(1 - 2 * np.abs(x) + 1e-5))
    return np.clip(levels, model.smallest, model.largest)


@spacing(
    "tau list",
    QT_TRANSLATE_NOOP("spacings", "two arctangents of k, from 1 to ½ and from ½ to 0"),
    RES4LYF,
    closed=False,
)
def bong_tangent(model: ModelSigmas, n: int) -> Array:
    """Small steps at both ends and in the middle, as τ.

    >>> bong_tangent(None, 10).round(3).tolist()
    [1.0, 0.978, 0.948, 0.904, 0.836, 0.72, 0.5, 0.257, 0.117, 0.043, 0.0]
    """
    if n == 1:
        return np.array([1.0, 0.0])
    pivot = int(0.6 * (n + 2))
    slope = 8 / (n + 2)
    noisy = np.arctan(slope * (pivot - np.arange(pivot)))
    clean = np.arctan(-slope * np.arange(n + 2 - pivot))
    taus: Array = np.concatenate([0.5 + _falling(noisy)[:-1] / 2, _falling(clean) / 2])
    return taus


def _falling(values: Array) -> Array:
    """Falling values brought to 1 … 0."""
    scaled: Array = (values - values[-1]) / (values[0] - values[-1])
    return scaled


@spacing(
    "model list",
    QT_TRANSLATE_NOOP("spacings", "bong_tangent as σ where the model is no flow, so from σ = 1"),
    QT_TRANSLATE_NOOP("spacings", "as in ComfyUI, RES4LYF"),
    closed=False,
)
def bong_tangent_comfyui(model: ModelSigmas, n: int) -> Array:
    """The same numbers whatever the model's sigma means."""
    return bong_tangent(model, n)
