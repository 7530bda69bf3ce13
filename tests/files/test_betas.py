"""Betas out of files as people have them; each file that is none is refused in one sentence."""

from __future__ import annotations

import json
import pickle
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ddpm_studio.diffusion import Schedule
from ddpm_studio.errors import StudioError
from ddpm_studio.files import betas_numpy
from ddpm_studio.files.betas import read_betas, read_schedules

BETAS = [0.1, 0.2, 0.5]
CONFIG = {"_class_name": "DDPMScheduler", "num_train_timesteps": 3, "trained_betas": BETAS}


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "file"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    "content",
    [
        "t,betas\n1,0.1\n2,0.2\n3,0.5\n",
        "betas\n0.1\n0.2\n0.5",
        "0.1\n0.2\n0.5\n",
        "# Betas\n1e-1\n2e-1\n5e-1\n",
        ",betas\n0,0.1\n1,0.2\n2,0.5\n",
        "\ufeffbetas,alphas\r\n0.1,0.9\r\n0.2,0.8\r\n0.5,0.5\r\n\r\n",
        "t;betas\n1;0.1\n2;0.2\n3;0.5\n",
        "t\tbetas\talphas\n1\t0.1\t0.9\n2\t0.2\t0.8\n3\t5e-1\t0.5\n",
        'schedule,t,betas\n"linear:T=3,beta_end=1",1,0.1\n"linear:T=3,beta_end=1",2,.2\n"linear:T=3,beta_end=1",3,0.5\n',
        "[0.1, 0.2, 0.5]",
        ' {"name": "mine", "betas": [0.1, 0.2, 0.5]}',
        '{"trained_betas": [0.1, 0.2, 0.5]}',
        json.dumps(CONFIG),
    ],
)
def test_text_files(tmp_path: Path, content: str) -> None:
    assert read_betas(written(tmp_path, content)).tolist() == BETAS


@pytest.mark.parametrize("array", [np.array(BETAS), np.array([BETAS]), np.array(BETAS)[:, None]])
def test_npy_and_npz(tmp_path: Path, array: np.ndarray) -> None:
    np.save(tmp_path / "a.npy", array)
    np.savez(tmp_path / "a.npz", betas=array, other=np.ones(2))
    np.savez_compressed(tmp_path / "b.npz", betas=array)
    for name in ("a.npy", "a.npz", "b.npz"):
        assert read_betas(tmp_path / name).tolist() == BETAS


def test_float32_betas_keep_their_value(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.array(BETAS, np.float32))
    assert read_betas(tmp_path / "a.npy").tolist() == np.array(BETAS, np.float32).astype(np.float64).tolist()


def test_custom_spec_reads_files_without_any_other_import(tmp_path: Path) -> None:
    path = written(tmp_path, "betas\n0.1\n0.2\n")
    code = (
        f"from ddpm_studio.diffusion import Schedule; print(Schedule.parse({f'custom:path={path}'!r}).betas.tolist())"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[0.1, 0.2]\n"


def test_operators_act_on_custom_betas(tmp_path: Path) -> None:
    path = written(tmp_path, "betas\n0.1\n0.2\n")
    assert Schedule.parse(f"custom:path={path},zero_snr=1").coefficients.alphas_cumprod[-1] == 0


def test_one_schedule_opens_as_custom_with_its_path(tmp_path: Path) -> None:
    path = written(tmp_path, "betas\n0.1\n0.2\n")
    assert [str(schedule) for schedule in read_schedules(path)] == [f"custom:path={path}"]


REFUSED: dict[str, tuple[str | bytes, str]] = {
    "no column": ("t,alphas\n1,0.9\n", "holds no betas, only t, alphas; name a column or an entry betas"),
    "two columns without header": ("1,0.9\n2,0.8\n", "holds no betas, only 1, 0.9"),
    "header alone": ("t,betas\n", "holds no betas"),
    "blank": (" \n\n", "holds no betas"),
    "not a number": ("betas\n0.1\nabc\n", "β_2 of .* is 'abc'; it must be a number"),
    "missing value": ("t,betas\n1,0.1\n2,\n", "β_2 of .* is ''; it must be a number"),
    "cut off": ("t,betas\n1,0.1\n2", r"Line 3 of .* has 1 of 2 cells; the file may be cut off"),
    "NaN": ("betas\n0.1\nnan\n", "β_2 of .* is nan; each β must be from .* to 1"),
    "infinity": ("betas\n0.1\ninf\n", "β_2 of .* is inf"),
    "zero": ("betas\n0\n", "β_1 of .* is 0; each β must be from .* to 1"),
    "negative": ("[-0.1]", "β_1 of .* is -0.1"),
    "above one": ("[0.5, 1.5]", "β_2 of .* is 1.5"),
    "JSON NaN": ("[NaN]", "β_1 of .* is nan"),
    "cut off JSON": ('{"betas": [0.1, 0.', "is not valid JSON; it may be cut off"),
    "deep JSON": ("[" * 100_000, "is not valid JSON"),
    "nested list": ("[[0.1], [0.2]]", r"β_1 of .* is \[0.1\]; it must be a number"),
    "boolean": ("[true]", "β_1 of .* is True"),
    "huge integer": (f"[1{'0' * 400}]", "β_1 of .* it must be a number"),
    "empty list": ("[]", "holds no betas"),
    "other object": ('{"alphas": [1]}', "holds no betas, only alphas"),
    "no beta schedule": (
        '{"_class_name": "FlowMatchEulerDiscreteScheduler", "num_train_timesteps": 1000, "shift": 3.0}',
        "holds no betas, only _class_name",
    ),
    "too many": ("betas\n" + "0.5\n" * 100_001, "holds more than 100000 betas"),
    "several": ("schedule,t,betas\na,1,0.1\nb,1,0.1\n", "holds 2 schedules, but custom takes one"),
    "several in JSON": ('[{"betas": [0.1]}, {"betas": [0.1]}]', "holds 2 schedules"),
    "binary": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "it is not a CSV, JSON, NPY or NPZ file"),
    "cut off NPY": (b"\x93NUMPY\x01\0v\0{'descr': '<f8'", "is not a readable NPY or NPZ file"),
    "cut off NPZ": (b"PK\x03\x04abc", "is not a readable NPY or NPZ file"),
    "empty": ("", "is empty"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_files_are_refused_by_name(tmp_path: Path, case: str) -> None:
    content, sentence = REFUSED[case]
    path = written(tmp_path, content)
    with pytest.raises(StudioError, match=sentence) as caught:
        Schedule.parse(f"custom:path={path}")
    assert str(path) in str(caught.value)
    assert len(str(caught.value)) < 300 + len(str(path))


@pytest.mark.parametrize(
    ("array", "sentence"),
    [
        (np.array(["a"]), "betas are one list of real numbers"),
        (np.ones((2, 3)), r"holds float64 of shape \(2, 3\)"),
        (np.array([1j]), "holds complex128"),
        (np.ones(0), "holds no betas"),
        (np.full(100_001, 0.5), "holds more than 100000 betas"),
    ],
)
def test_arrays_that_are_no_betas(tmp_path: Path, array: np.ndarray, sentence: str) -> None:
    np.save(tmp_path / "a.npy", array)
    np.savez(tmp_path / "a.npz", betas=array)
    for name in ("a.npy", "a.npz"):
        with pytest.raises(StudioError, match=sentence):
            read_betas(tmp_path / name)


def test_npz_without_betas_names_what_it_has(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", alphas=np.ones(2), sigmas=np.ones(2))
    with pytest.raises(StudioError, match="holds no betas, only alphas, sigmas"):
        read_betas(tmp_path / "a.npz")


class Bomb:
    """Writes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return Path.touch, (self.path,)


def test_nothing_in_a_file_is_executed(tmp_path: Path) -> None:
    fuse = tmp_path / "executed"
    array = np.array([Bomb(fuse)], dtype=object)
    np.save(tmp_path / "a.npy", array, allow_pickle=True)
    np.savez(tmp_path / "a.npz", betas=array)
    (tmp_path / "a.pkl").write_bytes(pickle.dumps(Bomb(fuse)))
    for name in ("a.npy", "a.npz", "a.pkl"):
        with pytest.raises(StudioError):
            read_betas(tmp_path / name)
    assert not fuse.exists()


def test_npz_that_would_swell_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(betas_numpy, "MAX_BYTES", 2**20)
    np.savez_compressed(tmp_path / "a.npz", betas=np.zeros(2**18))
    assert (tmp_path / "a.npz").stat().st_size < 2**12
    with pytest.raises(StudioError, match="holds more than 100000 betas"):
        read_betas(tmp_path / "a.npz")


def test_npy_that_claims_to_be_endless_is_refused(tmp_path: Path) -> None:
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000000,), }\n"
    path = written(tmp_path, b"\x93NUMPY\x01\0" + struct.pack("<H", len(header)) + header + bytes(80))
    with pytest.raises(StudioError, match="is not a readable NPY or NPZ file"):
        read_betas(path)


def test_folder_and_missing_file(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match=r"holds neither model_index\.json nor .*, or a file"):
        Schedule.parse(f"custom:path={tmp_path}")
    for name in (str(tmp_path / "no.csv"), "no.ckpt", "org/name.ckpt", "no", "~/no.npz", "~nobody at all/no.pt"):
        with pytest.raises(StudioError, match="There is no file"):
            Schedule.parse(f"custom:path={name}")
