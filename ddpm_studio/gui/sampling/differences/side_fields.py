"""SideFields: what one of two lists of steps is typed into, its schedule and its steps."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QGroupBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.steps.bare_lists import with_its_name
from ddpm_studio.gui.sampling.differences.schedule_box import ScheduleBox
from ddpm_studio.gui.sampling.differences.step_question import ReadSteps, TypedSteps
from ddpm_studio.gui.state.run import steps_of
from ddpm_studio.gui.steps.spacing_box import SpacingBox
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.typed.refusal_note import RefusalNote

_LETTERS = 12


class SideFields(QGroupBox):
    """Two fields, below each of which stands what is wrong with it.

    The schedule is that of a scheduler config that is opened, until another is chosen.

    `changed` tells of every letter, `again` that Enter was pressed, and `opening` that the steps are in a file.
    """

    changed = Signal()
    again = Signal()
    opening = Signal()

    def __init__(self, title: str, labels: tuple[str, str, str]) -> None:
        super().__init__(title)
        self._schedule: Schedule | None = None
        self._follows = True
        self.schedule, self.steps, self.open = (
            ScheduleBox(),
            SpacingBox(self._reading, self._over),
            QPushButton(labels[2]),
        )
        self.steps.setCurrentIndex(-1)
        self.steps.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.steps.setMinimumContentsLength(_LETTERS)
        self.steps.line.setPlaceholderText(self.tr("a spacing, or a list of σ"))
        self.open.setAutoDefault(False)
        self.open.setToolTip(self.tr("Read the steps from a file: plain numbers, CSV, JSON or a scheduler_config.json"))
        self._lay_out(labels)
        self._connect()

    @property
    def typed(self) -> TypedSteps:
        """What the fields say."""
        typed = self.steps.line.draft.text
        return TypedSteps(self.schedule.schedule, self.steps.value if typed is None else typed, self._follows)

    def say(self, read: ReadSteps) -> None:
        """Say below each field what is wrong with it."""
        self._schedule = read.schedule
        if read.follows and read.schedule is not None:
            self.schedule.show_schedule(read.schedule)
        reasons = {name: translated(error) for name, error in read.errors.items()}
        self.schedule.say(reasons.get("schedule", ""))
        draft, reason = self.steps.line.draft, reasons.get("steps", "")
        refused = draft.text if draft.reason and not draft.pending else None
        if refused is not None and not reason:
            # It was read before its schedule was known.
            self.steps.enter(refused)
        else:
            draft.warn(reason)

    def _lay_out(self, labels: tuple[str, str, str]) -> None:
        whole, row = QVBoxLayout(self), QHBoxLayout()
        row.addWidget(self.steps, 1)
        row.addWidget(self.open)
        whole.setSpacing(2)
        whole.addWidget(self._labelled(labels[0], self.schedule))
        whole.addWidget(self.schedule)
        whole.addWidget(RefusalNote(self.schedule.line.draft))
        whole.addWidget(self._labelled(labels[1], self.steps))
        whole.addLayout(row)
        whole.addWidget(RefusalNote(self.steps.line.draft))
        whole.addStretch(1)
        self._name(self.open, labels[2])

    def _labelled(self, text: str, field: QWidget) -> QLabel:
        label = QLabel(text)
        label.setBuddy(field)
        self._name(field, text)
        return label

    def _name(self, field: QWidget, text: str) -> None:
        field.setAccessibleName(f"{self.title()}: {text.replace('&', '').rstrip('…')}")

    def _connect(self) -> None:
        self.schedule.changed.connect(self._choose_schedule)
        self.steps.chosen.connect(self._take)
        self.steps.line.textEdited.connect(self.changed)
        self.steps.line.draft.given_up.connect(self.changed)
        self.open.clicked.connect(self.opening)
        for box in (self.schedule, self.steps):
            box.line.editingFinished.connect(self.changed)
            box.line.returnPressed.connect(self.again)

    def _over(self) -> Schedule:
        return self._schedule or Schedule()

    def _reading(self, text: str) -> str:
        return str(steps_of(with_its_name(text, self._schedule)))

    @Slot()
    def _choose_schedule(self) -> None:
        self._follows = False
        self.changed.emit()

    @Slot(object)
    def _take(self, text: str) -> None:
        self._follows = True
        self.steps.show_value(text)
        self.changed.emit()
