"""Prediction type of a network as the config of its diffusers scheduler has it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from ddpm_studio.checkpoints.reading.json_settings import Settings
from ddpm_studio.diffusion.names import check_named
from ddpm_studio.diffusion.parametrisation import Parametrisation
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError
from ddpm_studio.files.diffusers_config import has_sigmas, is_flow_config

_FLOW = "flow_prediction"
_EDM = {"epsilon": "edm", "v_prediction": "edm_v_prediction"}


def prediction_type_of(config: Settings, path: Path) -> str:
    """The text of the Parametrisation that the scheduler with the config at `path` reads outputs with.

    CheckpointError for a prediction_type that this scheduler does not know, and for numbers out of bounds.
    """
    if is_flow_config(config):
        return _flow(config, path)
    if has_sigmas(config):
        return _preconditioned(config, path)
    return _known(config, "epsilon", ("epsilon", "sample", "v_prediction"), path)


def _flow(config: Settings, path: Path) -> str:
    """Told are T·τ, or T·(1 − τ) where the flow runs from noise to data, as Mochi's does."""
    by_class = not config.get("use_flow_sigmas")
    if not by_class:
        _known(config, "epsilon", (_FLOW,), path)
    name = f"reversed_{_FLOW}" if by_class and config.get("invert_sigmas") else _FLOW
    scale = positive(config, "num_train_timesteps", 1000, path)
    return str(Parametrisation.parse(f"{name}:time_scale={scale}", CheckpointError))


def _preconditioned(config: Settings, path: Path) -> str:
    """The reading of EDM, or that of consistency models."""
    data = positive(config, "sigma_data", 0.5, path)
    if config.get("_class_name") == "CMStochasticIterativeScheduler":
        text = f"consistency:sigma_data={data},sigma_min={positive(config, 'sigma_min', 0.002, path)}"
    else:
        text = f"{_EDM[_known(config, 'epsilon', tuple(_EDM), path)]}:sigma_data={data}"
    return str(Parametrisation.parse(text, CheckpointError))


def _known(config: Settings, usual: str, known: Sequence[str], path: Path) -> str:
    name = str(config.get("prediction_type", usual))
    template = QT_TRANSLATE_NOOP("errors", "{path} has the prediction_type “{name}”; {remedy}")
    check_named(name, known, template, CheckpointError, QT_TRANSLATE_NOOP("errors", "known are {known}."), path=path)
    return name


def positive(config: Settings, key: str, default: float, path: Path) -> float:
    """The number called `key`, or the default; CheckpointError unless it is finite and above 0."""
    value = config.get(key)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
        raise CheckpointError(
            QT_TRANSLATE_NOOP("errors", "{key} in {path} is {value}; it must be a finite number above 0."),
            key=key,
            path=path,
            value=repr(value)[:40],
        )
    return value
