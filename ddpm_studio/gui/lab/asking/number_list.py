"""NumberList: a line in which numbers are typed with commas or blanks between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal, Slot

from ddpm_studio.gui.widgets.number_box import number_text
from ddpm_studio.gui.widgets.typed.typed_line import TypedLine


class NumberList(TypedLine):
    """Holds a tuple of numbers, each of which `read` makes of its digits. `chosen` has another one.

    An emptied line means none, if that `may_be_empty`; else what was there comes back.
    """

    chosen = Signal(object)

    def __init__(self, read: Callable[[str], float], *, may_be_empty: bool = False) -> None:
        super().__init__()
        self._read, self._may_be_empty = read, may_be_empty
        self.entered.connect(self._take)
        self.editingFinished.connect(self._take_nothing)

    def show_value(self, value: object) -> None:
        """Show these numbers, once what is half typed or refused is out of the way."""
        assert isinstance(value, Sequence)
        self.show_text(", ".join(map(number_text, value)) if self._read is float else ", ".join(map(str, value)))

    @Slot(str)
    def _take(self, text: str) -> None:
        words = text.replace(",", " ").replace(";", " ").split()
        numbers = []
        for word in words:
            try:
                numbers.append(self._read(word))
            except ValueError:
                self.draft.refuse(
                    self.tr("“{text}” is not a number; type some such as 5, 10, 20.").format(text=word)
                    if self._read is float
                    else self.tr("“{text}” is not a whole number; type some such as 5, 10, 20.").format(text=word)
                )
                return
        self.chosen.emit(tuple(numbers))

    @Slot()
    def _take_nothing(self) -> None:
        if self._may_be_empty and not self.text().strip():
            self.show_text("")
            self.chosen.emit(())
