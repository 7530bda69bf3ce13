"""Trial of a checkpoint's readings, side by side, for the user to say which one draws pictures."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ddpm_studio.checkpoints import Answers
from ddpm_studio.gui.state.run import Tried
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.frame_grid import FrameGrid

CELL_WIDTH, PICTURES_HEIGHT = 230, 68


class TrialView(QWidget):
    """Shows how far a trial has got. `chosen` carries the Answers of a reading, `close_button` uses none."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cells: list[TrialCell] = []
        self._hint = QLabel(self.tr("Which of these draws pictures? A wrong one draws noise or blotches."))
        self.close_button = QPushButton(self.tr("None of these"))
        self._list = QWidget()
        self._grid = QGridLayout(self._list)
        self._area = QScrollArea()
        self._lay_out()

    @Slot()
    def clear(self) -> None:
        """Clear what the last trial showed."""
        for cell in self.cells:
            cell.hide()
            cell.deleteLater()
        self.cells = []

    @Slot(object)
    def show_tried(self, tried: Tried) -> None:
        """Show how far a reading has got."""
        if tuple(cell.reading for cell in self.cells) != tried.readings:
            self.clear()
            self.cells = [TrialCell(reading) for reading in tried.readings]
            for cell in self.cells:
                cell.chosen.connect(self.chosen)
            self._arrange()
        self.cells[tried.number].show_tried(tried)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use as many columns as there is room for."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        columns = max(1, self._area.viewport().width() // CELL_WIDTH)
        for column in range(max(columns, self._grid.columnCount())):
            self._grid.setColumnStretch(column, int(column < columns))
        for place, cell in enumerate(self.cells):
            self._grid.addWidget(cell, *divmod(place, columns))

    def _lay_out(self) -> None:
        self._hint.setWordWrap(True)
        self._hint.setProperty("role", "muted")
        self._grid.setContentsMargins(0, 0, 8, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(6)
        self._area.setWidget(self._list)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        head = QHBoxLayout()
        head.addWidget(self._hint, 1)
        head.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addWidget(self._area, 1)


class TrialCell(QWidget):
    """One reading: its name, its pictures or why there are none. `chosen` carries the reading to use."""

    chosen = Signal(object)

    def __init__(self, reading: Answers) -> None:
        super().__init__()
        self.reading = reading
        self.name, self.pictures, self.error = QLabel(described(reading)), FrameGrid(at_left=True), QLabel()
        self.use = QPushButton(self.tr("Use"))
        self.use.setAccessibleName(self.tr("Use {reading}").format(reading=self.name.text()))
        self.use.setEnabled(False)
        self.use.clicked.connect(self._choose)
        self.error.setWordWrap(True)
        self.error.setTextFormat(Qt.TextFormat.PlainText)
        self.error.setProperty("role", "error")
        self.error.hide()
        self._lay_out()

    def show_tried(self, tried: Tried) -> None:
        """Show the pictures, finished or not, or the sentence that says what went wrong."""
        failed = tried.error is not None
        self.pictures.set_pictures(tried.pictures)
        self.pictures.setVisible(not failed)
        self.error.setText(translated(tried.error) if tried.error is not None else "")
        self.error.setVisible(failed)
        self.use.setEnabled(not failed)

    @Slot()
    def _choose(self) -> None:
        self.chosen.emit(self.reading)

    def _lay_out(self) -> None:
        self.pictures.setFixedHeight(PICTURES_HEIGHT)
        self.error.setMinimumHeight(PICTURES_HEIGHT)
        self.error.setAlignment(Qt.AlignmentFlag.AlignTop)
        foot = QHBoxLayout()
        foot.addWidget(self.name, 1)
        foot.addWidget(self.use)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        for part in (self.pictures, self.error):
            column.addWidget(part)
        column.addLayout(foot)


def described(reading: Answers) -> str:
    """A reading in a few words: a release, conventions, a number of groups, or the split of the attention."""
    if reading.conventions is not None:
        return _with_conventions(reading)
    if reading.release is not None:
        return QCoreApplication.translate("TrialView", "release {release}").format(release=reading.release)
    if reading.groups is not None:
        return _grouped(reading.groups)
    if reading.up_heads is None:
        return _split(reading)
    more = QCoreApplication.translate("TrialView", "{split}, {n} on the way up")
    return more.format(split=_split(reading), n=reading.up_heads)


def _with_conventions(reading: Answers) -> str:
    """The conventions, and the split of the attention and the groups, as far as they are varied."""
    parts = [str(reading.conventions)]
    if reading.heads or reading.head_channels:
        parts.append(_split(reading))
    if reading.groups is not None:
        parts.append(_grouped(reading.groups))
    return ", ".join(parts)


def _grouped(groups: int) -> str:
    if groups == 1:
        return QCoreApplication.translate("TrialView", "1 group")
    return QCoreApplication.translate("TrialView", "{n} groups").format(n=groups)


def _split(reading: Answers) -> str:
    """The split of the attention; a single head leaves nothing to order."""
    if reading.heads == 1:
        return QCoreApplication.translate("TrialView", "1 head")
    if reading.heads is not None:
        split = QCoreApplication.translate("TrialView", "{n} heads").format(n=reading.heads)
    elif reading.head_channels == 1:
        split = QCoreApplication.translate("TrialView", "1 channel per head")
    else:
        split = QCoreApplication.translate("TrialView", "{n} channels per head").format(n=reading.head_channels)
    orders = {
        "legacy": QCoreApplication.translate("TrialView", "{split}, legacy order"),
        "new": QCoreApplication.translate("TrialView", "{split}, new order"),
    }
    return orders.get(reading.attention_order or "", "{split}").format(split=split)
