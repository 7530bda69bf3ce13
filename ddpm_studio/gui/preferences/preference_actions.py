"""PreferenceActions: open the preferences, and know what they can offer."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QMainWindow

from ddpm_studio.gui.preferences.dialog import PreferencesDialog
from ddpm_studio.gui.preferences.fresh_section import AT_FIRST
from ddpm_studio.gui.preferences.keeper import PreferenceKeeper
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.worker.sampling_thread import SamplingThread


class PreferenceActions(QObject):
    """Shows the dialog over `window`, which goes on meanwhile; there is one at most."""

    def __init__(
        self, studio: Studio, keeper: PreferenceKeeper, sampling_thread: SamplingThread, window: QMainWindow
    ) -> None:
        super().__init__(window)
        self._studio, self.keeper, self._window = studio, keeper, window
        self._devices: tuple[tuple[str, str], ...] = AT_FIRST
        sampling_thread.devices_known.connect(self._know_devices)

    @Slot()
    def show_preferences(self) -> None:
        """Open the dialog, or bring it to the front."""
        dialog = self._dialog() or PreferencesDialog(self._studio, self.keeper, self._devices, self._window)
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    @Slot(object)
    def _know_devices(self, devices: tuple[tuple[str, str], ...]) -> None:
        self._devices = devices
        dialog = self._dialog()
        if dialog is not None:
            dialog.fresh.offer_devices(devices)

    def _dialog(self) -> PreferencesDialog | None:
        """The dialog that is open."""
        found = self._window.findChildren(PreferencesDialog)
        return next((dialog for dialog in found if dialog.isVisible()), None)
