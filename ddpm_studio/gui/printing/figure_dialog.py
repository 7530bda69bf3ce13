"""FigureDialog: the page on which a figure for print is set up, looked at, saved and copied."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ddpm_studio.errors import StudioError
from ddpm_studio.figures.artwork import Artwork
from ddpm_studio.figures.composing import artwork_of
from ddpm_studio.figures.figure import Figure
from ddpm_studio.gui.printing.colour_vision import Vision
from ddpm_studio.gui.printing.figure_preview import FigurePreview
from ddpm_studio.gui.printing.page_fields import PageFields
from ddpm_studio.gui.printing.state_figure import figure_of
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.wheel import require_focus_for_wheel

SIZE = 900, 560
"""Width and height at first, in pixels."""


class FigureDialog(QDialog):
    """Shows the figure of a state. It does not block the window, and follows what is changed there while it is seen.

    `saving`, `copying_picture` and `copying_script` say what is wanted of the `figure`.
    """

    saving = Signal()
    copying_picture = Signal()
    copying_script = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Figure"))
        self._state: State | None = None
        self.figure: Figure | None = None
        self.artwork: Artwork | None = None
        self.fields, self.preview, self.vision, self.status = PageFields(), FigurePreview(), QComboBox(), QLabel()
        self.save, self.copy = QPushButton(self.tr("&Save…")), QPushButton(self.tr("&Copy picture"))
        self.copy_script, self.leave = (
            QPushButton(self.tr("Copy as &Matplotlib script")),
            QPushButton(self.tr("Cl&ose")),
        )
        self._later = QTimer(self, singleShot=True, interval=0)
        self._describe()
        self._lay_out()
        self._connect()
        self.resize(*SIZE)

    def show_state(self, state: State) -> None:
        """Show the figure of this state, once nothing else is to be done."""
        self._state = state
        self._later.start()

    @Slot(str)
    def say(self, sentence: str) -> None:
        """Say what came of what was wanted."""
        self.status.setText(sentence)

    @Slot()
    def draw(self) -> None:
        """Draw the figure of the state that was shown last."""
        if self._state is None:
            return
        try:
            self._show(figure_of(self._state, self.fields.settings))
        except StudioError as error:
            self.figure = self.artwork = None
            self.preview.say(translated(error))
            self.status.clear()
        for button in (self.save, self.copy, self.copy_script):
            button.setEnabled(self.figure is not None)

    def _show(self, figure: Figure) -> None:
        if figure == self.figure:
            return
        self.figure, self.artwork = figure, artwork_of(figure)
        self.preview.show_artwork(self.artwork)
        self._say_size(self.artwork)

    def _say_size(self, artwork: Artwork) -> None:
        width, height = artwork.size_mm
        self.status.setText(self.tr("{width} × {height} mm").format(width=f"{width:.1f}", height=f"{height:.1f}"))

    # making

    def _describe(self) -> None:
        for vision in Vision:
            self.vision.addItem(translated(vision.value), vision)
        self.vision.setAccessibleName(self.tr("Look"))
        self.vision.setToolTip(self.tr("See how the preview looks to others; what is saved stays as it is"))
        require_focus_for_wheel(self.vision)
        self.preview.setAccessibleName(self.tr("Preview"))
        self.status.setProperty("role", "muted")
        self.status.setWordWrap(True)
        self.save.setToolTip(self.tr("Save as PDF, SVG, PNG or a script for Matplotlib"))
        self.copy.setToolTip(self.tr("Copy the figure as a picture"))
        self.copy_script.setToolTip(self.tr("Copy Python code that draws the figure, with its numbers in it"))
        for button in (self.save, self.copy, self.copy_script, self.leave):
            button.setAutoDefault(False)
            button.setAccessibleName(button.text().replace("&", ""))

    def _lay_out(self) -> None:
        whole, upper, foot = QVBoxLayout(self), QHBoxLayout(), QHBoxLayout()
        left, look, label = QVBoxLayout(), QHBoxLayout(), QLabel(self.tr("Loo&k"))
        label.setBuddy(self.vision)
        look.addWidget(label)
        look.addWidget(self.vision)
        look.addWidget(self.status, 1)
        left.addWidget(self.preview, 1)
        left.addLayout(look)
        area = QScrollArea()
        area.setWidget(self.fields)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setMinimumWidth(self.fields.sizeHint().width() + area.verticalScrollBar().sizeHint().width())
        upper.addLayout(left, 1)
        upper.addWidget(area)
        foot.addStretch(1)
        for button in (self.copy_script, self.copy, self.save, self.leave):
            foot.addWidget(button)
        whole.addLayout(upper, 1)
        whole.addLayout(foot)

    def _connect(self) -> None:
        self._later.timeout.connect(self.draw)
        self.fields.chosen.connect(self.draw)
        self.vision.activated.connect(self._look)
        self.save.clicked.connect(self.saving)
        self.copy.clicked.connect(self.copying_picture)
        self.copy_script.clicked.connect(self.copying_script)
        self.leave.clicked.connect(self.close)

    @Slot()
    def _look(self) -> None:
        self.preview.look_with(self.vision.currentData())
