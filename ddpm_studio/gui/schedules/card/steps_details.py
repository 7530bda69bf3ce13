"""StepsDetails: the controls of one line of steps, what is to be said about it, and what is done with it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.schedule import MAX_T
from ddpm_studio.diffusion.steps.levels_findings import findings_of_levels
from ddpm_studio.diffusion.steps.step_levels import StepLevels
from ddpm_studio.diffusion.steps.steps_spec import DEFAULT_STEPS, StepsSpec
from ddpm_studio.gui.explaining.label_tips import explain_labels
from ddpm_studio.gui.state.stepping import LaidOut, own_values
from ddpm_studio.gui.steps.copy_menu import CopyMenu
from ddpm_studio.gui.steps.option_fields import OptionFields
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.mathtext import sentence_html
from ddpm_studio.gui.widgets.sizes.by_font import grown, keep_width
from ddpm_studio.gui.widgets.typed.refusal_note import RefusalNote
from ddpm_studio.gui.widgets.typed.whole_box import WholeBox
from ddpm_studio.gui.widgets.wheel import require_focus_for_wheel

LABEL_WIDTH, DIGITS = 72, 9


class StepsDetails(QWidget):
    """The number and the options of steps over a schedule; `changed` has what they become.

    `copied` has the form in which they are wanted; others say that they are to be used, listed in a table, or drawn.
    """

    changed = Signal(object)
    copied = Signal(str)
    used = Signal()
    listed = Signal()
    drawn = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._spec = StepsSpec("trailing")
        self.count, self.options, self.note = WholeBox(), OptionFields(LABEL_WIDTH, DIGITS), QLabel()
        self.copy, self.table, self.draw, self.use = (QToolButton() for _ in range(4))
        self._describe()
        self._lay_out()
        self.count.valueChanged.connect(self._count)
        self.options.fields.changed.connect(self._choose_option)
        self.table.clicked.connect(self.listed)
        self.draw.clicked.connect(self.drawn)
        self.use.clicked.connect(self.used)

    def show_steps(self, schedule: Schedule, spec: StepsSpec, laid_out: LaidOut) -> None:
        """Show steps over a schedule, and what they lay out, or why it does not have them."""
        self._spec = spec
        with QSignalBlocker(self.count):
            self.count.setValue(_number_of(spec, laid_out, schedule))
        self.count.setEnabled(not spec.is_list)
        self.options.show_options(spec.options, dict(spec.given), own_values(schedule))
        for button in (self.copy, self.table, self.draw, self.use):
            button.setEnabled(isinstance(laid_out, StepLevels))
        self._say(laid_out)

    def _say(self, laid_out: LaidOut) -> None:
        has_levels = isinstance(laid_out, StepLevels)
        if isinstance(laid_out, StepLevels):
            said = [translated(finding.headline) for finding in findings_of_levels(laid_out)]
        else:
            said = [translated(laid_out)]
        self.note.setText("<br>".join(map(sentence_html, said)))
        self.note.setVisible(bool(said))
        self.note.setProperty("role", "muted" if has_levels else "warning")
        self.note.style().polish(self.note)

    def _describe(self) -> None:
        for button, text, tip in (
            (self.copy, self.tr("Copy as"), self.tr("Copy these steps for another program")),
            (self.table, self.tr("Table"), self.tr("Show these steps as a table")),
            (self.draw, self.tr("Draw"), self.tr("Add a drawn schedule that spends its time as these steps do")),
            (self.use, self.tr("Use"), self.tr("Sample with these steps")),
        ):
            button.setText(text)
            button.setToolTip(tip)
        menu = CopyMenu(self.copy)
        menu.wanted.connect(self.copied)
        self.copy.setMenu(menu)
        self.copy.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.count.setRange(1, MAX_T)
        self.count.setKeyboardTracking(False)
        self.count.setToolTip(self.tr("Number of steps, 1 to {most}").format(most=MAX_T))
        require_focus_for_wheel(self.count)
        self.note.setWordWrap(True)
        self.note.setMinimumWidth(1)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(4)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        label = QLabel(self.tr("Number"))
        keep_width(label, lambda: max(label.sizeHint().width(), grown(LABEL_WIDTH)))
        label.setBuddy(self.count)
        self.count.setAccessibleName(label.text())
        form.addRow(label, self.count)
        form.addRow(RefusalNote(self.count.draft))
        form.addRow(self.options)
        explain_labels(form)
        column = in_column(self)
        column.addLayout(form)
        column.addLayout(in_row(self.copy, self.table, self.draw, self.use))
        column.addWidget(self.note)

    @Slot(int)
    def _count(self, count: int) -> None:
        self.changed.emit(replace(self._spec, steps=count))

    @Slot(str, object)
    def _choose_option(self, key: str, value: object) -> None:
        self.changed.emit(self._spec.with_option(key, value))


def in_row(*widgets: QWidget) -> QHBoxLayout:
    """A row of widgets from the left."""
    row = QHBoxLayout()
    row.setSpacing(4)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row


def in_column(widget: QWidget) -> QVBoxLayout:
    """The layout of a widget whose parts stand below each other without a margin."""
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    return column


def _number_of(spec: StepsSpec, laid_out: LaidOut, schedule: Schedule) -> int:
    if isinstance(laid_out, StepLevels) and spec.is_list:
        return laid_out.count
    return spec.steps or min(DEFAULT_STEPS, schedule.T)
