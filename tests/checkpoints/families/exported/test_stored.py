"""What is stored beside the graph: weights within their members, members within the file, sizes within bounds."""

from __future__ import annotations

import json
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ddpm_studio.checkpoints import open_checkpoint
from ddpm_studio.files.budget import MIB
from tests.checkpoints.families.exported.programs import Program, X, before, node, number, refusal
from tests.checkpoints.families.small import SAID, rewritten


def weights(plain: Path, target: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """The program with another table of its weights."""
    name = "data/weights/model_weights_config.json"
    with zipfile.ZipFile(plain) as archive:
        config: dict[str, Any] = json.loads(archive.read(next(one for one in archive.namelist() if one.endswith(name))))
    change(config["config"])
    return rewritten(plain, target, {name: json.dumps(config).encode()})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("sizes", [{"as_int": 10**7}, {"as_int": 8}, {"as_int": 8}]),
        ("sizes", [{"as_int": -1}, {"as_int": 8}, {"as_int": 8}]),
        ("sizes", [{"as_int": 2**62}, {"as_int": 2**62}, {"as_int": 8}]),
        ("sizes", [{"as_int": 1}] * 70),
        ("strides", [{"as_int": 10**6}, {"as_int": 8}, {"as_int": 1}]),
        ("strides", [{"as_int": -64}, {"as_int": 8}, {"as_int": 1}]),
        ("strides", [{"as_int": 1}]),
        ("storage_offset", {"as_int": 1}),
        ("storage_offset", {"as_int": -1}),
        ("storage_offset", {"as_int": 1.5}),
        ("dtype", 8),
        ("dtype", 12),
    ],
)
def test_weights_lie_within_their_members(plain: Path, tmp_path: Path, key: str, value: object) -> None:
    path = weights(plain, tmp_path / "evil.pt2", lambda config: config["weight"]["tensor_meta"].update({key: value}))
    assert "cannot be read" in refusal(path)


def test_weights_in_one_member_share_it_and_count_each(plain: Path, tmp_path: Path) -> None:
    large = rewritten(plain, tmp_path / "large.pt2", {"data/weights/weight_0": bytes(2**22)})
    square = {"sizes": [number(2**10)] * 2, "strides": [number(2**10), number(1)]}

    def shared(count: int) -> Path:
        def change(config: dict[str, Any]) -> None:
            meta = config["weight"]["tensor_meta"] | square
            config.update({f"other{i}": config["weight"] | {"tensor_meta": meta} for i in range(count)})

        return weights(large, tmp_path / f"shared{count}.pt2", change)

    assert open_checkpoint(shared(5), SAID).shape == (3, 8, 8)
    assert "would take more than" in refusal(shared(100))


def test_members_are_not_larger_than_the_file_allows(plain: Path, tmp_path: Path) -> None:
    path = tmp_path / "packed.pt2"
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, bytes(2**29) if name.endswith("weight_0") else old.read(name))
    assert "would take more than" in refusal(path)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    assert "cannot be read" in refusal(path)


def test_a_large_graph_opens_however_few_its_weights(plain: Path, program: Program, tmp_path: Path) -> None:
    """With what torch tells of each operator: the code that it comes from, and the modules around that."""
    told = {
        "stack_trace": 'File "unet.py", line 7, in forward\n  return {x: [a, b]}\n' * 20,
        "nn_module_stack": "," * 900,
    }
    relu = {**node("relu.default", "x", self=X), "metadata": told}
    path = before(plain, program, tmp_path / "large.pt2", *[relu] * 6000)
    assert 10 * MIB < path.stat().st_size < 20 * MIB
    assert open_checkpoint(path, SAID).shape == (3, 8, 8)


def test_a_graph_takes_no_more_than_its_budget(plain: Path, program: Program, tmp_path: Path) -> None:
    program["graph_module"]["graph"]["nodes"] = [[]] * 10**7
    path = tmp_path / "lists.pt2"
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, json.dumps(program) if name.endswith("model.json") else old.read(name))
    tracemalloc.start()
    assert "would take more than 256 MiB" in refusal(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 256 * MIB


@pytest.mark.parametrize("size", [0, -1, 10**12, "many", 2**70])
@pytest.mark.parametrize("place", [0, 1, 3])
def test_sizes_of_inputs_are_those_of_pictures(
    plain: Path, program: Program, tmp_path: Path, place: int, size: object
) -> None:
    program["graph_module"]["graph"]["tensor_values"]["x"]["sizes"][place] = {"as_int": size}
    path = rewritten(plain, tmp_path / "evil.pt2", {"models/model.json": json.dumps(program).encode()})
    assert "cannot be read" in refusal(path)
