"""Options of training in continuous time: what they say of σ, and the schedule that is written in their place."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from ddpm_studio.diffusion import Schedule
from ddpm_studio.errors import FileError
from ddpm_studio.files.betas import read_schedules

LOGNORMAL = {"type": "lognormal", "mean": -1.0, "std": 1.4}
OPTIONS: dict[str, tuple[dict[str, Any], str, str]] = {
    "EDM": (
        {"loss_kwargs": {"class_name": "training.loss.EDMLoss", "P_mean": -0.5}, "batch_size": 512},
        "draws ln σ with mean -0.5 and deviation 1.2",
        "edm:T=1000,sigma_min=0.002,sigma_max=80",
    ),
    "VP": (
        {"loss_kwargs": {"class_name": "training.loss.VPLoss", "beta_min": 0.2}},
        "draws σ at random",
        "vp:T=1000,beta_d=19.9,beta_min=0.2",
    ),
    "VE": (
        {"loss_kwargs": {"class_name": "training.loss.VELoss", "sigma_max": 50}},
        "draws σ at random",
        "ve:T=1000,sigma_min=0.02,sigma_max=50",
    ),
    "k-diffusion": (
        {"model": {"type": "image_v1", "sigma_min": 0.01, "sigma_max": 90, "sigma_sample_density": LOGNORMAL}},
        "draws ln σ with mean -1 and deviation 1.4",
        "edm:T=1000,sigma_min=0.01,sigma_max=90",
    ),
    "another density": (
        {"model": {"type": "image_v1", "sigma_max": 90, "sigma_sample_density": {"type": "loguniform"}}},
        "draws σ at random",
        "edm:T=1000,sigma_min=0.002,sigma_max=90",
    ),
    "out of bounds": (
        {"model": {"type": "image_v1", "sigma_min": 5, "sigma_max": 90}},
        "draws σ at random",
        "edm:T=1000,sigma_min=0.002,sigma_max=80",
    ),
}


@pytest.mark.parametrize("name", OPTIONS)
def test_the_schedule_to_write_is_named_and_opens(name: str, tmp_path: Path) -> None:
    options, drawn, spec = OPTIONS[name]
    (tmp_path / "x.json").write_text(json.dumps(options))
    with pytest.raises(FileError, match=f"{drawn} and has no table of levels; write {spec} in place") as caught:
        read_schedules(tmp_path / "x.json")
    typed = re.search(r"write (\S+) in place", str(caught.value))
    assert typed is not None
    assert Schedule.parse(typed[1]).T == 1000


def test_a_wrong_number_in_the_options_is_named(tmp_path: Path) -> None:
    options = {"loss_kwargs": {"class_name": "training.loss.EDMLoss", "P_mean": "low"}}
    (tmp_path / "x.json").write_text(json.dumps(options))
    with pytest.raises(FileError, match=r"P_mean in .* is 'low'; it must be a finite number"):
        read_schedules(tmp_path / "x.json")
