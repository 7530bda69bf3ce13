"""Registry of spacings: what each has besides its function, and the options that many share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from ddpm_studio.diffusion.names import STEPS_NAMES
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.options import Option
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.texts import SourceText

Over = Literal["timesteps", "sigmas", "model list", "sigma list", "tau list"]


@dataclass(frozen=True)
class Spacing:
    """A spacing: what its function `levels` takes and returns depends on what it is `over`.

    - timesteps: `levels(T, n, **options)`, n array indexes
    - sigmas: `levels(sigma_max, sigma_min, n, **options)`, n noise levels σ
    - a list: `levels(model, n, **options)`, n levels of a ModelSigmas and the end after them, which is 0 where the
      option `set_alpha_to_one` decides: in the unit of the model (model list), σ or τ, whatever the schedule

    A `closed` one reaches the clean end of the schedule, so that steps that end at ᾱ_0 take one level more from it and
    use the last as their end. One that is not `exact` is free to return another number than n, as the program that it
    is from does. `formula` is a SourceText where it has words.
    """

    name: str
    over: Over
    closed: bool
    formula: str
    source: SourceText
    options: tuple[Option, ...]
    levels: Callable[..., Array]
    exact: bool = True


REGISTERED: dict[str, Spacing] = {}
"""Every spacing by name, filled by the modules that hold them."""

ENDS = Option("set_alpha_to_one", True, choices=(True, False), meaning=QT_TRANSLATE_NOOP("options", "end at ᾱ = 1"))
RANGE = (
    Option("sigma_min", None, 1e-8, 1e8, meaning=QT_TRANSLATE_NOOP("options", "smallest σ visited")),
    Option("sigma_max", None, 1e-8, 1e8, meaning=QT_TRANSLATE_NOOP("options", "largest σ visited")),
)

RHO = QT_TRANSLATE_NOOP("options", "larger values crowd the clean end")
ALPHA = Option("alpha", 0.6, 0.1, 10.0, meaning=QT_TRANSLATE_NOOP("options", "smaller values crowd the clean end"))
BETA = Option("beta", 0.6, 0.1, 10.0, meaning=QT_TRANSLATE_NOOP("options", "smaller values crowd the noisy end"))


def spacing(
    over: Over,
    formula: str,
    source: SourceText,
    *options: Option,
    closed: bool,
    exact: bool = True,
    ends: bool = True,
) -> Callable[[Callable[..., Array]], Callable[..., Array]]:
    """A decorator that makes a spacing of a function, named like it, with the options that all over the same have.

    One that `ends` where it likes leaves the end to `set_alpha_to_one`.
    """

    def register(levels: Callable[..., Array]) -> Callable[..., Array]:
        every = (*options, *(RANGE if over == "sigmas" else ()), *((ENDS,) if ends else ()))
        name = levels.__name__
        STEPS_NAMES.add(name)
        REGISTERED[name] = Spacing(name, over, closed, formula, source, every, levels, exact)
        return levels

    return register
