"""What `ddpm_studio` gives to a notebook: the mathematics by name, and nothing that takes long to import."""

from __future__ import annotations

import subprocess
import sys

import pytest

import ddpm_studio
from ddpm_studio import diffusion
from tests.patience import PATIENCE_S

FIRST_CELL = """
import sys
from ddpm_studio import *
steps = Steps.from_spacing(Schedule.parse("cosine:T=1000"), 4)
assert solver_table("unipc", steps).nfe == 4
print(*sorted({"torch", "PySide6", "pyqtgraph", "diffusers", "ddpm_studio.gui"} & sys.modules.keys()))
"""


def test_a_first_cell_needs_neither_torch_nor_qt() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FIRST_CELL], capture_output=True, text=True, check=True, timeout=PATIENCE_S
    )
    assert done.stdout.strip() == ""


def test_the_names_are_those_of_the_mathematics() -> None:
    for name in ddpm_studio.__all__:
        assert getattr(ddpm_studio, name) is getattr(diffusion, name)


def test_another_name_is_missing_as_usual() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Shedule'"):
        ddpm_studio.Shedule  # noqa: B018


def test_the_program_starts_without_the_mathematics() -> None:
    script = "import sys, ddpm_studio; print('numpy' in sys.modules, 'ddpm_studio.diffusion' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=PATIENCE_S
    )
    assert done.stdout.split() == ["False", "False"]
