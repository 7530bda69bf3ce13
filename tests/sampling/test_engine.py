"""A run is the table's walk: the same numbers as in NumPy, whatever the solver, and nothing left over afterwards."""

from __future__ import annotations

import math
import re
import threading
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.parametrisation import PREDICTION_TYPES
from ddpm_studio.diffusion.solvers import SOLVERS
from ddpm_studio.diffusion.table import SolverTable, walk
from ddpm_studio.errors import SamplingError, SolverError
from ddpm_studio.sampling import Denoiser, Step, Thresholding, run
from tests.diffusion.solvers import toy
from tests.sampling.toys import denoiser, in_numpy, in_torch, noise, table


def seeded(seed: int = 7) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def picture(table: SolverTable, denoiser: Denoiser, x: Tensor, seed: int = 7, **options: Any) -> Tensor:
    *_, last = run(table, denoiser, x, generator=seeded(seed), **options)
    return last.x


@pytest.mark.parametrize("prediction_type", PREDICTION_TYPES)
@pytest.mark.parametrize("solver", SOLVERS)
def test_walks_the_table_as_numpy_does(solver: str, prediction_type: str) -> None:
    rows, x, generator = table(solver, 6), noise(), seeded()
    steps = list(run(rows, denoiser(prediction_type=prediction_type), x, generator=seeded()))
    drawn = walk(
        rows, in_numpy, x.numpy(), lambda row: torch.randn(x.shape, generator=generator).numpy(), prediction_type
    )
    for step, expected in zip(steps, drawn, strict=True):
        np.testing.assert_allclose(step.x.numpy(), expected, rtol=1e-10, atol=1e-10)


def test_steps_tell_where_they_are() -> None:
    rows = table("heun", 4)
    steps = list(run(rows, denoiser(), noise()))
    assert [step.index for step in steps] == list(range(7))
    assert {step.total for step in steps} == {rows.nfe} == {7}
    assert [step.timestep for step in steps] == list(rows.timestep)


def test_float32_is_near_float64() -> None:
    rows, x = table("dpm-solver++", 10), noise()
    exact, single = picture(rows, denoiser(), x), picture(rows, denoiser(), x.float())
    assert single.dtype == torch.float32
    torch.testing.assert_close(single.double(), exact, rtol=0, atol=1e-3)


@pytest.mark.parametrize("solver", ["ddim", "deis"])
@pytest.mark.parametrize("prediction_type", PREDICTION_TYPES)
def test_x0_is_the_estimate_of_the_network(solver: str, prediction_type: str) -> None:
    rows, x = table(solver, 5), noise()
    entering = x
    for i, step in enumerate(run(rows, denoiser(prediction_type=prediction_type), x)):
        a, s = rows.alphas_cumprod[i] ** 0.5, (1 - rows.alphas_cumprod[i]) ** 0.5
        sees = float(rows.sees(prediction_type)[i])
        out = in_torch(sees * entering, torch.full((2,), rows.told(prediction_type)[i], dtype=torch.float32))
        epsilon = (entering - a * step.x0) / s
        said = toy.said(prediction_type, step.x0.numpy(), epsilon.numpy(), a, s)
        np.testing.assert_allclose(said, out.numpy(), rtol=1e-8, atol=1e-8)
        entering = step.x


@pytest.mark.parametrize("solver", ["ddim", "deis"])
def test_clipping_lies_between_the_network_and_the_solver(solver: str) -> None:
    rows, x = table(solver, 4), noise()

    def clipped(x: np.ndarray, timestep: float) -> np.ndarray:
        i = int(np.flatnonzero(rows.timestep == timestep)[0])
        a, s = rows.alphas_cumprod[i] ** 0.5, (1 - rows.alphas_cumprod[i]) ** 0.5
        return np.clip((x - s * in_numpy(x, timestep)) / a, -0.5, 0.5)

    expected = list(walk(rows, clipped, x.numpy(), prediction_type="sample"))
    for step, wanted in zip(run(rows, denoiser(), x, clip=0.5), expected, strict=True):
        assert step.x0.abs().max() <= 0.5
        np.testing.assert_allclose(step.x.numpy(), wanted, rtol=1e-8, atol=1e-8)


def test_the_checkpoint_says_whether_to_clip_unless_told() -> None:
    rows, x, clips = table(), noise(), denoiser(clip=0.5)
    bare = picture(rows, denoiser(), x)
    assert torch.equal(picture(rows, clips, x), picture(rows, denoiser(), x, clip=0.5))
    assert torch.equal(picture(rows, clips, x, clip=math.inf), bare)
    assert torch.equal(picture(rows, clips, x, clip=1e300), bare)
    assert not torch.equal(picture(rows, clips, x), bare)
    thresholds = denoiser(thresholding=Thresholding(0.5, 2.0))
    assert torch.equal(picture(rows, thresholds, x), picture(rows, clips, x, thresholding=Thresholding(0.5, 2.0)))
    assert torch.equal(
        picture(rows, clips, x, thresholding=0.9), picture(rows, clips, x, thresholding=Thresholding(0.9))
    )


def test_the_seed_decides_whatever_is_watched() -> None:
    rows, x = table("ddpm", 6), noise()
    kept = list(run(rows, denoiser(), x, generator=seeded()))
    for step in run(rows, denoiser(), x, generator=seeded()):
        step.x.zero_()
        step.x0.zero_()
        torch.rand(3)
    assert torch.equal(picture(rows, denoiser(), x), kept[-1].x)
    assert not torch.equal(picture(rows, denoiser(), x, seed=8), kept[-1].x)


def test_nothing_is_left_over() -> None:
    x = noise()
    before = x.clone()
    steps: list[Step] = []
    for step in run(table("ddpm"), denoiser(), x, generator=seeded()):
        assert not torch.is_inference_mode_enabled()
        steps.append(step)
    assert torch.equal(x, before)
    assert len({step.x.data_ptr() for step in steps}) == len(steps)
    assert not any(step.x.is_inference() or step.x0.is_inference() for step in steps)


def test_two_threads_sample_with_one_denoiser() -> None:
    torch.manual_seed(0)
    network = nn.Conv2d(3, 3, 3, padding=1)
    shared = denoiser(network=lambda x, timesteps: network(x.float()).to(x))
    rows, x = table("unipc", 40), noise()
    alone = picture(rows, shared, x), picture(table("ddpm", 40), shared, -x)
    found: dict[int, Tensor] = {}
    gate = threading.Barrier(2)

    def work(which: int) -> None:
        gate.wait()
        found[which] = picture(rows, shared, x) if which == 0 else picture(table("ddpm", 40), shared, -x)

    threads = [threading.Thread(target=work, args=(which,)) for which in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert torch.equal(found[0], alone[0])
    assert torch.equal(found[1], alone[1])


def test_networks_with_a_table_get_the_nearest_timestep() -> None:
    embedding = nn.Embedding(1000, 1)
    rows = table(steps=7)
    fractional = SolverTable(**{**vars(rows), "timestep": rows.timestep - 0.3})
    seen: list[Tensor] = []

    def network(x: Tensor, timesteps: Tensor) -> Tensor:
        seen.append(timesteps)
        return embedding(timesteps)[:, :, None, None].to(x).expand_as(x)

    list(run(fractional, denoiser(network=network, integer_timesteps=True), noise()))
    assert [t.tolist() for t in seen] == [[round(value)] * 2 for value in rows.timestep]


def test_fractional_timesteps_reach_the_others() -> None:
    seen: list[float] = []

    def network(x: Tensor, timesteps: Tensor) -> Tensor:
        seen.append(float(timesteps[0]))
        return x

    rows = table(steps=3)
    list(run(SolverTable(**{**vars(rows), "timestep": rows.timestep - 0.25}), denoiser(network=network), noise()))
    assert seen == [value - 0.25 for value in rows.timestep]


def test_bfloat16_is_the_networks_affair() -> None:
    torch.manual_seed(0)
    network = nn.Conv2d(3, 3, 3, padding=1)
    seen: list[torch.dtype] = []
    network.register_forward_pre_hook(lambda module, inputs: seen.append(inputs[0].dtype))

    class Timeless(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = network

        def forward(self, x: Tensor, timesteps: Tensor) -> Tensor:
            return self.inner(x)

    two = denoiser(network=Timeless())
    single, half = (picture(table(), two, noise(), dtype=dtype, clip=1.0) for dtype in (None, torch.bfloat16))
    assert (single.dtype, half.dtype) == (torch.float32, torch.float32)
    assert set(seen) == {torch.float32, torch.bfloat16}
    assert network.weight.dtype == torch.float32
    torch.testing.assert_close(half, single, rtol=0, atol=0.05)


def test_a_module_in_training_is_evaluated_and_left_in_training() -> None:
    class Dropping(nn.Dropout):
        def forward(self, x: Tensor, timesteps: Tensor) -> Tensor:  # type: ignore[override]
            return super().forward(x)

    network = Dropping(0.5)
    undropped = picture(table(), denoiser(network=lambda x, t: x), noise())
    assert torch.equal(picture(table(), denoiser(network=network), noise()), undropped)
    assert network.training


REFUSED = {
    "a shape of another network": ({}, noise(shape=(3, 4, 4)), {}, "pictures of shape (B, 3, 4, 5)"),
    "no picture": ({}, noise(0), {}, "(0, 3, 4, 5)"),
    "another schedule": ({"schedule": Schedule("linear", 500)}, noise(), {}, "trained on 0 to 499"),
    "clip 0": ({}, noise(), {"clip": 0.0}, "clip is 0; it must be above 0"),
    "clip nan": ({}, noise(), {"clip": math.nan}, "clip is nan"),
    "ratio above 1": ({}, noise(), {"thresholding": 1.5}, "1.5; choose one above 0 and at most 1"),
    "an array": ({}, noise().numpy(), {}, "x is a ndarray; it must be a tensor"),
    "a seed": ({}, noise(), {"generator": 7}, "generator is 7; pass torch.Generator().manual_seed"),
    "whole numbers": ({}, noise(), {"dtype": torch.int32}, "No network runs in torch.int32; choose float32"),
    "a name of a precision": ({}, noise(), {"dtype": "half"}, "No network runs in half; choose float32"),
    "the text of a schedule": ({"schedule": "linear:T=500"}, noise(), {}, "takes a Schedule, not “linear:T=500”"),
    "minus a class": (
        {"classes": -1},
        noise(),
        {},
        "classes is -1; it must be the number of classes the network knows",
    ),
    "no such device": ({}, noise(), {"device": "abacus"}, "no device “abacus”"),
}


@pytest.mark.parametrize(("fields", "x", "options", "words"), REFUSED.values(), ids=REFUSED)
def test_refuses_at_once(fields: dict[str, Any], x: Tensor, options: dict[str, Any], words: str) -> None:
    with pytest.raises(SamplingError, match=re.escape(words)):
        run(table(), denoiser(**fields), x, **options)


def test_what_is_no_table_or_no_denoiser_is_refused_at_once() -> None:
    with pytest.raises(SamplingError, match="A run takes a SolverTable, which solver_table makes, but a list was"):
        run([], denoiser(), noise())  # type: ignore[arg-type]
    with pytest.raises(SamplingError, match="A run takes a Denoiser, which open_checkpoint makes, but a function"):
        run(table(), in_torch, noise())  # type: ignore[arg-type]


def test_epsilon_cannot_start_without_signal() -> None:
    dark = Schedule("linear", 1000, {"zero_snr": 1})
    with pytest.raises(SolverError, match="ε-prediction"):
        run(table(schedule=dark), denoiser(schedule=dark), noise())
    *_, last = run(table(schedule=dark), denoiser(schedule=dark, prediction_type="v_prediction"), noise())
    assert last.x.isfinite().all()


def test_nan_names_the_step_and_leaves_the_frames_before_it() -> None:
    def network(x: Tensor, timesteps: Tensor) -> Tensor:
        return x * (math.nan if timesteps[0] < 500 else 1.0)

    walk = run(table(), denoiser(network=network), noise())
    before = [next(walk), next(walk), next(walk)]
    with pytest.raises(SamplingError, match=r"step 4 of 5 \(timestep 399\) is not finite"):
        next(walk)
    assert all(step.x.isfinite().all() for step in before)


@pytest.mark.parametrize(
    ("network", "words"),
    [
        (lambda x, t: x[:, :2], r"turned \(2, 3, 4, 5\) into \(2, 2, 4, 5\)"),
        (lambda x, t: x[:1], r"turned \(2, 3, 4, 5\) into \(1, 3, 4, 5\)"),
        (lambda x, t: (x,), "returned tuple"),
    ],
)
def test_an_output_of_another_shape_is_refused(network: object, words: str) -> None:
    with pytest.raises(SamplingError, match=words):
        next(run(table(), denoiser(network=network), noise()))
