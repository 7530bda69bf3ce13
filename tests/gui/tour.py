"""A tour of the whole window: every panel, page, dialog and message, as a person comes by them."""

from __future__ import annotations

import itertools
import json
import platform
from collections.abc import Callable, Iterator
from contextlib import chdir
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest
import torch
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QAction, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.checkpoints import (
    Answers,
    CardItem,
    Memory,
    Misfit,
    MisfitError,
    Origin,
    RememberedError,
    UnansweredError,
    UnsupportedError,
    UntrustedError,
)
from ddpm_studio.checkpoints.trust import TRUST
from ddpm_studio.diffusion import CURVES, Schedule, Steps, solver_table
from ddpm_studio.diffusion.kinds import KINDS
from ddpm_studio.diffusion.moment import SCALES
from ddpm_studio.diffusion.presets import PRESETS
from ddpm_studio.diffusion.resolution.spectrum import Spectrum
from ddpm_studio.diffusion.schedule_family import specified
from ddpm_studio.diffusion.solvers import SOLVERS
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.diffusion.training.draws import DRAWS
from ddpm_studio.diffusion.training.loss_weights import LOSS_WEIGHTS
from ddpm_studio.diffusion.training.predictions import PREDICTIONS
from ddpm_studio.diffusion.training.training_curves import ALL_CURVES
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError, FileError
from ddpm_studio.figures.figure import FigureLine
from ddpm_studio.figures.page_settings import PageSettings
from ddpm_studio.files.kept.kept_folder import KeptFolder
from ddpm_studio.files.pictures import write_picture
from ddpm_studio.files.places import data_folder
from ddpm_studio.files.recipes import recipe_json
from ddpm_studio.files.recipes.recipe import Recipe, RecipeCheckpoint, RecipeRun, RecipeSchedule
from ddpm_studio.files.recipes.recipe_json import recipe_text
from ddpm_studio.gui.actions import MENU_BAR
from ddpm_studio.gui.app import open_window
from ddpm_studio.gui.curves.curves_panel import CurvesPanel
from ddpm_studio.gui.curves.plot import CurvePlot
from ddpm_studio.gui.equation.equation_panel import EquationPanel
from ddpm_studio.gui.faults.faults import Fault
from ddpm_studio.gui.file_tasks import ExportTask
from ddpm_studio.gui.help_windows.about_dialog import AboutDialog
from ddpm_studio.gui.help_windows.glossary_window import GlossaryWindow
from ddpm_studio.gui.help_windows.versions import versions_here
from ddpm_studio.gui.palette.palette_box import PaletteBox
from ddpm_studio.gui.picture.latent_look import look_of
from ddpm_studio.gui.picture.picture_panel import PicturePanel
from ddpm_studio.gui.preferences.dialog import PreferencesDialog
from ddpm_studio.gui.preferences.preferences_file import read_preferences
from ddpm_studio.gui.printing.figure_dialog import FigureDialog
from ddpm_studio.gui.projects import entries, setup
from ddpm_studio.gui.projects.complaints import told
from ddpm_studio.gui.projects.forgetting import forget_all
from ddpm_studio.gui.projects.project_file import OWN_NETWORK
from ddpm_studio.gui.projects.taking import WRONG_TYPE
from ddpm_studio.gui.recent import Recent, RecentKind
from ddpm_studio.gui.recent_menu import RecentMenu
from ddpm_studio.gui.reporting.report_actions import ReportTask
from ddpm_studio.gui.reporting.report_of_state import report_of
from ddpm_studio.gui.restoring import NOT_OPENED, PROJECT_GONE, SET_ASIDE
from ddpm_studio.gui.sampling.differences.differences_dialog import DifferencesDialog
from ddpm_studio.gui.sampling.model.refusals import refusal_of
from ddpm_studio.gui.sampling.pages import predictor, solver_page
from ddpm_studio.gui.sampling.pages.solver_page import CHECKPOINT, ERROR, ESTIMATE
from ddpm_studio.gui.sampling.pages.views import Page
from ddpm_studio.gui.sampling.sampling_panel import SamplingPanel
from ddpm_studio.gui.scenes.scene_strip import SceneStrip
from ddpm_studio.gui.schedules.card.parameter_field import ParameterField
from ddpm_studio.gui.schedules.card.shift_calculator import ShiftCalculator
from ddpm_studio.gui.schedules.card.shift_field import ShiftField
from ddpm_studio.gui.schedules.schedules_panel import SchedulesPanel
from ddpm_studio.gui.schedules.text.new_line import NewLine
from ddpm_studio.gui.state.limits import MAX_SCHEDULES
from ddpm_studio.gui.state.phase import Phase
from ddpm_studio.gui.state.picture_at import PictureAt
from ddpm_studio.gui.state.run import Tried
from ddpm_studio.gui.state.window import DEFAULT_CURVES, Side, View
from ddpm_studio.gui.steps.steps_dialog import StepsDialog
from ddpm_studio.gui.tasks import Task
from ddpm_studio.gui.timeline.time_bar import TimeBar
from ddpm_studio.gui.timeline.timeline_panel import TimelinePanel
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.values.explain_panel import ExplainPanel
from ddpm_studio.gui.values.values_panel import ValuesPanel
from ddpm_studio.gui.widgets.task_bar import TaskBar
from ddpm_studio.gui.widgets.typed.whole_box import WholeBox
from ddpm_studio.interruption import check
from ddpm_studio.report import Report, ReportedPicture, ReportedSchedule, ReportedSteps, report_bytes
from ddpm_studio.run_settings import SamplerSettings
from ddpm_studio.texts import Text
from tests.checkpoints.families.oracle import recorded
from tests.files.kept.runs import ABOUT, add, pictures, recipe
from tests.gui.finding import child
from tests.gui.lab.lab_tour import LabTour
from tests.gui.scenes.gestures import GESTURES, do
from tests.gui.shown import Shown
from tests.gui.state.test_history import CHANGES
from tests.gui.test_main_window import enter
from tests.report.parsed_page import ParsedPage

FOUND_FAULT_WITH = (
    "linear:T=3",
    "jsd:T=99",
    "laplace:T=99,mu=6",
    "const:T=20,beta_end=0.99999",
    "linear:beta_start=1e-9",
)
MISTYPED = (
    "cosin",
    "9",
    "linear:T=0",
    "linear:T",
    "cosine:s=9",
    "cosine:q=1",
    "cosine:t=1",
    "custom:path=9.csv",
)
OBJECTIVES = ("t", "train:", "train:draw=logit_normal,", "train:draw=logit_normal,m=", "train:draw=", "train:weight=")
FORMULAS_TYPED = (
    "formula:",
    *(f"formula:beta={typed}" for typed in ("", "u", "t", "T", "p", "s", "min", "clip")),
)
WRONG_FORMULA = "beta=2*u"
WRONG_RANGES = (
    "cosine:s=0..",
    "cosine:s=0..0",
    "cosine:n=3",
    "cosine:s=0..1,n=99",
    "cosine:T=1..3,n=9",
    "cosine:s=0..1,snr_shift=1..2",
    "cosine:s=0.01,0.02",
    "cosine:s=0,008",
)


EVERYTHING = Answers(
    (3, 8, 9),
    Schedule("cosine", 7),
    "consistency",
    3,
    None,
    "new",
    True,
    "0.27.8",
    "a.b:C",
    up_heads=2,
    groups=4,
    picture_range="0..1",
    time="1-t",
    classes=10,
    null_label=0,
    conventions="ddpm",
    lora="/a/b.safetensors:0.6",
)
READINGS = (
    Answers(heads=1),
    Answers(heads=4, attention_order="legacy"),
    Answers(head_channels=8, attention_order="new"),
    Answers(heads=4, up_heads=2),
    Answers(release="1.6.4"),
    Answers(groups=4),
    Answers(groups=1),
    Answers(head_channels=1),
    Answers(conventions="ddpm", heads=1, groups=32),
)
UNREADABLE = {
    "empty.csv": "",
    "table.csv": "t,alphas\n1,2\n",
    "page.pt": "<html>",
    "gguf.pt": "GGUF",
    "pdf.pt": "%PDF",
    "text.png": "no picture",
}
NOTHING_RIGHT = {
    "format": "ddpm-studio project",
    "version": 2,
    "schedules": [{"schedule": "cosin"}, {}, {"schedule": "custom:path=1.csv", "betas": [0.1, 0.2]}],
    "picture": {"path": "1.png"},
    "seed": "1",
}
SETTINGS = {
    "pictures": 3,
    "from_picture": True,
    "prompt": "7",
    "negative_prompt": "8",
    "label": 1,
    "guidance": 2.0,
    "guidance_rescale": 0.5,
    "clip": 3.5,
    "epsilon": "derived",
    "seeds": "each",
    "device": "cpu",
    "precision": "float32",
}
ELSEWHERE = {
    "close",
    "full_screen",
    "run",
    "step",
    "stop",
    "pause",
    "new_noise",
    "toggle_live",
    "duplicate",
    "remove",
    "break_up",
}
"""Actions of the menus that end the tour, or that are done on it in other places."""


def endless(*_: object) -> NoReturn:
    """Work that is still going on when it is cancelled, however fast a file is written or a text is put together."""
    while True:
        check()


def refused(*_: object) -> NoReturn:
    """Work that fails, with some sentence of the program's."""
    raise FileError(QT_TRANSLATE_NOOP("errors", "There is no picture to save; open one first."))


def do_nothing(result: object) -> None:
    """Take up what came of such work, which is nothing."""


class Tour:
    """Walks through a window, and has `shown` take down what there is to read on the way."""

    def __init__(self, qtbot: QtBot, shown: Shown, folder: Path) -> None:
        self.qtbot, self.shown, self.folder = qtbot, shown, folder
        self.window = open_window([], [Schedule("linear", 300), Schedule("cosine", 1000)], 100)
        qtbot.addWidget(self.window)
        self.window.share_out(QSize(1400, 900))
        with qtbot.waitExposed(self.window):
            self.window.show()
        self.studio, self.panel = self.window.studio, self.window.panel(SamplingPanel)

    def walk(self) -> None:
        """Go everywhere once."""
        for panel in (self._schedules, self._curves, self._values, self._picture):
            panel()
        for page in (self._setup, self._run, self._checkpoints, self._refusals):
            page()
        LabTour(self.qtbot, self.shown, self.window, self.folder).walk()
        self._zones()
        self._scenes()
        self._undoing()
        self._projects()
        self._tasks()
        self._dialogs()
        self._differences()
        self._preferences()
        self._palette()
        self._figure()
        self._help()
        self._faults()
        self._complaints()
        self._recipes()
        self.window.close()

    def machines(self) -> Iterator[str]:
        """What the devices are called, word by word, and the folders of this test."""
        yield from (str(self.folder / "7" / "results.sqlite"), str(self.folder / "lab"), str(self.folder))
        device = self.panel.details.device
        for index in range(1, device.count()):
            yield from str(device.itemData(index, Qt.ItemDataRole.ToolTipRole)).split()
        yield from (*versions_here().values(), platform.platform())

    def _look(self, panel: QWidget | None = None) -> None:
        """Let the window come to rest, and read it, or one panel of it."""
        with self.qtbot.waitSignal(self.studio.changed):
            self.studio.set_t(self.studio.state.t)
        self.shown.look_at(panel or self.window)

    def _wait(self) -> None:
        self.qtbot.waitUntil(lambda: not self.window.desk.busy)
        self._look(self.panel)

    def _bring_up(self, name: str) -> None:
        self.window.bring_up(name)
        self._look()

    def _trigger(self, name: str) -> None:
        action = self.window.findChild(QAction, name)
        assert action is not None, name
        action.trigger()

    # the window

    def _zones(self) -> None:
        """Every part folded, and in a window of its own."""
        zones = self.window._zones
        for action in (*zones.actions(), *zones.window_actions()):
            action.trigger()
            self._look()
        self.window.reset_layout()

    def _scenes(self) -> None:
        """The offer, and every guided question before and after its gesture."""
        scenes, strip = self.window.desk.scenes, child(self.window, SceneStrip)
        scenes.offer()
        self._look()
        scenes.ask()
        for place in range(len(GESTURES)):
            self._look()
            do(self.window, place)
            self._look(strip)
            scenes.go_on()
        self._look()
        self._broken_scene()
        scenes.ask()
        scenes.keep()
        self._look()
        self.studio.undo()

    def _broken_scene(self) -> None:
        """A person's own question that is none."""
        broken = data_folder() / "scenes" / "broken.toml"
        broken.parent.mkdir(parents=True, exist_ok=True)
        broken.write_text("title = ")
        self.window.desk.scenes.ask()
        self.shown.look_at(self.window.toast)
        broken.unlink()
        self.window.desk.scenes.leave()

    # the panels

    def _schedules(self) -> None:
        """Every kind in the editor, and what is found about a few schedules."""
        for kind in KINDS:
            self.studio.set_kind(kind)
            self._look(self.window.panel(SchedulesPanel))
        for spec in FOUND_FAULT_WITH:
            self.studio.set_schedule(Schedule.parse(spec))
            self._look(self.window.panel(SchedulesPanel))
        self._shifts()
        self.studio.set_schedule(Schedule("cosine", 1000))
        self._trigger("draw_from")
        self._look()
        self.studio.set_schedule(Schedule("cosine", 1000))
        self._typing()
        self._training()
        self._steps()
        self._families()
        self._titles()

    def _shifts(self) -> None:
        """Every rule of shift, with a size that none was published for and that has half a token."""
        self.studio.set_schedule(Schedule("flow", 1000))
        panel = self.window.panel(SchedulesPanel)
        self._look(panel)
        child(panel.editor, ShiftField).size_wanted.emit("shift")
        calculator = child(panel.editor, ShiftCalculator)
        calculator.width_box.setValue(9999)
        for place in range(calculator.rule.count()):
            calculator.rule.setCurrentIndex(place)
            self.shown.look_at(calculator)
        calculator.close()
        self.window.activateWindow()
        self.qtbot.waitUntil(self.window.isActiveWindow)

    def _steps(self) -> None:
        """Lines of steps in the card, a change of one, its table, a copy, its use, and their removal."""
        panel, desk = self.window.panel(SchedulesPanel), self.window.desk
        before, key = self.studio.state.current.schedule, self.studio.state.selected
        self.studio.set_schedule(Schedule("linear", 1000))
        panel.steps.set_open(True)
        self._look(panel)
        for text in ("karras:steps=10", "sigmas:14,6,2,0"):
            self.studio.add_steps(StepsSpec.parse(text))
            self._look(panel)
        menu = panel.steps.details.copy.menu()
        assert menu is not None
        self._look(menu)
        desk.steps.show_table(key, 0)
        dialog = child(self.window, StepsDialog)
        self.shown.look_at(dialog)
        dialog.close()
        desk.steps.copy(key, 0, "text")
        desk.steps.use(key, 0)
        self._look()
        self.studio.undo()
        self.studio.replace_steps(key, 0, StepsSpec.parse("karras:steps=9"))
        self._look()
        for place in (1, 0):
            self.studio.remove_steps(key, place)
            self._look()
        panel.steps.set_open(False)
        self._configs()
        self.studio.set_schedule(before)
        self.window.activateWindow()
        self.qtbot.waitUntil(self.window.isActiveWindow)

    def _configs(self) -> None:
        """Configs of schedulers as they are pasted: with steps, and with none that are known."""
        selected = self.studio.state.selected
        for written in ('{"_class_name": "DDIMScheduler"}', '{"beta_start": 0.001}'):
            self.window.desk.files.take_text(written)
            self._wait()
            self.shown.look_at(self.window.toast)
            self.window.desk.schedules.remove()
            self.studio.select(selected)
        self.studio.show_only(selected)
        for text in ("trailing", "ays:steps=10", "karras"):
            self.studio.add_steps(StepsSpec.parse(text))
            self.window.desk.files._export(str(self.folder / "scheduler_config.json"), "diffusers")
            self._wait()
            self.shown.look_at(self.window.toast)
            if text == "trailing":
                self.studio.remove_steps(selected, 0)
        for place in (1, 0):
            self.studio.remove_steps(selected, place)
        self._another_class()
        self.studio.show_only(selected)

    def _another_class(self) -> None:
        """Steps that the class of an opened config does not take."""
        selected = self.studio.state.selected
        self.window.desk.files.take_text('{"_class_name": "DDIMScheduler"}')
        self._wait()
        opened = self.studio.state.selected
        self.studio.replace_steps(opened, 0, StepsSpec.parse("karras"))
        self.studio.show_only(opened)
        self.window.desk.files._export(str(self.folder / "scheduler_config.json"), "diffusers")
        self._wait()
        self.shown.look_at(self.window.toast)
        self.window.desk.schedules.remove()
        self.studio.select(selected)

    def _training(self) -> None:
        """Every prediction, draw and weight in the card, objectives that are the same, and the side of the equation."""
        card, panel = self.window.panel(SchedulesPanel), self.window.panel(EquationPanel)
        train, key_before = self.studio.state.current.train, self.studio.state.selected
        self._turn(panel, Side.TRAINING)
        for key, names in (("predict", PREDICTIONS), ("draw", DRAWS), ("weight", LOSS_WEIGHTS)):
            for name in names:
                self.studio.set_objective(train.replace(**{key: name}))
                self._look(card)
        self.studio.set_objective(train)
        self.studio.add(Schedule("cosine", 1000))
        self._look(card)
        self.studio.add(Schedule("flow", 1000))
        self.studio.set_objective(train.replace(predict="flow_prediction"))
        self.studio.add(Schedule("cosine", 1000, {"s": 0}))
        self.studio.set_objective(train.replace(predict="v_prediction"))
        self._look(card)
        for name in ("effective_weight", "relative_weight"):
            panel.weight_wanted.emit(name)
            self._look()
        for _ in range(3):
            self.studio.remove(self.studio.state.selected)
        self.studio.select(key_before)
        self.studio.set_axis("t/T")
        self._turn(panel, Side.FORWARD)

    def _turn(self, panel: EquationPanel, side: Side) -> None:
        panel.sides.buttons[side].click()
        self._look(panel)

    def _families(self) -> None:
        """A family, an equal one, its card, the steps that it can be taken back by, and what is wrong with ranges."""
        self.studio.set_schedule(specified("cosine:T=1000,s=0.005..0.03,n=3"))
        panel = self.window.panel(SchedulesPanel)
        slider = child(panel.editor, ParameterField)
        QApplication.sendEvent(panel.list.view.line, QHelpEvent(QHelpEvent.Type.ToolTip, QPoint(), QPoint()))
        for menu in (panel.list.offers.menu(panel), slider.menu()):
            self.shown.look_at(menu)
            menu.deleteLater()
        for change in (partial(self.studio.show_member, 2), partial(self.studio.set_range, 0.1, 0.2, 3)):
            change()
            self._look()
        self._trigger("duplicate")
        self._look(panel)
        self._trigger("undo")
        for text in WRONG_RANGES:
            self.window.desk.schedules.enter_spec(text)
            self._look()
        self.studio.break_up()
        self._look()
        self.studio.break_up()
        for _ in range(2):
            self.studio.remove(self.studio.state.entries[0].key)

    def _typing(self) -> None:
        """What is offered to whoever types, a name being edited, and two schedules that are the same."""
        panel = self.window.panel(SchedulesPanel)
        for text in (
            "l",
            "linear:",
            "linear:T=7",
            "linear:zero_snr=",
            "linear:T=7..9,",
            "drawn:",
            *FORMULAS_TYPED,
            "custom:",
            "fil",
            "s",
            "t",
            "karras:",
            "ays:model=",
            "karras:rho=",
            "karras | ",
            *OBJECTIVES,
        ):
            panel.list.new_line.setFocus()
            panel.list.new_line.selectAll()
            QTest.keyClicks(panel.list.new_line, text)
            self._look(self.window)
        self._typed_folder(panel.list.new_line)
        QTest.keyClick(panel.list.new_line, Qt.Key.Key_Escape)
        self._trigger("rename")
        self._look(panel)
        QTest.keyClick(panel.list.view.findChildren(QLineEdit)[-1], Qt.Key.Key_Escape)
        self._trigger("duplicate")
        self._look(panel)
        self._trigger("undo")

    def _typed_folder(self, field: NewLine) -> None:
        """What is offered of a folder, once it is listed."""
        (self.folder / "7").mkdir()
        field.selectAll()
        with chdir(self.folder):
            QTest.keyClicks(field, "file:7")
            self._wait()
            self._look(self.window)

    def _titles(self) -> None:
        """Schedules that have to be told apart, and presets that were changed."""
        count, selected = len(self.studio.state.entries), self.studio.state.selected
        for _ in range(2):
            self._trigger("duplicate")
            self.studio.set_parameter("zero_snr", 1 - self.studio.state.current.schedule.values["zero_snr"])
            self._look(self.window.panel(SchedulesPanel))
        preset = next(preset for preset in PRESETS if "zero_snr" in preset.spec)
        for shift in (1, 2):
            self.studio.add(Schedule.parse(preset.spec), str(preset.name))
            self.studio.set_parameter("zero_snr", 0)
            self.studio.set_parameter("snr_shift", shift)
            self._look(self.window.panel(SchedulesPanel))
        for form in (1, 2, 3):
            self.studio.set_parameter("zero_snr", form)
            self._look(self.window.panel(SchedulesPanel))
        self.studio.select(selected)
        for entry in self.studio.state.entries[count:]:
            self.studio.remove(entry.key)

    def _lanes(self) -> None:
        """The tips of all lanes, at a moment that not all schedules reach."""
        selected, t = self.studio.state.selected, self.studio.state.t
        self.studio.add(Schedule("linear", 3000))
        self.studio.set_axis("t")
        self.studio.set_t(3000)
        self._look(self.window.panel(TimelinePanel))
        self.shown.point_at(self.window.panel(TimelinePanel).lanes, step=QSize(200, 9))
        self.shown.point_at(self.window.panel(TimelinePanel).scales, step=QSize(30, 9))
        self.shown.point_at(self.window.panel(CurvesPanel).rail, step=QSize(60, 20))
        self._hints_in_plots()
        self.studio.remove(self.studio.state.selected)
        self.studio.select(selected)
        self.studio.set_t(t)

    def _curves(self) -> None:
        """All plots in every view, each one explained at t = 0, and every tip; then t moving by itself."""
        self._lanes()
        self.studio.set_curves(tuple(CURVES))
        for view, axis in zip(itertools.cycle(View), SCALES):
            self.studio.set_view(view)
            self.studio.set_axis(axis)
            self.studio.set_grid(axis == "t")
            self._look(self.window.panel(CurvesPanel))
        self.studio.set_t(0)
        for name in ALL_CURVES:
            self.studio.explain(name)
            self._look(self.window.panel(ExplainPanel))
        self.shown.point_at(self.window.panel(CurvesPanel).grid.viewport(), step=QSize(20, 10))
        self.shown.point_at(self.window.panel(CurvesPanel)._legend, step=QSize(40, 11))
        self._points()
        self._formula()
        self.window.panel(TimeBar).toggle_play()
        self._look(self.window.panel(TimeBar))
        self.window.panel(TimeBar).stop()
        self._equation()

    def _formula(self) -> None:
        """A schedule by formula, a wrong one typed in its card, and the step that changed it."""
        panel, before = self.window.panel(SchedulesPanel), self.studio.state
        self.studio.set_schedule(Schedule("formula", 300))
        self._look(panel)
        line = panel.editor.formula.line
        for text in (WRONG_FORMULA, "beta=0.02*u"):
            line.setFocus()
            line.selectAll()
            QTest.keyClicks(line, text)
            QTest.keyClick(line, Qt.Key.Key_Return)
            self._look(self.window)
        self.studio.set_schedule(before.current.spec)

    def _points(self) -> None:
        """A drawn schedule's line and handles, the menu over one, and a step that moves one."""
        panel, before = self.window.panel(CurvesPanel), self.studio.state
        self.studio.set_view(View.PLAIN)
        self.studio.set_schedule(Schedule("drawn", 300))
        self.studio.explain("log_snr")
        self._look(panel)
        (plot,) = panel.grid.plots()
        handle = plot.handles.places()[1]
        for x in (handle.x, (handle.x + plot.handles.places()[2].x) / 2):
            height = plot.height_of(self.studio.state.selected, x)
            assert height is not None
            place = panel.grid.mapFromScene(plot.vb.mapViewToScene(QPointF(x, height)))
            QTest.mouseMove(panel.grid.viewport(), place)
            self.shown.look_at(self.window)
        panel.grid.points.ask_at(plot, plot.vb.mapViewToScene(QPointF(handle.x, handle.y)))
        panel._menu.prepare(self.studio.state, "log_snr", zoomed=False, points=panel.grid.points.offers)
        self.shown.look_at(panel._menu)
        panel.grid.points.remove()
        self._look()
        for _ in range(2):
            self.window.panel(SchedulesPanel).points.flow.click()
            self._look()
        self.studio.set_schedule(before.current.spec)
        self.studio.set_view(before.view)
        self.studio.explain(before.curve)

    def _equation(self) -> None:
        """More schedules than have a line, beside one with a long t, and values that no schedule has."""
        panel, added = self.window.panel(EquationPanel), ("vp:T=7",) * 4 + ("vp:T=100000",)
        self._bring_up("values")  # In which no title is cut.
        for spec in added:
            self.studio.add(specified(spec))
        self._look(panel)
        panel.subject.more.menu().aboutToShow.emit()
        self._look(panel)
        for _ in added:
            self.studio.undo()
        weight = next(panel.numbers())
        for value in (2.0, -1.0):
            weight._aim(value)
            self._look(panel)

    def _values(self) -> None:
        self._bring_up("values")
        self.window.panel(ValuesPanel)._tabs.setCurrentIndex(1)
        self._look()

    def _picture(self) -> None:
        """A large picture with holes, its histogram, the samples, a picture being opened, and no picture at all."""
        self._bring_up("picture")
        Image.new("RGBA", (1200, 90), (200, 100, 50, 128)).save(self.folder / "7.png")
        self.window.desk.pictures.show_picture(str(self.folder / "7.png"))
        self.qtbot.waitUntil(lambda: not self.window.desk.busy)
        self.studio.set_histogram(True)
        self.window.panel(PicturePanel).header.samples.menu().aboutToShow.emit()
        self._look(self.window.panel(PicturePanel))
        menu = self.window.panel(PicturePanel).menu
        for enlarged in (True, False):
            menu.show_enlarged(enlarged)
            self.shown.look_at(menu)
        menu.save_wanted.emit(PictureAt())
        Image.fromarray(np.full((8, 8), 4095, np.uint16)).save(self.folder / "8.png")
        self.window.desk.pictures.show_last([str(self.folder / "7.png"), str(self.folder / "8.png")])
        self.qtbot.waitUntil(lambda: not self.window.desk.busy)
        self._look(self.window.panel(PicturePanel))
        self._frames()
        self.studio.set_picture(None)
        self._look(self.window.panel(PicturePanel))
        self.window.desk.pictures.show_first_picture()
        self.qtbot.waitUntil(lambda: not self.window.desk.busy)
        self._spectrum()
        self._latents()

    def _latents(self) -> None:
        """The latents of a picture, encoded, decoded and refused."""
        card, page = self.studio.state.sampling.card, self.window.panel(PicturePanel).latents
        assert card is not None
        self.studio.learn(card=replace(card, latent=True, takes_pictures=True))
        self.studio.set_latents(True)
        self._look(self.window.panel(PicturePanel))
        look = look_of(self.studio.state)
        assert look is not None
        seen = np.full((len(look.weights), 4, 4, 3), 100, np.uint8)
        for decoded in (False, True):
            page.decode.click()
            self._look(page)
            page.show_looked(replace(look, decoded=decoded), seen, "")
            self._look(page)
        self._wait()
        self._look(page)
        self.studio.set_latents(False)
        self._wait()
        self.studio.learn(card=card)

    def _frames(self) -> None:
        """Frames of an animation, one that it does not have, and the step that was to choose one."""
        first, second = (Image.new("L", (8, 8), level) for level in (50, 150))
        first.save(self.folder / "9.gif", save_all=True, append_images=[second], duration=50)
        self.window.desk.pictures.show_picture(str(self.folder / "9.gif"))
        self.qtbot.waitUntil(lambda: not self.window.desk.busy)
        self._look(self.window.panel(PicturePanel))
        box = self.window.panel(PicturePanel).header.frame
        box.setValue(2)
        self._look()
        self.qtbot.waitUntil(lambda: not self.window.desk.busy)
        self._look()

    def _spectrum(self) -> None:
        """What survives, and that nothing does."""
        for t in (1, self.studio.state.current.schedule.T):
            self.studio.set_t(t)
            self.studio.set_spectrum(True)
            self._look()
            self.qtbot.waitUntil(lambda: not any(queue.busy for queue in self.window.desk.every_queue))
            self._look()
        self._in_the_making(Spectrum, "of")
        self.studio.set_spectrum(False)
        self._look()

    def _in_the_making(self, owner: object, name: str) -> None:
        """What is computed of a large picture by a function: while that goes on, and when it has failed."""
        before = self.studio.state.picture
        assert before is not None
        for function in (refused, endless):  # Which leaves nothing that would stay while more is computed.
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(owner, name, function)
                self.studio.set_picture(replace(before, pixels=np.zeros((320, 320, 3), np.float32)))
                self._look()
                if function is refused:
                    self.qtbot.waitUntil(lambda: not any(queue.busy for queue in self.window.desk.every_queue))
                    self._look()
        self.studio.set_picture(before)
        self.qtbot.waitUntil(lambda: not any(queue.busy for queue in self.window.desk.every_queue))

    # sampling

    def _setup(self) -> None:
        """Every solver's options, and what stands in the way of a run or is worth knowing about it."""
        self._bring_up("sampling")
        self.qtbot.waitUntil(lambda: self.studio.state.sampling.card is not None)
        self.panel.view_bar.more.setChecked(True)
        change = self.window.desk.samples.setup.change_line
        for solver in SOLVERS:
            change("solver", solver)
            self._look(self.panel)
        self._findings_about_steps()
        first, second = (entry.key for entry in self.studio.state.entries)
        for live, along, steps in ((False, first, 300), (True, second, 20), (True, None, 20), (False, None, 5000)):
            self.studio.set_sampling(live=live, clip=2.0)
            change("along", along)
            change("steps", steps)
            self._look(self.panel)
        for text in ("karras:steps=7,rho=5", "trailing"):
            change("spacing", text)
            self._look(self.panel)
        change("steps", 4)
        self._prompts()

    def _prompts(self) -> None:
        """What a checkpoint is asked for in words, and what was asked for before, nothing at first."""
        card, bar = self.studio.state.sampling.card, self.panel.details.prompts
        assert card is not None
        self.studio.learn(card=replace(card, text=True, guidable=True))
        self._look(self.panel)
        for _ in range(2):
            bar.earlier.menu().aboutToShow.emit()
            self.shown.look_at(bar.earlier.menu())
            Recent(kind=RecentKind.PROMPTS).add("7")
        self.studio.learn(card=card)
        self._look(self.panel)

    def _findings_about_steps(self) -> None:
        """A step that is extrapolated, weights that float32 cannot carry, and an option without effect."""
        change, card = self.window.desk.samples.setup.change_line, self.studio.state.sampling.card
        assert card is not None
        self.studio.learn(card=replace(card, schedule=Schedule("cosine", 1000)))
        for solver, spacing in (("dpm-solver++", "linspace"), ("heun", "trailing"), ("pndm", "trailing")):
            change("solver", solver)
            change("spacing", spacing)
            change("steps", 20)
            self._look(self.panel)
        self.studio.learn(card=card)
        change("solver", "dpm-solver++")
        change("options", (("third", "exact"),))
        self._look(self.panel)

    def _run(self) -> None:
        """A run of two rows: held, stopped, done, and changed since."""
        setup = self.window.desk.samples.setup
        self.studio.set_sampling(pictures=2)
        setup.add_line()
        setup.change_line("solver", "ddim")
        setup.change_line("options", (("eta", 0.5),))
        setup.change_line("steps", 5000)
        self._look(self.panel)
        setup.change_line("steps", 4)
        self._wait()  # For a live run, whose last call a step would come too late for.
        self._trigger("step")
        self.qtbot.waitUntil(lambda: self.window.desk.samples.phase is Phase.PAUSED and self.panel.bar.value() > 0)
        self._every_page()
        self._trigger("stop")
        self.shown.look_at(self.panel)
        self._wait()
        self._kept_runs()
        self._trigger("run")
        self._wait()
        self._every_page()
        setup.change_line("steps", 3)
        self._every_page()
        self._runs_in_lanes()
        self._reports()

    def _reports(self) -> None:
        """A report with the run, another of a run that was asked for otherwise, and one with more than it shows."""
        asked, recording = self.window.desk.samples.recorded_run() or pytest.fail("nothing was run")
        samplers = tuple(replace(each, along=Schedule("cosine", 90)) for each in asked.samplers)
        otherwise = replace(asked, samplers=samplers, guidance=2.0, label=1, prompt="7", negative_prompt="8")
        otherwise = replace(otherwise, picture=self.studio.state.picture)
        for run in ((asked, recording), (otherwise, recording)):
            self._read(report_of(self.studio.state, run))
        schedule, picture = Schedule("const", 200, {"beta_end": 0.05}), Image.new("L", (8, 8))
        levels = StepsSpec.parse("trailing:steps=200").levels(schedule)
        table = solver_table("lcm", Steps.of_levels(levels, "trailing"))
        line = ReportedSchedule(FigureLine(schedule), "#FFFFFF", (ReportedSteps("trailing", levels, table),))
        self._read(Report((line,) * 25, picture=ReportedPicture("7.png", picture)))
        self._read(Report((ReportedSchedule(FigureLine(Schedule("linear", 1000)), "#FFFFFF"),)))
        page = ReportTask(str(self.folder / "7.html"), self.studio.state, (asked, recording))
        self.window.desk.reports._save(page)
        self._look_at_tasks()

    def _read(self, report: Report) -> None:
        for place, text in ParsedPage(report_bytes(report, translated).decode()).texts:
            if place != "style":
                self.shown.note(text, f"{place} of a report")

    def _runs_in_lanes(self) -> None:
        """The lanes of a run: its notes, what it is called without its schedule, and one that was changed since."""
        lanes, setup = self.window.panel(TimelinePanel).lanes, self.window.desk.samples.setup
        self.shown.point_at(lanes, step=QSize(200, 9))
        setup.remove_line(1)
        setup.change_line("along", self.studio.state.selected)
        self._trigger("run")
        self._wait()
        self.studio.set_parameter("T", 50)
        self._look(self.window.panel(TimelinePanel))
        self.shown.point_at(lanes, step=QSize(200, 9))
        self.studio.undo()
        self._look()

    def _every_page(self) -> None:
        for page in Page:
            self.panel.view_bar.pages.chosen.emit(page)
            self._look(self.panel)
        self.shown.point_at(self.panel.views.solver.heat_map, step=QSize(40, 40))
        self._weights_of_many_calls()
        self._predicted_errors()

    def _kept_runs(self) -> None:
        """Cards of runs: pinned, stopped, of other noise, unreadable, unlike the settings; looked at and forgotten."""
        kept, folder = self.window.desk.kept, KeptFolder(self.folder / "runs")
        kept.keep_in(folder)
        self.panel.view_bar.pages.chosen.emit(Page.RUNS)
        broken, pinned, *_ = (add(folder, value) for value in (0.0, 0.25, 0.5))
        folder.name(pinned, "7")
        add(folder, seed=3, calls=7)
        add(folder, calls=7)
        settings = {key: value for key, value in SETTINGS.items() if key not in ("pictures", "device")}
        for epsilon in ("derived", "predicted"):
            folder.add(recipe(0, **{**settings, "epsilon": epsilon}), ABOUT, pictures())
        kept.refresh()
        self._look_at_cards()
        folder.pin(pinned)
        kept.refresh()
        self._look_at_cards()
        (folder.root / f"{broken}.npz").write_bytes(b"7")
        kept.refresh()
        self._look_at_cards()
        self._forget_runs()

    def _look_at_cards(self) -> None:
        """Every card with its tip, and the menu."""
        self._wait()
        page = self.panel.views.runs
        for row, card in enumerate(self.window.desk.kept.cards):
            page.cards.setCurrentIndex(page.cards.model().index(row, 0))
            for text in (card.description, card.aside, card.facts):
                self.shown.note(text, "card of a run")
        self._wait()
        self.shown.look_at(page.menu)

    def _forget_runs(self) -> None:
        """One, set up before that, and all."""
        kept = self.window.desk.kept
        kept.use(kept.cards[0].key)
        self._look_at_cards()
        self.studio.undo()
        for forget in (partial(kept.forget, kept.cards[0].key), kept.forget_all):
            forget()
            self._wait()
            self.shown.look_at(self.window.toast)
        self._look(self.panel)

    def _weights_of_many_calls(self) -> None:
        """Such as are computed beside the window, and told of in blocks: as if few were many."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(solver_page, "MOST_CALLS", 2)
            patch.setattr(solver_page, "FEW_CALLS", 0)
            self.panel.view_bar.pages.chosen.emit(Page.SOLVER)
            self._in_the_making(solver_page, "influence_of")
            self.shown.point_at(self.panel.views.solver.heat_map, step=QSize(40, 40))

    def _predicted_errors(self) -> None:
        """Without a picture, which leaves those that were drawn, and of the person's own."""
        solver, picture = self.panel.views.solver, self.studio.state.picture
        self.panel.view_bar.pages.chosen.emit(Page.SOLVER)
        solver.choose(ERROR)
        for shown in (None, picture):
            self.studio.set_picture(shown)
            self._look(self.panel)
        self._in_the_making(predictor, "predicted_error")
        self._trigger("predict_error")
        self._look(self.panel)
        self.panel.views.turn_network(CHECKPOINT)
        solver.choose(ESTIMATE)

    def _checkpoints(self) -> None:
        """A file that has to be asked about: the questions, its card, each line of it being edited, and a trial."""
        torch.save(recorded("guided_diffusion", "improved").tensors(), self.folder / "ema_0.9999_010000.pt")
        checkpoints, model = self.window.desk.samples.checkpoints, self.panel.views.model
        checkpoints.choose(str(self.folder / "ema_0.9999_010000.pt"))
        self._wait()
        checkpoints.answer(Answers(schedule=Schedule("linear", 100), heads=2), proven=True)
        self._wait()
        for row in [row for row in model.card.rows.values() if row.row.changeable]:
            row.edit()
            self._look(model)
        for number in range(len(READINGS)):
            model.trial.show_tried(Tried(READINGS, number))
        self._look(model)

    def _refusals(self) -> None:
        """Checkpoints that cannot be opened, but about which something can be done."""
        path = Path("/some/where/model.pt")
        a_model, a_reason = QT_TRANSLATE_NOOP("errors", "an exported program"), QT_TRANSLATE_NOOP("errors", "none")
        for error in (
            MisfitError(path, "ema.", "nets:Unet", Misfit(["a"] * 9, ["b"], ["c"])),
            UnsupportedError(path, a_model, a_reason, Schedule("linear", 7)),
            RememberedError(MisfitError(path, "", "nets:Unet", Misfit(["a"], [], [])), Memory(path), Answers(heads=2)),
            UntrustedError(path, "a" * 64),
            UnansweredError(path, a_model, ("schedule",), unread=CheckpointError(a_reason)),
        ):
            self.studio.set_sampling(refusal=refusal_of(error, str(path), EVERYTHING))
            self._look(self.panel)
        self.studio.set_sampling(refusal=None)
        card = self.studio.state.sampling.card
        assert card is not None
        trusted = CardItem(TRUST, QT_TRANSLATE_NOOP("card", "code"), "a" * 64, "", Origin.GIVEN)
        self.studio.learn(card=replace(card, memory=Memory(), rows=(*card.rows, trusted)))
        self._look(self.panel)
        self.studio.learn(card=card)

    # around the panels

    def _undoing(self) -> None:
        """Make every change that can be undone, and undo it."""
        for change in CHANGES.values():
            change(self.studio)
            self._wait()
        for name, value in SETTINGS.items():
            self.studio.set_sampling(**{name: value})
            self._wait()
        for shown in (False, True):
            self.studio.set_visible(self.studio.state.selected, shown)
            self._wait()
        keys = tuple(entry.key for entry in self.studio.state.entries)
        for shown in (False, True):
            self.studio.sweep(keys, shown)
            self._wait()
        self.studio.end_sweep()
        for _ in range(2):
            self.studio.show_only(keys[0])
            self._wait()
        self.studio.set_histogram(False)
        self._wait()
        for toggle in (self.studio.toggle_marks, self.studio.toggle_run_lanes, self.studio.toggle_sheet) * 2:
            toggle()
            self._wait()
        QApplication.clipboard().setText("linear:T=7")
        self._trigger("paste")
        self._wait()
        self.studio.set_parameter("snr_shift", 2)
        self.studio.reset_parameters()
        self._wait()
        for view in View:
            self.studio.set_view(view)
            self._wait()
        (self.folder / "betas.csv").write_text("betas\n0.1\n0.2\n")
        self.window.desk.files.open_path(str(self.folder / "betas.csv"))
        self._wait()
        while self.studio.state.undo is not None:
            self._trigger("undo")
        self._look()

    def _projects(self) -> None:
        """A project that holds what it can, one in which nothing is right, and what is said of sessions."""
        desk, recent = self.window.desk, child(self.window, RecentMenu)
        forget_all()
        recent.fill()
        self.shown.look_at(recent)
        desk.projects._write(str(self.folder / "1.ddpm"))
        self._wait()
        self.shown.look_at(self.window.toast)
        (self.folder / "2.ddpm").write_text(json.dumps(NOTHING_RIGHT))
        desk.files.open_path(str(self.folder / "2.ddpm"))
        self._wait()
        self.shown.look_at(self.window.toast)
        (self.folder / "1.ddpm").unlink()
        recent.fill()
        self.shown.look_at(recent)
        not_opened = Text(NOT_OPENED, {"name": "1.pt"}), Text(OWN_NETWORK, {"name": "1.pt", "network": "a:b"})
        too_many = [Text(sentence, {"most": 9, "count": 1}) for sentence in (entries.TOO_MANY, setup.TOO_MANY)]
        left_out = [
            Text(sentence, {"number": 1, "reason": WRONG_TYPE})
            for sentence in (entries.STEPS_LEFT_OUT, setup.LINE_LEFT_OUT)
        ]
        for sentence in (Text(SET_ASIDE), Text(PROJECT_GONE, {"path": "1.ddpm"}), *too_many, *left_out, *not_opened):
            self.window.messages.say(translated(sentence))
            self.shown.look_at(self.window.toast)
        self._trigger("start_afresh")
        self._wait()
        desk.projects._forget()

    def _tasks(self) -> None:
        """What is done beside the window, each as it begins and as it is cancelled, and one that ends."""
        desk, schedule = self.window.desk, self.studio.state.current.schedule
        export = partial(desk.files._save, ExportTask(str(self.folder / "7.csv"), (schedule,), ("",), "csv"))
        show = partial(desk.pictures.show_picture, str(self.folder / "7.png"))
        panel, mime = self.window.panel(SchedulesPanel), QMimeData()
        mime.setText("cosine")

        def enter_line() -> None:
            """Behind another, so that it still waits when it is cancelled, however fast a file is read."""
            show()
            enter(panel.list.view.line, f"custom:path={self.folder / '7.csv'}")

        begun: list[Callable[[], object]] = [
            *(export, show, partial(desk.pictures.set_background, (1, 2, 3)), desk.schedules.copy_numpy),
            *(partial(desk.files.take, mime), enter_line, partial(desk.pictures.choose_frame, 2)),
            *(partial(queue.add, Task("7", endless, do_nothing)) for queue in desk.queues),
        ]
        for begin in begun:
            begin()
            for queue in desk.queues:
                queue.cancel()
            self._look_at_tasks()
        self.shown.look_at(panel)
        export()
        self._look_at_tasks()

    def _look_at_tasks(self) -> None:
        for bar in self.window.findChildren(TaskBar):
            self.shown.look_at(bar)
        self.qtbot.waitUntil(lambda: not self.window.desk.busy)
        self.shown.look_at(self.window.toast)

    def _recipes(self) -> None:
        """A picture that says how it was made, of what is not known here, and a drawing that does not."""
        run = RecipeRun(RecipeCheckpoint("7.pt", "7", "7"), SamplerSettings())
        recipe = Recipe("7", (RecipeSchedule("cosine:T=7"),), picture="gone.png", run=run)
        files, desk = self.folder / "recipes", self.window.desk
        files.mkdir()
        write_picture(files / "8.png", Image.new("L", (8, 8)), recipe=recipe_text(recipe))
        (files / "8.svg").write_text("<svg></svg>")
        for name in ("8.svg", "8.png"):
            desk.files.open_path(str(files / name))
            self._wait()
            self.shown.look_at(self.window.toast)
        buttons = self.window.toast.findChildren(QToolButton)
        next(button for button in buttons if button.defaultAction() is not None).click()
        self.shown.look_at(self.window.toast)
        self._wait()
        self.studio.undo()
        self._without_recipe(files / "8.bmp")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(recipe_json, "MOST_SCHEDULES", 0)
            self._without_recipe(files / "8.png")

    def _without_recipe(self, path: Path) -> None:
        """A picture saved where there is no room for its recipe, or one that is too long."""
        desk = self.window.desk
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(desk.dialogs, "save", lambda *asked: (str(path), None))
            desk.pictures.save_pictures()
        self._wait()
        self.shown.look_at(self.window.toast)

    def _dialogs(self) -> None:
        """What the menus open and say; the person cancels, and has copied nothing."""
        QApplication.clipboard().clear()
        for spec in (spec for menu in MENU_BAR for spec in menu.specs):
            if spec.id not in ELSEWHERE:
                self._trigger(spec.id)
                self.shown.look_at(self.window.toast)
                for dialog in self.window.findChildren(QDialog):
                    self.shown.look_at(dialog)

    def _differences(self) -> None:
        """Two lists of steps that nothing explains, one that is refused, one that is given up, and both copied."""
        self._trigger("show_differences")
        dialog = child(self.window, DifferencesDialog)
        self.shown.look_at(dialog)
        config = self.folder / "own.json"
        config.write_text('{"_class_name": "DDIMScheduler", "beta_schedule": "squaredcos_cap_v2"}')
        for text in ("leading:offset=1", f"file:{config}", "sigmas:3,2,1", "karras:rho=500"):
            dialog.sides[1].steps.enter(text)
            dialog.ask_again()
            self.shown.look_at(dialog)
            self.qtbot.waitUntil(lambda: not self.window.desk.busy)
            self.shown.look_at(dialog)
        for button in (dialog.copy, dialog.sides[0].open):
            button.click()
            self.qtbot.waitUntil(lambda: not self.window.desk.busy)
            self.shown.look_at(dialog)
        dialog.sides[1].steps.enter("leading:offset=1")
        self.window.desk.differences.comparing.cancel()
        self.qtbot.waitUntil(lambda: not self.window.desk.busy)
        self.shown.look_at(dialog)
        dialog.close()

    def _figure(self) -> None:
        """The page of figures: as it opens, too low for its curves, compared with A, saved and copied."""
        self._trigger("show_figure")
        dialog = child(self.window, FigureDialog)
        for settings in (PageSettings(), PageSettings(whole=True, height_mm=20.0), PageSettings(dpi=2400)):
            dialog.fields.show_settings(settings)
            dialog.draw()
            self.shown.look_at(dialog)
        self.studio.set_view(View.RATIO)
        self._wait()
        dialog.draw()
        self.shown.look_at(dialog)
        for button in (dialog.copy, dialog.copy_script, dialog.save):
            button.click()
            self.qtbot.waitUntil(lambda: not self.window.desk.busy)
            self.shown.look_at(dialog)
        self.studio.set_view(View.PLAIN)
        dialog.close()

    def _preferences(self) -> None:
        """Preferences with schedules to begin with, one of which is left out, and one refused, and what is wrong in
        their file.
        """
        (self.folder / "8.csv").write_text("betas\n0.1\n0.2\n")
        for spec in ("cosine:T=7", f"custom:path={self.folder / '8.csv'}"):
            self.studio.add(specified(spec))
        Recent(kind=RecentKind.PROMPTS).add("7")
        self._trigger("show_preferences")
        dialog = child(self.window, PreferencesDialog)
        for button in (dialog.fresh.use_schedules, dialog.fresh.use_curves, dialog.prompts.forget):
            button.click()
            self.shown.look_at(dialog)
        for text in ("linear\n✗", "linear\n" * (MAX_SCHEDULES + 1)):
            dialog.fresh.schedules.setPlainText(text)
            self.shown.look_at(dialog)
        dialog.defaults.click()
        dialog.close()
        (self.folder / "preferences.json").write_text(json.dumps({"dashes": 1, "line_width": 99, "device": "7"}))
        (self.folder / "many.json").write_text(json.dumps({"schedules": ["jsd"] * (MAX_SCHEDULES + 1)}))
        (self.folder / "9.json").write_text("[]")
        for name in ("preferences.json", "many.json", "9.json"):
            self.window.messages.say(told(read_preferences(self.folder / name).complaints))
            self.shown.look_at(self.window.toast)

    def _help(self) -> None:
        """What is told of devices before torch is asked, the whole glossary, and a word that is not in it."""
        about = AboutDialog((), self.window)
        self.shown.look_at(about)
        about.close()
        self._trigger("show_glossary")
        glossary = child(self.window, GlossaryWindow)
        glossary.field.setText("✗")
        self.shown.look_at(glossary)
        glossary.close()

    def _palette(self) -> None:
        """All that the palette offers, values that are typed into it, and letters by which nothing is found."""
        self.studio.add(Schedule("linear", 300))
        self._trigger("show_palette")
        box = child(self.window, PaletteBox)
        for typed in ("", "9", "T 9", "T 0", "✗"):
            box.field.setText(typed)
            box.field.textEdited.emit(typed)
            self.shown.look_at(box)
        box.close_box()
        self.studio.remove(self.studio.state.selected)

    def _faults(self) -> None:
        """What went wrong in the program itself."""
        self.window.faults.tell(Fault("✗", "✗", self.folder / "errors.log"))
        self.shown.look_at(self.window.toast)

    def _complaints(self) -> None:
        """What cannot be done, and files that cannot be read."""
        panel = self.window.panel(SchedulesPanel)
        for spec in MISTYPED:
            enter(panel.list.view.line, spec)
            self._wait()
            self.shown.look_at(panel)
        self.window.desk.schedules.enter_new(translated(PRESETS[-1].name)[:-1])
        self.shown.look_at(panel)
        self._refused_numbers()
        self._refused_moments()
        self._refused_until_now()
        for name, content in UNREADABLE.items():
            (self.folder / name).write_text(content)
            self.window.desk.files.open_path(str(self.folder / name))
            self._wait()
            self.shown.look_at(self.window.toast)

    def _refused_numbers(self) -> None:
        """Numbers that are none, or out of range, in a field of each kind."""
        self._bring_up("sampling")
        self.studio.set_sampling(clip=1.0)
        self._look(self.panel)
        for field in (self.panel.run_bar.steps, self.panel.details.clip.bound, self.panel.details.seed.field):
            for text in ("-", "-7"):
                field.selectAll()
                QTest.keyClicks(field, text)
                QTest.keyClick(field, Qt.Key.Key_Return)
                self._look(self.panel)

    def _refused_moments(self) -> None:
        """Moments that no step comes to."""
        scales = self.window.panel(TimelinePanel).scales
        for text in ("0.5", "-7"):
            scales.edit("t")
            assert scales.box is not None
            QTest.keyClicks(scales.box, text)
            QTest.keyClick(scales.box, Qt.Key.Key_Return)
            self._look(scales)
            scales.box.leave()

    def _refused_until_now(self) -> None:
        """A t that the schedule comes to once it has more steps."""
        bar = self.window.panel(TimeBar)
        field = next(box for box in bar.findChildren(WholeBox))
        self.studio.add(Schedule("linear", 300))
        self._look(bar)
        field.selectAll()
        QTest.keyClicks(field, "900")
        QTest.keyClick(field, Qt.Key.Key_Return)
        self.studio.set_parameter("T", 1000)
        self._look(bar)
        self.studio.remove(self.studio.state.selected)
        self._wait()

    def _hints_in_plots(self) -> None:
        """What the mouse can do in one large plot, in a grid that scrolls, and while it measures."""
        grid = self.window.panel(CurvesPanel).grid
        for alike in (False, True):
            self.studio.set_grid(alike)
            self.studio.set_curves(tuple(CURVES) if alike else DEFAULT_CURVES)
            self._wait()
            plot = next(plot for plot in grid.plots() if not alike or plot.curve.name != self.studio.state.curve)
            title, findings = plot.title, plot.findings
            view = findings.mapRectToScene(findings.boundingRect())
            marks = [findings._place(mark, view).center() for mark in findings.marks() if not alike]
            if not alike:
                marks += [plot.vb.mapViewToScene(QPointF(*self._dot_of_a_step(plot)))]
            switch, symbol = (title.mapToScene(rect.center()) for rect in (title.switch_rect(), title.boundingRect()))
            for where in (plot.box().center(), switch, symbol, *marks):
                self.shown.rest_at(grid.viewport(), grid.mapFromScene(where))
        grid.measure()
        self.shown.rest_at(grid.viewport(), grid.mapFromScene(grid.plots()[0].box().center()))
        grid.measure()
        self.studio.set_curves(DEFAULT_CURVES)
        self.studio.set_grid(False)
        self._wait()
        self._notes_of_steps()

    def _notes_of_steps(self) -> None:
        """The notes of steps that are there on the lane of the selected schedule, and their menu."""
        lanes, selected = self.window.panel(TimelinePanel).lanes, self.studio.state.selected
        place = next(place for place, entry in enumerate(self.studio.state.visible) if entry.key == selected)
        ((notes, y),) = lanes._bands.rows(self.studio.state.current, lanes._band_place())
        for x in (lanes._band_place().xs(notes)[-1], lanes._band_place().xs(notes)[-1] + 30):
            self.shown.rest_at(lanes, QPoint(round(x), round(lanes.band(place).top() + y)))
        self._look(lanes.step_menu)
        self.studio.remove_steps(selected, 0)
        self._wait()

    def _dot_of_a_step(self, plot: CurvePlot) -> tuple[float, float]:
        """A dot on a curve, of one of a few steps that are changed before."""
        self.studio.add_steps(StepsSpec.parse("trailing:steps=3"))
        self._wait()
        self.studio.replace_steps(self.studio.state.selected, 0, StepsSpec.parse("trailing:steps=2"))
        self._wait()
        line = plot.steps.lines()[-1]
        return float(line.xs[-1]), float(line.ys[-1])
