"""Reachable moments: why a value of a scale is none to which the chosen schedule can be taken."""

from __future__ import annotations

from ddpm_studio.diffusion.moment import SCALES, T_SCALE
from ddpm_studio.errors import QT_TRANSLATE_NOOP, StudioError
from ddpm_studio.gui.state.window import State
from ddpm_studio.numerals import brief, numeral


def why_not_go(state: State, scale: str, value: float) -> StudioError | None:
    """The reason why the chosen schedule cannot go to a value of one of the SCALES; None if it can.

    Its ends can be typed as the sentence writes them, rounded.
    """
    low, high = SCALES[scale].ends(state.current.schedule)
    ends, typed = [brief(end) for end in (low, high)], brief(value)
    if scale == T_SCALE and not value.is_integer():
        return StudioError(
            QT_TRANSLATE_NOOP("errors", "t = {t} lies between two steps; choose a whole number."), t=numeral(value)
        )
    if low <= value <= high or typed in ends:
        return None
    return StudioError(
        QT_TRANSLATE_NOOP("errors", "{scale} = {value} is never reached by {letter}; choose {low} to {high}."),
        scale=SCALES[scale].name,
        letter=state.letter(state.current),
        value=typed,
        low=ends[0],
        high=ends[1],
    )
