"""Steps whose lists are in files, read beside the window, and taken as steps that no longer need these."""

from __future__ import annotations

from dataclasses import replace

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.errors import StudioError
from ddpm_studio.files.steps.asked_steps import AskedSteps
from ddpm_studio.files.steps.without_files import steps_without_files
from ddpm_studio.gui.state import step_names
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.tasks import TaskMonitor
from ddpm_studio.gui.translation import translated


def read_into_steps(spec: StepsSpec, schedule: Schedule, monitor: TaskMonitor) -> AskedSteps | StudioError:
    """Steps over a schedule with the lists and configs in their files read, as no files any more, or why not."""
    try:
        return steps_without_files(spec, schedule)
    except StudioError as error:
        return error


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
