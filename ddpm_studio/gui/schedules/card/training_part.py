"""TrainingPart: what the chosen line is trained for, in its card: prediction, draw, loss weight and their options."""

from __future__ import annotations

import html
from collections.abc import Mapping

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from ddpm_studio.diffusion.options import Option, as_number
from ddpm_studio.diffusion.parametrisation import FORMS
from ddpm_studio.diffusion.training.draws import DRAWS
from ddpm_studio.diffusion.training.loss_weights import LOSS_WEIGHTS
from ddpm_studio.diffusion.training.objective import PLAIN, WORDS, Objective
from ddpm_studio.diffusion.training.predictions import PREDICTIONS
from ddpm_studio.errors import StudioError
from ddpm_studio.gui.schedules.card.same_objective import said_of_same
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.fields import Fields
from ddpm_studio.gui.widgets.mathtext import math_html, plain_tip, sentence_html
from ddpm_studio.gui.widgets.scale import Scale
from ddpm_studio.gui.widgets.sizes.head_button import HeadButton
from ddpm_studio.gui.widgets.slider_field import SliderField
from ddpm_studio.gui.widgets.wheel import require_focus_for_wheel


class TrainingPart(QWidget):
    """The controls of all that the objective of a State's chosen line consists of; its `head` opens them.

    `chosen` has the objective that the user chose; `adjusting` says when a slider is grabbed and released.
    """

    chosen = Signal(object)
    adjusting = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = State()
        self._compared: object = None
        self._color = QColor()
        self.fields = Fields(self)
        self.head, self._body, self._same = HeadButton(), QWidget(), QLabel()
        self.sliders: dict[str, SliderField] = {}
        self._options: tuple[Option, ...] = ()
        self._column = QVBoxLayout()
        self.head.setToolTip(self.tr("What a network is trained for along this schedule, and what each level weighs"))
        self._lay_out()
        self.head.toggled.connect(self._fold)
        self.fields.changed.connect(self._choose)

    def show_state(self, state: State) -> None:
        """Show the objective of a state's chosen line; what cannot be seen is left until it is opened."""
        self._state = state
        train = state.current.train
        words = " · ".join(word for key in WORDS if (word := getattr(train, key)) != WORDS[key])
        self.head.set_title(self.tr("Training: {words}").format(words=words) if words else self.tr("Training"))
        if self.head.isChecked():
            self._show_objective(train)
            self._show_same(state)

    def set_color(self, color: QColor) -> None:
        """Fill the sliders in the colour of a line."""
        self._color = color
        for slider in self.sliders.values():
            slider.set_color(color)

    @Slot(bool)
    def set_open(self, opened: bool) -> None:
        """Open it, or fold it."""
        self.head.setChecked(opened)

    def _lay_out(self) -> None:
        grid = QGridLayout(self._body)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for row, (key, title, box) in enumerate(self._boxes()):
            label = QLabel(title)
            label.setBuddy(box)
            box.setAccessibleName(title.replace("&", ""))
            grid.addWidget(label, row, 0)
            grid.addWidget(box, row, 1)
            self.fields.bind(key, box)
        self._column.setSpacing(4)
        grid.addLayout(self._column, len(WORDS), 0, 1, 2)
        self._same.setWordWrap(True)
        self._same.setProperty("role", "muted")
        grid.addWidget(self._same, len(WORDS) + 1, 0, 1, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._body)
        self.hide()
        self._same.hide()

    def _boxes(self) -> tuple[tuple[str, str, QComboBox], ...]:
        """The key of each choice, its title and its control."""
        predictions = {name: (f"{name}   {FORMS[name].symbol}", "") for name in PREDICTIONS}
        draws = {name: (translated(draw.label), _tip(draw.formula, draw.source)) for name, draw in DRAWS.items()}
        weights = {name: (translated(one.label), _tip(one.formula, one.source)) for name, one in LOSS_WEIGHTS.items()}
        return (
            ("predict", self.tr("Predicts"), _box(predictions)),
            ("draw", self.tr("Draws"), _box(draws)),
            ("weight", self.tr("Weight"), _box(weights)),
        )

    def _show_objective(self, train: Objective) -> None:
        if train.options != self._options:
            self._options = train.options
            self._rebuild()
        self.fields.show(**{key: getattr(train, key) for key in WORDS}, **train.values)

    def _rebuild(self) -> None:
        for slider in self.sliders.values():
            slider.hide()
            slider.deleteLater()
        self.sliders = {option.key: self._slider(option) for option in self._options}
        width = max((slider.label_width() for slider in self.sliders.values()), default=0)
        for slider in self.sliders.values():
            slider.set_label_width(width)
            self._column.addWidget(slider)
            slider.show()

    def _slider(self, option: Option) -> SliderField:
        default = as_number(option.default)
        scale = Scale(option.low, option.high, option.low, option.high, log=option.spans_decades)
        slider = SliderField(math_html(translated(option.label)), option.key, scale, default)
        slider.setToolTip(plain_tip(f"{translated(option.meaning)}\n{slider.toolTip()}"))
        slider.set_color(self._color)
        slider.adjusting.connect(self.adjusting)
        self.fields.bind(option.key, slider)
        return slider

    def _show_same(self, state: State) -> None:
        compared = [(each.key, each.spec, each.train, each.visible) for each in state.entries], state.selected
        if state.adjusting or compared == self._compared:
            return
        self._compared = compared
        sentences = said_of_same(state)
        self._same.setText("<br>".join(sentence_html(translated(sentence)) for sentence in sentences))
        self._same.setVisible(bool(sentences))

    @Slot(bool)
    def _fold(self, opened: bool) -> None:
        self.setVisible(opened)
        if opened and self._state.entries:
            self.show_state(self._state)

    @Slot(str, object)
    def _choose(self, key: str, value: object) -> None:
        train = self._state.current.train if self._state.entries else PLAIN
        try:
            self.chosen.emit(train.replace(**{key: value}))
        except StudioError:
            self._show_objective(train)

    def changeEvent(self, event: QEvent) -> None:
        """Have the labels of sliders as wide as the widest in another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            width = max((slider.label_width() for slider in self.sliders.values()), default=0)
            for slider in self.sliders.values():
                slider.set_label_width(width)


def _box(choices: Mapping[str, tuple[str, str]]) -> QComboBox:
    """A box of choices by name, each with its text and its tip."""
    box = QComboBox()
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMaxVisibleItems(len(choices))
    for name, (text, tip) in choices.items():
        box.addItem(text, name)
        box.setItemData(box.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
    require_focus_for_wheel(box)
    return box


def _tip(formula: str, source: str) -> str:
    return f"<p>{math_html(formula)}</p><p>{html.escape(translated(source))}</p>"
