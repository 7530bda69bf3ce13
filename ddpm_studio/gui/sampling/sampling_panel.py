"""Sampling panel: the controls every run needs, further settings, and five ways to look at runs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ddpm_studio.errors import StudioError
from ddpm_studio.gui.lazy_panel import LazyPanel
from ddpm_studio.gui.sampling.pages.shown_range import ShownRange
from ddpm_studio.gui.sampling.pages.solver_page import ERROR, SELECTED
from ddpm_studio.gui.sampling.pages.timeline import Timeline
from ddpm_studio.gui.sampling.pages.view_bar import ViewBar
from ddpm_studio.gui.sampling.pages.views import LEAST, Page, Views
from ddpm_studio.gui.sampling.progress import Progress
from ddpm_studio.gui.sampling.run.details import Details
from ddpm_studio.gui.sampling.run.run_bar import RunBar
from ddpm_studio.gui.sampling.run.run_note import RunNote
from ddpm_studio.gui.state.phase import PAUSABLE, PREPARING, Phase
from ddpm_studio.gui.state.planning import Verdict, verdict_on
from ddpm_studio.gui.state.run import RunFrame, SamplerSpec
from ddpm_studio.gui.state.shown_traces import t_of
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.theme import Tokens, number_font
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.elided_label import ElidedLabel
from ddpm_studio.gui.widgets.focus import KeylessScrollArea, give_up_focus, holds_focus
from ddpm_studio.gui.widgets.sizes.by_font import grown
from ddpm_studio.gui.widgets.sizes.sideways import Sideways
from ddpm_studio.gui.widgets.thin_bar import ThinBar
from ddpm_studio.texts import Text

if TYPE_CHECKING:
    from ddpm_studio.gui.worker.run_recording import RunRecording


MARGIN, ABOVE, UNDER, BETWEEN, GAP = 8, 4, 6, 4, 10
"""At either side of the panel, above and under it, between what stands in it, and beside the details, in pixels."""


PROMPTS = 4
"""How many times as high as its prompts, which scroll, the panel is."""


class SamplingPanel(LazyPanel):
    """Shows State.sampling and the run made from it; the signals say what the user wants done.

    `watched` says when the panel comes into view and leaves it, `dropped` carries the QMimeData of what was dropped.
    `row_shown` has the equation that led to the pictures of a run, and the RunFrame with these, while the panel is in
    view; "" and None without any. `step_shown` has the RunFrames of the step that is looked at, in view or not, and
    `t_chosen` the t to which the user goes with it; `sample_shown` has the number of the picture that is looked at
    among those drawn. `decode_wanted` has the RunFrames in view that are previews.
    """

    watched = Signal(bool)
    row_shown = Signal(str, object)
    step_shown = Signal(object)
    sample_shown = Signal(int)
    t_chosen = Signal(int)
    dropped = Signal(object)
    pause_requested = Signal()
    decode_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.run_bar, self.details, self.view_bar = RunBar(), Details(), ViewBar()
        self.views, self.timeline = Views(), Timeline()
        self.note, self.bar, self.status = RunNote(), ThinBar(), ElidedLabel()
        self.bar.setToolTip(self.tr("The network calls that are done, of all in the run"))
        self.status.setToolTip(self.tr("NFE: the number of network calls, by which solvers are compared"))
        self._recent: tuple[str, ...] = ()
        self._recording: RunRecording | None = None
        self._newest: tuple[RunFrame, ...] = ()
        # The user's place on the timeline, of which the budget may drop every second place; None is the newest.
        self._share: float | None = None
        self._decoding = False
        # A failure of the last run, and what was to be said of it before it began.
        self._failure = self._foretold = ""
        self._low = False
        self._phase = Phase.IDLE
        self._themed: Tokens | None = None
        self._shown: tuple[object, ...] = ()
        self._judged = self._asked = tuple[object, ...]()
        self._verdict = Verdict()
        self._noted: tuple[Verdict, str, str] | None = None
        self._refused: str | None = None
        # A tab that lies behind others is shown before it is covered; only the final state is worth reporting.
        self._telling = QTimer(self, singleShot=True, interval=0)
        self._telling.timeout.connect(self._tell)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._lay_out()
        self._wire()

    # what is shown

    def refresh(self) -> None:
        """Show the setup, and the theme if it has changed."""
        state = self.state
        shown = (state.sampling, state.entries, state.selected, state.picture, self._recent)
        if shown != self._shown:
            self._shown = shown
            self._turn_to_model(state)
            self.run_bar.show_state(state, self._recent)
            self.details.show_setup(state.sampling)
            self.view_bar.show_live(state.sampling.live)
            self.views.show_state(state)
        self._judge()
        if self.tokens is not self._themed:
            self._themed = self.tokens
            self.views.set_theme(self.tokens)
            self.run_bar.buttons.set_theme(self.tokens)
            self.status.setFont(number_font(self.font()))

    @Slot()
    def show_run(self) -> None:
        """Turn from the description of the checkpoint, or from details in its place, to what it draws.

        Space controls the run from now on, unless one of its buttons has the focus; a half-typed value is applied.
        """
        if self.views.page is Page.MODEL:
            self._turn_to(Page.WATCH)
        self._uncover()
        if not holds_focus(self.run_bar.buttons):
            self.setFocus()

    @Slot()
    def show_prediction(self) -> None:
        """Turn to the error that is predicted of the chosen solver and steps for the selected schedule."""
        self.views.turn_network(SELECTED)
        self._turn_to(Page.SOLVER)
        self.views.solver.choose(ERROR)

    @Slot(object)
    def show_phase(self, phase: Phase) -> None:
        """Show what can be done now."""
        self._phase = phase
        self.run_bar.buttons.show_phase(phase)
        self.views.show_under_way(phase not in (Phase.IDLE, *PREPARING))
        self.bar.setRange(0, 0 if phase in PREPARING else max(1, self.bar.maximum()))
        if phase is Phase.IDLE:
            self.bar.setRange(0, 1)
            self.bar.setValue(0)
            # The last step of a run is kept whatever its place, and no frame announces it.
            self._show_recorded()

    @Slot(str, bool)
    def show_status(self, sentence: str, failed: bool) -> None:
        """Show the status, or a failure beside it, which stays until there is something else to say."""
        self._failure = sentence if failed else ""
        if not failed:
            self.status.say(sentence)
        self._judge()

    @Slot(object)
    def show_progress(self, progress: Progress) -> None:
        """Show how far a run has got."""
        self.bar.setRange(0, progress.total)
        self.bar.setValue(progress.done)
        self.status.say(progress.going_on())

    @Slot(object, object)
    def show_recording(self, recording: RunRecording, rows: tuple[SamplerSpec, ...]) -> None:
        """Show a run of these samplers, which begins now."""
        self._recording, self._newest, self._share, self._decoding = recording, (), None, False
        self.views.show_recording(recording, rows)
        self.timeline.begin()
        self.show_foretold(recording.notes)

    @Slot(object)
    def show_foretold(self, notes: Iterable[Text | StudioError]) -> None:
        """Say what is to be said of a run before it begins, until another is set up."""
        self._judge()
        self._foretold = " ".join(map(translated, notes))
        self._judge()

    @Slot(object)
    def show_frames(self, frames: tuple[RunFrame, ...]) -> None:
        """Show the run's newest frames; a step the user went back to stays in view as long as it is kept."""
        self._newest = frames
        self._show_recorded()

    @Slot()
    def show_decoded(self) -> None:
        """Show the steps that have been decoded, or that it is no longer waited for them."""
        self._decoding = False
        if self._recording is not None:
            self._newest = self._recording.newest()
            self._show_recorded()
        self._offer_latents()

    @Slot(float)
    def look_at(self, share: float) -> None:
        """Look at a run where it had made this share, 0 … 1, of its steps."""
        if self._recording is not None:
            self._share = share
            self.timeline.stay()
            self._show_recorded()

    @Slot(object)
    def show_recent(self, recent: tuple[str, ...]) -> None:
        """Offer the recently opened checkpoints."""
        self._recent = recent
        self._refresh_if_seen()

    # keys, drops, coming into view

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space pauses and resumes a run; with no run in progress it is left to the window."""
        if event.key() == Qt.Key.Key_Space and self._phase in PAUSABLE:
            self.pause_requested.emit()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept files and folders."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Pass on what was dropped."""
        mime: QMimeData = event.mimeData()
        self.dropped.emit(mime)
        event.acceptProposedAction()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the details stand where they have room."""
        super().resizeEvent(event)
        self.details.prompts.set_room(event.size().height() // PROMPTS)
        prompts = () if self.details.prompts.isHidden() else (self.details.prompts,)
        controls = (self.run_bar, self.view_bar, self.timeline, *prompts)
        taken = sum(each.sizeHint().height() + BETWEEN for each in controls) + self.bar.height() + BETWEEN
        room = event.size() - QSize(2 * MARGIN, taken + ABOVE + UNDER)
        self._low = room.height() < grown(LEAST.height())
        self.details.set_room(room, LEAST.width() + GAP)
        self._show_details()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up, and report whether the panel is in view."""
        super().showEvent(event)
        self._telling.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Report whether the panel is in view."""
        super().hideEvent(event)
        self._telling.start()

    @Slot()
    def _tell(self) -> None:
        self.watched.emit(self.isVisible())
        self._show_recorded()
        self._pass_on(self.views.row, self.views.watched)

    @Slot(str, object)
    def _pass_on(self, row: str, frame: RunFrame | None) -> None:
        """Report what the pictures come from, while the panel is in view."""
        seen = row and self.isVisible()
        self.row_shown.emit(row if seen else "", frame if seen else None)
        self._offer_latents()

    # underneath

    def _turn_to_model(self, state: State) -> None:
        """Turn to the Model page, once for every checkpoint that could not be opened."""
        refusal = state.sampling.refusal
        refused = refusal.path if refusal else None
        if refused and refused != self._refused:
            self._turn_to(Page.MODEL)
        self._refused = refused

    def _judge(self) -> None:
        """Say what prevents a run, or what is worth knowing about it; that is found out once for each setup."""
        state = self.state
        if state.adjusting:
            return
        judged = (state.sampling, state.entries, state.selected)
        if judged != self._judged:
            self._judged, self._verdict = judged, verdict_on(state)
        asked = (state.sampling.card, state.sampling.settings)
        if asked != self._asked:
            self._asked, self._foretold = asked, ""
        if (self._verdict, self._failure, self._foretold) != self._noted:
            self._noted = self._verdict, self._failure, self._foretold
            self._note(*self._noted)

    def _note(self, verdict: Verdict, failure: str, foretold: str) -> None:
        """Show what was found, and a failure, or else what a run was said to need, where the setup can be run."""
        self.run_bar.buttons.run.setEnabled(not verdict.obstacle)
        role = "error" if failure and not verdict.obstacle else "warning" if verdict.obstacle or foretold else "muted"
        text = verdict.obstacle or failure or " ".join(filter(None, (foretold, verdict.remarks)))
        self.note.show_text(text, role, None if failure else verdict.remedy)

    def _lay_out(self) -> None:
        self.bar.setAccessibleName(self.tr("Progress of the run"))
        self.status.setAccessibleName(self.tr("Status of the run"))
        body = QHBoxLayout()
        body.setSpacing(GAP)
        body.addWidget(self.details)
        body.addWidget(self.views, 1)
        whole, inside = QVBoxLayout(self), QWidget()
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(KeylessScrollArea(inside))
        column = QVBoxLayout(inside)
        column.setContentsMargins(MARGIN, ABOVE, MARGIN, UNDER)
        column.setSpacing(BETWEEN)
        for widget in (Sideways(self.run_bar), self.details.prompts, self.note, Sideways(self.view_bar), self.bar):
            column.addWidget(widget)
        column.addLayout(body, 1)
        foot = QHBoxLayout()
        foot.setSpacing(10)
        foot.addWidget(self.timeline, 2)
        foot.addWidget(self.status, 3)
        column.addLayout(foot)

    def _wire(self) -> None:
        self.view_bar.more.toggled.connect(self._show_details)
        self.details.turned.connect(self._show_details)
        self.run_bar.buttons.run.clicked.connect(self._take_focus)
        self.view_bar.pages.chosen.connect(self._turn_to)
        self.view_bar.range.chosen.connect(self._choose_range)
        self.view_bar.decode.clicked.connect(self._decode)
        self.timeline.moved.connect(self._scrub)
        self.views.row_shown.connect(self._pass_on)
        for fields in (self.run_bar.sampler, self.details.sampler, self.details.settings):
            fields.changed.connect(self._show_anew)
        for page in (self.views.watch, self.views.compare):
            page.enlarging.looked_at.connect(self.sample_shown)

    @Slot()
    def _take_focus(self) -> None:
        """Take the focus, so that Space controls the run from now on."""
        self.setFocus()

    @Slot()
    def _show_anew(self) -> None:
        """Show the whole setup next time: what a person has set may be undone before that is ever seen."""
        self._shown = ()

    @Slot(str)
    def _turn_to(self, page: str) -> None:
        self.view_bar.show_page(Page(page))
        self.views.show_page(Page(page))
        self._uncover()
        self._show_details()

    def _uncover(self) -> None:
        """Take the details away from where a page is to be seen."""
        if not self.details.beside:
            self.view_bar.more.setChecked(False)

    @Slot()
    def _show_details(self) -> None:
        """Show the details if they are wanted, and what they leave room for."""
        shown = self.view_bar.more.isChecked() and self.views.page is not Page.MODEL
        covering = shown and not self.details.beside
        uncovered = dict.fromkeys((self.views, self.bar), not covering)
        # A page without pictures of the run has more use for the height.
        foot = not covering and not (self._low and self.views.page in (Page.SOLVER, Page.MODEL, Page.RUNS))
        for widget, seen in {self.details: shown, **uncovered, self.timeline: foot, self.status: foot}.items():
            if not seen:
                give_up_focus(widget, self)
            widget.setVisible(seen)
        self.view_bar.pages.show_value("" if covering else self.views.page)

    @Slot(str)
    def _choose_range(self, value: str) -> None:
        self.views.set_range(ShownRange(value))

    @Slot()
    def _scrub(self) -> None:
        recording, place = self._recording, self.timeline.place
        if recording is not None and recording.count():
            self._share = None if place is None else recording.share(place)
            self._show_recorded()
            self._tell_moment()

    @Slot()
    def _decode(self) -> None:
        self._decoding = True
        self._offer_latents()
        self.decode_wanted.emit(tuple(frame for frame in self.views.in_view if frame.previewed))

    def _offer_latents(self) -> None:
        """Offer what can be done with latents in view; without any, there are no channels to show."""
        frames = self.views.in_view
        self.view_bar.show_latents(frames, self._decoding)
        if frames and frames[0].latents is None and self.views.shown_range is ShownRange.CHANNELS:
            self.view_bar.range.show_value(ShownRange.FIXED)
            self.views.set_range(ShownRange.FIXED)

    def _tell_moment(self) -> None:
        """Report the moment of the step that the user goes to; the newest of a run takes it nowhere."""
        frame = self.views.watched
        t = None if frame is None or self._share is None else t_of(self.state, frame)
        if t is not None:
            self.t_chosen.emit(t)

    def _show_recorded(self) -> None:
        recording, share = self._recording, self._share
        if recording is None:
            return
        place = None if share is None else recording.place(share)
        frames = self._newest if share is None else recording.frames(share)
        self.step_shown.emit(frames)
        if self.isVisible():
            self.timeline.show_recorded(recording.count(), recording.stride, place)
            self.views.show_frames(frames)
