"""The program on a GPU, as a person meets it: the pictures of the CPU, and a sentence where nothing more runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.patience import PATIENCE_S

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs CUDA")

BROKEN = """
import torch
from ddpm_studio.errors import SamplingError
from ddpm_studio.sampling import run
from tests.sampling.toys import denoiser, noise, table

short = torch.nn.Embedding(10, 1).cuda()

def looks_up(x, timesteps):
    return x + short(timesteps)[:, :, None, None]

for network in (looks_up, lambda x, timesteps: x):
    try:
        list(run(table(), denoiser(network=network, integer_timesteps=True), noise().float(), device="cuda"))
    except SamplingError as error:
        print(error)
list(run(table(), denoiser(), noise()))
"""


def test_a_seed_draws_what_it_draws_on_the_cpu(tmp_path: Path) -> None:
    samples = {}
    for device in ("cpu", "cuda"):
        path = tmp_path / f"{device}.npz"
        command = [sys.executable, "-m", "ddpm_studio", "sample", "--device", device, "-o", str(path)]
        subprocess.run(command, check=True, timeout=PATIENCE_S)
        with np.load(path) as arrays:
            samples[device] = arrays["samples"].astype(int)
    assert np.abs(samples["cuda"] - samples["cpu"]).max() <= 2


def test_a_gpu_on_which_nothing_more_runs() -> None:
    """Neither do other networks, but the CPU does."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-c", BROKEN]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, env=environment, check=False)
    sentences = done.stdout.splitlines()
    assert done.returncode == 0, done.stderr
    assert len(sentences) == 2
    assert all(sentence.startswith("Nothing more runs on cuda") for sentence in sentences), sentences
