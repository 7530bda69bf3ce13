"""The lanes under a person's hands: the menu of each frame, and the loupe that is held over one."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from ddpm_studio.gui.field import gutter
from ddpm_studio.gui.state.picture_at import PictureAt
from ddpm_studio.gui.state.window import Entry
from ddpm_studio.gui.timeline.lanes import Lanes
from ddpm_studio.gui.timeline.strips import PICTURES
from ddpm_studio.gui.widgets.pictures.keys_over import KeysOver
from ddpm_studio.gui.widgets.pictures.picture_menu import PictureMenu


class HandledLanes(Lanes):
    """Lanes whose frames can be copied and saved, each as the picture that it is a detail of.

    `looked_at` has the place that the loupe is held over, a QPointF in shares of the picture, or None.
    """

    looked_at = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.menu = PictureMenu(self)
        self.menu.enlarge.setVisible(False)
        self._pointer = QPointF()
        self._loupe_held = False
        self._keys_over = KeysOver((int(Qt.Key.Key_Z),), self)
        self._keys_over.pressed.connect(self._take_loupe)
        self._keys_over.released.connect(self._put_loupe_away)

    # the menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Open the menu of the picture under the pointer."""
        found = self._frame_at(QPointF(event.pos()))
        if found is None:
            event.ignore()
            return
        self.menu.histogram.setChecked(self._state.histogram)
        self.menu.open_for(found[0], event.globalPos())

    def _frame_at(self, where: QPointF) -> tuple[PictureAt, QRectF] | None:
        """What the frame under a place is a detail of, and where that is painted; None if there is none."""
        for place, entry in enumerate(self._state.visible):
            strip = self.strip(place)
            if self._state.picture is not None and strip.height() >= PICTURES and strip.contains(where):
                return self._frame_in(entry, strip, where)
        return None

    def _frame_in(self, entry: Entry, strip: QRectF, where: QPointF) -> tuple[PictureAt, QRectF] | None:
        now = self._now_at(entry, strip)
        if now is not None and now.contains(where):
            return PictureAt(entry, self._state.t_of(entry)), now
        for frame in self._strips.frames(self._state, entry, self._place(strip)):
            if frame.left <= where.x() < frame.right:
                return PictureAt(entry, frame.t), QRectF(frame.left, strip.top(), strip.height(), strip.height())
        return None

    def _hint_at(self, place: QPointF) -> str:
        if place.x() < gutter(self._tokens.scale):
            return self.tr("Click: select the schedule") if self._entry_at(place) is not None else ""
        if self._frame_at(place) is None:
            return super()._hint_at(place)
        return self.tr("Drag: move t · hold Z: loupe in all pictures · right click: copy, save, histogram")

    # the loupe

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Take the loupe along, besides what else the mouse does here."""
        super().mouseMoveEvent(event)
        self._keys_over.watch()
        self._pointer = event.position()
        if self._loupe_held:
            self.looked_at.emit(self._share_at(self._pointer))

    @Slot()
    def _take_loupe(self) -> None:
        self._loupe_held = True
        self.looked_at.emit(self._share_at(self._pointer))

    @Slot()
    def _put_loupe_away(self) -> None:
        self._loupe_held = False
        self.looked_at.emit(None)

    def _share_at(self, where: QPointF) -> QPointF | None:
        """A place of a frame in shares of the whole picture."""
        found = self._frame_at(where)
        if found is None:
            return None
        _, frame = found
        detail = self._strips.detail_in(self._state, self._place(frame))
        if detail is None:
            return None
        across, down = (where.x() - frame.left()) / frame.width(), (where.y() - frame.top()) / frame.height()
        return QPointF(detail.left() + min(across, 1.0) * detail.width(), detail.top() + down * detail.height())
