"""Foretelling: what there is to say of the run that is set up, found out before it begins, once nothing changes."""

from __future__ import annotations

from contextlib import suppress

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from ddpm_studio.errors import StudioError
from ddpm_studio.gui.state.run import CheckpointCard, RunSpec
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.worker.sampling_thread import SamplingThread
from ddpm_studio.texts import Text

RESTS_MS = 300
"""How long the settings have to stay as they are before it is found out what a run with them takes."""


class Foretelling(QObject):
    """Asks the thread that samples, which knows the network. `told` has Texts and StudioErrors, none most of the time.

    Only the checkpoint and the settings of a run count, and not by which steps it goes.
    """

    told = Signal(object)

    def __init__(self, studio: Studio, thread: SamplingThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studio, self._thread = studio, thread
        self._seen: tuple[CheckpointCard, dict[str, object]] | None = None
        self._asked: RunSpec | None = None
        self._resting = QTimer(self, singleShot=True, interval=RESTS_MS)
        self._resting.timeout.connect(self._ask)
        studio.changed.connect(self._follow)
        thread.foretold.connect(self._tell)

    def end(self) -> None:
        """Ask no more."""
        self._resting.stop()

    @Slot(object)
    def _follow(self, state: State) -> None:
        setup = state.sampling
        seen = None if setup.card is None else (setup.card, setup.settings)
        if seen == self._seen:
            return
        self._seen, self._asked = seen, None
        if seen is None:
            self._resting.stop()
        else:
            self._resting.start()

    @Slot()
    def _ask(self) -> None:
        setup = self._studio.state.sampling
        with suppress(StudioError):  # What cannot be run says so itself.
            self._asked = RunSpec(setup.checkpoint, **setup.settings)
            self._thread.foretell(self._asked)

    @Slot(object, object)
    def _tell(self, spec: RunSpec, notes: tuple[Text | StudioError, ...]) -> None:
        if spec is self._asked:
            self.told.emit(notes)
