"""Three tiers of tests: `-m quick` after each save, all but the slow ones as a rule, `-m slow` before a change lands.

A module is quick if it lies in QUICK and not in HEAVY. `-m quick` imports no other, and so neither torch nor diffusers,
which take seconds. Tests whose examples Hypothesis draws are left to the whole run. Tests in REPEATED are in two tiers:
the slow one runs them again, five times as long. Of a product of many cases that is thinned, the slow tier runs what
the others leave out.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet

FOLDER = Path(__file__).parent

QUICK = (
    "diffusion",
    "figures",
    "report",
    "files",
    "commands/test_export.py",
    "commands/test_figure_command.py",
    "commands/test_noise.py",
    "commands/test_schedules.py",
    "commands/test_solvers.py",
    "gui/curves/test_readout.py",
    "gui/schedules/test_list.py",
    "gui/state",
    "gui/timeline/test_time_bar.py",
    "gui/values/test_numbers.py",
    "gui/widgets",
)
HEAVY = (
    "diffusion/solvers/test_cosine_spectrum.py",
    "diffusion/solvers/test_flow_parity.py",
    "diffusion/solvers/test_parity.py",
    "diffusion/solvers/test_solvers.py",
    "diffusion/solvers/test_step_findings.py",
    "diffusion/test_against_diffusers.py",
    "diffusion/test_monotone_spline.py",
    "diffusion/test_oracle.py",
    "diffusion/steps/test_diffusers_lists.py",
    "diffusion/steps/test_steps.py",
    "files/columns/test_contradictions.py",
    "files/configs/test_every_class.py",
    "files/steps/test_config_edges.py",
    "files/steps/test_opened_config.py",
    "files/steps/test_prediction_fields.py",
    "files/steps/test_scheduler_steps.py",
    "files/test_diffusers_config.py",
    "files/test_export.py",
    "files/test_filetypes.py",
    "files/test_snippets.py",
    "files/torch_code/test_loss_snippet.py",
)
"""Modules that import torch, or have tests that take long, if only by their number."""

REPEATED = (
    "checkpoints/families/diffusers/test_config.py::test_any_value_under_any_key",
    "checkpoints/families/diffusers/test_network.py::test_the_outputs_are_those_of_diffusers",
    "checkpoints/families/diffusers/test_unet2d_weights.py::test_the_outputs_are_those_of_diffusers",
    "checkpoints/families/test_guided_diffusion.py::test_damaged_files_end_in_a_denoiser_or_a_checkpoint_error",
    "checkpoints/families/test_lucidrains.py::test_damaged_files_end_in_a_denoiser_or_a_checkpoint_error",
    "checkpoints/test_fuzz.py::test_bytes_of_nobody",
    "checkpoints/test_fuzz.py::test_damaged_files",
    "checkpoints/test_fuzz.py::test_damaged_members",
    "checkpoints/test_fuzz.py::test_what_is_remembered",
    "gui/picture/test_picture_actions.py::test_fifty_savings_begun_and_ended",
    "gui/sampling/test_run.py::test_fifty_runs_leave_one_thread",
    "hostile/test_doors.py::test_in_the_shell",
    "hostile/test_doors.py::test_in_the_window",
    "hostile/mutations/test_mutations.py::test_whatever_is_changed_it_is_read_or_refused",
    "lab/executors/test_pool.py::test_processes_that_are_killed_at_random_change_nothing",
    "gui/worker/test_closing.py::test_fifty_starts_and_stops_leave_nothing_behind",
)
TIMES = 5

_slow = False


def repeated(count: int) -> int:
    """The examples or rounds of a test in REPEATED: `count`, and TIMES as many in the slow tier."""
    return TIMES * count if _slow else count


def thinned(*axes: Iterable[object], one_in: int) -> list[ParameterSet]:
    """All cases of a product, of which only one in so many is not slow: each time another one along every axis.

    With as many values in one of three axes, every two values of the other two still meet once.
    """
    cases = (zip(*each, strict=True) for each in itertools.product(*map(enumerate, axes)))
    return [_case(values, sum(places) % one_in > 0) for places, values in cases]


def choose(tier: str) -> None:
    """Run the tests of this tier, the expression after -m."""
    global _slow
    _slow = tier == "slow"


def left_out(path: Path, tier: str) -> bool:
    """Whether a module, or a folder with its conftest, is not even imported in this tier."""
    if tier == "slow":
        return path.name.startswith("test_") and path.suffix == ".py" and not _slow_in(path)
    return tier == "quick" and (path.name.startswith("test_") or path.is_dir()) and not _quick(path)


def mark(item: pytest.Item) -> None:
    """Give a test the marks of its tiers."""
    name = f"{item.path.relative_to(FOLDER).as_posix()}::{getattr(item, 'originalname', item.name)}"
    if _slow and name in REPEATED:
        item.add_marker(pytest.mark.slow)
    slow = item.get_closest_marker("slow") is not None
    if _quick(item.path) and not slow and not getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
        item.add_marker(pytest.mark.quick)


def _case(values: tuple[object, ...], slow: bool) -> ParameterSet:
    return pytest.param(*values, marks=pytest.mark.slow) if slow else pytest.param(*values)


def _slow_in(path: Path) -> bool:
    """Whether a module may have slow tests: it says so, thins out cases, or has some that are repeated."""
    repeated_there = any(name.startswith(f"{path.relative_to(FOLDER).as_posix()}::") for name in REPEATED)
    text = path.read_text(encoding="utf-8")
    return repeated_there or "pytest.mark.slow" in text or "thinned(" in text


@cache
def _quick(path: Path) -> bool:
    """Whether this is quick, or a folder with something that is."""
    places = [FOLDER / place for place in QUICK]
    near = any(path.is_relative_to(place) or place.is_relative_to(path) for place in places)
    return near and path not in [FOLDER / place for place in HEAVY]
