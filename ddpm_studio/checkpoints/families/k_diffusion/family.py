"""k-diffusion's slim .safetensors: weights with the training config in the header. Only the noise levels are of use.

metadata["config"]: {"model": {"type": "image_transformer_v2", "sigma_min": 0.01, "sigma_max": 80, …}, …}
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ddpm_studio.checkpoints.checkpoint import Checkpoint, register
from ddpm_studio.checkpoints.source import Source
from ddpm_studio.checkpoints.unsupported import UnsupportedError
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError, ScheduleError
from ddpm_studio.files.bounded_json import parse
from ddpm_studio.texts import Text

FAMILY = "k-diffusion"
LEVELS, RHO = 1000, 7.0
_REASON = QT_TRANSLATE_NOOP(
    "errors", "it is conditioned on σ from 0 to ∞, not on timesteps, and its network is k-diffusion's own"
)


def _recognises(source: Source) -> bool:
    return source.container == "safetensors" and bool(_model(source).get("type"))


@register(FAMILY, _recognises)
def read(source: Source) -> Checkpoint:
    """Refuse the model by name, with the noise levels it was trained on as a schedule."""
    model = _model(source)
    kind = Text(QT_TRANSLATE_NOOP("errors", "a k-diffusion model of type {type}"), {"type": str(model["type"])[:40]})
    raise UnsupportedError(source.path, kind, _REASON, _schedule(model))


def _model(source: Source) -> Mapping[str, object]:
    """The "model" of the config in the header; empty if there is none."""
    try:
        config = parse(source.metadata.get("config", ""), source.file.budget, source.path)
    except FileError:
        return {}
    model = config.get("model") if isinstance(config, dict) else None
    return model if isinstance(model, dict) else {}


def _schedule(model: Mapping[str, object]) -> Schedule | None:
    """β with σ from sigma_min to sigma_max, spaced as k-diffusion samples (Karras 2022, ρ = 7); None without them.

    σ = √(1/ᾱ − 1), so ᾱ = 1/(1 + σ²) and β = 1 − ᾱ_t/ᾱ_{t−1}.
    """
    low, high = model.get("sigma_min"), model.get("sigma_max")
    if not isinstance(low, int | float) or not isinstance(high, int | float) or not 0 < low < high < 1e30:
        return None
    sigmas = np.linspace(low ** (1 / RHO), high ** (1 / RHO), LEVELS) ** RHO
    products = np.concatenate([[1.0], 1 / (1 + sigmas**2)])
    try:
        return Schedule.from_betas(1 - products[1:] / products[:-1])
    except ScheduleError:
        return None
