"""With noise by picture, a picture is the same bit for bit in whatever batch it is drawn, and like no other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import torch
from diffusers.utils.torch_utils import randn_tensor
from torch import Tensor

from ddpm_studio.diffusion.solvers import SOLVERS
from ddpm_studio.errors import SamplingError
from ddpm_studio.run_settings import RunSettings
from ddpm_studio.sampling import PictureNoise, drawing, run
from ddpm_studio.sampling.picture_noise import CountedSeeds
from tests.sampling.test_network_call import Small
from tests.sampling.toys import denoiser, in_torch, table

SPLITS = ([[0, 1], [2, 3, 4, 5]], [[0], [1], [2], [3], [4], [5]], [[5, 2], [4, 0, 1, 3]])


def labels_in_torch(x: Tensor, timesteps: Tensor, labels: Tensor) -> Tensor:
    return in_torch(x, timesteps) + labels.to(x)[:, None, None, None]


def drawn(pictures: Sequence[int], solver: str = "ddpm", seed: int = 7, **fields: Any) -> Tensor:
    """The last x of these pictures, (B, C, H, W)."""
    noise, model = PictureNoise(seed, pictures), denoiser(**fields)
    *_, last = run(table(solver, 4), model, model.starting_noise(len(pictures), noise), generator=noise)
    return last.x


@pytest.mark.parametrize("split", SPLITS, ids=str)
@pytest.mark.parametrize("solver", SOLVERS)
def test_a_picture_is_the_same_in_any_batch(solver: str, split: list[list[int]]) -> None:
    whole = drawn(range(6), solver)
    for part in split:
        assert torch.equal(drawn(part, solver), whole[part])


def test_it_is_the_same_where_memory_runs_out() -> None:
    small = Small(2, torch.OutOfMemoryError("out of memory"))
    whole = drawn(range(6))
    assert torch.equal(drawn(range(6), network=small), whole)
    assert torch.equal(drawn([3, 4, 5], network=small), whole[3:])
    assert max(small.sizes[-3:]) == 2


@pytest.mark.parametrize("split", SPLITS, ids=str)
def test_its_class_is_that_of_its_number(split: list[list[int]]) -> None:
    whole = drawn(range(6), network=labels_in_torch, classes=4)
    for part in split:
        assert torch.equal(drawn(part, network=labels_in_torch, classes=4), whole[part])


@pytest.mark.parametrize("solver", ["ddpm", "euler-ancestral", "ddim"])
def test_a_picture_of_a_seed_of_its_own_is_drawn_alone_by_that(solver: str) -> None:
    def drawn_by(**settings: Any) -> Tensor:
        *_, last = drawing.drawn(model, table(solver, 4), RunSettings(**settings, seeds="each", device="cpu"))
        return last.x

    model = denoiser()
    whole = drawn_by(seed=7, pictures=3)
    assert torch.equal(torch.cat([drawn_by(seed=seed, pictures=1) for seed in (7, 8, 9)]), whole)
    as_in_diffusers = randn_tensor((3, *model.shape), [torch.Generator().manual_seed(seed) for seed in (7, 8, 9)])
    assert torch.equal(model.starting_noise(3, CountedSeeds(7, range(3))), as_in_diffusers)


def test_no_two_pictures_share_noise() -> None:
    shape = (1, 4, 4)
    rows = [PictureNoise(seed, range(50))((50, *shape)).flatten(1) for seed in (0, 1, 2, 2**32, 2**64 + 1)]
    assert len(torch.cat(rows).unique(dim=0)) == 250
    # Numbers are no longer words of the seed.
    assert not torch.equal(PictureNoise(3 + 5 * 2**32, [0])((1, *shape)), PictureNoise(3, [5])((1, *shape)))


def test_the_noise_is_normal_across_pictures_and_seeds() -> None:
    across = torch.stack([PictureNoise(seed, range(100))((100, 1, 2, 2)) for seed in range(100)]).double().numpy()
    assert abs(across.mean()) < 5 / np.sqrt(across.size)
    assert abs(across.var() - 1) < 5 * np.sqrt(2 / across.size)
    neighbours = np.corrcoef(across[:-1].ravel(), across[1:].ravel())[0, 1]
    assert abs(neighbours) < 5 / np.sqrt(across[1:].size)


def test_later_noise_is_another() -> None:
    noise = PictureNoise(0, [3])
    assert not torch.equal(noise((1, 2, 4)), noise((1, 2, 4)))


@pytest.mark.parametrize(
    ("seed", "pictures", "reason"),
    [
        (-1, [0], "seed or picture -1; it must be a whole number from 0 on"),
        (0, [2, -3], "seed or picture -3"),
        ("x", [0], "seed or picture “x”|seed or picture x|seed or picture 'x'"),
        (0, [], "noise for no picture"),
    ],
)
def test_what_is_no_seed_or_picture_is_refused(seed: Any, pictures: list[int], reason: str) -> None:
    with pytest.raises(SamplingError, match=reason):
        PictureNoise(seed, pictures)


def test_noise_of_another_number_of_pictures_is_refused_at_once() -> None:
    with pytest.raises(SamplingError, match="noise for 3 pictures, but 2 are drawn"):
        run(table(), denoiser(), torch.zeros(2, 3, 4, 5), generator=PictureNoise(0, range(3)))
    with pytest.raises(SamplingError, match="noise for 3 pictures, but 2 are drawn"):
        denoiser().starting_noise(2, PictureNoise(0, range(3)))
