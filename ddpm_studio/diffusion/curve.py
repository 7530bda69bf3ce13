"""Curve: an entry that computes one coefficient's array and describes it to a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Self, overload

import numpy as np

from ddpm_studio.diffusion.at_hand import AT_HAND
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.texts import SourceText

Method = Callable[[Any], Array]
Bounds = tuple[float | None, float | None]


@dataclass(frozen=True)
class Derived:
    """An array that its owner derives from its other arrays: computed where it is used, read-only, and kept at hand.

    `name` is the owner's attribute; `array` computes it from the owner.
    """

    name: str
    array: Method

    @overload
    def __get__(self, owner: None, kind: type) -> Self: ...

    @overload
    def __get__(self, owner: object, kind: type) -> Array: ...

    def __get__(self, owner: object | None, kind: type) -> Self | Array:
        if owner is None:
            return self
        array = self._computed(owner)
        array.flags.writeable = False
        # Python looks in the owner's own attributes first, so the next access does not come here.
        AT_HAND.keep(owner, self.name, array)
        return array

    # As a decorator it takes half of the time that it takes in a with statement, which there is for each array.
    @np.errstate(divide="ignore", over="ignore")
    def _computed(self, owner: object) -> Array:
        return self.array(owner)


class Group(Enum):
    """The groups of curves in the order in which they are offered; the value of each is its title."""

    SEED = QT_TRANSLATE_NOOP("curves", "The eight DDPM curves")
    SIGNAL_TO_NOISE = QT_TRANSLATE_NOOP("curves", "Signal to noise")
    REVERSE = QT_TRANSLATE_NOOP("curves", "Reverse process")
    LOSS_WEIGHTS = QT_TRANSLATE_NOOP("curves", "Loss weights")
    TRAINING = QT_TRANSLATE_NOOP("curves", "Training")


@dataclass(frozen=True)
class Curve(Derived):
    """One coefficient, with all that is shown of it.

    `at_t` is the formula with the numbers of one t, a template over all arrays of `Coefficients` and `t`: behind its
    last " = " stands the curve's value, and before it, where there are only numbers, what comes to it. `log` marks a
    curve whose natural y axis is logarithmic, `logarithm` one that is a logarithm already, so that its ratios mean
    nothing; `unit` is that of its values; `bounds` are limits that hold for every schedule, None for no limit; `group`
    is the one under which it is offered.

    >>> from ddpm_studio.diffusion import CURVES, Schedule
    >>> CURVES["snr"].formula
    'SNR = ᾱ_t/(1 − ᾱ_t)'
    >>> coefficients = Schedule("linear", 300).coefficients
    >>> numbers = {entry.name: getattr(coefficients, entry.name)[..., 299] for entry in coefficients.derivation}
    >>> CURVES["alphas"].at_t.format(t=300, **numbers)
    'α_t = 1 − 0.02 = 0.98'
    """

    symbol: str
    formula: str
    meaning: SourceText
    at_t: str
    group: Group
    log: bool = False
    bounds: Bounds = (None, None)
    logarithm: bool = False
    unit: str = ""


def derived(array: Method) -> Derived:
    """Turn a method that computes an array into an attribute that holds it."""
    return Derived(array.__name__, array)


def shown_as(
    symbol: str,
    formula: str,
    meaning: SourceText,
    at_t: str,
    *,
    group: Group,
    log: bool = False,
    bounds: Bounds = (None, None),
    logarithm: bool = False,
    unit: str = "",
) -> Callable[[Method], Curve]:
    """Turn a method that computes an array into the curve of its name."""
    return lambda array: Curve(
        array.__name__, array, symbol, formula, meaning, at_t, group, log, bounds, logarithm, unit
    )
