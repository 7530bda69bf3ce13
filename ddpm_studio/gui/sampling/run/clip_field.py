"""Clip field: the bound of the estimate of x0, as the checkpoint says, none, or a number."""

from __future__ import annotations

import math
from functools import partial
from typing import cast

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from ddpm_studio.gui.widgets.number_box import NumberBox, number_text
from ddpm_studio.gui.widgets.scale import Scale
from ddpm_studio.gui.widgets.sizes.by_font import grown, keep_width
from ddpm_studio.gui.widgets.wheel import require_focus_for_wheel

AS_TRAINED, OFF, AT = range(3)


class ClipField(QWidget):
    """`chosen` carries None for the checkpoint's own bound, ∞ for no bound, or the bound."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice, self.bound = QComboBox(), NumberBox(Scale(0.01, 100, 0.1, 10))
        self.choice.addItems(["", self.tr("off"), self.tr("to ±")])
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.choice.setToolTip(
            self.tr("Networks that cannot see a picture's mean drift to −32 … 15 unless the estimate of x₀ is clipped")
        )
        self.choice.setAccessibleName(self.tr("Clip x₀"))
        self.bound.setAccessibleName(self.tr("Bound of x₀"))
        self.bound.setToolTip(self.tr("The estimate of x₀ is clipped to ± this value"))
        keep_width(self.bound, partial(grown, 64))
        self.choice.activated.connect(self._choose)
        self.bound.valueChanged.connect(self._type)
        require_focus_for_wheel(self.choice)
        self.setFocusProxy(self.choice)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.choice, 1)
        row.addWidget(self.bound)

    def show_recommended(self, bound: float | None) -> None:
        """Name the bound that the checkpoint recommends."""
        own = self.tr("off") if bound is None or math.isinf(bound) else f"±{number_text(bound)}"
        self.choice.setItemText(AS_TRAINED, self.tr("checkpoint's: {bound}").format(bound=own))

    def show_value(self, value: object) -> None:
        """Show a bound."""
        clip = cast(float | None, value)
        self.choice.setCurrentIndex(AS_TRAINED if clip is None else OFF if math.isinf(clip) else AT)
        if self.choice.currentIndex() != AT:
            self.bound.draft.give_up()
        self.bound.setVisible(self.choice.currentIndex() == AT)
        if clip is not None and math.isfinite(clip):
            with QSignalBlocker(self.bound):
                self.bound.setValue(clip)

    @Slot(int)
    def _choose(self, index: int) -> None:
        self.chosen.emit((None, math.inf, 1.0)[index])

    @Slot(float)
    def _type(self, bound: float) -> None:
        self.chosen.emit(bound)
