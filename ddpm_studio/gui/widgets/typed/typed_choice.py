"""TypedChoice: a combo box into which any text can be typed, of which its list keeps none."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QWidget

from ddpm_studio.gui.widgets.wheel import require_focus_for_wheel

_LETTERS = 12


class TypedChoice(QComboBox):
    """One of what its list offers, or a line of text; as wide as there is room for, from a few letters on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(_LETTERS)
        require_focus_for_wheel(self)
