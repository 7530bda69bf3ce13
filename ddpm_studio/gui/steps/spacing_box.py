"""SpacingBox: the steps of a line, the name of a spacing from a list or any text of steps that is typed or pasted."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.steps.spacings import SPACINGS
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.errors import QT_TRANSLATE_NOOP, StepsError, StudioError
from ddpm_studio.gui.state.run import steps_of
from ddpm_studio.gui.steps.steps_line import StepsLine
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.wheel import require_focus_for_wheel

_SHOWN = 200
"""Letters of a text of steps that a list or a tip has room for."""

AROUND = 8
"""On either side of a name in the list, in pixels."""

MOST = 100_000
"""Letters of a text that is typed or pasted; a line of a million takes minutes to lay out."""


class SpacingBox(QComboBox):
    """A text of steps over a `schedule`.

    `chosen` has it as `reading` makes it of what was typed, unless a StudioError refuses that. Where it names files
    that are to be read first, `reading` returns its spec: `filed` has both, and waits for an `answer`.

    Enter takes it, and so does leaving the box; what is refused stays. Esc gives it up.
    """

    chosen = Signal(object)
    filed = Signal(str, object)

    def __init__(self, reading: Callable[[str], str | StepsSpec], schedule: Callable[[], Schedule]) -> None:
        super().__init__()
        self._reading, self._text = reading, ""
        self.line = StepsLine(schedule)
        # One letter more than is taken, so that a longer text is refused rather than cut.
        self.line.setMaxLength(MOST + 1)
        self.setLineEdit(self.line)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        for name in SPACINGS:
            self._offer(name)
        self.setMaxVisibleItems(self.count())
        self.setCompleter(None)  # type: ignore[arg-type]  # None is how Qt takes it away.
        self.line.completion.leave_with(self)
        self.activated.connect(self._choose)
        self.line.entered.connect(self._take)
        require_focus_for_wheel(self)

    @property
    def value(self) -> str:
        """The text that is shown when nothing is being typed; "" before there is one."""
        return self._text

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let the line go through what it offers before the box goes through its names."""
        if not self.line.use_for_offers(event):
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Take an offer at Tab, which would leave the box before it came to be a key."""
        if isinstance(event, QKeyEvent) and event.type() == event.Type.KeyPress and event.key() == Qt.Key.Key_Tab:
            return self.line.use_for_offers(event) or super().event(event)
        return super().event(event)

    def showPopup(self) -> None:
        """Show the names whole, however narrow the box is."""
        self.view().setMinimumWidth(max(map(self.fontMetrics().horizontalAdvance, SPACINGS)) + 2 * AROUND)
        super().showPopup()

    def enter(self, text: str) -> None:
        """Take a text as if it were typed."""
        self.line.setText(text)
        self.line.draft.note(text)
        # Ended first: whoever hears of the text may send it back.
        self.line.draft.end()
        self._take(text)

    @Slot(str, str)
    def answer(self, text: str, reason: str) -> None:
        """Let go of a text whose files were read, or refuse it for a reason."""
        self.line.draft.answer(text, reason)

    def show_value(self, value: object) -> None:
        """Show the text that is set, or go on showing one that is being typed, or was refused."""
        self._text = str(value)
        self._offer_text()
        self.setToolTip("\n".join((*_about(self._text), self._hint())))
        if self.line.draft.text is None and self.currentData() != self._text:
            self.setCurrentIndex(self.findData(self._text))
            self.line.setCursorPosition(0)
        # What is cut is no text of steps, so that nobody takes it for the whole.
        self.line.show_text(self._text if len(self._text) <= MOST else f"{self._text[:_SHOWN]}…")

    def _hint(self) -> str:
        return self.tr("Steps can be typed, such as {example}, or pasted as a list of σ or τ").format(
            example="karras:rho=5"
        )

    def _offer(self, text: str) -> None:
        self.addItem(text[:_SHOWN], text)
        self.setItemData(self.count() - 1, "\n".join(_about(text)), Qt.ItemDataRole.ToolTipRole)

    def _offer_text(self) -> None:
        """Offer steps that are more than the name of a spacing, as long as they are set, after the names."""
        offered = [self.itemData(row) for row in range(len(SPACINGS), self.count())]
        if offered == [self._text]:
            return
        for row in range(self.count() - 1, len(SPACINGS) - 1, -1):
            self.removeItem(row)
        if self._text not in SPACINGS:
            self._offer(self._text)

    @Slot(int)
    def _choose(self, index: int) -> None:
        self.line.draft.end()
        self._tell(self.itemData(index))

    @Slot(str)
    def _take(self, text: str) -> None:
        try:
            name = text.strip().lower()
            read = self._reading(name if name in SPACINGS else _checked(text))
        except StudioError as error:
            self.line.draft.refuse(translated(error))
        else:
            if isinstance(read, str):
                self._tell(read)
            else:
                self.line.draft.wait()
                self.filed.emit(text, read)

    def _tell(self, text: str) -> None:
        if text == self._text:
            self.show_value(text)
        else:
            self.chosen.emit(text)


def _checked(text: str) -> str:
    if len(text) <= MOST:
        return text
    raise StepsError(
        QT_TRANSLATE_NOOP("errors", "The text of the steps has more letters than the {most} taken here; shorten it."),
        most=MOST,
    )


def _about(text: str) -> tuple[str, ...]:
    """What lays the steps of a text out, and its text where that says more than the name."""
    spacing = SPACINGS.get(steps_of(text).source)
    said = () if text in SPACINGS else (text[:_SHOWN],)
    about = () if spacing is None else (translated(spacing.formula), translated(spacing.source))
    return (*said, *about)
