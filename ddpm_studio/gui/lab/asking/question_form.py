"""Form of a question: what is compared as lists to be ticked, and how it is drawn as fields."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.solvers import SOLVERS
from ddpm_studio.diffusion.steps.spacings import SPACINGS
from ddpm_studio.diffusion.steps.steps_spec import DEFAULT_STEPS
from ddpm_studio.errors import StudioError
from ddpm_studio.gui.lab.asking.condition_fields import ConditionFields
from ddpm_studio.gui.lab.asking.number_list import NumberList
from ddpm_studio.gui.lab.asking.solver_line import SolverLine
from ddpm_studio.gui.lab.asking.ticked_texts import TickedTexts
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.steps.steps_line import StepsLine
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.fields import Fields
from ddpm_studio.gui.widgets.focus import KeylessScrollArea
from ddpm_studio.gui.widgets.switch import Switch
from ddpm_studio.gui.widgets.typed.draft import Draft
from ddpm_studio.gui.widgets.typed.refusal_note import RefusalNote
from ddpm_studio.gui.widgets.typed.typed_line import TypedLine
from ddpm_studio.gui.widgets.typed.whole_box import WholeBox
from ddpm_studio.gui.widgets.wheel import require_focus_for_wheel
from ddpm_studio.lab.conditioned import Conditioned
from ddpm_studio.lab.contender import Contender, checked_along, checked_solver, checked_steps
from ddpm_studio.lab.sweep import REFERENCE, Sweep
from ddpm_studio.run_settings import SETTINGS

GAP = 8
_CALLS, _COUNTS = "calls", "counts"


class QuestionForm(KeylessScrollArea):
    """Shows a sweep; `changed` has what of it is to be something else, by the names of its fields."""

    changed = Signal(object)

    def __init__(self) -> None:
        page = QWidget()
        super().__init__(page)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.solvers = TickedTexts(self.tr("Solvers"), checked_solver, SolverLine())
        self.steps = TickedTexts(self.tr("Spacings"), _steps, StepsLine(self._schedule))
        self.along = TickedTexts(self.tr("Along"), checked_along)
        self.checkpoint, self.own = TypedLine(), QPushButton(self.tr("That of Sampling"))
        self.per = Switch(
            self.tr("What is given"),
            {
                _CALLS: (self.tr("calls"), self.tr("As many steps as each solver takes with so many network calls")),
                _COUNTS: (self.tr("steps"), self.tr("The same number of steps for every solver")),
            },
        )
        self.numbers, self.seeds = NumberList(int), NumberList(int)
        self.conditions = ConditionFields(self)
        self.pictures, self.batch = WholeBox(), WholeBox()
        self.reference_solver, self.reference_steps = SolverLine(), StepsLine(self._schedule)
        self.reference_count = WholeBox()
        self._fields = Fields(self)
        self._sweep, self._state = Sweep(solvers=("ddim",)), State()
        self._form = QFormLayout()
        self._describe()
        self._lay_out(page)
        self._connect()

    def show_sweep(self, sweep: Sweep) -> None:
        """Show a question, without emitting anything."""
        self._sweep = sweep
        for name in ("solvers", "steps", "along", "seeds"):
            getattr(self, name).show_value(getattr(sweep, name))
        self.checkpoint.show_text(sweep.checkpoint)
        self.per.show_value(_COUNTS if sweep.counts else _CALLS)
        self.numbers.show_value(sweep.counts or sweep.calls)
        self.numbers.setPlaceholderText("" if sweep.counts or sweep.calls else str(DEFAULT_STEPS))
        self.reference_solver.show_text(sweep.reference.solver)
        self.reference_steps.show_text(sweep.reference.steps)
        self._fields.show(pictures=sweep.pictures, batch=sweep.batch, count=sweep.reference.count or REFERENCE.count)
        self.conditions.show_conditions(sweep.conditions)
        self._show_conditions()

    def show_state(self, state: State) -> None:
        """Offer the schedules of the window, and classes if its checkpoint is asked about and has some."""
        self._state = state
        offered = {"": (self.tr("its own"), self.tr("The noise levels that the checkpoint was trained with"))}
        for entry in state.entries:
            text = _named_nowhere(entry.schedule)
            if text:
                offered[text] = (state.title(entry), text)
        self.along.offer(offered)
        self._show_conditions()

    def _show_conditions(self) -> None:
        card = self._state.sampling.card
        known = card is not None and self._state.sampling.checkpoint == self._sweep.checkpoint
        for field, wanted in self.conditions.wanted(card if known else None).items():
            self._form.setRowVisible(field, wanted)
        self.own.setEnabled(self._state.sampling.checkpoint not in ("", self._sweep.checkpoint))

    def _schedule(self) -> Schedule:
        card = self._state.sampling.card
        return card.schedule if card else Schedule()

    def _describe(self) -> None:
        self.solvers.offer({name: (name, translated(solver.paper)) for name, solver in SOLVERS.items()})
        self.steps.offer({name: (name, translated(spacing.source)) for name, spacing in SPACINGS.items()})
        pictures, batch = self.tr("Pictures of each seed"), self.tr("Pictures that are drawn at a time")
        for box, tip in ((self.pictures, pictures), (self.batch, batch)):
            box.setRange(SETTINGS["pictures"].low, SETTINGS["pictures"].high)
            box.setToolTip(tip)
        self.reference_count.setRange(1, 10_000)
        for box in (self.pictures, self.batch, self.reference_count):
            require_focus_for_wheel(box)
        for line, name, example in (
            (self.solvers.line, self.tr("Another solver"), "dpm-solver++:order=3"),
            (self.steps.line, self.tr("Other steps"), "karras:rho=5"),
        ):
            assert line is not None
            line.setAccessibleName(name)
            line.setPlaceholderText(example)
            line.setToolTip(self.tr("Type one such as {example}; Enter adds it").format(example=example))
        self.own.setToolTip(self.tr("Ask about the checkpoint of the Sampling panel"))
        self.numbers.setToolTip(self.tr("Numbers such as 5, 10, 20; each is drawn with every solver and all steps"))
        self.seeds.setToolTip(self.tr("Seeds of the noise; each draws pictures of its own"))
        self.reference_solver.setToolTip(self.tr("The solver of the pictures that all others are compared with"))
        self.reference_steps.setToolTip(self.tr("The steps of the pictures that all others are compared with"))
        self.reference_count.setToolTip(self.tr("Steps of the reference, which is checked against twice as many"))

    def _lay_out(self, page: QWidget) -> None:
        form = self._form
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(4)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for text, field in (
            (self.tr("Checkpoint"), self.checkpoint),
            ("", self.own),
            (self.tr("Each with"), self.per),
            (self.tr("Numbers"), self.numbers),
            (self.tr("Pictures"), self.pictures),
            (self.tr("Seeds"), self.seeds),
            *self.conditions.rows(),
            (self.tr("Reference"), self.reference_solver),
            (self.tr("its steps"), self.reference_steps),
            (self.tr("how many"), self.reference_count),
            (self.tr("Batch"), self.batch),
        ):
            label = QLabel(text)
            form.addRow(label, field)
            label.setBuddy(field)
            if text:
                field.setAccessibleName(text.replace("&", ""))
            for draft in field.findChildren(Draft):
                form.addRow(RefusalNote(draft))
        middle = QVBoxLayout()
        middle.addWidget(self.steps, 3)
        middle.addWidget(self.along, 2)
        fields = QVBoxLayout()
        fields.addLayout(form)
        fields.addStretch(1)
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, GAP, 0)
        row.setSpacing(GAP)
        row.addWidget(self.solvers, 1)
        row.addLayout(middle, 1)
        row.addLayout(fields, 1)

    def _connect(self) -> None:
        for name in ("solvers", "steps", "along", "seeds"):
            self._fields.bind(name, getattr(self, name))
        self._fields.bind("pictures", self.pictures)
        self._fields.bind("batch", self.batch)
        self._fields.bind("count", self.reference_count)
        self._fields.changed.connect(self._change)
        self.numbers.chosen.connect(self._choose_numbers)
        self.per.chosen.connect(self._turn)
        self.checkpoint.entered.connect(self._choose_checkpoint)
        self.own.clicked.connect(self._choose_own)
        self.conditions.changed.connect(self._choose_conditions)
        self.reference_solver.entered.connect(self._choose_reference_solver)
        self.reference_steps.entered.connect(self._choose_reference_steps)

    @Slot(str, object)
    def _change(self, name: str, value: object) -> None:
        if name == "count":
            self._change_reference(count=value)
        else:
            self.changed.emit({name: value})

    @Slot(object)
    def _choose_numbers(self, numbers: tuple[int, ...]) -> None:
        self._give(_COUNTS if self._sweep.counts else _CALLS, numbers)

    @Slot(str)
    def _turn(self, given: str) -> None:
        self._give(given, self._sweep.counts or self._sweep.calls or (DEFAULT_STEPS,))

    def _give(self, given: str, numbers: tuple[int, ...]) -> None:
        self.changed.emit({_CALLS: (), _COUNTS: (), given: numbers})

    @Slot(str)
    def _choose_checkpoint(self, text: str) -> None:
        self.changed.emit({"checkpoint": text.strip()})

    @Slot()
    def _choose_own(self) -> None:
        self.changed.emit({"checkpoint": self._state.sampling.checkpoint})

    @Slot(object)
    def _choose_conditions(self, conditions: tuple[Conditioned, ...]) -> None:
        self.changed.emit({"conditions": conditions})

    @Slot(str)
    def _choose_reference_solver(self, text: str) -> None:
        self._change_reference(self.reference_solver, solver=text)

    @Slot(str)
    def _choose_reference_steps(self, text: str) -> None:
        self._change_reference(self.reference_steps, steps=text)

    def _change_reference(self, line: TypedLine | None = None, **changes: object) -> None:
        reference = self._sweep.reference
        values: Mapping[str, object] = {
            "solver": reference.solver,
            "steps": reference.steps,
            "count": reference.count,
            "along": reference.along,
            **changes,
        }
        try:
            changed = Contender(**values)  # type: ignore[arg-type]  # Each is of the type of its field.
            _ = changed.finer
        except StudioError as error:
            if line is not None:
                line.draft.refuse(translated(error))
        else:
            self.changed.emit({"reference": changed})


def _steps(text: str) -> str:
    return str(checked_steps(text))


def _named_nowhere(schedule: Schedule) -> str:
    """The text of a schedule that names no file; "" for one that does, or has none."""
    try:
        return checked_along(str(schedule))
    except StudioError:
        return ""
