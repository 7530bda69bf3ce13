"""SpecField: a line of text in which a schedule is typed; its words are told apart, completed, and marked if wrong."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QMimeData, Qt, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
    QTextCharFormat,
)
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.kinds import KINDS
from ddpm_studio.diffusion.named_line import name_apart
from ddpm_studio.diffusion.schedule import DEFAULT_T
from ddpm_studio.diffusion.schedule_family import Specified, path_in, specified
from ddpm_studio.diffusion.steps.bare_lists import is_steps
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.diffusion.training.objective import Objective, is_objective
from ddpm_studio.errors import ObjectiveError, ScheduleError, StepsError, StudioError
from ddpm_studio.gui.completing.folder_contents import TypedPath
from ddpm_studio.gui.completing.marks import Letters, show_looks, underlined, wrong
from ddpm_studio.gui.completing.offering_line import OfferingLine
from ddpm_studio.gui.completing.offers import Completion
from ddpm_studio.gui.schedules.text.completion import completions, path_of_schedule
from ddpm_studio.gui.schedules.text.objective_completion import objective_completions
from ddpm_studio.gui.schedules.text.words import looks
from ddpm_studio.gui.state.given_names import checked_name
from ddpm_studio.gui.state.pasted_betas import own_betas
from ddpm_studio.gui.state.stepping import typed_steps
from ddpm_studio.gui.steps.steps_completion import end_of_name, path_of_steps, steps_completions
from ddpm_studio.gui.theme import LIGHT, Tokens, typed_font
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.typed.typed_line import TypedLine

_DOTS = QTextCharFormat.UnderlineStyle.DotLine


class SpecField(OfferingLine):
    """Takes a schedule as text. What is wrong with it is marked while it is typed, but where it can still go on.

    `pasted` has a text of several lines, or one longer than a line can be, which is not for this one.
    """

    pasted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens = LIGHT
        self._led_on = ""
        self.setFont(typed_font(QApplication.font()))
        self.textEdited.connect(self._judge)
        self.textChanged.connect(self._paint_words)
        self.draft.refused.connect(self._paint_words)
        # Before anybody else: whoever hears of the text may answer at once.
        self.entered.connect(self.draft.wait)

    def set_tokens(self, tokens: Tokens) -> None:
        """Use a theme's colours."""
        self._tokens = tokens
        self.setFont(typed_font(QApplication.font()))
        self._paint_words()

    def read(self, text: str) -> Specified | None:
        """What a text describes; None if it names a file, which is read once the text is finished.

        None also for a training objective and for steps, which are for the schedule that is chosen. Raises
        StudioError for a text that describes none, or whose name is too long.
        """
        if is_objective(text):
            Objective.parse(text)
            return None
        if is_steps(text):
            typed_steps(text, self.above())
            return None
        spec, name = name_apart(text)
        checked_name(name or "")
        return None if _names_a_file(spec) else specified(spec, partial(own_betas, self.before()))

    def before(self) -> Schedule | None:
        """The schedule in whose place the text will be; the base class adds another."""
        return None

    def above(self) -> Schedule:
        """The schedule that steps typed here are for."""
        return self.before() or Schedule()

    def steps(self) -> int:
        """The T that a kind is offered with where none is typed."""
        before = self.before()
        return DEFAULT_T if before is None else before.T

    def tried(self, spec: Specified) -> None:
        """Do something with what is typed so far; the base class waits until it is finished."""

    def is_good(self, text: str) -> bool:
        """Whether a text can be read."""
        try:
            self.read(text)
        except ValueError:
            return False
        return True

    def moved_on(self, event: QKeyEvent) -> bool:
        """Use a key that is not for the text itself; False if it is."""
        return False

    # typing

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Offer what can stand here at Ctrl+Space, and keep lines that are pasted apart."""
        used = self.use_for_offers(event) or self._use_for_paste(event) or self._use_for_colon(event)
        if not (used or self.moved_on(event)):
            TypedLine.keyPressEvent(self, event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Open the usual menu, in which Paste keeps lines apart, too."""
        menu = self.createStandardContextMenu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._redirect(menu)
        menu.popup(event.globalPos())

    def dropEvent(self, event: QDropEvent) -> None:
        """Keep lines that are dropped apart."""
        if self._take_lines(event.mimeData()):
            event.acceptProposedAction()
        else:
            super().dropEvent(event)

    @Slot(str)
    def _judge(self, text: str) -> None:
        """Try a text that is still typed, say what is wrong with it, and offer how it can go on."""
        reason = ""
        try:
            spec = self.read(text) if text.strip() else None
        except StudioError as error:
            spec, reason = None, translated(error)
        self.offer()
        self.draft.warn(reason)
        self._paint_words()
        if spec is not None:
            self.tried(spec)

    # completing

    def means_first_offer(self, key: int) -> bool:
        """Whether Enter or Tab means the first way in which the text goes on, of which none is chosen yet.

        It can mean nothing else where the text is no schedule yet. A kind alone is one, which Enter takes as it is.
        """
        return bool(self.draft.reason) or (key == Qt.Key.Key_Tab and name_apart(self.text())[0].strip() in KINDS)

    def _use_for_colon(self, event: QKeyEvent) -> bool:
        """Go on behind what was completed at the colon that is typed after a kind, and has come with it already."""
        if event.text() != ":" or not self._led_on or self.text() != self._led_on:
            return False
        caret = self.selectionEnd() if self.hasSelectedText() else self.cursorPosition()
        self.deselect()
        self.setCursorPosition(caret)
        if self.text()[:caret].rstrip()[-1:] != ":":
            self.replace((caret, caret), ",")
        return True

    def offers_at(self, text: str, caret: int) -> Sequence[Completion]:
        """Kinds, presets, keys and values, or what stands in an objective or in steps; nothing within a name."""
        spec, name = name_apart(text)
        if name is not None and caret > len(spec):
            return ()
        if is_objective(text) and caret > text.index(":"):
            return objective_completions(text, caret)
        if is_steps(text) and caret > end_of_name(text):
            return steps_completions(text, caret, self.above())
        return completions(text, caret, self.steps())

    def path_at(self, text: str, caret: int) -> TypedPath | None:
        """The path of a file with β, or with steps."""
        spec = name_apart(text)[0]
        if caret > len(spec):
            return None
        return path_of_steps(spec, caret) if is_steps(text) else path_of_schedule(spec, caret)

    def led_on(self) -> None:
        """Remember that the text as it is now has got its colon without one being typed."""
        self._led_on = self.text()

    # pasting

    def _use_for_paste(self, event: QKeyEvent) -> bool:
        return event.matches(QKeySequence.StandardKey.Paste) and self._take_lines(_clipboard())

    def _take_lines(self, mime: QMimeData) -> bool:
        """Hand on several lines, and a line of which this one would keep only the beginning."""
        lines = [line for line in mime.text().splitlines() if line.strip()]
        if len(lines) < 2 and sum(map(len, lines)) + len(self.text()) <= self.maxLength():
            return False
        self.draft.give_up()
        self.pasted.emit(mime.text())
        return True

    def _redirect(self, menu: QMenu) -> None:
        paste = menu.findChild(QAction, "edit-paste")
        if paste is not None:
            paste.triggered.disconnect()
            paste.triggered.connect(self._paste)

    @Slot()
    def _paste(self) -> None:
        if not self._take_lines(_clipboard()):
            self.paste()

    # looks

    def numbers_to_drag(self) -> list[Letters]:
        """The places of the numbers that can be dragged."""
        return []

    @Slot()
    def _paint_words(self) -> None:
        """Give the words their looks."""
        found = looks(self.text(), self._tokens)
        found += [underlined(place, self._tokens.accent, _DOTS) for place in self.numbers_to_drag()]
        place = _wrong_place(self.text()) if self.draft.said else None
        found += [] if place is None else [wrong(place, self._tokens)]
        show_looks(self, found)


def _clipboard() -> QMimeData:
    mime: QMimeData | None = QApplication.clipboard().mimeData()  # None if nothing was ever copied.
    return mime or QMimeData()


def _names_a_file(text: str) -> bool:
    try:
        return bool(path_in(text))
    except StudioError:
        return False


def _wrong_place(line: str) -> Letters | None:
    """The place of what is wrong with a text, if that is known without reading a file."""
    text = name_apart(line)[0]
    try:
        if is_objective(line):
            Objective.parse(line)
        elif is_steps(text):
            StepsSpec.parse(text)
        elif not _names_a_file(text):
            specified(text)
    except (ObjectiveError, ScheduleError, StepsError) as error:
        return error.place
    return None
