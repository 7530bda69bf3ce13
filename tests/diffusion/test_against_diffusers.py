"""The kinds and the operator that diffusers also has, against diffusers itself, to float32's precision."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ddpm_studio.diffusion import Schedule

KINDS = {
    "linear": "linear",
    "scaled_linear": "scaled_linear",
    "cosine": "squaredcos_cap_v2",
    "sigmoid_beta": "sigmoid",
    "laplace_diffusers": "laplace",
}
STEPS = (1, 2, 50, 300, 1000, 4000)
FLOAT32 = 2.0**-23


@pytest.fixture(scope="module")
def diffusers() -> ModuleType:
    import diffusers

    return diffusers


def float64(tensor: Any) -> NDArray[np.float64]:
    return np.asarray(tensor.double().numpy(), dtype=np.float64)


def assert_same(schedule: Schedule, theirs: Any) -> None:
    """β to a few roundings of numbers near the largest; ᾱ to one rounding of each factor 1 − β it is made of."""
    betas, levels = schedule.betas, schedule.coefficients.alphas_cumprod
    np.testing.assert_allclose(betas, float64(theirs.betas), rtol=2 * FLOAT32, atol=2 * FLOAT32 * betas.max())
    rounding = np.cumsum(FLOAT32 / (1 - betas))
    np.testing.assert_array_less(np.abs(float64(theirs.alphas_cumprod) - levels), rounding * levels + 1e-37)


@pytest.mark.parametrize("T", STEPS)
@pytest.mark.parametrize("kind", KINDS)
def test_kind_equals_that_of_diffusers(diffusers: ModuleType, kind: str, T: int) -> None:
    schedule = Schedule(kind, T)
    ends = {key: schedule.values[key] for key in ("beta_start", "beta_end") if key in schedule.values}
    assert_same(schedule, diffusers.DDPMScheduler(num_train_timesteps=T, beta_schedule=KINDS[kind], **ends))


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize("T", STEPS[2:])
def test_exp_equals_that_of_heun(diffusers: ModuleType, T: int) -> None:
    assert_same(Schedule("exp", T), diffusers.HeunDiscreteScheduler(num_train_timesteps=T, beta_schedule="exp"))


@pytest.mark.parametrize("kind", ["linear", "scaled_linear", "sigmoid_beta", "cosine", "sqrt", "vp"])
def test_zero_terminal_snr_equals_that_of_diffusers(diffusers: ModuleType, kind: str) -> None:
    """Its function computes in the precision of what it is given, so this one goes to float64's."""
    import torch
    from diffusers.schedulers.scheduling_ddpm import rescale_zero_terminal_snr

    plain = Schedule(kind, 1000)
    theirs = float64(rescale_zero_terminal_snr(torch.from_numpy(plain.betas.copy())))
    ours = plain.replace(zero_snr=1).betas
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("shift", [0.5, 1.0, 3.0, 7.0])
@pytest.mark.parametrize("T", STEPS)
def test_flow_equals_that_of_diffusers(diffusers: ModuleType, shift: float, T: int) -> None:
    """What it calls sigma is τ, from 1 down."""
    theirs = diffusers.FlowMatchEulerDiscreteScheduler(num_train_timesteps=T, shift=shift)
    log_snr = Schedule("flow", T, {"shift": shift}).coefficients.log_snr[::-1]
    np.testing.assert_allclose(1 / (1 + np.exp(log_snr / 2)), float64(theirs.sigmas), rtol=4 * FLOAT32)


@pytest.mark.parametrize("ends", [{}, {"sigma_min": 0.03, "sigma_max": 500.0}])
@pytest.mark.parametrize("T", STEPS[1:])
def test_edm_equals_that_of_diffusers(diffusers: ModuleType, ends: dict[str, float], T: int) -> None:
    """Both of its lists of σ, of which only the power law of Karras has a ρ."""
    for kind, name, rho in (("edm", "karras", {"rho": 5.0}), ("ve", "exponential", {})):
        theirs = diffusers.EDMEulerScheduler(sigma_schedule=name, **ends, **rho)
        theirs.set_timesteps(T)
        sigmas = Schedule(kind, T, {"sigma_min": 0.002, "sigma_max": 80.0, **ends, **rho}).coefficients.sigmas[::-1]
        np.testing.assert_allclose(sigmas, float64(theirs.sigmas)[:T], rtol=1e-4)


def test_shift_equals_that_of_cogvideox(diffusers: ModuleType) -> None:
    theirs = diffusers.CogVideoXDDIMScheduler(snr_shift_scale=3.0)
    ours = Schedule.parse("scaled_linear:T=1000,beta_start=0.00085,beta_end=0.012,snr_shift=3").coefficients
    np.testing.assert_allclose(ours.alphas_cumprod, float64(theirs.alphas_cumprod), rtol=1e-5)


def test_zero_terminal_snr_after_the_shift_equals_that_of_cogvideox(diffusers: ModuleType) -> None:
    theirs = diffusers.CogVideoXDDIMScheduler(snr_shift_scale=3.0, rescale_betas_zero_snr=True)
    spec = "scaled_linear:T=1000,beta_start=0.00085,beta_end=0.012,snr_shift=3,zero_snr="
    after, before = (Schedule.parse(spec + form).coefficients.alphas_cumprod for form in ("after", "before"))
    np.testing.assert_allclose(after, float64(theirs.alphas_cumprod), rtol=1e-5, atol=1e-7)
    assert np.abs(before - after).max() > 1e-3
