"""Run bar: checkpoint, solver, steps, the schedule whose noise levels are visited, and the buttons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ddpm_studio.diffusion.schedule import MAX_T
from ddpm_studio.diffusion.solvers import SOLVERS, Solver, solver_named
from ddpm_studio.gui.sampling.run.checkpoint_box import CheckpointBox
from ddpm_studio.gui.sampling.run.run_buttons import RunButtons
from ddpm_studio.gui.state.sampling import Line
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.fields import Fields
from ddpm_studio.gui.widgets.sizes.elided_box import ElidedBox
from ddpm_studio.gui.widgets.typed.draft import give_up_drafts
from ddpm_studio.gui.widgets.typed.refusal_note import RefusalNote
from ddpm_studio.gui.widgets.typed.whole_box import WholeBox
from ddpm_studio.gui.widgets.wheel import require_focus_for_wheel

SOLVER_LETTERS, ALONG_LETTERS = 11, 11
"""Letters of a solver and of a schedule that have room in any case: “dpm-solver++”, “own schedule”."""


class RunBar(QWidget):
    """Shows the chosen line of the setup; `sampler` holds its controls by the fields of Line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[tuple[str, int], ...] = ()
        self._line = 0
        self.checkpoint, self.buttons = CheckpointBox(), RunButtons()
        self.solver, self.steps, self.along = ElidedBox(SOLVER_LETTERS), WholeBox(), ElidedBox(ALONG_LETTERS)
        self._make_solver()
        self._make_steps()
        self._make_along()
        self._lay_out()
        self.sampler = Fields(self)
        for name, control in {"solver": self.solver, "steps": self.steps, "along": self.along}.items():
            self.sampler.bind(name, control)

    def show_state(self, state: State, recent: Sequence[str]) -> None:
        """Show the setup."""
        setup = state.sampling
        if setup.line.key != self._line:
            self._line = setup.line.key
            give_up_drafts(self.steps)
        self.checkpoint.show_checkpoint(setup.checkpoint, recent)
        self.solver.setToolTip(self._about(solver_named(setup.line.solver), dict(setup.line.options)))
        self._offer_entries(state)
        self.sampler.show(solver=setup.line.solver, along=setup.line.along)
        self._show_steps(setup.line)

    def _show_steps(self, line: Line) -> None:
        """Show how many steps there are, which cannot be changed here where their text has a number of its own."""
        own = line.own_number
        self.sampler.show(steps=line.steps if own is None else own)
        self.steps.setEnabled(own is None)
        tip = (
            self.tr("Number of noise levels to visit")
            if own is None
            else self.tr("The steps’ own text says how many there are")
        )
        self.steps.setToolTip(tip)

    def _about(self, solver: Solver, options: Mapping[str, object]) -> str:
        order = solver.accuracy(**options)
        accuracy = self.tr("Order of accuracy with its present options, as measured: {order}").format(order=order)
        if not order:
            accuracy = self.tr("For networks that go to the picture in one call; more steps make it no more accurate")
        return f"{solver.name}: {translated(solver.paper)}\n{accuracy}"

    def _make_solver(self) -> None:
        self.solver.setAccessibleName(self.tr("Solver"))
        for name in SOLVERS:
            self.solver.addItem(name, name)
        self.solver.setMaxVisibleItems(self.solver.count())
        require_focus_for_wheel(self.solver)

    def _make_steps(self) -> None:
        self.steps.setAccessibleName(self.tr("Steps"))
        self.steps.setRange(1, MAX_T)
        self.steps.setSuffix(self.tr(" steps"))
        # By default no narrower than the largest number.
        self.steps.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        require_focus_for_wheel(self.steps)

    def _make_along(self) -> None:
        self.along.setAccessibleName(self.tr("Schedule to sample along"))
        self.along.setToolTip(
            self.tr(
                "Schedule whose noise levels are visited: the one the checkpoint was trained with, or one from the list"
            )
        )
        require_focus_for_wheel(self.along)

    def _lay_out(self) -> None:
        column, row = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(RefusalNote(self.steps.draft))
        row.setSpacing(4)
        row.addWidget(self.checkpoint, 3)
        row.addWidget(self.solver, 3)
        row.addWidget(self.steps)
        row.addWidget(self.along, 4)
        row.addSpacing(6)
        row.addWidget(self.buttons)

    def _offer_entries(self, state: State) -> None:
        entries = tuple((f"{state.letter(entry)}  {state.shown_title(entry)}", entry.key) for entry in state.entries)
        if entries == self._entries and self.along.count():
            return
        if [key for _, key in entries] != [key for _, key in self._entries] or not self.along.count():
            self.along.clear()
            self.along.addItem(self.tr("own schedule"), None)
            for _, key in entries:
                self.along.addItem("", key)
        for row, (title, _) in enumerate(entries, 1):
            self.along.setItemText(row, self.tr("along {schedule}").format(schedule=title))
        self._entries = entries
