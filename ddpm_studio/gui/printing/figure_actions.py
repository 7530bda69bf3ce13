"""FigureActions: open the page of figures, and save and copy what is on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import QMainWindow

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError, StudioError
from ddpm_studio.figures.artwork import Artwork
from ddpm_studio.figures.figure import Figure
from ddpm_studio.figures.matplotlib_script import script_of
from ddpm_studio.figures.page_settings import PageSettings
from ddpm_studio.figures.svg import svg_file
from ddpm_studio.files.atomic import written_whole
from ddpm_studio.files.filetypes import PDF, PNG, PYTHON, SVG
from ddpm_studio.files.recipes.carriers import svg_with
from ddpm_studio.gui.copying import Copying
from ddpm_studio.gui.printing.figure_dialog import FigureDialog
from ddpm_studio.gui.printing.figure_formats import PRINTED, picture_of
from ddpm_studio.gui.saving_actions import SavingActions
from ddpm_studio.gui.state.made.state_recipes import of_figure
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.tasks import TaskMonitor
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.dialogs import FileDialogs, SaveFormat

_Content = Callable[[Figure, Artwork, PageSettings, str], bytes]

CONTENTS: dict[str, _Content] = {
    PDF: lambda figure, artwork, settings, recipe: PRINTED[PDF](artwork, settings.dpi, recipe),
    SVG: lambda figure, artwork, settings, recipe: svg_with(svg_file(artwork), recipe),
    PNG: lambda figure, artwork, settings, recipe: PRINTED[PNG](artwork, settings.dpi, recipe),
    PYTHON: lambda figure, artwork, settings, recipe: script_of(figure).encode("utf-8"),
}
"""The content of a file by its suffix, with the text of its recipe where there is a place for it."""


@dataclass(frozen=True, eq=False)
class FigureTask:
    """A figure that is drawn already, to be written."""

    path: str
    content: bytes
    parts: int = 1

    @property
    def written(self) -> str:
        """The path."""
        return self.path

    def write(self, monitor: TaskMonitor) -> None:
        """Write the file."""
        with written_whole(self.path) as file:
            file.write(self.content)
        monitor.step()


class FigureActions(SavingActions):
    """Has the page of figures over `window`, which follows the state while it is seen. `said` reports what was done."""

    def __init__(self, studio: Studio, copying: Copying, dialogs: FileDialogs, window: QMainWindow) -> None:
        super().__init__(studio, window)
        self._copying, self._dialogs, self._window = copying, dialogs, window
        self._dialog: FigureDialog | None = None
        self._settings = PageSettings()
        studio.changed.connect(self._show_state)

    @property
    def settings(self) -> PageSettings:
        """What is set on the page."""
        return self._settings

    def restore(self, settings: PageSettings) -> None:
        """Set the page as it was."""
        self._settings = settings
        if self._dialog is not None:
            self._dialog.fields.show_settings(settings)

    @Slot(object)
    def set_up(self, settings: PageSettings) -> None:
        """Open the page set up so."""
        self.restore(settings)
        self.show_figure()

    @Slot()
    def show_figure(self) -> None:
        """Open the page, or bring it to the front."""
        dialog = self._dialog or self._made()
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()
        dialog.show_state(self._studio.state)

    @Slot(str)
    def show_curve(self, curve: str) -> None:
        """Open the page with one curve."""
        self._studio.explain(curve)
        self.show_figure()

    def _made(self) -> FigureDialog:
        dialog = self._dialog = FigureDialog(self._window)
        with QSignalBlocker(dialog.fields):
            dialog.fields.show_settings(self._settings)
        dialog.fields.chosen.connect(self._keep)
        dialog.saving.connect(self.save)
        dialog.copying_picture.connect(self.copy_picture)
        dialog.copying_script.connect(self.copy_script)
        self.said.connect(dialog.say)
        self.saving.failed.connect(self._tell_failure)
        return dialog

    @Slot(object)
    def _keep(self, settings: PageSettings) -> None:
        self._settings = settings

    @Slot(object)
    def _show_state(self, state: State) -> None:
        if self._dialog is not None and self._dialog.isVisible():
            self._dialog.show_state(state)

    @Slot()
    def save(self) -> None:
        """Ask for a path, and save the figure in the format of its suffix."""
        if self._complain_if_busy():
            return
        formats = (
            SaveFormat(self.tr("PDF (*.pdf)"), PDF),
            SaveFormat(self.tr("SVG drawing (*.svg)"), SVG),
            SaveFormat(self.tr("PNG picture (*.png)"), PNG),
            SaveFormat(self.tr("Script for Matplotlib (*.py)"), PYTHON),
        )
        path, _ = self._dialogs.save(self.tr("Save figure"), f"figure{PDF}", formats)
        drawn = self._drawn()
        if path and drawn is not None:
            try:
                recipe = self._carried(of_figure(self._studio.state, drawn[0].curves, self._settings))()
                self._save(FigureTask(path, _content_for(path)(*drawn, self._settings, recipe)))
            except StudioError as error:
                self._complain(error)

    @Slot()
    def copy_picture(self) -> None:
        """Put the figure on the clipboard as a picture."""
        drawn = self._drawn()
        if drawn is None:
            return
        try:
            recipe = of_figure(self._studio.state, drawn[0].curves, self._settings)
            self._copy_image(picture_of(drawn[1], self._settings.dpi), recipe)
        except StudioError as error:
            self._complain(error)
        else:
            self._tell(" ".join(filter(None, (self.tr("The picture is on the clipboard."), self._besides()))))

    @Slot()
    def copy_script(self) -> None:
        """Put the script for Matplotlib on the clipboard."""
        drawn = self._drawn()
        if drawn is not None:
            sentence = self.tr("The script is on the clipboard.")
            self._copying.copy(iter([script_of(drawn[0])]), then=lambda _: self._tell(sentence))

    def _complain(self, error: StudioError) -> None:
        """Say in the window, and on the page as well, which may cover it, what cannot be done."""
        self._studio.complain(error)
        self._tell(translated(error))

    @Slot(object)
    def _tell_failure(self, error: StudioError) -> None:
        self._tell(translated(error))

    def _tell(self, sentence: str) -> None:
        if self._dialog is not None:
            self._dialog.say(sentence)

    def _drawn(self) -> tuple[Figure, Artwork] | None:
        """The figure of this moment, and how it is laid out."""
        dialog = self._dialog
        if dialog is None:
            return None
        dialog.show_state(self._studio.state)
        dialog.draw()
        return None if dialog.figure is None or dialog.artwork is None else (dialog.figure, dialog.artwork)


def _content_for(path: str) -> _Content:
    suffix = Path(path).suffix.lower()
    if suffix not in CONTENTS:
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "{path} ends in “{suffix}”; a figure is saved as one of {known}."),
            path=path,
            suffix=suffix,
            known=", ".join(CONTENTS),
        )
    return CONTENTS[suffix]
