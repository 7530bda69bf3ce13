"""Question page: the question of a sweep, as a form and as its text, each of which changes the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import StudioError
from ddpm_studio.gui.lab.asking.fault_line import line_of_fault
from ddpm_studio.gui.lab.asking.question_form import GAP, QuestionForm
from ddpm_studio.gui.lab.asking.question_text import QuestionText
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.theme import Tokens
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.elided_label import ElidedLabel
from ddpm_studio.gui.widgets.switch import Switch
from ddpm_studio.lab.asked_points import AskedPoints
from ddpm_studio.lab.first_question import default_question
from ddpm_studio.lab.sweep import Sweep
from ddpm_studio.lab.sweep_cost import cost_of
from ddpm_studio.lab.sweep_toml import parse_sweep, sweep_text

ROOMY = 960
"""Width from which on form and text stand side by side, in pixels."""

PAUSE_MS = 300
"""How long nothing is typed before the text is read."""

_FORM, _TEXT = "form", "text"


class QuestionPage(QWidget):
    """Shows a question. `changed` has the text of another one, which is a sweep; `opened` and `saved` ask for a file.

    A text that is not one stays with its sentence, and the last good question with it, until it is mended.
    """

    changed = Signal(str)
    opened = Signal()
    saved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form, self.text = QuestionForm(), QuestionText()
        self.fault, self.cost, self.waiting = QLabel(), ElidedLabel(), QLabel()
        self.default, self.back = QPushButton(self.tr("Default question")), QPushButton(self.tr("Last question"))
        self.open, self.save = QPushButton(self.tr("Open text…")), QPushButton(self.tr("Save text…"))
        self.copy = QPushButton(self.tr("Copy for the shell"))
        self.turn = Switch(
            self.tr("The question as"),
            {
                _FORM: (self.tr("Form"), self.tr("The question as lists and fields")),
                _TEXT: (self.tr("Text"), self.tr("The question as TOML")),
            },
        )
        self._question, self._state = "", State()
        self._sweep: Sweep | None = None
        self._face = _FORM
        self._reading = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._describe()
        self._lay_out()
        self._connect()
        self._show_fault("")
        self._show_faces()

    def show_question(self, text: str) -> None:
        """Show another question, which is a sweep, or "" for none; what is typed stays if it is the same as before."""
        if text == self._question:
            return
        self._question = text
        self._write(text)
        self._read(told=False)

    def show_state(self, state: State) -> None:
        """Offer what the window has, and reckon with its checkpoint."""
        self._state = state
        self.form.show_state(state)
        self._show_cost()

    def set_theme(self, tokens: Tokens) -> None:
        """Take the theme's colours."""
        self.text.set_theme(tokens)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show form and text side by side where there is room for both."""
        super().resizeEvent(event)
        self._show_faces()

    @Slot()
    def read_text(self) -> None:
        """Take the text that is typed, or say what is wrong with it."""
        self._read(told=True)

    def _read(self, *, told: bool) -> None:
        self._reading.stop()
        text = self.text.toPlainText()
        try:
            sweep = parse_sweep(text) if text.strip() or told else None
        except StudioError as error:
            line = line_of_fault(text, error)
            self.text.mark(line)
            reason = translated(error)
            self._show_fault(
                reason if line is None else self.tr("Line {number}: {reason}").format(number=line, reason=reason)
            )
            self.form.setEnabled(False)
            return
        self._take(sweep, text if told else None)

    def _take(self, sweep: Sweep | None, text: str | None) -> None:
        """Show a sweep, and tell of its text if that is another one."""
        self.text.mark(None)
        self._sweep = sweep
        self.form.setEnabled(sweep is not None)
        if sweep is not None:
            self.form.show_sweep(sweep)
        self._show_cost()
        new = text is not None and text != self._question
        self._question = self._question if text is None else text
        self._show_fault("")
        if new:
            self.changed.emit(self._question)

    @Slot(object)
    def _change(self, changes: Mapping[str, object]) -> None:
        """Take what was chosen in the form, if it makes a sweep; else say why not, and keep the question."""
        assert self._sweep is not None
        try:
            sweep = replace(self._sweep, **changes)  # type: ignore[arg-type]  # Each is of the type of its field.
        except StudioError as error:
            self._show_fault(translated(error))
            return
        self._write(sweep_text(sweep))
        self._take(sweep, sweep_text(sweep))

    def _write(self, text: str) -> None:
        with QSignalBlocker(self.text):
            self.text.write(text)
        self._reading.stop()

    def _show_fault(self, sentence: str) -> None:
        self.fault.setText(sentence)
        self.fault.setVisible(bool(sentence))
        waits = bool(sentence) and self.text.toPlainText() != self._question
        self.waiting.setVisible(waits)
        self.back.setVisible(bool(sentence) and bool(self._question))
        for button in (self.save, self.copy):
            button.setEnabled(bool(self._question))

    def _show_cost(self) -> None:
        sweep, card = self._sweep, self._state.sampling.card
        if sweep is None:
            self.cost.say("")
            return
        known = card is not None and card.path == sweep.checkpoint
        shape = card.shape if card is not None and known else ()
        schedule = card.schedule if card is not None and known else Schedule()
        cost = cost_of(AskedPoints(sweep, "").points, schedule, shape)
        said = self.tr("{points} points, {calls} network calls").format(points=cost.points, calls=cost.calls)
        if known:
            said = self.tr("{work}, {size} MiB").format(work=said, size=f"{cost.size / 2**20:.1f}")
        self.cost.say(" ".join((f"{said}.", *map(translated, sweep.left_out))))

    @Slot()
    def _ask_default(self) -> None:
        sweep = default_question(self._state.sampling.checkpoint)
        self._write(sweep_text(sweep))
        self._take(sweep, sweep_text(sweep))

    @Slot()
    def _go_back(self) -> None:
        self._write(self._question)
        self._read(told=False)

    @Slot()
    def _copy(self) -> None:
        """Copy what makes the file and draws it; TOML that the program writes has no line that ends it too early."""
        if self._sweep is not None:
            said = f"cat > question.toml <<'END'\n{sweep_text(self._sweep)}END\n"
            QApplication.clipboard().setText(f"{said}ddpm-studio sweep question.toml -o results\n")

    @Slot(str)
    def _turn_to(self, face: str) -> None:
        self._face = face
        self._show_faces()

    def _show_faces(self) -> None:
        roomy = self.width() >= ROOMY
        self.turn.setVisible(not roomy)
        self.turn.show_value(self._face)
        self.form.setVisible(roomy or self._face == _FORM)
        self.text.setVisible(roomy or self._face == _TEXT)

    def _describe(self) -> None:
        self.fault.setProperty("role", "warning")
        self.fault.setWordWrap(True)
        self.waiting.setText(self.tr("The form waits until the text is a question again."))
        self.waiting.setProperty("role", "muted")
        self.cost.setToolTip(self.tr("What the question takes; a network call is counted for each picture"))
        self.default.setToolTip(self.tr("Ask about six solvers from 4 to 20 network calls"))
        self.back.setToolTip(self.tr("Throw away what is typed, and show the last good question"))
        self.open.setToolTip(self.tr("Open a question from a file of TOML"))
        self.save.setToolTip(self.tr("Save the question as a file that the shell takes as well"))
        self.copy.setToolTip(self.tr("Copy the lines that ask the same question in a shell"))

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        for widget in (self.turn, self.default, self.open, self.save, self.copy):
            buttons.addWidget(widget)
        buttons.addStretch(1)
        faces = QHBoxLayout()
        faces.setSpacing(GAP)
        faces.addWidget(self.form, 3)
        faces.addWidget(self.text, 2)
        said = QHBoxLayout()
        said.addWidget(self.fault, 1)
        said.addWidget(self.waiting)
        said.addWidget(self.back)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(buttons)
        column.addLayout(faces, 1)
        column.addLayout(said)
        column.addWidget(self.cost)

    def _connect(self) -> None:
        self.form.changed.connect(self._change)
        self.text.textChanged.connect(self._reading.start)
        self._reading.timeout.connect(self.read_text)
        self.default.clicked.connect(self._ask_default)
        self.back.clicked.connect(self._go_back)
        self.open.clicked.connect(self.opened)
        self.save.clicked.connect(self.saved)
        self.copy.clicked.connect(self._copy)
        self.turn.chosen.connect(self._turn_to)
