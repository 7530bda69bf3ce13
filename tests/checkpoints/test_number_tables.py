"""β that torch.save and safetensors keep alone: a schedule, whatever they were put in, and nothing executed."""

from __future__ import annotations

import pickle
import shlex
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
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
    "buffers of a module": lambda betas: {"d.betas": betas, "d.alphas_cumprod": (1 - betas).cumprod(0)},
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
        with pytest.raises(StudioError, match=r"may hold ᾱ / √ᾱ: .*custom:path=.*,as=alphas_cumprod or as="):
            read()
    np.testing.assert_allclose(Schedule.parse(f"custom:path={path},as=ac").betas, ODD.betas, rtol=1e-8)


def test_quantities_are_named_behind_a_module_and_the_posterior_is_none(tmp_path: Path) -> None:
    path = tmp_path / "x.pt"
    torch.save({"scheduler.alphas_cumprod": tensor("alphas_cumprod", ODD)}, path)
    assert Schedule.parse(f"custom:path={path}").quantity == "alphas_cumprod"
    torch.save({"posterior_variance": tensor("posterior_variance")[1:]}, path)
    with pytest.raises(StudioError, match="holds no betas, only posterior_variance"):
        Schedule.parse(f"custom:path={path}")


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


ARRAYS: dict[str, Callable[[npt.NDArray[np.float64]], object]] = {
    "an array": lambda betas: betas,
    "a column": lambda betas: betas[:, None],
    "of the other byte order": lambda betas: betas.astype(">f8"),
    "a list of scalars": list,
    "a dictionary": lambda betas: {"betas": betas, "T": np.int64(1000), "name": "mine"},
    "a list": lambda betas: betas.tolist(),
    "a dictionary of a list": lambda betas: {"betas": betas.tolist()},
}


@pytest.mark.parametrize("case", ARRAYS)
@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_arrays_of_numpy_and_plain_pickles_open(tmp_path: Path, case: str, protocol: int) -> None:
    content = ARRAYS[case](SCHEDULE.betas.copy())
    torch.save(content, tmp_path / "x.pt", pickle_protocol=protocol)
    torch.save(content, tmp_path / "old.pt", pickle_protocol=protocol, _use_new_zipfile_serialization=False)
    (tmp_path / "x.pkl").write_bytes(pickle.dumps(content, protocol))
    for name in ("x.pt", "old.pt", "x.pkl"):
        assert Schedule.parse(f"custom:path={tmp_path / name}").betas.tolist() == SCHEDULE.betas.tolist()


BITS = torch.zeros(50, dtype=torch.uint8).view(torch.bits8)


@pytest.mark.parametrize(
    "content",
    [BITS, {"betas": BITS}, list(BITS), list(torch.full((50,), 1j)), [torch.zeros(0), torch.ones(2)]],
    ids=["bits", "bits by name", "a list of bits", "a list of complex numbers", "as many as tensors"],
)
def test_what_are_no_real_numbers_is_no_table(tmp_path: Path, content: object) -> None:
    torch.save(content, tmp_path / "x.pt")
    with pytest.raises(StudioError, match="which does not say its network"):
        read_checkpoint(tmp_path / "x.pt")


@pytest.mark.parametrize("content", [np.array([None, 1]), np.zeros((3, 4)), np.array(["a"]), {"a": np.zeros((9, 9))}])
def test_other_arrays_are_no_table(tmp_path: Path, content: object) -> None:
    torch.save(content, tmp_path / "x.pt")
    with pytest.raises(StudioError, match=r"no list of numbers that could be β; .* or one with a schedule"):
        Schedule.parse(f"custom:path={tmp_path / 'x.pt'}")


def test_an_array_that_says_less_than_it_is_or_more_is_no_table(tmp_path: Path) -> None:
    whole = pickle.dumps(SCHEDULE.betas.copy(), 2)
    for wrong in (b"M\xe9\x03\x85", b"J\xff\xff\xff\xff\x85"):
        assert b"M\xe8\x03\x85" in whole
        (tmp_path / "x.pkl").write_bytes(whole.replace(b"M\xe8\x03\x85", wrong))
        with pytest.raises(StudioError):
            Schedule.parse(f"custom:path={tmp_path / 'x.pkl'}")


FILES = {
    "x.csv": b"t,betas\n1,0.1\n2,0.2\n",
    "x.txt": b"0.1\n0.2\n",
    "x.json": b'{"beta_schedule": "linear", "num_train_timesteps": 2}',
    "x.yaml": b"linear_start: 0.1\nlinear_end: 0.2\ntimesteps: 2\n",
    "alphas_cumprod.json": b"[0.9, 0.5]",
}


@pytest.mark.parametrize("name", FILES)
def test_a_schedule_at_the_door_of_checkpoints_is_offered_as_it_opens(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(FILES[name])
    with pytest.raises(
        UnsupportedError, match=r"it holds no network; only its schedule can be taken, .*as custom"
    ) as said:
        read_checkpoint(tmp_path / name)
    (offered,) = shlex.split(str(said.value).rpartition("as ")[2].removesuffix("."))
    assert said.value.schedule is not None
    np.testing.assert_array_equal(Schedule.parse(offered).betas, said.value.schedule.betas)


def test_the_oldest_pickles_are_called_that(tmp_path: Path) -> None:
    for content in (SCHEDULE.betas.copy(), {"betas": SCHEDULE.betas.copy()}, SCHEDULE.betas.tolist()):
        (tmp_path / "x.pkl").write_bytes(pickle.dumps(content, 0))
        with pytest.raises(StudioError, match=r"is a pickle of protocol 0, which is not read; save it by torch\.save"):
            Schedule.parse(f"custom:path={tmp_path / 'x.pkl'}")


@pytest.mark.parametrize("key", ["betas", "alphas_cumprod", "sqrt_alphas_cumprod"])
def test_the_clean_picture_at_first_is_no_step(tmp_path: Path, key: str) -> None:
    first = torch.tensor([0.0 if key == "betas" else 1.0])
    torch.save({key: torch.cat([first, tensor(key).float()])}, tmp_path / "own.pt")
    read = Schedule.parse(f"custom:path={tmp_path / 'own.pt'}")
    np.testing.assert_allclose(read.coefficients.alphas_cumprod, SCHEDULE.coefficients.alphas_cumprod, rtol=1e-4)
