"""Sampling actions: run, pause, follow a slider, and report the outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QDeadlineTimer, QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from ddpm_studio.checkpoints import Origin
from ddpm_studio.checkpoints.fingerprint import key_alone
from ddpm_studio.gui.recent import Recent, RecentKind
from ddpm_studio.gui.sampling.foretelling import Foretelling
from ddpm_studio.gui.sampling.live import LiveRuns
from ddpm_studio.gui.sampling.model.checkpoint_actions import CheckpointActions
from ddpm_studio.gui.sampling.model.trial_actions import TrialActions
from ddpm_studio.gui.sampling.progress import Progress
from ddpm_studio.gui.sampling.saves import RunSaves
from ddpm_studio.gui.sampling.setup_actions import SetupActions
from ddpm_studio.gui.state.made.state_recipes import of_run
from ddpm_studio.gui.state.phase import PAUSABLE, Phase
from ddpm_studio.gui.state.planning import obstacle, run_of, visited
from ddpm_studio.gui.state.run import CheckpointCard, RunFrame, RunSpec
from ddpm_studio.gui.state.sampling import Sampling
from ddpm_studio.gui.state.shown_traces import traces_of
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.widgets.dialogs import FileDialogs
from ddpm_studio.gui.worker.sampling_thread import SamplingThread

if TYPE_CHECKING:
    from ddpm_studio.gui.worker.run_recording import RunRecording


class SamplingActions(QObject):
    """Mediator between the Studio and the sampling thread; its signals are what a panel shows.

    `wanted` says that the user asked for a run and will want to see it, `prediction_wanted` that it is the predicted
    error. `status` carries a sentence and whether it
    reports a failure, which leaves the status as it is and is taken back by an empty one. `phase_changed` carries a
    Phase, `recorded` the RunRecording of a run that begins and its SamplerSpecs, `framed` the newest RunFrame of each
    of them, `progressed` a Progress. `drawn` has the RunSpec and the RunRecording of a run that has ended, by itself or
    since it was stopped, and whether it only followed a slider. `decoded` says that steps have pictures in place of
    previews, or cannot be decoded.
    """

    wanted = Signal()
    prediction_wanted = Signal()
    status = Signal(str, bool)
    phase_changed = Signal(object)
    recorded = Signal(object, object)
    framed = Signal(object)
    progressed = Signal(object)
    drawn = Signal(object, object, bool)
    decoded = Signal()
    devices_known = Signal(object)

    def __init__(
        self,
        studio: Studio,
        parent: QWidget,
        thread: SamplingThread | None = None,
        dialogs: FileDialogs | None = None,
        recent: Recent | None = None,
    ) -> None:
        super().__init__(parent)
        self._studio = studio
        self.dialogs = dialogs or FileDialogs(parent)
        self.sampling_thread = thread or SamplingThread(self)
        self.saves = RunSaves(studio, self.dialogs, self)
        self.setup, self.live = SetupActions(studio, self), LiveRuns(studio, self)
        self.foretelling = Foretelling(studio, self.sampling_thread, self)
        self.checkpoints = CheckpointActions(studio, self.sampling_thread, self.dialogs, recent or Recent(), self)
        self.trials = TrialActions(studio, self.sampling_thread, self.checkpoints, self)
        self._phase = Phase.IDLE
        self._number = 0
        self._watched = self._lanes_watched = False
        self._chosen = 0
        self._failed_with: Sampling | None = None
        # What came of the last thing that went well: the status again once the next has failed.
        self._outcome = ""
        self._asking = False
        self._frames: tuple[RunFrame, ...] = ()
        self._recording: RunRecording | None = None
        self._recorded_spec: RunSpec | None = None
        self._follows = False
        self._wire()

    def _wire(self) -> None:
        thread = self.sampling_thread
        thread.opening.connect(self._on_opening)
        thread.opened.connect(self._on_opened)
        thread.devices_known.connect(self.devices_known)
        thread.started.connect(self._on_started)
        thread.frame_ready.connect(self._take_frames)
        thread.stopping.connect(self._on_stopping)
        thread.finished.connect(self._on_finished)
        thread.failed.connect(self._on_failed)
        thread.decoded.connect(self._on_decoded)
        self.trials.told.connect(self._on_opening)
        self.live.wanted.connect(self.wanted)
        self.live.due.connect(self._start_following)
        self.live.refused.connect(self._refuse)
        self._studio.changed.connect(self._follow)

    @property
    def phase(self) -> Phase:
        """The current phase of the sampling thread."""
        return self._phase

    def recorded_run(self) -> tuple[RunSpec, RunRecording] | None:
        """The last run that began, as it was asked for, and what is recorded of it; None before the first."""
        spec, recording = self._recorded_spec, self._recording
        return None if spec is None or recording is None else (spec, recording)

    @Slot(bool)
    def set_watched(self, watched: bool) -> None:
        """Say whether the panel is in view; frames are taken only then, and a frame not taken is not even copied.

        The first time it comes into view, the chosen checkpoint is opened.
        """
        self._watched = watched
        if watched and not self._number:
            self.checkpoints.open_chosen()
        self._take_frames()

    @Slot(bool)
    def set_lanes_watched(self, watched: bool) -> None:
        """Say whether lanes are in view that show runs as well; frames are taken for them, too."""
        self._lanes_watched = watched
        self._take_frames()

    # running

    @Slot()
    def run(self) -> None:
        """Draw what is set up, replacing a run in progress."""
        self._begin(held=False)

    @Slot()
    def predict_error(self) -> None:
        """Have the predicted error of the chosen solver and steps shown, for which nothing is drawn."""
        self.prediction_wanted.emit()

    @Slot()
    def pause(self) -> None:
        """Pause a run, or resume it."""
        if self._phase in PAUSABLE:
            self.live.give_way()
            thread = self.sampling_thread
            (thread.resume if thread.paused else thread.pause)()
            self._find_phase()

    @Slot()
    def step(self) -> None:
        """Make one more network call, the first of a new run if none is in progress, then pause."""
        if self._phase in PAUSABLE:
            self.live.give_way()
            self.sampling_thread.step()
            self._find_phase()
        else:
            self._begin(held=True)

    @Slot()
    def stop(self) -> None:
        """Stop a run, an opening or a trial; what was recorded is kept."""
        self.sampling_thread.stop()
        self.live.give_way()

    @Slot(object)
    def decode(self, frames: Sequence[RunFrame]) -> None:
        """Have these frames decoded, beside whatever else is under way."""
        self.sampling_thread.decode(tuple((frame.row, frame.measures.index) for frame in frames))

    def end(self, deadline: QDeadlineTimer | None = None) -> None:
        """Stop everything and wait until it has ended, or until the deadline; called when the window closes."""
        self.live.end()
        self.foretelling.end()
        self.saves.saving.cancel()
        self.sampling_thread.close(deadline)
        self.saves.end(deadline)

    # what the thread reports

    @Slot()
    def _take_frames(self) -> None:
        is_seen = self._watched or (self._lanes_watched and self._studio.state.run_lanes)
        self._frames = (self.sampling_thread.take() if is_seen else ()) or self._frames
        self._show_frames()

    def _show_frames(self) -> None:
        """Frames can arrive before their run is known to have started; they wait for it."""
        recording, frames = self._recording, self._frames
        if frames and recording is not None and frames[0].run == recording.run:
            self._frames = ()
            self.framed.emit(frames)
            self._tell_progress(recording)

    @Slot(str)
    def _on_opening(self, sentence: str) -> None:
        self._failed_with = None
        self._find_phase()
        self.status.emit(sentence, False)

    @Slot(object)
    def _on_opened(self, card: CheckpointCard) -> None:
        self._find_phase()
        if self._phase is Phase.IDLE:
            self._report(self._told(card))

    @Slot(int)
    def _on_started(self, run: int) -> None:
        recording = self.sampling_thread.recording(run)
        assert recording is not None
        self._recording, self._rows, self._outcome = recording, self._spec.samplers, ""
        card = self._studio.state.sampling.card
        self._recorded_spec = self._spec if card is None else self._spec.fitted(card)
        self._find_phase()
        self._studio.set_traces(tuple(traces_of(self._studio.state, run, self._rows, recording.tables)))
        self.recorded.emit(recording, self._rows)
        self._tell_progress(recording)
        self._look_at_chosen()
        self._show_frames()

    @Slot()
    def _on_stopping(self) -> None:
        self._find_phase()
        self.status.emit(self.tr("Stopping …"), False)

    @Slot(int, str)
    def _on_finished(self, run: int, reason: str) -> None:
        self._find_phase()
        if self._recording is not None and self._recording.run == run:
            self._report(self._progress(self._recording).ended(reason == "stopped"))
            self.drawn.emit(self._recorded_spec, self._recording, self._follows)
        elif reason == "stopped":
            self._report(self.tr("Stopped."))
        else:
            self._report(self.tr("Everything that fits has been tried; use the one that draws pictures."))

    @Slot(int, str)
    def _on_failed(self, run: int, sentence: str) -> None:
        self._find_phase()
        refusal = self._studio.state.sampling.refusal
        if refusal is not None and run == self.checkpoints.number:
            self._asking = True
            if refusal.path == self._studio.state.sampling.checkpoint:  # What is kept is not open either.
                self._outcome = self.tr("{name} is not open.").format(name=refusal.name)
            self.status.emit(self.tr("{name} is not open; see Model.").format(name=refusal.name), False)
        else:
            self._refuse(sentence)

    @Slot(str)
    def _on_decoded(self, failure: str) -> None:
        self.decoded.emit()
        if failure:
            self._refuse(failure)

    # underneath

    def _begin(self, held: bool) -> None:
        self.wanted.emit()
        state = self.checkpoints.awaited(self._studio.state)
        why_not = obstacle(state)
        if why_not:
            self._refuse(why_not)
        else:
            self.live.give_way()
            self._follows = False
            spec = run_of(state)
            if spec.prompt:
                Recent(kind=RecentKind.PROMPTS).add(spec.prompt)
            self._start(spec, held)
            ready = self.sampling_thread.has_torch
            self.status.emit(self.tr("Starting the run …") if ready else self.tr("Starting torch for the run …"), False)

    @Slot(object)
    def _start_following(self, spec: RunSpec) -> None:
        """Draw a run because a slider was moved."""
        self._follows = True
        self._start(spec)

    def _start(self, spec: RunSpec, held: bool = False) -> None:
        self._spec, self._failed_with = replace(spec, checkpoint=self.checkpoints.path), None
        self._number = self.sampling_thread.run(self._spec, held, self.checkpoints.said)
        self._find_phase()
        self.status.emit("", False)

    def _told(self, card: CheckpointCard) -> str:
        if any(row.origin is Origin.ASSUMED for row in card.rows):
            return self.tr("Open, with some assumptions; see Model.")
        return self.tr("{name} is open.").format(name=card.name)

    def _find_phase(self) -> None:
        self._phase = self.sampling_thread.phase
        self.phase_changed.emit(self._phase)

    def _report(self, outcome: str) -> None:
        self._outcome = outcome
        self.status.emit(outcome, False)

    @Slot(str)
    def _refuse(self, sentence: str) -> None:
        """Report a failure, which stays until another run begins or something else is chosen."""
        self._failed_with = self._studio.state.sampling.choices
        if self._phase is Phase.IDLE:
            self.status.emit(self._outcome, False)
        self.status.emit(sentence, True)

    @Slot(object)
    def _follow(self, state: State) -> None:
        if state.sampling.line.key != self._chosen:
            self._look_at_chosen()
        if self._failed_with not in (None, state.sampling.choices):
            self._failed_with = None
            self.status.emit("", True)
        if self._asking and state.sampling.refusal is None:
            self._asking = False
            if self._phase is Phase.IDLE:
                self.status.emit(self._outcome, False)

    def _look_at_chosen(self) -> None:
        recording, spec, setup = self._recording, self._recorded_spec, self._studio.state.sampling
        self._chosen = setup.line.key
        if recording is None or spec is None or setup.card is None:
            return
        row = setup.line.among(self._rows) or 0
        times = tuple(float(t) for t in recording.tables[row].timestep)
        answers = setup.card.answers
        recipe, at_once = of_run(spec, row, answers), of_run(spec, row, answers, key_alone)
        self.saves.show_recording(recording.rows[row], recipe, at_once)
        self._studio.set_visited(visited(self._rows[row], setup.card.schedule, times))

    def _tell_progress(self, recording: RunRecording) -> None:
        if self._phase in PAUSABLE:
            self.progressed.emit(self._progress(recording))

    def _progress(self, recording: RunRecording) -> Progress:
        rows = range(len(recording.rows))
        done = sum(len(recording.measures(row)) for row in rows)
        total = sum(table.nfe for table in recording.tables)
        return Progress(done, total, recording.seconds, recording.device)
