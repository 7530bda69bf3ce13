"""Jobs and rows refuse what cannot be, and lay out their tables without torch."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from ddpm_studio.diffusion import Schedule, Steps, solver_table
from ddpm_studio.diffusion.steps.spacings import SPACINGS
from ddpm_studio.errors import SamplingError, SolverError, StepsError, StudioError
from ddpm_studio.gui.state.run import RunSpec, SamplerSpec
from tests.patience import PATIENCE_S


@pytest.mark.parametrize(
    ("fields", "error", "sentence"),
    [
        ({"solver": "dimm", "options": ()}, SolverError, "did you mean “ddim”"),
        ({"options": (("order", 4),)}, SolverError, "order of dpm-solver"),
        ({"options": (("eta", 1.0),)}, SolverError, "no option “eta”"),
        ({"spacing": "trailling"}, StepsError, "did you mean “trailing”"),
        ({"spacing": "karras:rho=500"}, StepsError, "rho of karras is 500"),
        ({"spacing": "file:steps.txt"}, StepsError, "cannot be read from steps.txt here"),
        ({"spacing": "karras | join=(file:steps.txt)"}, StepsError, "cannot be read from steps.txt here"),
        ({"steps": 0}, SamplingError, "steps is 0; choose a whole number from 1"),
    ],
)
def test_rows_that_cannot_be(fields: dict[str, Any], error: type[StudioError], sentence: str) -> None:
    with pytest.raises(error, match=sentence):
        SamplerSpec(**fields)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"samplers": ()}, "samplers is 0; choose a whole number from 1 to 4"),
        ({"samplers": (SamplerSpec(),) * 5}, "samplers is 5"),
        ({"seed": -1}, "seed is -1"),
        ({"seed": 2**63}, "seed is 9223372036854775808"),
        ({"pictures": 257}, "pictures is 257; choose a whole number from 1 to 256"),
        ({"pictures": 1.5}, "pictures is 1.5"),
        ({"precision": "float8"}, "no precision “float8”; did you mean “float32”?"),
    ],
)
def test_jobs_that_cannot_be(fields: dict[str, Any], sentence: str) -> None:
    with pytest.raises(SamplingError, match=sentence):
        RunSpec("portraits", **fields)


def test_a_row_lays_out_the_checkpoints_schedule_or_goes_along_another() -> None:
    schedule, other = Schedule("linear", 1000), Schedule("cosine", 1000)
    own = SamplerSpec("ddim", (("eta", 0.5),), 10, "leading").table(schedule)
    expected = solver_table("ddim", Steps.from_spacing(schedule, 10, "leading"), eta=0.5)
    np.testing.assert_array_equal(own.A, expected.A)
    np.testing.assert_array_equal(own.C, expected.C)
    along = SamplerSpec(steps=10, along=other).levels(schedule)
    np.testing.assert_array_equal(along.log_snr, Steps.from_schedule(schedule, other, 10).log_snr)


@pytest.mark.parametrize("name", [name for name, each in SPACINGS.items() if each.over in ("timesteps", "sigmas")])
def test_a_plain_name_is_laid_out_as_ever(name: str) -> None:
    schedule, other = Schedule("linear", 1000), Schedule("cosine", 1000)
    for along, expected in (
        (None, Steps.from_spacing(schedule, 10, name)),
        (other, Steps.from_schedule(schedule, other, 10, name)),
    ):
        levels = SamplerSpec(steps=10, spacing=name, along=along).levels(schedule)
        np.testing.assert_array_equal(levels.log_snr, expected.log_snr)
        np.testing.assert_array_equal(levels.timesteps, expected.timesteps)
        assert (levels.outside, levels.spacing) == (expected.outside, expected.spacing)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("karras:rho=5", 20),
        ("karras:steps=7,rho=5", 7),
        ("sigmas:14,3,1,0", 3),
        ("timesteps:999,500,250", 3),
        ("karras:steps=10 | resample=4", 4),
    ],
)
def test_a_text_with_a_number_of_its_own_needs_no_other(text: str, number: int) -> None:
    schedule, other = Schedule("linear", 1000), Schedule("vp", 1000)
    assert SamplerSpec(spacing=text, steps=20).levels(schedule).count == number
    assert SamplerSpec(spacing=text, steps=20, along=other).levels(schedule).count == number


def test_a_list_along_another_schedule_keeps_its_noise() -> None:
    schedule, other = Schedule("cosine", 1000), Schedule("linear", 1000)
    levels = SamplerSpec(spacing="sigmas:14,3,1,0", along=other).levels(schedule)
    np.testing.assert_allclose(levels.sigmas, [14, 3, 1, 0])
    assert not np.allclose(levels.timesteps, SamplerSpec(spacing="sigmas:14,3,1,0").levels(other).timesteps)


def test_rows_and_jobs_can_be_compared() -> None:
    assert RunSpec("a", (SamplerSpec(),)) == RunSpec("a")
    assert len({SamplerSpec(), SamplerSpec(), SamplerSpec(steps=3)}) == 2


def test_the_windows_side_imports_no_torch() -> None:
    code = (
        "import sys, ddpm_studio.gui.worker.sampling_thread; sys.exit(bool({'torch', 'diffusers'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=PATIENCE_S).returncode == 0
