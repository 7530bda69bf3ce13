"""Programs with other nodes than torch has written, to be refused."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from ddpm_studio.checkpoints import open_checkpoint
from ddpm_studio.errors import StudioError
from tests.checkpoints.families.small import SAID, rewritten

Program = dict[str, Any]


class Plain(nn.Module):
    """Nothing but a weight that is added."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(3, 8, 8))

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        return x + self.weight + t[:, None, None, None]


def number(value: int) -> dict[str, Any]:
    return {"as_int": value}


def numbers(*values: int) -> dict[str, Any]:
    return {"as_ints": [*values]}


def tensor(name: str) -> dict[str, Any]:
    return {"as_tensor": {"name": name}}


def node(target: str, result: str, **given: dict[str, Any]) -> dict[str, Any]:
    """A node that calls an operator of ATen, with one tensor as its result."""
    named = [{"name": name, "arg": arg, "kind": 1} for name, arg in given.items()]
    return {"target": f"torch.ops.aten.{target}", "inputs": named, "outputs": [tensor(result)], "metadata": {}}


def sized(target: str, result: str, *given: dict[str, Any]) -> dict[str, Any]:
    """A node that reckons with sizes."""
    named = [{"name": "", "arg": arg, "kind": 1} for arg in given]
    return {"target": target, "inputs": named, "outputs": [{"as_sym_int": {"as_name": result}}], "metadata": {}}


def before(plain: Path, program: Program, target: Path, *nodes: dict[str, Any]) -> Path:
    """The program with these nodes at its beginning."""
    changed = copy.deepcopy(program)
    changed["graph_module"]["graph"]["nodes"][:0] = nodes
    return rewritten(plain, target, {"models/model.json": json.dumps(changed).encode()})


def refusal(path: Path) -> str:
    with pytest.raises(StudioError) as error:
        open_checkpoint(path, SAID)
    told = str(error.value)
    assert len(told) - len(str(path)) < 250, told
    assert told.isprintable()
    return told


X = tensor("x")
