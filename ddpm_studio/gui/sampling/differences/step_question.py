"""Question of how two lists of steps differ, as they are typed, and its answer, which is made beside the window."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.steps.bare_lists import with_its_name
from ddpm_studio.diffusion.steps.differences.compared_steps import ComparedSteps
from ddpm_studio.diffusion.steps.differences.explanation import Explained, explain
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.errors import QT_TRANSLATE_NOOP, StudioError
from ddpm_studio.files.steps.asked_steps import schedule_said_by, steps_asked_for
from ddpm_studio.files.steps.comparison_formats import Telling, comparison_table, sentences
from ddpm_studio.files.steps.step_lists import read_step_list
from ddpm_studio.texts import Text


@dataclass(frozen=True)
class TypedSteps:
    """One of the two lists: a schedule, or its text, and a text of steps.

    `follows` says that the schedule of a scheduler config among its files takes the place of that one.
    """

    schedule: Schedule | str
    text: str
    follows: bool = False


@dataclass(frozen=True)
class StepQuestion:
    """Both lists; a spacing whose text has no number has so many `steps`."""

    lists: tuple[TypedSteps, TypedSteps]
    steps: int


@dataclass(frozen=True, eq=False)
class ReadSteps:
    """A list as it was read: its schedule, its steps, or why there is none of either; no steps without a text.

    `notes` are on what a scheduler config has besides; `follows` says that the schedule is its.
    """

    schedule: Schedule | None = None
    steps: ComparedSteps | None = None
    notes: tuple[Text, ...] = ()
    errors: Mapping[str, StudioError] = field(default_factory=dict)
    follows: bool = False


@dataclass(frozen=True, eq=False)
class ExplainedSteps:
    """Two lists, why they differ, and notes on what no text of steps can have of them."""

    first: ComparedSteps
    second: ComparedSteps
    explained: Explained
    notes: tuple[Text, ...] = ()

    def verdict(self, tell: Telling) -> list[str]:
        """What is said of them."""
        counts = self.first.levels.count, self.second.levels.count
        return [*sentences(self.explained, counts, tell), *map(tell, self.notes)]

    def text(self, tell: Telling) -> Iterator[str]:
        """A table with the verdict below it, to be copied."""
        yield comparison_table(self.first, self.second, self.explained, tell)
        yield from (f"{tell(note)}\n" for note in self.notes)


@dataclass(frozen=True, eq=False)
class StepAnswer:
    """What was read of either list, and how they differ, if both are there."""

    read: tuple[ReadSteps, ReadSteps]
    found: ExplainedSteps | None = None


def answered(question: StepQuestion) -> StepAnswer:
    """The answer to a question; what of it is wrong is said in the answer. It may take a second, and asks `check`."""
    first, second = (_read(each, question.steps) for each in question.lists)
    if first.steps is None or second.steps is None:
        return StepAnswer((first, second))
    notes = tuple(dict.fromkeys((*first.notes, *second.notes)))
    explained = ExplainedSteps(first.steps, second.steps, explain(first.steps, second.steps), notes)
    return StepAnswer((first, second), explained)


def _read(typed: TypedSteps, steps: int) -> ReadSteps:
    own = _own_schedule(typed)
    if own is None:
        return _read_over(typed, steps)
    template = QT_TRANSLATE_NOOP("conventions", "The steps of {path} are laid over its own schedule, {schedule}.")
    values = {"path": ", ".join(StepsSpec.parse(typed.text).files), "schedule": str(own)}
    read = _read_over(replace(typed, schedule=own), steps)
    return replace(read, notes=(Text(template, values), *read.notes), follows=True)


def _own_schedule(typed: TypedSteps) -> Schedule | None:
    """The schedule of the config that is opened, None if there is none or it is wrong, which is told as it is read."""
    try:
        return schedule_said_by(StepsSpec.parse(typed.text)) if typed.follows else None
    except StudioError:
        return None


def _read_over(typed: TypedSteps, steps: int) -> ReadSteps:
    try:
        schedule = Schedule.parse(typed.schedule) if isinstance(typed.schedule, str) else typed.schedule
    except StudioError as error:
        return ReadSteps(errors={"schedule": error})
    if not typed.text.strip():
        return ReadSteps(schedule)
    try:
        spec = StepsSpec.parse(with_its_name(typed.text, schedule))
        asked = steps_asked_for(spec, schedule, spec.steps or steps)
        count = None if asked.spec.has_number else steps
        compared = ComparedSteps.of(asked.spec, schedule, count, read_step_list)
    except StudioError as error:
        return ReadSteps(schedule, errors={"steps": error})
    return ReadSteps(schedule, compared, asked.notes)
