"""Turning of the numbers in a line: the scale that each goes along, and a family's range with another one in it."""

from __future__ import annotations

from ddpm_studio.diffusion.schedule_family import LEAST, MOST, ScheduleFamily
from ddpm_studio.errors import StudioError
from ddpm_studio.gui.schedules.card.parameter_field import scale_of
from ddpm_studio.gui.schedules.text.digits import NumberRole, TypedNumber
from ddpm_studio.gui.widgets.scale import Scale

Range = tuple[float, float, int]
"""Both ends and the number of members."""


def scale_along(number: TypedNumber) -> Scale:
    """The scale that a number goes along: that of its slider, or as many members as there may be."""
    return (
        Scale(LEAST, MOST, LEAST, MOST, whole=True) if number.part is NumberRole.COUNT else scale_of(number.parameter)
    )


def range_with(family: ScheduleFamily, number: TypedNumber, value: float) -> Range | None:
    """A family's range with another value of one of its numbers; None if there can be no such family."""
    changed = {**_range_of(family), number.part: value}
    wanted = changed[NumberRole.FIRST], changed[NumberRole.LAST], round(changed[NumberRole.COUNT])
    try:
        family.along(*wanted)
    except StudioError:
        return None
    return wanted


def range_toward(family: ScheduleFamily, number: TypedNumber, value: float) -> Range | None:
    """A family's range with a number as near to `value`, from where it is, as a hand on its scale gets."""
    scale = scale_along(number)
    good, bad = scale.position(_range_of(family)[number.part]), scale.position(value)
    found = range_with(family, number, value)
    while found is None and abs(bad - good) > 1:
        middle = (good + bad) // 2
        if range_with(family, number, scale.value(middle)) is None:
            bad = middle
        else:
            good = middle
    return found or range_with(family, number, scale.value(good))


def _range_of(family: ScheduleFamily) -> dict[NumberRole, float]:
    return {NumberRole.FIRST: family.first, NumberRole.LAST: family.last, NumberRole.COUNT: family.count}
