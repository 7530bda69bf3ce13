"""Drawing from a schedule that there is: why one cannot be turned into a drawn one."""

from __future__ import annotations

from ddpm_studio.diffusion.by_hand.matching import why_not_match
from ddpm_studio.errors import StudioError
from ddpm_studio.gui.state.window import State


def why_not_draw(state: State) -> StudioError | None:
    """The reason why the selected schedule cannot be drawn from; None if it can."""
    return why_not_match(state.current.schedule)
