"""Networks are foreign code: whatever they do to what they are given or return, a run is what the table says."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Generator
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from ddpm_studio.diffusion import Schedule
from ddpm_studio.errors import SamplingError
from ddpm_studio.sampling import Denoiser, run
from tests.sampling.toys import SCHEDULE, SHAPE, denoiser, in_torch, noise, table

Network = Callable[[Tensor, Tensor], Tensor]


def drawn(network: Network, solver: str = "unipc", **options: Any) -> Tensor:
    generator = torch.Generator().manual_seed(3)
    *_, last = run(table(solver), denoiser(network=network), noise().float(), generator=generator, **options)
    return last.x


def spoils_its_inputs(x: Tensor, timesteps: Tensor) -> Tensor:
    out = in_torch(x, timesteps)
    x.fill_(math.nan)
    timesteps.fill_(-1)
    return out


def works_in_place(x: Tensor, timesteps: Tensor) -> Tensor:
    return x.add_(timesteps[:, None, None, None] / 100).sin_()


def asks_for_gradients(x: Tensor, timesteps: Tensor) -> Tensor:
    with torch.inference_mode(False), torch.enable_grad():
        return in_torch(x.clone().requires_grad_(), timesteps.clone())


FOREIGN: dict[str, Network] = {
    "spoils its inputs": spoils_its_inputs,
    "works in place": works_in_place,
    "asks for gradients": asks_for_gradients,
    "returns strides": lambda x, t: in_torch(x, t).transpose(2, 3).contiguous().transpose(2, 3),
    "returns float64": lambda x, t: in_torch(x, t).double(),
}


@pytest.mark.parametrize("solver", ["unipc", "ddpm", "heun"])
@pytest.mark.parametrize("network", FOREIGN.values(), ids=FOREIGN)
def test_draws_the_same(network: Network, solver: str) -> None:
    foreign = drawn(network, solver)
    assert torch.equal(foreign, drawn(in_torch, solver))
    assert not foreign.requires_grad


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_an_output_in_half_precision_is_rounded_and_no_more(dtype: torch.dtype) -> None:
    half = drawn(lambda x, t: in_torch(x, t).to(dtype), clip=1.0)
    assert half.dtype == torch.float32
    torch.testing.assert_close(half, drawn(in_torch, clip=1.0), rtol=0, atol=0.1)


def test_a_network_may_return_what_it_was_given_or_its_own_weights() -> None:
    weights = nn.Parameter(torch.ones(2, *SHAPE))
    assert torch.equal(drawn(lambda x, t: x), drawn(lambda x, t: x.clone()))
    assert torch.equal(drawn(lambda x, t: weights), drawn(lambda x, t: torch.ones(()).expand(x.shape)))
    assert torch.equal(weights, torch.ones(2, *SHAPE))


def test_a_network_may_keep_what_it_was_given() -> None:
    kept: list[tuple[Tensor, Tensor]] = []

    def network(x: Tensor, timesteps: Tensor) -> Tensor:
        kept.append((x, timesteps))
        return in_torch(x, timesteps)

    x, rows = noise(), table()
    steps = list(run(rows, denoiser(network=network), x))
    for (given, _), entered in zip(kept, [x, *(step.x for step in steps)], strict=False):
        assert torch.equal(given, entered)
    assert [timesteps.tolist() for _, timesteps in kept] == [[t] * 2 for t in rows.timestep]


STARTS: dict[str, Callable[[Tensor], Tensor]] = {
    "asks for gradients": lambda x: x.clone().requires_grad_(),
    "channels last": lambda x: x.to(memory_format=torch.channels_last),
    "in strides": lambda x: x.repeat_interleave(2, dim=3)[..., ::2],
    "float64": lambda x: x.double(),
}


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
def test_x_may_lie_as_it_likes(start: Callable[[Tensor], Tensor]) -> None:
    x = start(noise().float())
    *_, last = run(table(), denoiser(), x)
    assert not last.x.requires_grad
    torch.testing.assert_close(last.x.float(), drawn(in_torch, "ddim"), rtol=0, atol=1e-3)


@pytest.mark.parametrize(("dtype", "kept"), [(torch.float64, torch.float64), (torch.bfloat16, torch.float32)])
def test_x_is_kept_in_float64_where_the_network_runs_in_it(dtype: torch.dtype, kept: torch.dtype) -> None:
    steps = list(run(table(), denoiser(), noise(), dtype=dtype))
    assert {step.x.dtype for step in steps} == {step.x0.dtype for step in steps} == {kept}


@pytest.mark.parametrize("solver", ["ddim", "ddpm", "dpm-solver++"])
@pytest.mark.parametrize("T", [1, 2, 1000])
def test_a_single_step_ends_at_the_estimate(T: int, solver: str) -> None:
    schedule = Schedule("linear", T)
    one = Denoiser(in_torch, schedule, shape=SHAPE)
    (step,) = run(table(solver, 1, schedule), one, noise())
    assert (step.index, step.total) == (0, 1)
    torch.testing.assert_close(step.x, step.x0)


def test_a_run_that_is_given_up_leaves_nothing_behind() -> None:
    rows, one = table("ddpm"), denoiser()
    steps = run(rows, one, noise(), generator=torch.Generator().manual_seed(3))
    assert isinstance(steps, Generator)
    next(steps)
    steps.close()
    whole = [list(run(rows, each, noise(), generator=torch.Generator().manual_seed(3))) for each in (one, denoiser())]
    assert torch.equal(whole[0][-1].x, whole[1][-1].x)


def test_without_a_generator_noise_is_torchs_own() -> None:
    pictures = []
    for _ in range(2):
        torch.manual_seed(3)
        *_, last = run(table("ddpm"), denoiser(), noise().float())
        pictures.append(last.x)
    assert torch.equal(pictures[0], pictures[1])
    assert torch.equal(pictures[0], drawn(in_torch, "ddpm"))


def test_thresholding_is_turned_on_and_off() -> None:
    assert torch.equal(drawn(in_torch, thresholding=True), drawn(in_torch, thresholding=0.995))
    assert torch.equal(drawn(in_torch, thresholding=False), drawn(in_torch))
    assert torch.equal(drawn(in_torch, thresholding=False, clip=1.0), drawn(in_torch, clip=1.0))


def raises(error: Exception) -> Network:
    def network(x: Tensor, timesteps: Tensor) -> Tensor:
        raise error

    return network


def looks_up(x: Tensor, timesteps: Tensor) -> Tensor:
    return x * torch.from_numpy(SCHEDULE.betas.copy())[timesteps][:, None, None, None]


@pytest.mark.parametrize(
    ("network", "options", "words"),
    [
        (raises(ZeroDivisionError("division by zero")), {}, "The network failed at step 1 of 5: division by zero."),
        (raises(NotImplementedError()), {}, "The network failed at step 1 of 5: NotImplementedError."),
        (looks_up, {}, "a network that looks timesteps up in a table needs integer_timesteps."),
        (lambda x, t: None, {}, "The network returned NoneType; it must return a tensor of shape (2, 3, 4, 5)."),
        (lambda x, t: x.sum(), {}, "The network turned (2, 3, 4, 5) into ()"),
        (lambda x, t: x / 0, {"clip": 1.0}, "at step 1 of 5 (timestep 999) is not finite"),
        (in_torch, {"dtype": torch.int64}, "No network runs in torch.int64; choose float32"),
    ],
)
def test_what_goes_wrong_is_one_sentence(network: Network, options: dict[str, Any], words: str) -> None:
    with pytest.raises(SamplingError, match=re.escape(words)):
        drawn(network, **options)


def test_timesteps_are_looked_up_by_those_that_say_so() -> None:
    *_, last = run(table(), denoiser(network=looks_up, integer_timesteps=True), noise())
    assert last.x.isfinite().all()


def test_x_has_to_be_finite() -> None:
    with pytest.raises(SamplingError, match="x is not finite; start from noise"):
        run(table(), denoiser(), noise().fill_(math.nan))
