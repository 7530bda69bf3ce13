"""Scratch folder of a soak: files of every kind to open, and room for what is saved."""

from __future__ import annotations

import json
import math
from itertools import cycle
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.kinds import KINDS
from ddpm_studio.files.export import FORMATS, export_bytes
from tests.checkpoints.families.oracle import recorded

LENGTHS = (1, 2, 3, 10, 50, 90, 300, 300, 1000, 1000, 4000)
LONGEST = 100_000
WRONG = (
    "cosin",
    "linear:T=0",
    "linear:T=1e9",
    "linear:T",
    "cosine:q=1",
    "custom:path=none.csv",
    "two words",
    "linear:T=3,beta_end=2",
    "jsd:T=5,snr_shift=0",
)
NAMES = ("α", "a name; with, t = 3: signs", "x" * 64, "x" * 65, "  ", "<b>bold</b>", "𝔘 unicode ∞", "linear T=300")
SLOTS = 24
"""Files that are saved; the next one takes the place of the first."""


class Scratch:
    """Files to open in `good` and `bad`, a checkpoint that is `asking`; `new_path` has one to save to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.out = folder / "out"
        self.out.mkdir(parents=True)
        self.good, self.bad, self.pictures = _good(folder), _bad(folder), _pictures(folder)
        self.asking = _asking(folder / "ema_0.9999_010000.pt")
        self._slots = cycle(range(SLOTS))

    def new_path(self) -> str:
        """A path without a suffix, in a folder in which nothing else is written for a while."""
        place = self.out / str(next(self._slots))
        place.mkdir(exist_ok=True)
        for old in place.iterdir():
            old.unlink()
        return str(place / "saved")

    def projects(self) -> list[str]:
        """Projects that were saved before."""
        return [str(path) for path in self.out.glob("*/*.ddpm")]


def spec(random: Random) -> str:
    """A schedule or a family that there is."""
    kind = KINDS[random.choice(list(KINDS))]
    T = LONGEST if random.random() < 0.01 else random.choice(LENGTHS)
    parts = [f"T={T}"]
    for parameter in kind.parameters:
        if random.random() < 0.3:
            low, high = parameter.slider
            share = random.random()
            value = low * (high / low) ** share if parameter.log and low > 0 else low + (high - low) * share
            parts.append(f"{parameter.key}={value:.6g}")
    if random.random() < 0.2:
        parts.append(f"zero_snr={random.choice(('1', 'after', 'comfyui'))}")
    if random.random() < 0.2:
        parts.append(f"snr_shift={math.exp(random.uniform(-3, 3)):.4g}")
    elif random.random() < 0.2:
        parts.append(f"snr_shift={random.uniform(0.1, 1):.3g}..{random.uniform(1.1, 9):.3g},n={random.randint(2, 6)}")
    return f"{kind.name}:{','.join(parts)}"


def _good(folder: Path) -> list[str]:
    schedules = [Schedule("cosine", 40), Schedule("linear", 25)]
    for name in ("csv", "json", "npz"):
        content = export_bytes(schedules, None, name, ["one", "two"])
        (folder / f"exported{FORMATS[name].suffix}").write_bytes(content)
    np.save(folder / "betas.npy", np.linspace(1e-4, 0.3, 30))
    settings = {"_class_name": "DDPMScheduler", "beta_schedule": "linear", "num_train_timesteps": 60}
    (folder / "scheduler_config.json").write_text(json.dumps({**settings, "beta_start": 1e-4, "beta_end": 0.02}))
    names = ("exported.csv", "exported.json", "exported.npz", "betas.npy", "scheduler_config.json")
    return [str(folder / name) for name in names]


def _bad(folder: Path) -> list[str]:
    contents = {
        "broken.png": b"no picture",
        "empty.csv": b"",
        "page.pt": b"<html>",
        "half.ddpm": b'{"schema',
        "note": b"?",
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    np.save(folder / "alphas_cumprod.npy", np.linspace(0.999, 1e-4, 100))
    return [str(folder / name) for name in (*contents, "missing.png", "alphas_cumprod.npy")]


def _asking(path: Path) -> str:
    """A checkpoint of improved-diffusion's, which says neither its heads nor its schedule."""
    import torch

    torch.save(recorded("guided_diffusion", "improved").tensors(), path)
    return str(path)


def _pictures(folder: Path) -> list[str]:
    random = np.random.default_rng(0)
    for name, shape in {"colour.png": (40, 60, 3), "gray.png": (50, 30), "holes.png": (32, 48, 4)}.items():
        Image.fromarray(random.integers(0, 256, shape, dtype=np.uint8)).save(folder / name)
    first, *others = (Image.new("L", (40, 30), level) for level in (60, 120, 180))
    first.save(folder / "frames.gif", save_all=True, append_images=others, duration=50)
    return [str(folder / name) for name in ("colour.png", "gray.png", "holes.png", "frames.gif")]
