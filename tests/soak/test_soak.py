"""The soak finds faults that are planted: a check that never fails finds none."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.formula.curve_formula import CurveFormula
from ddpm_studio.diffusion.moment import values_at_moments
from ddpm_studio.diffusion.solvers.gaussian_data import PredictedError
from ddpm_studio.diffusion.steps.step_levels import StepLevels
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.diffusion.training.predictions import PREDICTIONS, Prediction
from ddpm_studio.figures import against
from ddpm_studio.gui.curves.step_dots import DottedCurve, StepDots
from ddpm_studio.gui.equation.training_factor import TrainingFactor
from ddpm_studio.gui.file_actions import FileActions
from ddpm_studio.gui.help_windows import help
from ddpm_studio.gui.lazy_panel import LazyPanel
from ddpm_studio.gui.palette.palette_actions import PaletteActions
from ddpm_studio.gui.palette.palette_box import PaletteBox
from ddpm_studio.gui.palette.ranking import FoundDeed
from ddpm_studio.gui.picture.captions import Captions
from ddpm_studio.gui.picture.frame_box import FrameBox
from ddpm_studio.gui.picture.readings import Powers
from ddpm_studio.gui.printing.figure_actions import FigureActions
from ddpm_studio.gui.sampling.pages import predictor
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.state.window import Entry, State
from ddpm_studio.gui.values.explain_panel import ExplainPanel
from ddpm_studio.gui.values.values_panel import ValuesPanel
from tests.soak import (
    on_files,
    on_formulas,
    on_pages,
    on_palette,
    on_sampling,
    on_schedules,
    on_steps,
    on_training,
    on_views,
    on_window,
)
from tests.soak.soak import Act, Soak
from tests.soak.trouble import Trouble
from tests.soak.truth import Array

pytestmark = [pytest.mark.slow, pytest.mark.qt_no_exception_capture]

MOST_ACTIONS = 200


def a_wrong_t(patch: pytest.MonkeyPatch) -> None:
    """All pictures are noised, and captioned, at the selected schedule's t."""

    def numbers(self: Captions, state: State, entry: Entry, powers: Powers) -> tuple[tuple[str, ...], ...]:
        forms = said(self, state, entry, powers)
        return tuple((f"t = {min(state.t, entry.schedule.T)}", *form[1:]) for form in forms)

    said = Captions._numbers
    patch.setattr(Captions, "_numbers", numbers)


def a_lost_undo(patch: pytest.MonkeyPatch) -> None:
    """Moving a schedule in the list leaves no step behind."""

    def move(self: Studio, key: int, place: int) -> None:
        entry = self.entry(key)
        others = [other for other in self.state.entries if other is not entry]
        others.insert(place, entry)
        self._set(entries=tuple(others))

    patch.setattr(Studio, "move", move)


def a_leaked_widget(patch: pytest.MonkeyPatch) -> None:
    """Each window of the help stays when it is closed."""

    class Staying(QDialog):
        def setAttribute(self, attribute: Qt.WidgetAttribute, on: bool = True) -> None:  # noqa: N802
            """Leave it at what it was."""

    patch.setattr(help, "QDialog", Staying)


def a_swallowed_exception(patch: pytest.MonkeyPatch) -> None:
    """What goes wrong in writing plots is told to nobody."""

    def save(self: FileActions, suffix: str, curve: str) -> None:
        with suppress(ZeroDivisionError):
            raise ZeroDivisionError

    patch.setattr(FileActions, "_save_plots", save)


def a_stale_panel(patch: pytest.MonkeyPatch) -> None:
    """The explanation does not follow t."""

    def refresh(self: ExplainPanel) -> None:
        if not self._explained[0] or self.state.curve != self._explained[0]:
            shown(self)

    shown = ExplainPanel.refresh
    patch.setattr(ExplainPanel, "refresh", refresh)


def a_wrong_comparison(patch: pytest.MonkeyPatch) -> None:
    """Schedules are compared with A at the same t, whatever is held equal."""

    def at_same_t(scale: str, schedule: Schedule, name: str, of: Schedule, steps: NDArray[np.int_]) -> Array:
        return values_at_moments("t", schedule, name, of, steps)

    patch.setattr(against, "values_at_moments", at_same_t)


def a_stale_factor(patch: pytest.MonkeyPatch) -> None:
    """What the equation says of training is of what was trained for first."""

    def show_state(self: TrainingFactor, state: State, others: tuple[Entry, ...]) -> None:
        first = {entry.key: entry.train for entry in self._state.entries}
        trained = tuple(replace(entry, train=first.get(entry.key, entry.train)) for entry in state.entries)
        kept = replace(state, entries=trained)
        shown(self, kept, tuple(entry for entry in kept.entries if entry.key in {other.key for other in others}))

    shown = TrainingFactor.show_state
    patch.setattr(TrainingFactor, "show_state", show_state)


def a_wrong_unit(patch: pytest.MonkeyPatch) -> None:
    """An error of u is taken for one of v."""

    def on_epsilon(self: Prediction, log_snr: Array, **options: float) -> Array:
        alike = PREDICTIONS["v_prediction"] if self.name == "flow_prediction" else self
        return counted(alike, log_snr, **options)

    counted = Prediction.on_epsilon
    patch.setattr(Prediction, "on_epsilon", on_epsilon)


def an_error_of_other_steps(patch: pytest.MonkeyPatch) -> None:
    """The error that is predicted stays that of the first table."""
    patch.setattr(predictor, "predicted_error", lambda table, spectrum: PredictedError(0.01, (0.9, 0.9, 0.9), 0.001))


def a_lost_turn(patch: pytest.MonkeyPatch) -> None:
    """Who waits for a turn never has it, and stays at what was held then."""

    def show_state(self: LazyPanel, state: State) -> None:
        if isinstance(self, ValuesPanel) and self.state.adjusting:
            return
        shown(self, state)

    shown = LazyPanel.show_state
    patch.setattr(LazyPanel, "show_state", show_state)


def a_stale_row_of_notes(patch: pytest.MonkeyPatch) -> None:
    """Dots of a schedule's steps are found once, whatever becomes of the steps."""

    def show_steps(self: StepDots, axis: str, curves: Sequence[DottedCurve]) -> None:
        if {curve.entry.key for curve in curves} != set(self._found):
            shown(self, axis, curves)

    shown = StepDots.show_steps
    patch.setattr(StepDots, "show_steps", show_steps)


def a_step_too_few(patch: pytest.MonkeyPatch) -> None:
    """Spacings forget their last step."""

    def levels(self: StepsSpec, schedule: Schedule, *others: object) -> StepLevels:
        found = laid_out(self, schedule, *others)  # type: ignore[arg-type]
        return found.part(0, max(1, found.count - 1))

    laid_out = StepsSpec.levels
    patch.setattr(StepsSpec, "levels", levels)


def a_wrong_frame(patch: pytest.MonkeyPatch) -> None:
    """The box calls each frame by the number of the next."""

    def set_value(self: FrameBox, frame: int) -> None:
        super(FrameBox, self).setValue(frame % self.maximum() + 1)

    patch.setattr(FrameBox, "setValue", set_value)


def a_stale_figure(patch: pytest.MonkeyPatch) -> None:
    """The page of figures does not follow the window."""
    patch.setattr(FigureActions, "_show_state", lambda self, state: None)


def a_palette_that_sets(patch: pytest.MonkeyPatch) -> None:
    """The palette does what is found while it is typed."""

    def found(self: PaletteActions, typed: str) -> list[FoundDeed]:
        meant = find(self, typed)
        for each in meant:
            if each.deed.id.startswith("go:") and each.deed.available:
                each.deed.run()
        return meant

    find = PaletteActions._found
    patch.setattr(PaletteActions, "_found", found)


def a_palette_that_does_nothing(patch: pytest.MonkeyPatch) -> None:
    """The palette goes, and leaves undone what was chosen."""
    patch.setattr(PaletteBox, "_take", lambda self, index: self.close_box())


def another_formula(patch: pytest.MonkeyPatch) -> None:
    """A formula is computed a step too late."""

    def values(self: CurveFormula, T: int, given: Mapping[str, float]) -> Array:
        return np.append(computed(self, T + 1, given)[1:-1], computed(self, T, given)[-1])

    computed = CurveFormula.values
    patch.setattr(CurveFormula, "values", values)


@pytest.mark.parametrize(
    ("plant", "acts", "sign"),
    [
        (a_wrong_t, [on_schedules.add, on_schedules.select, on_views.type_t, on_views.open_picture], "tile of"),
        (a_lost_undo, [on_schedules.add, on_schedules.reorder], "neither undo nor redo"),
        (a_leaked_widget, [on_window.read_help, on_window.close_dialogs, on_views.type_t], r"widgets \(Staying\)"),
        (a_swallowed_exception, [on_files.save_plots, on_views.type_t], "Nothing says"),
        (a_stale_panel, [on_views.explain, on_views.type_t], "The explanation: t|What is explained is not of"),
        (a_wrong_comparison, [on_schedules.add, on_views.switch, on_views.type_t], "The (legend|plot): "),
        (a_stale_factor, [on_training.type_objective, on_training.turn_equation], "The equation: .* is "),
        (a_wrong_unit, [on_training.type_objective, on_views.turn_table, on_training.turn_equation], "is (shown as )?"),
        (an_error_of_other_steps, [on_views.open_picture, on_sampling.look_at_solver], "The error of .* is said"),
        (a_stale_row_of_notes, [on_steps.type_steps, on_steps.remove_steps], "is not there|something else|are shown"),
        (a_step_too_few, [on_steps.type_steps], "steps of .* were asked for"),
        (a_wrong_frame, [on_views.open_picture, on_views.choose_frame], "Frame . is called"),
        (a_stale_figure, [on_pages.set_figure, on_views.switch, on_schedules.add], "The figure (has|names|is over) "),
        (a_palette_that_sets, [on_palette.look_in_palette], "was typed in the palette"),
        (a_palette_that_does_nothing, [on_palette.do_in_palette], "was chosen in the palette"),
        (another_formula, [on_formulas.type_formula], "and the formula gives"),
        (a_lost_turn, [on_views.turn_table, on_schedules.drag_slider], "The table"),
    ],
)
def test_a_planted_fault_is_found(
    plant: Callable[[pytest.MonkeyPatch], None],
    acts: Sequence[Act],
    sign: str,
    monkeypatch: pytest.MonkeyPatch,
    qapp: QApplication,
    tmp_path: Path,
) -> None:
    plant(monkeypatch)
    soak = Soak(seed=1, folder=tmp_path / "scratch", table=[(act, 1) for act in acts])
    with pytest.raises(Trouble, match=sign):
        soak.run(actions=MOST_ACTIONS)


def test_without_a_fault_nothing_is_found(qapp: QApplication, tmp_path: Path) -> None:
    acts = (on_schedules.add, on_schedules.reorder, on_views.type_t, on_views.switch, on_window.read_help)
    soak = Soak(seed=1, folder=tmp_path / "scratch", table=[(act, 1) for act in acts])
    assert soak.run(actions=MOST_ACTIONS // 2) == MOST_ACTIONS // 2


class Clock:
    """A clock that goes on by so many seconds each time it is looked at, as for a process that is paused in between."""

    def __init__(self, step: float) -> None:
        self.step, self.now = step, 0.0

    def __call__(self) -> float:
        """The time."""
        self.now += self.step
        return self.now


def paused(step: float, folder: Path) -> Soak:
    return Soak(seed=1, folder=folder / "scratch", table=[(on_views.type_t, 1)], clock=Clock(step))


def test_a_minute_in_which_nothing_was_done_has_found_nothing_out(qapp: QApplication, tmp_path: Path) -> None:
    with pytest.raises(Trouble, match=r"^Nothing was found out: 0 actions in 7200 s, and it takes 60;"):
        paused(3600.0, tmp_path).run(seconds=60)


def test_a_slow_minute_goes_on_until_enough_was_done(qapp: QApplication, tmp_path: Path) -> None:
    assert paused(10.0, tmp_path).run(seconds=60) == 60


def test_a_machine_that_is_too_slow_for_that_is_told_of(qapp: QApplication, tmp_path: Path) -> None:
    with pytest.raises(Trouble, match=r"^Nothing was found out: 8 actions in "):
        paused(100.0, tmp_path).run(seconds=60)


def test_no_more_is_done_than_was_asked_for(qapp: QApplication, tmp_path: Path) -> None:
    assert paused(10.0, tmp_path).run(actions=3, seconds=60) == 3


@pytest.mark.parametrize("asked", [("--minutes", "0"), ("--minutes", "nan"), ("--actions", "0"), ("--actions", "-5")])
def test_nothing_at_all_cannot_be_asked_for(asked: tuple[str, str]) -> None:
    done = subprocess.run([sys.executable, "-m", "tests.soak", *asked], capture_output=True, text=True, check=False)
    assert (done.returncode, "is too little" in done.stderr) == (2, True)
