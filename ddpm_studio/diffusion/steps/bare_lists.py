"""Bare lists of steps: numbers that say nothing of what they are, as they are copied from elsewhere."""

from __future__ import annotations

import re

from ddpm_studio.diffusion.options import typed
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.steps.model_sigmas import ModelSigmas
from ddpm_studio.errors import QT_TRANSLATE_NOOP, StepsError

_CELL = re.compile(r"[^\s,;\[\]()]+")


def with_its_name(text: str, schedule: Schedule | None) -> str:
    """A text of steps as it is, or, where it begins as a bare list, with the name of what other programs call sigma.

    That is σ, but τ for the network of a flow, whose `schedule` this is, None for one that is not known. StepsError for
    numbers from 0 to 1 without a flow, which may be either.

    >>> with_its_name("[14.6, 1, 0] | start=0.6", None), with_its_name("0.9 0.5 0", Schedule("flow", 4))
    ('sigmas:[14.6, 1, 0] | start=0.6', 'taus:0.9 0.5 0')
    >>> with_its_name("karras:rho=5", None)
    'karras:rho=5'
    """
    cells = [typed(cell) for cell in _CELL.findall(text.partition("|")[0])]
    if not cells or isinstance(cells[0], str):
        return text
    if not all(isinstance(cell, float) and 0 <= cell <= 1 for cell in cells):
        return f"sigmas:{text}"
    if schedule is not None and ModelSigmas(schedule).flow:
        return f"taus:{text}"
    raise StepsError(
        QT_TRANSLATE_NOOP(
            "errors", "The numbers lie from 0 to 1, and may be σ or τ; write sigmas: or taus: before them."
        )
    )
