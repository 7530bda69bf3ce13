"""StepsRow: one line of steps below a schedule, as text."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QComboBox, QGridLayout, QToolButton, QWidget

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.gui.steps.spacing_box import SpacingBox
from ddpm_studio.gui.styles import glyph
from ddpm_studio.gui.widgets.typed.refusal_note import RefusalNote

_TIGHT = "QToolButton { padding: 1px 3px; }"


class StepsRow(QWidget):
    """The mark of its line, its text, and a button that takes it away. `reading` makes steps over a
    `schedule` of what is typed.

    `chosen` says that it is the one that is meant, `changed` has its other text, `filed` one that names files, and its
    spec.
    """

    chosen = Signal(int)
    changed = Signal(int, str)
    filed = Signal(int, str, object)
    removed = Signal(int)

    def __init__(self, place: int, reading: Callable[[str], str | StepsSpec], schedule: Callable[[], Schedule]) -> None:
        super().__init__()
        self.mark, self.box, self.remove = QToolButton(), SpacingBox(reading, schedule), QToolButton()
        self._describe()
        self.set_place(place)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self.mark, 0, 0)
        grid.addWidget(self.box, 0, 1)
        grid.addWidget(self.remove, 0, 2)
        grid.addWidget(RefusalNote(self.box.line.draft), 1, 1, 1, 2)
        self.mark.clicked.connect(self._choose)
        self.remove.clicked.connect(self._remove)
        self.box.chosen.connect(self._change)
        self.box.filed.connect(self._read_files)

    def show_steps(self, spec: StepsSpec, is_chosen: bool) -> None:
        """Show the steps, and whether they are the ones that are meant."""
        self.box.show_value(spec)
        self.mark.setChecked(is_chosen)

    def set_place(self, place: int) -> None:
        """Stand at another place, with its mark; what is typed comes along."""
        self.place = place
        number = place + 1
        self.mark.setText(glyph(place))
        self.mark.setAccessibleName(self.tr("Steps {number}").format(number=number))
        self.remove.setAccessibleName(self.tr("Remove steps {number}").format(number=number))
        self.box.setAccessibleName(self.tr("Text of steps {number}").format(number=number))

    def set_color(self, color: QColor) -> None:
        """Have the mark in the colour of its schedule."""
        self.mark.setStyleSheet(f"{_TIGHT} QToolButton {{ color: {color.name()}; }}")

    def _describe(self) -> None:
        self.mark.setCheckable(True)
        self.mark.setToolTip(self.tr("Show what these steps can be told; this marks them on curves and lanes"))
        self.remove.setText("✕")
        self.remove.setToolTip(self.tr("Remove these steps"))
        for button in (self.mark, self.remove):
            button.setStyleSheet(_TIGHT)
            button.setProperty("role", "quiet" if button is self.remove else "")
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    @Slot()
    def _choose(self) -> None:
        self.mark.setChecked(True)
        self.chosen.emit(self.place)

    @Slot()
    def _remove(self) -> None:
        self.removed.emit(self.place)

    @Slot(object)
    def _change(self, text: str) -> None:
        self.changed.emit(self.place, text)

    @Slot(str, object)
    def _read_files(self, text: str, spec: StepsSpec) -> None:
        self.filed.emit(self.place, text, spec)
