"""Comparison of configurations: one row each, all drawn from the same noise."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QLabel, QRadioButton, QToolButton, QWidget

from ddpm_studio.gui.sampling.pages.seen import SamplerSeen
from ddpm_studio.gui.sampling.pages.shown_range import ShownRange, x0_in, x_in
from ddpm_studio.gui.state.run import MAX_SAMPLERS, RunFrame
from ddpm_studio.gui.state.sampling import Line
from ddpm_studio.gui.state.traces import settings_text
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.theme import Tokens, number_font
from ddpm_studio.gui.widgets.focus import give_up_focus
from ddpm_studio.gui.widgets.mathtext import without_mnemonic
from ddpm_studio.gui.widgets.pictures.enlarging import Enlarging
from ddpm_studio.gui.widgets.pictures.sample_grid import SampleGrid
from ddpm_studio.gui.widgets.pictures.sample_offers import SampleOffers
from ddpm_studio.gui.widgets.sizes.by_font import grown
from ddpm_studio.numerals import numeral

CHOICE, PICTURES, NUMBERS, REMOVE, BESIDE = range(5)

LEAST, ROOMY, BELOW = 16, 24, 44
"""Height of a row at least, and where there is room, and of what is below the rows there, in pixels."""

TIGHT, BETWEEN = 1, 4
"""Between two rows, where there is hardly any room and where there is, in pixels."""


class ComparePage(QWidget):
    """Shows the setup's lines and a run of them. The controls above change the chosen one.

    `choosing` and `removing` are the button groups that choose and remove a line by its number. Where there is hardly
    any height the rows have all of it, with the button that adds one beside them.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choices = [QRadioButton() for _ in range(MAX_SAMPLERS)]
        self.grids = [SampleGrid(at_left=True) for _ in range(MAX_SAMPLERS)]
        self.numbers = [QLabel() for _ in range(MAX_SAMPLERS)]
        self.removes = [QToolButton() for _ in range(MAX_SAMPLERS)]
        self.add, self._hint, self._count = QToolButton(), QLabel(), 1
        self._placed: tuple[bool, int] | None = None
        self._shown: list[tuple[RunFrame | None, ShownRange]] = [(None, ShownRange.FIXED)] * MAX_SAMPLERS
        self.enlarging = Enlarging(self.grids, self)
        self.offers = SampleOffers(self.grids, self.enlarging, self)
        self._describe()
        self._lay_out()
        self._group_buttons()

    def show_state(self, state: State) -> None:
        """Show the lines."""
        lines = state.sampling.lines
        for number, choice in enumerate(self.choices):
            there = number < len(lines)
            for widget in (choice, self.grids[number], self.numbers[number]):
                widget.setVisible(there)
            self.removes[number].setVisible(there and len(lines) > 1)
            self._grid.setRowStretch(number, int(there))
            if there:
                choice.setText(f"{number + 1}  {without_mnemonic(described(state, lines[number]))}")
        self.choices[state.sampling.chosen].setChecked(True)
        self.add.setEnabled(len(lines) < MAX_SAMPLERS)
        self._count = len(lines)
        self._place_button()

    def minimumSizeHint(self) -> QSize:
        """As low as rows of pictures that are recognised."""
        height = self._count * grown(LEAST) + (self._count - 1) * TIGHT
        return QSize(super().minimumSizeHint().width(), height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Have the button below the rows where there is the height for it."""
        super().resizeEvent(event)
        self._place_button()

    def _place_button(self) -> None:
        """Put the button, and what is said of it, below the rows, or the button beside them while it is of use."""
        roomy = self.height() >= grown(self._count * ROOMY + BELOW)
        if (roomy, self._count) == self._placed:  # To be placed anew has the window laid out, with each change of t.
            return
        self._placed = roomy, self._count
        self._hint.setVisible(roomy and self._count == 1)
        if not roomy and self._count == MAX_SAMPLERS:
            give_up_focus(self.add, self.choices[-1])
        self.add.setVisible(roomy or self._count < MAX_SAMPLERS)
        self._grid.setVerticalSpacing(BETWEEN if roomy else TIGHT)
        if roomy:
            self._grid.addWidget(self.add, MAX_SAMPLERS, CHOICE)
        else:
            self._grid.addWidget(self.add, 0, BESIDE, self._count, 1, Qt.AlignmentFlag.AlignVCenter)

    def show_rows(self, rows: Mapping[int, SamplerSeen], shown_range: ShownRange) -> None:
        """Show the estimate x̂0 of each line whose drawing has begun, or the pictures of a finished one."""
        for number, grid in enumerate(self.grids):
            row = rows.get(number)
            shown = (None if row is None else row.frame, shown_range)
            if shown != self._shown[number]:
                self._shown[number] = shown
                grid.set_pictures(None if row is None else _picture(row.frame, shown_range))
            self._say(self.numbers[number], "" if row is None else self._numbers(row))

    def set_theme(self, tokens: Tokens) -> None:
        """Keep the digits aligned in the theme's font."""
        for label in self.numbers:
            label.setFont(number_font(self.font()))

    def _numbers(self, row: SamplerSeen) -> str:
        if row.changed:
            return self.tr("changed; run again")
        measures = row.frame.measures
        calls = self.tr("NFE {nfe}") if _is_done(row.frame) else self.tr("call {call} of {nfe}")
        calls = calls.format(call=measures.index + 1, nfe=row.nfe)
        if row.frame.previewed:
            calls = self.tr("{calls} · previews").format(calls=calls)
        if measures.rms_to_first is None or not row.to_first:
            return calls
        return self.tr("RMS to row 1: {rms} · {calls}").format(rms=numeral(measures.rms_to_first), calls=calls)

    def _say(self, label: QLabel, text: str) -> None:
        """Set the text without moving the pictures beside it."""
        label.setText(text)
        label.setMinimumWidth(max(label.minimumWidth(), label.sizeHint().width()) if text else 0)

    def _describe(self) -> None:
        self.add.setText(self.tr("+ Add row"))
        self.add.setToolTip(self.tr("Compare with another configuration, drawn from the same noise (up to four)"))
        self._hint.setText(
            self.tr("Add a row, then change its solver, steps or schedule above: all rows start from the same noise.")
        )
        self._hint.setProperty("role", "muted")
        self._hint.setWordWrap(True)
        for number, grid in enumerate(self.grids, 1):
            grid.setAccessibleName(self.tr("Pictures of row {number}").format(number=number))
            grid.setToolTip(self.tr("Click a picture to enlarge it in every row; click again to see all"))
        for number, (choice, label, remove) in enumerate(zip(self.choices, self.numbers, self.removes, strict=True), 1):
            choice.setToolTip(self.tr("Change row {number} with the controls above").format(number=number))
            label.setToolTip(self.tr("Network calls, and root mean square difference from the pictures of row 1"))
            remove.setText("✕")
            remove.setAccessibleName(self.tr("Remove row {number}").format(number=number))
            remove.setToolTip(remove.accessibleName())

    def _lay_out(self) -> None:
        self._grid = grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setColumnStretch(PICTURES, 1)
        for number in range(MAX_SAMPLERS):
            grid.addWidget(self.choices[number], number, CHOICE)
            grid.addWidget(self.grids[number], number, PICTURES)
            grid.addWidget(self.numbers[number], number, NUMBERS)
            grid.addWidget(self.removes[number], number, REMOVE)
        grid.addWidget(self.add, MAX_SAMPLERS, CHOICE)
        grid.addWidget(self._hint, MAX_SAMPLERS, PICTURES, 1, 3)
        for row in (self.choices, self.grids, self.removes):
            for widget in row:
                widget.setMinimumHeight(grown(LEAST))

    def _group_buttons(self) -> None:
        self.choosing, self.removing = QButtonGroup(self), QButtonGroup(self)
        for number, (choice, remove) in enumerate(zip(self.choices, self.removes, strict=True)):
            self.choosing.addButton(choice, number)
            self.removing.addButton(remove, number)


def described(state: State, line: Line) -> str:
    """A configuration in a few words: solver, options that differ from their defaults, steps, and whose levels."""
    letters = {entry.key: state.letter(entry) for entry in state.entries}
    along = "" if line.along is None else f" · {letters[line.along]}"
    return f"{settings_text(line)}{along}"


def _picture(frame: RunFrame, shown: ShownRange) -> NDArray[np.uint8]:
    return x_in(shown, frame) if _is_done(frame) else x0_in(shown, frame)


def _is_done(frame: RunFrame) -> bool:
    return frame.measures.index == frame.measures.total - 1
