"""Answer fields: one control for each thing the user can say about a checkpoint, built from the fields of Answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QWidget

from ddpm_studio.checkpoints import Answers
from ddpm_studio.checkpoints.answers import (
    ATTENTION_ORDERS,
    MAX_CLASSES,
    MAX_HEADS,
    PICTURE_RANGES,
    TIMES,
    shape_from,
    shape_text,
    size_from,
)
from ddpm_studio.checkpoints.unet2d_conventions import CONVENTION_NAMES
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.gui.sampling.model.answer_texts import title
from ddpm_studio.gui.sampling.model.lora_field import LoraField
from ddpm_studio.gui.sampling.model.prediction_field import PredictionField
from ddpm_studio.gui.widgets.typed.typed_choice import TypedChoice
from ddpm_studio.gui.widgets.typed.whole_box import WholeBox
from ddpm_studio.gui.widgets.wheel import require_focus_for_wheel

USUAL_HEADS, USUAL_HEAD_CHANNELS, USUAL_GROUPS, USUAL_CLASSES = 4, 64, 8, 10
USUAL_SCHEDULES = ("linear:T=1000", "cosine:T=1000", "cosine:T=4000", "sigmoid:T=1000")


class LineField(QLineEdit):
    """A line of text that is parsed only when its answer is asked for."""

    def __init__(self, example: str, read: Callable[[str], Answers]) -> None:
        super().__init__()
        self._read = read
        self.setPlaceholderText(example)

    def show_text(self, text: str) -> None:
        """Show the previous answer."""
        self.setText(text)

    def answers(self) -> Answers:
        """The answer; StudioError for a text that is not a value of this kind."""
        return self._read(self.text().strip())


class ChoiceField(QComboBox):
    """One of a few values, by name."""

    def __init__(self, key: str, choices: Sequence[tuple[str, object]]) -> None:
        super().__init__()
        self._key = key
        for text, value in choices:
            self.addItem(text, value)
        require_focus_for_wheel(self)

    def show_value(self, value: object) -> None:
        """Show the previous answer."""
        self.setCurrentIndex(max(0, self.findData(value)))

    def answers(self) -> Answers:
        """The answer."""
        return Answers(**{self._key: self.currentData()})


class ScheduleField(TypedChoice):
    """A line of text, or one of the offered schedules."""

    def __init__(self, offered: Sequence[Schedule]) -> None:
        super().__init__()
        for schedule in dict.fromkeys((*offered, *map(Schedule.parse, USUAL_SCHEDULES))):
            self.addItem(str(schedule), schedule)
        self.setCurrentIndex(-1)
        self._line.setPlaceholderText(USUAL_SCHEDULES[0])

    @property
    def _line(self) -> QLineEdit:
        line = self.lineEdit()
        assert line is not None
        return line

    def show_schedule(self, schedule: Schedule) -> None:
        """Show the previous answer."""
        if self.findText(str(schedule)) < 0:
            self.addItem(str(schedule), schedule)
        self.setCurrentIndex(self.findText(str(schedule)))

    def answers(self) -> Answers:
        """The answer; ScheduleError or FileError for a line that does not give a schedule."""
        text = self.currentText().strip()
        place = self.findText(text)
        return Answers(schedule=self.itemData(place) if place >= 0 else Schedule.parse(text))


class ConventionsField(TypedChoice):
    """A line of text, or one of the usual conventions."""

    def __init__(self, said: str | None) -> None:
        super().__init__()
        for name in CONVENTION_NAMES:
            self.addItem(name, name)
        if said is not None and self.findData(said) < 0:
            self.addItem(said, said)
        self.setCurrentIndex(max(0, self.findData(said)))

    def answers(self) -> Answers:
        """The answer; CheckpointError for a line that gives no conventions."""
        return Answers(conventions=self.currentText().strip())


class HeadsField(QWidget):
    """The split of the attention: by the number of heads, or by the channels per head."""

    def __init__(self) -> None:
        super().__init__()
        self.kind, self.number = QComboBox(), WholeBox()
        self.kind.addItem(self.tr("heads"), "heads")
        self.kind.addItem(self.tr("channels per head"), "head_channels")
        self.kind.setAccessibleName(self.tr("How the attention is split"))
        self.number.setRange(1, MAX_HEADS)
        self.number.setValue(USUAL_HEADS)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for widget in (self.number, self.kind):
            require_focus_for_wheel(widget)
            row.addWidget(widget)
        row.addStretch(1)
        self.setFocusProxy(self.number)

    def show_split(self, key: str, number: int) -> None:
        """Show the previous answer."""
        self.kind.setCurrentIndex(self.kind.findData(key))
        self.number.setValue(number)

    def answers(self) -> Answers:
        """The answer; CheckpointError for a number out of bounds."""
        number = _number_in(self.number)
        return Answers(heads=number) if self.kind.currentData() == "heads" else Answers(head_channels=number)


class NumberField(WholeBox):
    """A whole number, such as the channels per head."""

    def __init__(self, key: str, value: int, low: int = 1, high: int = MAX_HEADS) -> None:
        super().__init__()
        self._key = key
        self.setRange(low, high)
        self.setValue(value)
        require_focus_for_wheel(self)

    def answers(self) -> Answers:
        """The answer; CheckpointError for a number out of bounds."""
        return Answers(**{self._key: _number_in(self)})  # type: ignore[arg-type]


def _number_in(box: WholeBox) -> int:
    """The number that is typed in a box, be it out of bounds; what is no number counts as one."""
    box.interpretText()
    text = box.draft.text
    if text is None:
        return box.value()
    return int(text) if text.lstrip("+-").isdecimal() else box.minimum() - 1


AnswerField = (
    LoraField | LineField | ChoiceField | PredictionField | ScheduleField | ConventionsField | HeadsField | NumberField
)


def answer_field(
    key: str, said: Answers, offered: Sequence[Schedule], any_split: bool = True, proposed: Answers | None = None
) -> AnswerField:
    """The control for a field of Answers, showing what was `said`, with these schedules to choose from; what was not
    said begins with what is `proposed`.

    Without `any_split`, the split into heads is given by their channels alone.
    """
    split = key in ("heads", "head_channels")
    likely = proposed or Answers()
    field = _split_field(key, said.over(likely), any_split) if split else _field(key, said, offered, likely)
    field.setAccessibleName(title(key))
    return field


def _split_field(key: str, said: Answers, any_split: bool) -> HeadsField | NumberField:
    if not any_split:
        return NumberField("head_channels", said.head_channels or USUAL_HEAD_CHANNELS)
    field = HeadsField()
    if said.heads or said.head_channels:
        key = "heads" if said.heads else "head_channels"
    usual = USUAL_HEADS if key == "heads" else USUAL_HEAD_CHANNELS
    field.show_split(key, said.heads or said.head_channels or usual)
    return field


def _field(
    key: str, said: Answers, offered: Sequence[Schedule], proposed: Answers
) -> LoraField | LineField | ChoiceField | PredictionField | ScheduleField | ConventionsField | NumberField:
    if key == "lora":
        return LoraField(said.lora or "")
    if key == "conventions":
        return ConventionsField(said.conventions)
    if key == "schedule":
        field = ScheduleField(offered)
        if likely := said.over(proposed).schedule:
            field.show_schedule(likely)
        return field
    if key in _NUMBERS:
        usual, *bounds = _NUMBERS[key]
        return NumberField(key, int(said.over(proposed).said.get(key, usual)), *bounds)  # type: ignore[call-overload]
    if key in _CHOICES or key == "prediction_type":
        choice = ChoiceField(key, _CHOICES[key]) if key in _CHOICES else PredictionField()
        choice.show_value(said.said.get(key, proposed.said.get(key)))
        return choice
    example, read = _LINES[key]
    line = LineField(shape_text(proposed.shape) if key == "shape" and proposed.shape else example, read)
    value = said.said.get(key, "")
    line.show_text(shape_text(value) if isinstance(value, tuple) else str(value))
    return line


_CHOICES: dict[str, Sequence[tuple[str, object]]] = {
    "attention_order": [(name, name) for name in ATTENTION_ORDERS],
    "rescale_timesteps": [("t", False), ("t · 1000/T", True)],
    "picture_range": [(name, name) for name in PICTURE_RANGES],
    "time": [(name, name) for name in TIMES],
}
_NUMBERS = {
    "up_heads": (USUAL_HEADS, 1, MAX_HEADS),
    "groups": (USUAL_GROUPS, 1, MAX_HEADS),
    "classes": (USUAL_CLASSES, 0, MAX_CLASSES),
    "null_label": (USUAL_CLASSES, 0, MAX_CLASSES),
}
"""Where each begins, and its bounds."""
_LINES: dict[str, tuple[str, Callable[[str], Answers]]] = {
    "shape": ("3x32x32", lambda text: Answers(shape=shape_from(text))),
    "size": ("768x512", lambda text: Answers(size=size_from(text))),
    "release": ("0.27.8", lambda text: Answers(release=text)),
    "network": ("package.module:factory", lambda text: Answers(network=text)),
}
