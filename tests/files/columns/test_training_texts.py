"""Training configs as their programs have them: each opens as what its program adds noise with."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from ddpm_studio.diffusion import Schedule
from ddpm_studio.errors import StudioError
from ddpm_studio.files.betas import read_schedules
from ddpm_studio.files.columns.training_texts import trained_schedule
from ddpm_studio.files.diffusers_config import schedule_from_config

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
    "sr.yaml": (
        "beta_schedule:\n  train:\n    schedule: linear\n    n_timestep: 500\n    linear_start: 1e-6\n",
        "linear:T=500,beta_start=1e-06,beta_end=0.02",
    ),
    "sr_train.json": (
        '{"schedule": "quad", "n_timestep": 500, "linear_start": 1e-5, "linear_end": 0.01}',
        "scaled_linear:T=500,beta_start=1e-05,beta_end=0.01",
    ),
    "improved.yaml": ("params:\n  beta_schedule: cosine\n  cosine_s: 9e-3\n  timesteps: 500\n", "cosine:T=500,s=0.009"),
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


UNREADABLE = ("[", "[500]", "", "{T: 5}", "500 600", '"500', "${T}", "&T 500", "!!int 500", "500#x", "\n      - 500")


@pytest.mark.parametrize("value", UNREADABLE)
@pytest.mark.parametrize("key", ["timesteps", "linear_start", "linear_end", "beta_schedule", "cosine_s", "zero_snr"])
def test_no_value_of_a_training_config_is_replaced_by_the_default(tmp_path: Path, key: str, value: str) -> None:
    content = {"linear_start": "0.00085", "linear_end": "0.012"} | {key: value}
    text = "model:\n  params:\n" + "\n".join(f"    {name}: {said}" for name, said in content.items())
    (tmp_path / "a.yaml").write_text(text)
    with pytest.raises(StudioError, match=f"^{key} in .*a.yaml is “.*”; it must be one number or name, and on the"):
        read_schedules(tmp_path / "a.yaml")


@pytest.mark.parametrize("key", ["beta_schedule", "beta_start", "beta_end", "num_diffusion_timesteps"])
def test_no_value_of_ddim_is_replaced_by_the_default(tmp_path: Path, key: str) -> None:
    lines = [f"    {key}: [" if key in line else line for line in DDIM.splitlines()]
    (tmp_path / "a.yaml").write_text("\n".join(lines))
    with pytest.raises(StudioError, match=f"^{key} in .* is “\\[”"):
        read_schedules(tmp_path / "a.yaml")


@pytest.mark.parametrize("key", ["n_timestep", "schedule", "linear_start", "linear_end"])
@pytest.mark.parametrize("value", ["[2000]", "[", '""', ""])
def test_no_value_of_sr3_is_replaced_by_the_default(tmp_path: Path, key: str, value: str) -> None:
    train = {"schedule": '"linear"', "n_timestep": "2000", "linear_start": "1e-6", "linear_end": "1e-2"} | {key: value}
    entries = ", ".join(f'"{name}": {said}' for name, said in train.items())
    (tmp_path / "a.json").write_text(f'{{"beta_schedule": {{"train": {{{entries}}}}}}}')
    with pytest.raises(StudioError, match=f"^{key} in .*a.json is “"):
        read_schedules(tmp_path / "a.json")


@pytest.mark.parametrize(
    ("content", "spec"),
    [
        ('--diffusion_steps "4000" --noise_schedule cosine', "cosine:T=4000"),
        ("--diffusion_steps 4000 --noise_schedule 'cosine'", "cosine:T=4000"),
        ("--diffusion_steps \\\n  4000 --noise_schedule cosine", "cosine:T=4000"),
        ("# --diffusion_steps 4000\n--noise_schedule cosine", "cosine:T=1000"),
        ("{linear_start: 0.00085, linear_end: 0.012, timesteps: 500}", "scaled_linear:T=500,beta_start=0.00085"),
        (LDM + "    zero_snr: on\n    # timesteps: 500\n", "zero_snr=1"),
        (SR3.replace('"n_timestep": 2000', '// "n_timestep": 1,\n"n_timestep": 2000'), "linear:T=2000,"),
    ],
)
def test_each_is_read_as_its_program_reads_it(tmp_path: Path, content: str, spec: str) -> None:
    (tmp_path / "a.txt").write_text(content)
    assert spec in str(read_schedules(tmp_path / "a.txt")[0])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (LDM + "    rescale_bet", "a.yaml ends in “rescale_bet”, which has no value; the file may be cut off"),
        (LDM + "    zero_snr: maybe\n", "zero_snr in .* is 'maybe'; it must be true or false"),
        ("--diffusion_steps --noise_schedule cosine", "diffusion_steps in .* is “”"),
        ("--diffusion_steps 4000 --noise_schedule", "noise_schedule in .* is “”"),
        (
            SR3.replace("2000", '{"a": 1}').replace(" // of the experiment", "").replace(" // use munual", " //"),
            "a.yaml",
        ),
        (LDM + "    schedule: linear\n", "has schedule, as SR3 calls it, without its n_timestep; call T n_timestep"),
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


WRITTEN = {
    "explicit keys": "params:\n  ? linear_start\n  : 0.001\n  ? linear_end\n  : 0.03\n  ? timesteps\n  : 500\n",
    "one explicit key": "params:\n  linear_start: 0.001\n  linear_end: 0.03\n  ? timesteps : 500\n",
    "a quoted explicit key": "params:\n  linear_start: 0.001\n  linear_end: 0.03\n  ? 'timesteps'\n  : 500\n",
    "braces in braces": "{model: {params: {linear_start: 0.001, linear_end: 0.03, timesteps: 500}}}\n",
    "braces over lines": "params: {linear_start: 0.001,\n  linear_end: 0.03,\n  timesteps: 500}\n",
    "explicit in braces": "model: {params: {? linear_start : 0.001, linear_end: 0.03, ? timesteps : 500}}\n",
    "an anchor": "base: &b\n  linear_start: 0.001\n  linear_end: 0.03\n  timesteps: 500\nmodel:\n  <<: *b\n",
    "a directive": "%YAML 1.2\n---\nlinear_start: 0.001\nlinear_end: 0.03\ntimesteps: 500\n...\n",
    "a description": 'help: "timesteps: how many"\nlinear_start: 0.001\nlinear_end: 0.03\ntimesteps: 500\n',
}


@pytest.mark.parametrize("name", WRITTEN)
def test_what_yaml_may_be_written_as_is_read(name: str, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(WRITTEN[name])
    [schedule] = read_schedules(tmp_path / "a.yaml")
    assert str(schedule) == "scaled_linear:T=500,beta_start=0.001,beta_end=0.03"


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("  ? timesteps\n", "timesteps"),
        ("  !!str timesteps: 500\n", "timesteps"),
        ("  &t timesteps: 500\n", "timesteps"),
        ("other: [timesteps: 500]\n", "timesteps"),
        ('  "time\\u0073teps": 500\n', '"time'),
        ("  timesteps:\n    500\n", "timesteps"),
        ("  timesteps: &t 500\n", "timesteps"),
        ("  timesteps: !!int 500\n", "timesteps"),
        ("  timesteps: >-\n    500\n", "timesteps"),
        ("  timesteps: 0x1f4\n", "timesteps"),
    ],
)
def test_what_of_yaml_is_not_read_is_named_and_never_left_out(line: str, key: str, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(f"params:\n  linear_start: 0.001\n  linear_end: 0.03\n{line}")
    with pytest.raises(StudioError) as caught:
        read_schedules(tmp_path / "a.yaml")
    assert str(caught.value).startswith(key)


def test_a_key_that_is_refused_opens_on_a_line_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("[linear_start: 0.001, linear_end: 0.03]\n")
    with pytest.raises(StudioError, match="on a line of its own"):
        read_schedules(tmp_path / "a.yaml")
    (tmp_path / "a.yaml").write_text("linear_start: 0.001\nlinear_end: 0.03\n")
    assert read_schedules(tmp_path / "a.yaml")[0].T == 1000


CONFIGS: dict[str, dict[str, object]] = {
    "cosine": {"_class_name": "DDPMScheduler", "beta_schedule": "squaredcos_cap_v2", "num_train_timesteps": 400},
    "latent": {
        "_class_name": "DDIMScheduler",
        "beta_schedule": "scaled_linear",
        "beta_start": 8.5e-4,
        "beta_end": 0.012,
    },
    "zero": {"_class_name": "DDIMScheduler", "rescale_betas_zero_snr": True, "trained_betas": None},
    "flow": {"_class_name": "FlowMatchEulerDiscreteScheduler", "shift": 3.0, "use_dynamic_shifting": False},
    "no class": {"beta_schedule": "linear", "num_train_timesteps": 300},
}


@pytest.mark.parametrize("head", ["", "noise_scheduler:\n  ", "model:\n  _class_name: UNet2DModel\nscheduler:\n  "])
@pytest.mark.parametrize("name", CONFIGS)
def test_a_config_of_diffusers_in_yaml_is_that_of_json(name: str, head: str, tmp_path: Path) -> None:
    indent = "  " if head else ""
    lines = (f"{key}: {json.dumps(value)}  # so" for key, value in CONFIGS[name].items())
    (tmp_path / "x.yaml").write_text("lr: 1e-4\n" + head + f"\n{indent}".join(lines) + "\n")
    [found] = read_schedules(tmp_path / "x.yaml")
    assert str(found) == str(schedule_from_config(CONFIGS[name]))


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("beta_schedule: cosine", "squaredcos_cap_v2"),
        ("trained_betas: [0.1, 0.2]", "trained_betas .* must be one number or name"),
        ("num_train_timesteps: many", "num_train_timesteps in .* must be a finite number"),
        ("_class_name: SCMScheduler", "which takes any angle"),
    ],
)
def test_wrong_values_in_yaml_are_refused_by_name(line: str, sentence: str, tmp_path: Path) -> None:
    given = {"_class_name": "DDPMScheduler", "beta_schedule": "linear", "num_train_timesteps": "10"}
    given |= dict([line.split(": ")])
    (tmp_path / "x.yaml").write_text("".join(f"{key}: {value}\n" for key, value in given.items()))
    with pytest.raises(StudioError, match=sentence):
        read_schedules(tmp_path / "x.yaml")


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("accelerate launch train.py --ddpm_num_steps=400 --ddpm_beta_schedule='squaredcos_cap_v2'", "cosine:T=400"),
        ('{"ddpm_num_steps": 400, "ddpm_beta_schedule": "squaredcos_cap_v2", "lr": 1}', "cosine:T=400"),
        ("ddpm_num_steps: 1000\n", "linear:T=1000,beta_start=0.0001,beta_end=0.02"),
        ("betas = get_named_beta_schedule('cosine', 4000)", "cosine:T=4000"),
        ('gd.get_named_beta_schedule( "linear" , 1000 )', "linear:T=1000,beta_start=0.0001,beta_end=0.02"),
    ],
)
def test_arguments_of_training_are_read(text: str, spec: str) -> None:
    assert str(trained_schedule(text, "x")) == spec
