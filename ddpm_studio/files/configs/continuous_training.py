"""Continuous training: the options of EDM's and k-diffusion's programs, which draw σ at random and have no T."""

from __future__ import annotations

from collections.abc import Mapping

from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError, ScheduleError
from ddpm_studio.files.configs.config_fields import number_in
from ddpm_studio.texts import Verbatim

Options = Mapping[str, object]

_RANDOM = QT_TRANSLATE_NOOP(
    "errors",
    "{path} has the options of training in {program}, which draws σ at random and has no table of levels; write {spec} "
    "in place of the file, which is what it samples along.",
)
_LOGNORMAL = QT_TRANSLATE_NOOP(
    "errors",
    "{path} has the options of training in {program}, which draws ln σ with mean {mean} and deviation {deviation} and "
    "has no table of levels; write {spec} in place of the file, which is what it samples along.",
)
_EDM, _K_DIFFUSION = "EDM", "k-diffusion"
_KINDS = {
    "EDM": ("edm", {"sigma_min": 0.002, "sigma_max": 80.0}),
    "VP": ("vp", {"beta_d": 19.9, "beta_min": 0.1}),
    "VE": ("ve", {"sigma_min": 0.02, "sigma_max": 100.0}),
}
"""Our kind for each loss of EDM's program, and what it samples between unless it is told otherwise (its Table 1)."""


def check_continuous(options: Options, path: str) -> None:
    """FileError for the options of such a program, with the schedule that comes nearest to it."""
    loss, model = _object(options, "loss_kwargs"), _object(options, "model")
    name = str(loss.get("class_name", "")).rpartition(".")[2].removesuffix("Loss")
    if name in _KINDS:
        kind, usual = _KINDS[name]
        drawn = {"mean": ("P_mean", -1.2), "deviation": ("P_std", 1.2)} if name == "EDM" else {}
        raise _refusal(path, _EDM, kind, usual, loss, _moments(loss, drawn, path))
    density = _object(model, "sigma_sample_density")
    if str(model.get("type", "")).startswith("image_") and "sigma_max" in model:
        drawn = {"mean": ("mean", -1.2), "deviation": ("std", 1.2)} if density.get("type") == "lognormal" else {}
        raise _refusal(path, _K_DIFFUSION, *_KINDS["EDM"], model, _moments(density, drawn, path))


def _moments(options: Options, keys: Mapping[str, tuple[str, float]], path: str) -> Mapping[str, float]:
    """What is said of a normal distribution, each by its key in the options and what it is without."""
    return {name: number_in(options, key, usual, path) for name, (key, usual) in keys.items()}


def _object(options: Options, key: str) -> Options:
    value = options.get(key)
    return value if isinstance(value, dict) else {}


def _refusal(
    path: str, program: str, kind: str, usual: Mapping[str, float], said: Options, moments: Mapping[str, float]
) -> FileError:
    given = {key: number_in(said, key, value, path) for key, value in usual.items()}
    try:
        spec = str(Schedule(kind, 1000, given))
    except ScheduleError:  # For bounds that this kind does not have.
        spec = str(Schedule(kind, 1000, usual))
    values = {key: f"{value:g}" for key, value in moments.items()}
    template = _LOGNORMAL if moments else _RANDOM
    return FileError(template, path=path, program=program, spec=Verbatim(spec), **values)
