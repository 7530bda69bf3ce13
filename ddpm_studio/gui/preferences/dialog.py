"""PreferencesDialog: what a person sets once, each choice of which holds at once."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ddpm_studio.gui.preferences.appearance_section import AppearanceSection
from ddpm_studio.gui.preferences.fresh_section import FreshSection
from ddpm_studio.gui.preferences.keeper import PreferenceKeeper
from ddpm_studio.gui.preferences.preferences import Preferences
from ddpm_studio.gui.preferences.prompts_section import PromptsSection
from ddpm_studio.gui.preferences.saving_section import SavingSection
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.widgets.sizes.by_font import system_size

OBJECT_NAME = "preferences_dialog"

EDGE = 60
"""Room that is left around a dialog on a small screen, in pixels."""


class PreferencesDialog(QDialog):
    """Shows what a keeper has, and has it changed. It does not block the window, and is gone once it is closed."""

    def __init__(
        self, studio: Studio, keeper: PreferenceKeeper, devices: Sequence[tuple[str, str]], window: QMainWindow
    ) -> None:
        super().__init__(window)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self.setObjectName(OBJECT_NAME)
        self.setWindowTitle(self.tr("Preferences"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._keeper = keeper
        self.appearance, self.fresh = AppearanceSection(system_size(app)), FreshSection(studio)
        self.saving, self.prompts = SavingSection(), PromptsSection()
        self.defaults, self.leave = QPushButton(self.tr("Defau&lts")), QPushButton(self.tr("Cl&ose"))
        self._page, self._area, self._foot = QWidget(), QScrollArea(), QWidget()
        self._lay_out()
        self.fresh.offer_devices(devices)
        for section in (self.appearance, self.fresh, self.saving):
            section.chosen.connect(self._choose)
        self.defaults.clicked.connect(self._reset)
        self.leave.clicked.connect(self.close)
        keeper.changed.connect(self._show)
        self._show(keeper.preferences)

    @Slot(str, object)
    def _choose(self, name: str, value: object) -> None:
        self._keeper.change(**{name: value})

    @Slot()
    def _reset(self) -> None:
        # A text that is refused is no preference, and would stay.
        self.fresh.schedules.clear()
        self._keeper.reset()

    @Slot(object)
    def _show(self, preferences: Preferences) -> None:
        self.appearance.show_preferences(preferences)
        self.fresh.show_preferences(preferences)
        self.saving.show_preferences(preferences)
        # By then a new font has reached all labels.
        QTimer.singleShot(0, self, self._fit)

    @Slot()
    def _fit(self) -> None:
        """Be as large as what is shown, as far as the screen allows."""
        page, room = self._page.sizeHint(), self.screen().availableSize()
        bar = self._area.verticalScrollBar().sizeHint().width()
        needed = page.height() + self._foot.sizeHint().height()
        self.resize(min(page.width() + bar, room.width() - EDGE), min(needed, room.height() - EDGE))

    def _lay_out(self) -> None:
        note = QLabel(self.tr("Each choice holds at once, in all sessions and projects."))
        note.setProperty("role", "muted")
        note.setWordWrap(True)
        page = QVBoxLayout(self._page)
        for part in (self.appearance, self.fresh, self.saving, self.prompts, note):
            page.addWidget(part)
        page.addStretch(1)
        self._area.setWidget(self._page)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        foot = QHBoxLayout(self._foot)
        foot.addWidget(self.defaults)
        foot.addStretch(1)
        foot.addWidget(self.leave)
        for button in (self.defaults, self.leave):
            button.setAutoDefault(False)
            button.setAccessibleName(button.text().replace("&", ""))
        self.defaults.setToolTip(self.tr("Go back to the program's own preferences"))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._area, 1)
        whole.addWidget(self._foot)
