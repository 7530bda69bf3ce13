"""Runs that begin from a picture: it is brought to the network's shape, and noised to the first level of the steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from ddpm_studio.diffusion import Schedule, SolverTable, solver_table
from ddpm_studio.diffusion.solvers import SOLVERS
from ddpm_studio.errors import SamplingError
from ddpm_studio.gui.state.run import SamplerSpec
from ddpm_studio.run_settings import RunSettings
from ddpm_studio.sampling import Denoiser
from ddpm_studio.sampling.drawing import drawn
from ddpm_studio.sampling.starting_picture import as_x0
from ddpm_studio.sampling.value_range import ValueRange
from tests.sampling.toys import SCHEDULE, SHAPE, denoiser

CPU = torch.device("cpu")
SETTINGS = RunSettings(seed=3, pictures=2, device="cpu")
RAMP = np.linspace(-1, 1, 8 * 20 * 3, dtype=np.float32).reshape(8, 20, 3)


class Watched:
    """A network that keeps all it is shown."""

    def __init__(self) -> None:
        self.shown: list[Tensor] = []

    def __call__(self, x: Tensor, timesteps: Tensor) -> Tensor:
        self.shown.append(x.clone())
        return torch.zeros_like(x)


class Halving(nn.Module):
    """A decoder whose latents of four channels are half as wide as pictures, with the `fault` of its encoder."""

    enlargement = 2

    def __init__(self, fault: Callable[[Tensor], object] = lambda latents: latents) -> None:
        super().__init__()
        self.fault = fault

    def forward(self, latents: Tensor) -> Tensor:
        return latents[:, :3].repeat_interleave(2, 2).repeat_interleave(2, 3)

    def encoded(self, pictures: Tensor) -> object:
        """The upper left corners, and their sum."""
        corners = pictures[:, :, ::2, ::2]
        return self.fault(torch.cat([corners, corners.sum(1, keepdim=True)], 1))


def steps(solver: str = "ddim", spacing: str = "trailing | start=0.6") -> SolverTable:
    return SamplerSpec(solver, (), 10, spacing).table(SCHEDULE)


def latent(*fault: Callable[[Tensor], object], **fields: Any) -> Denoiser:
    return denoiser(**{"shape": (4, 4, 6), "decoder": Halving(*fault).eval(), **fields})


@pytest.mark.parametrize("solver", SOLVERS)
def test_every_solver_begins_at_its_first_level(solver: str) -> None:
    network = Watched()
    one, table = denoiser(network=network, prediction_type="sample"), steps(solver)
    x0 = as_x0(one, RAMP, CPU)
    next(drawn(one, table, SETTINGS, begun_from=x0))
    noise = one.starting_noise(2, torch.Generator().manual_seed(3))
    first = float(SCHEDULE.coefficients.alphas_cumprod[599])
    torch.testing.assert_close(network.shown[0], first**0.5 * x0 + (1 - first) ** 0.5 * noise, rtol=1e-6, atol=1e-6)
    assert not torch.equal(*network.shown[0]), "each picture of a batch has noise of its own"


def test_a_flow_is_shown_the_picture_on_its_straight_way() -> None:
    network, schedule = Watched(), Schedule.parse("flow:T=1000,shift=3")
    one = denoiser(network=network, schedule=schedule, prediction_type="flow_prediction")
    x0, table = as_x0(one, RAMP, CPU), SamplerSpec("euler", (), 10, "trailing | start=0.6").table(schedule)
    next(drawn(one, table, SETTINGS, begun_from=x0))
    tau = 3 * 0.6 / (1 + 2 * 0.6)
    noise = one.starting_noise(2, torch.Generator().manual_seed(3))
    torch.testing.assert_close(network.shown[0], (1 - tau) * x0 + tau * noise, rtol=1e-5, atol=1e-5)


def test_a_seed_and_a_picture_s_number_decide_alone() -> None:
    one, table = denoiser(), steps("ddpm")
    x0 = as_x0(one, RAMP, CPU)
    *_, last = drawn(one, table, SETTINGS, begun_from=x0)
    *_, again = drawn(one, table, SETTINGS, begun_from=x0)
    assert torch.equal(last.x, again.x)
    *_, both = drawn(one, table, SETTINGS, (0, 1), x0)
    *_, second = drawn(one, table, SETTINGS, (1,), x0)
    assert torch.equal(both.x[1:], second.x)
    from_noise = [step.x for step in drawn(one, steps(spacing="trailing"), SETTINGS)]
    dark = solver_table("ddim", SamplerSpec(steps=10).levels(SCHEDULE.replace(zero_snr=1)))
    assert dark.log_snr[0] == -np.inf
    at_noise = denoiser(schedule=SCHEDULE.replace(zero_snr=1), prediction_type="sample")
    pure, told = (next(drawn(at_noise, dark, SETTINGS, begun_from=each)).x for each in (None, x0))
    assert torch.equal(pure, told), "in pure noise there is nothing of a picture"
    assert not torch.equal(from_noise[-1], last.x)


def test_the_middle_of_a_picture_is_brought_to_size_and_colours() -> None:
    """To 4 × 5 the middle 8 × 10 of 8 × 20 pixels is halved."""
    found = as_x0(denoiser(), RAMP, CPU)
    middle = torch.from_numpy(RAMP[:, 5:15]).permute(2, 0, 1)[None]
    assert found.shape == (1, *SHAPE)
    torch.testing.assert_close(found, nn.functional.avg_pool2d(middle, 2), rtol=0, atol=0.02)
    gray = as_x0(denoiser(shape=(1, 8, 20)), RAMP, CPU)
    torch.testing.assert_close(gray[0, 0], torch.from_numpy(RAMP @ np.array([0.299, 0.587, 0.114], np.float32)))
    in_range = as_x0(denoiser(shape=(3, 8, 20), values=ValueRange(0, 1)), RAMP[..., :1], CPU)
    torch.testing.assert_close(in_range[0, 2], torch.from_numpy((RAMP[..., 0] + 1) / 2))


def test_latents_are_encoded() -> None:
    found = as_x0(latent(), RAMP[:8, :12], CPU)
    corners = torch.from_numpy(RAMP[:8:2, :12:2]).permute(2, 0, 1)
    torch.testing.assert_close(found[0], torch.cat([corners, corners.sum(0, keepdim=True)]))
    *_, last = drawn(latent(), steps(), SETTINGS, begun_from=found)
    assert last.decoded(last.x).shape == (2, 3, 8, 12)


def _broken(latents: Tensor) -> object:
    raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")


def _too_large(latents: Tensor) -> object:
    raise torch.OutOfMemoryError("out of memory")


REFUSED: dict[str, Callable[[], Denoiser]] = {
    "has nothing that turns a picture into them; begin from noise.": lambda: latent(decoder=Watched()),
    "draws 2 channels, into which no picture can be turned; begin from noise.": lambda: denoiser(shape=(2, 4, 4)),
    "The picture cannot be encoded: mat1 and mat2 shapes cannot be multiplied.": lambda: latent(_broken),
    "One picture does not fit into the memory of cpu": lambda: latent(_too_large),
    "The picture was encoded as (4, 4, 6); this network takes latents (1, 4, 4, 6).": lambda: latent(lambda x: x[0]),
    "The picture was encoded as list": lambda: latent(list),
    "The encoded picture is not finite": lambda: latent(lambda x: x / 0),
}


@pytest.mark.parametrize("sentence", REFUSED)
def test_what_cannot_begin_from_a_picture_says_so(sentence: str) -> None:
    with pytest.raises(SamplingError) as raised:
        as_x0(REFUSED[sentence](), RAMP, CPU)
    assert sentence in str(raised.value)
