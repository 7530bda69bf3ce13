"""The main window: it creates the panels, lays them out, and wires the user's actions in them to the desk."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QByteArray, QSize, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QToolBar, QVBoxLayout, QWidget

from ddpm_studio.diffusion.moment import LEVEL_SCALE, RELATIVE_SCALE, SIGMA_SCALE, T_SCALE, TAU_SCALE
from ddpm_studio.gui.actions import FILE, VIEW
from ddpm_studio.gui.curves.curves_panel import CurvesPanel
from ddpm_studio.gui.desk import Desk
from ddpm_studio.gui.equation.equation_panel import EquationPanel
from ddpm_studio.gui.faults.fault_actions import FaultActions
from ddpm_studio.gui.faults.guard import guard_overrides, guarded, reporting_once
from ddpm_studio.gui.menus import Menus
from ddpm_studio.gui.messages import Messages
from ddpm_studio.gui.panels import PANELS, PanelSpec, Place
from ddpm_studio.gui.picture.picture_panel import PicturePanel
from ddpm_studio.gui.preferences.keeper import PreferenceKeeper
from ddpm_studio.gui.preferences.looks import apply_font, apply_motion, looks_of
from ddpm_studio.gui.printing.kept_page import settings_of, settings_text
from ddpm_studio.gui.projects.session import SessionKeeper
from ddpm_studio.gui.projects.taking import Taking
from ddpm_studio.gui.recent_menu import RecentMenu
from ddpm_studio.gui.sampling.sampling_panel import SamplingPanel
from ddpm_studio.gui.schedules.schedules_panel import SchedulesPanel
from ddpm_studio.gui.state.json_values import text, texts
from ddpm_studio.gui.state.phase import Phase
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.theme import ThemeChoice, ThemeMenu, Tokens, apply_theme, take_theme_off
from ddpm_studio.gui.timeline.time_bar import TimeBar
from ddpm_studio.gui.timeline.timeline_panel import TimelinePanel
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.focus import holds_focus, keeps_key
from ddpm_studio.gui.widgets.foot.foot import Foot
from ddpm_studio.gui.widgets.reading_order import move_focus, move_to_part
from ddpm_studio.gui.widgets.task_bar import TaskBar
from ddpm_studio.gui.widgets.typed.editing import Editing
from ddpm_studio.gui.widgets.typed.mnemonics import underline
from ddpm_studio.gui.zones.arrangement import Zones
from ddpm_studio.gui.zones.geometry import geometry_of, geometry_text
from ddpm_studio.gui.zones.keeping import arrangement_of, restore_arrangement
from ddpm_studio.launch import SMALLEST
from ddpm_studio.texts import visible

W = TypeVar("W", bound=QWidget)

AXIS_KEYS = {
    Qt.Key.Key_T: T_SCALE,
    Qt.Key.Key_U: RELATIVE_SCALE,
    Qt.Key.Key_L: LEVEL_SCALE,
    Qt.Key.Key_N: SIGMA_SCALE,
    Qt.Key.Key_F: TAU_SCALE,
}


class MainWindow(QMainWindow):
    """The whole window over one Studio. Panels don't know each other; they are connected here.

    `closing` says that it is no longer seen, before what is still running is ended.
    """

    closing = Signal()
    _came = Signal()

    def __init__(self, studio: Studio, preferences: PreferenceKeeper | None = None) -> None:
        guard_overrides()
        preferences = preferences or PreferenceKeeper()
        take_theme_off(_application())
        # Before there is a widget: each begins with the font of the application.
        apply_font(_application(), preferences.preferences.font_size)
        super().__init__()
        studio.setParent(self)
        self.studio = studio
        self.setAcceptDrops(True)
        self.preferences = preferences
        self.preferences.setParent(self)
        self._session: SessionKeeper | None = None
        self._panels = {spec: spec.make() for spec in PANELS}
        self.desk = Desk.of(self, studio, self.panel(CurvesPanel), self.preferences)
        self._lay_out()
        foot = Foot()
        self.setStatusBar(foot)
        self.toast = foot.toast
        self.messages = Messages(self.toast, studio)
        self._editing = Editing(self)
        self.faults = FaultActions(studio, self.messages, self)
        self._wire()
        self._add_menus()
        # One that fails does not keep the others from what there is to show.
        tell = reporting_once()
        self._shows = [guarded(each.show_state, tell=tell) for each in (*self._panels.values(), self.menus)]
        self._dresses = [guarded(panel.set_theme, tell=tell) for panel in self._panels.values()]
        self._worn: Tokens | None = None
        self._follow_preferences()
        self._show_state(studio.state)
        self.panel(TimeBar).setFocus()

    def panel(self, kind: type[W]) -> W:
        """The panel of this class."""
        return next(panel for panel in self._panels.values() if isinstance(panel, kind))

    # laying out

    def _lay_out(self) -> None:
        zoned = {spec: each for spec, each in self._panels.items() if spec.place not in (Place.STRIP, Place.FOOT)}
        self._zones = Zones(self, zoned)
        self._put_above_zones({spec: each for spec, each in self._panels.items() if spec.place is Place.STRIP})
        self._came.connect(self._zones.show_windows, Qt.ConnectionType.QueuedConnection)
        for spec, panel in self._panels.items():
            if spec.place is Place.FOOT:
                self._add_foot(spec, self._with_task_bars(panel))
        # What Qt would offer by a right click is the bars, which stay.
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)

    def _put_above_zones(self, strips: Mapping[PanelSpec[Any], QWidget]) -> None:
        """Have strips take room above all zones but the one at the head, for as long as they are seen."""
        zones, centre = self._zones.splits["across"], QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for spec, strip in strips.items():
            strip.setAccessibleName(translated(spec.title))
            column.addWidget(strip)
        column.addWidget(zones, 1)
        self.setCentralWidget(centre)

    def _add_foot(self, spec: PanelSpec[Any], panel: QWidget) -> None:
        """A panel that keeps to the window's foot, from one side to the other."""
        bar = QToolBar(translated(spec.title))
        bar.setObjectName(spec.name)
        bar.setMovable(False)
        bar.addWidget(panel)
        self.addToolBar(Qt.ToolBarArea.BottomToolBarArea, bar)

    def _with_task_bars(self, panel: QWidget) -> QWidget:
        """The panel, and to the right of it what is being done beside the window."""
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(panel, 1)
        for queue in self.desk.queues:
            bar = TaskBar()
            queue.progressed.connect(bar.show_progress)
            bar.cancelled.connect(queue.cancel)
            row.addWidget(bar)
        return whole

    def share_out(self, size: QSize) -> None:
        """Resize the window and give every panel its share."""
        self.resize(size)
        self._zones.share_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Have the equation take no more of a low window than it can spare."""
        super().resizeEvent(event)
        self.panel(EquationPanel).set_window_height(event.size().height())

    def showEvent(self, event: QShowEvent) -> None:
        """Show the windows beside it as well, once it is there: it would come to lie on them."""
        super().showEvent(event)
        self._came.emit()

    def bring_up(self, name: str) -> None:
        """Show the panel of this name, in front of the others in its place."""
        self._zones.bring_up(name)

    def panel_in_front(self) -> str:
        """The name of the panel that is in front of the others among the tabs."""
        return self._zones.in_front()

    # wiring

    def _wire(self) -> None:
        desk = self.desk
        for spec, panel in self._panels.items():
            spec.wire(panel, desk)
        samples, timeline = self.panel(SamplingPanel), self.panel(TimelinePanel)
        self.panel(CurvesPanel).grid.part_shown.connect(timeline.show_part)
        samples.row_shown.connect(self.panel(EquationPanel).show_row)
        samples.step_shown.connect(timeline.show_frames)
        samples.sample_shown.connect(timeline.show_sample)
        samples.sample_shown.connect(self.panel(EquationPanel).run.show_sample)
        timeline.lanes.step_chosen.connect(samples.look_at)
        lanes, gallery = timeline.lanes, self.panel(PicturePanel).gallery
        lanes.looked_at.connect(gallery.hold_loupe_over)
        gallery.looked_at.connect(lanes.hold_loupe_over)
        desk.studio.changed.connect(self._show_state)
        desk.studio.complained.connect(self.messages.say)
        desk.studio.leaving.connect(self._editing.leave)
        self._editing.refused.connect(self.messages.say)
        for actions in (
            desk.schedules,
            desk.steps,
            desk.files,
            desk.figures,
            desk.reports,
            desk.scenes,
            desk.projects,
            desk.pictures,
            desk.samples.saves,
            desk.lab,
            desk.best_steps,
            desk.copying,
        ):
            actions.said.connect(self.messages.say)
        desk.recipes.offered.connect(self.messages.say)
        desk.kept.offered.connect(self.messages.say)
        desk.pictures.wanted.connect(self._bring_up_pictures)
        desk.samples.wanted.connect(self._bring_up_sampling)
        desk.samples.prediction_wanted.connect(self._bring_up_sampling)
        desk.steps.wanted.connect(self._bring_up_sampling)
        desk.samples.checkpoints.wanted.connect(self._bring_up_sampling)
        desk.lab.wanted.connect(self._bring_up_lab)
        desk.lab.sampler_wanted.connect(self._bring_up_sampling)
        desk.best_steps.wanted.connect(self._bring_up_sampling)

    def _add_menus(self) -> None:
        self.menus = Menus(self, self.desk, self._editing.finish)
        self.menus.show_phase(Phase.IDLE)
        self.desk.samples.phase_changed.connect(self._show_phase)
        recent = RecentMenu(self)
        recent.chosen.connect(self.desk.files.open_path)
        self.menus[FILE].insertMenu(self.menus.action("open_project"), recent)
        # Its key is Esc, which closes a message.
        self.menus.action("stop").triggered.connect(self.toast.hide)
        view = self.menus[VIEW]
        view.addActions(list(self._zones.actions()))
        view.addSeparator()
        apart = view.addMenu(self.tr("In a &window of its own"))
        apart.addActions(list(self._zones.window_actions()))
        view.addAction(self.tr("&Reset layout"), self.reset_layout)
        view.addSeparator()
        self._themes = ThemeMenu(self)
        view.addMenu(self._themes)
        underline(view)
        self._themes.chosen.connect(self.set_theme)
        self.preferences.changed.connect(self._follow_preferences)
        QApplication.styleHints().colorSchemeChanged.connect(self._follow_preferences)

    # what the user sees

    @Slot(object)
    def _show_state(self, state: State) -> None:
        for show in self._shows:
            show(state)
        self._zones.give_way(state.sheet)
        self._show_project(self.studio.own)
        self.messages.show_state(state, self.panel(TimeBar).playing)

    def _show_project(self, own: State) -> None:
        name = visible(Path(own.project).name).replace("[*]", "[*][*]")  # Qt's mark of changes, twice for itself.
        self.setWindowTitle(f"{name}[*]" if own.project else "ddpm-studio")
        self.setWindowModified(own.changed)

    @Slot(ThemeChoice)
    def set_theme(self, choice: ThemeChoice) -> None:
        """Colour the whole window in the chosen theme."""
        self.preferences.change(theme=choice)

    @Slot()
    def _follow_preferences(self) -> None:
        """Look as the person prefers, and the system has it where they leave it to that."""
        preferences, app = self.preferences.preferences, _application()
        self._themes.show_choice(preferences.theme)
        apply_motion(app, preferences.motion)
        apply_font(app, preferences.font_size)
        tokens = looks_of(preferences, app)
        if tokens != self._worn or not app.styleSheet():
            self._worn = tokens
            self._dress(app, tokens)

    def _dress(self, app: QApplication, tokens: Tokens) -> None:
        apply_theme(app, tokens)
        room = self.screen().availableSize()
        # A large font needs a large window, as far as there is room for one.
        least = (max(each, min(tokens.scaled(each), most)) for each, most in zip(SMALLEST, room.toTuple(), strict=True))
        self.setMinimumSize(*least)
        for dress in self._dresses:
            dress(tokens)
        self.studio.announce()

    @Slot()
    def reset_layout(self) -> None:
        """Move every panel back to its initial place."""
        self._zones.reset()

    @Slot(object)
    def _show_phase(self, phase: Phase) -> None:
        """Offer the actions available in this phase of a run."""
        self.menus.show_phase(phase)

    @Slot()
    def _bring_up_pictures(self) -> None:
        """Show the pictures, of which one is to be looked at."""
        self.bring_up("picture")

    @Slot()
    def _bring_up_lab(self) -> None:
        """Show the lab, in which something was begun."""
        self.bring_up("lab")

    @Slot()
    def _bring_up_sampling(self) -> None:
        """Show the run or checkpoint that the user asked for, and let Space pause the run."""
        self.bring_up("sampling")
        panel = self.panel(SamplingPanel)
        if not holds_focus(panel):
            panel.setFocus()

    # the session

    def keep_session(self, keeper: SessionKeeper) -> None:
        """Keep this window's session until it closes."""
        self._session = keeper
        self.desk.projects.forgotten.connect(keeper.forget)

    def layout_text(self) -> dict[str, object]:
        """Size, places of the panels, folders of the dialogs, what was done last in the palette and the page of
        figures, as JSON.
        """
        return {
            "geometry": geometry_text(self),
            "zones": arrangement_of(self._zones),
            "folders": dict(self.desk.dialogs.folders),
            "palette": list(self.desk.palette.recent),
            "figure": settings_text(self.desk.figures.settings),
        }

    def restore_layout(self, content: Taking) -> None:
        """Restore as much of a layout as is there."""
        self.restoreGeometry(content.take("geometry", geometry_of, QByteArray()))
        restore_arrangement(self._zones, content.section("zones"))
        self.desk.palette.remember(content.take("palette", texts, ()))
        folders = content.section("folders")
        self.desk.dialogs.folders.update({key: folders.take(key, text, "") for key in folders.keys})
        self.desk.figures.restore(settings_of(content.section("figure")))

    # keys, drops, closing

    def focusNextPrevChild(self, next: bool) -> bool:
        """Let Tab go through the window in reading order."""
        return move_focus(self, next)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close a message, choose the axis, or move t, by keys that no panel used."""
        if not self.use_key(event, self.focusWidget()):
            super().keyPressEvent(event)

    def use_key(self, event: QKeyEvent, focused: QWidget | None) -> bool:
        """Use a key pressed in this window or in one beside it, unless what has the focus there keeps it."""
        if event.key() == Qt.Key.Key_F6:
            return self._go_to_part(Qt.KeyboardModifier.ShiftModifier not in event.modifiers())
        if event.modifiers() not in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier):
            return False
        if event.key() == Qt.Key.Key_Escape:
            return self.messages.close() or self.desk.scenes.leave() or self.desk.full_screen.leave()
        if event.key() == Qt.Key.Key_F2:
            self._edit_schedule()
            return True
        if keeps_key(focused, event.key()):
            return False
        axis = next((axis for key, axis in AXIS_KEYS.items() if key == event.key()), "")
        if axis in self.studio.state.scales:
            self.studio.set_axis(axis)
            return True
        return self.panel(TimeBar).handle_key(event.key())

    def _go_to_part(self, forwards: bool) -> bool:
        """Have the focus in the next part of this window, or in the one before, also from a window beside it."""
        self.activateWindow()
        return move_to_part(self, self._panels.values(), forwards)

    def _edit_schedule(self) -> None:
        """Put the caret into the text of the chosen schedule, wherever it is."""
        self.bring_up("schedules")
        panel = self.panel(SchedulesPanel)
        panel.activateWindow()
        panel.list.view.edit_text()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept files, pictures and text anywhere in the window."""
        mime = event.mimeData()
        if mime.hasUrls() or mime.hasImage() or mime.hasText():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped: files by their content, schedules in a text, or a picture."""
        self.desk.files.take(event.mimeData())
        event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Take what is half typed, and save the project if that was begun; then vanish, and end what is running."""
        super().closeEvent(event)
        # While it can be taken: a line that is hidden has lost its focus, and is read after the session is written.
        self._editing.finish()
        self.desk.finish()
        if self._session is not None:
            self._session.finish()
        self.hide()
        for window in QApplication.topLevelWidgets():
            if self._owns(window):
                window.hide()
        self.closing.emit()
        self.panel(TimeBar).stop()
        self.desk.end()
        if self._session is not None:
            self._session.end()

    def _owns(self, window: QWidget) -> bool:
        """Whether it is a panel in a window of its own, a dialog, or a dialog over one."""
        owner = window.parentWidget()
        return owner is not None and (owner.window() is self or self._owns(owner.window()))


def _application() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app
