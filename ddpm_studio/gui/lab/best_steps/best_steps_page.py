"""Best steps page: asks for the best N steps for a solver, and tells how the search goes and what it found."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from ddpm_studio.gui.lab.best_steps.found_view import FoundView
from ddpm_studio.gui.lab.best_steps.search_beside import FoundSteps, SearchAsked, SearchTold
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.theme import Tokens
from ddpm_studio.gui.widgets.sizes.sideways import Sideways
from ddpm_studio.gui.widgets.thin_bar import ThinBar
from ddpm_studio.gui.widgets.typed.refusal_note import RefusalNote
from ddpm_studio.gui.widgets.typed.typed_choice import TypedChoice
from ddpm_studio.gui.widgets.typed.whole_box import WholeBox
from ddpm_studio.gui.widgets.wheel import require_focus_for_wheel
from ddpm_studio.lab.optimizing.optimization import ENOUGH, FEWEST_STEPS, MOST_STEPS
from ddpm_studio.lab.optimizing.quiet_solvers import solvers_without_noise
from ddpm_studio.lab.written_solver import solver_text
from ddpm_studio.numerals import brief
from ddpm_studio.run_settings import MAX_PICTURES

GAP = 6
STEPS = 6
"""Steps that are asked for at first: those of a search of a minute or two."""


LETTERS = 8
"""Letters of a solver that have room at least."""


class BestStepsPage(QWidget):
    """A form, the progress of a search, and what was found last.

    `started` has a SearchAsked, and `stopped` asks to prove the best so far. Of what was found, `use_wanted` wants the
    sampler to take it, `steps_wanted` to show it on the curves, and `copy_wanted` to copy it in a form of a CopyMenu.
    """

    started = Signal(object)
    stopped = Signal()
    use_wanted = Signal()
    steps_wanted = Signal()
    copy_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.steps, self.pictures, self.held_out = WholeBox(), WholeBox(), WholeBox()
        self.solver, self.start, self.stop = TypedChoice(), QPushButton(), QToolButton()
        self.note, self.bar, self.found = QLabel(), ThinBar(), FoundView()
        self._followed = ""
        self._describe()
        self._lay_out()
        self._connect()
        self._rest(self._about(), "muted")

    def show_state(self, state: State) -> None:
        """Go along with the solver of the sampler, unless another is typed."""
        line = state.sampling.line
        text = solver_text(line.solver, dict(line.options))
        if text != self._followed and self.solver.currentText() == self._followed:
            self.solver.setEditText(text)
            self._followed = text

    def set_theme(self, tokens: Tokens) -> None:
        """Take the theme's colours, of which this has none of its own."""

    @Slot()
    def show_search(self) -> None:
        """Show that a search has begun."""
        self.start.setEnabled(False)
        self.stop.setEnabled(True)
        self._say(self.tr("Opening the checkpoint and drawing what pictures are compared with …"), "muted")
        self.bar.setRange(0, 0)
        self.bar.setVisible(True)

    @Slot(object)
    def show_told(self, told: SearchTold) -> None:
        """Show how far it is."""
        self.bar.setRange(0, told.most)
        self.bar.setValue(told.runs)
        if told.proving:
            self.bar.setRange(0, 0)
            said = self.tr("Proving the best on held-out pictures …")
        else:
            said = self.tr("Run {runs} of at most {most}: the best so far is {distance} from the reference ({name})")
        distance = brief(told.best)
        self._say(said.format(runs=told.runs, most=told.most, distance=distance, name=told.name), "muted")

    @Slot(object)
    def show_found(self, found: FoundSteps | None) -> None:
        """Show what was found, or for None that the search is over; a refusal stays."""
        if found is not None:
            self.found.show_found(found)
            self.found.setVisible(True)
        refused = self.note.property("role") == "warning"
        about = "" if self.found.isVisibleTo(self) else self._about()
        self._rest(self.note.text() if refused else about, "warning" if refused else "muted")

    @Slot(str)
    def show_refusal(self, sentence: str) -> None:
        """Say why there is no search, or no copy."""
        self._say(sentence, "warning")

    # making

    def _about(self) -> str:
        return self.tr(
            "The noise levels are moved until pictures come nearest to those of a fine run, and proved on pictures "
            "that had no part in it. Steps for one solver, or one number of them, are no good for another."
        )

    def _describe(self) -> None:
        self.solver.addItems(solvers_without_noise())
        self.solver.setCurrentText("")
        self.solver.setMinimumContentsLength(LETTERS)
        self.solver.setAccessibleName(self.tr("Solver"))
        self.solver.setToolTip(
            self.tr("A solver that adds no noise, with options such as {text}").format(text="order=3")
        )
        for box, low, high, value, name, tip in (
            (self.steps, FEWEST_STEPS, MOST_STEPS, STEPS, self.tr("Steps"), self.tr("Number of steps to find")),
            (self.pictures, 1, MAX_PICTURES, ENOUGH, self.tr("Pictures of the search"), self._about_pictures()),
            (self.held_out, 1, MAX_PICTURES, 2 * ENOUGH, self.tr("Held-out pictures"), self._about_held_out()),
        ):
            box.setRange(low, high)
            box.setValue(value)
            box.setAccessibleName(name)
            box.setToolTip(tip)
            require_focus_for_wheel(box)
        self.start.setText(self.tr("Find the best"))
        self.start.setToolTip(self.tr("Search with the checkpoint and the seed of the sampler"))
        self.stop.setText(self.tr("Stop"))
        self.stop.setToolTip(self.tr("End the search, and prove the best so far"))
        self.note.setWordWrap(True)
        self.bar.setAccessibleName(self.tr("Progress"))

    def _about_pictures(self) -> str:
        return self.tr("With fewer than {count} a search finds what is good for these alone").format(count=ENOUGH)

    def _about_held_out(self) -> str:
        return self.tr("Pictures that have no part in the search, on which its result is proved")

    def _lay_out(self) -> None:
        form, row, whole = QWidget(), QHBoxLayout(), QVBoxLayout(self)
        form.setLayout(row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        for text, field in (
            (self.tr("Best"), self.steps),
            (self.tr("steps for"), self.solver),
            (self.tr("pictures"), self.pictures),
            (self.tr("held out"), self.held_out),
        ):
            row.addWidget(QLabel(text))
            row.addWidget(field, int(field is self.solver))
        row.addWidget(self.start)
        row.addWidget(self.stop)
        row.addStretch(1)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(GAP)
        whole.addWidget(Sideways(form))
        for box in (self.steps, self.pictures, self.held_out):
            whole.addWidget(RefusalNote(box.draft))
        for part in (self.bar, self.note, self.found):
            whole.addWidget(part)
        whole.addStretch(1)
        self.found.setVisible(False)

    def _connect(self) -> None:
        self.start.clicked.connect(self._start)
        self.stop.clicked.connect(self.stopped)
        self.found.use.clicked.connect(self.use_wanted)
        self.found.show_steps.clicked.connect(self.steps_wanted)
        self.found.copying.wanted.connect(self.copy_wanted)

    @Slot()
    def _start(self) -> None:
        numbers = self.steps.value(), self.pictures.value(), self.held_out.value()
        self._say("", "muted")
        self.started.emit(SearchAsked(self.solver.currentText(), *numbers))

    def _rest(self, sentence: str, role: str) -> None:
        """Show that nothing is being searched for."""
        self.start.setEnabled(True)
        self.stop.setEnabled(False)
        self.bar.setVisible(False)
        self._say(sentence, role)

    def _say(self, sentence: str, role: str) -> None:
        self.note.setText(sentence)
        self.note.setVisible(bool(sentence))
        if self.note.property("role") != role:
            self.note.setProperty("role", role)
            self.note.style().polish(self.note)
