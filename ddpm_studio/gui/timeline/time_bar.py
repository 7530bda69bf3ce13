"""The timestep bar: one t for everything, with play and the numbers at t."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, QSignalBlocker, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from ddpm_studio.diffusion import CURVES, Schedule
from ddpm_studio.gui.explaining.explanations import symbol_tip
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.theme import Tokens, number_font
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.elided_label import ElidedLabel
from ddpm_studio.gui.widgets.jump_slider import JumpSlider
from ddpm_studio.gui.widgets.typed.draft import give_up_drafts
from ddpm_studio.gui.widgets.typed.whole_box import WholeBox
from ddpm_studio.numerals import numeral

PLAY_SECONDS = 8.0
"""Time that play takes from t = 0 to T, whatever T is."""

FRAME_MS = 16

WIDEST = "M   ᾱ 0.00000   √ᾱ 0.00000   √(1−ᾱ) 0.00000   SNR −00.000 dB"
"""What the read-out has room for from the start; it grows for numbers that are longer, and does not shrink again."""

READ_OUT_MARGIN = 12

STEP_KEYS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: 1,
}


class TimeBar(QWidget):
    """A slider over t = 0 … T of the selected schedule. `t_chosen` has the t that the user chose."""

    t_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._slider = JumpSlider()
        self._slider.setAccessibleName(self.tr("Timestep"))
        self._slider.setToolTip(
            self.tr("Timestep t: arrows step by 1, Page Up and Page Down by a tenth, Home and End go to 0 and T")
        )
        self._slider.setStatusTip(self.tr("Click or drag: move t · ← →: one step · Space: play"))
        self._slider.valueChanged.connect(self._choose)
        self._slider.installEventFilter(self)
        self.setFocusProxy(self._slider)
        self._selected = 0
        self._spin = WholeBox()
        self._spin.setRange(0, 0)
        self._spin.setAccessibleName(self.tr("Timestep, as a number"))
        self._spin.setToolTip(symbol_tip("t"))
        self._spin.valueChanged.connect(self._choose)
        self._refusal = ElidedLabel()
        self._refusal.label.setProperty("role", "warning")
        self._refusal.label.setAutoFillBackground(False)
        self._refusal.label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._refusal.hide()
        self._spin.draft.refused.connect(self._say_refused)
        self._play = QToolButton()
        self._play.setCheckable(True)
        self._play.toggled.connect(self._toggle_play)
        # A label would make the whole bar be laid out again with every t.
        self._numbers = QLineEdit()
        self._numbers.setReadOnly(True)
        self._numbers.setFrame(False)
        self._numbers.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._numbers.setProperty("role", "read-out")
        self._numbers.setAccessibleName(self.tr("Coefficients at t"))
        self._numbers.setToolTip(_read_out_tip())
        self._clock = QElapsedTimer()
        self._start = 0
        self._timer = QTimer(self, interval=FRAME_MS)
        self._timer.timeout.connect(self._advance)
        self._lay_out()
        self._show_playing(False)

    @Slot(object)
    def show_state(self, state: State) -> None:
        """Show t, its range, and the numbers of the selected schedule."""
        schedule = state.current.schedule
        if state.selected != self._selected:
            self._selected = state.selected
            give_up_drafts(self._spin)
        with QSignalBlocker(self._slider), QSignalBlocker(self._spin):
            self._slider.setRange(0, schedule.T)
            self._slider.setPageStep(max(1, schedule.T // 10))
            self._slider.setValue(state.t)
            if self._spin.maximum() != schedule.T:
                self._spin.set_ends(0, schedule.T)
                self._spin.setSuffix(f" / {schedule.T}")
            self._spin.setValue(state.t)
        self._numbers.setText(f"{state.letter(state.current)}   {numbers_at(schedule, state.t)}")
        self._numbers.setCursorPosition(0)
        self._make_room(self._numbers.text())

    def set_theme(self, tokens: Tokens) -> None:
        """Use tabular digits in the theme's font."""
        for widget in (self._numbers, self._spin):
            widget.setFont(number_font(self.font()))
        self._numbers.setFixedWidth(0)
        self._make_room(WIDEST)
        self._make_room(self._numbers.text())

    @property
    def playing(self) -> bool:
        """True while t moves by itself."""
        return self._timer.isActive()

    @Slot()
    def toggle_play(self) -> None:
        """Start or stop moving t."""
        self._play.toggle()

    @Slot()
    def stop(self) -> None:
        """Stop moving t."""
        self._play.setChecked(False)

    def handle_key(self, key: int) -> bool:
        """Move t by a key that nothing else used; True if the key means something here."""
        t, high, page = self._slider.value(), self._slider.maximum(), self._slider.pageStep()
        moves = {Qt.Key(k): t + step for k, step in STEP_KEYS.items()} | {
            Qt.Key.Key_PageDown: t - page,
            Qt.Key.Key_PageUp: t + page,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: high,
        }
        if key == Qt.Key.Key_Space:
            self.toggle_play()
        elif key in moves:
            self._slider.setValue(moves[Qt.Key(key)])
        else:
            return False
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Give the slider the same keys that work everywhere in the window."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and not event.modifiers():
            return self.handle_key(event.key())
        return super().eventFilter(watched, event)

    def _make_room(self, text: str) -> None:
        """Let the read-out hold a text whole, its unit included."""
        needed = self._numbers.fontMetrics().horizontalAdvance(text) + READ_OUT_MARGIN
        if needed > self._numbers.minimumWidth():
            self._numbers.setFixedWidth(needed)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 10, 0)
        row.setSpacing(10)
        label = QLabel(self.tr("&t"))
        label.setBuddy(self._slider)
        label.setToolTip(symbol_tip("t"))
        row.addWidget(self._play)
        row.addWidget(label)
        row.addWidget(self._slider, 1)
        # In room that the slider gives up meanwhile, so that the bar grows in no direction.
        row.addWidget(self._refusal, 2)
        row.addWidget(self._spin)
        row.addWidget(self._numbers)

    @Slot(str)
    def _say_refused(self, reason: str) -> None:
        self._refusal.say(reason)
        self._refusal.setVisible(bool(reason))

    @Slot(int)
    def _choose(self, t: int) -> None:
        self.stop()
        self._spin.draft.give_up()
        # Slider and number agree before the state comes back: a key may follow at once.
        with QSignalBlocker(self._slider), QSignalBlocker(self._spin):
            self._slider.setValue(t)
            self._spin.setValue(t)
        self.t_chosen.emit(t)

    @Slot(bool)
    def _toggle_play(self, playing: bool) -> None:
        if playing:
            self._start = 0 if self._slider.value() == self._slider.maximum() else self._slider.value()
            self._clock.start()
            self._timer.start()
        else:
            self._timer.stop()
        self._show_playing(playing)

    def _show_playing(self, playing: bool) -> None:
        self._play.setText("⏸" if playing else "▶")
        self._play.setAccessibleName(self.tr("Pause") if playing else self.tr("Play"))
        self._play.setToolTip(self.tr("Pause (Space)") if playing else self.tr("Play t from here to T (Space)"))

    @Slot()
    def _advance(self) -> None:
        high = self._slider.maximum()
        t = min(high, self._start + round(high * self._clock.elapsed() / 1000 / PLAY_SECONDS))
        self.t_chosen.emit(t)
        if t == high:
            self.stop()


READ_OUT = {
    "alphas_cumprod": ("ᾱ", ""),
    "sqrt_alphas_cumprod": ("√ᾱ", ""),
    "sqrt_one_minus_alphas_cumprod": ("√(1−ᾱ)", ""),
    "snr_db": ("SNR", " dB"),
}
"""The curves that are read out, each with what stands before its value and after it."""


def numbers_at(schedule: Schedule, t: int) -> str:
    """The read-out at t: ᾱ, both weights and the SNR in dB; t = 0 is the clean picture."""
    if t == 0:
        return "ᾱ 1   √ᾱ 1   √(1−ᾱ) 0   SNR ∞ dB"
    c = schedule.coefficients
    return "   ".join(f"{head} {numeral(c[name][t - 1])}{unit}" for name, (head, unit) in READ_OUT.items())


def _read_out_tip() -> str:
    """What each of them is, with its name in code."""
    return "\n".join(f"{head}  {name}: {translated(CURVES[name].meaning)}" for name, (head, _) in READ_OUT.items())
