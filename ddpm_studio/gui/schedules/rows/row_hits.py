"""RowHits: what of a row of the list lies at a place, for the mouse that presses there."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect

from ddpm_studio.gui.schedules.rows.list_line import BadgeKind
from ddpm_studio.gui.schedules.rows.model import EntriesModel
from ddpm_studio.gui.schedules.rows.row_delegate import RowDelegate
from ddpm_studio.gui.widgets.item_models import Index


class RowHits:
    """Tells what the rows that a delegate paints have at a place; `row` is all of the row of an index."""

    def __init__(self, model: EntriesModel, rows: RowDelegate) -> None:
        self._model = model
        self._rows = rows

    def is_tick(self, row: QRect, index: Index, place: QPoint) -> bool:
        """Whether it is the tick, or close to it."""
        return self._rows.parts(row, index).tick.adjusted(-6, -6, 3, 6).contains(place)

    def badge(self, row: QRect, index: Index, place: QPoint) -> BadgeKind | None:
        """The kind of the badge there."""
        badges = zip(self._model.line(index).badges, self._rows.parts(row, index).badges, strict=True)
        return next((badge.kind for badge, room in badges if room.contains(place)), None)

    def member(self, row: QRect, index: Index, place: QPoint) -> int | None:
        """The place in its family of the member there."""
        rooms = enumerate(self._rows.members(row, index))
        return next((member for member, room in rooms if room.contains(place)), None)

    def letter(self, row: QRect, index: Index, place: QPoint) -> int | None:
        """How far from its beginning, in pixels, the room of a text, or its field, is pressed on; None beside it."""
        line, parts = self._model.line(index), self._rows.parts(row, index)
        is_name = bool(line.heading) and parts.text == parts.heading
        return None if is_name or not parts.text.contains(place) else place.x() - parts.text.left()
