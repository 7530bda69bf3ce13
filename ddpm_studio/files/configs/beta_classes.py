"""Classes over β: the schedulers of diffusers whose schedule is that of their betas, and how their configs say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from ddpm_studio.diffusion.names import check_named
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.operators import ZeroSnr
from ddpm_studio.diffusion.schedule import Schedule, parameters
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.configs.config_fields import Config, class_of, list_in, no_null, number_in
from ddpm_studio.files.lookalikes import check_betas
from ddpm_studio.files.stored import betas_array
from ddpm_studio.texts import Verbatim

KIND_OF = {
    "linear": "linear",
    "scaled_linear": "scaled_linear",
    "squaredcos_cap_v2": "cosine",
    "sigmoid": "sigmoid_beta",
    "laplace": "laplace_diffusers",
    "exp": "exp",
}
"""Our kind for each `beta_schedule` that some scheduler of diffusers knows."""

MEANT = {
    **dict.fromkeys(("cosine", "cos", "squaredcos", "squared_cosine", "squaredcos_cap"), "squaredcos_cap_v2"),
    **dict.fromkeys(("quad", "quadratic", "squared_linear"), "scaled_linear"),
    "sqrt_linear": "linear",
    "exponential": "exp",
}
"""The name in diffusers of what other programs, and people, call otherwise: by meaning, not by spelling."""

_T_ELSEWHERE = (
    *("timesteps", "num_timesteps", "n_timestep", "n_timesteps", "num_diffusion_timesteps", "diffusion_timesteps"),
    *("num_diffusion_steps", "diffusion_steps", "noise_steps", "num_steps", "steps", "max_timesteps", "t", "max_t"),
)
_START_ELSEWHERE = ("beta_min", "min_beta", "beta_1", "beta_0", "beta0", "beta1", "linear_start", "b_start", "start")
_END_ELSEWHERE = ("beta_max", "max_beta", "beta_t", "linear_end", "b_end", "end")
ELSEWHERE = {
    **dict.fromkeys(_T_ELSEWHERE, "num_train_timesteps"),
    **dict.fromkeys(_START_ELSEWHERE, "beta_start"),
    **dict.fromkeys(_END_ELSEWHERE, "beta_end"),
}
"""The field of what other programs, and people, call otherwise."""

EVERYWHERE = ("linear", "scaled_linear", "squaredcos_cap_v2")
"""Each `beta_schedule` that nearly all classes know."""


@dataclass(frozen=True)
class BetaClass:
    """A class over β: what its config leaves out, and which fields of a schedule it has besides (diffusers 0.42).

    `words` are each `beta_schedule` that it knows. `rescales` is True if it has rescale_betas_zero_snr, `flows` if it
    has use_flow_sigmas, `listed` if it has trained_betas, and `loads_list` unless it fails on those of a file. `shift`
    is its usual snr_shift_scale, None if it has none.
    """

    beta_schedule: str = "linear"
    beta_start: float = 1e-4
    beta_end: float = 0.02
    words: tuple[str, ...] = EVERYWHERE
    rescales: bool = False
    flows: bool = False
    listed: bool = True
    loads_list: bool = True
    shift: float | None = None


_PLAIN, _RESCALED, _FLOWING = BetaClass(), BetaClass(rescales=True), BetaClass(flows=True)
_DDPM = BetaClass(words=("linear", "scaled_linear", "squaredcos_cap_v2", "sigmoid", "laplace"), rescales=True)
_KARRAS = BetaClass("linear", 0.00085, 0.012)
_LATENT = BetaClass("scaled_linear", 0.00085, 0.012, rescales=True)

BETA_CLASSES: Mapping[str, BetaClass] = MappingProxyType(
    {
        **dict.fromkeys(("DDPM", "DDPMParallel"), _DDPM),
        **dict.fromkeys(("DDIM", "DDIMParallel", "DDIMInverse"), _RESCALED),
        **dict.fromkeys(("EulerDiscrete", "EulerAncestralDiscrete"), _RESCALED),
        **dict.fromkeys(("PNDM", "LMSDiscrete"), _PLAIN),
        **dict.fromkeys(("DPMSolverMultistep", "UniPCMultistep"), replace(_RESCALED, flows=True)),
        **dict.fromkeys(("DPMSolverMultistepInverse", "DPMSolverSinglestep", "DEISMultistep", "SASolver"), _FLOWING),
        **dict.fromkeys(("KDPM2Discrete", "KDPM2AncestralDiscrete", "DPMSolverSDE"), _KARRAS),
        **dict.fromkeys(("LCM", "TCD"), _LATENT),
        **dict.fromkeys(("CogVideoXDDIM", "CogVideoXDPM"), replace(_LATENT, shift=3.0)),
        "HeunDiscrete": replace(_KARRAS, words=(*EVERYWHERE, "exp")),
        "RePaint": BetaClass(words=(*EVERYWHERE, "sigmoid"), loads_list=False),
        "UnCLIP": BetaClass("squaredcos_cap_v2", words=("squaredcos_cap_v2",), listed=False),
    }
)
"""The classes by name, without “Scheduler”."""

_ANY = BetaClass(rescales=True, flows=True, shift=1.0)
"""What is read of a class that is not known, or not named: all that some class has."""


def names_betas(config: Config) -> bool:
    """True if the config says what its β are, whatever class it is for."""
    return not {"trained_betas", "beta_schedule", "beta_start", "beta_end"}.isdisjoint(config)


def fields_of_class(config: Config) -> BetaClass:
    """What the class of this config has."""
    return BETA_CLASSES.get(class_of(config), _ANY)


def schedule_of_betas(config: Config, path: str) -> Schedule:
    """The schedule of the betas in a config, with the defaults of its class; fields that it does not have do nothing.

    diffusers rescales to zero terminal SNR after it shifts the SNR. FileError as `schedule_from_config`.
    """
    own = fields_of_class(config)
    _check_fields(config, path)
    shift = 1.0 if own.shift is None else number_in(config, "snr_shift_scale", own.shift, path)
    operators = {} if shift == 1 else {"snr_shift": shift}
    if own.rescales and config.get("rescale_betas_zero_snr"):
        operators["zero_snr"] = ZeroSnr.BEFORE if shift == 1 else ZeroSnr.AFTER
    return _unscaled(config, own, path).replace(**operators)


def _check_fields(config: Config, path: str) -> None:
    """FileError for what no scheduler has but other programs do, in a config of no class that is known."""
    if class_of(config) in BETA_CLASSES or config.get("trained_betas") is not None:
        return
    found: dict[str, str] = {}
    for key in config:
        meant = ELSEWHERE.get(key.lower())
        if meant is not None and meant not in config:
            found.setdefault(meant, key)
    if found:
        raise FileError(
            _UNKNOWN if len(found) == 1 else _SEVERAL_UNKNOWN,
            path=path,
            key=", ".join(found.values()),
            meant=Verbatim(", ".join(found)),
        )


_UNKNOWN = QT_TRANSLATE_NOOP(
    "errors", "{path} has {key}, which diffusers does not know; call it {meant} if it is that, or leave it out."
)
_SEVERAL_UNKNOWN = QT_TRANSLATE_NOOP(
    "errors",
    "{path} has {key}, which diffusers does not know; call them {meant}, in this order, if they are that, or leave "
    "them out.",
)


_CLEAN = QT_TRANSLATE_NOOP(
    "errors",
    "trained_betas in {path} begin with 0, which adds no noise; take it off, and if the network counts it as its first "
    "step, tell it t + 1.",
)


def _unscaled(config: Config, own: BetaClass, path: str) -> Schedule:
    if own.listed and (betas := list_in(config, "trained_betas", path)) is not None:
        return _of_list(betas_array(betas, path), class_of(config) in BETA_CLASSES, path)
    name = config.get("beta_schedule", own.beta_schedule)
    if name is None:
        raise no_null("beta_schedule", own.beta_schedule, path)
    template = QT_TRANSLATE_NOOP("errors", "{path} has the unknown beta_schedule “{name}”; {remedy}")
    meant = MEANT.get(name) if isinstance(name, str) else None
    if meant is not None:
        raise FileError(_MEANT, path=path, name=name, meant=meant)
    check_named(name, KIND_OF, template, FileError, path=path)
    kind = KIND_OF[str(name)]
    usual = {"beta_start": own.beta_start, "beta_end": own.beta_end}
    known = usual.keys() & {p.key for p in parameters(kind)}
    ends = {key: number_in(config, key, usual[key], path) for key in known}
    return Schedule(kind, given=ends).replace(T=number_in(config, "num_train_timesteps", 1000, path))


def _of_list(betas: Array, is_said: bool, path: str) -> Schedule:
    """The schedule of trained_betas; FileError where no class says that these are β and they take another's course."""
    if not is_said:
        check_betas(betas, path)
    if not betas[0]:
        raise FileError(_CLEAN, path=path)
    return Schedule.from_betas(betas)


_MEANT = QT_TRANSLATE_NOOP(
    "errors", "{path} has the beta_schedule “{name}”, which is “{meant}” in diffusers; write that in its place."
)
