"""The lanes under a person's hands: the menu of each frame, what is seen in all, and the loupe over one."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from ddpm_studio.gui.field import gutter
from ddpm_studio.gui.state.picture_at import PictureAt
from ddpm_studio.gui.state.window import Entry
from ddpm_studio.gui.timeline.closer_lanes import CloserLanes
from ddpm_studio.gui.timeline.strips import PICTURES
from ddpm_studio.gui.widgets.pictures.dragging import DragStart
from ddpm_studio.gui.widgets.pictures.keys_over import KeysOver
from ddpm_studio.gui.widgets.pictures.picture_menu import PictureMenu

LOUPE, AT_FIRST = int(Qt.Key.Key_Z), int(Qt.Key.Key_1)


class HandledLanes(CloserLanes):
    """Lanes whose frames can be copied, saved and enlarged, each as the picture that it is a detail of.

    Ctrl and the wheel zoom all frames together, Shift and a drag or the middle button move them, and 1 shows again what
    they showed at first. Ctrl and a drag take one out of the window. While Z is held, the loupe is over them.

    `looked_at` has the place that the loupe is held over, a QPointF in shares of the picture, or None; `dragged` the
    picture that is dragged out, a PictureAt.
    """

    looked_at = Signal(object)
    dragged = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.menu = PictureMenu(self)
        self._pointer = QPointF()
        self._panned: QPointF | None = None
        self._drag = DragStart(Qt.KeyboardModifier.ControlModifier)
        self._taken: PictureAt | None = None
        self._loupe_held = False
        self._keys_over = KeysOver((LOUPE, AT_FIRST), self)
        self._keys_over.pressed.connect(self._press_over)
        self._keys_over.released.connect(self._release_over)

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
        for place, entry in enumerate(self._state.visible if where.y() >= self._heads_end else ()):
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
        return self.tr(
            "Drag: move t · Ctrl+drag: to another program · Ctrl+wheel: zoom all · Shift+drag: move all · "
            "1: as at first · hold Z: loupe · right click: menu"
        )

    # zooming and moving

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom all frames about what is under the pointer, if Ctrl is held."""
        found, turned = self._frame_at(event.position()), event.angleDelta().y()
        if found is None or not turned or not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
            return
        self._zoom(2 ** (turned / 240), _inside(event.position(), found[1]))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of what is seen, or of one frame, or do what a press does else."""
        found = self._frame_at(event.position())
        if _moves_all(event) and found is not None:
            self._panned = event.position()
        elif _takes_out(event) and found is not None:
            self._taken, _ = found
            self._drag.press(event)
        else:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Leave off moving."""
        self._panned = self._taken = None
        super().mouseReleaseEvent(event)

    def _pan_to(self, where: QPointF) -> None:
        assert self._panned is not None
        by, self._panned = where - self._panned, where
        self._pan(by / self.strip(0).height())

    def _take_out(self, event: QMouseEvent, picture: PictureAt) -> None:
        if self._drag.moved(event) is not None:
            self._taken = None
            self.dragged.emit(picture)

    # the loupe

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move what is seen and take the loupe along, besides what else the mouse does here."""
        if self._taken is not None and event.buttons():
            self._take_out(event, self._taken)
            return
        super().mouseMoveEvent(event)
        self._keys_over.watch()
        self._pointer = event.position()
        if self._panned is not None and event.buttons():
            self._pan_to(self._pointer)
        if self._loupe_held:
            self._hold_loupe(self._share_at(self._pointer))

    @Slot(int)
    def _press_over(self, key: int) -> None:
        if key == AT_FIRST:
            self.look_at(None)
        else:
            self._loupe_held = True
            self._hold_loupe(self._share_at(self._pointer))

    @Slot(int)
    def _release_over(self, key: int) -> None:
        if key == LOUPE:
            self._loupe_held = False
            self._hold_loupe(None)

    def _hold_loupe(self, place: QPointF | None) -> None:
        self.hold_loupe_over(place)
        self.looked_at.emit(place)

    def _share_at(self, where: QPointF) -> QPointF | None:
        """A place of a frame in shares of the whole picture."""
        found = self._frame_at(where)
        if found is None:
            return None
        _, frame = found
        detail = self._strips.detail_of(self._state, self._place(frame))
        if detail is None:
            return None
        inside, place = _inside(where, frame), detail.place
        return QPointF(place.left() + inside.x() * place.width(), place.top() + inside.y() * place.height())


def _inside(where: QPointF, frame: QRectF) -> QPointF:
    """A place of a frame in shares of it; the gap beside it belongs to it."""
    across, down = (where.x() - frame.left()) / frame.width(), (where.y() - frame.top()) / frame.height()
    return QPointF(min(max(across, 0.0), 1.0), min(max(down, 0.0), 1.0))


def _moves_all(event: QMouseEvent) -> bool:
    """Whether a press is for moving what is seen in all frames."""
    shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
    return event.button() is Qt.MouseButton.MiddleButton or (event.button() is Qt.MouseButton.LeftButton and shift)


def _takes_out(event: QMouseEvent) -> bool:
    """Whether a press may begin to drag one frame out."""
    held = event.modifiers() == Qt.KeyboardModifier.ControlModifier
    return held and event.button() is Qt.MouseButton.LeftButton
