"""What a benchmark's bound comes to on a slow machine, and a yardstick that no change of the program moves."""

from __future__ import annotations

import ast
import inspect
from functools import partial
from itertools import accumulate
from types import ModuleType

import pytest

from tests.benchmarks import figure, yardstick
from tests.benchmarks.figure import Figure
from tests.benchmarks.yardstick import REFERENCE_MS, Yardstick


@pytest.mark.parametrize(
    ("made", "over", "shown"),
    [
        (Figure("a move", 240.0, 100.0, "ms", 2.5), False, "240.000 ms = 96.000 × 2.50   ≤ 100  ok"),
        (Figure("a move", 240.0, 100.0, "ms", 2.0), True, "240.000 ms = 120.000 × 2.00  ≤ 100  OVER"),
        (Figure("ours ÷ theirs", 1.2, 1.1), True, "1.200                      ≤ 1.1  OVER"),
        (Figure("ours ÷ theirs", 1.1, 1.1), False, "1.100                      ≤ 1.1  ok"),
        (Figure("a move", 240.0, unit="ms"), False, "240.000 ms"),
    ],
)
def test_a_bound_is_that_of_the_machine_of_reference(made: Figure, over: bool, shown: str) -> None:
    assert made.over is over
    assert str(made).endswith(shown)


def test_the_yardstick_goes_by_the_median_of_its_work() -> None:
    starts_and_ends = accumulate(1e-3 * REFERENCE_MS * pause for pause in (0.0, 1.0, 5.0, 2.0, 5.0, 90.0))
    stick = Yardstick(partial(next, starts_and_ends))
    for _ in range(3):
        stick.lay()
    assert stick.slowness == pytest.approx(2.0)


@pytest.mark.parametrize("module", [figure, yardstick])
def test_no_change_of_the_program_moves_the_yardstick(module: ModuleType) -> None:
    tree = ast.parse(inspect.getsource(module))
    names = {node.module or "." for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    names |= {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    assert names
    assert not {name for name in names if name.startswith(("ddpm_studio", "tests", "."))}
