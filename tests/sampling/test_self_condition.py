"""A network that conditions itself is told its estimate of the call before, and in every run from the beginning."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from ddpm_studio.sampling import Denoiser, labelled, run
from tests.sampling.toys import denoiser, noise, table


def recalls(x: Tensor, timesteps: Tensor, x0: Tensor) -> Tensor:
    """An output that half depends on what the network said before; it spoils what it is given."""
    out = torch.sin(x + timesteps.to(x)[:, None, None, None] / 100) + 0.5 * x0
    x0.zero_()
    return out


def reference(x: Tensor, steps: int, clip: float) -> Tensor:
    """DDIM as a loop, which hands the bounded estimate on."""
    rows, x0 = table(steps=steps), torch.zeros_like(x)
    for i in range(steps):
        a, b = rows.alphas_cumprod[i], rows.alphas_cumprod_next[i]
        out = torch.sin(x + rows.timestep[i] / 100) + 0.5 * x0
        x0 = ((x - (1 - a) ** 0.5 * out) / a**0.5).clamp(-clip, clip)
        x = b**0.5 * x0 + (1 - b) ** 0.5 * (x - a**0.5 * x0) / (1 - a) ** 0.5
    return x


def drawn(one: Denoiser, x: Tensor, solver: str = "ddim", clip: float = 0.8) -> Tensor:
    *_, last = run(table(solver, 6), one, x, generator=torch.Generator().manual_seed(1), clip=clip)
    return last.x


def test_is_told_its_bounded_estimate_of_the_call_before() -> None:
    x, remembering = noise(), denoiser(network=recalls, self_condition=True)
    for _ in range(2):
        torch.testing.assert_close(drawn(remembering, x), reference(x, 6, 0.8), rtol=1e-6, atol=1e-6)


def test_is_told_the_estimate_that_the_step_shows() -> None:
    told: list[Tensor] = []

    def network(x: Tensor, timesteps: Tensor, x0: Tensor) -> Tensor:
        told.append(x0)
        return torch.sin(x)

    steps = list(run(table("heun", 3), denoiser(network=network, self_condition=True), noise(), clip=1.0))
    assert not told[0].any()
    assert all(torch.equal(x0, step.x0) for x0, step in zip(told[1:], steps[:-1], strict=True))


def test_a_split_batch_is_told_its_own_parts() -> None:
    def small(x: Tensor, timesteps: Tensor, x0: Tensor) -> Tensor:
        if len(x) > 3:
            raise torch.OutOfMemoryError("out of memory")
        return recalls(x, timesteps, x0)

    whole, parts = (denoiser(network=network, self_condition=True) for network in (recalls, small))
    assert torch.equal(drawn(parts, noise(7), "ddpm"), drawn(whole, noise(7), "ddpm"))


@pytest.mark.parametrize("guidance", [1.0, 2.0])
def test_labels_come_before_the_estimate(guidance: float) -> None:
    def by_label(x: Tensor, timesteps: Tensor, labels: Tensor, x0: Tensor) -> Tensor:
        return recalls(x, timesteps, x0) * labels.to(x)[:, None, None, None]

    told = denoiser(network=by_label, self_condition=True, classes=2, null=labelled([1])).conditioned(1, guidance)
    assert torch.equal(drawn(told, noise()), drawn(denoiser(network=recalls, self_condition=True), noise()))


def test_the_estimate_comes_in_the_precision_of_the_network() -> None:
    dtypes: set[torch.dtype] = set()

    def network(x: Tensor, timesteps: Tensor, x0: Tensor) -> Tensor:
        dtypes.update((x.dtype, x0.dtype))
        return x

    list(run(table(), denoiser(network=network, self_condition=True), noise(), dtype=torch.bfloat16))
    assert dtypes == {torch.bfloat16}
