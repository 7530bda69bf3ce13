"""The row of controls above the pictures: a picture's source, its noise, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QColorDialog, QHBoxLayout, QLabel, QMenu, QToolButton, QVBoxLayout, QWidget

from ddpm_studio.gui.explaining.explanations import symbol_tip
from ddpm_studio.gui.picture.frame_box import FrameBox
from ddpm_studio.gui.picture.latent_look import look_of, offers_latents
from ddpm_studio.gui.picture.samples_menu import SamplesMenu
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.widgets.seed_field import SeedField
from ddpm_studio.gui.widgets.typed.refusal_note import RefusalNote

SWATCH = 14

BEFORE_FIELD = 4
"""Between a label and its field, in pixels, beside what is between any two controls."""


class BackgroundButton(QToolButton):
    """Chooses the colour behind a transparent picture. `chosen` has (red, green, blue), 0 … 255."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Background colour"))
        self._colour = QColor()
        self.setToolTip(self.tr("The colour that shows through where the picture is transparent"))
        menu = QMenu(self)
        colours = (
            (self.tr("White"), "#FFFFFF"),
            (self.tr("Light gray"), "#C0C0C0"),
            (self.tr("Gray"), "#808080"),
            (self.tr("Black"), "#000000"),
        )
        for name, colour in colours:
            menu.addAction(_swatch(QColor(colour)), name).setData(colour)
        menu.addAction(self.tr("Other…"))
        menu.triggered.connect(self._choose)
        _add_menu(self, menu)

    def show_colour(self, background: tuple[int, int, int]) -> None:
        """Show the current colour."""
        if QColor(*background) != self._colour:
            self._colour = QColor(*background)
            self.setIcon(_swatch(self._colour))

    @Slot(QAction)
    def _choose(self, action: QAction) -> None:
        if action.data():
            self._emit(QColor(action.data()))
            return
        dialog = QColorDialog(self._colour, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.colorSelected.connect(self._emit)
        dialog.show()

    @Slot(QColor)
    def _emit(self, colour: QColor) -> None:
        self.chosen.emit((colour.red(), colour.green(), colour.blue()))


class Header(QWidget):
    """All buttons of the picture panel; the window connects them to what they do."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make_sources()
        self._make_noise()
        self._lay_out()

    def show_state(self, state: State) -> None:
        """Show seed, frame, background and toggles."""
        self.seed.show_value(state.seed)
        self.frame.show_picture(state.picture)
        for part in (self._frame_label, self.frame):
            part.setVisible(self.frame.is_needed)
        self.background.show_colour(state.background)
        self.background.setVisible(state.picture is not None and state.picture.transparent)
        toggles = (self.histogram, state.histogram), (self.spectrum, state.spectrum), (self.latents, state.latents)
        for button, shown in toggles:
            with QSignalBlocker(button):
                button.setChecked(shown)
        self.latents.setVisible(offers_latents(state))
        for button in (self.histogram, self.spectrum, self.save):
            button.setEnabled(look_of(state) is None)

    def _make_sources(self) -> None:
        self.open = _button(self.tr("Open…"), self.tr("Open a picture of your own (Ctrl+I), or drop one here"))
        self.samples = _button(self.tr("Samples"), self.tr("Choose a picture that comes with the program"))
        self.samples_menu = SamplesMenu(self.samples)
        _add_menu(self.samples, self.samples_menu)
        self.paste = _button(self.tr("Paste"), self.tr("Use the picture on the clipboard (Ctrl+V)"))
        self.background = BackgroundButton()
        self._frame_label, self.frame = QLabel(self.tr("Frame")), FrameBox()
        self._frame_label.setBuddy(self.frame)
        for part in (self.background, self._frame_label, self.frame):
            part.hide()

    def _make_noise(self) -> None:
        self.seed = SeedField()
        self.new_noise = _button(self.tr("New ε"), self.tr("Draw another ε, with the next seed (Ctrl+N)"))
        self.new_noise.setAccessibleName(self.tr("New noise"))
        self.new_noise.clicked.connect(self.seed.draft.give_up)
        self.histogram = _button(
            self.tr("Histogram"), self.tr("Show the distribution of x_t's values against the density of N(0, 1)")
        )
        self.spectrum = _button(
            self.tr("Spectrum"), self.tr("Show which detail of the picture is above the noise of each schedule")
        )
        self.latents = _button(
            self.tr("Latents"), self.tr("Noise what the checkpoint encodes the picture as, in place of its pixels")
        )
        self.latents.hide()
        for toggle in (self.histogram, self.spectrum, self.latents):
            toggle.setCheckable(True)
        self.save = _button(self.tr("Save"), self.tr("Save what is shown, or the whole path from t = 0 to T"))
        menu = QMenu(self.save)
        self.save_pictures = menu.addAction(self.tr("Save pictures…"))
        self.save_path = menu.addAction(self.tr("Save whole path…"))
        _add_menu(self.save, menu)

    def _lay_out(self) -> None:
        label = QLabel(self.tr("Seed"))
        label.setBuddy(self.seed)
        label.setToolTip(symbol_tip("ε"))
        column, row = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        sides = (self.frame, Qt.AlignmentFlag.AlignLeft), (self.seed, Qt.AlignmentFlag.AlignRight)
        for field, side in sides:
            refusal = RefusalNote(field.draft)
            refusal.setAlignment(side)
            column.addWidget(refusal)
        row.setSpacing(2)
        sources: tuple[QWidget, ...] = (self.open, self.samples, self.paste, self.background)
        for widget in (*sources, self._frame_label, self.frame):
            row.addWidget(widget)
        row.addStretch(1)
        for widget in (label, self.seed, self.new_noise, self.latents, self.histogram, self.spectrum, self.save):
            row.addWidget(widget)
        row.insertSpacing(row.indexOf(self.seed), BEFORE_FIELD)


def _button(text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    return button


def _add_menu(button: QToolButton, menu: QMenu) -> None:
    button.setMenu(menu)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)


def _swatch(colour: QColor) -> QIcon:
    pixmap = QPixmap(SWATCH, SWATCH)
    pixmap.fill(QColor("#808080"))
    painter = QPainter(pixmap)
    painter.fillRect(pixmap.rect().adjusted(1, 1, -1, -1), colour)
    painter.end()
    return QIcon(pixmap)
