"""Bare lists of steps: numbers that say nothing of what they are, as they are copied from elsewhere."""

from __future__ import annotations

import re

from ddpm_studio.diffusion.kinds import KINDS
from ddpm_studio.diffusion.options import typed
from ddpm_studio.diffusion.schedule import CUSTOM, Schedule
from ddpm_studio.diffusion.steps.model_sigmas import ModelSigmas
from ddpm_studio.diffusion.steps.spacings import SPACINGS
from ddpm_studio.diffusion.steps.steps_spec import FILE, LISTS, are_timesteps
from ddpm_studio.errors import QT_TRANSLATE_NOOP, StepsError

_CELL = re.compile(r"[^\s,;\[\]()]+")


def is_steps(text: str) -> bool:
    """Whether a line means steps rather than a schedule: a list, bare or not, or a spacing.

    Names of both are schedules, unless steps are counted or something is done with them; a name of neither with either
    of that is the name of a spacing, misspelled.

    >>> [is_steps(each) for each in ("14.6, 1, 0", "karras:rho=5", "laplace:steps=9", "karas:steps=9", "a | start=1")]
    [True, True, True, True, True]
    >>> [is_steps(text) for text in ("laplace:T=9", "cosine", "0.5")]
    [False, False, False]
    """
    if len(_numbers(text)) > 1:
        return True
    name, _, rest = text.partition("|")[0].partition(":")
    if name.strip() in KINDS:
        return name.strip() in SPACINGS and ("steps=" in rest.replace(" ", "") or "|" in text)
    is_done_with = "|" in text and name.strip() != CUSTOM.name
    return name.strip() in (*LISTS, *SPACINGS, FILE) or "steps=" in rest.replace(" ", "") or is_done_with


def is_column(text: str) -> bool:
    """Whether a text of several lines is a bare list of noise levels that begins above 1 and falls there.

    What lies within 0 … 1 may be β as well, and what rises from there something in place of β.
    """
    numbers = _numbers(text)
    return len(numbers) > 1 and numbers[0] > 1 and not numbers[1] > numbers[0]


def _numbers(text: str) -> list[float]:
    """The numbers of a text that begins as a bare list; none of any other."""
    cells = [typed(cell) for cell in _CELL.findall(text.partition("|")[0])]
    return [cell for cell in cells if isinstance(cell, float)] if not any(isinstance(c, str) for c in cells) else []


def _sort_of(numbers: list[float], schedule: Schedule | None) -> str:
    """What numbers are of which some lie beyond 0 … 1."""
    are = schedule is not None and are_timesteps(numbers, schedule)
    if are is None:
        raise StepsError(
            QT_TRANSLATE_NOOP(
                "errors",
                "The numbers may be σ or timesteps, of which {schedule} has both; write sigmas: or timesteps: before "
                "them.",
            ),
            schedule=str(schedule),
        )
    return "timesteps" if are else "sigmas"


def with_its_name(text: str, schedule: Schedule | None) -> str:
    """A text of steps as it is, or, where it begins as a bare list, with the name of what other programs call sigma.

    That is σ, but τ for the network of a flow, whose `schedule` this is, None for one that is not known. Whole numbers
    that are too large for that are timesteps, if the schedule has those. StepsError for numbers from 0 to 1
    without a flow, and for whole ones that may be timesteps or σ.

    >>> with_its_name("[14.6, 1, 0] | start=0.6", None), with_its_name("0.9 0.5 0", Schedule("flow", 4))
    ('sigmas:[14.6, 1, 0] | start=0.6', 'taus:0.9 0.5 0')
    >>> with_its_name("karras:rho=5", None), with_its_name("999, 500, 0", Schedule("linear", 1000))
    ('karras:rho=5', 'timesteps:999, 500, 0')
    """
    first = _CELL.search(text.partition("|")[0])
    if first is None or isinstance(typed(first[0]), str):
        return text
    numbers = _numbers(text)
    if not numbers or not all(0 <= number <= 1 for number in numbers):
        return f"{_sort_of(numbers, schedule)}:{text}"
    if schedule is not None and ModelSigmas(schedule).flow:
        return f"taus:{text}"
    raise StepsError(
        QT_TRANSLATE_NOOP(
            "errors", "The numbers lie from 0 to 1, and may be σ or τ; write sigmas: or taus: before them."
        )
    )
