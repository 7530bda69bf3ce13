"""PaletteActions: show the palette, gather what it offers, and do what is chosen in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QMainWindow

from ddpm_studio.gui.palette.deed import Deed
from ddpm_studio.gui.palette.menu_deeds import deeds_of_menus
from ddpm_studio.gui.palette.palette_box import PaletteBox
from ddpm_studio.gui.palette.ranking import FoundDeed, ranked
from ddpm_studio.gui.palette.schedule_deeds import entry_deeds, new_schedule_deeds
from ddpm_studio.gui.palette.setting_deeds import curve_deeds, plot_deeds, preference_deeds, solver_deeds
from ddpm_studio.gui.palette.typed_deeds import deeds_of_typed
from ddpm_studio.gui.preferences.keeper import PreferenceKeeper
from ddpm_studio.gui.state.studio import Studio

MOST_RECENT = 12
"""Deeds that are remembered as the last ones."""


class PaletteActions(QObject):
    """Shows the palette over `window`; there is one at most, which is made when it is first asked for.

    `recent` has the ids of what was done last, the newest first. `change_line` changes a field of the chosen line of
    the setup.
    """

    def __init__(
        self,
        studio: Studio,
        change_line: Callable[[str, object], None],
        keeper: PreferenceKeeper,
        window: QMainWindow,
    ) -> None:
        super().__init__(window)
        self._studio, self._change_line, self._keeper, self._window = studio, change_line, keeper, window
        self._box: PaletteBox | None = None
        self._deeds: Sequence[Deed] = ()
        self.recent: tuple[str, ...] = ()

    @Slot()
    def show_palette(self) -> None:
        """Open the palette."""
        if self._box is None:
            self._box = PaletteBox(self._window, self._found)
            self._box.chosen.connect(self._do)
        if not self._box.isVisible():
            self._deeds = tuple(self._all())
        self._box.open()

    def remember(self, recent: Sequence[str]) -> None:
        """Take these for what was done last."""
        self.recent = tuple(recent)[:MOST_RECENT]

    def _all(self) -> Iterator[Deed]:
        yield from entry_deeds(self._studio)
        yield from deeds_of_menus(self._window.menuBar())
        yield from plot_deeds(self._studio)
        yield from curve_deeds(self._studio)
        yield from new_schedule_deeds(self._studio)
        yield from solver_deeds(self._change_line)
        yield from preference_deeds(self._keeper)

    def _found(self, typed: str) -> list[FoundDeed]:
        meant = [FoundDeed(deed) for deed in deeds_of_typed(self._studio, typed)]
        return [*meant, *ranked(self._deeds, typed, self.recent)]

    @Slot(object)
    def _do(self, deed: Deed) -> None:
        self.remember((deed.id, *(id for id in self.recent if id != deed.id)))
        deed.run()
