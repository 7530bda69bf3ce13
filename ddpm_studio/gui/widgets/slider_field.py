"""SliderField: a label, a slider and a spin box that together hold one number."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtGui import QColor, QMouseEvent, QPalette
from PySide6.QtWidgets import QAbstractSlider, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from ddpm_studio.gui.widgets.jump_slider import JumpSlider
from ddpm_studio.gui.widgets.number_box import NumberBox, number_text
from ddpm_studio.gui.widgets.scale import POSITIONS, Scale
from ddpm_studio.gui.widgets.sizes.by_font import keep_width
from ddpm_studio.gui.widgets.typed.refusal_note import RefusalNote

_Action = QAbstractSlider.SliderAction
_STEPS = {
    _Action.SliderSingleStepAdd: 1,
    _Action.SliderSingleStepSub: -1,
    _Action.SliderPageStepAdd: 10,
    _Action.SliderPageStepSub: -10,
}
_BOX_FRAME = 22
"""Width that a spin box needs besides its digits, in pixels."""


class _Label(QLabel):
    double_clicked = Signal()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.double_clicked.emit()
        event.accept()


class SliderField(QWidget):
    """One number, set by drag, click, wheel or keys on the slider, or by wheel, keys or typing in the spin box.

    A double click on slider or label restores `default`. `changed` has the value that the user chose; `adjusting` says
    when the handle is grabbed and released. `label` is HTML, `name` plain text.
    """

    changed = Signal(float)
    adjusting = Signal(bool)

    def __init__(self, label: str, name: str, scale: Scale, default: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scale, self._default, self._value = scale, default, default
        self._label = _Label(label)
        self._slider = JumpSlider()
        self._box = NumberBox(scale)
        self._lay_out()
        self._label.setVisible(bool(label))
        self._name = name
        self._describe()
        self._connect()
        self._refresh()

    @property
    def value(self) -> float:
        """The number that the field shows."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show another value; nothing is emitted, and half-typed text stays if the value is the same."""
        if value != self._value:
            self._value = value
            self._refresh()

    @property
    def default(self) -> float:
        """The number that a double click restores."""
        return self._default

    def set_default(self, default: float) -> None:
        """Have a double click restore another number."""
        if default != self._default:
            self._default = default
            self._describe()

    def refuse_by(self, why_not: Callable[[float], str]) -> None:
        """Refuse typed numbers for which `why_not` has a reason, rather than those off the scale."""
        self._box.refuse_by(why_not)

    def label_width(self) -> int:
        """The label's preferred width, in pixels."""
        return self._label.sizeHint().width()

    def set_label_width(self, width: int) -> None:
        """Set the label's width, so that the sliders of several fields line up in one column."""
        self._label.setFixedWidth(width)

    def add_before_box(self, widget: QWidget) -> None:
        """Have a widget between the slider and the spin box, whose place stays that of other fields."""
        self._row.insertWidget(self._row.indexOf(self._box), widget)

    def narrow_box(self, digits: int = 6) -> None:
        """Limit the spin box to so many digits, where space is tight."""
        keep_width(self._box, lambda: self.fontMetrics().horizontalAdvance("0" * digits) + _BOX_FRAME)

    def set_hint(self, hint: str) -> None:
        """Say at the foot of the window what the mouse can do here."""
        for part in (self._slider, self._label):
            part.setStatusTip(hint)

    def set_color(self, color: QColor) -> None:
        """Fill the slider up to its handle in a colour, which a style sheet keeps from it that is given to a parent."""
        palette = self._slider.palette()
        if palette.color(QPalette.ColorRole.Highlight) != color:
            palette.setColor(QPalette.ColorRole.Highlight, color)
            self._slider.setPalette(palette)

    def _lay_out(self) -> None:
        column, row = QVBoxLayout(self), QHBoxLayout()
        self._row = row
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        row.setSpacing(6)
        row.addWidget(self._label)
        row.addWidget(self._slider, 1)
        row.addWidget(self._box)
        column.addWidget(RefusalNote(self._box.draft))
        self._slider.setRange(0, POSITIONS)
        self._slider.setMinimumWidth(60)
        self._label.setBuddy(self._box)
        self.setFocusProxy(self._box)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _describe(self) -> None:
        name = self._name
        tip = self.tr("{name}: {low} to {high}. Double-click for the default, {default}.").format(
            name=name,
            low=number_text(self._scale.low),
            high=number_text(self._scale.high),
            default=number_text(self._default),
        )
        self.setToolTip(tip)
        self.set_hint(self.tr("Drag: change it · double-click: back to the default"))
        self._slider.setAccessibleName(self.tr("{name}, slider").format(name=name))
        self._box.setAccessibleName(name)

    def _connect(self) -> None:
        self._slider.valueChanged.connect(self._slide)
        self._slider.actionTriggered.connect(self._step)
        self._slider.sliderPressed.connect(self._take)
        self._slider.sliderReleased.connect(self._let_go)
        self._slider.double_clicked.connect(self._reset)
        self._label.double_clicked.connect(self._reset)
        self._box.valueChanged.connect(self._choose)

    @Slot(int)
    def _slide(self, position: int) -> None:
        self._choose(self._scale.value(position))

    @Slot(int)
    def _step(self, action: int) -> None:
        """Step with keys and wheel as in the spin box; a slider's positions are too coarse for small values."""
        steps = _STEPS.get(_Action(action), 0)
        if steps:
            self._choose(self._scale.stepped(self._value, steps))

    @Slot()
    def _take(self) -> None:
        self.adjusting.emit(True)

    @Slot()
    def _let_go(self) -> None:
        self._refresh()
        self.adjusting.emit(False)

    @Slot()
    def _reset(self) -> None:
        self._choose(self._default)

    @Slot(float)
    def _choose(self, value: float) -> None:
        self._box.draft.give_up()
        if value != self._value:
            self._value = value
            self._refresh()
            self.changed.emit(value)

    def _refresh(self) -> None:
        with QSignalBlocker(self._slider), QSignalBlocker(self._box):
            self._box.setValue(self._value)
            if not self._slider.isSliderDown():
                self._slider.setValue(self._scale.position(self._value))
