"""Schedule of a checkpoint as a small curve, with the button that adds it to the list."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from ddpm_studio.diffusion import Schedule
from ddpm_studio.errors import StudioError
from ddpm_studio.gui.theme import Tokens
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.line_plot import LinePlot, PlotLine
from ddpm_studio.gui.widgets.mathtext import math_html
from ddpm_studio.gui.widgets.sizes.by_font import grown

ROOMY = 90
"""Height from which on there is room for the curve, in pixels; below it the button is alone."""


class SchedulePane(QWidget):
    """Shows a schedule. `wanted` asks for it to be added to the list: (Schedule, name)."""

    wanted = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[Schedule, str] | None = None
        self.plot = LinePlot(self.tr("The schedule the checkpoint was trained with"), self.tr("over t"))
        self.add = QPushButton(self.tr("Add its schedule to the list"))
        self.show_limit(None)
        self.add.clicked.connect(self._ask)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.plot, 1)
        column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.plot.setMinimumHeight(1)  # A curve that is low is still read.

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Have the curve where there is the height for it."""
        super().resizeEvent(event)
        self.plot.setVisible(self.height() >= grown(ROOMY))

    def show_schedule(self, schedule: Schedule | None, name: str) -> None:
        """Show the schedule of the checkpoint with this name; None hides everything."""
        self._shown = None if schedule is None else (schedule, name)
        self.setVisible(schedule is not None)
        if schedule is not None:
            alphas_cumprod = schedule.coefficients.alphas_cumprod
            steps = np.arange(1.0, len(alphas_cumprod) + 1)
            self.plot.set_lines((PlotLine(math_html("ᾱ_t"), steps, alphas_cumprod, "accent"),))
            self.plot.set_range((0, len(steps)), (0, 1))

    def show_limit(self, full: StudioError | None) -> None:
        """Offer to add the schedule, or say why the list has no room for it."""
        tip = self.tr("Compare the schedule the checkpoint was trained with to your own")
        self.add.setEnabled(full is None)
        self.add.setToolTip(translated(full) if full else tip)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the theme's colours."""
        self.plot.set_theme(tokens)

    @Slot()
    def _ask(self) -> None:
        if self._shown is not None:
            self.wanted.emit(*self._shown)
