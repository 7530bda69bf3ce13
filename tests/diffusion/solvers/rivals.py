"""diffusers' schedulers, run step by step with a network and noise that our tables are given too."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import diffusers
import numpy as np
import pytest
import torch

from ddpm_studio.diffusion import Schedule, SolverTable, Steps, solver_table
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.table import walk

diffusers.logging.set_verbosity_error()

SHAPE = (2, 3, 4, 4)

NAMES = {
    "linear": "linear:T={T},beta_start=0.0001,beta_end=0.02",
    "scaled_linear": "scaled_linear:T={T},beta_start=0.0001,beta_end=0.02",
    "squaredcos_cap_v2": "cosine:T={T}",
}


@dataclass(frozen=True)
class Rival:
    """A scheduler of diffusers and the solver that has to equal it.

    `types` and `even_only` are what the scheduler gets right: prediction types, and only even steps where it looks for
    the previous one at t − ⌊T/N⌋; `last_step` is False where its step into the clean picture is wrong. `in_sigma` says
    that its x is x/a, `clean` that it ends at ᾱ = 1, `cancels` that its weights are worthless in float32.
    """

    solver: str
    scheduler: str
    config: dict[str, Any] = field(default_factory=dict)
    options: dict[str, object] = field(default_factory=dict)
    step: dict[str, Any] = field(default_factory=dict)
    types: tuple[str, ...] = ("epsilon", "sample", "v_prediction")
    even_only: bool = False
    last_step: bool = True
    in_sigma: bool = False
    clean: bool = True
    cancels: bool = False

    def __str__(self) -> str:
        options = {**self.options, **{key: value for key, value in self.config.items() if key.startswith("use_")}}
        return " ".join([self.solver, *(f"{key}={value}" for key, value in options.items())])


@dataclass(frozen=True)
class Setting:
    """One random configuration."""

    kind: str
    T: int
    steps: int
    spacing: str
    prediction_type: str
    seed: int

    @property
    def schedule(self) -> Schedule:
        return Schedule.parse(NAMES[self.kind].format(T=self.T))


def settings(rival: Rival, count: int, seed: int) -> Iterator[Setting]:
    """`count` random settings that the rival can run, the same for the same seed."""
    rng = np.random.default_rng(seed)
    while count:
        setting = Setting(
            kind=str(rng.choice(list(NAMES))),
            T=int(rng.choice([50, 100, 300, 1000])),
            steps=int(rng.integers(4, 31)),
            spacing=str(rng.choice(["leading", "trailing", "linspace"])),
            prediction_type=str(rng.choice(rival.types)),
            seed=int(rng.integers(2**31)),
        )
        if _comparable(rival, setting):
            count -= 1
            yield setting


def _comparable(rival: Rival, setting: Setting) -> bool:
    """Even steps where the scheduler needs them, and no σ so large that its float32 loses four digits to 1/√ᾱ."""
    if setting.kind == "squaredcos_cap_v2" and (setting.spacing != "leading" or "Singlestep" in rival.scheduler):
        return False
    return not rival.even_only or (setting.spacing != "linspace" and setting.T % (2 * setting.steps) == 0)


def scheduler_for(rival: Rival, setting: Setting) -> Any:
    """The rival's scheduler, its timesteps set."""
    spacing = {"timestep_spacing": setting.spacing} if rival.scheduler != "DPMSolverSinglestepScheduler" else {}
    scheduler = getattr(diffusers, rival.scheduler)(
        num_train_timesteps=setting.T,
        beta_start=1e-4,
        beta_end=0.02,
        beta_schedule=setting.kind,
        prediction_type=setting.prediction_type,
        **spacing,
        **rival.config,
    )
    scheduler.set_timesteps(setting.steps)
    if rival.cancels:
        scheduler.sigmas = scheduler.sigmas.to(torch.float64)
    return scheduler


def steps_of(rival: Rival, setting: Setting, scheduler: Any) -> Steps:
    """The steps with exactly the scheduler's levels."""
    if rival.in_sigma:
        sigmas = np.unique(scheduler.sigmas.numpy())[::-1].astype(np.float64)
        return Steps.from_spacing(setting.schedule, sigmas=sigmas)
    timesteps = scheduler.timesteps.numpy()
    if rival.solver == "pndm":
        timesteps = timesteps[[0, 3, 7, *range(11, len(timesteps))]]
    timesteps = np.unique(timesteps)[::-1]
    return Steps.from_spacing(setting.schedule, timesteps=timesteps, set_alpha_to_one=rival.clean)


def network(x: Array, timestep: float) -> Array:
    """A smooth, deterministic stand-in: bounded, different at every pixel and timestep."""
    ripple = np.sin(np.arange(x.size) + timestep / 200).reshape(x.shape)
    return (0.3 + 0.4 * np.cos(3e-3 * timestep)) * x / (1 + 0.1 * np.abs(x)) + 0.3 * ripple


def noise_of(setting: Setting, row: int) -> Array:
    return np.random.default_rng([setting.seed, row]).standard_normal(SHAPE)


def start_of(setting: Setting) -> Array:
    return np.random.default_rng(setting.seed).standard_normal(SHAPE)


def theirs(rival: Rival, setting: Setting, scheduler: Any, monkeypatch: pytest.MonkeyPatch) -> list[Array]:
    """x after every call of the scheduler's step, in its own scale."""
    rows = iter(range(10_000))

    def drawn(shape: Any, generator: Any = None, device: Any = None, dtype: Any = None) -> torch.Tensor:
        return torch.from_numpy(noise_of(setting, row)).to(torch.float32)

    monkeypatch.setattr(sys.modules[type(scheduler).__module__], "randn_tensor", drawn, raising=False)
    x = torch.from_numpy(start_of(setting)).to(torch.float32)
    if rival.in_sigma:
        x *= (scheduler.sigmas.max() ** 2 + 1) ** 0.5
    states = []
    for timestep in scheduler.timesteps:
        row = next(rows)
        shown = scheduler.scale_model_input(x, timestep).numpy().astype(np.float64)
        out = torch.from_numpy(network(shown, float(timestep))).to(torch.float32)
        x = scheduler.step(out, timestep, x, **rival.step).prev_sample
        states.append(x.numpy().astype(np.float64))
    return states


def ours(table: SolverTable, rival: Rival, setting: Setting, scheduler: Any) -> list[Array]:
    """x after every row, in the scheduler's scale; the network hears the scheduler's timesteps."""
    timesteps = iter(scheduler.timesteps.tolist())
    states = walk(
        table,
        lambda x, _: network(x, next(timesteps)),
        start_of(setting),
        lambda row: noise_of(setting, row),
        setting.prediction_type,
    )
    scale = np.sqrt(table.alphas_cumprod_next) if rival.in_sigma else np.ones(table.nfe)
    return [x / a for x, a in zip(states, scale, strict=True)]


def compared(rival: Rival, setting: Setting, monkeypatch: pytest.MonkeyPatch) -> Array:
    """|ours − theirs| / |theirs| after every step that the scheduler gets right."""
    scheduler = scheduler_for(rival, setting)
    table = solver_table(rival.solver, steps_of(rival, setting, scheduler), **rival.options)
    mine, other = ours(table, rival, setting, scheduler), theirs(rival, setting, scheduler, monkeypatch)
    assert np.abs(table.timestep - scheduler.timesteps.numpy()).max() <= 0.55
    errors = [np.linalg.norm(x - y) / np.linalg.norm(y) for x, y in zip(mine, other, strict=True)]
    return np.array(errors if rival.last_step else errors[:-1])
