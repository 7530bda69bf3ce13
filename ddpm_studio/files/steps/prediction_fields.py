"""Prediction fields of a scheduler config: what its network predicts, read as an objective and written again."""

from __future__ import annotations

from collections.abc import Mapping

from ddpm_studio.diffusion.options import as_number
from ddpm_studio.diffusion.training.objective import PLAIN, Objective
from ddpm_studio.errors import StudioError
from ddpm_studio.files.configs.beta_classes import BETA_CLASSES
from ddpm_studio.files.configs.config_fields import Config, class_of, number_in
from ddpm_studio.files.configs.flow_classes import FLOW_CLASSES, MATCHING, is_by_flag
from ddpm_studio.files.configs.sigma_classes import OWN_LEVELS
from ddpm_studio.files.diffusers_config import schedule_from_config

WORDS_OVER_BETAS = ("epsilon", "sample", "v_prediction")
"""Each `prediction_type` that most classes over β know."""

_WITHOUT_SAMPLE = ("epsilon", "v_prediction")
_WORDS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("EulerAncestralDiscrete", "KDPM2Discrete", "KDPM2AncestralDiscrete"), _WITHOUT_SAMPLE),
    **dict.fromkeys(("DPMSolverSDE", "PNDM"), _WITHOUT_SAMPLE),
    "UnCLIP": ("epsilon", "sample"),
    "RePaint": (),
}
"""Those of the other classes over β (diffusers 0.42)."""

_WORDS_OF_A_FLOW = ("epsilon", "sample", "flow_prediction")
"""Those that mean the same along a flow: v there is not that of a picture and noise whose squares add up to 1."""

EDM_WORDS = {"epsilon": "edm", "v_prediction": "edm_v_prediction"}
"""What the classes of EDM mean by each `prediction_type`."""

_EDM_USUAL: Mapping[str, tuple[str, float]] = {
    **dict.fromkeys(("EDMEuler", "EDMDPMSolverMultistep"), ("epsilon", 0.5)),
    "CosineDPMSolverMultistep": ("v_prediction", 1.0),
}
"""`prediction_type` and `sigma_data` of the classes of EDM where a config leaves them out."""


def objective_of_config(config: Config) -> Objective | None:
    """The prediction of a config as an objective, None where it is not known; how it is trained, no config says.

    >>> print(objective_of_config({"_class_name": "EDMEulerScheduler", "sigma_data": 1}))
    train:predict=edm,sigma_data=1
    >>> objective_of_config({"_class_name": "DDIMScheduler", "prediction_type": "x"}) is None
    True
    """
    name = class_of(config)
    if name in MATCHING:
        return Objective("reversed_flow_prediction" if config.get("invert_sigmas") else "flow_prediction")
    usual, data = _EDM_USUAL.get(name, ("epsilon", 0.0))
    word = str(config.get("prediction_type", usual))
    if name not in _EDM_USUAL:
        return Objective(word) if word in _words(config) else None
    try:
        given = {"sigma_data": number_in(config, "sigma_data", data, "")}
        return Objective(EDM_WORDS[word], given=given) if word in EDM_WORDS else None
    except StudioError:
        return None


def with_prediction(config: Config, train: Objective, opened: Config | None = None) -> Config | None:
    """A config with the prediction of an objective; None if its class has no field for that.

    A prediction that nobody has chosen, that of PLAIN or of the config that was `opened`, leaves the config as it is.

    >>> with_prediction({"_class_name": "DDIMScheduler"}, Objective("v_prediction", weight="min_snr"))
    {'_class_name': 'DDIMScheduler', 'prediction_type': 'v_prediction'}
    >>> with_prediction({"_class_name": "DDIMScheduler"}, Objective("edm")) is None
    True
    """
    wanted = train.replace(draw=PLAIN.draw, weight=PLAIN.weight)
    before = PLAIN if opened is None else objective_of_config(opened) or PLAIN
    if wanted == objective_of_config(config) or wanted == before == PLAIN:
        return config
    made = {**config, **_fields(config, wanted)}
    alike = schedule_from_config(made) == schedule_from_config(config)
    return made if alike and objective_of_config(made) == wanted else None


def _fields(config: Config, train: Objective) -> dict[str, object]:
    """The fields that are to be another, none if the class cannot say it."""
    usual, data = _EDM_USUAL.get(class_of(config), ("epsilon", 0.0))
    meant = EDM_WORDS if data else dict.fromkeys(_words(config))
    word = next((word for word in meant if (meant[word] or word) == train.predict), None)
    if word is None:
        return {}
    said = {"prediction_type": word, **({"sigma_data": as_number(train.values["sigma_data"])} if data else {})}
    left_out = {"prediction_type": usual, "sigma_data": data}
    return {key: value for key, value in said.items() if config.get(key, left_out[key]) != value}


def _words(config: Config) -> tuple[str, ...]:
    """Each `prediction_type` that the class of a config knows, by which it is not preconditioned."""
    name = class_of(config)
    if name in FLOW_CLASSES or name in OWN_LEVELS:
        return ()
    if is_by_flag(config):
        return _WORDS_OF_A_FLOW
    return _WORDS.get(name, WORDS_OVER_BETAS) if name in BETA_CLASSES or not name else ()
