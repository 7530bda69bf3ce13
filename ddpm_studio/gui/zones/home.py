"""Home: the place of a part of the window, from which it goes into a window of its own, and to which it returns."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, Qt, Signal, Slot
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from ddpm_studio.gui.widgets.focus import give_up_focus
from ddpm_studio.gui.zones.own_window import OwnWindow
from ddpm_studio.gui.zones.splits import Split


class Home(QWidget):
    """Holds `content` unless that is in a window of its own. `changed` says that something came, went or folded.

    `name` is stored in saved layouts, and `meaning` is what its header or tab says when it is hovered.
    """

    changed = Signal()

    def __init__(self, name: str, title: str, content: QWidget, window: QMainWindow, meaning: str = "") -> None:
        super().__init__()
        self.meaning = meaning
        self.name, self.title, self.content = name, title, content
        self._main = window
        self._own: OwnWindow | None = None
        self._apart = False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(content, 1)

    @property
    def apart(self) -> bool:
        """Whether the content is in a window of its own."""
        return self._apart

    @property
    def gone(self) -> bool:
        """Whether it is not here."""
        return self._apart

    @property
    def folded(self) -> bool:
        """Whether the content takes no more room than it needs."""
        return False

    def set_folded(self, folded: bool) -> None:
        """Fold or unfold the content, in a place that can."""

    @Slot(bool)
    def set_apart(self, apart: bool) -> None:
        """Open the content in a window of its own, or put it back."""
        if apart == self._apart:
            return
        self._apart = apart
        give_up_focus(self.content, self._main)
        if apart:
            own = self._own_window()
            own.take(self.content)
            # The windows of a session wait for the main one.
            own.setVisible(self._main.isVisible())
        else:
            self._column.addWidget(self.content, 1)
            self.content.show()
            self._own_window().hide()
        self.changed.emit()

    def show_window(self) -> None:
        """Show the window of its own, if it has one now, before the others, beside the main one."""
        if self._apart and self._main.isVisible():
            self._own_window().show()
            self._own_window().raise_()

    @Slot()
    def toggle_apart(self) -> None:
        """Open the content in a window of its own, or put it back."""
        self.set_apart(not self._apart)

    @property
    def own_window(self) -> QWidget:
        """The window of its own."""
        return self._own_window()

    def restore_apart(self, geometry: QByteArray) -> None:
        """Open the content in a window of its own, where that was before."""
        self._own_window().restore(geometry)
        self.set_apart(True)

    def _own_window(self) -> OwnWindow:
        if self._own is None:
            self._own = OwnWindow(self.title, self._main)
            # When every window closes, this one may be the first; the session has it open still.
            self._own.closed.connect(self._put_back, Qt.ConnectionType.QueuedConnection)
        return self._own

    @Slot()
    def _put_back(self) -> None:
        if self._main.isVisible():
            self.set_apart(False)


class ZoneGroup(Home):
    """The place of zones that share an axis, and so go apart together."""

    def __init__(self, name: str, title: str, content: Split, window: QMainWindow) -> None:
        super().__init__(name, title, content, window)
        self._split = content

    @property
    def folded(self) -> bool:
        """Whether all of them are folded."""
        return self._split.folded

    def set_folded(self, folded: bool) -> None:
        """Fold or unfold all of them."""
        self._split.set_folded(folded)
