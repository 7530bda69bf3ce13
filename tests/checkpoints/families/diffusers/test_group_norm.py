"""The fast group normalisation gives PyTorch's values, and is taken only where it is the faster one."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from ddpm_studio.checkpoints.families.diffusers.group_norm import GroupNorm


def pair(channels: int, groups: int) -> tuple[nn.GroupNorm, GroupNorm]:
    """PyTorch's own and ours with the same random weights."""
    torch.manual_seed(0)
    theirs, ours = nn.GroupNorm(groups, channels), GroupNorm(groups, channels)
    nn.init.normal_(theirs.weight)
    nn.init.normal_(theirs.bias)
    ours.load_state_dict(theirs.state_dict())
    return theirs, ours


def pictures(*shape: int) -> Tensor:
    """Pictures in channels_last whose channels have means and spreads of their own."""
    spread = torch.linspace(0.1, 5.0, shape[1])[:, None, None]
    return (torch.randn(shape) * spread + spread).contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize("shape", [(16, 32, 16, 16), (8, 96, 8, 16), (1, 24, 31, 33), (16, 32, 4, 4)])
def test_the_values_are_pytorchs(shape: tuple[int, ...]) -> None:
    theirs, ours = pair(shape[1], 8)
    x = pictures(*shape)
    y = ours(x)
    torch.testing.assert_close(y, theirs(x), rtol=1e-5, atol=1e-5)
    assert y.is_contiguous(memory_format=torch.channels_last)


def test_a_constant_picture_has_no_variance() -> None:
    theirs, ours = pair(32, 8)
    x = torch.full((16, 32, 16, 16), 7.0).contiguous(memory_format=torch.channels_last)
    torch.testing.assert_close(ours(x), theirs(x), rtol=0, atol=1e-2)
    assert ours(x).isfinite().all()


@pytest.mark.parametrize(("dtype", "digits"), [(torch.float16, 1e-3), (torch.bfloat16, 8e-3)])
def test_half_precision_is_as_exact_as_its_digits(dtype: torch.dtype, digits: float) -> None:
    theirs, ours = pair(32, 8)
    x = 10 + pictures(16, 32, 16, 16)
    largest = theirs(x).abs().max()
    assert (ours.to(dtype)(x.to(dtype)).float() - theirs(x.to(dtype).float())).abs().max() < 2 * digits * largest


@pytest.mark.parametrize(
    ("x", "taken"),
    [
        (pictures(16, 32, 16, 16), True),
        (pictures(1, 32, 16, 16), False),
        (pictures(16, 32, 8, 8), False),
        (pictures(4, 32, 32, 32), False),
        (pictures(16, 128, 16, 16), False),
        (pictures(16, 32, 16, 16).contiguous(), False),
        (pictures(16, 32, 16, 16).flatten(2), False),
        (pictures(16, 32, 16, 16).bfloat16(), False),
    ],
    ids=["many small", "one", "smaller", "larger", "many channels", "contiguous", "flat", "half precision"],
)
def test_where_it_is_taken(x: Tensor, taken: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Tensor] = []

    def by_channel(norm: GroupNorm, x: Tensor) -> Tensor:
        calls.append(x)
        return x

    monkeypatch.setattr(GroupNorm, "_by_channel", by_channel)
    GroupNorm(8, x.shape[1])(x)
    assert bool(calls) == taken
