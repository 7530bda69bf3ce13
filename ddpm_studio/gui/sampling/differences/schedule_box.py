"""ScheduleBox: a schedule, one of the list or any that is typed."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox

from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.widgets.typed.typed_line import TypedLine
from ddpm_studio.gui.widgets.wheel import require_focus_for_wheel

_LETTERS = 12


class ScheduleBox(QComboBox):
    """Shows one of the list by its title, and follows it as it changes; a typed one by its text.

    `changed` tells of every letter, as of a choice. `say` answers whether the text is taken.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._offered: dict[int, tuple[str, Schedule]] = {}
        self._value: int | str | Schedule = ""
        self.line = TypedLine()
        self.setLineEdit(self.line)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setCompleter(None)  # type: ignore[arg-type]  # None is how Qt takes it away.
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(_LETTERS)
        tip = self.tr("A schedule of the list, or one that is typed, such as {example}")
        self.setToolTip(tip.format(example="cosine:T=1000"))
        self.activated.connect(self._choose)
        self.line.textEdited.connect(self.changed)
        self.line.draft.given_up.connect(self.changed)
        # Before anybody else: the answer may come at once.
        self.line.entered.connect(self.line.draft.wait)
        self.line.entered.connect(self.changed)
        require_focus_for_wheel(self)

    @property
    def schedule(self) -> Schedule | str:
        """The schedule of the list, or the text of another, half typed as it may be."""
        typed = self.line.draft.text
        value = self._value if typed is None else self._named(typed)
        return self._offered[value][1] if isinstance(value, int) else value

    def choose_entry(self, key: int) -> None:
        """Show one of the list."""
        self._value = key
        self._show()

    def show_schedule(self, schedule: Schedule) -> None:
        """Show one that is not of the list, by its text, in place of what is typed."""
        self.line.draft.end()
        self._value = schedule
        self._show()

    def offer(self, state: State) -> None:
        """Offer the list. What is shown of it and is no longer there stays, as text."""
        offered = {
            entry.key: (f"{state.letter(entry)}  {state.shown_title(entry)}", entry.schedule) for entry in state.entries
        }
        if offered == self._offered:
            return
        if isinstance(self._value, int) and self._value not in offered:
            self._value = str(self._offered[self._value][1])
        self._offered = offered
        self.clear()
        for key, (title, _) in offered.items():
            self.addItem(title, key)
        self._show()

    def say(self, reason: str) -> None:
        """Take what was typed, or say why it is no schedule."""
        draft = self.line.draft
        if not draft.waiting:
            draft.warn(reason)
            return
        text = draft.text or ""
        if draft.answer(text, reason) and not reason:
            self._value = self._named(text)
            self._show()

    def _named(self, text: str) -> int | str:
        """The key of the entry with this title, or the text itself."""
        place = self.findText(text)
        return text if place < 0 else int(self.itemData(place))

    def _show(self) -> None:
        typed = self.line.draft.text
        place = self.findData(self._value) if isinstance(self._value, int) else -1
        self.setCurrentIndex(place)
        self.line.show_text(self.itemText(place) if place >= 0 else str(self._value))
        if typed is not None:
            self.line.setText(typed)

    @Slot(int)
    def _choose(self, index: int) -> None:
        self.line.draft.end()
        self.choose_entry(self.itemData(index))
        self.changed.emit()
