"""Fields of a scheduler_config.json, as far as every class has them."""

from __future__ import annotations

import math
import reprlib
from collections.abc import Mapping

from ddpm_studio.diffusion.options import as_number
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError

Config = Mapping[str, object]


def class_of(config: Config) -> str:
    """The class of the scheduler, without “Scheduler” and what tells diffusers' classes for JAX; "" if none is named.

    >>> class_of({"_class_name": "FlaxDDIMScheduler"}), class_of({})
    ('DDIM', '')
    """
    return str(config.get("_class_name") or "").removesuffix("Scheduler").removeprefix("Flax")


def number_in(config: Config, key: str, default: float, path: str) -> float:
    """The finite number under a key of the config at `path`, or `default` if there is none; FileError for a text."""
    value = config.get(key)
    if value is None:
        return default
    number = math.nan if isinstance(value, bool) or not isinstance(value, int | float) else as_number(value)
    if not math.isfinite(number):
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "{key} in {path} is {value}; it must be a finite number."),
            key=key,
            path=path,
            value=reprlib.repr(value),
        )
    return number
