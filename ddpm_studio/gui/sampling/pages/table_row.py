"""Row of a solver's table as an equation: the x that leaves a network call, of the x and the estimates before it."""

from __future__ import annotations

from collections.abc import Iterator

from ddpm_studio.diffusion import SolverTable
from ddpm_studio.numerals import brief, numeral

SYMBOLS = {"x0": "x̂_0", "epsilon": "ε_θ", "velocity": "u_θ"}
PRIMES = ("", "′", "″", "‴")
DIGITS_OF_T = 4
"""Significant digits of a t between steps."""


def row_text(table: SolverTable, index: int) -> str:
    """Row `index`, 0 … R − 1, with its numbers; estimates of earlier calls have primes. Terms that are 0 are left out.

    >>> from ddpm_studio.diffusion import Schedule, Steps, solver_table
    >>> table = solver_table("dpm-solver++", Steps.from_spacing(Schedule("linear", 1000), 4))
    >>> row_text(table, 1)
    'x_500 = 0.961·x_750 + 0.307·x̂_0 − 0.0821·x̂_0′'
    >>> row_text(table, 3)
    'x_0 = 1·x̂_0'
    """
    leaving = _time(table, index + 1) if index + 1 < table.nfe else "0"
    terms = "".join(_signed(weight, symbol) for weight, symbol in _terms(table, index) if weight)
    return f"x_{leaving} = {'−' * terms.startswith(' −')}{terms[3:]}"


def _terms(table: SolverTable, index: int) -> Iterator[tuple[float, str]]:
    yield float(table.A[index]), f"x_{_time(table, int(table.base[index]))}"
    for age in range(min(table.history, index + 1)):
        prime = PRIMES[age] if age < len(PRIMES) else f"^{{({age})}}"
        space = "x0" if table.keeps_x0[index - age] else table.space
        yield float(table.B[index, age]), SYMBOLS[space] + prime
    yield float(table.C[index]), "z"


def _time(table: SolverTable, index: int) -> str:
    """t of the x that enters a row, t = index + 1 of the array."""
    t = float(table.timestep[index]) + 1
    return str(int(t)) if t.is_integer() else f"{{{numeral(t, DIGITS_OF_T)}}}"


def _signed(weight: float, symbol: str) -> str:
    return f" {'+' if weight > 0 else '−'} {brief(abs(weight))}·{symbol}"
