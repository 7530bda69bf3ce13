"""PassingBox: a field that lies over a number only while another is typed in its place."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSpinBox, QWidget

from ddpm_studio.gui.widgets.number_box import NumberBox
from ddpm_studio.gui.widgets.scale import Scale


class PassingBox(NumberBox):
    """Over `parent`, from `open` until its number is taken or given up; then it goes, and `gone` says so.

    A number that cannot be had stays, as in any other field, but for no longer than what it lies over. `gone` comes
    first: who hears it need not ask any more.
    """

    gone = Signal()

    def __init__(self, ends: tuple[float, float], value: float, parent: QWidget) -> None:
        """For numbers between two ends, beginning with `value`."""
        low, high = ends
        super().__init__(Scale(low, high, low, high), parent)
        self._below, self._open = parent, True
        self.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
        self.setAccessibleName(parent.accessibleName())
        self.setValue(value)
        self.draft.given_up.connect(self.leave)
        self.editingFinished.connect(self._leave_if_taken)

    def open(self) -> None:
        """Be typed into."""
        self.show()
        self.activateWindow()
        self.setFocus()
        self.selectAll()

    def event(self, event: QEvent) -> bool:
        """Claim Esc, which closes the field, before the window's shortcuts have it."""
        escapes = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if escapes and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keep every key: the Enter that ends it does not begin another."""
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)
        event.accept()

    def give_way(self) -> None:
        """Go, now that there is another number below, unless it is being typed in."""
        if not self.hasFocus():
            self.leave()

    @Slot()
    def leave(self) -> None:
        """Go, and give the focus back to what lies below."""
        if not self._open:
            return
        self._open = False
        had_focus = self.hasFocus()
        self.gone.emit()
        # Otherwise what was refused would be read once more while the focus leaves, maybe for another schedule.
        self.draft.give_up()
        self.hide()
        self.deleteLater()
        if had_focus:
            self._below.setFocus()

    @Slot()
    def _leave_if_taken(self) -> None:
        if not self.draft.reason:
            self.leave()
