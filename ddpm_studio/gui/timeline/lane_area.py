"""LaneArea: the part of the window through which lanes are seen, which scrolls by whole lanes under their heads."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QSize
from PySide6.QtGui import QResizeEvent

from ddpm_studio.gui.timeline.lanes import Lanes
from ddpm_studio.gui.widgets.sizes.row_area import RowArea


class LaneArea(RowArea):
    """Scrolls lanes where there are more than have room, and brings the selected one into view."""

    def __init__(self, lanes: Lanes) -> None:
        super().__init__(lanes, lambda: lanes.lane_height)
        self._lanes = lanes
        self._asked = lanes.sizeHint()

    def sizeHint(self) -> QSize:
        """As tall as the lanes ask for."""
        return self._lanes.sizeHint()

    def ask(self) -> None:
        """Have another height asked for, if the lanes ask for another."""
        before, self._asked = self._asked, self._lanes.sizeHint()
        if self._asked != before:
            self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Have as many whole lanes as there is room for, the selected one among them."""
        super().resizeEvent(event)
        self._lanes.set_room(self.viewport().height())
        self.bring_up()

    def bring_up(self) -> None:
        """Scroll as little as it takes for the lane of the selected schedule to be seen, if it has one."""
        number = self._lanes.selected_number
        if number is None:
            return
        # Lanes that are new, or taller than before, have their place once the layout has heard of them.
        QCoreApplication.sendPostedEvents(self.viewport(), QEvent.Type.LayoutRequest.value)
        seen = max(1, round((self.viewport().height() - self._lanes.head) / self._lanes.lane_height))
        self.scroll_to(min(max(self._row, number - seen + 1), number))
