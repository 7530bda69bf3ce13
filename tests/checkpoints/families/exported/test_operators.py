"""Operators of exported programs: none that leaves its memory, or writes to the terminal."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from ddpm_studio.checkpoints.families.exported.aten_operators import ALLOWED

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
