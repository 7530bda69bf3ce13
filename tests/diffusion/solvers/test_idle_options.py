"""Options without effect: told exactly where a run is the same without them."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from ddpm_studio.diffusion import Finding, Schedule, SolverTable, Steps, solver_table
from ddpm_studio.diffusion.solvers import SOLVERS
from ddpm_studio.diffusion.solvers.idle_options import IDLE
from tests.tiers import thinned

LINEAR, ZERO_SNR = Schedule.parse("linear:T=1000"), Schedule.parse("scaled_linear:T=1000,zero_snr=1")

WITH_OPTIONS = [name for name, solver in SOLVERS.items() if solver.options]
CLEAN_AND_NOT = [(LINEAR, True), (LINEAR, False), (ZERO_SNR, True)]


def idle(table: SolverTable) -> dict[object, Finding]:
    return {finding.values["key"]: finding for finding in table.findings if finding.code == IDLE}


def numbers(table: SolverTable) -> bytes:
    """Everything that a sampler reads, B without the outputs that no row weighs."""
    used = max(np.flatnonzero(table.B.any(axis=0)), default=0) + 1
    variance = [table.log_variance_min, table.log_variance_max, table.by_epsilon]
    arrays = [table.A, table.B[:, :used], table.C, table.base, table.timestep, table.log_snr, table.log_snr_next]
    return b"".join(repr(None if it is None else (it.shape, (it + 0).tolist())).encode() for it in arrays + variance)


def every_choice(solver: str) -> list[dict[str, object]]:
    """Every combination of the declared values, numbers at their bounds and between."""
    options = SOLVERS[solver].options
    values = [one.choices or (one.low, (one.low + one.high) / 2, one.high) for one in options]
    return [dict(zip((one.key for one in options), chosen, strict=True)) for chosen in product(*values)]


@pytest.mark.parametrize(("solver", "count"), thinned(WITH_OPTIONS, [1, 2, 3, 4, 10, 20], one_in=2))
def test_an_option_is_told_exactly_where_the_rows_are_the_same_without_it(solver: str, count: int) -> None:
    usual = {one.key: one.default for one in SOLVERS[solver].options}
    for (schedule, clean), chosen in product(CLEAN_AND_NOT, every_choice(solver)):
        steps = Steps.from_spacing(schedule, count, set_alpha_to_one=clean)
        table = solver_table(solver, steps, **chosen)
        others = {key: solver_table(solver, steps, **{**chosen, key: usual[key]}) for key in chosen}
        same = {key for key in chosen if chosen[key] != usual[key] and numbers(others[key]) == numbers(table)}
        assert idle(table).keys() == same, (chosen, schedule, clean)


@pytest.mark.parametrize(
    ("solver", "count", "options", "sentence"),
    [
        ("dpm-solver++", 20, {"third": "exact"}, "third = exact has no effect here: it needs multistep, order 3"),
        ("dpm-solver++", 20, {"third": "exact", "order": 3, "method": "singlestep"}, "it needs multistep, order 3"),
        ("dpm-solver", 20, {"form": "heun", "order": 1}, "form = heun has no effect here: it needs a higher order"),
        ("dpm-solver", 1, {"method": "singlestep"}, "method = singlestep has no effect here: it needs a higher order"),
        ("lms", 2, {"order": 3}, "order = 3 has no effect here: it takes more steps for orders to differ."),
        ("ddim", 1, {"eta": 0.5}, "eta = 0.5 has no effect here: noise is added by every step but one to the clean"),
        ("ddpm", 1, {"variance": "fixed_large"}, "variance = fixed_large has no effect here: noise is added by every"),
        ("heun", 1, {"slope": "velocity"}, "slope = velocity has no effect here: it needs two steps or more"),
        ("unipc", 1, {"variant": "bh1"}, "variant = bh1 has no effect here: it needs two steps or more"),
    ],
)
def test_the_sentence_says_what_the_option_needs_and_with_that_it_has_an_effect(
    solver: str, count: int, options: dict[str, object], sentence: str
) -> None:
    (finding,) = idle(solver_table(solver, Steps.from_spacing(LINEAR, count), **options)).values()
    assert sentence in str(finding.texts[0])
    assert not finding.severe
    key = str(finding.values["key"])
    needed = {"order": 3} if key in ("third", "form", "method") else {}
    assert idle(solver_table(solver, Steps.from_spacing(LINEAR, 5), **{**needed, key: options[key]})) == {}


def test_every_option_of_a_solver_says_what_it_needs() -> None:
    assert all(option.needs for solver in SOLVERS.values() for option in solver.options)


def test_nothing_is_told_of_an_option_at_its_default() -> None:
    steps = Steps.from_spacing(LINEAR, 1)
    for name in WITH_OPTIONS:
        usual = {option.key: option.default for option in SOLVERS[name].options}
        assert idle(solver_table(name, steps, **usual)) == {}
