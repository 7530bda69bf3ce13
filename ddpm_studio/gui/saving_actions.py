"""SavingActions: the part common to all saving, with one file at a time, its progress and its outcome."""

from __future__ import annotations

from PySide6.QtCore import QDeadlineTimer, QObject, Signal, Slot

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError, StudioError
from ddpm_studio.gui.saving import Saver
from ddpm_studio.gui.state.studio import Studio


class SavingActions(QObject):
    """Owns a Saver. `said` reports what was done, `saving` the progress of a file.

    `saving` has the file's name, parts done and parts in all; 0 of 0 when nothing is being saved.
    """

    said = Signal(str)
    saving = Signal(str, int, int)

    def __init__(self, studio: Studio, parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio
        self._saver = Saver(self)
        self._saver.progressed.connect(self.saving)
        self._saver.ended.connect(self._report)

    @Slot()
    def cancel(self) -> None:
        """Stop saving; nothing is written."""
        self._saver.cancel()

    @Slot()
    def end(self, deadline: QDeadlineTimer | None = None) -> None:
        """Stop saving and wait for the thread, or until the deadline; to be called when the window closes."""
        self._saver.end(deadline)

    def _complain_if_busy(self) -> bool:
        """True if another file is being saved; the user is then told."""
        if self._saver.busy:
            self._studio.complain(
                FileError(QT_TRANSLATE_NOOP("errors", "Another file is being saved; wait for it, or cancel it first."))
            )
        return self._saver.busy

    @Slot(str, bool, object)
    def _report(self, path: str, written: bool, refusal: StudioError | None) -> None:
        if refusal is not None:
            self._studio.complain(refusal)
        elif written:
            self.said.emit(self.tr("Saved {path}.").format(path=path))
        else:
            self.said.emit(self.tr("Saving {path} was cancelled; nothing was written.").format(path=path))
