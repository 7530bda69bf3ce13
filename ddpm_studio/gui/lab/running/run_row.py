"""Row of a sweep: what starts, pauses and cancels it, how far it is, and where its results are kept."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from ddpm_studio.gui.lab.running.sweep_progress import AT_WORK, SweepPhase, SweepProgress
from ddpm_studio.gui.theme import Tokens, number_font
from ddpm_studio.gui.widgets.elided_label import ElidedLabel
from ddpm_studio.gui.widgets.thin_bar import ThinBar

GAP = 8
MINUTE_S = 60
ROUND_S = 5
"""Seconds of which no fewer are told: nobody knows it better."""


class RunRow(QWidget):
    """Shows a SweepProgress and where results are kept; its signals say what is wanted."""

    start_wanted = Signal()
    pause_wanted = Signal()
    cancel_wanted = Signal()
    open_wanted = Signal()
    own_wanted = Signal()
    forget_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._progress = SweepProgress()
        self._can_start = False
        self.start, self.cancel, self.more = QPushButton(), QPushButton(self.tr("Cancel")), QToolButton()
        self.bar, self.status, self.place = ThinBar(), ElidedLabel(), ElidedLabel()
        self.menu = QMenu(self)
        self._describe()
        self._lay_out()
        self.start.clicked.connect(self._press)
        self.cancel.clicked.connect(self.cancel_wanted)
        self.show_progress(SweepProgress())

    @Slot(object)
    def show_progress(self, progress: SweepProgress) -> None:
        """Show how far the sweep is, and what can be done."""
        self._progress = progress
        phase = progress.phase
        texts = {
            SweepPhase.RUNNING: (self.tr("Pause"), self.tr("Stop drawing; all that is done is kept")),
            SweepPhase.PREPARED: (self.tr("Pause"), self.tr("Stop drawing; all that is done is kept")),
            SweepPhase.PAUSED: (self.tr("Go on"), self.tr("Draw what is not there yet")),
        }
        text, tip = texts.get(phase, (self.tr("Start"), self.tr("Draw all that this question asks for")))
        self.start.setText(text)
        self.start.setToolTip(tip)
        self._enable()
        # An empty range is shown as one whose end is unknown.
        unknown = phase in AT_WORK and not progress.total
        self.bar.setRange(0, 0 if unknown else max(1, progress.total))
        self.bar.setValue(progress.done)
        self.status.say(self._told(progress))

    def show_question(self, can_start: bool) -> None:
        """Offer to start, or not where there is nothing that could be."""
        self._can_start = can_start
        self._enable()

    @Slot(str, bool)
    def show_place(self, sentence: str, is_own: bool) -> None:
        """Say where the results are, and whether these are the user's own."""
        self.place.say(sentence)
        self.own.setEnabled(not is_own)
        self.forget.setEnabled(is_own)

    def set_theme(self, tokens: Tokens) -> None:
        """Have numbers of one width, so that they stay where they are."""
        self.status.setFont(number_font(self.font()))

    def _told(self, progress: SweepProgress) -> str:
        """How far it is, in a line."""
        if progress.phase is SweepPhase.PAUSING:
            return self.tr("Ending what is being drawn …")
        if not progress.total:
            return self.tr("Opening the checkpoint …") if progress.phase in AT_WORK else ""
        parts = [self.tr("{done} of {total} points").format(done=progress.done, total=progress.total)]
        if progress.failed:
            parts.append(self.tr("{count} failed").format(count=progress.failed))
        if progress.phase is SweepPhase.PAUSED:
            parts.append(self.tr("paused"))
        elif progress.phase in AT_WORK and progress.left_s is not None:
            parts.append(self._told_left(progress.left_s))
        return ", ".join(parts)

    def _told_left(self, seconds: float) -> str:
        if seconds < MINUTE_S:
            rounded = max(ROUND_S, ROUND_S * round(seconds / ROUND_S))
            return self.tr("about {count} s left").format(count=rounded)
        return self.tr("about {count} min left").format(count=round(seconds / MINUTE_S))

    def _enable(self) -> None:
        phase = self._progress.phase
        self.start.setEnabled(phase is not SweepPhase.PAUSING and (phase in AT_WORK or self._can_start))
        self.cancel.setEnabled(phase in (SweepPhase.PREPARED, SweepPhase.RUNNING, SweepPhase.PAUSED))

    @Slot()
    def _press(self) -> None:
        (self.pause_wanted if self._progress.phase in AT_WORK else self.start_wanted).emit()

    def _describe(self) -> None:
        self.start.setProperty("role", "primary")
        self.cancel.setToolTip(self.tr("Stop, and forget that it was begun; all that is done is kept"))
        self.bar.setAccessibleName(self.tr("Progress of the sweep"))
        self.bar.setToolTip(self.tr("The points that are done, of all that the question asks for"))
        self.status.setAccessibleName(self.tr("Status of the sweep"))
        self.place.setAccessibleName(self.tr("Place of the results"))
        self.more.setText("…")
        self.more.setAccessibleName(self.tr("Results"))
        self.more.setToolTip(self.tr("Open other results, or forget these"))
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setMenu(self.menu)
        self.menu.setToolTipsVisible(True)
        self.open = self.menu.addAction(self.tr("Open results…"))
        self.open.triggered.connect(self.open_wanted)
        self.open.setToolTip(self.tr("Look at the folder of a sweep, also while another program draws there"))
        self.own = self.menu.addAction(self.tr("Back to your own results"))
        self.own.triggered.connect(self.own_wanted)
        self.own.setToolTip(self.tr("Look at what is drawn in this window"))
        self.menu.addSeparator()
        self.forget = self.menu.addAction(self.tr("Forget all results…"))
        self.forget.triggered.connect(self.forget_wanted)
        self.forget.setToolTip(self.tr("Delete everything that was drawn for questions in this window"))

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(GAP)
        for widget, stretch in ((self.start, 0), (self.cancel, 0), (self.status, 3), (self.place, 1), (self.more, 0)):
            row.addWidget(widget, stretch)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self.bar)
