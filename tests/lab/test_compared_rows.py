"""Rows stand in the order in which a person chooses, and what is said of one beside the others holds."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.random import default_rng

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.figures.artwork import Polyline, Words
from ddpm_studio.lab.compared_rows import ComparedRow, compared
from ddpm_studio.lab.conditioned import Conditioned
from ddpm_studio.lab.contender import Contender
from ddpm_studio.lab.measured_rows import MeasuredRow
from ddpm_studio.lab.measures import Spread
from ddpm_studio.lab.sweep import Sweep
from ddpm_studio.lab.sweep_chart import chart_of_sweep
from ddpm_studio.lab.sweep_lines import MOST_LINES

PLAIN = Conditioned()
HARD = default_rng(0).lognormal(0, 0.5, 64)
"""How hard each of 64 pictures is for whatever draws it."""


def paired(solver: str, calls: int, error: Array, told: Conditioned = PLAIN, steps: str = "trailing") -> MeasuredRow:
    """A row of these distances."""
    return MeasuredRow(Contender(solver, steps, calls), told, calls, Spread.of(error), distances=error)


def of_sets(solver: str, calls: int, error: float) -> MeasuredRow:
    """A row that is measured by sets."""
    return MeasuredRow(Contender(solver, count=calls), PLAIN, calls, sliced=error)


def falling(solver: str, order: float, first: float) -> list[MeasuredRow]:
    """Rows of a line whose error falls with calls to this order."""
    return [paired(solver, calls, first * HARD * (calls / 5) ** -order) for calls in (5, 10, 20)]


def by_name(found: list[ComparedRow]) -> dict[tuple[str, int | None], ComparedRow]:
    """Compared rows by solver and calls."""
    return {(each.row.way.solver, each.row.calls): each for each in found}


ROWS = [*falling("ddim", 1, 0.1), *falling("lms", 3, 0.3), *falling("unipc", 2, 0.1004)]


def test_the_nearest_of_each_number_of_calls_stands_first() -> None:
    rows = [*ROWS, of_sets("ddpm", 5, 0.01), MeasuredRow(Contender("heun", count=5), PLAIN, sentence="no")]
    found = compared(rows, [])
    assert [(each.row.way.solver, each.row.calls) for each in found] == [
        *(("ddim", 5), ("unipc", 5), ("lms", 5)),
        *(("unipc", 10), ("lms", 10), ("ddim", 10)),
        *(("lms", 20), ("unipc", 20), ("ddim", 20)),
        *(("ddpm", 5), ("heun", None)),
    ]
    assert [each.row.way.solver for each in found if each.is_best] == ["ddim", "unipc", "lms", "ddpm"]
    assert [each.row.way.solver for each in found if each.on_front] == ["ddim", "unipc", "lms", "ddpm"]


def test_orders_are_those_of_the_lines_above_what_the_reference_is_off_by() -> None:
    for name, order in (("ddim", 1), ("lms", 3), ("unipc", 2)):
        reached = by_name(compared(ROWS, []))[name, 5].order
        assert reached is not None
        assert reached.order == pytest.approx(order)
    flat = [*ROWS[3:5], paired("lms", 20, 0.3 * HARD * 2.0**-3)]
    floor = [MeasuredRow(Contender("ddim", count=100), PLAIN, 100, Spread.of(0.3 * HARD * 2.0**-3))]
    assert by_name(compared(flat, []))["lms", 5].order != pytest.approx(3)
    assert by_name(compared(flat, floor))["lms", 5].order is None
    assert all(each.order is None for each in compared([of_sets("ddpm", n, 1 / n) for n in (5, 10)], []))


def test_pairs_say_what_medians_do_not() -> None:
    found = by_name(compared(ROWS, []))
    close = found["unipc", 5]
    assert close.to_best is not None
    assert close.to_best.median == pytest.approx(1.004)
    assert close.is_surely_farther  # Though both intervals overlap almost wholly.
    assert close.row.distance is not None
    assert close.row.distance.low < 0.1 * np.median(HARD) < close.row.distance.high
    noisy = compared([paired("ddim", 5, HARD), paired("lms", 5, default_rng(1).permutation(HARD) * 1.004)], [])
    assert not noisy[1].is_surely_farther
    assert not compared([paired("ddim", 5, HARD[:5]), paired("lms", 5, 2 * HARD[:5])], [])[1].is_surely_farther


def test_beside_a_way_that_is_the_reference_all_others_are_endlessly_far() -> None:
    found = compared([paired("ddim", 5, 0 * HARD), paired("lms", 5, HARD), paired("heun", 5, 0 * HARD)], [])
    assert [each.times_best for each in found] == ["", "≈ 1.00", "∞"]


def test_a_budget_takes_in_what_uses_less_of_it() -> None:
    rows = [paired("ddim", 10, 0.2 * HARD), paired("heun", 9, 0.1 * HARD), paired("ddim", 5, 0.3 * HARD)]
    found = compared(rows, [], (5, 10))
    assert [(each.row.way.solver, each.budget, each.is_best) for each in found] == [
        ("ddim", 5, True),
        ("heun", 10, True),
        ("ddim", 10, False),
    ]
    assert found[2].to_best is not None
    assert found[2].to_best.median == pytest.approx(2)


def test_conditions_are_not_compared_with_each_other() -> None:
    rows = [paired("ddim", 5, HARD * (1 + guidance), Conditioned(None, guidance)) for guidance in (1.0, 3.0)]
    assert [(each.is_best, each.on_front) for each in compared(rows, [])] == [(True, True)] * 2


def test_the_chart_has_the_nearest_lines_and_rings_the_front() -> None:
    many = [
        paired("ddim", calls, (2 + number) * HARD / calls, steps=f"karras:rho={number + 1}")
        for number in range(20)
        for calls in (5, 10)
    ]
    sweep = Sweep(solvers=("ddim",), counts=(5, 10))
    chart = chart_of_sweep(sweep, compared([*many, *ROWS], []), [])
    assert chart is not None
    names = [mark.text for mark in chart.marks if isinstance(mark, Words)]
    assert sum(" · p " in name for name in names) == MOST_LINES
    assert f"the {MOST_LINES} nearest of 23 lines" in names[0]
    assert any(name.startswith("lms · trailing · p 3.0") for name in names)
    assert not any("rho=20" in name for name in names)
    rings = [mark for mark in chart.marks if isinstance(mark, Polyline) and len(mark.points) == 17]
    assert len(rings) == 3
    for mark in chart.marks:
        for x, y in mark.points if isinstance(mark, Polyline) else [(mark.x, mark.y)]:
            assert 0 <= x <= chart.width
            assert 0 <= y <= chart.height


def test_nothing_to_draw_is_no_chart() -> None:
    sweep = Sweep(solvers=("ddim",))
    assert (
        chart_of_sweep(sweep, [ComparedRow(MeasuredRow(Contender("ddim", count=5), PLAIN, sentence="no"))], []) is None
    )
    # Not drawn as a logarithm: the reference itself.
    assert chart_of_sweep(sweep, compared([paired("ddim", 5, 0 * HARD)], []), []) is None
