"""The row that every run needs: checkpoint, solver, steps, the schedule whose levels are visited, and the buttons."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSpinBox, QWidget

from ddpm_studio.diffusion.schedule import MAX_T
from ddpm_studio.diffusion.solvers import SOLVERS, Solver, solver_named
from ddpm_studio.gui.sampling.run.checkpoint_box import CheckpointBox
from ddpm_studio.gui.sampling.run.run_buttons import RunButtons
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.widgets.wheel import require_focus_for_wheel

OWN = -1
"""Stands in the list for the checkpoint's own schedule."""


class RunBar(QWidget):
    """Shows the chosen line of the setup. `line_changed` has fields of Line with their new values."""

    line_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[tuple[str, int], ...] = ()
        self.checkpoint, self.buttons = CheckpointBox(), RunButtons()
        self.solver, self.steps, self.along = QComboBox(), QSpinBox(), QComboBox()
        self._make_solver()
        self._make_steps()
        self._make_along()
        self._lay_out()

    def show_state(self, state: State, recent: Sequence[str]) -> None:
        """Show the setup."""
        setup = state.sampling
        self.checkpoint.show_checkpoint(setup.checkpoint, recent)
        self.solver.setCurrentText(setup.line.solver)
        self.solver.setToolTip(_about(solver_named(setup.line.solver)))
        with QSignalBlocker(self.steps):
            self.steps.setValue(setup.line.steps)
        self._offer_entries(state)
        key = OWN if setup.line.along is None else setup.line.along
        self.along.setCurrentIndex(self.along.findData(key))

    def _make_solver(self) -> None:
        self.solver.setAccessibleName(self.tr("Solver"))
        self.solver.addItems(list(SOLVERS))
        self.solver.setMaxVisibleItems(self.solver.count())
        self.solver.textActivated.connect(self._choose_solver)
        require_focus_for_wheel(self.solver)
        _let_shrink(self.solver, 9)

    def _make_steps(self) -> None:
        self.steps.setAccessibleName(self.tr("Steps"))
        self.steps.setToolTip(self.tr("How many noise levels are visited"))
        self.steps.setRange(1, MAX_T)
        self.steps.setKeyboardTracking(False)
        self.steps.valueChanged.connect(self._choose_steps)
        self.steps.setSuffix(self.tr(" steps"))
        require_focus_for_wheel(self.steps)

    def _make_along(self) -> None:
        self.along.setAccessibleName(self.tr("Schedule to sample along"))
        self.along.setToolTip(
            self.tr("Whose noise levels are visited: those the checkpoint was trained with, or a schedule of the list")
        )
        self.along.activated.connect(self._choose_along)
        require_focus_for_wheel(self.along)
        _let_shrink(self.along, 9)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.checkpoint, 3)
        row.addWidget(self.solver, 3)
        row.addWidget(self.steps)
        row.addWidget(self.along, 4)
        row.addSpacing(6)
        row.addWidget(self.buttons)

    def _offer_entries(self, state: State) -> None:
        entries = tuple((f"{state.letter(entry)}  {entry.title}", entry.key) for entry in state.entries)
        if entries == self._entries and self.along.count():
            return
        self._entries = entries
        self.along.clear()
        self.along.addItem(self.tr("its own schedule"), OWN)
        for title, key in entries:
            self.along.addItem(self.tr("along {schedule}").format(schedule=title), key)

    @Slot(str)
    def _choose_solver(self, name: str) -> None:
        self.line_changed.emit({"solver": name, "options": ()})

    @Slot(int)
    def _choose_steps(self, steps: int) -> None:
        self.line_changed.emit({"steps": steps})

    @Slot(int)
    def _choose_along(self, index: int) -> None:
        key = self.along.itemData(index)
        self.line_changed.emit({"along": None if key == OWN else key})


def _let_shrink(box: QComboBox, letters: int) -> None:
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(letters)


def _about(solver: Solver) -> str:
    return f"{solver.name}: {solver.paper}"
