"""Page for a checkpoint that is not open: what it leaves unsaid, to be filled in, or why it fails, and what is left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ddpm_studio.checkpoints import Answers, Misfit
from ddpm_studio.checkpoints.answers import UNSEEN
from ddpm_studio.diffusion import Schedule
from ddpm_studio.errors import StudioError
from ddpm_studio.gui.sampling.model.answer_fields import AnswerField, answer_field
from ddpm_studio.gui.sampling.model.answer_texts import about_trying, meaning, title
from ddpm_studio.gui.sampling.model.schedule_pane import SchedulePane
from ddpm_studio.gui.state.sampling import Refusal
from ddpm_studio.gui.theme import Tokens
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.mathtext import plain_tip, without_mnemonic
from ddpm_studio.gui.widgets.sizes.by_font import grown, keep_width

LABEL_WIDTH = 104


class AskView(QWidget):
    """Shows a Refusal. `answered` carries the Answers filled in, `keep_button` keeps the last checkpoint,
    `forget_button` forgets what was remembered, and `trust_button` trusts a program.

    `trial_wanted` asks for a trial of what only pictures show, such as its heads, given these Answers.
    """

    answered = Signal(object)
    trial_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._refusal = Refusal("", "")
        self.fields: dict[str, AnswerField] = {}
        self.sentence = QLabel()
        self.open_button, self.keep_button, self.try_button = QToolButton(), QPushButton(), QPushButton()
        self.forget_button = QPushButton(self.tr("Forget"))
        self.forget_button.setToolTip(self.tr("Forget what is remembered about this checkpoint, and open it again"))
        self.trust_button = QPushButton(self.tr("Trust this file and open it"))
        self.trust_button.setToolTip(
            self.tr("Run the code of this file now and whenever it is opened, until one of its bytes changes")
        )
        self.try_button.setText(self.tr("Try…"))
        self.try_button.setToolTip(about_trying())
        self.open_button.setText(self.tr("Open"))
        self.open_button.setProperty("role", "primary")
        self.schedule, self.report = SchedulePane(), QPlainTextEdit()
        self._page, self._area = QWidget(), QScrollArea()
        self._column = QVBoxLayout(self._page)
        self._lines: list[QWidget] = []
        self._lay_out()
        self.open_button.clicked.connect(self._answer)
        self.try_button.clicked.connect(self._ask_to_try)

    def show_refusal(self, refusal: Refusal, kept: str, offered: Sequence[Schedule]) -> None:
        """Show why it is not open and what is asked; `kept` is the checkpoint that stays, `offered` are schedules.

        What was typed stays as long as the same things are asked.
        """
        self.keep_button.setText(self.tr("Keep {name}").format(name=without_mnemonic(kept)))
        if refusal is self._refusal:
            return
        before, self._refusal = self._refusal, refusal
        self.sentence.setToolTip(plain_tip(refusal.path))
        self._say(refusal.sentence, refusal.failed)
        if (refusal.path, refusal.asked) != (before.path, before.asked):
            self._ask(refusal, offered)
        self.open_button.setVisible(bool(refusal.asked))
        self.trust_button.setVisible(bool(refusal.untrusted))
        self.forget_button.setVisible(refusal.memory is not None)
        self.try_button.setVisible(not UNSEEN.isdisjoint(refusal.asked))
        self.schedule.show_schedule(refusal.schedule, refusal.name)
        self.report.setPlainText(self._reported(refusal.report) if refusal.report else "")
        self.report.setVisible(refusal.report is not None)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the theme's colours."""
        self.schedule.set_theme(tokens)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, Escape keeps the last one."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.fields:
            self._answer()
        elif event.key() == Qt.Key.Key_Escape:
            self.keep_button.click()
        else:
            super().keyPressEvent(event)

    def _ask(self, refusal: Refusal, offered: Sequence[Schedule]) -> None:
        for line in self._lines:
            line.hide()
            line.deleteLater()
        self.fields = {
            key: answer_field(key, refusal.said, offered, proposed=refusal.proposed) for key in refusal.asked
        }
        self._lines = [_line(key, field) for key, field in self.fields.items()]
        for place, line in enumerate(self._lines):
            self._column.insertWidget(place + 1, line)
            line.show()
        new = [key for key in refusal.asked if key not in refusal.said.said]
        if new:
            self.fields[new[0]].setFocus()

    def _say(self, sentence: str, failed: bool) -> None:
        """Say what is asked, or what is wrong: then in view, which it is not where the last fields were filled in."""
        if failed:
            self._area.verticalScrollBar().setValue(0)
        self.sentence.setText(sentence)
        self.sentence.setProperty("role", "error" if failed else "")
        self.sentence.style().polish(self.sentence)

    def _reported(self, report: Misfit) -> str:
        kinds = (
            (self.tr("Missing in the file"), report.missing),
            (self.tr("Not in the network"), report.unexpected),
            (self.tr("Of a different shape"), report.shapes),
        )
        parts = (
            "\n".join([f"{kind}: {len(names)}", *(f"  {translated(name)}" for name in names)]) for kind, names in kinds
        )
        return "\n\n".join(parts)

    def _lay_out(self) -> None:
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setWordWrap(True)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.report.setReadOnly(True)
        self.report.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.report.setAccessibleName(self.tr("Tensors that don't fit"))
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(4)
        self._column.addWidget(self.sentence)
        self._column.addStretch(1)
        self._area.setWidget(self._page)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page = QHBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(12)
        page.addWidget(self._area, 2)
        page.addLayout(self._beside(), 1)

    def _beside(self) -> QVBoxLayout:
        """The buttons, in view however little room there is, and what there is to look at."""
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.forget_button)
        buttons.addWidget(self.try_button)
        buttons.addWidget(self.open_button)
        buttons.addWidget(self.trust_button)
        buttons.addWidget(self.keep_button)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addLayout(buttons)
        column.addWidget(self.schedule, 1)
        column.addWidget(self.report, 1)
        column.addStretch(0)
        return column

    @Slot()
    def _answer(self) -> None:
        said = self._filled_in(self.fields)
        if said is not None:
            self.answered.emit(said)

    @Slot()
    def _ask_to_try(self) -> None:
        said = self._filled_in(self.fields.keys() - UNSEEN)
        if said is not None:
            self.trial_wanted.emit(said)

    def _filled_in(self, keys: Iterable[str]) -> Answers | None:
        """The answers in the fields with these names; None, and a sentence on screen, if one of them can't be read."""
        said = Answers()
        try:
            for key in keys:
                said = self.fields[key].answers().over(said)
        except StudioError as error:
            self._say(translated(error), failed=True)
            return None
        return said


def _line(key: str, field: QWidget) -> QWidget:
    """A control with its name before it and its meaning below."""
    line, name, about = QWidget(), QLabel(title(key)), QLabel(meaning(key))
    keep_width(name, partial(grown, LABEL_WIDTH))
    name.setBuddy(field)
    about.setWordWrap(True)
    about.setProperty("role", "muted")
    grid = QGridLayout(line)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(6)
    grid.setVerticalSpacing(1)
    # Beside the first line of a control that has several.
    name.setMinimumHeight((field.focusProxy() or field).sizeHint().height())
    grid.addWidget(name, 0, 0, Qt.AlignmentFlag.AlignTop)
    grid.addWidget(field, 0, 1)
    grid.addWidget(about, 1, 1)
    grid.setColumnStretch(1, 1)
    return line
