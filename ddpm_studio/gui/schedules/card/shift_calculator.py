"""ShiftCalculator: the shift that a size of pictures asks for, by the rules of published models."""

from __future__ import annotations

import html
from collections.abc import Callable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QDialog, QFormLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ddpm_studio.diffusion.resolution.shift_rules import MAX_FRAMES, MAX_SIDE, SHIFT_RULES, ShiftRule, SizedShift
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.mathtext import math_html, sentence_html
from ddpm_studio.gui.widgets.typed.refusal_note import RefusalNote
from ddpm_studio.gui.widgets.typed.whole_box import WholeBox
from ddpm_studio.gui.widgets.wheel import require_focus_for_wheel
from ddpm_studio.numerals import numeral

FLOW_SHIFT = "shift"
"""The key of a flow's own shift s; any other parameter takes c = s²."""

WIDTH = 340
"""Width of the dialog, in which sentences are wrapped, in pixels of the system's font."""


class ShiftCalculator(QDialog):
    """Shows a rule's tokens and shift for a size as it is changed. It does not block the window.

    `chosen` has the key of the parameter that the shift is for, and its value. What was typed is there again the next
    time it is opened.
    """

    chosen = Signal(str, object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Shift by size"))
        self._key = FLOW_SHIFT
        self._why_not: Callable[[float], str] = lambda _: ""
        self.rule, self.width_box, self.height_box, self.frames = QComboBox(), WholeBox(), WholeBox(), WholeBox()
        self._about, self._tokens, self._shift, self._warning, self._reason = (QLabel() for _ in range(5))
        self.use, self.leave = QPushButton(), QPushButton(self.tr("Cl&ose"))
        self._fill()
        self._describe()
        self._lay_out()
        self._connect()
        self._refresh()

    def open_for(self, key: str, why_not: Callable[[float], str]) -> None:
        """Open, or come to the front, for the parameter of this key, whose values `why_not` refuses with a reason."""
        self._key, self._why_not = key, why_not
        self._refresh()
        self.show()
        self.raise_()
        self.activateWindow()
        self.rule.setFocus()

    @property
    def found(self) -> SizedShift:
        """What the rule gives for the size."""
        rule = self._rule
        return rule.of_size(self.width_box.value(), self.height_box.value(), self.frames.value() if rule.frames else 1)

    @property
    def value(self) -> float:
        """The value of the parameter."""
        return self.found.shift if self._key == FLOW_SHIFT else self.found.snr_shift

    @property
    def _rule(self) -> ShiftRule:
        return SHIFT_RULES[self.rule.currentData()]

    # making

    def _fill(self) -> None:
        for rule in SHIFT_RULES.values():
            self.rule.addItem(translated(rule.label), rule.name)
        for box, value, high in (
            (self.width_box, 1024, MAX_SIDE),
            (self.height_box, 1024, MAX_SIDE),
            (self.frames, 1, MAX_FRAMES),
        ):
            box.setRange(1, high)
            box.setValue(value)

    def _describe(self) -> None:
        self.rule.setAccessibleName(self.tr("Rule"))
        self.width_box.setAccessibleName(self.tr("Width in pixels"))
        self.height_box.setAccessibleName(self.tr("Height in pixels"))
        self.frames.setAccessibleName(self.tr("Number of frames"))
        self.leave.setAccessibleName(self.tr("Close"))
        self._tokens.setToolTip(self.tr("What the model counts: squares of pixels; in videos, of several frames"))
        for label, role in ((self._about, "muted"), (self._warning, "warning"), (self._reason, "muted")):
            label.setProperty("role", role)
            label.setWordWrap(True)
        for label in (self._tokens, self._shift, self._warning):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._reason.setText(
            sentence_html(
                self.tr(
                    "A larger picture shows the same detail in m/n times as many pixels, whose mean has that much less "
                    "noise: dividing the SNR by c = m/n makes up for it, and s = √c."
                )
            )
        )

    def _lay_out(self) -> None:
        form, foot, whole = QFormLayout(), QHBoxLayout(), QVBoxLayout(self)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(_label(self.tr("&Rule"), self.rule), _column(self.rule, self._about))
        notes = (RefusalNote(box.draft) for box in (self.width_box, self.height_box))
        form.addRow(_label(self.tr("&Size"), self.width_box), _column(self._size(), *notes))
        frames = _column(self.frames, RefusalNote(self.frames.draft))
        form.addRow(_label(self.tr("&Frames"), self.frames), frames)
        form.addRow(self.tr("Tokens"), self._tokens)
        form.addRow(self.tr("Shift"), self._shift)
        for button in (self.use, self.leave):
            button.setAutoDefault(False)
            foot.addWidget(button)
        foot.insertStretch(1)
        whole.addLayout(form)
        for part in (self._warning, self._reason):
            whole.addWidget(part)
        whole.addStretch(1)
        whole.addLayout(foot)
        self.setMinimumWidth(WIDTH)

    def _size(self) -> QWidget:
        size = QWidget()
        row = QHBoxLayout(size)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.width_box, 1)
        row.addWidget(QLabel("×"))
        row.addWidget(self.height_box, 1)
        return size

    def _connect(self) -> None:
        require_focus_for_wheel(self.rule)
        self.rule.currentIndexChanged.connect(self._refresh)
        for box in (self.width_box, self.height_box, self.frames):
            require_focus_for_wheel(box)
            box.valueChanged.connect(self._refresh)
        self.use.clicked.connect(self._use)
        self.leave.clicked.connect(self.close)

    # showing

    @Slot()
    def _refresh(self) -> None:
        rule = self._rule
        for box in (self.width_box, self.height_box):
            box.set_ends(rule.side, MAX_SIDE)
        self.frames.setEnabled(bool(rule.frames))
        self.frames.setToolTip("" if rule.frames else self.tr("This rule is for single pictures"))
        self._about.setText(f"{math_html(rule.formula)}<br>{html.escape(translated(rule.source))}")
        found = self.found
        sides = " × ".join(str(each) for each in (found.columns, found.rows, found.layers)[: 3 if rule.frames else 2])
        self._tokens.setText(f"{found.tokens} = {sides}")
        self._shift.setText(math_html(f"s = {numeral(found.shift)},  c = s^2 = {numeral(found.snr_shift)}"))
        self._offer(found)
        self.adjustSize()

    def _offer(self, found: SizedShift) -> None:
        """Say what to know before the value is used, and what it is used as."""
        refusal = self._why_not(self.value)
        said = [*map(translated, found.warnings()), *filter(None, [refusal])]
        self._warning.setText("<br>".join(map(sentence_html, said)))
        self._warning.setVisible(bool(said))
        self.use.setEnabled(not refusal)
        symbol = "s" if self._key == FLOW_SHIFT else "c"
        text = self.tr("&Use {symbol} = {value}").format(symbol=symbol, value=numeral(self.value))
        self.use.setText(text)
        self.use.setAccessibleName(text.replace("&", ""))

    @Slot()
    def _use(self) -> None:
        self.chosen.emit(self._key, self.value)


def _label(text: str, buddy: QWidget) -> QLabel:
    label = QLabel(text)
    label.setBuddy(buddy)
    return label


def _column(*parts: QWidget) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(2)
    for part in parts:
        column.addWidget(part)
    return column
