"""Fixtures of exported programs."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
import torch

from tests.checkpoints.families.exported.programs import Plain, Program
from tests.checkpoints.families.small import inputs, quiet


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("exported") / "plain.pt2"
    batch = torch.export.Dim("batch", min=1, max=64)
    with quiet():
        exported = torch.export.export(Plain(), inputs(2), dynamic_shapes=({0: batch}, {0: batch}))
        torch.export.save(exported, path)
    return path


@pytest.fixture
def program(plain: Path) -> Program:
    with zipfile.ZipFile(plain) as archive:
        content: Program = json.loads(archive.read("plain/models/model.json"))
    return content
