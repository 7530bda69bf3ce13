"""The lane of one schedule: what its strip shows along the axis, and where it has no moments any more."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.forward import weights_at
from ddpm_studio.diffusion.moment import LEVEL_SCALE, Moment
from ddpm_studio.diffusion.noising import Weights
from ddpm_studio.diffusion.time_axis import TimeAxis
from ddpm_studio.gui.field import Field


@dataclass(frozen=True)
class StripFrame:
    """A small picture of a strip, from `left` to `right` in pixels, at a step t of its schedule."""

    left: float
    right: float
    t: int


def frames(schedule: Schedule, axis: TimeAxis, field: Field, width: float) -> list[StripFrame]:
    """Frames of about `width` pixels side by side over the field, each at the step under its middle.

    Beyond the schedule's last step there are none.
    """
    count = max(1, math.floor(field.width / width))
    edges = [field.left + place * field.width / count for place in range(count + 1)]
    end = reach(schedule, axis, field)
    found = []
    for left, right in pairwise(edges):
        middle = (left + right) / 2
        if left < end:
            found.append(StripFrame(left, min(right, end), axis.step(schedule, field.position(min(middle, end)))))
    return found


def reach(schedule: Schedule, axis: TimeAxis, field: Field) -> float:
    """The pixel at which a schedule has its last step, kept in the field; the field's end if that is noise alone."""
    last = axis.position(schedule, schedule.T)
    return field.right if last >= axis.high else min(max(field.x(last), field.left), field.right)


def weights(schedule: Schedule, found: list[StripFrame]) -> list[Weights]:
    """√ᾱ and √(1−ᾱ) of each frame."""
    return [weights_at(schedule, frame.t) for frame in found]


def balance(schedule: Schedule) -> int | None:
    """The step at which picture and noise weigh the same, 0 dB; None if a schedule never gets there, or starts there.

    >>> balance(Schedule("linear", 300)), balance(Schedule.from_betas([0.1]))
    (143, None)
    """
    level = Moment(LEVEL_SCALE, 0.0)
    first = schedule.coefficients.log_snr[0]
    return level.step(schedule) if first > 0 and level.reached(schedule) else None
