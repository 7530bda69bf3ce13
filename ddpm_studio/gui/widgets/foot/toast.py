"""A toast: a message of one line that does not block, covers nothing, and goes away by itself."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAction, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from ddpm_studio.gui.widgets.elided_label import ElidedLabel

SHOWN_MS = 10_000

MARGIN = 2
"""Above the text, and below it, in pixels."""


class Toast(QFrame):
    """A sentence, read out by screen readers; a new one replaces the last.

    It is always as tall as a line. One that is longer has its middle left out, and a button that shows the whole.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("toast")
        self._said = ""
        self._text = ElidedLabel(elide=Qt.TextElideMode.ElideMiddle)
        self._text.label.setAutoFillBackground(False)
        self._text.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._more = _quiet("…", self.tr("Show the whole message"))
        self._more.clicked.connect(self._show_whole)
        close = _quiet("✕", self.tr("Close the message (Esc)"))
        close.setAccessibleName(self.tr("Close the message"))
        close.clicked.connect(self.hide)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 4, 0)
        row.setSpacing(4)
        row.addWidget(self._text, 1)
        row.addWidget(self._more)
        self._buttons: list[QToolButton] = []
        row.addWidget(close)
        self.setFixedHeight(self.fontMetrics().height() + 2 * MARGIN)
        self._timer = QTimer(self, singleShot=True, interval=SHOWN_MS)
        self._timer.timeout.connect(self.hide)
        self.hide()

    @property
    def text(self) -> str:
        """The current message, or the last one."""
        return self._said

    @Slot(str)
    def say(self, text: str, actions: Sequence[QAction] = ()) -> None:
        """Show a sentence for ten seconds; with buttons for what may be done about it, until it is closed."""
        self._said = text
        self._text.say(" ".join(text.split()))
        self._offer(actions)
        self.setAccessibleName(text)
        self.show()
        self._fit()
        self._timer.stop() if actions else self._timer.start()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Offer the whole where it has no room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = self.width() - self._room_beside()
        self._more.setVisible(self._text.needed > room)

    def _room_beside(self) -> int:
        """The width of everything beside the text but for the button that shows the whole."""
        beside = [part for part in self.findChildren(QToolButton) if part is not self._more and not part.isHidden()]
        margins = self._row.contentsMargins()
        widths = sum(part.sizeHint().width() + self._row.spacing() for part in beside)
        return margins.left() + margins.right() + widths + 2 * self.frameWidth()

    def _offer(self, actions: Sequence[QAction]) -> None:
        for button in self._buttons:
            button.hide()
            button.deleteLater()
        self._buttons.clear()
        for place, action in enumerate(actions, 2):
            button = _quiet("", "")
            button.setDefaultAction(action)
            self._row.insertWidget(place, button)
            self._buttons.append(button)

    @Slot()
    def _show_whole(self) -> None:
        self._timer.stop()
        WholeMessage(self._said, self).show_above(self)


class WholeMessage(QFrame):
    """A message in full, above the toast until another window is active, or Esc."""

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("toast")
        label = QLabel(text)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        QVBoxLayout(self).addWidget(label)

    def show_above(self, toast: QWidget) -> None:
        """Appear as wide as the toast, as tall as the text needs it."""
        self.setFixedWidth(toast.width())
        height = self.heightForWidth(toast.width())
        self.resize(toast.width(), height)
        self.move(toast.mapToGlobal(QPoint(0, -height)))
        self.show()
        self.activateWindow()

    def event(self, event: QEvent) -> bool:
        """Go as soon as the person turns to something else."""
        escaped = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if event.type() is QEvent.Type.WindowDeactivate or (escaped and event.type() is QEvent.Type.KeyPress):
            self.close()
            return True
        return super().event(event)


def _quiet(text: str, tip: str) -> QToolButton:
    """A button that is no taller than a line."""
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setProperty("role", "quiet")
    button.setFixedHeight(button.fontMetrics().height())
    return button
