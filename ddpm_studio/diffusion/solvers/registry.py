"""Registry of the solvers, and solver_table, which builds the table of any of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.diffusion.findings import Finding
from ddpm_studio.diffusion.names import check_named
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.options import Option, resolved, shown
from ddpm_studio.diffusion.solvers.idle_options import without_effect
from ddpm_studio.diffusion.solvers.step_findings import lost_digits
from ddpm_studio.diffusion.steps import Steps
from ddpm_studio.diffusion.table import SolverTable, Space
from ddpm_studio.errors import QT_TRANSLATE_NOOP, SolverError
from ddpm_studio.texts import SourceText


def order_option(default: int, orders: tuple[int, ...]) -> Option:
    """The option that sets a solver's order."""
    return Option(
        "order",
        default,
        choices=orders,
        label=QT_TRANSLATE_NOOP("options", "Order"),
        meaning=QT_TRANSLATE_NOOP("options", "order by its name; the accuracy that it reaches is told with the solver"),
        needs=QT_TRANSLATE_NOOP("options", "it takes more steps for orders to differ"),
    )


def fresh_noise(default: float, meaning: SourceText) -> Option:
    """The option η, from 0 to 1, of a solver that adds noise."""
    needs = QT_TRANSLATE_NOOP("options", "noise is added by every step but one to the clean picture")
    return Option("eta", default, 0.0, 1.0, label="η", meaning=meaning, needs=needs)


def order_by_name(order: int, **_: object) -> int:
    """The accuracy of a solver that keeps the promise of its name."""
    return order


@dataclass(frozen=True)
class Rows:
    """The rows that a solver makes of the steps, as the fields of SolverTable; by default one row per step, in the
    solver's space.
    """

    A: Array
    B: Array
    C: Array | None = None
    base: NDArray[np.intp] | None = None
    timestep: Array | None = None
    log_snr: Array | None = None
    log_snr_next: Array | None = None
    log_variance: tuple[Array, Array] | None = None
    by_epsilon: Array | None = None
    findings: tuple[Finding, ...] = ()
    space: Space | None = None


@dataclass(frozen=True)
class Solver:
    """A solver: `build(steps, **options)` returns its rows.

    `space` is the form in which it keeps the network's outputs, unless an option changes that. `nfe(steps)` is the
    number of network calls of a run of that many steps, at least `least`, from some signal to ᾱ = 1.
    `converges(**options)` is the order of accuracy.
    """

    name: str
    paper: SourceText
    space: Space
    converges: Callable[..., int]
    options: tuple[Option, ...]
    build: Callable[..., Rows]
    nfe: Callable[[int], int]
    least: int = 1

    @property
    def orders(self) -> tuple[object, ...]:
        """The orders that its option offers, () if it has none; what they come to is `accuracy`."""
        return next((option.choices for option in self.options if option.key == "order"), ())

    def accuracy(self, **options: object) -> int:
        """The order of accuracy with these options, and defaults for the rest, as it is measured.

        With twice the steps, even in log SNR and ending at a fixed level, the error is 2^accuracy times smaller: of x
        itself where no fresh noise is added, otherwise of the distribution of x. 0 for one that more steps do not help.

        >>> dpm_solver_pp = solver_named("dpm-solver++")
        >>> dpm_solver_pp.accuracy(order=3), dpm_solver_pp.accuracy(order=3, method="singlestep")
        (2, 3)
        """
        return self.converges(**{option.key: option.default for option in self.options} | options)

    def accuracies(self, **options: object) -> tuple[int, ...]:
        """Every order of accuracy that the other options give, numbers at their bounds, ascending."""
        choices = [[(one.key, it) for it in one.choices or (one.low, one.high)] for one in self.options]
        every = (self.accuracy(**{**dict(chosen), **options}) for chosen in product(*choices))
        return tuple(sorted(set(every)))


_SOLVERS: dict[str, Solver] = {}

SOLVERS: Mapping[str, Solver] = MappingProxyType(_SOLVERS)
"""Every solver by name."""


def solver(
    name: str,
    paper: SourceText,
    space: Space,
    *options: Option,
    accuracy: Callable[..., int] = lambda **_: 1,
    nfe: Callable[[int], int] = lambda steps: steps,
    least: int = 1,
) -> Callable[[Callable[..., Rows]], Callable[..., Rows]]:
    """Register the decorated function, which builds the rows, under `name`."""

    def register(build: Callable[..., Rows]) -> Callable[..., Rows]:
        _SOLVERS[name] = Solver(name, paper, space, accuracy, options, build, nfe, least)
        return build

    return register


def solver_named(name: str) -> Solver:
    """The solver of this name. Raises SolverError with the nearest name if there is none.

    >>> solver_named("heun").nfe(20)
    39
    >>> solver_named("euler_a")
    Traceback (most recent call last):
    ddpm_studio.errors.SolverError: There is no solver “euler_a”; did you mean “euler-ancestral”?
    """
    template = QT_TRANSLATE_NOOP("errors", "There is no solver “{name}”; {remedy}")
    check_named(name, SOLVERS, template, SolverError)
    return SOLVERS[name]


def solver_table(solver: str, steps: Steps, **options: object) -> SolverTable:
    """The table of `solver` along `steps`, with its options as listed in `SOLVERS`.

    Raises SolverError for an unknown solver or option, a value out of bounds, and steps the solver cannot start from.

    >>> from ddpm_studio.diffusion import Schedule
    >>> table = solver_table("ddim", Steps.from_spacing(Schedule("linear", 1000), 4), eta=1)
    >>> table.timestep.tolist()
    [999.0, 749.0, 499.0, 249.0]
    >>> table.C.round(3).tolist()  # the weights of fresh noise
    [0.992, 0.941, 0.663, 0.0]
    """
    found = solver_named(solver)
    values = resolved(solver, found.options, options, SolverError)
    _check_steps(steps)
    built = partial(_built, found, values=values)
    table = built(steps)
    idle = without_effect(table, found.options, partial(_built, found, steps))
    return replace(table, findings=(*table.findings, *lost_digits(table, steps, built), *idle))


def _built(found: Solver, steps: Steps, values: Mapping[str, object]) -> SolverTable:
    with np.errstate(all="ignore"):
        rows = found.build(steps, **values)
    lowest, highest = rows.log_variance or (None, None)
    return SolverTable(
        solver=found.name,
        space=rows.space or found.space,
        steps=steps.count,
        A=rows.A,
        B=rows.B,
        C=np.zeros_like(rows.A) if rows.C is None else rows.C,
        base=np.arange(len(rows.A)) if rows.base is None else rows.base,
        timestep=steps.timesteps if rows.timestep is None else rows.timestep,
        log_snr=steps.log_snr[:-1] if rows.log_snr is None else rows.log_snr,
        log_snr_next=steps.log_snr[1:] if rows.log_snr_next is None else rows.log_snr_next,
        log_variance_min=lowest,
        log_variance_max=highest,
        by_epsilon=rows.by_epsilon,
        options=values,
        findings=(*steps.findings, *rows.findings),
    )


def _check_steps(steps: object) -> None:
    if not isinstance(steps, Steps):
        raise SolverError(
            QT_TRANSLATE_NOOP("errors", "A table is built for Steps, not {value}; Steps.from_spacing makes them."),
            value=shown(steps),
        )
