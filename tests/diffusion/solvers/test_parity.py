"""Every solver that diffusers has equals diffusers' scheduler, step for step, where that one is right."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import CMStochasticIterativeScheduler, LCMScheduler

from ddpm_studio.diffusion import Schedule, Steps, solver_table
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.table import walk
from tests.diffusion.solvers.rivals import (
    SHAPE,
    Rival,
    Setting,
    compared,
    network,
    noise_of,
    ours,
    scheduler_for,
    settings,
    start_of,
    steps_of,
    theirs,
)

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore:__array:DeprecationWarning")

TOLERANCE = 1e-4
CONFIGURATIONS = 16

EPSILON_OR_V = ("epsilon", "v_prediction")
UNCLIPPED = {"clip_sample": False}
TO_ONE = {"set_alpha_to_one": True}
LOWEST = {"final_sigmas_type": "sigma_min"}


def dpm(order: int, algorithm: str, solver: str, form: str = "midpoint", **config: object) -> Rival:
    return Rival(
        solver,
        "DPMSolverMultistepScheduler",
        {"solver_order": order, "algorithm_type": algorithm, "solver_type": form, **config},
        {"order": order, "form": form},
        clean="final_sigmas_type" not in config,
    )


def singlestep(order: int, algorithm: str, solver: str, form: str = "midpoint", **config: object) -> Rival:
    return Rival(
        solver,
        "DPMSolverSinglestepScheduler",
        {"solver_order": order, "algorithm_type": algorithm, "solver_type": form, **config},
        {"order": order, "method": "singlestep", "form": form},
        clean="final_sigmas_type" not in config,
    )


RIVALS = [
    *(
        Rival("ddpm", "DDPMScheduler", {**UNCLIPPED, "variance_type": kind}, {"variance": kind}, last_step=last)
        for kind, last in (("fixed_small", True), ("fixed_large", False))
    ),
    *(Rival("ddim", "DDIMScheduler", UNCLIPPED, {"eta": eta}, {"eta": eta}, even_only=True) for eta in (0.0, 0.4, 1.0)),
    *(
        Rival(solver, "PNDMScheduler", {"skip_prk_steps": skip, **TO_ONE}, types=("epsilon",), even_only=True)
        for solver, skip in (("plms", True), ("pndm", False))
    ),
    *(dpm(order, "dpmsolver++", "dpm-solver++") for order in (1, 2, 3)),
    *(dpm(order, "dpmsolver", "dpm-solver", **LOWEST) for order in (1, 2, 3)),
    *(dpm(order, "sde-dpmsolver++", "sde-dpm-solver++") for order in (1, 2)),
    *(singlestep(order, "dpmsolver++", "dpm-solver++") for order in (1, 2, 3)),
    *(singlestep(order, "dpmsolver", "dpm-solver", **LOWEST) for order in (2, 3)),
    dpm(2, "dpmsolver++", "dpm-solver++", "heun"),
    dpm(2, "dpmsolver", "dpm-solver", "heun", **LOWEST),
    dpm(2, "sde-dpmsolver++", "sde-dpm-solver++", "heun"),
    *(singlestep(order, "dpmsolver++", "dpm-solver++", "heun") for order in (2, 3)),
    *(singlestep(order, "dpmsolver", "dpm-solver", "heun", **LOWEST) for order in (2, 3)),
    *(
        Rival("deis", "DEISMultistepScheduler", {"solver_order": k}, {"order": k}, clean=False, cancels=True)
        for k in (1, 2, 3)
    ),
    *(
        Rival(
            "unipc",
            "UniPCMultistepScheduler",
            {"solver_order": order, "solver_type": variant},
            {"order": order, "variant": variant},
            last_step=last,
        )
        for order in (1, 2, 3)
        for variant, last in (("bh1", False), ("bh2", True))
    ),
    *(
        Rival(solver, scheduler, {"use_karras_sigmas": karras}, types=types, in_sigma=True)
        for solver, scheduler, types in (
            ("euler", "EulerDiscreteScheduler", EPSILON_OR_V),
            ("heun", "HeunDiscreteScheduler", (*EPSILON_OR_V, "sample")),
            ("dpm2", "KDPM2DiscreteScheduler", EPSILON_OR_V),
            ("lms", "LMSDiscreteScheduler", EPSILON_OR_V),
        )
        for karras in (False, True)
    ),
    Rival("euler-ancestral", "EulerAncestralDiscreteScheduler", types=EPSILON_OR_V, in_sigma=True),
]


@pytest.mark.parametrize("half", [slice(8), pytest.param(slice(8, 16), marks=pytest.mark.slow)], ids=str)
@pytest.mark.parametrize("rival", RIVALS, ids=str)
def test_equals_diffusers_step_for_step(rival: Rival, half: slice, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = list(settings(rival, CONFIGURATIONS, seed=7))
    seen = [(compared(rival, one, monkeypatch).max(), one) for one in drawn[half]]
    worst, where = max(seen, key=lambda pair: pair[0])
    print(f"{rival}: at worst {worst:.1e} over {len(seen)} configurations, in {where}")
    assert worst <= TOLERANCE, where


def ddim_by_hand(alphas_cumprod: Array, path: list[int], x: Array) -> list[Array]:
    """Song et al. 2021a, equation 12 with σ = 0, from each timestep of `path` to the next; −1 stands for ᾱ = 1."""
    states = []
    for timestep, following in pairwise(path):
        now = alphas_cumprod[timestep]
        then = alphas_cumprod[following] if following >= 0 else 1.0
        epsilon = network(x, timestep)
        x = np.sqrt(then) * (x - np.sqrt(1 - now) * epsilon) / np.sqrt(now) + np.sqrt(1 - then) * epsilon
        states.append(x)
    return states


def plms_by_hand(alphas_cumprod: Array, path: list[int], x: Array) -> Array:
    """Liu et al. 2022, equations 9 and 12, with the opening of Rombach et al.'s sampler; the picture."""

    def carried(x: Array, epsilon: Array, timestep: int, following: int) -> Array:
        now = alphas_cumprod[timestep]
        then = alphas_cumprod[following] if following >= 0 else 1.0
        return np.sqrt(then / now) * x + (np.sqrt(1 - then) - np.sqrt(then * (1 - now) / now)) * epsilon

    said = [network(x, path[0])]
    ahead = network(carried(x, said[0], path[0], path[1]), path[1])
    x = carried(x, (said[0] + ahead) / 2, path[0], path[1])
    for timestep, following in pairwise(path[1:]):
        said.append(network(x, timestep))
        weights = {2: (3, -1, 2), 3: (23, -16, 5, 12)}.get(len(said), (55, -59, 37, -9, 24))
        epsilon = sum((w * m for w, m in zip(weights[:-1], reversed(said), strict=False)), 0 * x) / weights[-1]
        x = carried(x, epsilon, timestep, following)
    return x


LINSPACE = Setting("linear", 1000, 10, "linspace", "epsilon", seed=3)


def test_ddim_goes_to_the_next_timestep_of_the_list_where_diffusers_goes_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rival = Rival("ddim", "DDIMScheduler", UNCLIPPED)
    scheduler = scheduler_for(rival, LINSPACE)
    steps = Steps.from_spacing(LINSPACE.schedule, 10, "linspace")
    trained, x = LINSPACE.schedule.coefficients.alphas_cumprod, start_of(LINSPACE)
    path = [*map(int, steps.timesteps), -1]

    right = list(walk(solver_table("ddim", steps), network, x))
    np.testing.assert_allclose(right, ddim_by_hand(trained, path, x), rtol=1e-9)

    diffusers = theirs(rival, LINSPACE, scheduler, monkeypatch)
    elsewhere = [timestep - 1000 // 10 for timestep in path[:-1]]
    assert sum(a != b for a, b in zip(elsewhere[:-1], path[1:-1], strict=True)) == 9
    first = ddim_by_hand(trained, [path[0], elsewhere[0]], x)[0]
    np.testing.assert_allclose(diffusers[0], first, rtol=1e-4, atol=1e-4)
    assert np.linalg.norm(diffusers[-1] - right[-1]) > 0.01 * np.linalg.norm(right[-1])


def test_plms_goes_to_the_next_timestep_of_the_list_where_diffusers_goes_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rival = Rival("plms", "PNDMScheduler", {"skip_prk_steps": True, **TO_ONE})
    steps = Steps.from_spacing(LINSPACE.schedule, 10, "linspace")
    trained, x = LINSPACE.schedule.coefficients.alphas_cumprod, start_of(LINSPACE)
    *_, right = walk(solver_table("plms", steps), network, x)
    np.testing.assert_allclose(right, plms_by_hand(trained, [*map(int, steps.timesteps), -1], x), rtol=1e-9)
    diffusers = theirs(rival, LINSPACE, scheduler_for(rival, LINSPACE), monkeypatch)
    assert np.linalg.norm(diffusers[-1] - right) > 0.01 * np.linalg.norm(right)


def test_plms_of_a_velocity_is_plms_of_its_epsilon_where_diffusers_extrapolates_the_velocity(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    setting = replace(LINSPACE, spacing="leading", prediction_type="v_prediction")
    table = solver_table("plms", Steps.from_spacing(setting.schedule, 10, "leading"))
    rows = zip(table.timestep, table.sqrt_alphas_cumprod, table.sqrt_one_minus_alphas_cumprod, strict=True)
    levels = {timestep: (a, s) for timestep, a, s in rows}

    def epsilon(x: Array, timestep: float) -> Array:
        a, s = levels[timestep]
        return a * network(x, timestep) + s * x

    *_, right = walk(table, network, start_of(setting), prediction_type="v_prediction")
    *_, same = walk(table, epsilon, start_of(setting), prediction_type="epsilon")
    np.testing.assert_allclose(right, same, rtol=1e-9)
    rival = Rival("plms", "PNDMScheduler", {"skip_prk_steps": True, **TO_ONE})
    diffusers = theirs(rival, setting, scheduler_for(rival, setting), monkeypatch)
    assert np.linalg.norm(diffusers[-1] - right) > 0.01 * np.linalg.norm(right)


def test_nothing_is_added_to_the_picture_where_diffusers_adds_noise_or_loses_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trailing = replace(LINSPACE, spacing="trailing")
    rival = Rival("ddpm", "DDPMScheduler", {**UNCLIPPED, "variance_type": "fixed_large"}, {"variance": "fixed_large"})
    steps = Steps.from_spacing(trailing.schedule, 10)
    *_, before, right = walk(
        solver_table("ddpm", steps, variance="fixed_large"), network, start_of(trailing), partial(noise_of, trailing)
    )
    now = steps.alphas_cumprod[-2]
    x0 = (before - np.sqrt(1 - now) * network(before, steps.timesteps[-1])) / np.sqrt(now)
    np.testing.assert_allclose(right, x0, rtol=1e-9)
    diffusers = theirs(rival, trailing, scheduler_for(rival, trailing), monkeypatch)
    np.testing.assert_allclose(diffusers[-1] - right, np.sqrt(1 - now) * noise_of(trailing, 9), atol=1e-3)

    rival = Rival("unipc", "UniPCMultistepScheduler", {"solver_type": "bh1"})
    assert np.isnan(theirs(rival, trailing, scheduler_for(rival, trailing), monkeypatch)[-1]).all()
    *_, right = walk(solver_table("unipc", steps, variant="bh1"), network, start_of(trailing))
    assert np.isfinite(right).all()


def test_diffusers_takes_a_whole_second_difference_too_much_off_sde_dpm_solver_pp_of_order_three(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    setting = replace(LINSPACE, spacing="trailing", prediction_type="sample", steps=20)
    rival = dpm(3, "sde-dpmsolver++", "sde-dpm-solver++")
    scheduler = scheduler_for(rival, setting)
    steps = steps_of(rival, setting, scheduler)
    mine = ours(solver_table(rival.solver, steps, order=3), rival, setting, scheduler)
    diffusers = theirs(rival, setting, scheduler, monkeypatch)
    np.testing.assert_allclose(mine[1], diffusers[1], rtol=1e-4, atol=1e-4)

    states = [start_of(setting), *mine]
    newest, older, oldest = (network(states[row], float(scheduler.timesteps[row])) for row in (2, 1, 0))
    ahead, back, farther = (steps.lambdas[row + 1] - steps.lambdas[row] for row in (2, 1, 0))
    slopes = (newest - older) / back, (older - oldest) / farther
    second_difference = ahead**2 * (slopes[0] - slopes[1]) / (back + farther)
    np.testing.assert_allclose(mine[2] - diffusers[2], steps.signal[3] * second_difference, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("order", [2, 3])
def test_unipc_keeps_its_order_up_to_alpha_bar_0_where_diffusers_lowers_it(
    order: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A first-order step there has an error of h², in a run of many; of few steps both lower it."""
    rival = Rival("unipc", "UniPCMultistepScheduler", {"solver_order": order, **LOWEST}, {"order": order}, clean=False)
    setting = replace(LINSPACE, spacing="trailing", prediction_type="sample")
    assert compared(rival, replace(setting, steps=14), monkeypatch).max() <= TOLERANCE
    apart = compared(rival, replace(setting, steps=18), monkeypatch)
    assert apart[: 1 - order].max() <= TOLERANCE
    assert apart[1 - order :].min() > 0.01


@pytest.mark.parametrize("prediction_type", EPSILON_OR_V)
def test_deis_ends_at_the_clean_picture_where_diffusers_always_ends_at_alpha_bar_0(
    prediction_type: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Up to the last step they agree; of that, diffusers leaves a_0 x̂0 + s_0 ε̂ in place of x̂0."""
    setting = replace(LINSPACE, spacing="trailing", prediction_type=prediction_type, steps=10)
    rival = Rival("deis", "DEISMultistepScheduler", {"solver_order": 2}, {"order": 2}, clean=False, cancels=True)
    assert compared(rival, setting, monkeypatch).max() <= 1e-5

    scheduler = scheduler_for(rival, setting)
    steps = steps_of(replace(rival, clean=True), setting, scheduler)
    mine = ours(solver_table("deis", steps, order=2), rival, setting, scheduler)
    diffusers = theirs(rival, setting, scheduler_for(rival, setting), monkeypatch)
    np.testing.assert_allclose(mine[:-1], diffusers[:-1], rtol=1e-4, atol=1e-4)
    a, s = steps.signal[-2], steps.noise[-2]
    epsilon = (mine[-2] - a * mine[-1]) / s
    left = setting.schedule.coefficients.alphas_cumprod[0]
    np.testing.assert_allclose(
        diffusers[-1], np.sqrt(left) * mine[-1] + np.sqrt(1 - left) * epsilon, rtol=1e-4, atol=1e-4
    )
    assert np.linalg.norm(diffusers[-1] - mine[-1]) > 3e-4 * np.linalg.norm(mine[-1])


@pytest.mark.parametrize(("count", "even"), [(20, True), (25, True), (30, False), (12, False)])
def test_ddim_from_zero_snr_goes_along_trailing_steps_where_diffusers_goes_beside_them(
    count: int, even: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its next timestep is t − ⌊T/N⌋, which is the list's only where N divides T."""
    rival = Rival("ddim", "DDIMScheduler", {**UNCLIPPED, "rescale_betas_zero_snr": True})
    setting = replace(LINSPACE, spacing="trailing", prediction_type="v_prediction", steps=count)
    scheduler = scheduler_for(rival, setting)
    schedule = Schedule.parse(str(setting.schedule) + ",zero_snr=1")
    steps = Steps.from_spacing(schedule, timesteps=scheduler.timesteps.numpy())
    mine = ours(solver_table("ddim", steps), rival, setting, scheduler)
    diffusers = theirs(rival, setting, scheduler, monkeypatch)
    errors = [np.linalg.norm(x - y) / np.linalg.norm(y) for x, y in zip(mine, diffusers, strict=True)]
    assert (max(errors) <= 1e-5) == even

    beside = steps.timesteps - 1000 // count
    assert (np.abs(beside[:-1] - steps.timesteps[1:]).max() == 0) == even
    reached, start = schedule.coefficients.alphas_cumprod[int(beside[0])], start_of(setting)
    first = np.sqrt(1 - reached) * start - np.sqrt(reached) * network(start, float(steps.timesteps[0]))
    np.testing.assert_allclose(diffusers[0], first, atol=1e-4)


def noises_from(seed: int, monkeypatch: pytest.MonkeyPatch, scheduler: object) -> list[Array]:
    """The noise that the scheduler will draw, step by step."""
    rng = np.random.default_rng(seed)
    drawn = [rng.standard_normal(SHAPE) for _ in range(60)]
    left = iter(drawn)
    module = sys.modules[type(scheduler).__module__]
    monkeypatch.setattr(module, "randn_tensor", lambda *_, **__: torch.from_numpy(next(left)).to(torch.float32))
    return drawn


def of_lcm(scheduler: Any, out: Array, x: Array, timestep: float, a: float, s: float) -> Array:
    """The estimate of x0 that a latent consistency model makes of an ε-prediction."""
    skip, keep = scheduler.get_scalings_for_boundary_condition_discrete(timestep)
    return np.asarray(keep * (x - s * out) / a + skip * x)


@pytest.mark.parametrize("seed", range(12))
def test_lcm_equals_diffusers(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(seed)
    kind, count = str(rng.choice(["linear", "scaled_linear"])), int(rng.integers(1, 13))
    scheduler: Any = LCMScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule=kind, clip_sample=False)
    scheduler.set_timesteps(count, original_inference_steps=int(rng.choice([50, 100])))
    drawn, x = noises_from(seed, monkeypatch, scheduler), rng.standard_normal(SHAPE)
    schedule = Schedule.parse(f"{kind}:T=1000,beta_start=0.00085,beta_end=0.012")
    table = solver_table("lcm", Steps.from_spacing(schedule, timesteps=scheduler.timesteps.numpy()))
    levels = iter(zip(table.sqrt_alphas_cumprod, table.sqrt_one_minus_alphas_cumprod, strict=True))

    def estimate(x: Array, timestep: float) -> Array:
        return of_lcm(scheduler, network(x, timestep), x, timestep, *next(levels))

    mine = walk(table, estimate, x, lambda row: drawn[row], "sample")
    other = torch.from_numpy(x).to(torch.float32)
    for timestep, state in zip(scheduler.timesteps, mine, strict=True):
        out = torch.from_numpy(network(other.numpy().astype(np.float64), float(timestep))).to(torch.float32)
        other = scheduler.step(out, timestep, other).prev_sample
        assert np.linalg.norm(state - other.numpy()) <= 1e-5 * np.linalg.norm(other.numpy())


@pytest.mark.parametrize("seed", range(12))
def test_consistency_equals_diffusers(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(seed)
    ends = {"sigma_min": float(rng.uniform(0.002, 0.05)), "sigma_max": float(rng.uniform(10, 80))}
    scheduler: Any = CMStochasticIterativeScheduler(clip_denoised=False, **ends)
    levels, count = scheduler._convert_to_karras(np.linspace(1, 0, 40)), int(rng.integers(1, 13))
    alphas_cumprod = 1 / (1 + levels**2)
    schedule = Schedule.from_betas(1 - alphas_cumprod / np.concatenate([[1], alphas_cumprod[:-1]]))
    scheduler.set_timesteps(count)
    sigmas = scheduler._convert_to_karras(np.arange(count) * (40 // count) / 39)
    scheduler.sigmas = torch.from_numpy(np.append(sigmas, ends["sigma_min"]))  # Its float32 has NaN where σ' = σ_min.
    table = solver_table("consistency", Steps.from_spacing(schedule, sigmas=[*sigmas, 0]))
    drawn, x = noises_from(seed, monkeypatch, scheduler), rng.standard_normal(SHAPE)
    told = iter(zip(sigmas, table.sqrt_alphas_cumprod, strict=True))

    def estimate(x: Array, _: float) -> Array:
        sigma, a = next(told)
        skip, keep = scheduler.get_scalings_for_boundary_condition(sigma)
        return np.asarray(keep * network(x, 0) + skip * x / a)

    mine = walk(table, estimate, x, lambda row: drawn[row], "sample")
    other = torch.from_numpy(x / table.sqrt_alphas_cumprod[0]).to(torch.float32)
    for row, (timestep, state) in enumerate(zip(scheduler.timesteps, mine, strict=True)):
        seen = other.numpy().astype(np.float64) * table.sqrt_alphas_cumprod[row]
        scheduler.scale_model_input(other, timestep)
        other = scheduler.step(torch.from_numpy(network(seen, 0)).to(torch.float32), timestep, other).prev_sample
        scaled = other.numpy() * np.sqrt(table.alphas_cumprod_next[row])
        assert np.linalg.norm(state - scaled) <= 1e-5 * np.linalg.norm(scaled)
