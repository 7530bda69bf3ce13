"""What the open checkpoint is: where it comes from, how large, trained with which schedule, and what was assumed."""

from __future__ import annotations

import html

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ddpm_studio.gui.theme import Tokens
from ddpm_studio.gui.widgets.line_plot import LinePlot, PlotLine
from ddpm_studio.gui.widgets.mathtext import math_html
from ddpm_studio.gui.worker.jobs import CheckpointCard

PREDICTIONS = {"epsilon": "ε", "sample": "x_0", "v_prediction": "v"}


class CardView(QWidget):
    """Shows a CheckpointCard. `schedule_wanted` asks for its schedule to be added to the list: (Schedule, name)."""

    schedule_wanted = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._card: CheckpointCard | None = None
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.plot = LinePlot(self.tr("The schedule the checkpoint was trained with"))
        self.add = QPushButton(self.tr("Add its schedule to the list"))
        self.add.setToolTip(self.tr("Compare the schedule the checkpoint was trained with to your own"))
        self.add.clicked.connect(self._ask)
        self._lay_out()
        self.show_card(None)

    def show_card(self, card: CheckpointCard | None) -> None:
        """Show what is known of the checkpoint, None while it has not been opened."""
        self._card = card
        self.plot.setVisible(card is not None)
        self.add.setVisible(card is not None)
        if card is None:
            self._text.setText(self.tr("What the checkpoint is will be told here once it is open; Run opens it."))
            return
        self._text.setText(self._described(card))
        alphas_cumprod = card.schedule.coefficients.alphas_cumprod
        steps = np.arange(1.0, len(alphas_cumprod) + 1)
        self.plot.set_lines((PlotLine(math_html("ᾱ_t"), steps, alphas_cumprod, "accent"),))
        self.plot.set_range((0, len(steps)), (0, 1))

    def set_theme(self, tokens: Tokens) -> None:
        """Take the theme's colours."""
        self.plot.set_theme(tokens)

    def _described(self, card: CheckpointCard) -> str:
        channels, height, width = card.shape
        rows = [
            (self.tr("Checkpoint"), f"<b>{html.escape(card.name)}</b>"),
            (self.tr("Format"), html.escape(f"{card.format}, {card.network}")),
            (self.tr("Parameters"), f"{card.parameters:,}".replace(",", "\u202f")),
            (self.tr("Pictures"), f"{width} × {height}, {self._channels(channels)}"),
            (self.tr("Trained with"), html.escape(str(card.schedule))),
            (self.tr("Predicts"), math_html(PREDICTIONS[card.prediction_type])),
        ]
        if card.classes:
            guided = self.tr("with guidance") if card.guidable else self.tr("without guidance")
            rows.append((self.tr("Classes"), f"{card.classes}, {guided}"))
        rows += [(self.tr("Note"), html.escape(note)) for note in card.notes]
        lines = "".join(f"<tr><td>{name}&nbsp;&nbsp;</td><td>{value}</td></tr>" for name, value in rows)
        return f"<table>{lines}</table>"

    def _channels(self, channels: int) -> str:
        return {1: self.tr("gray"), 3: self.tr("RGB")}.get(channels, self.tr("{n} channels").format(n=channels))

    def _lay_out(self) -> None:
        area = QScrollArea()
        area.setWidget(self._text)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        right = QVBoxLayout()
        right.setSpacing(4)
        right.addWidget(self.plot, 1)
        right.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(area, 3)
        row.addLayout(right, 2)

    @Slot()
    def _ask(self) -> None:
        if self._card is not None:
            self.schedule_wanted.emit(self._card.schedule, self._card.name)
