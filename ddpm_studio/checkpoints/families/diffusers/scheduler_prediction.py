"""Prediction type of a network as the config of its diffusers scheduler has it."""

from __future__ import annotations

from pathlib import Path

from ddpm_studio.checkpoints.families.diffusers.scheduler_bounds import positive
from ddpm_studio.checkpoints.reading.json_settings import Settings
from ddpm_studio.diffusion.names import nearest
from ddpm_studio.diffusion.parametrisation import FORMS, Parametrisation
from ddpm_studio.errors import CheckpointError
from ddpm_studio.files.configs.config_fields import class_of
from ddpm_studio.files.configs.flow_classes import FLOW_CLASSES, FLOW_PREDICTION, MATCHING, is_by_flag, is_flow_config
from ddpm_studio.files.configs.sigma_classes import OWN_LEVELS, is_continuous
from ddpm_studio.files.diffusers_config import is_scheduler_config
from ddpm_studio.files.steps.prediction_fields import EDM_WORDS, WORDS_OVER_BETAS

_CONSISTENCY, _EDM_CLASSES = "CMStochasticIterative", ("EDMEuler", "EDMDPMSolverMultistep")


def knows_prediction(config: Settings) -> bool:
    """True if it is known what a network of this config's scheduler is told and how its output is read."""
    name = class_of(config)
    other = (*FLOW_CLASSES, *OWN_LEVELS)
    return name in (*MATCHING, *_EDM_CLASSES, _CONSISTENCY) or (is_scheduler_config(config) and name not in other)


def unsuitable_word(config: Settings) -> str | None:
    """The prediction_type of a config that its scheduler does not read outputs by, None if it does, or leaves it aside.

    It is "" where the config leaves it to a usual one that does not suit.
    """
    known = _words(config)
    if not known or _word(config) in known:
        return None
    return _word(config) if "prediction_type" in config else ""


def likely_prediction(config: Settings, path: Path) -> str:
    """The text of the Parametrisation that is likely meant where the config has an unsuitable word.

    CheckpointError for numbers out of bounds.
    """
    word, known = _word(config), _words(config)
    if is_by_flag(config) or word in FORMS:
        return _flow(config, path) if is_by_flag(config) else word
    return prediction_type_of({**config, "prediction_type": nearest(word, known) or known[0]}, path)


def prediction_type_of(config: Settings, path: Path) -> str:
    """The text of the Parametrisation that the scheduler with the config at `path` reads outputs with.

    Its prediction_type is known to it. CheckpointError for numbers out of bounds.
    """
    if is_flow_config(config) or _word(config) == FLOW_PREDICTION:
        return _flow(config, path)
    if class_of(config) in (*_EDM_CLASSES, _CONSISTENCY):
        return _preconditioned(config, path)
    return "edm_v_prediction" if is_continuous(config) else _word(config)


def _word(config: Settings) -> str:
    word = config.get("prediction_type", "epsilon")
    return "null" if word is None else str(word)


def _words(config: Settings) -> tuple[str, ...]:
    """Each prediction_type that is read for this scheduler; none where it takes no account of it."""
    name = class_of(config)
    if name in (*MATCHING, _CONSISTENCY):
        return ()
    if is_by_flag(config):
        return (FLOW_PREDICTION,)
    return tuple(EDM_WORDS) if name in _EDM_CLASSES else (*WORDS_OVER_BETAS, FLOW_PREDICTION)


def _flow(config: Settings, path: Path) -> str:
    """Told are T·τ, or T·(1 − τ) where the flow runs from noise to data, as Mochi's does."""
    is_reversed = class_of(config) in MATCHING and bool(config.get("invert_sigmas"))
    name = f"reversed_{FLOW_PREDICTION}" if is_reversed else FLOW_PREDICTION
    scale = positive(config, "num_train_timesteps", 1000, path)
    return str(Parametrisation.parse(f"{name}:time_scale={scale}", CheckpointError))


def _preconditioned(config: Settings, path: Path) -> str:
    """The reading of EDM, or that of consistency models."""
    data = positive(config, "sigma_data", 0.5, path)
    if class_of(config) == _CONSISTENCY:
        text = f"consistency:sigma_data={data},sigma_min={positive(config, 'sigma_min', 0.002, path)}"
    else:
        text = f"{EDM_WORDS[_word(config)]}:sigma_data={data}"
    return str(Parametrisation.parse(text, CheckpointError))
