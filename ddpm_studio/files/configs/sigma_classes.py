"""Classes over σ or with levels of their own: the schedulers of diffusers that have neither betas nor a flow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from ddpm_studio.diffusion.kinds.typed_curve import FORMULA
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.configs.config_fields import Config, class_of, list_in, no_null, number_in
from ddpm_studio.files.stored import betas_array


@dataclass(frozen=True)
class SigmaClass:
    """What the config of a class leaves out: its ends, and how σ is laid out between them (diffusers 0.42)."""

    sigma_min: float = 0.002
    sigma_max: float = 80.0
    T: int = 1000
    spread: str = "karras"
    chooses: bool = True


SIGMA_CLASSES: Mapping[str, SigmaClass] = MappingProxyType(
    {
        **dict.fromkeys(("EDMEuler", "EDMDPMSolverMultistep"), SigmaClass()),
        "CosineDPMSolverMultistep": SigmaClass(0.3, 500.0, spread="exponential"),
        "CMStochasticIterative": SigmaClass(T=40, chooses=False),
        "ScoreSdeVe": SigmaClass(0.01, 1348.0, 2000, "exponential", chooses=False),
    }
)

_CONTINUOUS = {"use_karras_sigmas": "karras", "use_exponential_sigmas": "exponential"}


def has_own_sigmas(config: Config) -> bool:
    """True for Euler's scheduler as Stable Video Diffusion has it: told ¼ ln σ, of a σ that is not that of its β."""
    ends = None not in (config.get("sigma_min"), config.get("sigma_max"))
    return is_continuous(config) and ends and any(config.get(key) for key in _CONTINUOUS)


def is_continuous(config: Config) -> bool:
    """True for Euler's scheduler that tells its network ¼ ln σ, which it does only where v is predicted."""
    told = config.get("timestep_type") == "continuous" and config.get("prediction_type") == "v_prediction"
    return told and class_of(config) == "EulerDiscrete"


def between_sigmas(config: Config, path: str) -> Schedule:
    """The schedule from σ_min to σ_max: `edm` or, where σ is spread exponentially, `ve`. FileError for no number."""
    own = SIGMA_CLASSES.get(class_of(config), SigmaClass())
    ends = {key: number_in(config, key, getattr(own, key), path) for key in ("sigma_min", "sigma_max")}
    T = number_in(config, "num_train_timesteps", own.T, path)
    if _spread(config, own, path) == "exponential":
        if T == 1 and not has_own_sigmas(config):
            raise FileError(_SINGLE, path=path, name=class_of(config), sigma=ends["sigma_min"])
        return Schedule("ve", given=ends).replace(T=T)
    rho = 7.0 if has_own_sigmas(config) else number_in(config, "rho", 7.0, path)
    return Schedule("edm", given={**ends, "rho": rho}).replace(T=T)


_SINGLE = QT_TRANSLATE_NOOP(
    "errors",
    "{path} is for {name} with num_train_timesteps 1, whose only level there is σ = {sigma:g}; set it to 2 or more.",
)


def _spread(config: Config, own: SigmaClass, path: str) -> str:
    if has_own_sigmas(config):
        return next(spread for key, spread in _CONTINUOUS.items() if config.get(key))
    word = config.get("sigma_schedule", own.spread) if own.chooses else own.spread
    if word is None:
        raise no_null("sigma_schedule", own.spread, path)
    return str(word)


_OF_IPNDM = "log_snr=log(1-sin(pi*u/2)^4)-4*log(sin(pi*u/2))"
"""That of a noise of weight sin²(πu/2)."""


def _of_ipndm(config: Config, path: str) -> Schedule:
    """Noise of weight sin²(πu/2) at u = t/T, or as it is listed, with a picture of √(1 − that²)."""
    if (listed := list_in(config, "trained_betas", path)) is not None:
        noise = betas_array(listed, path)
        noise = noise[::-1] if noise[0] > noise[-1] else noise
        return Schedule.from_betas(_betas_of_noise(noise[noise != 0], path))
    T = number_in(config, "num_train_timesteps", 1000, path)
    return Schedule(FORMULA, formula=_OF_IPNDM).replace(T=T)


def _betas_of_noise(noise: Array, path: str) -> Array:
    """β from rising weights of the noise, (T,). FileError for others."""
    before = np.append(0.0, noise[:-1])
    if not (len(noise) and (noise > before).all() and noise[-1] <= 1):
        raise FileError(
            QT_TRANSLATE_NOOP(
                "errors",
                "{path} is for {name}, whose trained_betas are weights of noise; they must fall from at most 1 to 0.",
            ),
            path=path,
            name="IPNDMScheduler",
        )
    betas: Array = (noise - before) * (noise + before) / ((1 - before) * (1 + before))
    return betas


def _of_vp(config: Config, path: str) -> Schedule:
    low, high = (number_in(config, key, usual, path) for key, usual in (("beta_min", 0.1), ("beta_max", 20.0)))
    given = {"beta_min": low, "beta_d": high - low}
    return Schedule("vp", given=given).replace(T=number_in(config, "num_train_timesteps", 2000, path))


def _of_decoder(config: Config, path: str) -> Schedule:
    return Schedule("cosine").replace(T=number_in(config, "num_train_timesteps", 1024, path))


OWN_LEVELS: Mapping[str, Callable[[Config, str], Schedule]] = MappingProxyType(
    {
        **dict.fromkeys(SIGMA_CLASSES, between_sigmas),
        "IPNDM": _of_ipndm,
        "ScoreSdeVp": _of_vp,
        "ConsistencyDecoder": _of_decoder,
    }
)
"""What reads the schedule of each class, by its name without “Scheduler”."""
