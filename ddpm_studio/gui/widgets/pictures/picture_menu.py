"""The context menu of a picture."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal, Slot
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QMenu, QWidget


class PictureMenu(QMenu):
    """Offers what can be done with one picture; its panel hides the actions that it has no use for.

    `copied`, `save_wanted` and `enlarge_wanted` carry the picture, whatever it is to its panel. The last one is for
    going back as well.
    """

    copied = Signal(object)
    save_wanted = Signal(object)
    enlarge_wanted = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._picture: object = None
        self.copy_picture = self.addAction(self.tr("&Copy picture"))
        self.save_picture = self.addAction(self.tr("&Save picture…"))
        self.enlarge = self.addAction("")
        self.addSeparator()
        self.histogram = self.addAction(self.tr("&Histogram"))
        self.histogram.setCheckable(True)
        self.open = self.addAction(self.tr("&Open a picture…"))
        self.show_enlarged(False)
        self.copy_picture.triggered.connect(self._copy)
        self.save_picture.triggered.connect(self._save)
        self.enlarge.triggered.connect(self._enlarge)

    def show_enlarged(self, enlarged: bool) -> None:
        """Offer to go back from a picture that is seen alone, or to enlarge one of several."""
        self.enlarge.setText(self.tr("&Back to all pictures") if enlarged else self.tr("&Enlarge"))

    def open_for(self, picture: object, place: QPoint) -> None:
        """Open for one picture, at a place of the screen."""
        self._picture = picture
        self.popup(place)

    @Slot()
    def _copy(self) -> None:
        self.copied.emit(self._picture)

    @Slot()
    def _save(self) -> None:
        self.save_wanted.emit(self._picture)

    @Slot()
    def _enlarge(self) -> None:
        self.enlarge_wanted.emit(self._picture)


def asked_at(event: QContextMenuEvent, widget: QWidget, middle: QPoint) -> QPoint:
    """Where a menu is to open, on the screen: at the pointer, or in the middle of what a key asks about."""
    by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
    return widget.mapToGlobal(middle) if by_key else event.globalPos()
