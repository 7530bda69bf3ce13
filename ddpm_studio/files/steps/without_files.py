"""Steps that need no files any more: what these hold stands in them as numbers, and as what a config describes."""

from __future__ import annotations

from dataclasses import replace

from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.steps.steps_spec import FILE, StepsSpec
from ddpm_studio.files.steps.asked_steps import AskedSteps, steps_asked_for
from ddpm_studio.files.steps.step_lists import read_step_list


def steps_without_files(spec: StepsSpec, schedule: Schedule, steps: int | None = None) -> AskedSteps:
    """The steps of a spec over a schedule, `steps` of them if it has no number, with the files in it read.

    FileError for a file that cannot be read, and StepsError for steps that the schedule does not have.
    """
    asked = steps_asked_for(spec, schedule, steps)
    listed = _listed(asked.spec, schedule)
    listed.levels(schedule, asked.steps)
    return replace(asked, spec=listed)


def _listed(spec: StepsSpec, schedule: Schedule) -> StepsSpec:
    """The same steps with numbers in place of each file."""
    applied = tuple(
        each if each.other is None else replace(each, other=_listed(each.other, schedule)) for each in spec.applied
    )
    if spec.source == FILE:
        sort, numbers, behind = spec.listed(schedule, read_step_list)
        spec = StepsSpec(sort, numbers=numbers)
        applied = (*behind, *applied)
    return replace(spec, applied=applied)
