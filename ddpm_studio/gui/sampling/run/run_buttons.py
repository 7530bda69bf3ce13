"""Buttons of a run: run, pause, step, stop."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from ddpm_studio.gui.state.phase import AT_REST, PAUSABLE, UNDER_WAY, Phase
from ddpm_studio.gui.theme import LIGHT, Tokens
from ddpm_studio.gui.widgets.transport import Sign, transport_icon

TIGHT = "QToolButton { padding: 4px 3px; }"
"""Of buttons with a sign alone, so that all of them have room in a small window."""


class RunButtons(QWidget):
    """Shows a phase. Run starts again at any time, pause also resumes, step also begins a run."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._phase = Phase.IDLE
        self._tokens = LIGHT
        self._drawn: tuple[object, ...] = ()
        self.run = QToolButton()
        self.run.setText(self.tr("Run"))
        self.run.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.run.setProperty("role", "primary")
        self.run.setToolTip(self.tr("Draw pictures with this checkpoint (Ctrl+R)"))
        self.pause, self.step, self.stop = QToolButton(), QToolButton(), QToolButton()
        self._describe(self.step, self.tr("Step"), self.tr("Make one network call, then pause (Ctrl+Right)"))
        self._describe(self.stop, self.tr("Stop"), self.tr("Stop the run; what is recorded is kept (Esc)"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for button in (self.pause, self.step, self.stop):
            button.setStyleSheet(TIGHT)
        for button in (self.run, self.pause, self.step, self.stop):
            row.addWidget(button)
        self.show_phase(Phase.IDLE)

    def show_phase(self, phase: Phase) -> None:
        """Enable what can be done now; Step always can, so that it keeps the focus when it begins a run."""
        self._phase = phase
        self.pause.setEnabled(phase in PAUSABLE)
        self.stop.setEnabled(phase in UNDER_WAY)
        if phase in AT_REST:
            self._describe(self.pause, self.tr("Resume"), self.tr("Resume (Space)"))
        else:
            self._describe(self.pause, self.tr("Pause"), self.tr("Pause before the next network call (Space)"))
        self._draw()

    def set_theme(self, tokens: Tokens) -> None:
        """Take the theme's colours."""
        self._tokens = tokens
        self._draw()

    def _describe(self, button: QToolButton, name: str, tip: str) -> None:
        button.setAccessibleName(name)
        button.setToolTip(tip)

    def _draw(self) -> None:
        paused = self._phase in AT_REST
        drawn = (paused, self._tokens, self.devicePixelRatioF())
        if drawn == self._drawn:
            return
        self._drawn = drawn
        signs = {
            self.run: Sign.PLAY,
            self.pause: Sign.PLAY if paused else Sign.PAUSE,
            self.step: Sign.STEP,
            self.stop: Sign.STOP,
        }
        for button, sign in signs.items():
            color = self._tokens.on_accent if button is self.run else self._tokens.text
            button.setIcon(transport_icon(sign, color, self._tokens.muted, self.devicePixelRatioF()))
