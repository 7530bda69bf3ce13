"""Split: parts of the window beside or under each other, whose shares only a person changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, cast

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from ddpm_studio.gui.widgets.sizes.by_font import grown

HANDLE = 5
"""Width of what lies between two parts, in pixels."""

GROWN = 12
"""Pixels by which a folded part is dragged open."""

FULLEST = 0.75
"""The share up to which the first part has as many pixels as it is to have at least."""

WHOLE = 100.0
"""The sum of all shares."""


class SplitPart(Protocol):
    """What a split asks of a part, which is a QWidget besides."""

    @property
    def folded(self) -> bool:
        """Whether it takes no more room than it needs."""

    @property
    def gone(self) -> bool:
        """Whether there is nothing of it here, since all of it is in windows of its own."""

    def set_folded(self, folded: bool) -> None:
        """Fold it, or unfold it."""


class Split(QSplitter):
    """Gives each part its share of the room, however small the window was in between.

    What is folded, or elsewhere, keeps its share for later. One that `fills` its own place is never folded itself.
    """

    fills = False

    def __init__(
        self,
        orientation: Qt.Orientation,
        parts: Sequence[SplitPart],
        shares: Sequence[float],
        least: int = 0,
        most: float = 0.0,
    ) -> None:
        """Until a person moves the shares, the first part has `least` pixels in the system's font at least, as far as
        that leaves room for others, and the last one what its size hint asks for, up to the share `most` of the room.
        """
        super().__init__(orientation)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(HANDLE)
        self._parts, self._first, self._least, self._most = tuple(parts), _whole(shares), least, most
        self._widgets = [cast(QWidget, part) for part in self._parts]
        self._shares = self._first
        # Takes the room when everything is folded.
        self._filler = QWidget()
        for widget in (*self._widgets, self._filler):
            self.addWidget(widget)
        for place in range(1, len(self._parts)):
            self.handle(place).setStatusTip(self.tr("Drag: share the room out; double-click: fold, or unfold"))
            self.handle(place).installEventFilter(self)
        self.handle(len(self._parts)).setEnabled(False)
        self.splitterMoved.connect(self._take)
        self.arrange()

    @property
    def shares(self) -> tuple[float, ...]:
        """The parts' shares of the room, in percent."""
        return self._shares

    def set_shares(self, shares: Sequence[float]) -> None:
        """Share the room out anew, by positive numbers of any size."""
        self._shares = _whole(shares)
        self.share_out()

    def reset(self) -> None:
        """Share the room out as at first."""
        self.set_shares(self._first)

    @property
    def folded(self) -> bool:
        """Whether all that is here is folded, and it takes no more room than that."""
        return self._spent and not self.fills

    @property
    def gone(self) -> bool:
        """Whether every part is elsewhere."""
        return all(part.gone for part in self._parts)

    def set_folded(self, folded: bool) -> None:
        """Fold or unfold every part."""
        for part in self._parts:
            if not part.gone:
                part.set_folded(folded)

    def arrange(self) -> None:
        """Show the parts that are here, and share the room out among them."""
        for part, widget in self._pairs:
            widget.setVisible(not part.gone)
        self._filler.setVisible(self._spent)
        self.share_out()

    def share_out(self) -> None:
        """Give each part its share; one that is folded as much as it needs."""
        shown = sum(not widget.isHidden() for widget in (*self._widgets, self._filler))
        needs = [self._need(widget) if part.folded and not part.gone else 0 for part, widget in self._pairs]
        rest = self._length(self) - HANDLE * (shown - 1) - sum(needs)
        if rest > 0:
            shares = self._shares_of(rest)
            whole = sum(shares) or 1.0
            sizes = [need or round(rest * share / whole) for need, share in zip(needs, shares, strict=True)]
            self.setSizes([*sizes, rest if self._spent else 0])

    def _shares_of(self, room: int) -> list[float]:
        """What share each part has of this room, none where it is folded or elsewhere."""
        shares = [0.0 if part.folded or part.gone else share for part, share in self._shared]
        if self._shares == self._first:
            asked = min(self._length_of(self._widgets[-1].sizeHint()), round(self._most * room))
            _raise(shares, 0, min(grown(self._least), round(FULLEST * room)), room)
            _raise(shares, -1, asked, room)
        return shares

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let every part have its share of another size."""
        super().resizeEvent(event)
        self.share_out()

    def event(self, event: QEvent) -> bool:
        """Keep the shares when parts need more room, or less."""
        done = super().event(event)
        if event.type() is QEvent.Type.LayoutRequest:
            self.share_out()
        return done

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Fold or unfold by a double click on what lies between two parts: the column, or the lower of them."""
        if event.type() is not QEvent.Type.MouseButtonDblClick:
            return False
        place = next(each for each in range(1, self.count()) if self.handle(each) is watched)
        part = self._parts[place - 1 if self.orientation() is Qt.Orientation.Horizontal else place]
        part.set_folded(not part.folded)
        return True

    @Slot()
    def _take(self) -> None:
        """Take the sizes that a person gave, and unfold what was dragged open."""
        sizes = dict(zip(self._parts, self.sizes(), strict=False))
        dragged = [part for part, widget in self._pairs if part.folded and sizes[part] > self._need(widget) + GROWN]
        taken = [part for part in self._parts if sizes[part] > 0 and (not part.folded or part in dragged)]
        room = sum(sizes[part] for part in taken)
        before = sum(share for part, share in self._shared if part in taken)
        self._shares = _whole([before * sizes[part] / room if part in taken else share for part, share in self._shared])
        for part in dragged:
            part.set_folded(False)
        if self._spent or any(part.folded for part in self._parts):
            self.share_out()

    @property
    def _spent(self) -> bool:
        """Whether nothing here is open."""
        return all(part.folded or part.gone for part in self._parts)

    @property
    def _pairs(self) -> list[tuple[SplitPart, QWidget]]:
        return list(zip(self._parts, self._widgets, strict=True))

    @property
    def _shared(self) -> list[tuple[SplitPart, float]]:
        return list(zip(self._parts, self._shares, strict=True))

    def _length(self, widget: QWidget) -> int:
        return self._length_of(widget.size())

    def _need(self, widget: QWidget) -> int:
        return self._length_of(widget.minimumSizeHint().expandedTo(widget.minimumSize()))

    def _length_of(self, size: QSize) -> int:
        return size.width() if self.orientation() is Qt.Orientation.Horizontal else size.height()


def _raise(shares: list[float], place: int, least: int, room: int) -> None:
    """Have the share at a place come to so many pixels at least, unless it is none."""
    if shares[place] and 0 < least < room:
        others = sum(shares) - shares[place]
        shares[place] = max(shares[place], others * least / (room - least))


def _whole(shares: Sequence[float]) -> tuple[float, ...]:
    """The same shares in percent."""
    largest = max(shares)
    # Bounded, so that their sum is finite and none of them nothing.
    bounded = [max(share / largest, 0.001) for share in shares]
    return tuple(round(WHOLE * share / sum(bounded), 3) for share in bounded)
