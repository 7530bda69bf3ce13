"""Steps whose lists are in files, read beside the window, and taken as steps that no longer need these."""

from __future__ import annotations

from dataclasses import replace

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.spec import shortest
from ddpm_studio.diffusion.steps.bare_lists import with_its_name
from ddpm_studio.diffusion.steps.steps_spec import FILE, StepsSpec
from ddpm_studio.errors import StudioError
from ddpm_studio.files.steps.asked_steps import AskedSteps, steps_asked_for
from ddpm_studio.files.steps.step_lists import read_step_list
from ddpm_studio.gui.state import step_names
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.tasks import TaskMonitor
from ddpm_studio.gui.translation import translated


def read_into_steps(spec: StepsSpec, schedule: Schedule, monitor: TaskMonitor) -> AskedSteps | StudioError:
    """Steps over a schedule with the lists and configs in their files read, as no files any more, or why not."""
    try:
        asked = steps_asked_for(spec, schedule)
        listed = _listed(asked.spec, schedule)
        listed.levels(schedule)
    except StudioError as error:
        return error
    return replace(asked, spec=listed)


def add_read(studio: Studio, key: int, asked: AskedSteps) -> str:
    """Put steps that were read below an entry; the notes on them, "" if there are none or the steps were not taken."""
    before = studio.state
    studio.add_steps(asked.spec, key)
    return _notes(asked) if studio.state is not before else ""


def replace_read(studio: Studio, key: int, typed_over: StepsSpec, asked: AskedSteps) -> str:
    """Put steps that were read in place of others below an entry, if these are still there; the notes on them."""
    steps = next((entry.steps for entry in studio.state.entries if entry.key == key), ())
    place = next((place for place, spec in enumerate(steps) if spec is typed_over), None)
    if place is None:
        return ""
    studio.replace_steps(key, place, asked.spec)
    return _notes(asked)


def use_read(studio: Studio, key: int, asked: AskedSteps) -> str:
    """Have a line of the sampler visit steps that were read, if it is still there; the notes, StudioError if not."""
    setup = studio.state.sampling
    chosen = next((number for number, line in enumerate(setup.lines) if line.key == key), None)
    if chosen is None:
        return ""
    changed = replace(setup, chosen=chosen).with_steps(str(asked.spec))
    studio.set_sampling(step_names.CHANGE_OF_STEPS, lines=changed.lines)
    return _notes(asked)


def _notes(asked: AskedSteps) -> str:
    return " ".join(map(translated, asked.notes))


def _listed(spec: StepsSpec, schedule: Schedule) -> StepsSpec:
    """The same steps with numbers in place of each file."""
    applied = tuple(
        each if each.other is None else replace(each, other=_listed(each.other, schedule)) for each in spec.applied
    )
    if spec.source == FILE:
        sort, numbers = read_step_list(spec.path)
        text = ",".join(map(shortest, numbers))
        spec = StepsSpec.parse(f"{sort}:{text}" if sort else with_its_name(text, schedule))
    return replace(spec, applied=applied)
