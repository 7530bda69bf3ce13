"""The readings of a checkpoint side by side, for a person to say which one draws pictures."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ddpm_studio.checkpoints import Answers
from ddpm_studio.gui.studio import translated
from ddpm_studio.gui.widgets.frame_grid import FrameGrid
from ddpm_studio.gui.worker.jobs import Tried

ROW_HEIGHT = 68
NAME, PICTURES, USE = range(3)


class TrialView(QWidget):
    """Shows how far a trial has come. `chosen` has the Answers of a reading, `closed` says that none is wanted."""

    chosen = Signal(object)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[TrialRow] = []
        self._hint = QLabel(self.tr("Which of these draws pictures? A wrong one draws noise or stains."))
        self.close_button = QPushButton(self.tr("None of these"))
        self._list = QWidget()
        self._grid = QGridLayout(self._list)
        self._lay_out()
        self.close_button.clicked.connect(self.closed)

    @Slot()
    def clear(self) -> None:
        """Show nothing of the last trial any more."""
        for row in self.rows:
            row.remove()
        self.rows = []

    @Slot(object)
    def show_tried(self, tried: Tried) -> None:
        """Show what a reading has come to."""
        if tuple(row.reading for row in self.rows) != tried.readings:
            self.clear()
            self.rows = [TrialRow(reading, self._grid, number) for number, reading in enumerate(tried.readings)]
            for row in self.rows:
                row.use.clicked.connect(self._choose)
        self.rows[tried.number].show_tried(tried)

    @Slot()
    def _choose(self) -> None:
        for row in self.rows:
            if row.use is self.sender():
                self.chosen.emit(row.reading)

    def _lay_out(self) -> None:
        self._hint.setWordWrap(True)
        self._hint.setProperty("role", "muted")
        self._grid.setContentsMargins(0, 0, 8, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(PICTURES, 1)
        area = QScrollArea()
        area.setWidget(self._list)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        head = QHBoxLayout()
        head.addWidget(self._hint, 1)
        head.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addWidget(area, 1)


class TrialRow:
    """One reading in a line of a grid: its name, its pictures or why there are none, and the button that takes it."""

    def __init__(self, reading: Answers, grid: QGridLayout, line: int) -> None:
        self.reading = reading
        self.name, self.pictures, self.error = QLabel(described(reading)), FrameGrid(in_a_row=True), QLabel()
        self.use = QPushButton(QCoreApplication.translate("TrialView", "Use"))
        self.use.setAccessibleName(
            QCoreApplication.translate("TrialView", "Use {reading}").format(reading=self.name.text())
        )
        self.use.setEnabled(False)
        self.pictures.setFixedHeight(ROW_HEIGHT)
        self.error.setWordWrap(True)
        self.error.setProperty("role", "muted")
        self.error.hide()
        grid.addWidget(self.name, line, NAME, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(self.pictures, line, PICTURES)
        grid.addWidget(self.error, line, PICTURES)
        grid.addWidget(self.use, line, USE, Qt.AlignmentFlag.AlignVCenter)

    def show_tried(self, tried: Tried) -> None:
        """Show pictures, also those under way, or the sentence that says what ended them."""
        if tried.error is None:
            self.pictures.set_pictures(tried.pictures)
        else:
            self.error.setText(translated(tried.error))
            self.error.setVisible(True)
            self.pictures.set_pictures(None)
        self.use.setEnabled(tried.error is None)

    def remove(self) -> None:
        """Be gone."""
        for widget in (self.name, self.pictures, self.error, self.use):
            widget.hide()
            widget.deleteLater()


def described(reading: Answers) -> str:
    """How an attention is split, in few words; a single head leaves nothing to order."""
    if reading.heads == 1:
        return QCoreApplication.translate("TrialView", "1 head")
    if reading.heads is not None:
        split = QCoreApplication.translate("TrialView", "{n} heads").format(n=reading.heads)
    else:
        split = QCoreApplication.translate("TrialView", "{n} channels a head").format(n=reading.head_channels)
    orders = {
        "legacy": QCoreApplication.translate("TrialView", "{split}, legacy order"),
        "new": QCoreApplication.translate("TrialView", "{split}, new order"),
    }
    return orders.get(reading.attention_order or "", "{split}").format(split=split)
