"""Prediction type of a network as the config of its diffusers scheduler has it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from ddpm_studio.checkpoints.reading.json_settings import Settings
from ddpm_studio.diffusion.names import check_named
from ddpm_studio.diffusion.parametrisation import Parametrisation
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError
from ddpm_studio.files.configs.config_fields import class_of
from ddpm_studio.files.configs.flow_classes import FLOW_CLASSES, MATCHING, is_flow_config
from ddpm_studio.files.configs.sigma_classes import OWN_LEVELS, is_continuous
from ddpm_studio.files.diffusers_config import is_scheduler_config
from ddpm_studio.files.steps.prediction_fields import EDM_WORDS, WORDS_OVER_BETAS

_KNOWN = QT_TRANSLATE_NOOP("errors", "known are {known}; give the right one by --prediction-type.").in_window(
    QT_TRANSLATE_NOOP("errors", "known are {known}; say the right one under Model.")
)

FLOW = "flow_prediction"
_CONSISTENCY, _EDM_CLASSES = "CMStochasticIterative", ("EDMEuler", "EDMDPMSolverMultistep")


def knows_prediction(config: Settings) -> bool:
    """True if it is known what a network of this config's scheduler is told and how its output is read."""
    name = class_of(config)
    other = (*FLOW_CLASSES, *OWN_LEVELS)
    return name in (*MATCHING, *_EDM_CLASSES, _CONSISTENCY) or (is_scheduler_config(config) and name not in other)


def prediction_type_of(config: Settings, path: Path, along_another: bool = False) -> str:
    """The text of the Parametrisation that the scheduler with the config at `path` reads outputs with.

    Where its network goes `along_another` schedule than that of its β, it may be one of flow matching.

    CheckpointError for a prediction_type that this scheduler does not know, and for numbers out of bounds.
    """
    if is_flow_config(config) or (along_another and config.get("prediction_type") == FLOW):
        return _flow(config, path)
    if class_of(config) in (*_EDM_CLASSES, _CONSISTENCY):
        return _preconditioned(config, path)
    if is_continuous(config):
        return "edm_v_prediction"
    return _known(config, "epsilon", WORDS_OVER_BETAS, path)


def _flow(config: Settings, path: Path) -> str:
    """Told are T·τ, or T·(1 − τ) where the flow runs from noise to data, as Mochi's does."""
    by_class = not config.get("use_flow_sigmas")
    if not by_class:
        _known(config, "epsilon", (FLOW,), path)
    name = f"reversed_{FLOW}" if by_class and config.get("invert_sigmas") else FLOW
    scale = positive(config, "num_train_timesteps", 1000, path)
    return str(Parametrisation.parse(f"{name}:time_scale={scale}", CheckpointError))


def _preconditioned(config: Settings, path: Path) -> str:
    """The reading of EDM, or that of consistency models."""
    data = positive(config, "sigma_data", 0.5, path)
    if class_of(config) == _CONSISTENCY:
        text = f"consistency:sigma_data={data},sigma_min={positive(config, 'sigma_min', 0.002, path)}"
    else:
        text = f"{EDM_WORDS[_known(config, 'epsilon', tuple(EDM_WORDS), path)]}:sigma_data={data}"
    return str(Parametrisation.parse(text, CheckpointError))


def _known(config: Settings, usual: str, known: Sequence[str], path: Path) -> str:
    name = str(config.get("prediction_type", usual))
    template = QT_TRANSLATE_NOOP("errors", "{path} has the prediction_type “{name}”; {remedy}")
    check_named(name, known, template, CheckpointError, _KNOWN, path=path)
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
