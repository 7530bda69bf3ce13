"""What a path is opened as: by its name, or by its first bytes where the name does not say."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from ddpm_studio.checkpoints.recognition import is_checkpoint, whole_checkpoint
from ddpm_studio.checkpoints.source import Source
from ddpm_studio.diffusion import Schedule
from ddpm_studio.files.betas import holds_schedules
from ddpm_studio.files.export import export_bytes
from tests.checkpoints.families.small import Table, made, quiet

WEIGHTS = {"weight": torch.zeros(3)}


@pytest.mark.parametrize("name", ["a.pt", "a.PTH", "a.ckpt", "a.safetensors", "a.pt2", "a.bin", "a.pkl", "config.json"])
def test_a_name_is_enough(name: str, tmp_path: Path) -> None:
    assert is_checkpoint(tmp_path / name)


@pytest.mark.parametrize("name", ["model", "model.model", "model.jpg"])
def test_the_content_of_each_kind(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    torch.save(WEIGHTS, path)
    assert is_checkpoint(path)
    torch.save(WEIGHTS, path, _use_new_zipfile_serialization=False)
    assert is_checkpoint(path)
    save_file(WEIGHTS, path)
    assert is_checkpoint(path)
    with quiet():
        torch.jit.script(made(Table)).save(path)
    assert is_checkpoint(path)


@pytest.mark.parametrize("length", [0x80, 0x180, 0x280, 0x380, 0x480, 0x580])
def test_a_length_of_safetensors_that_begins_like_a_pickle(length: int, tmp_path: Path) -> None:
    path = tmp_path / "weights.safetensors"
    save_file(WEIGHTS, path, {"note": "-" * (length - 88)})
    assert path.read_bytes()[:2] == length.to_bytes(2, "little")
    source = Source(path)
    assert source.container == "safetensors"
    assert source.tensors.keys() == WEIGHTS.keys()


def test_a_folder_and_the_files_that_stand_for_it(tmp_path: Path) -> None:
    assert is_checkpoint(tmp_path)
    assert whole_checkpoint(str(tmp_path / "model_index.json")) == str(tmp_path)
    assert whole_checkpoint(str(tmp_path / "a.pt")) == str(tmp_path / "a.pt")


def test_pictures_and_schedules_are_neither(tmp_path: Path) -> None:
    schedule = Schedule("cosine", 50)
    for suffix, kind in ((".csv", "csv"), (".json", "json"), (".npz", "npz"), ("", "csv"), ("-npz", "npz")):
        path = tmp_path / f"betas{suffix}"
        path.write_bytes(export_bytes([schedule], None, kind))
        assert (is_checkpoint(path), holds_schedules(path)) == (False, True), path
    np.save(tmp_path / "array.npy", schedule.betas)
    (tmp_path / "array.npy").rename(tmp_path / "array")
    assert (is_checkpoint(tmp_path / "array"), holds_schedules(tmp_path / "array")) == (False, True)
    for kind in ("png", "jpeg", "gif", "webp", "bmp", "tiff", "ppm"):
        path = tmp_path / f"picture-{kind}"
        Image.new("RGB", (20, 20), "orange").save(path, kind)
        assert (is_checkpoint(path), holds_schedules(path)) == (False, False), path


@pytest.mark.parametrize("content", [b"", b"eight of{ a text", b"version https://git-lfs", b"\0" * 600])
def test_what_is_nothing_of_the_kind(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "thing").write_bytes(content)
    assert (is_checkpoint(tmp_path / "thing"), holds_schedules(tmp_path / "thing")) == (False, False)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_nothing_is_taken_out_of_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert (is_checkpoint(tmp_path / "pipe"), holds_schedules(tmp_path / "pipe")) == (False, False)
