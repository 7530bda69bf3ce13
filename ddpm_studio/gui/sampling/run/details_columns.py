"""Columns of the sampling details: the solver's options, its steps, and the run, below or beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QBoxLayout, QFormLayout, QWidget

from ddpm_studio.gui.widgets.sizes.by_font import grown

ASIDE, BELOW = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom

BETWEEN, BETWEEN_ROWS, BEFORE_CONTROLS = 8, 4, 4
"""Between two columns, between rows, and between a label and its control, in pixels."""

NARROWEST, NARROWEST_STEPS = 200, 208
"""The least width of a column, in pixels: what scrolls or grows with its room would have hardly any.

That of the steps has a button beside the text of these; any wider, no three had room in a window of 960 pixels.
"""

ROWS = {1: 12, 2: 7, 3: 4}
"""How many rows so many columns have with most solvers: what they have now would move them as rows come and go."""


@dataclass(frozen=True)
class Standing:
    """In how many `columns`, 1 … 3, the details stand, and whether `beside` the views or in their place."""

    columns: int
    beside: bool


def standing(room: QSize, widths: Sequence[int], row: int, views: int) -> Standing:
    """Where details with columns of these `widths` and rows of this height stand in the `room` of a panel, in pixels.

    As few columns as are seen whole stand beside views that keep this width; else as many as fit take their place.
    """
    needed = {columns: width_of(columns, widths) for columns in ROWS}
    for columns, rows in ROWS.items():
        if needed[columns] + views <= room.width() and rows * row <= room.height():
            return Standing(columns, beside=True)
    return Standing(max(columns for columns in ROWS if columns == 1 or needed[columns] <= room.width()), beside=False)


def width_of(columns: int, widths: Sequence[int]) -> int:
    """How wide so many columns of the options, the steps and the run are, which are so wide each, in pixels."""
    options, steps, run = widths
    return {1: max(widths), 2: max(options, steps) + BETWEEN + run, 3: sum(widths) + 2 * BETWEEN}[columns]


class DetailsColumns(QWidget):
    """Three forms: `options`, `steps` and `run`. Of two columns the first has both options and steps.

    Each is in a widget of its own, by which Tab goes through one column after the other.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        parts = QWidget(), QWidget(), QWidget()
        self.options, self.steps, self.run = (QFormLayout(part) for part in parts)
        self._whole, self._solver, self._columns = QBoxLayout(BELOW, self), QBoxLayout(BELOW), 1
        self._whole.setContentsMargins(0, 1, 0, 1)
        self._whole.addLayout(self._solver)
        for part, form in zip(parts, (self.options, self.steps, self.run), strict=True):
            form.setContentsMargins(0, 0, 0, 0)
            form.setHorizontalSpacing(BEFORE_CONTROLS)
            form.setVerticalSpacing(BETWEEN_ROWS)
            form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
            box = self._whole if form is self.run else self._solver
            box.addWidget(part, 0, Qt.AlignmentFlag.AlignTop)
        self._solver.addStretch()
        self._whole.addStretch()
        self._turn()

    def widths(self) -> tuple[int, int, int]:
        """How wide each form has to be, in pixels."""
        forms = {self.options: NARROWEST, self.steps: NARROWEST_STEPS, self.run: NARROWEST}
        options, steps, run = (max(form.minimumSize().width(), grown(least)) for form, least in forms.items())
        return options, steps, run

    def set_columns(self, columns: int) -> None:
        """Stand in so many columns, 1 … 3."""
        if columns != self._columns:  # It asks for another layout even if it is the same.
            self._columns = columns
            self._turn()

    def _turn(self) -> None:
        _turn(self._whole, self._columns > 1, (self._columns - 1, 1, 0))
        _turn(self._solver, self._columns > 2, (1, 1, 0))


def _turn(box: QBoxLayout, aside: bool, shares: Sequence[int]) -> None:
    """Put what is in a box beside each other with these shares of its width, or below each other with none."""
    box.setDirection(ASIDE if aside else BELOW)
    box.setSpacing(BETWEEN if aside else BETWEEN_ROWS)
    for place, share in enumerate(shares):
        box.setStretch(place, share if aside else share == 0)
