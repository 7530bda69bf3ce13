"""Views of a run: the watch, compare, solver, model and runs pages, one of them in view."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QWidget

from ddpm_studio.errors import StudioError
from ddpm_studio.gui.sampling.kept.runs_page import RunsPage
from ddpm_studio.gui.sampling.model.model_page import ModelPage
from ddpm_studio.gui.sampling.pages.compare_page import ComparePage
from ddpm_studio.gui.sampling.pages.prediction_text import MOST_PICTURES, DataPictures
from ddpm_studio.gui.sampling.pages.predictor import Predictor
from ddpm_studio.gui.sampling.pages.seen import samplers_seen, seen_at
from ddpm_studio.gui.sampling.pages.shown_range import ShownRange
from ddpm_studio.gui.sampling.pages.solver_page import CHECKPOINT, SolverPage
from ddpm_studio.gui.sampling.pages.table_row import row_text
from ddpm_studio.gui.sampling.pages.watch_page import WatchPage
from ddpm_studio.gui.state.planning import table_of, trained_of
from ddpm_studio.gui.state.run import RunFrame, SamplerSpec
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.theme import Tokens
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.empty_page import EmptyPage
from ddpm_studio.texts import visible

if TYPE_CHECKING:
    from ddpm_studio.gui.worker.run_recording import RunRecording


LEAST = QSize(360, 104)


class Page(StrEnum):
    """The pages to choose from."""

    WATCH = "watch"
    COMPARE = "compare"
    SOLVER = "solver"
    MODEL = "model"
    RUNS = "runs"


class Views(QStackedWidget):
    """Keeps everything there is to show, and updates only the page in view.

    `row_shown` has the row of the solver's table that led to the pictures of a run, as an equation, and the RunFrame
    with these; "" and None without any.
    """

    row_shown = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.watch, self.compare, self.solver, self.model = WatchPage(), ComparePage(), SolverPage(), ModelPage()
        self.runs = RunsPage()
        self.predictor = Predictor(self.solver.prediction, self)
        self.solver.network.chosen.connect(self.turn_network)
        self._network = CHECKPOINT
        self._state = State()
        self._solver_shown: object = None
        self._recording: RunRecording | None = None
        self._rows: tuple[SamplerSpec, ...] = ()
        self._frames: dict[int, RunFrame] = {}
        self.shown_range = ShownRange.FIXED
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.empty = EmptyPage(self.tr("Press Run to see noise turn into pictures, step by step."), self.tr("Run"))
        self.empty.button.setToolTip(self.tr("Draw pictures with this checkpoint (Ctrl+R)"))
        for page in (self.empty, self.watch, self.compare, self.solver, self.model, self.runs):
            self.addWidget(page)
        self.page = Page.WATCH
        self.currentChanged.connect(self._keep_height)
        self._keep_height()

    def minimumSizeHint(self) -> QSize:
        """The same for every page, so that the panel keeps its width when the page changes."""
        return LEAST

    def hasHeightForWidth(self) -> bool:
        """No: a page with a sentence in it would ask for the height of the tallest of all pages."""
        return False

    @Slot()
    def _keep_height(self) -> None:
        """Be no lower than the page in view has to be: of what ignores its hints, a layout heeds nothing else."""
        page = self.currentWidget()
        assert page is not None
        self.setMinimumHeight(min(LEAST.height(), page.minimumSizeHint().height()))

    def show_page(self, page: Page) -> None:
        """Turn to another page."""
        self.page = page
        self._refresh()

    def show_state(self, state: State) -> None:
        """Show the setup and the checkpoint; pictures are painted again only if another line is chosen."""
        before, self._state = self._state, state
        if state.sampling.line.key != before.sampling.line.key:
            self._refresh()
        elif _solved(state) == _solved(before) and state.picture is before.picture:
            return
        elif self.page is not Page.WATCH:
            self._refresh()

    def show_under_way(self, under_way: bool) -> None:
        """Invite a run only while none is in progress, even if it has no frame yet."""
        for widget in (self.empty.sentence, self.empty.button):
            widget.setVisible(not under_way)

    def show_recording(self, recording: RunRecording, rows: tuple[SamplerSpec, ...]) -> None:
        """Begin a run of these samplers: nothing of the last run is shown any more."""
        self._recording, self._rows, self._frames = recording, rows, {}
        self.compare.show_rows({}, self.shown_range)

    def show_frames(self, frames: tuple[RunFrame, ...]) -> None:
        """Show one frame of each sampler that has begun; what is already in view is not painted again."""
        before, self._frames = self._frames, {frame.row: frame for frame in frames}
        if _steps(self._frames) != _steps(before):
            self._refresh()

    def set_range(self, shown: ShownRange) -> None:
        """Show pictures in this range."""
        self.shown_range = shown
        self._refresh()

    def set_theme(self, tokens: Tokens) -> None:
        """Take the theme's colours."""
        for page in (self.watch, self.compare, self.solver, self.model):
            page.set_theme(tokens)

    @property
    def row(self) -> str:
        """The row of the solver's table that led to a run's pictures, as an equation; "" on the checkpoint's page."""
        frame = self.watched
        if self.page is Page.MODEL or frame is None or self._recording is None:
            return ""
        return row_text(self._recording.tables[frame.row], frame.measures.index)

    def _refresh(self) -> None:
        self.row_shown.emit(self.row, self.watched)
        if self.page is Page.WATCH:
            self._show_watch()
        elif self.page is Page.COMPARE:
            self._show_compare()
        elif self.page is Page.SOLVER:
            self._show_solver()
        elif self.page is Page.RUNS:
            self.runs.show_state(self._state)
            self.setCurrentWidget(self.runs)
        else:
            self.model.show_state(self._state)
            self.setCurrentWidget(self.model)

    @property
    def in_view(self) -> tuple[RunFrame, ...]:
        """The frames whose pictures are in view."""
        frames = {Page.WATCH: (self.watched,), Page.COMPARE: tuple(self._frames.values())}.get(self.page, ())
        return tuple(frame for frame in frames if frame is not None)

    @property
    def watched(self) -> RunFrame | None:
        """The frame of the sampler that the chosen line became, or else of the first."""
        return self._frames.get(self._state.sampling.line.among(self._rows) or 0)

    def _show_watch(self) -> None:
        frame = self.watched
        if frame is None or self._recording is None:
            self.setCurrentWidget(self.empty)
            return
        self.watch.show_seen(seen_at(self._recording, frame), self.shown_range, self._number_of(self._rows[frame.row]))
        self.setCurrentWidget(self.watch)

    def _number_of(self, sampler: SamplerSpec) -> int | None:
        """The number of the line that this sampler was made from, if there are several lines."""
        lines = self._state.sampling.lines
        numbers = (number for number, line in enumerate(lines, 1) if line.key == sampler.key)
        return next(numbers, None) if len(lines) > 1 else None

    def _show_compare(self) -> None:
        self.compare.show_state(self._state)
        if self._recording is not None:
            rows = samplers_seen(self._state, self._rows, self._recording, self._frames)
            self.compare.show_rows(rows, self.shown_range)
        self.setCurrentWidget(self.compare)
        self._keep_height()

    @Slot(str)
    def turn_network(self, network: str) -> None:
        """Show the solver's table for the CHECKPOINT, or for a network of the SELECTED schedule."""
        self._network = network
        self.solver.network.show_value(network)
        self._refresh()

    @property
    def _for_network(self) -> State:
        """The state with the checkpoint for whose network the table is, or without any."""
        if self._network == CHECKPOINT:
            return self._state
        return replace(self._state, sampling=replace(self._state.sampling, card=None))

    def _show_solver(self) -> None:
        setup = self._for_network.sampling
        measured = self._measured()
        self.solver.network.setVisible(self._state.sampling.card is not None)
        shown = (setup.line, setup.card, self._state.entries, self._state.selected, measured and measured.of)
        if self._state.entries and shown != self._solver_shown:  # Without any, the panel has never been seen.
            self._solver_shown = shown
            self._show_table(measured)
        self.setCurrentWidget(self.solver)

    def _show_table(self, measured: DataPictures | None) -> None:
        state, setup = self._for_network, self._for_network.sampling
        try:
            table = table_of(state, setup.line)
        except StudioError as error:
            self.solver.show_nothing(translated(error))
            measured = None
        else:
            trained = trained_of(state)
            imagined = "" if setup.card else state.shown_title(state.current)
            self.solver.show_table(table, trained.prediction_type, imagined)
        if measured is None:
            self.predictor.predict_nothing()
        else:
            self.predictor.predict(table, measured, setup.card.shape if setup.card else measured.shape)

    def _measured(self) -> DataPictures | None:
        """The pictures whose spectrum stands for the data: the person's own, or else those drawn to the end."""
        picture, frame = self._state.picture, self.watched
        if picture is not None:
            return DataPictures(picture, picture.pixels, visible(picture.name))
        if frame is None or frame.measures.index < frame.measures.total - 1:
            return None
        if frame.latents is not None:
            return DataPictures(frame, frame.latents.x.transpose(0, 2, 3, 1).astype(np.float32)[:MOST_PICTURES])
        return DataPictures(frame, frame.x)


def _solved(state: State) -> tuple[object, ...]:
    """What the solver's table is made of."""
    return state.sampling, state.entries, state.selected


def _steps(frames: Mapping[int, RunFrame]) -> dict[int, tuple[int, bool]]:
    """The step of each sampler that is in view, and whether it is previewed."""
    return {row: (frame.measures.index, frame.previewed) for row, frame in frames.items()}
