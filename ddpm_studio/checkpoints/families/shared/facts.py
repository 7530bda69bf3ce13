"""Rows of the card that checkpoints of several families share."""

from __future__ import annotations

from ddpm_studio.checkpoints.answers import TITLES
from ddpm_studio.checkpoints.checkpoint import Fact
from ddpm_studio.errors import QT_TRANSLATE_NOOP

WEIGHTS = QT_TRANSLATE_NOOP("card", "weights")
CHANNELS = QT_TRANSLATE_NOOP("card", "channels")
SPACING = QT_TRANSLATE_NOOP("card", "spacing")


def weights_fact(averaged: bool) -> Fact:
    """The kind of these weights among those that training leaves behind."""
    text = QT_TRANSLATE_NOOP("card", "averaged (EMA)") if averaged else QT_TRANSLATE_NOOP("card", "of the last step")
    return Fact("weights", WEIGHTS, averaged, text)


def step_fact(step: int) -> Fact:
    """The number of steps they were trained for."""
    return Fact("step", QT_TRANSLATE_NOOP("card", "step"), step, str(step))


def answer_fact(key: str, value: object) -> Fact:
    """A value that is the answer of this name, and is read as it is written."""
    return Fact(key, TITLES[key], value, str(value))


def spacing_facts(steps: str) -> tuple[Fact, ...]:
    """The steps that a checkpoint's scheduler takes, as text; none where that is empty."""
    return (Fact("spacing", SPACING, steps, steps),) if steps else ()
