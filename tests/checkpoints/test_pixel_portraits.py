"""The bundled model: diffusers opens it, its samples are portraits, and its recipe makes it."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import numpy.typing as npt
import pytest
import torch
from diffusers import DDIMPipeline, DDIMScheduler, DDPMPipeline
from safetensors.torch import load_file

FOLDER = Path(__file__).parents[2] / "resources/checkpoints/pixel-portraits"
BACKGROUNDS = np.array(
    [(0xB6, 0xE3, 0xF4), (0xC0, 0xAE, 0xDE), (0xD1, 0xD4, 0xF9), (0xFF, 0xD5, 0xDC), (0xFF, 0xDF, 0xBF)]
)


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Pictures this small gain nothing from more, and threads that wait for each other crawl on a busy machine."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def pipeline() -> DDPMPipeline:
    return DDPMPipeline.from_pretrained(FOLDER)


@pytest.fixture(scope="module")
def samples(pipeline: DDPMPipeline) -> npt.NDArray[np.float32]:
    """32 pictures, (32, 16, 16, 3) in 0 … 1, by 20 steps of DDIM."""
    scheduler = DDIMScheduler.from_config(pipeline.scheduler.config, timestep_spacing="trailing")
    ddim = DDIMPipeline(pipeline.unet, scheduler)
    ddim.set_progress_bar_config(disable=True)
    pictures: npt.NDArray[np.float32] = ddim(
        32, torch.Generator().manual_seed(1), num_inference_steps=20, output_type="np"
    ).images
    return pictures


@pytest.fixture
def recipe(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """train.py, imported as it is when it is run: with its own folder first on the path."""
    monkeypatch.syspath_prepend(str(FOLDER))
    yield importlib.import_module("train")
    for name in ("train", "portraits"):
        del sys.modules[name]


def test_samples_are_finite_pictures(samples: npt.NDArray[np.float32]) -> None:
    assert samples.shape == (32, 16, 16, 3)
    assert np.isfinite(samples).all()
    assert samples.min() >= 0
    assert samples.max() <= 1


def test_samples_stand_before_the_portraits_backgrounds(samples: npt.NDArray[np.float32]) -> None:
    corners = samples[:, 0, (0, -1)].reshape(-1, 1, 3) * 255
    levels_off = np.abs(corners - BACKGROUNDS).max(axis=-1).min(axis=-1)
    assert np.median(levels_off) <= 2
    assert (levels_off <= 12).mean() >= 0.95


def test_both_upper_corners_of_a_sample_show_the_same_background(samples: npt.NDArray[np.float32]) -> None:
    left, right = samples[:, 0, 0], samples[:, 0, -1]
    assert (np.abs(left - right).max(axis=-1) * 255 <= 8).mean() >= 0.9


def test_samples_differ_from_each_other(samples: npt.NDArray[np.float32]) -> None:
    distances = np.abs(samples[:, None] - samples[None]).mean(axis=(2, 3, 4)) * 255
    assert distances[~np.eye(len(samples), dtype=bool)].min() > 2


def test_pipeline_walks_the_schedule_it_was_trained_with(pipeline: DDPMPipeline) -> None:
    pipeline.set_progress_bar_config(disable=True)
    generator = torch.Generator().manual_seed(0)
    pictures = pipeline(2, generator, num_inference_steps=3, output_type="np").images
    assert pictures.shape == (2, 16, 16, 3)
    assert np.isfinite(pictures).all()


def test_schedule_is_linear_with_epsilon_prediction() -> None:
    config = json.loads((FOLDER / "scheduler/scheduler_config.json").read_text())
    assert config["beta_schedule"] == "linear"
    assert config["num_train_timesteps"] == 1000
    assert config["prediction_type"] == "epsilon"
    assert (config["beta_start"], config["beta_end"]) == (1e-4, 0.02)


def test_folder_is_small() -> None:
    assert sum(file.stat().st_size for file in FOLDER.rglob("*") if "__pycache__" not in file.parts) <= 8e6


def test_card_shows_only_pictures_that_are_there() -> None:
    card = (FOLDER / "README.md").read_text()
    shown = {part.split(")")[0] for part in card.split("](")[1:] if ".png)" in part}
    assert shown == {file.name for file in FOLDER.glob("*.png")}


def test_recipe_builds_the_network_of_the_weights(recipe: ModuleType) -> None:
    network = recipe.make_network()
    network.load_state_dict(load_file(FOLDER / "unet/diffusion_pytorch_model.safetensors"))
    config = json.loads((FOLDER / "unet/config.json").read_text())
    assert {key: value for key, value in config.items() if not key.startswith("_")} == {
        key: value for key, value in json.loads(network.to_json_string()).items() if not key.startswith("_")
    }


def test_training_resumes_as_if_it_had_not_stopped(recipe: ModuleType, tmp_path: Path) -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (8, 16, 16, 3), np.uint8)
    unbroken, stopped, resumed = (recipe.Training(torch.device("cpu")) for _ in range(3))
    for _ in range(2):
        recipe.take_step(unbroken, pictures, 4, False)
    recipe.take_step(stopped, pictures, 4, False)
    stopped.save(tmp_path / "state.pt")
    resumed.open(tmp_path / "state.pt")
    recipe.take_step(resumed, pictures, 4, False)

    assert resumed.step == 2
    for expected, found in zip(unbroken.ema.parameters(), resumed.ema.parameters(), strict=True):
        torch.testing.assert_close(found, expected)
