"""The main window: it makes the panels, lays them out, and wires what a person does in them to the Studio."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
)
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow, QMenu, QToolBar

from ddpm_studio.gui.actions import VIEW, build_menus
from ddpm_studio.gui.commands import Commands
from ddpm_studio.gui.curves.panel import CurvesPanel
from ddpm_studio.gui.help import Help
from ddpm_studio.gui.picture.actions import PictureActions
from ddpm_studio.gui.picture.panel import PicturePanel
from ddpm_studio.gui.sampling.actions import SamplingActions
from ddpm_studio.gui.sampling.panel import SamplingPanel
from ddpm_studio.gui.sampling.run_buttons import Phase
from ddpm_studio.gui.sampling.wiring import wire as wire_sampling
from ddpm_studio.gui.schedules.panel import SchedulesPanel
from ddpm_studio.gui.state import State
from ddpm_studio.gui.studio import Studio
from ddpm_studio.gui.theme import ThemeChoice, apply_theme, tokens_for
from ddpm_studio.gui.time_bar import TimeBar
from ddpm_studio.gui.values.explain import ExplainPanel
from ddpm_studio.gui.values.panel import ValuesPanel
from ddpm_studio.gui.widgets.focus import holds_focus
from ddpm_studio.gui.widgets.lazy_panel import LazyPanel
from ddpm_studio.gui.widgets.toast import Toast

LEFT, BOTTOM = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.BottomDockWidgetArea


class MainWindow(QMainWindow):
    """The whole window over one Studio. Panels don't know each other; here they are put together."""

    def __init__(self, studio: Studio, theme: ThemeChoice = ThemeChoice.SYSTEM) -> None:
        super().__init__()
        studio.setParent(self)
        self.studio = studio
        self.setWindowTitle("ddpm-studio")
        self.setMinimumSize(1024, 700)
        self.setAcceptDrops(True)
        self.setDockNestingEnabled(True)
        self.schedules, self.curves, self.picture = SchedulesPanel(), CurvesPanel(), PicturePanel()
        self.values, self.explain, self.time_bar = ValuesPanel(), ExplainPanel(), TimeBar()
        self.sampling = SamplingPanel()
        self.pictures, self.samples = PictureActions(studio, self), SamplingActions(studio, self)
        self.commands = Commands(studio, self.curves, self.pictures, self.samples, self)
        self._panels = (
            self.schedules,
            self.curves,
            self.picture,
            self.sampling,
            self.values,
            self.explain,
            self.time_bar,
        )
        self._lay_out()
        self.toast = Toast(self, foot=self._bar.sizeHint().height())
        self._wire()
        self._add_menus()
        self.set_theme(theme)
        self._show_state(studio.state)
        self.time_bar.setFocus()

    # laying out

    def _lay_out(self) -> None:
        self.setCentralWidget(self.curves)
        self.setCorner(Qt.Corner.BottomLeftCorner, LEFT)
        self._docks = {
            "schedules": self._dock(self.tr("Schedules"), "schedules", self.schedules, LEFT),
            "explain": self._dock(self.tr("Explain"), "explain", self.explain, LEFT),
            "picture": self._dock(self.tr("Picture"), "picture", self.picture, BOTTOM),
            "sampling": self._dock(self.tr("Sampling"), "sampling", self.sampling, BOTTOM),
            "values": self._dock(self.tr("Values"), "values", self.values, BOTTOM),
        }
        for name in ("sampling", "values"):
            self.tabifyDockWidget(self._docks["picture"], self._docks[name])
        self._docks["picture"].raise_()
        self._bar = QToolBar(self.tr("Timestep"))
        self._bar.setObjectName("timestep")
        self._bar.setMovable(False)
        self._bar.addWidget(self.time_bar)
        self.addToolBar(Qt.ToolBarArea.BottomToolBarArea, self._bar)
        self._first_layout = self.saveState()

    def _dock(self, title: str, name: str, panel: LazyPanel, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(name)
        dock.setWidget(panel)
        dock.visibilityChanged.connect(panel.set_uncovered)
        self.addDockWidget(area, dock)
        return dock

    def share_out(self, size: QSize) -> None:
        """Resize the window and give every panel its share: a column of schedules, curves above the picture."""
        self.resize(size)
        docks = self._docks
        self.resizeDocks([docks["schedules"]], [max(290, size.width() // 5)], Qt.Orientation.Horizontal)
        self.resizeDocks(
            [docks["schedules"], docks["explain"]],
            [size.height() * 7 // 10, size.height() * 3 // 10],
            Qt.Orientation.Vertical,
        )
        self.resizeDocks([docks["picture"]], [size.height() * 42 // 100], Qt.Orientation.Vertical)

    # wiring

    def _wire(self) -> None:
        studio = self.studio
        studio.changed.connect(self._show_state)
        studio.complained.connect(self.toast.say)
        self.commands.said.connect(self.toast.say)
        self.pictures.said.connect(self.toast.say)
        self.time_bar.t_chosen.connect(studio.set_t)
        self._wire_schedules()
        self._wire_curves()
        self._wire_picture()
        self._wire_sampling()

    def _wire_schedules(self) -> None:
        panel, studio = self.schedules, self.studio
        panel.selected.connect(studio.select)
        panel.visible_toggled.connect(studio.set_visible)
        panel.renamed.connect(studio.rename)
        panel.duplicated.connect(studio.duplicate)
        panel.removed.connect(studio.remove)
        panel.moved.connect(studio.move)
        panel.add_requested.connect(studio.add)
        panel.open_betas_requested.connect(self.commands.open_betas)
        panel.kind_chosen.connect(studio.set_kind)
        panel.parameter_changed.connect(studio.set_parameter)
        panel.adjusting.connect(studio.set_adjusting)
        panel.spec_entered.connect(self.commands.enter_spec)
        panel.reset_requested.connect(studio.reset_parameters)

    def _wire_curves(self) -> None:
        panel, studio = self.curves, self.studio
        panel.t_chosen.connect(studio.set_t)
        panel.curve_chosen.connect(studio.explain)
        panel.curves_chosen.connect(studio.set_curves)
        panel.axis_chosen.connect(studio.set_axis)
        panel.view_chosen.connect(studio.set_view)
        panel.log_toggled.connect(studio.set_log)
        panel.save_requested.connect(self.commands.save_one_plot)
        self.explain.curve_chosen.connect(studio.explain)
        self.values.t_chosen.connect(studio.set_t)

    def _wire_picture(self) -> None:
        panel, studio, pictures = self.picture, self.studio, self.pictures
        panel.t_chosen.connect(studio.set_t)
        panel.seed_chosen.connect(studio.set_seed)
        panel.histogram_toggled.connect(studio.set_histogram)
        panel.open_requested.connect(pictures.open_picture)
        panel.picture_opened.connect(pictures.show_picture)
        panel.pasted.connect(pictures.paste_mime)
        panel.paste_requested.connect(pictures.paste)
        panel.background_chosen.connect(pictures.set_background)
        panel.save_pictures_requested.connect(pictures.save_pictures)
        panel.save_path_requested.connect(pictures.save_path)
        panel.cancel_requested.connect(pictures.cancel)
        pictures.saving.connect(panel.show_saving)

    def _wire_sampling(self) -> None:
        samples = self.samples
        wire_sampling(self.sampling, samples)
        self.sampling.dropped.connect(self.commands.take)
        samples.wanted.connect(self._bring_up_sampling)
        samples.checkpoints.wanted.connect(self._bring_up_sampling)
        samples.phase_changed.connect(self._show_phase)
        samples.saves.said.connect(self.toast.say)

    def _add_menus(self) -> None:
        menus = build_menus(
            self,
            self.commands,
            self.pictures,
            self.samples,
            self.samples.live,
            self.samples.checkpoints,
            self.samples.saves,
            Help(self),
            self,
        )
        self._live = self._action("toggle_live")
        self._show_phase(Phase.IDLE)
        view = menus[VIEW]
        for dock in self._docks.values():
            view.addAction(dock.toggleViewAction())
        view.addAction(self.tr("&Reset layout"), self.reset_layout)
        view.addSeparator()
        self._add_themes(view.addMenu(self.tr("&Theme")))

    def _add_themes(self, menu: QMenu) -> None:
        self._themes = QActionGroup(self)
        names = {
            ThemeChoice.SYSTEM: self.tr("As the &system"),
            ThemeChoice.LIGHT: self.tr("&Light"),
            ThemeChoice.DARK: self.tr("&Dark"),
        }
        for choice, name in names.items():
            action = self._themes.addAction(menu.addAction(name))
            action.setCheckable(True)
            action.setData(choice.value)
        self._themes.triggered.connect(self._choose_theme)
        QApplication.styleHints().colorSchemeChanged.connect(self._follow_system)

    # what a person sees

    @Slot(object)
    def _show_state(self, state: State) -> None:
        for panel in self._panels:
            panel.show_state(state)
        self._live.setChecked(state.sampling.live)

    def set_theme(self, choice: ThemeChoice) -> None:
        """Colour the whole window by a choice."""
        self._theme = choice
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        tokens = tokens_for(choice, app)
        apply_theme(app, tokens)
        for panel in self._panels:
            panel.set_theme(tokens)
        for action in self._themes.actions():
            action.setChecked(action.data() == choice.value)

    @Slot(QAction)
    def _choose_theme(self, action: QAction) -> None:
        self.set_theme(ThemeChoice(action.data()))

    @Slot()
    def _follow_system(self) -> None:
        if self._theme is ThemeChoice.SYSTEM:
            self.set_theme(self._theme)

    @Slot()
    def reset_layout(self) -> None:
        """Bring every panel back to where it was at first."""
        self.restoreState(self._first_layout)
        self.share_out(self.size())

    @Slot(object)
    def _show_phase(self, phase: Phase) -> None:
        """Offer what can be done with a run; Esc is free for others while there is none."""
        for name in ("pause", "stop"):
            self._action(name).setEnabled(phase is not Phase.IDLE)

    def _action(self, name: str) -> QAction:
        action = self.findChild(QAction, name)
        assert isinstance(action, QAction)
        return action

    @Slot()
    def _bring_up_sampling(self) -> None:
        """Let a person who asked for a run or a checkpoint see it, and hold the run with Space."""
        self._docks["sampling"].show()
        self._docks["sampling"].raise_()
        if not holds_focus(self.sampling):
            self.sampling.setFocus()

    # keys, drops, closing

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that no panel wanted move t."""
        if event.modifiers() not in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier) or not (
            self.time_bar.handle_key(event.key())
        ):
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome files and pictures anywhere in the window."""
        if event.mimeData().hasUrls() or event.mimeData().hasImage():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped: files by their content, or a picture."""
        self.commands.take(event.mimeData())
        event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:
        """End what is still under way, then close."""
        self.time_bar.stop()
        self.pictures.end()
        self.samples.end()
        super().closeEvent(event)
