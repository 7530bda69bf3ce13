"""The first bytes of a file decide which reader it is for."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from ddpm_studio.checkpoints.source import Source

WEIGHTS = {"weight": torch.zeros(3)}


@pytest.mark.parametrize("length", [0x80, 0x180, 0x280, 0x380, 0x480, 0x580])
def test_a_length_of_safetensors_that_begins_like_a_pickle(length: int, tmp_path: Path) -> None:
    path = tmp_path / "weights.safetensors"
    save_file(WEIGHTS, path, {"note": "-" * (length - 88)})
    assert path.read_bytes()[:2] == length.to_bytes(2, "little")
    source = Source(path)
    assert source.container == "safetensors"
    assert source.tensors.keys() == WEIGHTS.keys()
