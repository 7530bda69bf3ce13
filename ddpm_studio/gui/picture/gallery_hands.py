"""The gallery under a person's hands: the menu of each picture, and one of them enlarged."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QEnterEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from ddpm_studio.gui.picture.gallery import Gallery
from ddpm_studio.gui.picture.tile import Tile
from ddpm_studio.gui.state.picture_at import PictureAt
from ddpm_studio.gui.widgets.pictures.dragging import DragStart
from ddpm_studio.gui.widgets.pictures.keys_over import KeysOver
from ddpm_studio.gui.widgets.pictures.look import Look, most_zoom
from ddpm_studio.gui.widgets.pictures.picture_menu import asked_at

TURNS: dict[int, int] = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
"""Keys that go from the enlarged picture to the one beside it."""

LOUPE, WHOLE = int(Qt.Key.Key_Z), int(Qt.Key.Key_1)


class HandledGallery(Gallery):
    """Pictures to look at closely. `menu_requested` carries a PictureAt, and a place of the screen; `dragged` carries
    the one that is being dragged out, and `looked_at` the place that the loupe is held over, a QPointF in shares of the
    whole picture, or None.

    A double click, or Enter, enlarges a picture and goes back; while one is enlarged, ← and → go to the next, Esc back.
    The wheel zooms all pictures together, the middle button moves them, and 1 or a double click beside them shows them
    whole. While Z is held, the loupe is over them.
    """

    menu_requested = Signal(object, QPoint)
    dragged = Signal(object)
    looked_at = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Pictures"))
        self.setMouseTracking(True)
        self._drag = DragStart()
        self._pointer = QPoint(-1, -1)
        self._panned: QPointF | None = None
        self._loupe_held = False
        self._keys_over = KeysOver((LOUPE, WHOLE), self)
        self._keys_over.pressed.connect(self._press_over)
        self._keys_over.released.connect(self._release_over)

    @Slot(object)
    def toggle_enlarged(self, at: PictureAt) -> None:
        """Enlarge one of the pictures, or go back to all of them."""
        pictures = self.pictures
        self._toggle(pictures.index(at) if at in pictures else 0)

    @Slot(object)
    def hold_loupe_over(self, place: QPointF | None) -> None:
        """Hold the loupe over a place in shares of the whole picture, or put it away."""
        self.hold_loupe(None if place is None else self.look.seen_at(place))

    def _toggle(self, place: int) -> None:
        self.enlarge(place if self.enlarged is None else None)

    # the mouse

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the picture under the pointer, or that has the focus if a key was pressed."""
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        place = self._focused() if by_key else self._place_at(event.pos())
        if place is None:
            event.ignore()
            return
        tile = self._tiles[place]
        self.menu_requested.emit(self.pictures[place], asked_at(event, tile, tile.shown_at().center().toPoint()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Enlarge a picture, or go back."""
        place = self._place_at(event.position().toPoint())
        if event.button() is not Qt.MouseButton.LeftButton:
            super().mouseDoubleClickEvent(event)
        elif place is None:
            self.look_at(Look())
        else:
            self._toggle(place)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Note where a drag may begin, or begin to move what is seen of all pictures."""
        self._drag.press(event)
        if event.button() is Qt.MouseButton.MiddleButton:
            self._panned = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Leave off moving."""
        self._panned = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom all pictures about what is under the pointer."""
        about, turned = self._share_at(event.position().toPoint()), event.angleDelta().y()
        if about is None or not turned:
            event.ignore()
            return
        height, width, _ = self._picture.pixels.shape
        self.look_at(self.look.zoomed(2 ** (turned / 240), about, most_zoom(width, height)))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Begin to drag the picture that was pressed, move what is seen, and take the loupe along."""
        self._keys_over.watch()
        self._pointer = event.position().toPoint()
        if self._panned is not None and event.buttons() & Qt.MouseButton.MiddleButton:
            self._pan(event.position())
        if self._loupe_held:
            self._hold(self._share_at(self._pointer))
        began = self._drag.moved(event)
        place = None if began is None else self._picture_under(began)
        if place is not None:
            self.dragged.emit(self.pictures[place])

    def _pan(self, to: QPointF) -> None:
        assert self._panned is not None
        shown, by = self._tiles[self.seen[0]].shown_at(), to - self._panned
        self._panned = to
        self.look_at(self.look.moved(QPointF(by.x() / shown.width(), by.y() / shown.height())))

    def _share_at(self, where: QPoint) -> QPointF | None:
        """A place in shares of the picture that is there; None if there is none."""
        place = self._picture_under(where)
        if place is None:
            return None
        tile = self._tiles[place]
        shown, inside = tile.shown_at(), QPointF(where - tile.pos())
        return QPointF((inside.x() - shown.left()) / shown.width(), (inside.y() - shown.top()) / shown.height())

    def _picture_under(self, where: QPoint) -> int | None:
        """The place of the tile whose picture, not its text, is here."""
        place = self._place_at(where)
        if place is None:
            return None
        tile = self._tiles[place]
        return place if tile.shown_at().contains(QPointF(where - tile.pos())) else None

    def _place_at(self, where: QPoint) -> int | None:
        return next((place for place in self.seen if self._tiles[place].geometry().contains(where)), None)

    # keys while the pointer is here

    def enterEvent(self, event: QEnterEvent) -> None:
        """Hear the keys that are for what the pointer is over."""
        super().enterEvent(event)
        self._pointer = event.position().toPoint()
        self._keys_over.watch()

    @Slot(int)
    def _press_over(self, key: int) -> None:
        if key == WHOLE:
            self.look_at(Look())
        else:
            self._loupe_held = True
            self._hold(self._share_at(self._pointer))

    @Slot(int)
    def _release_over(self, key: int) -> None:
        if key == LOUPE:
            self._loupe_held = False
            self._hold(None)

    def _hold(self, seen: QPointF | None) -> None:
        """Hold the loupe over shares of what is seen, here and wherever else the picture is."""
        self.hold_loupe(seen)
        self.looked_at.emit(None if seen is None else self.look.whole_at(seen))

    # keys of the picture that has the focus

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enlarge the picture that has the focus, go to the next, or back; leave other keys to the window."""
        if not self._use_key(event.key(), event.modifiers()):
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Take Esc for going back while a picture is enlarged, although it stops a run otherwise."""
        takes_esc = event.type() is QEvent.Type.ShortcutOverride and self.enlarged is not None
        if takes_esc and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def _use_key(self, key: int, modifiers: Qt.KeyboardModifier) -> bool:
        focused, alone = self._focused(), self.enlarged
        if modifiers & ~Qt.KeyboardModifier.KeypadModifier or focused is None:
            return False
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._toggle(focused)
        elif alone is not None and key in TURNS:
            self.enlarge((alone + TURNS[key]) % len(self._tiles))
        elif key == WHOLE:
            self.look_at(Look())
        elif alone is not None and key == Qt.Key.Key_Escape:
            self.enlarge(None)
        else:
            return False
        return True

    def _focused(self) -> int | None:
        tile = self.focusWidget()
        return self._tiles.index(tile) if isinstance(tile, Tile) and tile.hasFocus() and tile in self._tiles else None
