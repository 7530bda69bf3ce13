"""Drawing the first portraits imports nothing that takes seconds, and looks for garbage where there may be some."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ddpm_studio.first_import import importing_torch

SAMPLED = """
import gc, sys
from ddpm_studio.cli import main
assert main(["sample", "--steps=2", "--batch=1", "-o", sys.argv[1]]) == 0
assert gc.isenabled() and gc.get_freeze_count() > 100_000
print(*sorted({"diffusers", "scipy", "torch._dynamo", "huggingface_hub", "sympy"} & sys.modules.keys()))
"""


@pytest.fixture
def without_torch(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    yield
    gc.unfreeze()


def test_portraits_are_drawn_without_diffusers(tmp_path: Path) -> None:
    run = [sys.executable, "-c", SAMPLED, str(tmp_path / "grid.png")]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "\n", "")


def fail_within() -> None:
    with importing_torch():
        assert not gc.isenabled()
        raise ValueError("broken")


@pytest.mark.usefixtures("without_torch")
def test_the_collector_works_again_after_an_error() -> None:
    with pytest.raises(ValueError, match="broken"):
        fail_within()
    assert gc.isenabled()


def test_the_collector_goes_on_where_torch_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", sys)
    before = gc.get_freeze_count()
    with importing_torch():
        assert gc.isenabled()
    assert gc.get_freeze_count() == before
