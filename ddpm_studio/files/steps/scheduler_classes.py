"""Scheduler classes of diffusers: how each lays out its steps, and the step fields that its config has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

SIGMAS = {
    "use_karras_sigmas": "karras",
    "use_lu_lambdas": "log_snr",
    "use_exponential_sigmas": "exponential",
    "use_beta_sigmas": "beta_diffusers",
}
"""The spacing that each field stands for, in the order in which diffusers asks for them."""

_TIMED = {"linspace": "linspace", "leading": "leading", "trailing": "trailing"}
_INTERPOLATED = {"linspace": "normal", "leading": "leading", "trailing": "trailing"}
_MULTISTEP = {"linspace": "linspace_multistep", "leading": "leading_multistep", "trailing": "trailing"}

KARRAS, ALL_SIGMAS = ("use_karras_sigmas",), ("use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas")

CLEAN, ALPHA, FINAL, LEAST = "clean", "set_alpha_to_one", "final_sigmas_type", "least"
"""Where steps end: at the clean picture, as one of the fields says, or at the least noisy level, ᾱ_0."""


@dataclass(frozen=True)
class SchedulerClass:
    """A class: the spacing for each `timestep_spacing`, the `usual` one first, and the fields that it has besides.

    `sigmas` are those of SIGMAS that it knows, `rounded` those after which it tells the network whole timesteps.
    `own_range` is True if these go from the first to the last of the timesteps that are spaced, and not over all.
    `range_fields` says that it has sigma_min and sigma_max, `strides` that it steps by ⌊T/N⌋ timesteps whatever the
    next one is, and `capped` that it takes σ = 4096 for pure noise.
    """

    spacings: Mapping[str, str]
    ends: str
    sigmas: tuple[str, ...] = ()
    rounded: tuple[str, ...] = ()
    own_range: bool = False
    range_fields: bool = False
    strides: bool = False
    capped: bool = False
    ends_where_it_is: bool = False
    clips_lambda: bool = False

    @property
    def usual(self) -> str:
        """The `timestep_spacing` where a config leaves it out."""
        return next(iter(self.spacings))


def _first(word: str, spacings: Mapping[str, str]) -> Mapping[str, str]:
    return {word: spacings[word], **spacings}


_LEADING = _first("leading", _TIMED)
_STRIDING = SchedulerClass(_LEADING, ALPHA, strides=True)
_EULER = SchedulerClass(_INTERPOLATED, CLEAN, ALL_SIGMAS, own_range=True)
_DDPM = SchedulerClass(_LEADING, CLEAN)

_KDPM2 = SchedulerClass(_INTERPOLATED, CLEAN, ALL_SIGMAS, KARRAS, own_range=True)
_SOLVER = SchedulerClass(_MULTISTEP, LEAST, ALL_SIGMAS, ALL_SIGMAS, ends_where_it_is=True)
_DPM_SIGMAS = tuple(SIGMAS)

CLASSES: Mapping[str, SchedulerClass] = MappingProxyType(
    {
        **dict.fromkeys(("DDIM", "DDIMParallel", "CogVideoXDDIM", "CogVideoXDPM", "PNDM"), _STRIDING),
        **dict.fromkeys(("DDPM", "DDPMParallel"), _DDPM),
        "UnCLIP": SchedulerClass({"linspace": "linspace"}, CLEAN),
        "EulerDiscrete": SchedulerClass(
            _INTERPOLATED, FINAL, ALL_SIGMAS, own_range=True, range_fields=True, capped=True
        ),
        "EulerAncestralDiscrete": SchedulerClass(_INTERPOLATED, CLEAN, capped=True),
        **dict.fromkeys(("HeunDiscrete", "LMSDiscrete", "DPMSolverSDE"), _EULER),
        **dict.fromkeys(("KDPM2Discrete", "KDPM2AncestralDiscrete"), _KDPM2),
        "DPMSolverMultistep": SchedulerClass(
            _MULTISTEP, FINAL, _DPM_SIGMAS, _DPM_SIGMAS, capped=True, clips_lambda=True
        ),
        "DPMSolverSinglestep": SchedulerClass(
            {"linspace": "linspace_multistep"}, FINAL, ALL_SIGMAS, ALL_SIGMAS, clips_lambda=True
        ),
        "UniPCMultistep": SchedulerClass(
            _MULTISTEP, FINAL, ALL_SIGMAS, ALL_SIGMAS, range_fields=True, capped=True, ends_where_it_is=True
        ),
        "DEISMultistep": _SOLVER,
        "SASolver": SchedulerClass(_MULTISTEP, LEAST, ALL_SIGMAS, ALL_SIGMAS, ends_where_it_is=True, clips_lambda=True),
    }
)
"""The classes over β by name, without “Scheduler”."""
