"""Refused classes: the schedulers of diffusers that have no schedule, each with the reason and what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NoReturn

from ddpm_studio.diffusion.names import check_named
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.configs.beta_classes import BETA_CLASSES
from ddpm_studio.files.configs.config_fields import Config, class_of, number_in
from ddpm_studio.files.configs.flow_classes import FLOW_CLASSES
from ddpm_studio.files.configs.sigma_classes import OWN_LEVELS
from ddpm_studio.files.stored import no_betas
from ddpm_studio.texts import SourceText, Verbatim

_DISCRETE = QT_TRANSLATE_NOOP(
    "errors",
    "{path} is for {name}, which draws tokens and no pictures; discrete data have no noise levels, so it holds "
    "no schedule.",
)
_STAGES = QT_TRANSLATE_NOOP(
    "errors",
    "{path} is for {name}, whose flow begins anew in each of several stages, which no single schedule has; for one "
    "stage write {spec}.",
)

REFUSED: Mapping[str, SourceText] = MappingProxyType(
    {
        **dict.fromkeys(("VQDiffusion", "Amused", "BlockRefinement", "DiscreteDDIM", "EntropyBound"), _DISCRETE),
        **dict.fromkeys(("Helios", "HeliosDMD"), _STAGES),
        "DDPMWuerstchen": QT_TRANSLATE_NOOP(
            "errors",
            "{path} is for {name}, which has an ᾱ between 0.0001 and 0.9999 for any time from 0 to 1 and no T; within "
            "these bounds, and without its scaler, it is {spec}.",
        ),
        "SCM": QT_TRANSLATE_NOOP(
            "errors",
            "{path} is for {name}, which takes any angle from 0 to π/2 for its time and has no table of levels; at "
            "even angles it is {spec}.",
        ),
        "KarrasVe": QT_TRANSLATE_NOOP(
            "errors",
            "{path} is for {name}, which lays out σ anew for each number of steps and has no T; what its paper has is "
            "{spec}.",
        ),
        "RFD4Proteina": QT_TRANSLATE_NOOP(
            "errors",
            "{path} is for {name}, which draws proteins in two parts with times of their own, so it holds no single "
            "schedule.",
        ),
    }
)
"""The reason for each class, by its name without “Scheduler”."""

_KNOWN = (*BETA_CLASSES, *FLOW_CLASSES, *OWN_LEVELS)


def refuse(config: Config, path: str) -> NoReturn:
    """Raise FileError for a config that has no schedule: which class it is for and what that means, if it says so."""
    name = class_of(config)
    if name in REFUSED:
        spec = Verbatim(_NEAREST[name](config, path)) if name in _NEAREST else ""
        raise FileError(REFUSED[name], path=path, name=f"{name}Scheduler", spec=spec)
    if str(config.get("_class_name", "")).endswith("Scheduler"):
        check_named(name, _KNOWN, _UNKNOWN, FileError, _LIKE, path=path)
    architectures = config.get("architectures")
    others = architectures if isinstance(architectures, list) else []
    if named := next((each for each in (config.get("_class_name"), *others) if isinstance(each, str)), None):
        raise FileError(_OTHER, path=path, name=named)
    raise no_betas(path, config)


_OTHER = QT_TRANSLATE_NOOP(
    "errors",
    "{path} is the config of {name}, which is not a scheduler and has no noise levels; open the "
    "scheduler_config.json of its pipeline.",
)
NONE_AT_ALL = frozenset({*REFUSED.values(), _OTHER})
"""The sentences after which there is no schedule however a config is mended."""

_UNKNOWN = QT_TRANSLATE_NOOP(
    "errors", "{path} is for “{name}”, whose schedule is not known, and names no betas; {remedy}"
)
_LIKE = QT_TRANSLATE_NOOP("errors", "add trained_betas, or make its _class_name that of a scheduler in diffusers.")


def _wuerstchen(config: Config, path: str) -> str:
    return f"cosine:T=1000,s={number_in(config, 's', 0.008, path):g}"


def _angles(config: Config, path: str) -> str:
    T = number_in(config, "num_train_timesteps", 1000, path)
    return f"cosine:T={T:g},s=0,snr_shift={number_in(config, 'sigma_data', 0.5, path) ** 2:g}"


def _karras_ve(config: Config, path: str) -> str:
    low, high = (number_in(config, key, usual, path) for key, usual in (("sigma_min", 0.02), ("sigma_max", 100.0)))
    return f"ve:T=1000,sigma_min={low:g},sigma_max={high:g}"


def _stage(config: Config, path: str) -> str:
    return f"flow:T=1000,shift={number_in(config, 'shift', 1.0, path):g}"


_NEAREST: Mapping[str, Callable[[Config, str], str]] = MappingProxyType(
    {
        "DDPMWuerstchen": _wuerstchen,
        "SCM": _angles,
        "KarrasVe": _karras_ve,
        **dict.fromkeys(("Helios", "HeliosDMD"), _stage),
    }
)
"""The schedule that comes nearest, as text."""
