"""Steps of diffusers' schedulers for flow matching, which are τ, and those of the others in their mode for flows."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.steps.classic_spacings import exponential, karras
from ddpm_studio.diffusion.steps.diffusers_spacings import beta_diffusers
from ddpm_studio.diffusion.steps.flow_spacings import SHIFT
from ddpm_studio.diffusion.steps.model_sigmas import ModelSigmas, shifted
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.files.steps.config_steps import ConfigRequest, ConfigSteps, cut_at_last
from ddpm_studio.files.steps.scheduler_classes import FINAL, SIGMAS
from ddpm_studio.texts import Text

_SPREAD: Mapping[str, Callable[[float, float, int], Array]] = {
    "use_karras_sigmas": partial(karras, rho=7.0),
    "use_exponential_sigmas": exponential,
    "use_beta_sigmas": partial(beta_diffusers, alpha=0.6, beta=0.6),
}
"""What lays out τ between the first and the last, for each field that says so."""

_NEAREST = 1e-6
"""How close to τ = 1 UniPC begins."""

_ROUNDING = 1e-9
"""By which share a τ may be below another without being meant to be."""


def steps_of_matching(asked: ConfigRequest) -> ConfigSteps:
    """The steps of a scheduler for flow matching; a shift that depends on the size of the picture is the schedule's."""
    if asked.flag("invert_sigmas"):
        raise asked.refused("invert_sigmas")
    plain = asked.name == "FlowMatchHeunDiscrete"
    spread = None if plain else asked.one_of(tuple(_SPREAD))
    dynamic = asked.flag("use_dynamic_shifting") and not plain
    terminal = 0.0 if plain else _terminal(asked)
    s = _shift(asked, "shift", dynamic)
    least = 1 / asked.schedule.T
    lowest = least if dynamic else float(shifted(np.array(least), s))
    taus = _stretched(shifted(np.linspace(1, lowest, asked.steps), s), terminal)
    if not (spread or dynamic or terminal):
        return ConfigSteps(StepsSpec("flow_match_diffusers", given=_own_shift(asked, "shift")), _below(taus, asked))
    if spread:
        taus = _SPREAD[spread](float(taus[0]), float(taus[-1]), asked.steps)
    keys = [*([spread] if spread else []), *(["shift_terminal"] if terminal else [])]
    return _listed(taus, asked, dynamic, keys)


def steps_of_flow_sigmas(asked: ConfigRequest) -> ConfigSteps:
    """The steps of a scheduler over β whose config has use_flow_sigmas."""
    both = next((key for key in SIGMAS if asked.flag(key)), None)
    if both:
        raise asked.refused(both)
    if asked.name == "UniPCMultistep":
        return _of_unipc(asked)
    dynamic = asked.flag("use_dynamic_shifting")
    given = () if dynamic else _own_shift(asked, "flow_shift")
    last = shifted(np.array([(1 - 1 / asked.schedule.T) / asked.steps]), _shift(asked, "flow_shift", dynamic))
    notes = (*((Text(DYNAMIC),) if dynamic else ()), *_below(last, asked))
    spec = StepsSpec("flow_sigmas_diffusers", given=given)
    if asked.name in ("DEISMultistep", "SASolver"):
        return cut_at_last(asked, spec, notes)
    if asked.word(FINAL, ("zero", "sigma_min")) != "zero":
        raise asked.refused(FINAL)
    return ConfigSteps(spec, notes)


def _of_unipc(asked: ConfigRequest) -> ConfigSteps:
    dynamic, terminal = asked.flag("use_dynamic_shifting"), _terminal(asked)
    even = np.linspace(1, 1 / asked.schedule.T, asked.steps + 1)[:-1]
    taus = _stretched(shifted(even, _shift(asked, "flow_shift", dynamic)), terminal)
    taus[0] -= _NEAREST if abs(taus[0] - 1) < _NEAREST else 0.0
    listed = _listed(taus, asked, dynamic, ["use_flow_sigmas", *(["shift_terminal"] if terminal else [])])
    if asked.word(FINAL, ("zero", "sigma_min")) == "zero":
        return listed
    return cut_at_last(asked, listed.spec, listed.notes)


def _listed(taus: Array, asked: ConfigRequest, dynamic: bool, keys: list[str]) -> ConfigSteps:
    notes = [*([Text(DYNAMIC)] if dynamic else []), *_below(taus, asked)]
    least = asked.schedule.coefficients.tau[0]
    kept = np.append(taus[taus > least], least) if taus[-1] < least * (1 - _ROUNDING) else taus
    spec = StepsSpec("taus", numbers=(*kept.tolist(), 0.0))
    said = Text(LISTED, {"count": asked.steps, "keys": ", ".join(keys or ["use_dynamic_shifting"])})
    return ConfigSteps(spec, (*notes, said))


def _below(taus: Array, asked: ConfigRequest) -> tuple[Text, ...]:
    """The note on τ below those of the schedule, to which a shift of less than 1 leads that is applied twice."""
    least = float(asked.schedule.coefficients.tau[0])
    return (Text(_BELOW, {"tau": float(taus[-1]), "least": least}),) if taus[-1] < least * (1 - _ROUNDING) else ()


_BELOW = QT_TRANSLATE_NOOP(
    "conventions",
    "diffusers goes down to τ = {tau:.4g}, below the least of the schedule, {least:.4g}, which is taken here.",
)
DYNAMIC = QT_TRANSLATE_NOOP(
    "conventions",
    "use_dynamic_shifting has a shift for each size of picture; that of the schedule is taken, and steps of a pipeline "
    "that brings a list of its own, as Flux does, are flow_shift.",
)
LISTED = QT_TRANSLATE_NOOP(
    "conventions", "No spacing here is as {keys} of diffusers; its list for a step count of {count} is taken."
)


def _stretched(taus: Array, terminal: float) -> Array:
    """τ stretched about 1 so that the last is `terminal`; as they are for 0, and where the only one is 1."""
    reached = 1 - taus[-1]
    return taus if not terminal or reached <= 0 else 1 - (1 - taus) * ((1 - terminal) / reached)


def _shift(asked: ConfigRequest, key: str, dynamic: bool) -> float:
    own = ModelSigmas(asked.schedule).shift if dynamic else asked.number(key, 1.0)
    if not SHIFT.low <= own <= SHIFT.high:
        raise asked.refused(key)
    return own


def _terminal(asked: ConfigRequest) -> float:
    terminal = asked.number_or_none("shift_terminal") or 0.0
    if not 0 <= terminal < 1:
        raise asked.refused("shift_terminal")
    return terminal


def _own_shift(asked: ConfigRequest, key: str) -> tuple[tuple[str, object], ...]:
    """The shift of the config where it is not that of the schedule."""
    shift = _shift(asked, key, False)
    return () if math.isclose(shift, ModelSigmas(asked.schedule).shift, rel_tol=1e-9) else (("shift", shift),)
