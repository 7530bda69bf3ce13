"""The main window: it makes the panels, lays them out, and wires what a person does in them to the Studio."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QToolBar

from ddpm_studio.gui.curves.curves_panel import CurvesPanel
from ddpm_studio.gui.docks import Docks
from ddpm_studio.gui.file_actions import Commands
from ddpm_studio.gui.help import Help
from ddpm_studio.gui.menus import VIEW, build_menus
from ddpm_studio.gui.picture.picture_actions import PictureActions
from ddpm_studio.gui.picture.picture_panel import PicturePanel
from ddpm_studio.gui.sampling.run.run_buttons import Phase
from ddpm_studio.gui.sampling.sampling_actions import SamplingActions
from ddpm_studio.gui.sampling.sampling_panel import SamplingPanel
from ddpm_studio.gui.sampling.wiring import wire as wire_sampling
from ddpm_studio.gui.schedules.schedules_panel import SchedulesPanel
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.theme import ThemeChoice, ThemeMenu, apply_theme, tokens_for
from ddpm_studio.gui.time_bar import TimeBar
from ddpm_studio.gui.values.explain_panel import ExplainPanel
from ddpm_studio.gui.values.values_panel import ValuesPanel
from ddpm_studio.gui.widgets.focus import holds_focus
from ddpm_studio.gui.widgets.toast import Toast
from ddpm_studio.gui.wiring import wire_curves, wire_picture, wire_schedules


class MainWindow(QMainWindow):
    """The whole window over one Studio. Panels don't know each other; here they are put together."""

    def __init__(self, studio: Studio, theme: ThemeChoice = ThemeChoice.SYSTEM) -> None:
        super().__init__()
        studio.setParent(self)
        self.studio = studio
        self.setWindowTitle("ddpm-studio")
        self.setMinimumSize(1024, 700)
        self.setAcceptDrops(True)
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
        self._docks = Docks(
            self,
            {
                "schedules": self.schedules,
                "explain": self.explain,
                "picture": self.picture,
                "sampling": self.sampling,
                "values": self.values,
            },
        )
        self._bar = QToolBar(self.tr("Timestep"))
        self._bar.setObjectName("timestep")
        self._bar.setMovable(False)
        self._bar.addWidget(self.time_bar)
        self.addToolBar(Qt.ToolBarArea.BottomToolBarArea, self._bar)
        self._first_layout = self.saveState()

    def share_out(self, size: QSize) -> None:
        """Resize the window and give every panel its share."""
        self.resize(size)
        self._docks.share_out(size)

    # wiring

    def _wire(self) -> None:
        studio = self.studio
        studio.changed.connect(self._show_state)
        studio.complained.connect(self.toast.say)
        self.commands.said.connect(self.toast.say)
        self.pictures.said.connect(self.toast.say)
        self.time_bar.t_chosen.connect(studio.set_t)
        self.explain.curve_chosen.connect(studio.explain)
        self.values.t_chosen.connect(studio.set_t)
        wire_schedules(self.schedules, studio, self.commands)
        wire_curves(self.curves, studio, self.commands)
        wire_picture(self.picture, studio, self.pictures)
        self._wire_sampling()

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
        view.addActions(list(self._docks.actions()))
        view.addAction(self.tr("&Reset layout"), self.reset_layout)
        view.addSeparator()
        self._themes = ThemeMenu(self)
        view.addMenu(self._themes)
        self._themes.chosen.connect(self.set_theme)
        QApplication.styleHints().colorSchemeChanged.connect(self._follow_system)

    # what a person sees

    @Slot(object)
    def _show_state(self, state: State) -> None:
        for panel in self._panels:
            panel.show_state(state)
        self._live.setChecked(state.sampling.live)

    @Slot(ThemeChoice)
    def set_theme(self, choice: ThemeChoice) -> None:
        """Colour the whole window by a choice."""
        self._theme = choice
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        tokens = tokens_for(choice, app)
        apply_theme(app, tokens)
        for panel in self._panels:
            panel.set_theme(tokens)
        self._themes.show_choice(choice)

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
        self._docks.bring_up("sampling")
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
