"""Copied steps: the text of steps in each of the forms of a CopyMenu."""

from __future__ import annotations

from ddpm_studio.diffusion.steps.step_levels import StepLevels
from ddpm_studio.files.steps.step_formats import NamedSteps, steps_bytes
from ddpm_studio.gui.steps.copy_menu import TEXT

_SHOWN = 80


def text_in_form(text: str, levels: StepLevels, form: str) -> str:
    """Steps by their `text` and levels in a form; FileError if that has no place for them."""
    return text if form == TEXT else steps_bytes([NamedSteps(text, levels)], form).decode()


def first_line(text: str) -> str:
    """As much of what was copied as is told of it.

    >>> first_line("100, 2, 0"), first_line("one\\ntwo")
    ('100, 2, 0', 'one …')
    """
    first, *more = text.splitlines()
    return f"{first[:_SHOWN]} …" if more or len(first) > _SHOWN else first
