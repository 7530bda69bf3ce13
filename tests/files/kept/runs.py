"""Runs to be kept, without a network."""

from __future__ import annotations

import numpy as np

from ddpm_studio.files.kept.kept_folder import KeptFolder
from ddpm_studio.files.kept.kept_run import KeptPictures
from ddpm_studio.files.recipes.recipe import Recipe, RecipeCheckpoint, RecipeRun
from ddpm_studio.files.recipes.recipe_json import recipe_text
from ddpm_studio.run_settings import SamplerSettings

ABOUT = {"calls": 20, "total": 20, "seconds": 0.5, "device": "CPU"}


def recipe(seed: int = 0, **settings: object) -> str:
    """The text of a recipe of such a run."""
    told = {"seed": seed, "pictures": 2, **settings}
    run = RecipeRun(RecipeCheckpoint("pixel-portraits"), SamplerSettings("ddim", (), 20), told)
    return recipe_text(Recipe("samples", run=run))


def pictures(value: float = 0.0, count: int = 2, side: int = 8) -> KeptPictures:
    """Pictures of one value."""
    seen = np.full((count, side, side, 3), 127, np.uint8)
    return KeptPictures(seen, np.full((count, 3, side, side), value, np.float32))


def add(folder: KeptFolder, value: float = 0.0, seed: int = 0, **about: object) -> str:
    """Keep such a run, and return its key."""
    return folder.add(recipe(seed), {**ABOUT, **about}, pictures(value))
