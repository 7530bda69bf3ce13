"""Findings about the levels of steps, whatever solver goes along them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ddpm_studio.diffusion.findings import NEARLY_ALL, Finding
from ddpm_studio.diffusion.levels import signal
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.steps.model_sigmas import ModelSigmas
from ddpm_studio.diffusion.steps.step_levels import StepLevels
from ddpm_studio.errors import QT_TRANSLATE_NOOP

GROWTH = 2.5
"""How many times as long as the step before one may be over which estimates are extrapolated."""

SEEN_SIGNAL = 0.1
"""√ᾱ of the first level from which on the picture in it counts, if it is also twice that of training."""


def findings_of_levels(levels: StepLevels) -> tuple[Finding, ...]:
    """All that a person should know about these steps, whichever solver goes along them."""
    return (
        *findings_of_the_list(levels),
        *beyond_training(levels.outside, levels.count),
        *coinciding(levels.timesteps),
        *_uneven(levels),
    )


def findings_of_the_list(levels: StepLevels, from_picture: bool = False) -> tuple[Finding, ...]:
    """Those that no table of a solver has, since they are about what was asked for, and where it begins: in noise, or
    with a picture in it.
    """
    late = () if from_picture else _late_start(levels)
    return (*_another_number(levels), *late, *_taken_for_sigmas(levels))


def unseen_picture(log_snr: float) -> Iterator[Finding]:
    """That the first level of steps, of this log SNR, leaves next to nothing of a picture that is noised to it."""
    first = float(signal(np.array(log_snr)))
    if first >= SEEN_SIGNAL:
        return
    yield Finding(
        "unseen_picture",
        True,
        QT_TRANSLATE_NOOP("findings", "The picture that the run begins from has next to no effect."),
        QT_TRANSLATE_NOOP("findings", "The first level has {percent:.1f} % of it, and noise else."),
        QT_TRANSLATE_NOOP("findings", "Begin at less noise, such as by “| start=0.6” behind the spacing."),
        {"percent": 100 * first},
    )


def growth(log_snr: Array) -> Array:
    """How many times as long each step is as the one before, (N,), 0 for the first and where one is infinite."""
    with np.errstate(invalid="ignore"):
        h = np.diff(log_snr)
    ratios = np.zeros_like(h)
    lengths = np.isfinite(h[1:]) & np.isfinite(h[:-1]) & (h[:-1] != 0)
    ratios[1:][lengths] = h[1:][lengths] / h[:-1][lengths]
    return ratios


def _another_number(levels: StepLevels) -> Iterator[Finding]:
    if levels.asked in (None, levels.count):
        return
    yield Finding(
        "another_number",
        False,
        QT_TRANSLATE_NOOP("findings", "Steps asked for: {asked}; run: {count}."),
        QT_TRANSLATE_NOOP(
            "findings", "The program that the list is from, or what is done with it, has another number."
        ),
        QT_TRANSLATE_NOOP("findings", "Nothing to do, unless the number matters."),
        {"asked": levels.asked, "count": levels.count},
    )


def _late_start(levels: StepLevels) -> Iterator[Finding]:
    first, last = signal(np.array([levels.log_snr[0], levels.schedule.coefficients.log_snr[-1]])).tolist()
    if first < SEEN_SIGNAL or first < 2 * last or levels.log_snr[0] > levels.log_snr[-1]:
        return
    yield Finding(
        "late_start",
        True,
        QT_TRANSLATE_NOOP("findings", "The first level, σ = {sigma:.4g}, has {percent:.0f} % of the picture in it.")
        if first < NEARLY_ALL
        else QT_TRANSLATE_NOOP("findings", "The first level, σ = {sigma:.4g}, has nearly all of the picture in it."),
        QT_TRANSLATE_NOOP("findings", "A network was never shown pure noise and told that it is this level."),
        QT_TRANSLATE_NOOP("findings", "Start from a picture that was noised to it, or at σ = {largest:.4g}."),
        {
            "sigma": float(levels.sigmas[0]),
            "percent": 100 * first,
            "largest": float(levels.schedule.coefficients.sigmas[-1]),
        },
    )


def _taken_for_sigmas(levels: StepLevels) -> Iterator[Finding]:
    if not ModelSigmas(levels.schedule).flow or not np.max(levels.sigmas) <= 1:
        return
    yield Finding(
        "small_sigmas",
        True,
        QT_TRANSLATE_NOOP("findings", "No σ of these steps over a flow is above 1."),
        QT_TRANSLATE_NOOP("findings", "ComfyUI and diffusers call the τ of a flow sigmas, and those are all below 1."),
        QT_TRANSLATE_NOOP("findings", "If they are τ, write taus in place of sigmas."),
    )


def _uneven(levels: StepLevels) -> Iterator[Finding]:
    ratios = growth(levels.log_snr)
    step = int(ratios.argmax())
    if ratios[step] <= GROWTH:
        return
    yield Finding(
        "uneven_step",
        False,
        QT_TRANSLATE_NOOP("findings", "Step {step} is {growth:.1f} times as long in log SNR as the one before."),
        QT_TRANSLATE_NOOP("findings", "Solvers of several steps extrapolate over it, which magnifies their errors."),
        QT_TRANSLATE_NOOP("findings", "Take a more even spacing, or a solver of order 1."),
        {"step": step + 1, "growth": float(ratios[step])},
    )


def coinciding(timesteps: Array) -> Iterator[Finding]:
    """Timesteps, (N,), that are the same once rounded."""
    steps = len(timesteps)
    count = steps - len(set(np.round(timesteps).tolist()))
    if not count:
        return
    yield Finding(
        "coinciding_timesteps",
        False,
        QT_TRANSLATE_NOOP("findings", "{count} of {steps} timesteps coincide with another once rounded."),
        QT_TRANSLATE_NOOP(
            "findings", "A network that looks timesteps up in a table is told the same one for different noise."
        ),
        QT_TRANSLATE_NOOP(
            "findings", "Take fewer steps or another spacing, or a network that takes fractional timesteps."
        ),
        {"count": count, "steps": steps},
    )


def beyond_training(count: int, steps: int) -> Iterator[Finding]:
    """Levels that the schedule does not reach."""
    if not count:
        return
    yield Finding(
        "levels_outside_training",
        False,
        QT_TRANSLATE_NOOP("findings", "Levels beyond the noise the network was trained with: {count} of {steps}."),
        QT_TRANSLATE_NOOP("findings", "They are moved to the end of its schedule and spread out there."),
        QT_TRANSLATE_NOOP("findings", "Nothing to do, unless the two schedules were meant to have the same ends."),
        {"count": count, "steps": steps},
    )
