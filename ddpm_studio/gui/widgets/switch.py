"""A switch: a row of small buttons, at most one of which is down."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QToolButton, QWidget


class Switch(QWidget):
    """Chooses one of a few values. `chosen` carries the user's choice; arrow keys move between the buttons."""

    chosen = Signal(str)

    def __init__(self, name: str, choices: Mapping[str, tuple[str, str]], parent: QWidget | None = None) -> None:
        """`choices` holds, for each value, the text on its button and its tip."""
        super().__init__(parent)
        self.setAccessibleName(name)
        self._buttons = QButtonGroup(self)
        self._values: dict[QAbstractButton, str] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for value, (text, tip) in choices.items():
            button = QToolButton()
            button.setToolTip(tip)
            button.setCheckable(True)
            # A click leaves the keyboard focus where it was: Space pauses a run, or plays t.
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._buttons.addButton(button)
            self._values[button] = value
            self.set_text(value, text)
            row.addWidget(button)
        self._buttons.buttonClicked.connect(self._choose)

    def show_value(self, value: str) -> None:
        """Put the button of `value` down, or with "" none."""
        with QSignalBlocker(self._buttons):
            self._buttons.setExclusive(False)  # An exclusive group keeps one of them down.
            for button, own in self._values.items():
                button.setChecked(own == value)
            self._buttons.setExclusive(True)

    def offer(self, values: Collection[str]) -> None:
        """Have buttons for these of the values only."""
        for button, value in self._values.items():
            button.setVisible(value in values)

    def set_tip(self, value: str, tip: str) -> None:
        """Set what is said of one of the values."""
        self._button(value).setToolTip(tip)

    def set_text(self, value: str, text: str) -> None:
        """Set the text on the button of one of the values."""
        button = self._button(value)
        button.setText(text)
        button.setAccessibleName(f"{self.accessibleName()}: {text}")

    def _button(self, value: str) -> QAbstractButton:
        return next(button for button, own in self._values.items() if own == value)

    @Slot(QAbstractButton)
    def _choose(self, button: QAbstractButton) -> None:
        self.chosen.emit(self._values[button])
