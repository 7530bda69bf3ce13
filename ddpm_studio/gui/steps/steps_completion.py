"""Completion of a whole text of steps: its source, and what is done with it behind bars."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.spec import Word
from ddpm_studio.diffusion.steps.step_operators import STEP_OPERATORS, StepOperator
from ddpm_studio.diffusion.steps.steps_spec import DEFAULT_STEPS, FILE, StepsSpec, parts_of
from ddpm_studio.errors import QT_TRANSLATE_NOOP, StepsError
from ddpm_studio.files.filetypes import STEP_LISTS
from ddpm_studio.gui.completing.folder_contents import TypedPath
from ddpm_studio.gui.completing.offers import Completion
from ddpm_studio.gui.steps.spacing_completion import spacing_completions, steps_named
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.number_box import number_text
from ddpm_studio.texts import Text

VALUE = QT_TRANSLATE_NOOP("completion", "{low} to {high}")
VALUE_OR = QT_TRANSLATE_NOOP("completion", "{low} to {high}, default {default}")
OTHERS = QT_TRANSLATE_NOOP("completion", "steps in brackets")


def end_of_name(text: str) -> int:
    """Where the name that a text of steps begins with ends: at its colon, or at a bar.

    >>> end_of_name("karras:rho=5 | start=1"), end_of_name("karras | start=1"), end_of_name("karras")
    (6, 7, 6)
    """
    return min(place for place in (text.find(":"), text.find("|"), len(text)) if place >= 0)


def steps_completions(text: str, caret: int, schedule: Schedule, counted: bool = True) -> list[Completion]:
    """What can stand where the caret does in a text of steps over a schedule; spacings are `counted`, or not."""
    first, behind = _parts_at(text, caret)
    if behind is not None:
        return list(_done(text, behind, caret, schedule))
    if caret <= end_of_name(text):
        source = text.partition("|")[0]
        return list(steps_named(source, source[first.start : caret].lower(), schedule.T if counted else None))
    return spacing_completions(text, caret, schedule)


def path_of_steps(text: str, caret: int) -> TypedPath | None:
    """The path of a file with steps that the caret stands in, also within brackets; None elsewhere."""
    first, behind = _parts_at(text, caret)
    if behind is not None:
        start, end = _bracket(behind)
        inner = path_of_steps(text[start:end], caret - start) if start <= caret <= end else None
        return None if inner is None else inner.moved(start)
    colon = first.text.find(":")
    if first.text[: max(colon, 0)].strip() != FILE or caret <= first.start + colon:
        return None
    path = first.part(colon + 1, len(first.text))
    return TypedPath(text[path.start : max(caret, path.start)].rstrip(), *path.place, STEP_LISTS, _path_written)


def _path_written(path: str) -> str | None:
    """A path as it stands in steps, where bars and single brackets would end it, and blanks at its ends are lost."""
    try:
        spec = StepsSpec.parse(f"{FILE}:{path} | reverse")
    except StepsError:
        return None
    return path if spec.path == path else None


def _parts_at(text: str, caret: int) -> tuple[Word, Word | None]:
    """The source of steps, and which of what is done with it the caret stands in, if it does in any."""
    first, *others = parts_of(text)
    behind = [part for part in others if text.rindex("|", 0, part.start) < caret]
    return first, behind[-1] if behind else None


def _bracket(part: Word) -> tuple[int, int]:
    """Where the steps in brackets behind an operator start and end in the text; the end is before the start if none.

    >>> _bracket(Word("join=(karras", 5)), _bracket(Word("start=1", 0))
    ((11, 17), (0, -1))
    """
    name, _, value = part.text.partition("=")
    if not value.startswith("("):
        return 0, -1
    start = part.start + len(name) + 1
    return start + 1, start + value.rfind(")") % (len(value) + 1)


def _done(text: str, part: Word, caret: int, schedule: Schedule) -> Iterator[Completion]:
    """What can be done with steps, or, behind the “=”, with what value and what other steps."""
    name, equals, value = part.text.partition("=")
    start = part.start + len(name) + 1
    if not equals or caret < start:
        yield from _operators(text, Word(name.strip(), part.start), caret, bool(equals))
        return
    operator = STEP_OPERATORS.get(name.strip())
    if operator is None:
        return
    inner, end = _bracket(part)
    if not operator.takes_steps:
        yield _told(operator)
    elif inner <= caret <= end:
        counted = operator.name != "blend"
        for each in steps_completions(text[inner:end], caret - inner, schedule, counted):
            yield replace(each, start=each.start + inner, end=each.end + inner)
    elif value[end - start + 1 :].lstrip().startswith("@") and operator.takes_value:
        yield _told(operator)


def _operators(text: str, typed: Word, caret: int, has_value: bool) -> Iterator[Completion]:
    before = "" if text[: typed.start].endswith(" ") else " "
    for operator in STEP_OPERATORS.values():
        if operator.name.startswith(text[typed.start : caret].lower()):
            value = "" if has_value else _value(operator)
            behind = int(value.endswith(")"))
            whole = before + operator.name + value
            chosen = 0 if behind else len(value.removeprefix("="))
            yield Completion(operator.name, _detail(operator), whole, *typed.place, chosen, behind)


def _value(operator: StepOperator) -> str:
    """What is written behind a name that is taken: brackets, a number to be typed over, or the “=” before one."""
    if operator.takes_steps:
        return "=()"
    if operator.whole:
        return f"={DEFAULT_STEPS}"
    return "=" if operator.takes_value else ""


def _told(operator: StepOperator) -> Completion:
    return Completion(operator.name, _detail(operator))


def _detail(operator: StepOperator) -> str:
    said = [translated(operator.meaning)]
    if operator.takes_steps:
        said.insert(0, translated(OTHERS))
    if operator.takes_value:
        numbers = {"low": number_text(operator.low), "high": number_text(operator.high)}
        usual = operator.default
        bounds = Text(VALUE, numbers) if usual is None else Text(VALUE_OR, {**numbers, "default": number_text(usual)})
        said.append(translated(bounds))
    return " · ".join(said)
