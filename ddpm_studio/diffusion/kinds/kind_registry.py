"""Registry of the kinds of schedule: what a kind is, what its parameters are, and the table of all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from ddpm_studio.diffusion.noise_levels import Array, levels_of_betas, with_density
from ddpm_studio.texts import SourceText

MIN_BETA = 1e-12
"""Smallest β of the kinds that are defined by β, and of a step on which a bound leaves nothing to do."""

Points = tuple[tuple[float, float], ...]
"""Points (u, log SNR) of a curve that was drawn."""

MAX_BETA = 0.999
"""Cap of the discretised kinds (Nichol & Dhariwal 2021, section 3.2)."""


UNSAID = SourceText()
"""What is said of a parameter that nothing is known of."""


@dataclass(frozen=True)
class Parameter:
    """One number of a kind: its key in a spec, its default and bounds, and the range its slider covers.

    `meaning` is a sentence that says what it does. A choice has `words`, of which the number is the place.
    """

    key: str
    symbol: str
    default: float
    low: float
    high: float
    slider: tuple[float, float]
    log: bool = False
    words: tuple[str, ...] = ()
    meaning: SourceText = UNSAID


ParametersOf = Callable[[str, Mapping[str, float]], tuple[Parameter, ...]]
"""A function from the formula that somebody typed, and the values that are given, to its parameters."""


@dataclass(frozen=True)
class Kind:
    """A kind of schedule: `function(T, **parameters)` gives β of shape (T,), or, if it `gives_levels`, noise levels.

    `density(log_snr, **parameters)` is p(log SNR) of u = t/T drawn evenly, where it has a closed form. `formula` is a
    SourceText where it has words. One that `takes_points` has them as `points`, besides its parameters, and one with
    `parameters_of` the text of a formula as `formula`, of which its parameters are. The formula of a `flow` gives τ.
    """

    name: str
    label: SourceText
    formula: str
    source: SourceText
    parameters: tuple[Parameter, ...]
    function: Callable[..., Array]
    gives_levels: bool = False
    density: Callable[..., Array] | None = None
    takes_points: bool = False
    flow: bool = False
    parameters_of: ParametersOf | None = None

    def own_parameters(self, formula: str, given: Mapping[str, float]) -> tuple[Parameter, ...]:
        """Its parameters, which are those of the formula where it takes one, with sliders for the values given."""
        return self.parameters if self.parameters_of is None else self.parameters_of(formula, given)

    def arguments(self, values: Mapping[str, float], points: Points, formula: str = "") -> dict[str, Any]:
        """What its function takes besides T, by name."""
        own: dict[str, Any] = {p.key: values[p.key] for p in self.own_parameters(formula, values)}
        if self.parameters_of is not None:
            own["formula"] = formula
        return own | {"points": points} if self.takes_points else own

    def levels(self, T: int, values: Mapping[str, float], points: Points = (), formula: str = "") -> Array:
        """The noise levels of T steps with a value for each parameter, shape (6, T); not finite where it has none."""
        own = self.arguments(values, points, formula)
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            made = self.function(T, **own)
            levels = made if self.gives_levels else levels_of_betas(np.clip(made, MIN_BETA, 1.0))
            if self.density is None:
                return levels
            return with_density(levels, self.density(levels[3], **own), self.largest_beta(own), MIN_BETA)

    def largest_beta(self, values: Mapping[str, float]) -> float:
        """The β from which on a step is held up by a bound; more than 1 without any."""
        return 2.0 if self.gives_levels else values.get("max_beta", MAX_BETA)


_KINDS: dict[str, Kind] = {}

KINDS: Mapping[str, Kind] = MappingProxyType(_KINDS)
"""Every kind by name, in display order."""


def kind(
    label: SourceText,
    formula: str,
    source: SourceText,
    *parameters: Parameter,
    gives_levels: bool = False,
    density: Callable[..., Array] | None = None,
    takes_points: bool = False,
    flow: bool = False,
    parameters_of: ParametersOf | None = None,
) -> Callable[[Callable[..., Array]], Callable[..., Array]]:
    """Register the function below as the kind of its name."""

    def register(function: Callable[..., Array]) -> Callable[..., Array]:
        name = function.__name__
        told = name, label, formula, source, parameters, function
        _KINDS[name] = Kind(*told, gives_levels, density, takes_points, flow, parameters_of)
        return function

    return register
