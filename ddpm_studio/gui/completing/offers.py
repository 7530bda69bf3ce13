"""Offers: what a field offers to go on with, and what is set in its text where the caret stands."""

from __future__ import annotations

from dataclasses import dataclass

from ddpm_studio.diffusion.spec import Assignment, Spec
from ddpm_studio.errors import QT_TRANSLATE_NOOP

BOUNDS = QT_TRANSLATE_NOOP("completion", "{symbol}, {low} to {high}, default {default}")


@dataclass(frozen=True)
class Completion:
    """One offer: `text` takes the place of the letters from `start` to `end`, and its last `chosen` letters are chosen.

    The caret, and what is chosen, stands before the last letters of it that are to stay `behind`. Without a `text` it
    only tells what can be typed there.
    """

    label: str
    detail: str
    text: str = ""
    start: int = 0
    end: int = 0
    chosen: int = 0
    behind: int = 0
    is_preset: bool = False
    is_path: bool = False


def assignment_at(spec: Spec, caret: int) -> Assignment:
    """What is set where the caret stands, behind the head of a text."""
    return next(each for each in reversed(spec.settings) if _start(spec.text, each) <= caret)


def is_value_at(spec: Spec, setting: Assignment, caret: int) -> bool:
    """Whether the caret stands behind the “=” of what it sets."""
    return setting.value is not None and caret > spec.text.index("=", setting.key.end)


def _start(text: str, setting: Assignment) -> int:
    """Where a setting starts, with the blanks before it."""
    before = text[: setting.whole.start]
    return len(before.rstrip())
