"""Fields of a scheduler_config.json, as far as every class has them."""

from __future__ import annotations

import math
import reprlib
from collections.abc import Mapping

from ddpm_studio.diffusion.names import check_named
from ddpm_studio.diffusion.options import as_number
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.texts import Verbatim

Config = Mapping[str, object]

NO_FLAG = QT_TRANSLATE_NOOP("errors", "{key} in {path} is {value}; it must be true or false.")
_FLAGS = (
    "rescale_betas_zero_snr",
    "use_flow_sigmas",
    "use_dynamic_shifting",
    "use_karras_sigmas",
    "use_exponential_sigmas",
)
_WORDS = {"timestep_type": ("discrete", "continuous"), "sigma_schedule": ("karras", "exponential")}
"""Fields by which a schedule is another one, and the words that some of them know."""


def class_of(config: Config) -> str:
    """The class of the scheduler, without “Scheduler” and what tells diffusers' classes for JAX; "" if none is named.

    >>> class_of({"_class_name": "FlaxDDIMScheduler"}), class_of({})
    ('DDIM', '')
    """
    return str(config.get("_class_name") or "").removesuffix("Scheduler").removeprefix("Flax")


def number_in(config: Config, key: str, default: float, path: str) -> float:
    """The finite number under a key of the config at `path`, or `default` if it has no such key; FileError for a text,
    and for null, which no scheduler reads as its default.
    """
    value = config.get(key, default)
    if value is None:
        raise no_null(key, f"{default:g}", path)
    number = math.nan if isinstance(value, bool) or not isinstance(value, int | float) else as_number(value)
    if not math.isfinite(number):
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "{key} in {path} is {value}; it must be a finite number."),
            key=key,
            path=path,
            value=reprlib.repr(value),
        )
    return number


def no_null(key: str, usual: str, path: str) -> FileError:
    """The error that a field is null, which diffusers fails on, and that it has a usual value where it is left out."""
    template = QT_TRANSLATE_NOOP(
        "errors", "{key} in {path} is null; leave it out to have {usual}, its usual value, or say what it is."
    )
    return FileError(template, key=key, path=path, usual=Verbatim(usual))


def list_in(config: Config, key: str, path: str) -> list[object] | None:
    """The list under a key of the config at `path`, None if there is none; FileError for anything else."""
    value = config.get(key)
    if isinstance(value, list | None):
        return value
    raise FileError(
        QT_TRANSLATE_NOOP("errors", "{key} in {path} is {value}; it must be a list of numbers, or null."),
        key=key,
        path=path,
        value=reprlib.repr(value),
    )


def check_choices(config: Config, path: str) -> None:
    """FileError for a flag that is neither true nor false, for an unknown word, and for a class that is no name."""
    for key in _FLAGS:
        if not isinstance(config.get(key), bool | None):
            raise FileError(NO_FLAG, key=key, path=path, value=reprlib.repr(config[key]))
    for key, words in _WORDS.items():
        if config.get(key) is not None and config[key] not in words:
            template = QT_TRANSLATE_NOOP("errors", "{path} has the unknown {key} “{name}”; {remedy}")
            check_named(config[key], words, template, FileError, path=path, key=key)
    if not isinstance(config.get("_class_name"), str | None):
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "{key} in {path} is {value}; it must be the name of a scheduler in diffusers."),
            key="_class_name",
            path=path,
            value=reprlib.repr(config["_class_name"]),
        )
