"""DifferencesDialog: why two lists of steps make different pictures, step by step and in sentences."""

from __future__ import annotations

import html
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ddpm_studio.diffusion.schedule import MAX_T
from ddpm_studio.diffusion.steps.steps_spec import DEFAULT_STEPS
from ddpm_studio.gui.sampling.differences.differences_table import DifferencesModel
from ddpm_studio.gui.sampling.differences.side_fields import SideFields
from ddpm_studio.gui.sampling.differences.step_question import ExplainedSteps, StepAnswer, StepQuestion
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.steps.step_table import StepTable
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.typed.refusal_note import RefusalNote
from ddpm_studio.gui.widgets.typed.whole_box import WholeBox
from ddpm_studio.gui.widgets.wheel import require_focus_for_wheel

SIZE = 860, 620
"""Width and height at first, in pixels."""

_SHARE = 3
"""The verdict has no more than this part of the height, and scrolls."""


class DifferencesDialog(QDialog):
    """Two lists, each typed or chosen, and what was found about them last. It does not block the window.

    `asked` has a question whenever what is typed is another, or is to be read again, and `opening` the number of the
    list that is in a file. `copying` has a text that is still to be made, in pieces.
    """

    asked = Signal(object)
    opening = Signal(int)
    copying = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Why is my picture not the same?"))
        self._question: StepQuestion | None = None
        self._found: ExplainedSteps | None = None
        self.sides = (
            SideFields(self.tr("First list"), (self.tr("&Schedule"), self.tr("S&teps"), self.tr("&Open…"))),
            SideFields(self.tr("Second list"), (self.tr("Sc&hedule"), self.tr("Ste&ps"), self.tr("Op&en…"))),
        )
        self.steps, self.verdict, self.model = WholeBox(), QLabel(), DifferencesModel(self)
        self.table, self._area, self.status = StepTable(self.model, self.model.exact_rows), QScrollArea(), QLabel()
        self.copy, self.leave = QPushButton(self.tr("&Copy")), QPushButton(self.tr("C&lose"))
        self._describe()
        self._lay_out()
        self._connect()
        self._say_verdict()
        self.resize(*SIZE)

    def show_state(self, state: State) -> None:
        """Offer the schedules of the list, and go along with those that are shown."""
        for side in self.sides:
            side.schedule.offer(state)
        self._ask()

    @Slot()
    def ask_again(self) -> None:
        """Ask the same once more: a file may have changed."""
        self._question = None
        self._ask()

    def begin_with(self, state: State) -> None:
        """Fill in what is set up to be sampled, and its schedule for both lists."""
        line = state.sampling.line
        for side in self.sides:
            side.schedule.offer(state)
            side.schedule.choose_entry(state.selected if line.along is None else line.along)
        self.sides[0].steps.show_value(line.spacing)
        self.steps.setValue(line.steps)

    def show_answer(self, answer: StepAnswer) -> None:
        """Show what was found, in place of the last answer if there is one."""
        self.status.clear()
        for side, read in zip(self.sides, answer.read, strict=True):
            side.say(read)
        if answer.found is None and self._found is not None:
            self.status.setText(self.tr("What is shown is of the lists before."))
        if answer.found is not None:
            self._found = answer.found
            self.model.show_lists(answer.found.first, answer.found.second)
            self._say_verdict()
            self.copy.setEnabled(True)

    def say_cancelled(self) -> None:
        """Say that there will be no answer to the last question."""
        self.status.setText(self.tr("This was cancelled; press Enter in a field to compare again."))

    def say_copied(self) -> None:
        """Say that the text is on the clipboard."""
        self.status.setText(self.tr("Copied."))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the verdict its share of the height."""
        super().resizeEvent(event)
        self._fit_verdict()

    # making

    def _describe(self) -> None:
        self.steps.setRange(1, MAX_T)
        self.steps.setValue(DEFAULT_STEPS)
        self.steps.setAccessibleName(self.tr("Number of steps where a text has none"))
        self.steps.setToolTip(self.tr("A spacing such as {example} has this many").format(example="karras"))
        self.verdict.setWordWrap(True)
        self.verdict.setTextFormat(Qt.TextFormat.RichText)
        self.verdict.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.verdict.setAccessibleName(self.tr("Verdict"))
        self.table.setAccessibleName(self.tr("Differences at each step"))
        self.status.setProperty("role", "muted")
        self.copy.setToolTip(self.tr("Copy the verdict and the table as text"))
        self.copy.setEnabled(False)
        for button in (self.copy, self.leave):
            button.setAutoDefault(False)
            button.setAccessibleName(button.text().replace("&", ""))

    def _lay_out(self) -> None:
        whole, lists, count, foot = QVBoxLayout(self), QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        for side in self.sides:
            lists.addWidget(side, 1)
        label = QLabel(self.tr("&Number of steps where a text has none"))
        label.setBuddy(self.steps)
        count.addWidget(label)
        count.addWidget(self.steps)
        count.addStretch(1)
        self._area.setWidget(self.verdict)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        foot.addWidget(self.status, 1)
        foot.addWidget(self.copy)
        foot.addWidget(self.leave)
        for row in (lists, count):
            whole.addLayout(row)
        for part in (RefusalNote(self.steps.draft), self._area):
            whole.addWidget(part)
        whole.addWidget(self.table, 1)
        whole.addLayout(foot)

    def _connect(self) -> None:
        for place, side in enumerate(self.sides):
            side.changed.connect(self._ask)
            side.again.connect(self.ask_again)
            side.opening.connect(partial(self.opening.emit, place))
        require_focus_for_wheel(self.steps)
        self.steps.valueChanged.connect(self._ask)
        self.copy.clicked.connect(self._copy)
        self.table.copied.connect(self.copying)
        self.leave.clicked.connect(self.close)

    # asking and showing

    @Slot()
    def _ask(self) -> None:
        """Ask what is typed, unless that was asked last."""
        first, second = self.sides
        question = StepQuestion((first.typed, second.typed), self.steps.value())
        if question != self._question:
            self._question = question
            self.status.setText(self.tr("Comparing …"))
            self.asked.emit(question)

    def _say_verdict(self) -> None:
        said = [self.tr("Type, paste or open the steps of two programs; what differs between them is named here.")]
        if self._found is not None:
            said = self._found.verdict(translated)
        first, *others = map(html.escape, said)
        self.verdict.setText("<br>".join([f"<b>{first}</b>", *others]))
        self._fit_verdict()

    def _fit_verdict(self) -> None:
        needed = self.verdict.heightForWidth(max(self._area.viewport().width(), 1))
        self._area.setFixedHeight(min(needed + 4, self.height() // _SHARE))

    @Slot()
    def _copy(self) -> None:
        if self._found is not None:
            self.copying.emit(self._found.text(translated))
