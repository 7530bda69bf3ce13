"""Live runs: a few steps and pictures, drawn again whenever the sampled schedule changes."""

from __future__ import annotations

from contextlib import suppress

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from ddpm_studio.errors import StudioError
from ddpm_studio.gui.state.planning import live_run
from ddpm_studio.gui.state.run import RunSpec
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.translation import translated

LIVE_MS = 50
"""How long the schedule has to stay unchanged before a live run begins; a slow drag leaves that much time."""


class LiveRuns(QObject):
    """Watches the state. `due` carries the RunSpec to draw now, `refused` the reason why there is none.

    `wanted` says that the user will want to see what is drawn.
    """

    wanted = Signal()
    due = Signal(object)
    refused = Signal(str)

    def __init__(self, studio: Studio, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._spec: RunSpec | None = None
        self._resting = QTimer(self, singleShot=True, interval=LIVE_MS)
        self._resting.timeout.connect(self._tell)
        studio.changed.connect(self._follow)

    def end(self) -> None:
        """Start no more runs."""
        self._resting.stop()

    def give_way(self) -> None:
        """Draw no live run until the next change: the user has just said what is to be drawn, or that nothing is."""
        self._resting.stop()
        with suppress(StudioError):
            self._spec = live_run(self._studio.state)

    @Slot(bool)
    def set_live(self, live: bool) -> None:
        """Follow the sliders: run again, with few steps and pictures, whenever the sampled schedule changes."""
        setup = self._studio.state.sampling
        if live and setup.line.along is None:
            setup = setup.with_line(along=self._studio.state.selected)
        self._spec = None
        self._studio.set_sampling(lines=setup.lines, live=live)

    @Slot()
    def toggle_live(self) -> None:
        """Start or stop following the sliders."""
        live = not self._studio.state.sampling.live
        self.set_live(live)
        if live:
            self.wanted.emit()

    @Slot(object)
    def _follow(self, state: State) -> None:
        # A checkpoint that is still being opened may not be kept, and the sentence that says why must not be lost.
        if not state.sampling.live or state.sampling.card is None:
            return
        try:
            spec = live_run(state)
        except StudioError as error:
            self.refused.emit(translated(error))
            return
        if spec != self._spec:
            self._spec = spec
            self._resting.start()

    @Slot()
    def _tell(self) -> None:
        setup = self._studio.state.sampling
        if setup.live and setup.card is not None and self._spec is not None:
            self.due.emit(self._spec)
        else:
            self._spec = None
