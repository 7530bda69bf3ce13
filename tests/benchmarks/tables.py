"""A table of 1000 steps, from the noise schedule's levels to the rows, for every solver in its slowest form."""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Iterator

from ddpm_studio.diffusion import Schedule, Steps, solver_table
from ddpm_studio.diffusion.solvers import SOLVERS, Solver
from tests.benchmarks.figure import Figure
from tests.benchmarks.yardstick import Yardstick

STEPS = 1000
REPEATS = 9
BOUND_MS = 50.0


def benchmark() -> list[Figure]:
    """For each solver the median time of the form that takes longest, by the time of its thread."""
    schedule = Schedule.parse(f"linear:T={STEPS}")
    _ = schedule.coefficients
    return [_slowest(schedule, name, solver) for name, solver in SOLVERS.items()]


def _slowest(schedule: Schedule, name: str, solver: Solver) -> Figure:
    yardstick, taken = Yardstick(time.thread_time), list[float]()
    for form in _forms(solver):
        yardstick.lay()
        taken.append(_median_ms(schedule, name, form))
        yardstick.lay()
    return Figure(f"{name}, {STEPS} steps, its slowest form", max(taken), BOUND_MS, "ms", yardstick.slowness)


def _forms(solver: Solver) -> Iterator[dict[str, object]]:
    """Every combination of the choices its options offer."""
    chosen = [[(option.key, choice) for choice in option.choices] for option in solver.options if option.choices]
    return (dict(form) for form in itertools.product(*chosen))


def _median_ms(schedule: Schedule, name: str, form: dict[str, object]) -> float:
    taken = []
    for _ in range(REPEATS):
        start = time.thread_time()
        solver_table(name, Steps.from_spacing(schedule, STEPS), **form)
        taken.append(time.thread_time() - start)
    return 1e3 * statistics.median(taken)
