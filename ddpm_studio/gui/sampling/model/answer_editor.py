"""Editor in which the user corrects one value of an open checkpoint, shown in place of that value."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from ddpm_studio.errors import StudioError
from ddpm_studio.gui.sampling.model.answer_fields import AnswerField
from ddpm_studio.gui.sampling.model.answer_texts import meaning
from ddpm_studio.gui.translation import translated


class AnswerEditor(QWidget):
    """A control with its meaning below. `applied` carries Answers; Enter applies, Escape cancels."""

    applied = Signal(object)
    forgotten = Signal(str)
    cancelled = Signal()

    def __init__(self, key: str, field: AnswerField, given: bool) -> None:
        """`given` says that there is an answer to forget."""
        super().__init__()
        self.key, self.field = key, field
        self.apply_button, self.cancel_button, self.forget_button = QToolButton(), QToolButton(), QToolButton()
        self.apply_button.setText(self.tr("Apply"))
        self.apply_button.setProperty("role", "primary")
        self.cancel_button.setText(self.tr("Cancel"))
        self.forget_button.setText(self.tr("Forget"))
        self.forget_button.setToolTip(self.tr("Take back your answer; the file, or else an assumption, decides again"))
        self._about = QLabel()
        self._about.setWordWrap(True)
        self._about.setTextFormat(Qt.TextFormat.PlainText)
        self._lay_out()
        self.forget_button.setVisible(given)
        self._explain(meaning(key), "muted")
        self.apply_button.clicked.connect(self._apply)
        self.cancel_button.clicked.connect(self.cancelled)
        self.forget_button.clicked.connect(self._forget)
        self.setFocusProxy(field)

    @property
    def explanation(self) -> str:
        """The text below the control."""
        return self._about.text()

    def event(self, event: QEvent) -> bool:
        """Claim Escape, which otherwise stops a run while there is one."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter applies, Escape cancels."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._apply()
        elif event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        line, below = QHBoxLayout(), QHBoxLayout()
        for row in (line, below):
            row.setSpacing(4)
        line.addWidget(self.field, 1)
        line.addWidget(self.apply_button, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.cancel_button, 0, Qt.AlignmentFlag.AlignTop)
        below.addWidget(self._about, 1)
        below.addWidget(self.forget_button, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(2)
        column.addLayout(line)
        column.addLayout(below)

    def _explain(self, sentence: str, role: str) -> None:
        self._about.setText(sentence)
        self._about.setProperty("role", role)
        self._about.style().polish(self._about)

    @Slot()
    def _apply(self) -> None:
        try:
            answers = self.field.answers()
        except StudioError as error:
            self._explain(translated(error), "error")
        else:
            self._explain(meaning(self.key), "muted")
            self.applied.emit(answers)

    @Slot()
    def _forget(self) -> None:
        self.forgotten.emit(self.key)
