"""WayPictures: what a way draws beside what the reference draws of the same noise, and what can be done with it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ddpm_studio.errors import StudioError
from ddpm_studio.gui.tasks import NewestOnly
from ddpm_studio.gui.theme import number_font
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.elided_label import ElidedLabel
from ddpm_studio.gui.widgets.frame_grid import FrameGrid
from ddpm_studio.lab.compared_rows import WayTold
from ddpm_studio.lab.lab_results import LabResults

_Pair = tuple[NDArray[np.uint8], NDArray[np.uint8]]


class WayPictures(QWidget):
    """Shows the chosen way; its pictures are read beside the window. Every signal has the WayTold."""

    use_wanted = Signal(object)
    steps_wanted = Signal(object)
    copy_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.reading = NewestOnly(self)
        self._results: LabResults | None = None
        self._chosen: WayTold | None = None
        self._shown: tuple[object, ...] = ()
        self.title, self.note, self.seeds = ElidedLabel(), QLabel(), QComboBox()
        self.grids = FrameGrid(), FrameGrid()
        self.reading.failed.connect(self._tell)
        self._lay_out()
        self._offer()

    def show_way(self, results: LabResults | None, chosen: WayTold | None) -> None:
        """Show a way, or none; what is shown already is not read again."""
        self._results, self._chosen = results, chosen
        seeds = [] if results is None else [str(seed) for seed in dict.fromkeys(results.asked.sweep.seeds)]
        if seeds != [self.seeds.itemText(number) for number in range(self.seeds.count())]:
            self.seeds.clear()
            self.seeds.addItems(seeds)
        self._offer()
        self._read()

    @property
    def seed(self) -> int:
        """The seed whose pictures are shown."""
        return int(self.seeds.currentText() or 0)

    def _offer(self) -> None:
        some = self._chosen is not None and self._results is not None
        self.title.say(self._chosen.way.text if self._chosen is not None else self.tr("Pictures of a point"))
        for button in (self.use, self.steps, self.copy):
            button.setEnabled(some)
        several = self.seeds.count() > 1
        self.seeds.setVisible(several)
        self._seed_label.setVisible(several)

    @Slot()
    def _read(self) -> None:
        results, chosen, seed = self._results, self._chosen, self.seed
        if results is None or chosen is None:
            self.reading.cancel()
            self._shown = ()
            self._show(None, self.tr("Click a point, or a row of the list, to see its pictures."))
            return
        points = [results.asked.point(way, seed, chosen.told) for way in (chosen.way, results.asked.sweep.reference)]
        shown = (results.path, *(results.rows.get(point.key) for point in points))
        if shown != self._shown:
            self._shown = shown
            self.reading.do(lambda: _pair(results, chosen, seed), self._take, beside=True)

    def _take(self, pair: _Pair | None) -> None:
        note = self.tr("Its pictures, or those of the reference, are not drawn yet.") if pair is None else ""
        self._show(pair, note)

    @Slot(object)
    def _tell(self, error: StudioError) -> None:
        """Say why there are no pictures, in their place."""
        self._show(None, translated(error))

    def _show(self, pair: _Pair | None, note: str) -> None:
        for grid, pictures in zip(self.grids, pair or (None, None), strict=True):
            grid.set_pictures(pictures)
        self.note.setText(note)
        self.note.setVisible(bool(note))
        for part in (*self.grids, *self._captions):
            part.setVisible(not note)

    def _lay_out(self) -> None:
        self.note.setWordWrap(True)
        self.note.setProperty("role", "muted")
        self.title.label.setFont(number_font(self.font()))
        self._seed_label = QLabel(self.tr("Seed"))
        self._seed_label.setBuddy(self.seeds)
        for field in (self._seed_label, self.seeds):
            field.setToolTip(self.tr("The seed whose pictures are shown"))
        self.seeds.setAccessibleName(self.tr("Seed of the pictures"))
        self.seeds.currentIndexChanged.connect(self._read)
        self._captions = QLabel(self.tr("this point")), QLabel(self.tr("the reference"))
        for number, grid in enumerate(self.grids):
            grid.setAccessibleName(self._captions[number].text())
            self._captions[number].setProperty("role", "muted")
        head, pictures, foot = QHBoxLayout(), QGridLayout(), QHBoxLayout()
        for part in (self.title, self._seed_label, self.seeds):
            head.addWidget(part, int(part is self.title))
        for column, (grid, caption) in enumerate(zip(self.grids, self._captions, strict=True)):
            pictures.addWidget(grid, 0, column)
            pictures.addWidget(caption, 1, column)
        pictures.setRowStretch(0, 1)
        self.use, self.steps = QPushButton(self.tr("Use this")), QPushButton(self.tr("Show steps"))
        self.copy = QPushButton(self.tr("Copy steps"))
        self.use.setToolTip(self.tr("Sample with this solver and these steps"))
        self.steps.setToolTip(self.tr("Mark these steps on the curves"))
        self.copy.setToolTip(self.tr("Copy these steps as text"))
        for button, signal in (
            (self.use, self.use_wanted),
            (self.steps, self.steps_wanted),
            (self.copy, self.copy_wanted),
        ):
            button.clicked.connect(lambda _=False, signal=signal: signal.emit(self._chosen))
            foot.addWidget(button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        whole.addLayout(head)
        whole.addWidget(self.note, 1)
        whole.addLayout(pictures, 1)
        whole.addLayout(foot)


def _pair(results: LabResults, chosen: WayTold, seed: int) -> _Pair | None:
    """The pictures of a way and of the reference, None where some are not drawn; FileError for a file not whole."""
    ways = (chosen.way, results.asked.sweep.reference)
    keys = (results.asked.point(way, seed, chosen.told).key for way in ways)
    if not all(key in results.rows and results.rows[key].done for key in keys):
        return None
    one, other = (_eight_bit(results.pictures_of(WayTold(way, chosen.told), seed)) for way in ways)
    return one, other


def _eight_bit(pictures: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Pictures in ±1, (N, C, H, W), as bytes, (N, H, W, C)."""
    levels: NDArray[np.uint8] = np.rint(np.clip((pictures + 1) * 127.5, 0, 255)).astype(np.uint8)
    return levels.transpose(0, 2, 3, 1)
