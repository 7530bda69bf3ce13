"""SceneStrip: a guided question above the rest of the window, which makes room for it, or the offer to begin."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ddpm_studio.gui.scenes.scene_actions import AskedScene
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.theme import Tokens
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.focus import give_up_focus, takes_text
from ddpm_studio.gui.widgets.mathtext import sentence_html

DONE = "✓ "
"""Before what was to be seen, once the gesture is done."""

LONGEST_LINE = 1000
"""Width of what is said at most, in pixels in the system's font: about 150 letters."""


class SceneStrip(QFrame):
    """Shows a scene, what it asks for, and, once that is done, what was to be seen; it is gone while there is none.

    Its signals say what the person chose: the scene before or after, to keep the schedules, to leave, or to begin.
    """

    back_wanted, next_wanted, keep_wanted = Signal(), Signal(), Signal()
    leave_wanted, start_wanted = Signal(), Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("scenes")
        self.place, self.title, self.said = _label("muted"), _label("heading"), _label("")
        self.gesture, self.reward = _label("accent"), _label("accent")
        self.back = _button(self.tr("‹ Back"), self.tr("The question before"))
        self.next = _button(self.tr("Next ›"), self.tr("The next question"))
        kept = self.tr("Take these schedules into your own list, and go back to it")
        self.keep = _button(self.tr("Keep this"), kept, _LeadingAway)
        self.start = _button(self.tr("Start"), self.tr("Begin with the first question"))
        self.later = _button(self.tr("Not now"), self.tr("They are in the menu Help"))
        self.close_button = _button("✕", self.tr("Go back to what you had (Esc)"), _LeadingAway)
        self.close_button.setAccessibleName(self.tr("Go back to what you had"))
        self.start.setProperty("role", "primary")
        self._lay_out()
        self._connect()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.hide()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self.place)
        head.addWidget(self.title, 1)
        for button in (self.start, self.later, self.back, self.next, self.keep, self.close_button):
            head.addWidget(button)
        # Both have their room from the beginning: nothing moves under the mouse that does what is asked for.
        self._below = QStackedLayout()
        self._below.addWidget(self.gesture)
        self._below.addWidget(self.reward)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 4, 8, 6)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self.said)
        column.addLayout(self._below)

    def _connect(self) -> None:
        self.back.clicked.connect(self.back_wanted)
        self.next.clicked.connect(self.next_wanted)
        self.keep.clicked.connect(self.keep_wanted)
        self.close_button.clicked.connect(self.leave_wanted)
        self.start.clicked.connect(self.start_wanted)
        self.later.clicked.connect(self._vanish)

    def show_state(self, state: State) -> None:
        """Show nothing of it: what is shown of a scene comes with the scene."""

    def set_theme(self, tokens: Tokens) -> None:
        """Leave the colours to the style sheet, and let no line be longer than is read at ease."""
        for label in (self.said, self.gesture, self.reward):
            label.setMaximumWidth(tokens.scaled(LONGEST_LINE))

    @Slot()
    def show_offer(self) -> None:
        """Ask whether to begin."""
        self.place.setText("")
        self.title.setText(self.tr("Seven questions in five minutes"))
        self.said.setText(self.tr("See what a noise schedule does, one gesture at a time. What you have here stays."))
        self._show_parts(asked=False)

    @Slot(object)
    def show_scene(self, asked: AskedScene | None) -> None:
        """Show a scene, or go away."""
        if asked is None:
            self._vanish()
            return
        scene = asked.scene
        self.place.setText(f"{asked.place + 1}/{asked.count}")
        self.title.setText(sentence_html(translated(scene.title)))
        self.said.setText(" ".join(sentence_html(translated(each)) for each in scene.sentences))
        self.gesture.setText("▸ " + sentence_html(translated(scene.gesture)))
        self.reward.setText(DONE + sentence_html(translated(scene.reward)))
        self._show_parts(asked=True)
        if not asked.done and takes_text(QApplication.focusWidget()):
            self.window().setFocus()  # Lest a key that the scene asks for is typed where the last one had a text.
        self.back.setEnabled(asked.place > 0)
        self._light(asked)

    def _light(self, asked: AskedScene) -> None:
        """Say what was to be seen, and let the way on stand out, once the gesture is done."""
        self._below.setCurrentWidget(self.reward if asked.done else self.gesture)
        self.next.setText(self.tr("Finish") if asked.is_last else self.tr("Next ›"))
        self.next.setToolTip(self.tr("Go back to what you had") if asked.is_last else self.tr("The next question"))
        role = "primary" if asked.done else ""
        if self.next.property("role") != role:
            self.next.setProperty("role", role)
            self.next.style().unpolish(self.next)
            self.next.style().polish(self.next)

    def _show_parts(self, asked: bool) -> None:
        for part in (self.place, self.back, self.next, self.keep, self.close_button):
            part.setVisible(asked)
        for part in (self.start, self.later):
            part.setVisible(not asked)
        if not asked:
            self.gesture.setText("")
            self.reward.setText("")
        self.show()

    @Slot()
    def _vanish(self) -> None:
        give_up_focus(self, self.window())
        self.hide()


class _Sentences(QLabel):
    """A text of as many lines as it needs where it is as wide as it may be, which layouts don't ask for."""

    def heightForWidth(self, width: int) -> int:
        """The height of the text."""
        return super().heightForWidth(min(width, self.maximumWidth()))


def _label(role: str) -> QLabel:
    label = _Sentences()
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setWordWrap(True)
    label.setProperty("role", role)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


class _LeadingAway(QToolButton):
    """A button that the second click of a double click does not press: it was meant for what stood there before."""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Do nothing."""
        event.accept()


def _button(text: str, tip: str, kind: type[QToolButton] = QToolButton) -> QToolButton:
    """A button that a click leaves without the focus: what the keys did before, they go on doing."""
    button = kind()
    button.setText(text)
    button.setToolTip(tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
