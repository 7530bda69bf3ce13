"""β that torch.save and safetensors keep alone: a schedule, whatever they were put in, and nothing executed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from ddpm_studio.checkpoints.opening import read_checkpoint
from ddpm_studio.checkpoints.unsupported import UnsupportedError
from ddpm_studio.diffusion import Schedule
from ddpm_studio.errors import StudioError

SCHEDULE, ODD = Schedule("linear", 1000), Schedule("sigmoid", 1000)


def tensor(curve: str, schedule: Schedule = SCHEDULE) -> torch.Tensor:
    return torch.tensor(schedule.coefficients[curve].copy())


SAVED: dict[str, Callable[[torch.Tensor], object]] = {
    "a tensor": lambda betas: betas,
    "a column": lambda betas: betas[:, None],
    "a parameter": torch.nn.Parameter,
    "a list of tensors": list,
    "a list with one tensor": lambda betas: [betas],
    "a list of floats": lambda betas: betas.tolist(),
    "a dictionary": lambda betas: {"betas": betas},
    "a dictionary of a list": lambda betas: {"beta": betas.tolist(), "T": 1000, "name": "mine"},
    "all buffers": lambda betas: {"betas": betas, "alphas_cumprod": (1 - betas).cumprod(0), "n": torch.tensor(1000)},
}


@pytest.mark.parametrize("case", SAVED)
@pytest.mark.parametrize("legacy", [False, True])
def test_betas_of_torch_save_open(tmp_path: Path, case: str, legacy: bool) -> None:
    path = tmp_path / "x.pt"
    torch.save(SAVED[case](tensor("betas")), path, _use_new_zipfile_serialization=not legacy)
    read = Schedule.parse(f"custom:path={path}")
    assert (read.betas.tolist(), read.quantity) == (SCHEDULE.betas.tolist(), "")
    with pytest.raises(UnsupportedError, match=r"is a table of numbers, which cannot be sampled here") as caught:
        read_checkpoint(path)
    assert caught.value.schedule == read


@pytest.mark.parametrize("key", ["betas", "alphas_cumprod", "log_snr", "sigmas"])
def test_safetensors_and_other_quantities(tmp_path: Path, key: str) -> None:
    save_file({key: tensor(key)}, tmp_path / "x.safetensors")
    torch.save(tensor(key), tmp_path / "x.pt")
    for name in ("x.safetensors", "x.pt"):
        read = Schedule.parse(f"custom:path={tmp_path / name}")
        assert read.quantity == ("" if key == "betas" else key)
        np.testing.assert_allclose(read.betas, SCHEDULE.betas, rtol=1e-8)


def test_what_may_be_two_things_is_what_is_said(tmp_path: Path) -> None:
    path = tmp_path / "x.pt"
    torch.save(tensor("alphas_cumprod", ODD), path)
    for read in (lambda: Schedule.parse(f"custom:path={path}"), lambda: read_checkpoint(path)):
        with pytest.raises(StudioError, match=r"may hold ᾱ / √ᾱ: .*custom:path=…,as=alphas_cumprod"):
            read()
    np.testing.assert_allclose(Schedule.parse(f"custom:path={path},as=ac").betas, ODD.betas, rtol=1e-8)


def test_a_network_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "x.pt"
    torch.save({"weight": torch.ones(3, 3)}, path)
    with pytest.raises(StudioError, match="does not say which schedule"):
        Schedule.parse(f"custom:path={path}")
    torch.save({"weight": torch.ones(3, 3), "betas": tensor("betas")}, path)
    np.testing.assert_allclose(Schedule.parse(f"custom:path={path}").betas, tensor("betas").double(), rtol=1e-6)
    with pytest.raises(StudioError, match=r"is a checkpoint, not a table of numbers that could be snr; leave out as="):
        Schedule.parse(f"custom:path={path},as=snr")


class Bomb:
    """Writes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return Path.touch, (self.path,)


@pytest.mark.parametrize("quantity", ["", ",as=betas"])
def test_nothing_in_it_is_executed(tmp_path: Path, quantity: str) -> None:
    fuse = tmp_path / "executed"
    torch.save({"betas": [0.1, 0.2], "more": Bomb(fuse)}, tmp_path / "x.pt")
    with pytest.raises(StudioError):
        Schedule.parse(f"custom:path={tmp_path / 'x.pt'}{quantity}")
    assert not fuse.exists()
