"""Operators of exported programs: none that leaves its memory, or writes to the terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest

from ddpm_studio.checkpoints.families.exported.aten_operators import ALLOWED, operator_named
from ddpm_studio.checkpoints.families.exported.graph import Graph
from ddpm_studio.checkpoints.families.exported.notation import UnknownPartError
from tests.checkpoints.families.exported.programs import node, number, tensor

CALLS, PARTS = 20, 8
"""Hostile calls of each operator, and processes in which they are made."""


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_operators_keep_to_their_memory_whatever_they_are_given(part: int) -> None:
    targets = sorted(ALLOWED)[part::PARTS]
    command = [sys.executable, "-m", "tests.checkpoints.families.exported.hostile_calls", str(CALLS), *targets]
    environment = {**os.environ, "TORCH_CPP_LOG_LEVEL": "ERROR"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, env=environment, check=False)
    lines = done.stdout.splitlines()
    assert done.returncode == 0, (lines[-1:], done.stderr[-1000:])
    assert done.stderr == ""
    assert [line for line in lines if line.startswith("wrong")] == []
    assert lines[::2] == targets
    went_through = sum(int(line.removeprefix("done ")) for line in lines[1::2])
    assert went_through > len(targets) * CALLS / 20, "so few calls are carried out that nothing is tried"


def test_torch_s_own_warnings_do_not_reach_the_terminal() -> None:
    warned = "import torch; torch.ops.aten.var.correction(torch.zeros(1), [0])"
    code = f"from ddpm_studio.process import prepare_process; prepare_process(); {warned}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")


def test_only_operators_that_keep_to_their_memory_are_allowed() -> None:
    names = {target.removeprefix("torch.ops.aten.").partition(".")[0] for target in ALLOWED}
    unsafe = {"as_strided", "_reshape_alias", "set_", "resize_", "from_file", "_print", "save", "item", "nonzero"}
    assert not names & unsafe
    assert not {name for name in names if name.startswith(("_nested", "_sparse", "quantize", "_foreach"))}


TEXT, COMPUTED = {"as_string": "cuda:99"}, {"as_sym_bool": {"as_name": "a"}}

KEYWORDS: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {
    "pin_memory": ([{"as_none": True}, {"as_bool": False}], [{"as_bool": True}, COMPUTED, number(0), number(1)]),
    "device": ([{"as_none": True}, {"as_device": {"type": "cuda", "index": 99}}], [TEXT, number(0), COMPUTED]),
    "layout": ([{"as_none": True}, {"as_layout": 7}], [{"as_layout": 1}, TEXT, number(2**31), COMPUTED]),
    "dtype": ([{"as_none": True}, {"as_scalar_type": 7}], [{"as_scalar_type": 99}, TEXT, number(-1), COMPUTED]),
    "memory_format": (
        [{"as_none": True}, {"as_memory_format": 1}],
        [{"as_memory_format": 9}, TEXT, number(2**31), COMPUTED],
    ),
    "generator": ([{"as_none": True}], [tensor("x"), TEXT, number(0), COMPUTED]),
}
"""What options of operators may be, and what they may not."""

OPTIONS = [
    (target, name)
    for target in sorted(ALLOWED)
    for name in KEYWORDS
    if name in {argument.name for argument in operator_named(target)._schema.arguments}  # type: ignore[attr-defined]
]


@pytest.mark.parametrize(("target", "name"), OPTIONS)
def test_options_are_what_does_no_harm(target: str, name: str) -> None:
    harmless, harmful = KEYWORDS[name]
    for value in harmless:
        _read(target, name, value)
    for value in harmful:
        with pytest.raises((UnknownPartError, KeyError)):
            _read(target, name, value)


def test_every_option_of_torch_s_is_tried() -> None:
    assert {name for _, name in OPTIONS} == KEYWORDS.keys()
    assert len(OPTIONS) > 150


def _read(target: str, name: str, value: dict[str, Any]) -> None:
    call = node(target.removeprefix("torch.ops.aten."), "v", **{name: value})
    Graph({"inputs": [], "outputs": [], "nodes": [call]})
