"""ShiftField: the slider of a shift, with a button that finds the shift for a size of pictures."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QToolButton, QWidget

from ddpm_studio.diffusion.kinds import Parameter
from ddpm_studio.gui.schedules.card.parameter_field import ParameterField


class ShiftField(ParameterField):
    """A slider whose `size_wanted` has its key when the button is pressed."""

    size_wanted = Signal(str)

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        super().__init__(parameter, parent)
        self.by_size = QToolButton()
        self.by_size.setText("▦")
        self.by_size.setAutoRaise(True)
        self.by_size.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.by_size.setAccessibleName(self.tr("Shift by size"))
        self.by_size.setToolTip(self.tr("Find the shift for a size of pictures, by the rules of published models…"))
        self.by_size.clicked.connect(self._want)
        self.add_before_box(self.by_size)

    @Slot()
    def _want(self) -> None:
        self.size_wanted.emit(self.key)
