"""Panels: each declared once, with its name, title, place and class, and how it is wired to the desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Generic, Protocol, TypeVar

from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.gui.curves.curves_panel import CurvesPanel
from ddpm_studio.gui.desk import Desk
from ddpm_studio.gui.equation.equation_panel import EquationPanel
from ddpm_studio.gui.lab.lab_panel import LabPanel
from ddpm_studio.gui.picture.picture_panel import PicturePanel
from ddpm_studio.gui.preferences.motion import motion_ms
from ddpm_studio.gui.sampling.kept.kept_actions import KeptActions
from ddpm_studio.gui.sampling.kept.runs_page import RunsPage
from ddpm_studio.gui.sampling.sampling_panel import SamplingPanel
from ddpm_studio.gui.sampling.wiring import wire as wire_to_samples
from ddpm_studio.gui.scenes.scene_strip import SceneStrip
from ddpm_studio.gui.schedules.card.steps_part import StepsPart
from ddpm_studio.gui.schedules.list import SchedulesList
from ddpm_studio.gui.schedules.list_actions import ListActions
from ddpm_studio.gui.schedules.schedules_panel import SchedulesPanel
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.theme import Tokens
from ddpm_studio.gui.timeline.time_bar import TimeBar
from ddpm_studio.gui.timeline.timeline_panel import TimelinePanel
from ddpm_studio.gui.values.explain_panel import ExplainPanel
from ddpm_studio.gui.values.values_panel import ValuesPanel
from ddpm_studio.gui.widgets.pictures.picture_menu import PictureMenu
from ddpm_studio.texts import SourceText


class Panel(Protocol):
    """The methods that every panel has; it is a QWidget."""

    def show_state(self, state: State) -> None:
        """Show a state of the window without emitting any signal."""

    def set_theme(self, tokens: Tokens) -> None:
        """Use a theme's colours."""


class Place(Enum):
    """A panel's place: head, a strip below it, centre, the column on the left, the tabs, or foot."""

    HEAD = "head"
    STRIP = "strip"
    CENTRE = "centre"
    COLUMN = "column"
    TABS = "tabs"
    FOOT = "foot"


P = TypeVar("P", bound=Panel)


_UNSAID = SourceText()


@dataclass(frozen=True)
class PanelSpec(Generic[P]):
    """One panel. `name` is stored in saved layouts; panels in the same place appear in the order of declaration.

    `wire` connects the signals that say what the user did to the slots that respond. Each but those of the STRIP and at
    the FOOT folds, and opens in a window of its own; those in the CENTRE do so together. `meaning` is what its tab or
    header says when it is hovered.
    """

    name: str
    title: SourceText
    place: Place
    make: Callable[[], P]
    wire: Callable[[P, Desk], None]
    meaning: SourceText = _UNSAID


def wire_schedules(panel: SchedulesPanel, desk: Desk) -> None:
    """Connect the list, the editor and the findings to the state."""
    studio, entries, editor, findings = desk.studio, panel.list, panel.editor, panel.findings
    entries.selected.connect(studio.select)
    entries.model.visible_toggled.connect(studio.set_visible)
    entries.view.ticks.swept.connect(studio.sweep)
    entries.view.ticks.swept_over.connect(studio.end_sweep)
    entries.view.ticks.only_wanted.connect(studio.show_only)
    entries.view.families.member_chosen.connect(studio.choose_member)
    entries.model.renamed.connect(studio.rename)
    entries.model.moved.connect(studio.move)
    entries.duplicated.connect(studio.duplicate)
    entries.duplicated_below.connect(studio.duplicate_below)
    entries.removed.connect(studio.remove)
    editor.open_betas_requested.connect(desk.files.open_betas)
    editor.kind_chosen.connect(studio.set_kind)
    editor.range_chosen.connect(studio.set_range)
    editor.member_chosen.connect(studio.show_member)
    editor.several_wanted.connect(studio.spread)
    editor.break_up_wanted.connect(studio.break_up)
    editor.fields.changed.connect(studio.set_parameter)
    editor.adjusting.connect(studio.set_adjusting)
    editor.reset.clicked.connect(studio.reset_parameters)
    editor.formula.chosen.connect(studio.set_formula)
    editor.draw.clicked.connect(desk.schedules.draw_from)
    panel.points.chosen.connect(studio.set_points)
    panel.points.flow_chosen.connect(studio.set_flow)
    findings.kind_chosen.connect(studio.set_kind)
    findings.parameter_changed.connect(studio.set_parameter)
    panel.training.chosen.connect(studio.set_objective)
    panel.training.adjusting.connect(studio.set_adjusting)
    desk.schedules.naming_wanted.connect(panel.rename)
    desk.schedules.training_looked_at.connect(panel.training.set_open)
    desk.scenes.shown.connect(entries.view.card.show_scene)
    _wire_steps(panel.steps, desk)
    _wire_list_actions(entries.offers, desk)
    _wire_typing(entries, desk)


def _wire_steps(part: StepsPart, desk: Desk) -> None:
    """Connect the lines of steps below the chosen schedule."""
    desk.studio.stepped.connect(part.expect)
    part.added.connect(desk.steps.add)
    part.opening.connect(desk.steps.open)
    part.changed.connect(desk.studio.replace_steps)
    part.filed.connect(desk.steps.read)
    desk.steps.answered.connect(part.answer)
    part.removed.connect(desk.studio.remove_steps)
    part.copied.connect(desk.steps.copy)
    part.used.connect(desk.steps.use)
    part.listed.connect(desk.steps.show_table)
    part.drawn.connect(desk.steps.draw)
    part.details.options.adjusting.connect(desk.studio.set_adjusting)


def _wire_list_actions(offers: ListActions, desk: Desk) -> None:
    """Connect what the list's buttons and its menu offer, but for what only the list knows."""
    offers.add_menu.add_requested.connect(desk.studio.add)
    offers.add_menu.open_betas.triggered.connect(desk.files.open_betas)
    offers.reset.triggered.connect(desk.studio.reset_parameters)
    offers.several_wanted.connect(desk.studio.spread)
    offers.break_up.triggered.connect(desk.schedules.break_up)
    offers.draw.triggered.connect(desk.schedules.draw_from)
    offers.copy_spec.triggered.connect(desk.schedules.copy_spec)
    offers.copy_numpy.triggered.connect(desk.schedules.copy_numpy)
    offers.copy_diffusers.triggered.connect(desk.schedules.copy_diffusers)
    offers.copy_kdiffusion.triggered.connect(desk.schedules.copy_kdiffusion)
    offers.copy_loss.triggered.connect(desk.schedules.copy_loss)


def _wire_typing(entries: SchedulesList, desk: Desk) -> None:
    """Connect the lines that are typed in."""
    line, new_line = entries.view.line, entries.new_line
    line.typed.connect(desk.studio.type_schedule)
    line.entered.connect(desk.schedules.enter_spec)
    line.parameter_changed.connect(desk.studio.set_parameter)
    line.range_changed.connect(desk.studio.set_range)
    line.adjusting.connect(desk.studio.set_adjusting)
    line.pasted.connect(desk.files.take_text)
    new_line.finished.connect(desk.schedules.enter_new)
    new_line.pasted.connect(desk.files.take_text)
    desk.schedules.spec_answered.connect(entries.answer_spec)
    desk.schedules.new_answered.connect(entries.answer_new)
    entries.refused.connect(desk.schedules.said)


def wire_equation(panel: EquationPanel, desk: Desk) -> None:
    """Let its numbers move t, show their curves, and select a schedule, and hand out its pictures."""
    panel.t_chosen.connect(desk.studio.set_t)
    panel.curve_chosen.connect(desk.studio.explain)
    panel.selected.connect(desk.studio.select)
    panel.weight_wanted.connect(desk.studio.show_over_levels)
    panel.training_shown.connect(desk.schedules.training_looked_at)
    panel.pictures.dragged.connect(desk.pictures.drag_out)
    panel.pictures.menu.enlarge_wanted.connect(desk.pictures.enlarge)
    _wire_picture_menu(panel.pictures.menu, desk)
    panel.run.dragged.connect(desk.samples.saves.drag_out)
    panel.run.save_wanted.connect(desk.samples.saves.save_picture)
    panel.run.menu.copied.connect(desk.samples.saves.copy_picture)
    panel.side_chosen.connect(desk.studio.set_side)
    desk.schedules.side_wanted.connect(panel.sides.choose)


def wire_curves(panel: CurvesPanel, desk: Desk) -> None:
    """Connect the plots to the state."""
    studio = desk.studio
    panel.chooser.chosen.connect(studio.set_curves)
    panel.axis.chosen.connect(studio.set_axis)
    panel.views.chosen.connect(studio.set_view)
    panel.grid.slide.motion_ms = motion_ms
    panel.grid.t_chosen.connect(studio.set_t)
    panel.grid.curve_chosen.connect(studio.explain)
    panel.grid.schedule_chosen.connect(studio.select)
    panel.grid.log_toggled.connect(studio.set_log)
    panel.grid.points.chosen.connect(studio.set_points)
    panel.grid.points.held.connect(studio.set_adjusting)
    panel.grid.points.taken_back.connect(studio.take_back)
    panel.grid.points.refused.connect(studio.complain)
    panel.grid.steps_replaced.connect(studio.reshape_steps)
    panel.grid.adjusting.connect(studio.set_adjusting)
    panel.curves_chosen.connect(studio.set_curves)
    panel.curve_chosen.connect(studio.explain)
    panel.grid_chosen.connect(studio.set_grid)
    panel.log_toggled.connect(studio.set_log)
    panel.marks_toggled.connect(studio.toggle_marks)
    panel.save_requested.connect(desk.files.save_one_plot)
    panel.figure_requested.connect(desk.figures.show_curve)
    panel.plot_copied.connect(desk.files.copy_plot)
    panel.copied.connect(desk.copying.copy)


def wire_picture(panel: PicturePanel, desk: Desk) -> None:
    """Connect the noised pictures to the state and to the picture actions."""
    studio, pictures, header = desk.studio, desk.pictures, panel.header
    header.open.clicked.connect(pictures.open_picture)
    header.samples_menu.chosen.connect(pictures.show_picture)
    header.paste.clicked.connect(pictures.paste)
    header.background.chosen.connect(pictures.set_background)
    header.frame.chosen.connect(pictures.choose_frame)
    pictures.opening.failed.connect(header.frame.show_again)
    pictures.opening.cancelled.connect(header.frame.show_again)
    header.seed.chosen.connect(studio.set_seed)
    header.new_noise.clicked.connect(pictures.new_noise)
    header.histogram.toggled.connect(studio.set_histogram)
    header.spectrum.toggled.connect(studio.set_spectrum)
    header.latents.toggled.connect(studio.set_latents)
    panel.latents.look_wanted.connect(desk.samples.sampling_thread.look_at)
    desk.samples.sampling_thread.looked.connect(panel.latents.show_looked)
    header.save_pictures.triggered.connect(pictures.save_pictures)
    header.save_path.triggered.connect(pictures.save_path)
    panel.empty.button.clicked.connect(pictures.open_picture)
    panel.pasted.connect(pictures.paste_mime)
    panel.paste_requested.connect(desk.files.paste)
    panel.gallery.dragged.connect(pictures.drag_out)
    pictures.enlarging.connect(panel.gallery.show_alone)
    panel.spectrum.computing.failed.connect(studio.complain)
    _wire_picture_menu(panel.menu, desk)


def _wire_picture_menu(menu: PictureMenu, desk: Desk) -> None:
    """Connect the menu of a noised picture to what it offers."""
    menu.copied.connect(desk.pictures.copy_picture)
    menu.save_wanted.connect(desk.pictures.save_picture)
    menu.histogram.triggered.connect(desk.studio.set_histogram)
    menu.open.triggered.connect(desk.pictures.open_picture)


def wire_sampling(panel: SamplingPanel, desk: Desk) -> None:
    """Connect the panel to the thread that samples."""
    wire_to_samples(panel, desk.samples)
    _wire_kept(panel.views.runs, desk.kept)
    panel.details.spacing.filed.connect(desk.steps.read_for_sampler)
    panel.details.spacing_row.best.clicked.connect(desk.lab.show_search)
    panel.views.model.card.spacing_wanted.connect(desk.steps.use_text)
    desk.steps.answered_for_sampler.connect(panel.details.spacing.answer)
    panel.dropped.connect(desk.files.take)
    for computing in (panel.views.predictor.computing, panel.views.solver.computing):
        computing.failed.connect(desk.studio.complain)
    panel.t_chosen.connect(desk.studio.set_t)


def _wire_kept(page: RunsPage, kept: KeptActions) -> None:
    """Connect the cards of runs to the folder that these are kept in."""
    kept.shown.connect(page.show_cards)
    kept.room.connect(page.show_room)
    kept.pictures.connect(page.show_pictures)
    page.came.connect(kept.refresh)
    page.looked_at.connect(kept.look_at)
    page.named.connect(kept.name)
    page.pin_wanted.connect(kept.pin)
    page.use_wanted.connect(kept.use)
    page.run_wanted.connect(kept.run)
    page.forget_wanted.connect(kept.forget)
    page.forget_all_wanted.connect(kept.forget_all)


def wire_lab(panel: LabPanel, desk: Desk) -> None:
    """Connect the pages and the row of the lab to what is done in it."""
    lab, row = desk.lab, panel.run_row
    panel.default_wanted.connect(lab.ask_default)
    panel.question.changed.connect(desk.studio.set_question)
    panel.question.opened.connect(lab.open_question)
    panel.question.saved.connect(lab.save_question)
    row.start_wanted.connect(lab.start)
    row.pause_wanted.connect(lab.pause)
    row.cancel_wanted.connect(lab.cancel)
    row.open_wanted.connect(lab.open_results)
    row.own_wanted.connect(lab.go_back)
    row.forget_wanted.connect(lab.ask_to_forget)
    for page in (panel.chart, panel.table):
        page.use_wanted.connect(lab.use)
        page.steps_wanted.connect(lab.show_steps)
        page.copy_wanted.connect(lab.copy_steps)
        page.csv_wanted.connect(lab.save_table)
    lab.shown.connect(panel.show_results)
    lab.progressed.connect(row.show_progress)
    lab.place.connect(row.show_place)
    lab.answering.connect(panel.show_answer)
    lab.search_wanted.connect(panel.show_best_steps)
    panel.table.copied.connect(desk.copying.copy)
    desk.best_steps.serve(panel.best_steps)


def wire_values(panel: ValuesPanel, desk: Desk) -> None:
    """Make a double-clicked step the current t, and copy the numbers."""
    panel.t_chosen.connect(desk.studio.set_t)
    panel.copied.connect(desk.copying.copy)


def wire_explain(panel: ExplainPanel, desk: Desk) -> None:
    """Let the panel choose the curve to explain."""
    panel.curve_chosen.connect(desk.studio.explain)


def wire_timeline(panel: TimelinePanel, desk: Desk) -> None:
    """Let scales and lanes move t, choose the axis, and select a schedule."""
    studio, scales, lanes = desk.studio, panel.scales, panel.lanes
    scales.t_chosen.connect(studio.set_t)
    scales.axis_chosen.connect(studio.set_axis)
    desk.schedules.moment_wanted.connect(scales.edit_axis)
    lanes.t_chosen.connect(studio.set_t)
    lanes.selected.connect(studio.select)
    lanes.steps_replaced.connect(studio.reshape_steps)
    lanes.adjusting.connect(studio.set_adjusting)
    lanes.taken_back.connect(studio.take_back)
    desk.samples.recorded.connect(panel.show_recording)
    panel.watched.connect(desk.samples.set_lanes_watched)
    lanes.dragged.connect(desk.pictures.drag_out)
    lanes.menu.enlarge_wanted.connect(desk.pictures.enlarge)
    _wire_picture_menu(lanes.menu, desk)


def wire_time_bar(bar: TimeBar, desk: Desk) -> None:
    """Let the bar move t."""
    bar.t_chosen.connect(desk.studio.set_t)


def wire_scenes(strip: SceneStrip, desk: Desk) -> None:
    """Let the strip lead through the guided questions."""
    scenes = desk.scenes
    scenes.shown.connect(strip.show_scene)
    scenes.offered.connect(strip.show_offer)
    strip.start_wanted.connect(scenes.ask)
    strip.back_wanted.connect(scenes.go_back)
    strip.next_wanted.connect(scenes.go_on)
    strip.keep_wanted.connect(scenes.keep)
    strip.leave_wanted.connect(scenes.leave)


_EQUATION = QT_TRANSLATE_NOOP("panels", "The two processes and training, with the weights of this moment in them.")
_CURVES = QT_TRANSLATE_NOOP("panels", "What a schedule does, from the picture on the left to noise on the right.")
_TIMELINE = QT_TRANSLATE_NOOP("panels", "The picture on its way into noise under each schedule, and back in each run.")
_SCHEDULES = QT_TRANSLATE_NOOP("panels", "The schedules that are compared: those that are ticked are drawn.")
_EXPLAIN = QT_TRANSLATE_NOOP("panels", "The curve that is chosen: its formula, with the numbers of this moment.")
_PICTURE = QT_TRANSLATE_NOOP("panels", "A picture, with the noise of this moment in it, under each schedule.")
_SAMPLING = QT_TRANSLATE_NOOP("panels", "Pictures drawn from noise with a checkpoint, step by step.")
_LAB = QT_TRANSLATE_NOOP("panels", "Which solver, steps and schedule are best for a checkpoint, measured.")
_VALUES = QT_TRANSLATE_NOOP("panels", "The numbers of the curves that are chosen, at every t.")

PANELS: tuple[PanelSpec[Any], ...] = (
    PanelSpec("equation", QT_TRANSLATE_NOOP("panels", "Equation"), Place.HEAD, EquationPanel, wire_equation, _EQUATION),
    PanelSpec("scenes", QT_TRANSLATE_NOOP("panels", "Guided questions"), Place.STRIP, SceneStrip, wire_scenes),
    PanelSpec("curves", QT_TRANSLATE_NOOP("panels", "Curves"), Place.CENTRE, CurvesPanel, wire_curves, _CURVES),
    PanelSpec(
        "timeline", QT_TRANSLATE_NOOP("panels", "Timeline"), Place.CENTRE, TimelinePanel, wire_timeline, _TIMELINE
    ),
    PanelSpec(
        "schedules", QT_TRANSLATE_NOOP("panels", "Schedules"), Place.COLUMN, SchedulesPanel, wire_schedules, _SCHEDULES
    ),
    PanelSpec("explain", QT_TRANSLATE_NOOP("panels", "Explain"), Place.COLUMN, ExplainPanel, wire_explain, _EXPLAIN),
    PanelSpec("picture", QT_TRANSLATE_NOOP("panels", "Picture"), Place.TABS, PicturePanel, wire_picture, _PICTURE),
    PanelSpec("sampling", QT_TRANSLATE_NOOP("panels", "Sampling"), Place.TABS, SamplingPanel, wire_sampling, _SAMPLING),
    PanelSpec("lab", QT_TRANSLATE_NOOP("panels", "Lab"), Place.TABS, LabPanel, wire_lab, _LAB),
    PanelSpec("values", QT_TRANSLATE_NOOP("panels", "Values"), Place.TABS, ValuesPanel, wire_values, _VALUES),
    PanelSpec("timestep", QT_TRANSLATE_NOOP("panels", "Timestep"), Place.FOOT, TimeBar, wire_time_bar),
)
"""Every panel. To add one, write its class in its own folder and add an entry here."""
