"""FormulaPart: the formula of a schedule in its card, as a line that completes it and marks what is wrong in it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.formula.curve_formula import CurveFormula
from ddpm_studio.errors import ScheduleError, StudioError
from ddpm_studio.gui.completing.formula_completion import formula_completions
from ddpm_studio.gui.completing.marks import Letters, show_looks, wrong
from ddpm_studio.gui.completing.offering_line import OfferingLine
from ddpm_studio.gui.completing.offers import Completion
from ddpm_studio.gui.state.window import Entry
from ddpm_studio.gui.theme import tokens_of, typed_font
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.typed.draft import give_up_drafts
from ddpm_studio.gui.widgets.typed.refusal_note import RefusalNote


class FormulaPart(QWidget):
    """A line with what the formula gives, an “=” and the formula. `chosen` has the entry's key and that text.

    It is there only for a schedule by formula that is no family.
    """

    chosen = Signal(int, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = 0
        self._schedule = Schedule()
        self.line = FormulaLine()
        self.line.setAccessibleName(self.tr("Formula"))
        self.line.setToolTip(
            self.tr("log_snr=, alpha_bar= or beta= a formula of u = t/T, t and T; any other name is a parameter")
        )
        self.line.textEdited.connect(self._judge)
        self.line.entered.connect(self._take)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.line)
        column.addWidget(RefusalNote(self.line.draft))
        self.hide()

    def show_entry(self, entry: Entry) -> None:
        """Show the formula of an entry; what is half typed or was refused stays as long as it is the same one."""
        if entry.key != self._key:
            self._key = entry.key
            give_up_drafts(self)
        self._schedule = entry.schedule
        self.setVisible(bool(entry.schedule.formula) and entry.family is None)
        self.line.show_text(entry.schedule.formula)

    @Slot(str)
    def _judge(self, text: str) -> None:
        """Say what is wrong with a formula that is still typed, and offer how it can go on."""
        self.line.offer()
        self.line.draft.warn(self._why_not(text) if text.strip() else "")

    @Slot(str)
    def _take(self, text: str) -> None:
        reason = self._why_not(text)
        if reason:
            self.line.draft.refuse(reason)
        else:
            self.chosen.emit(self._key, text)

    def _why_not(self, text: str) -> str:
        try:
            self._schedule.with_formula(text)
        except StudioError as error:
            return translated(error)
        return ""


class FormulaLine(OfferingLine):
    """Offers what fits in a formula, and marks what is wrong in it, or all of it where its values are."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(typed_font(QApplication.font()))
        self.textChanged.connect(self._mark)
        self.draft.refused.connect(self._mark)

    def offers_at(self, text: str, caret: int) -> Sequence[Completion]:
        """Functions, variables and constants, behind the “=”."""
        start = text.find("=") + 1
        return tuple(formula_completions(text, start, caret)) if 0 < start <= caret else ()

    @Slot()
    def _mark(self) -> None:
        place = _wrong_place(self.text()) if self.draft.said else None
        show_looks(self, () if place is None else [wrong(place, tokens_of(self.palette()))])


def _wrong_place(text: str) -> Letters:
    """The place of what is wrong with a formula, which may be all of it."""
    try:
        CurveFormula.parse(text)
    except ScheduleError as error:
        return error.place or (0, len(text))
    return text.find("=") + 1, len(text)
