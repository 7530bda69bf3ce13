"""ScheduleCard: what the chosen line opens as, its sliders and findings, for whoever does not type."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ddpm_studio.gui.schedules.card.editor import ScheduleEditor
from ddpm_studio.gui.schedules.card.findings_view import FindingsView
from ddpm_studio.gui.schedules.card.parameter_field import ParameterField
from ddpm_studio.gui.schedules.card.points_part import PointsPart
from ddpm_studio.gui.schedules.card.steps_part import StepsPart
from ddpm_studio.gui.schedules.card.training_part import TrainingPart

_MARGINS = (0, 4, 0, 6)


class ScheduleCard(QWidget):
    """The editor of a schedule, and its points if it is drawn, above its findings, its steps and its training
    objective, in the colour of its line.

    `grew` says that it may need another height, and `opened` which part of it was opened by hand.
    """

    grew = Signal()
    opened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor, self.points, self.findings = ScheduleEditor(), PointsPart(), FindingsView()
        self.steps, self.training = StepsPart(), TrainingPart()
        # Opaque, so that a slider that moves has nothing painted again behind it.
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        column = QVBoxLayout(self)
        column.setContentsMargins(*_MARGINS)
        column.setSpacing(10)
        column.addWidget(self.editor)
        column.addWidget(self.points)
        column.addWidget(self.findings)
        column.addLayout(self._heads())
        column.addWidget(self.steps)
        column.addWidget(self.training)
        column.addStretch(1)
        self._own_folds: tuple[bool, ...] | None = None
        for part in self._parts:
            part.head.clicked.connect(partial(self._tell, part))

    def _tell(self, part: PointsPart | StepsPart | TrainingPart) -> None:
        if part.head.isChecked():
            self.opened.emit(part)

    def _heads(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.steps.head)
        row.addWidget(self.training.head)
        row.addStretch(1)
        return row

    @property
    def _parts(self) -> tuple[PointsPart, StepsPart, TrainingPart]:
        return self.points, self.steps, self.training

    @Slot(object)
    def show_scene(self, asked: object) -> None:
        """Keep which parts are open while guided questions are asked, and have the same open after them."""
        if asked is not None:
            self._own_folds = self._own_folds or tuple(part.head.isChecked() for part in self._parts)
        elif self._own_folds is not None:
            heads = (part.head for part in self._parts)
            for head, is_open in zip(heads, self._own_folds, strict=True):
                head.setChecked(is_open)
            self._own_folds = None

    def set_color(self, color: QColor) -> None:
        """Fill the sliders in the colour of a line."""
        for field in self.findChildren(ParameterField):
            field.set_color(color)
        self.training.set_color(color)
        self.steps.set_color(color)

    def height_for(self, width: int) -> int:
        """The height that it needs at a width."""
        layout = self.layout()
        assert layout is not None
        return layout.heightForWidth(width) if layout.hasHeightForWidth() else layout.sizeHint().height()

    def settle(self) -> None:
        """Have all that lies in it known to its height, from the inside out, which layouts else learn one by one."""
        for widget in (*reversed(self.findChildren(QWidget)), self):
            layout = widget.layout() if widget.isVisible() else None
            if layout is not None:
                layout.activate()

    def event(self, event: QEvent) -> bool:
        """Tell when something in it has come to take more room, or less."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.grew.emit()
        return super().event(event)
