"""Training configs as their programs have them: each opens as what its program adds noise with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ddpm_studio.diffusion import Schedule
from ddpm_studio.errors import StudioError
from ddpm_studio.files.betas import read_schedules

LDM = """model:
  base_learning_rate: 1.0e-04
  target: ldm.models.diffusion.ddpm.LatentDiffusion
  params:
    linear_start: 0.00085
    linear_end: 0.0120  # of v1
    timesteps: 1000
    channels: 4
"""
SR3 = """{
    "name": "sr_ffhq", // of the experiment
    "model": {
        "which_model_G": "sr3",
        "beta_schedule": { // use munual beta_schedule for acceleration
            "train": {
                "schedule": "linear",
                "n_timestep": 2000,
                "linear_start": 1e-6,
                "linear_end": 1e-2
            },
            "val": {"schedule": "linear", "n_timestep": 500, "linear_start": 1e-4, "linear_end": 9e-2}
        }
    }
}
"""
DDIM = """diffusion:
    beta_schedule: quad
    beta_start: 0.0001
    beta_end: 0.02
    num_diffusion_timesteps: 500
"""
CASES = {
    "v1-inference.yaml": (LDM, "scaled_linear:T=1000,beta_start=0.00085,beta_end=0.012"),
    "sqrt_linear.yaml": (LDM + "    beta_schedule: sqrt_linear\n", "linear:T=1000,beta_start=0.00085,beta_end=0.012"),
    "cosine.yaml": (LDM + "    beta_schedule: 'cosine'\n    cosine_s: 9e-3\n", "cosine:T=1000,s=0.009"),
    "zero.yaml": (
        LDM + "    rescale_betas_zero_snr: True\n",
        "scaled_linear:T=1000,beta_start=0.00085,beta_end=0.012,zero_snr=1",
    ),
    "sr.json": (SR3, "linear:T=2000,beta_start=1e-06,beta_end=0.01"),
    "bedroom.yml": (DDIM, "scaled_linear:T=500,beta_start=0.0001,beta_end=0.02"),
    "flags.txt": ('MODEL_FLAGS="--image_size 64"\nF="--diffusion_steps 4000 --noise_schedule cosine"', "cosine:T=4000"),
    "linear.sh": ("--diffusion_steps=4000 --noise_schedule=linear", "linear:T=4000,beta_start=2.5e-05,beta_end=0.005"),
}


@pytest.mark.parametrize("name", CASES)
def test_each_opens_as_its_program_has_it(tmp_path: Path, name: str) -> None:
    content, spec = CASES[name]
    (tmp_path / name).write_text(content)
    assert [*map(str, read_schedules(tmp_path / name))] == [spec]
    assert Schedule.parse(f"custom:path={tmp_path / name}").betas.tolist() == Schedule.parse(spec).betas.tolist()


def test_linear_of_latent_diffusion_is_its_own_code_s() -> None:
    """make_beta_schedule of CompVis/latent-diffusion, in which “linear” is linear in √β."""
    betas = np.linspace(0.00085**0.5, 0.012**0.5, 1000) ** 2
    np.testing.assert_allclose(Schedule.parse(CASES["v1-inference.yaml"][1]).betas, betas, rtol=1e-12)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (LDM + "    beta_schedule: cosin\n", "has the unknown beta_schedule “cosin”; did you mean “cosine”"),
        (LDM + "    timesteps: 500\n", "gives timesteps as 1000 and as 500; keep one of them"),
        (LDM.replace("0.00085", "much"), "linear_start is “much”; it must be a finite number"),
        (LDM.replace("0.00085", "7"), "beta_start is 7"),
        ("--diffusion_steps 0 --noise_schedule cosine", "T is 0"),
    ],
)
def test_what_is_wrong_in_one_is_told(tmp_path: Path, content: str, sentence: str) -> None:
    (tmp_path / "a.yaml").write_text(content)
    with pytest.raises(StudioError, match=sentence):
        Schedule.parse(f"custom:path={tmp_path / 'a.yaml'}")
