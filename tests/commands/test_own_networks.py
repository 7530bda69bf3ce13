"""Own networks in the shell: one of any parametrisation is named with its weights, and its pictures are the data's."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from ddpm_studio.diffusion.parametrisation import PREDICTION_TYPES
from tests.commands import mixture_factory
from tests.forked_program import ForkedProgram
from tests.sampling.mixture import CENTRES, MEAN, SPREADS, VARIANCE, WEIGHTS, below

KINDS = {
    "epsilon": ("epsilon", "linear:T=1000"),
    "sample": ("sample", "linear:T=1000"),
    "v_prediction": ("v_prediction", "linear:T=1000"),
    "flow_prediction": ("flow_prediction", "flow:T=1000,shift=3"),
    "reversed_flow_prediction": ("reversed_flow_prediction", "flow:T=1000"),
    "edm": ("edm", "edm:T=1000"),
    "edm_wide": ("edm:sigma_data=0.8", "edm:T=1000,sigma_max=160"),
    "edm_v_prediction": ("edm_v_prediction", "edm:T=1000"),
    "consistency": ("consistency", "edm:T=1000"),
}
"""The factory, and what a person says of it."""

SOLVERS = ("dpm-solver++", "unipc", "ddim", "heun", "euler-ancestral", "sde-dpm-solver++", "ddpm")
EACH = [(factory, SOLVERS[i % 3]) for i, factory in enumerate(KINDS)]
FEW = EACH[::4]
"""Three networks, each with another solver."""
OTHERS = [
    (factory, solver)
    for i, factory in enumerate(KINDS)
    for j, solver in enumerate(SOLVERS)
    if (i + j) % 3 == 1 and (factory, solver) not in EACH
]
"""A third of the rest: every pair is tried within one process in `sampling/test_parametrisations.py`."""


Shell = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def shell(program: ForkedProgram, folder: Path) -> Shell:
    """The program in a process of its own, in the folder where the person's files lie."""
    surroundings = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONUTF8": "1"}
    return partial(program.run, cwd=folder, env=surroundings)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A person's folder: the code of their networks, and weights."""
    shutil.copy(mixture_factory.__file__, tmp_path / "factory.py")
    numbers = {"weights": WEIGHTS, "centres": CENTRES, "spreads": SPREADS}
    save_file({name: torch.tensor(values) for name, values in numbers.items()}, tmp_path / "mixture.safetensors")
    return tmp_path


def asked(factory: str, solver: str) -> list[str]:
    """What is typed for one of the networks."""
    prediction_type, schedule = KINDS[factory]
    said = ["--prediction-type", prediction_type, "--schedule", schedule, "--shape", "1x32x32"]
    own = ["--checkpoint", "mixture.safetensors", "--network", f"factory.py:{factory}", *said]
    return ["sample", *own, "--solver", solver, "--steps", "50", "--clip", "inf", "--device", "cpu", "-o", "run.npz"]


@pytest.mark.parametrize(
    ("factory", "solver"),
    [pytest.param(*one, marks=() if one in FEW else pytest.mark.slow) for one in (*EACH, *OTHERS)],
)
def test_the_pictures_have_the_moments_of_the_data(shell: Shell, folder: Path, factory: str, solver: str) -> None:
    done = shell(*asked(factory, solver))
    assert (done.returncode, done.stderr) == (0, "")
    with np.load(folder / "run.npz") as arrays:
        pixels = arrays["x"].ravel().astype(float)
    rough = solver in ("ddim", "ddpm", "euler-ancestral")
    assert pixels.mean() == pytest.approx(MEAN, abs=0.03)
    assert pixels.var() == pytest.approx(VARIANCE, rel=0.15 if rough else 0.05)
    assert (pixels < 0).mean() == pytest.approx(below(0), abs=0.03)


def test_every_parametrisation_is_among_them() -> None:
    assert {prediction_type.partition(":")[0] for prediction_type, _ in KINDS.values()} == set(PREDICTION_TYPES)


def test_a_wrong_reading_is_seen(shell: Shell, folder: Path) -> None:
    """The moments do tell: a flow that is read the other way round comes to something else."""
    arguments = asked("flow_prediction", "ddim")
    arguments[arguments.index("flow_prediction")] = "reversed_flow_prediction:time=tau,time_scale=1000"
    assert shell(*arguments).returncode == 0
    with np.load(folder / "run.npz") as arrays:
        assert abs(arrays["x"].mean() - MEAN) + abs(arrays["x"].var() - VARIANCE) > 0.2


@pytest.mark.parametrize(
    ("prediction_type", "sentence"),
    [
        ("flow_predicton", "There is no prediction type “flow_predicton”; did you mean “flow_prediction”?"),
        ("edm:sigma_data=0", "sigma_data of edm is 0; choose from 0.001 to 1000"),
        ("edm:sigma_date=1", "sigma_date"),
        ("flow_prediction:time=tua", "tua"),
        ("edm:sigma_data=1,sigma_data=2", "gives sigma_data twice; keep one of them"),
    ],
)
def test_a_bad_value_is_one_sentence(
    capsys: pytest.CaptureFixture[str], prediction_type: str, sentence: str, tmp_path: Path
) -> None:
    from ddpm_studio.cli import main

    arguments = asked("edm", "ddim")
    arguments[arguments.index("edm")] = prediction_type
    assert main(arguments) == 2
    told = capsys.readouterr().err.strip().splitlines()
    assert sentence in told[-1]
    assert len(told[-1]) < 300
