"""StepsLine: the line of a box in which steps are typed, which completes them and marks what is wrong in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Slot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.errors import StepsError
from ddpm_studio.gui.completing.folder_contents import TypedPath
from ddpm_studio.gui.completing.marks import show_looks, wrong
from ddpm_studio.gui.completing.offering_line import OfferingLine
from ddpm_studio.gui.completing.offers import Completion
from ddpm_studio.gui.steps.steps_completion import path_of_steps, steps_completions
from ddpm_studio.gui.theme import tokens_of


class StepsLine(OfferingLine):
    """Offers what fits over a `schedule`, asked for when it is needed; how many steps there are is told elsewhere."""

    def __init__(self, schedule: Callable[[], Schedule]) -> None:
        super().__init__()
        self._schedule = schedule
        self.textEdited.connect(self.offer)
        self.textChanged.connect(self._mark)
        self.draft.refused.connect(self._mark)

    def offers_at(self, text: str, caret: int) -> Sequence[Completion]:
        """Spacings, their options, and what is done with steps."""
        return steps_completions(text, caret, self._schedule(), counted=False)

    def path_at(self, text: str, caret: int) -> TypedPath | None:
        """The path of a file with steps."""
        return path_of_steps(text, caret)

    @Slot()
    def _mark(self) -> None:
        """Mark what is wrong with a text that was refused."""
        place = _wrong_place(self.text()) if self.draft.said else None
        show_looks(self, () if place is None else [wrong(place, tokens_of(self.palette()))])


def _wrong_place(text: str) -> tuple[int, int] | None:
    try:
        StepsSpec.parse(text)
    except StepsError as error:
        return error.place
    return None
