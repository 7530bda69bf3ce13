"""FaultActions: telling of what went wrong in the program itself, copying it, and showing the log."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QApplication, QWidget

from ddpm_studio.gui.faults.faults import Fault, Faults
from ddpm_studio.gui.messages import Messages
from ddpm_studio.gui.state.studio import Studio


class FaultActions(QObject):
    """Tells of a fault among `messages`, and has the panels show the state again, which one may have half shown."""

    def __init__(self, studio: Studio, messages: Messages, parent: QWidget) -> None:
        super().__init__(parent)
        self._studio, self._messages = studio, messages
        self._fault: Fault | None = None
        self._copy, self._show_log = QAction(self.tr("Copy"), self), QAction(self.tr("Show log"), self)
        self._copy.setToolTip(self.tr("Copy all that is known of it, for a report"))
        self._show_log.setToolTip(self.tr("Open the log in the program that shows text files"))
        self._copy.triggered.connect(self.copy_details)
        self._show_log.triggered.connect(self.show_log)

    def follow(self, faults: Faults) -> None:
        """Tell of these faults, though not at once: one may have happened while something was being painted."""
        faults.happened.connect(self.tell, Qt.ConnectionType.QueuedConnection)
        if faults.latest is not None:
            self.tell(faults.latest)

    @Slot(object)
    def tell(self, fault: Fault) -> None:
        """Say what happened; the program goes on with the last good state."""
        self._fault = fault
        self._studio.announce()
        sentence = self.tr(
            "ddpm-studio made a mistake: {summary}. What you set up is kept; please report it with what Copy gives."
        )
        actions = [self._copy] if fault.log is None else [self._copy, self._show_log]
        self._messages.say(sentence.format(summary=fault.summary.rstrip(".")), actions)

    @Slot()
    def copy_details(self) -> None:
        """Copy all that is known of the latest fault."""
        if self._fault is not None:
            QApplication.clipboard().setText(self._fault.details)

    @Slot()
    def show_log(self) -> None:
        """Open the log; where nothing can, say where it is."""
        if self._fault is None or self._fault.log is None:
            return
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(self._fault.log)):
            sentence = self.tr("No program was found that shows {path}; open it in a text editor.")
            self._messages.say(sentence.format(path=self._fault.log))
