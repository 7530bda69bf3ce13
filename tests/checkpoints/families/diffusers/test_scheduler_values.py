"""Values of a scheduler config beside a network: each is what diffusers makes of it, or one sentence whose remedy opens
the folder.
"""

from __future__ import annotations

import json
import math
import re
import shlex
from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import pytest
import torch
from torch import Tensor

from ddpm_studio.checkpoints import read_checkpoint
from ddpm_studio.cli import main
from ddpm_studio.errors import StudioError
from ddpm_studio.sampling.clipping import bounding
from tests.checkpoints.tiny import save_pipeline

UNIPC = "UniPCMultistepScheduler"
UNFIT: dict[str, dict[str, object]] = {
    "a flow over β": {"prediction_type": "flow_prediction"},
    "a flow over β of T = 500": {"prediction_type": "flow_prediction", "num_train_timesteps": 500},
    "a flow whose flag is off": {"_class_name": UNIPC, "prediction_type": "flow_prediction", "flow_shift": 3.0},
    "a flag without a flow": {"_class_name": UNIPC, "use_flow_sigmas": True},
    "ε along a flow": {"_class_name": UNIPC, "use_flow_sigmas": True, "prediction_type": "epsilon"},
    "x₀ of EDM": {"_class_name": "EDMEulerScheduler", "prediction_type": "sample"},
    "EDM over β": {"prediction_type": "edm"},
    "a misspelt word": {"prediction_type": "vpred"},
    "no word at all": {"prediction_type": ["epsilon"]},
    "its own word for none": {"_class_name": "CosineDPMSolverMultistepScheduler", "prediction_type": "v_prediction"},
    "no word where one is wanted": {"_class_name": "IPNDMScheduler"},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_pipeline(tmp_path_factory.mktemp("pipeline"))


def configure(folder: Path, **config: object) -> Path:
    path = folder / "scheduler" / "scheduler_config.json"
    path.write_text(json.dumps({"_class_name": "DDPMScheduler", **config}))
    return path


@pytest.mark.parametrize("name", UNFIT)
def test_a_prediction_that_does_not_fit_its_schedule_opens_by_what_is_said_to_type(
    name: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(folder, **UNFIT[name])
    assert main(["inspect", str(folder)]) == 2
    remedy = re.search(r"; give (--[^;]*?)(?:, with its own values)?\.$", capsys.readouterr().err)
    assert remedy
    assert main(["inspect", str(folder), *shlex.split(remedy[1])]) == 0


@pytest.mark.parametrize("said", [[], ["--prediction-type", "flow_prediction"]])
def test_a_flow_over_β_asks_for_its_schedule_whatever_was_said(
    said: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(folder, prediction_type="flow_prediction", num_train_timesteps=500)
    assert main(["inspect", str(folder), *said]) == 2
    assert "give --schedule flow:T=500,shift=1." in capsys.readouterr().err
    assert main(["inspect", str(folder), *said, "--schedule", "flow:T=500"]) == 0
    assert "flow_prediction" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["a flow over β", "a flow whose flag is off"])
def test_the_config_alone_names_the_schedule_to_write(
    name: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = configure(folder, **UNFIT[name])
    assert main(["export", "--schedule", f"custom:path={path}"]) == 2
    remedy = re.search(r"write (\S+) in place of the file", capsys.readouterr().err)
    assert remedy
    assert main(["export", "--schedule", remedy[1]]) == 0


CLASSES = ("DDPMScheduler", "DDIMScheduler", "LCMScheduler", "HeunDiscreteScheduler", "EulerDiscreteScheduler", UNIPC)
FLAGS = ("clip_sample", "thresholding", "rescale_betas_zero_snr")
NUMBERS = ("clip_sample_range", "dynamic_thresholding_ratio", "sample_max_value")
ODD: tuple[object, ...] = (
    *(None, True, False, 0, 1, -1, 2, 0.5, 0.0, -0.0, 1e-300, 1e300, math.nan, math.inf, -math.inf),
    *("", "true", "false", "no", "1.0", "x" * 300, "\x1b[2J", [], [1], {}, {"a": 1}),
)


def theirs(config: dict[str, Any], out: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
    """ᾱ and x₀ of diffusers after one of 20 steps."""
    scheduler = getattr(diffusers, config["_class_name"]).from_config(config)
    scheduler.set_timesteps(20)
    t = scheduler.timesteps[8]
    if hasattr(scheduler, "convert_model_output"):
        scheduler._init_step_index(t)
        return scheduler.alphas_cumprod, scheduler.convert_model_output(out, sample=x)
    step = scheduler.step(out, t, x)
    found = step.denoised if hasattr(step, "denoised") else step.pred_original_sample
    return scheduler.alphas_cumprod, found


def drawn(rng: np.random.Generator) -> dict[str, Any]:
    """A config with odd and ordinary values of what bounds x₀."""
    config: dict[str, Any] = {"_class_name": str(rng.choice(CLASSES)), "prediction_type": "sample"}
    for key in FLAGS:
        if rng.random() < 0.7:
            config[key] = bool(rng.integers(2)) if rng.random() < 0.8 else ODD[rng.integers(len(ODD))]
    for key in NUMBERS:
        if rng.random() < 0.6:
            config[key] = float(rng.uniform(0.1, 2)) if rng.random() < 0.7 else ODD[rng.integers(len(ODD))]
    return config


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize("seed", range(5))
def test_random_values_bound_x0_as_in_diffusers_or_are_refused_by_their_name(seed: int, folder: Path) -> None:
    rng = np.random.default_rng(seed)
    out, x = torch.randn(2, 1, 3, 8, 8, generator=torch.Generator().manual_seed(seed)) * 3
    opened, refused = 0, []
    for _ in range(20):
        config = drawn(rng)
        path = configure(folder, **config)
        try:
            denoiser = read_checkpoint(folder).denoiser
        except StudioError as error:
            refused.append(str(error).replace(str(path), "it"))
            continue
        opened += 1
        bound = bounding(denoiser.clip, denoiser.thresholding)
        alphas, expected = theirs(config, out.clone(), x)
        found = out.clone() if bound is None else bound(out.clone())
        torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-5)
        ours = torch.tensor(denoiser.schedule.coefficients.alphas_cumprod, dtype=torch.float32)
        torch.testing.assert_close(ours, alphas, rtol=1e-3, atol=1e-6)
    assert opened
    assert all(re.match(rf"({'|'.join(FLAGS + NUMBERS)}) in it is .*; it must be ", each) for each in refused)


@pytest.mark.parametrize("value", ODD)
def test_a_variance_that_is_none_is_named_on_the_card(value: object, folder: Path) -> None:
    configure(folder, variance_type=value)
    checkpoint = read_checkpoint(folder)
    assert checkpoint.denoiser.variance == "fixed_small"
    assert bool(value) == any("in place of" in str(note) for note in checkpoint.assumed)
