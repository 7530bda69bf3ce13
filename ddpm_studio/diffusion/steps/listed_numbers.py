"""Numbers of a list of steps: what each may be, and which of them is wrong, why, and what to do about it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from ddpm_studio.diffusion.options import typed
from ddpm_studio.diffusion.schedule import MAX_T
from ddpm_studio.errors import QT_TRANSLATE_NOOP, StepsError
from ddpm_studio.texts import Readable, SourceText, Text

EXAMPLES = {"sigmas": "14.6,1,0", "taus": "1,0.5,0", "timesteps": "999,500,0"}
"""A list of each sort."""

IN_A_FILE = QT_TRANSLATE_NOOP("errors", "{name} in {path}")


def read_number(name: str, place: int, text: str) -> float:
    """The number at a place of a list, 0 being the first. Raises StepsError if it is none, or not finite."""
    value = typed(text)
    if isinstance(value, str) or not math.isfinite(value):
        raise StepsError(
            QT_TRANSLATE_NOOP(
                "errors", "Number {place} of {name} is “{text}”, which is not a finite number; write {name}:{example}."
            ),
            place=place + 1,
            text=text,
            name=name,
            example=EXAMPLES[name],
        )
    return value


def wrong_number(numbers: Sequence[float]) -> int | None:
    """The place of the first number, 0 being the first, that is below 0 or not less than the one before; else None."""
    pairs = enumerate(zip((math.inf, *numbers), numbers, strict=False))
    return next((place for place, (before, number) in pairs if not 0 <= number < before), None)


def check_list(name: str, numbers: Sequence[float], path: str = "") -> None:
    """Raise StepsError unless these are two numbers or more, finite, none negative, strictly falling."""
    owner: Readable = Text(IN_A_FILE, {"name": name, "path": path}) if path else name
    if not 2 <= len(numbers) <= MAX_T:
        raise StepsError(
            QT_TRANSLATE_NOOP(
                "errors", "The length of {name} is {count}; give 2 to {most} numbers, the noisiest first."
            ),
            name=owner,
            count=len(numbers),
            most=MAX_T,
        )
    place = wrong_number(numbers)
    if place is not None:
        before = numbers[place - 1] if place else math.inf
        raise StepsError(_fault(numbers, place), place=place + 1, name=owner, number=numbers[place], before=before)


def _fault(numbers: Sequence[float], place: int) -> SourceText:
    """What is wrong with the number at a place, and the remedy."""
    if not math.isfinite(numbers[place]):
        return QT_TRANSLATE_NOOP("errors", "Number {place} of {name} is {number}, which is not finite; leave it out.")
    if numbers[place] < 0:
        return QT_TRANSLATE_NOOP(
            "errors", "Number {place} of {name} is {number:.12g}; none may be below 0, where the list can end."
        )
    if numbers[place] == numbers[place - 1]:
        return QT_TRANSLATE_NOOP(
            "errors",
            "Number {place} of {name} is {number:.12g} like the one before; each must be less, so leave one out.",
        )
    if _rises(numbers):
        return QT_TRANSLATE_NOOP(
            "errors",
            "Number {place} of {name} is {number:.12g}, and all of them rise; each must be less than the one before, "
            "so turn the list round.",
        )
    return QT_TRANSLATE_NOOP(
        "errors",
        "Number {place} of {name} is {number:.12g}, above {before:.12g} before it; each must be less than the one "
        "before, so put them in order or leave it out.",
    )


def _rises(numbers: Sequence[float]) -> bool:
    """Whether every number is above the one before, but for a 0 at the end."""
    rising = numbers[:-1] if numbers[-1] == 0 and len(numbers) > 2 else numbers
    return all(before < number for before, number in itertools.pairwise(rising))
