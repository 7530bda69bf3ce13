"""Files of steps that are written and read again: the same levels and timesteps, and nothing to be said of them."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.steps.step_levels import StepLevels
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.errors import FileError, StudioError
from ddpm_studio.files.steps.asked_steps import AskedSteps, steps_asked_for
from ddpm_studio.files.steps.step_formats import NamedSteps, headed, steps_bytes
from ddpm_studio.files.steps.step_lists import read_step_list
from ddpm_studio.files.steps.without_files import steps_without_files

SCHEDULES = (
    *("linear:T=1000", "scaled_linear:T=1000", "cosine:T=300", "linear:T=50", "flow:T=1000", "flow:T=1000,shift=3"),
    *("cosine:T=1000,zero_snr=1", "scaled_linear:T=1000,zero_snr=1"),
)
SPACINGS = (
    *("trailing", "leading:offset=1", "linspace", "karras", "karras:rho=3", "exponential", "log_snr", "normal"),
    *("sgm_uniform", "beta_diffusers", "simple"),
)
ENDS = ("", ",set_alpha_to_one=0", " | above=0.3", " | start=0.6", " | reverse", " | above=0.3 | reverse")
FORMATS = ("csv", "json", "comfyui", "diffusers", "python", "timesteps")
Reader = Callable[[StepsSpec, Schedule], AskedSteps]
IN_EXPONENT = 1e-10
"""Difference in log SNR that 17 digits of σ, or τ near 1, leave."""


def random_steps(seed: int) -> tuple[str, StepLevels]:
    """Steps over a random schedule, another if there are none."""
    drawn = random.Random(seed)
    while True:
        schedule, name, end = Schedule.parse(drawn.choice(SCHEDULES)), drawn.choice(SPACINGS), drawn.choice(ENDS)
        head = f"{name}{',' if ':' in name else ':'}steps={drawn.randint(2, 12)}"
        try:
            levels = StepsSpec.parse(head + end).levels(schedule)
        except StudioError:
            continue
        if (np.diff(levels.log_snr) != 0).all():
            return head + end, levels


def written(text: str, levels: StepLevels, format: str, folder: Path) -> StepsSpec | None:
    """The steps in a file of a format, None where that cannot have them."""
    try:
        content = steps_bytes([NamedSteps(text, levels)], format)
    except FileError:
        assert format in ("comfyui", "diffusers")
        return None
    (folder / "list.txt").write_bytes(headed(content, format, levels))
    return StepsSpec.parse(f"file:{folder / 'list.txt'}")


@pytest.mark.parametrize("read", [steps_asked_for, steps_without_files])
@pytest.mark.parametrize("format", FORMATS)
def test_random_steps_come_back_as_they_were(format: str, read: Reader, tmp_path: Path) -> None:
    for seed in range(60):
        text, levels = random_steps(seed)
        file = written(text, levels, format, tmp_path)
        if file is None or (format == "timesteps" and ("reverse" in text or levels.count == 1)):
            continue
        asked = read(file, levels.schedule)
        again = asked.levels(levels.schedule)
        assert (asked.notes, again.count) == ((), levels.count), text
        assert np.array_equal(np.isinf(again.log_snr), np.isinf(levels.log_snr)), text
        np.testing.assert_allclose(again.timesteps, levels.timesteps, 0, 1e-6, err_msg=text)
        finite = np.isfinite(levels.log_snr)
        if format != "timesteps":  # Which levels they have is their schedule's.
            np.testing.assert_allclose(again.log_snr[finite], levels.log_snr[finite], 0, IN_EXPONENT, err_msg=text)


@pytest.mark.parametrize("boundary", [0.2, 0.875, 1.0])
@pytest.mark.parametrize("format", ["csv", "json"])
def test_two_experts_come_back(format: str, boundary: float, tmp_path: Path) -> None:
    text, schedule = f"trailing:steps=8 | experts={boundary}", Schedule.parse("flow:T=1000,shift=3")
    levels = StepsSpec.parse(text).levels(schedule)
    file = written(text, levels, format, tmp_path)
    assert file is not None
    assert steps_asked_for(file, schedule).levels(schedule).experts == levels.experts


@pytest.mark.parametrize("format", ["csv", "json"])
def test_several_lists_in_a_file_are_refused_as_such(format: str, tmp_path: Path) -> None:
    schedule = Schedule("linear", 1000)
    texts = ("karras:steps=5,rho=5", "trailing:steps=7")
    several = [NamedSteps(text, StepsSpec.parse(text).levels(schedule)) for text in texts]
    path = tmp_path / "both"
    whole = steps_bytes(several, format)
    path.write_bytes(whole)
    with pytest.raises(FileError, match="both has 2 lists of steps; write each to a file of its own"):
        read_step_list(str(path))
    if format == "csv":  # Whose first column is quoted where it has commas.
        path.write_bytes(b"".join(line for line in whole.splitlines(True) if b"trailing" not in line))
        assert steps_asked_for(StepsSpec.parse(f"file:{path}"), schedule).levels(schedule).count == 5


def test_a_last_step_that_goes_nowhere_is_left_out_and_said(tmp_path: Path) -> None:
    """As diffusers has it with set_alpha_to_one=False and without an offset."""
    text, schedule = "leading:steps=10,set_alpha_to_one=0", Schedule("scaled_linear", 1000)
    levels = StepsSpec.parse(text).levels(schedule)
    assert levels.log_snr[-1] == levels.log_snr[-2]
    for format in FORMATS:
        file = written(text, levels, format, tmp_path)
        assert file is not None
        asked = steps_asked_for(file, schedule)
        assert "ends at the level that it starts from; it changes nothing" in str(*asked.notes)
        assert np.allclose(asked.levels(schedule).log_snr, levels.log_snr[:-1], rtol=0, atol=IN_EXPONENT)


def test_code_for_a_flow_ends_clean_without_a_note(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("sigmas = [1.0, 0.75, 0.5]\nscheduler = FlowMatchEulerDiscreteScheduler(shift=1.0)\n")
    asked = steps_asked_for(StepsSpec.parse(f"file:{path}"), Schedule("flow", 1000))
    assert asked.notes == ()
    assert asked.levels(Schedule("flow", 1000)).taus.tolist() == [1.0, 0.75, 0.5, 0.0]
