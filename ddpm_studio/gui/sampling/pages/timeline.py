"""Timeline of the recorded steps of a run."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from ddpm_studio.gui.widgets.jump_slider import JumpSlider


class Timeline(QWidget):
    """Follows the newest step until the user goes elsewhere. `moved` says that another place is to be shown."""

    moved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._following = True
        self._stride = 1
        self.slider, self.newest = JumpSlider(), QToolButton()
        self.slider.setAccessibleName(self.tr("Recorded steps"))
        self.slider.setToolTip(self.tr("Move through the recorded steps; the run continues"))
        self.slider.valueChanged.connect(self._move)
        self.slider.setEnabled(False)
        # So that what lies underneath is not painted again with every frame.
        self.slider.setAutoFillBackground(True)
        self.newest.setEnabled(False)
        self.newest.setText(self.tr("Newest"))
        self.newest.setToolTip(self.tr("Follow the run again"))
        self.newest.clicked.connect(self.follow)
        self.kept = QLabel()
        self.kept.setProperty("role", "muted")
        self.kept.setToolTip(self.tr("A recording takes up at most 256 MiB; beyond that only every k-th step is kept"))
        self.kept.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.slider, 1)
        row.addWidget(self.kept)
        row.addWidget(self.newest)

    @property
    def place(self) -> int | None:
        """The place in view, or None for the newest."""
        return None if self._following else self.slider.value()

    @Slot()
    def follow(self) -> None:
        """Go to the newest step and stay there."""
        self._following = True
        self._show_last()
        self.moved.emit()

    def stay(self) -> None:
        """Follow the run no longer."""
        self._following = False
        self.newest.setEnabled(True)

    def begin(self) -> None:
        """Start over with a new recording, and follow it."""
        self._following = True
        self.show_recorded(0, 1)

    def show_recorded(self, count: int, stride: int, place: int | None = None) -> None:
        """Show `count` recorded steps, every `stride`-th of the run, of which the one at `place` is in view.

        With None it is the newest, which is followed.
        """
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, max(0, count - 1))
            self.slider.setEnabled(count > 1)
            self.slider.setPageStep(max(1, count // 10))
            self.slider.setValue(self.slider.maximum() if place is None else place)
        if stride != self._stride:
            self._stride = stride
            self.kept.setText(self.tr("1 step in {k} kept").format(k=stride))
            self.kept.setVisible(stride > 1)

    def _show_last(self) -> None:
        with QSignalBlocker(self.slider):
            self.slider.setValue(self.slider.maximum())
        self.newest.setEnabled(False)

    @Slot(int)
    def _move(self, place: int) -> None:
        self.stay()
        self.moved.emit()
