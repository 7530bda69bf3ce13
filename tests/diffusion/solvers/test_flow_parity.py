"""Solvers of flows and of EDM equal diffusers' schedulers, call for call, over configurations that are drawn."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, replace
from typing import Any

import diffusers
import numpy as np
import pytest
import torch

from ddpm_studio.diffusion import Schedule, SolverTable, Steps, solver_table
from ddpm_studio.diffusion.levels import noise, signal, timestep_at
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.table import walk
from tests.diffusion.solvers.rivals import SHAPE, network

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore:__array:DeprecationWarning")

CONFIGURATIONS = 24
START = 1000
"""The number of the noise that a run starts from, above those of its rows."""

FLOW, EDM = Schedule.parse("flow:T=1000"), Schedule.parse("edm:T=1000,sigma_max=160")


@dataclass(frozen=True)
class Opponent:
    """A scheduler of diffusers and the solver that has to equal it.

    `drawn` are settings of the scheduler that are drawn for each configuration, by their bounds. `cancels` says that
    its 1 − τ loses digits in float32; `last_step` is False where it takes none, but leaves the noise of the last
    level, and `within` is how near its float32 comes: weights of ε at τ near 1 cancel.
    """

    solver: str
    scheduler: str
    options: dict[str, object] = field(default_factory=dict)
    config: dict[str, Any] = field(default_factory=dict)
    drawn: dict[str, tuple[float, float]] = field(default_factory=dict)
    cancels: bool = False
    last_step: bool = True
    within: float = 1e-5

    def __str__(self) -> str:
        return " ".join([self.solver, self.scheduler, *(f"{key}={value}" for key, value in self.options.items())])

    @property
    def is_edm(self) -> bool:
        return self.scheduler.startswith("EDM")

    def made(self, rng: np.random.Generator) -> Any:
        """A scheduler of drawn settings, for a drawn number of steps."""
        settings = {key: float(rng.uniform(*bounds)) for key, bounds in self.drawn.items()}
        scheduler = getattr(diffusers, self.scheduler)(**self.config, **settings)
        scheduler.set_timesteps(int(rng.integers(3, 31)))
        if self.cancels:
            scheduler.sigmas = scheduler.sigmas.double()
        return scheduler


SHIFTED = {"shift": (0.5, 8.0)}
PRECONDITIONED = {"sigma_min": (0.002, 0.05), "sigma_max": (10.0, 100.0), "rho": (3.0, 9.0), "sigma_data": (0.2, 1.5)}


def multistep(solver: str, scheduler: str, options: dict[str, object], **config: object) -> Opponent:
    """One of those that take flow sigmas, of a scheduler that was made for diffusion."""
    flow = {"use_flow_sigmas": True, "prediction_type": "flow_prediction"}
    shifts = {"flow_shift": (0.5, 8.0)}
    made = Opponent(solver, scheduler, options, {**flow, **config}, shifts, cancels=True)
    return replace(made, last_step=False, within=1e-4) if solver == "deis" else made


def dpm(solver: str, algorithm: str, order: int, form: str = "midpoint") -> Opponent:
    config = {"algorithm_type": algorithm, "solver_order": order, "solver_type": form}
    return multistep(solver, "DPMSolverMultistepScheduler", {"order": order, "form": form}, **config)


OPPONENTS = [
    Opponent("euler", "FlowMatchEulerDiscreteScheduler", drawn=SHIFTED),
    Opponent("ddim", "FlowMatchEulerDiscreteScheduler", drawn=SHIFTED),
    Opponent("heun", "FlowMatchHeunDiscreteScheduler", {"slope": "velocity"}, drawn=SHIFTED),
    Opponent("lcm", "FlowMatchLCMScheduler", drawn=SHIFTED),
    Opponent("euler", "EDMEulerScheduler", drawn=PRECONDITIONED),
    *(
        Opponent(
            "dpm-solver++",
            "EDMDPMSolverMultistepScheduler",
            {"order": order, "form": form},
            {"solver_order": order, "solver_type": form},
            PRECONDITIONED,
        )
        for order, form in ((1, "midpoint"), (2, "midpoint"), (2, "heun"), (3, "midpoint"))
    ),
    *(dpm("dpm-solver++", "dpmsolver++", order) for order in (1, 2, 3)),
    dpm("dpm-solver++", "dpmsolver++", 2, "heun"),
    *(multistep("deis", "DEISMultistepScheduler", {"order": order}, solver_order=order) for order in (1, 2, 3)),
    *(dpm("sde-dpm-solver++", "sde-dpmsolver++", order) for order in (1, 2)),
    *(multistep("unipc", "UniPCMultistepScheduler", {"order": order}, solver_order=order) for order in (1, 2, 3)),
]


def steps_of(opponent: Opponent, scheduler: Any) -> Steps:
    """The steps through exactly the scheduler's levels."""
    levels = np.unique(scheduler.sigmas.double().numpy())[::-1]
    levels = levels if opponent.last_step else np.append(levels, 0.0)
    with np.errstate(divide="ignore"):
        log_snr = -2 * np.log(levels) if opponent.is_edm else 2 * np.log((1 - levels) / levels)
    schedule = EDM if opponent.is_edm else FLOW
    return Steps(schedule, "sigmas", timestep_at(schedule, log_snr[:-1]), log_snr)


def noise_of(seed: int, row: int) -> Array:
    return np.random.default_rng([seed, row]).standard_normal(SHAPE)


def ours(table: SolverTable, scheduler: Any, opponent: Opponent, seed: int) -> list[Array]:
    """x after every row, in the scheduler's scale; the network hears the scheduler's timesteps."""
    told = iter(scheduler.timesteps.tolist())
    prediction_type = f"edm:sigma_data={scheduler.config.sigma_data!r}" if opponent.is_edm else "flow_prediction"
    start = noise_of(seed, START) * (1 if opponent.is_edm else scale(table.log_snr[0]))
    states = walk(
        table,
        lambda shown, _: network(shown, next(told)),
        start,
        lambda row: noise_of(seed, row),
        prediction_type,
    )
    units = signal(table.log_snr_next) if opponent.is_edm else scale(table.log_snr_next)
    return [x / unit for x, unit in zip(states, units, strict=True)]


def scale(log_snr: Array) -> Array:
    """a + s, which (1 − τ) x0 + τ ε times is x."""
    return signal(log_snr) + noise(log_snr)


def theirs(scheduler: Any, opponent: Opponent, seed: int, monkeypatch: pytest.MonkeyPatch) -> list[Array]:
    """x after every call of the scheduler's step."""
    rows = iter(range(10_000))

    def drawn(*_: Any, **__: Any) -> torch.Tensor:
        return torch.from_numpy(noise_of(seed, next(rows))).float()

    monkeypatch.setattr(sys.modules[type(scheduler).__module__], "randn_tensor", drawn, raising=False)
    x = torch.from_numpy(noise_of(seed, START)).float()
    if opponent.is_edm:
        x *= float(scheduler.sigmas.max() ** 2 + 1) ** 0.5
    states = []
    for timestep in scheduler.timesteps:
        shown = scheduler.scale_model_input(x, timestep) if opponent.is_edm else x
        out = torch.from_numpy(network(shown.double().numpy(), float(timestep))).float()
        x = scheduler.step(out, timestep, x).prev_sample
        states.append(x.double().numpy())
    return states


def off(opponent: Opponent, seed: int, monkeypatch: pytest.MonkeyPatch) -> float:
    """The largest |ours − theirs| / |theirs| after any call."""
    scheduler = opponent.made(np.random.default_rng(seed))
    table = solver_table(opponent.solver, steps_of(opponent, scheduler), **opponent.options)
    mine = ours(table, scheduler, opponent, seed)
    other = theirs(scheduler, opponent, seed, monkeypatch)
    errors = [float(np.linalg.norm(x - y) / np.linalg.norm(y)) for x, y in zip(mine, other, strict=True)]
    return max(errors if opponent.last_step else errors[:-1])


@pytest.mark.parametrize("opponent", OPPONENTS, ids=str)
def test_equals_diffusers_call_for_call(opponent: Opponent, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = {seed: off(opponent, seed, monkeypatch) for seed in range(CONFIGURATIONS)}
    print(f"{opponent}: at worst {max(seen.values()):.1e}", seen)
    assert max(seen.values()) <= opponent.within
