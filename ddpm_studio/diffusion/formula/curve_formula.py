"""CurveFormula: what a formula gives, log SNR, ᾱ or β, and its tree, written and read as one setting of a spec."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from ddpm_studio.diffusion.formula.evaluation import value_of
from ddpm_studio.diffusion.formula.functions import CONSTANTS, VARIABLES
from ddpm_studio.diffusion.formula.names_typed import QUANTITIES
from ddpm_studio.diffusion.formula.parser import read_formula
from ddpm_studio.diffusion.formula.tree import Tree, names_in
from ddpm_studio.diffusion.formula.writing import formula_text
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.errors import QT_TRANSLATE_NOOP, ScheduleError

MOST_PARAMETERS = 8
"""Parameters that a formula can have, each with its slider."""


@dataclass(frozen=True)
class CurveFormula:
    """A formula of u = t/T, t and T, and what it is of: one of QUANTITIES. Raises ScheduleError for too many
    parameters.

    >>> formula = CurveFormula.parse("log_snr = -2 * log(tan(π·u/2)) + (a)")
    >>> str(formula), formula.parameters
    ('log_snr=-2*log(tan(pi*u/2))+a', ('a',))
    """

    quantity: str
    tree: Tree

    def __post_init__(self) -> None:
        count = len(self.parameters)
        if count > MOST_PARAMETERS:
            template = QT_TRANSLATE_NOOP("errors", "The formula has {count} parameters; use up to {most}.")
            raise ScheduleError(template, about=(self.quantity,), count=count, most=MOST_PARAMETERS)

    @classmethod
    def parse(cls, text: str) -> CurveFormula:
        """The formula that a text such as "beta=0.02*u" is. Raises ScheduleError, with the place in the text."""
        return _parsed(text)

    def __str__(self) -> str:
        return f"{self.quantity}={formula_text(self.tree)}"

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The names of its parameters, in the order in which they stand in it."""
        known = {*CONSTANTS, *VARIABLES}
        return tuple(name for name in dict.fromkeys(names_in(self.tree)) if name not in known)

    def values(self, T: int, parameters: Mapping[str, float]) -> Array:
        """What it gives at t = 1 … T, float64, shape (T,), infinite or NaN where it has no value."""
        return value_of(self.tree, T, parameters)


@lru_cache(maxsize=64)
def _parsed(text: str) -> CurveFormula:
    key, _, value = text.partition("=")
    quantity = key.strip()
    if quantity not in QUANTITIES:
        template = QT_TRANSLATE_NOOP("errors", "A formula gives one of {known}, not “{name}”.")
        raise ScheduleError(template, known=", ".join(QUANTITIES), name=quantity)
    try:
        return CurveFormula(quantity, read_formula(value.strip(" ")))
    except ScheduleError as error:
        start = len(key) + 1 + len(value) - len(value.lstrip(" "))
        error.place = error.place and (error.place[0] + start, error.place[1] + start)
        raise
