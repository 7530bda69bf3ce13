"""Folders with schedulers of flows, EDM and consistency models: they open, and draw what diffusers draws.

Along the σ of diffusers' own steps, from its own noise, with networks whose configurations are drawn.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import (
    CMStochasticIterativeScheduler,
    ConsistencyModelPipeline,
    DDPMPipeline,
    DPMSolverMultistepScheduler,
    EDMDPMSolverMultistepScheduler,
    EDMEulerScheduler,
    FlowMatchEulerDiscreteScheduler,
    FlowMatchHeunDiscreteScheduler,
    UNet2DModel,
)
from torch import Tensor

from ddpm_studio.checkpoints import Answers, open_checkpoint, read_checkpoint
from ddpm_studio.diffusion import Schedule, SolverTable, Steps, solver_table
from ddpm_studio.diffusion.levels import timestep_at
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.errors import StudioError
from ddpm_studio.sampling import Denoiser, run
from tests.checkpoints.tiny import save_pipeline, tiny_unet

SEEDS = range(5)
NOISE = torch.randn(2, 3, 8, 8, generator=torch.Generator().manual_seed(5))


def saved(folder: Path, unet: UNet2DModel, scheduler: Any) -> Denoiser:
    """The denoiser of a pipeline with this scheduler."""
    DDPMPipeline(unet, scheduler).save_pretrained(folder)
    return open_checkpoint(folder)


def along(schedule: Schedule, sigmas: Array) -> Steps:
    """Steps through exactly these σ, the first of which may be infinite."""
    with np.errstate(divide="ignore"):
        log_snr = -2 * np.log(sigmas)
    return Steps(schedule, "sigmas", timestep_at(schedule, log_snr[:-1]), log_snr)


def theirs(scheduler: Any, unet: UNet2DModel, x: Tensor) -> Tensor:
    for t in scheduler.timesteps:
        seen = scheduler.scale_model_input(x, t) if hasattr(scheduler, "scale_model_input") else x
        with torch.no_grad():
            out = unet(seen, t.expand(len(x)).float(), return_dict=False)[0]
        x = scheduler.step(out, t, x, return_dict=False)[0]
    return x


def ours(table: SolverTable, denoiser: Denoiser, x: Tensor, seed: int = 0) -> Tensor:
    *_, last = run(table, denoiser, x, generator=torch.Generator().manual_seed(seed))
    return last.x


def assert_same(found: Tensor, expected: Tensor) -> None:
    error = float((found - expected).norm() / expected.norm())
    print(f"relative error {error:.1e}")
    assert error < 1e-5


@pytest.mark.parametrize(
    ("kind", "solver", "options"),
    [(FlowMatchEulerDiscreteScheduler, "ddim", {}), (FlowMatchHeunDiscreteScheduler, "heun", {"slope": "velocity"})],
)
@pytest.mark.parametrize("seed", SEEDS)
def test_flow_matching(seed: int, kind: type[Any], solver: str, options: dict[str, object], tmp_path: Path) -> None:
    rng = np.random.default_rng(seed)
    T, shift, steps = int(rng.integers(100, 2000)), float(rng.uniform(0.5, 8)), int(rng.integers(3, 30))
    unet, scheduler = tiny_unet(), kind(T, shift)
    denoiser = saved(tmp_path, unet, scheduler)
    assert denoiser.schedule == Schedule("flow", T, {"shift": shift})
    assert denoiser.parametrisation.name == "flow_prediction"
    assert denoiser.clip is None
    scheduler.set_timesteps(steps)
    tau = np.unique(scheduler.sigmas.double().numpy())[::-1]
    with np.errstate(divide="ignore"):
        rows = solver_table(solver, along(denoiser.schedule, tau / (1 - tau)), **options)
    assert rows.told(denoiser.prediction_type) == pytest.approx(scheduler.timesteps.numpy(), rel=1e-6)
    assert_same(ours(rows, denoiser, NOISE), theirs(scheduler, unet, NOISE))


@pytest.mark.parametrize("prediction_type", ["epsilon", "v_prediction"])
@pytest.mark.parametrize(
    ("kind", "solver"), [(EDMEulerScheduler, "euler"), (EDMDPMSolverMultistepScheduler, "dpm-solver++")]
)
@pytest.mark.parametrize("seed", SEEDS)
def test_edm(kind: type[Any], solver: str, seed: int, prediction_type: str, tmp_path: Path) -> None:
    rng = np.random.default_rng(seed)
    levels = {"sigma_min": float(rng.uniform(0.002, 0.05)), "sigma_max": float(rng.uniform(10, 100))}
    given = levels | {"rho": float(rng.uniform(3, 9))}
    data = float(rng.uniform(0.2, 1.5))
    unet, scheduler = tiny_unet(), kind(**given, sigma_data=data, prediction_type=prediction_type)
    denoiser = saved(tmp_path, unet, scheduler)
    assert denoiser.schedule == Schedule("edm", 1000, given)
    name = {"epsilon": "edm", "v_prediction": "edm_v_prediction"}[prediction_type]
    assert (denoiser.parametrisation.name, denoiser.parametrisation.options["sigma_data"]) == (name, data)
    scheduler.set_timesteps(int(rng.integers(3, 30)))
    rows = solver_table(solver, along(denoiser.schedule, scheduler.sigmas.double().numpy()))
    expected = theirs(scheduler, unet, NOISE * scheduler.init_noise_sigma)
    assert_same(ours(rows, denoiser, NOISE), expected)


def test_the_steps_of_edm_are_those_of_karras_spacing(tmp_path: Path) -> None:
    scheduler = EDMEulerScheduler()
    denoiser = saved(tmp_path, tiny_unet(), scheduler)
    scheduler.set_timesteps(18)
    steps = Steps.from_spacing(denoiser.schedule, 18, "karras")
    np.testing.assert_allclose(steps.sigmas, scheduler.sigmas.double(), rtol=1e-6)


def test_exponential_sigmas(tmp_path: Path) -> None:
    scheduler = EDMEulerScheduler(sigma_schedule="exponential", sigma_max=120.0)
    schedule = saved(tmp_path, tiny_unet(), scheduler).schedule
    assert schedule == Schedule("ve", 1000, {"sigma_min": 0.002, "sigma_max": 120.0})
    scheduler.set_timesteps(1000)
    found = np.exp(-schedule.coefficients.log_snr / 2)
    np.testing.assert_allclose(found[::-1], scheduler.sigmas.double()[:-1], rtol=1e-5)


def consistency_table(schedule: Schedule, sigmas: Array, sigma_min: float) -> SolverTable:
    """Multistep sampling of Song et al. 2023, algorithm 1: x = a' (x0 + √(σ'² − σ_min²) z)."""
    log_snr = -2 * np.log(sigmas)
    rows = len(sigmas) - 1
    a = 1 / np.sqrt(1 + sigmas[1:] ** 2)
    return SolverTable(
        solver="by hand",
        space="x0",
        steps=rows,
        A=np.zeros(rows),
        B=a[:, None],
        C=a * np.sqrt(np.maximum(sigmas[1:] ** 2 - sigma_min**2, 0)),
        base=np.arange(rows),
        timestep=timestep_at(schedule, log_snr[:-1]),
        log_snr=log_snr[:-1],
        log_snr_next=log_snr[1:],
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_consistency_models(seed: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(seed)
    # Of a σ_min that float32 rounds down, diffusers takes the root of a number below 0 in its last step.
    given = {"sigma_min": float(np.float32(rng.uniform(0.001, 0.01))), "sigma_max": float(rng.uniform(20, 100))}
    data, steps = float(rng.uniform(0.3, 1)), int(rng.integers(1, 6))
    unet, scheduler = tiny_unet(), CMStochasticIterativeScheduler(**given, sigma_data=data)
    ConsistencyModelPipeline(unet, scheduler).save_pretrained(tmp_path)
    denoiser = open_checkpoint(tmp_path)
    assert denoiser.schedule == Schedule("edm", 40, given)
    assert (denoiser.parametrisation.name, denoiser.clip) == ("consistency", 1.0)
    assert denoiser.parametrisation.options["sigma_min"] == given["sigma_min"]
    pipeline = ConsistencyModelPipeline(unet, scheduler)
    pipeline.set_progress_bar_config(disable=True)
    generator = torch.Generator().manual_seed(7)
    expected = pipeline(2, num_inference_steps=steps, generator=generator, output_type="pt", latents=NOISE).images
    sigmas = scheduler.sigmas.double().numpy()
    rows = consistency_table(denoiser.schedule, sigmas, given["sigma_min"])
    a = 1 / np.hypot(1, sigmas[0])
    picture = ours(rows, denoiser, NOISE * a * scheduler.init_noise_sigma, seed=7) / rows.B[-1, 0]
    assert_same((picture / 2 + 0.5).clamp(0, 1), expected)


@pytest.mark.parametrize(
    ("scheduler", "schedule", "prediction_type"),
    [
        (FlowMatchEulerDiscreteScheduler(shift=3.0), "flow:T=1000,shift=3", "flow_prediction"),
        (FlowMatchHeunDiscreteScheduler(500, 2.0), "flow:T=500,shift=2", "flow_prediction:time_scale=500"),
        (FlowMatchEulerDiscreteScheduler(invert_sigmas=True), "flow", "reversed_flow_prediction:time_scale=1000"),
        (
            DPMSolverMultistepScheduler(use_flow_sigmas=True, flow_shift=5.0, prediction_type="flow_prediction"),
            "flow:T=1000,shift=5",
            "flow_prediction",
        ),
        (EDMEulerScheduler(), "edm:T=1000", "edm"),
        (CMStochasticIterativeScheduler(), "edm:T=40", "consistency"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_the_config_says(scheduler: Any, schedule: str, prediction_type: str, tmp_path: Path) -> None:
    denoiser = saved(tmp_path, tiny_unet(), scheduler)
    expected = Schedule.parse(schedule if ":" in schedule else f"{schedule}:T=1000")
    assert (denoiser.schedule, denoiser.prediction_type) == (expected, prediction_type)
    assert Schedule.parse(f"custom:path={tmp_path / 'scheduler' / 'scheduler_config.json'}").T == expected.T


def test_a_shift_that_depends_on_the_size_is_assumed_away(tmp_path: Path) -> None:
    scheduler = FlowMatchEulerDiscreteScheduler(shift=3.0, use_dynamic_shifting=True)
    DDPMPipeline(tiny_unet(), scheduler).save_pretrained(tmp_path)
    checkpoint = read_checkpoint(tmp_path)
    assert checkpoint.denoiser.schedule == Schedule("flow", 1000)
    (assumed,) = checkpoint.assumed
    assert assumed.about == ("schedule",)
    assert str(assumed) == "shift 1, where use_dynamic_shifting has one for each size of picture"


def test_what_is_said_goes_before_any_scheduler(tmp_path: Path) -> None:
    folder = save_pipeline(tmp_path / "net")
    said = Answers(schedule=Schedule("ve", 1000), prediction_type="edm:sigma_data=1")
    for config in ({"_class_name": "ScoreSdeVeScheduler"}, {"prediction_type": "x"}, {"beta_schedule": "x"}):
        (folder / "scheduler" / "scheduler_config.json").write_text(json.dumps(config))
        denoiser = open_checkpoint(folder, said)
        assert (denoiser.schedule, denoiser.prediction_type) == (said.schedule, said.prediction_type)


@pytest.mark.parametrize("name", ["DDPMScheduler", "UniPCMultistepScheduler"])
def test_what_is_said_counts_where_a_config_over_betas_is_of_a_flow(tmp_path: Path, name: str) -> None:
    folder = save_pipeline(tmp_path / "pipeline")
    path = folder / "scheduler" / "scheduler_config.json"
    config = {**json.loads(path.read_text()), "_class_name": name, "prediction_type": "flow_prediction"}
    path.write_text(json.dumps(config | {"num_train_timesteps": 500, "beta_schedule": "linear"}))
    with pytest.raises(StudioError, match=f"{name} for a network of flow matching"):
        read_checkpoint(folder)
    flow = Schedule.parse("flow:T=500,shift=3")
    opened = read_checkpoint(folder, Answers(schedule=flow)).denoiser
    assert (opened.schedule, opened.prediction_type) == (flow, "flow_prediction:time_scale=500")
    opened = read_checkpoint(folder, Answers(prediction_type="v_prediction")).denoiser
    assert (str(opened.schedule.replace(T=500)), opened.prediction_type) == (str(opened.schedule), "v_prediction")
    assert opened.schedule.kind == "linear"
    with pytest.raises(StudioError, match=f"{name} for a network of flow matching"):
        read_checkpoint(folder, Answers(prediction_type="flow_prediction"))
