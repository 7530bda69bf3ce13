"""StepsPart: the lines of steps below the chosen schedule, in its card: their texts and their options."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QToolButton, QVBoxLayout, QWidget

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.gui.schedules.card.steps_details import StepsDetails, in_column, in_row
from ddpm_studio.gui.schedules.card.steps_row import StepsRow
from ddpm_studio.gui.state.stepping import MAX_STEPS, typed_steps
from ddpm_studio.gui.state.window import Entry, State
from ddpm_studio.gui.widgets.reading_order import come_into_view
from ddpm_studio.gui.widgets.sizes.head_button import HeadButton
from ddpm_studio.gui.widgets.typed.draft import give_up_drafts


class StepsPart(QWidget):
    """The lines of steps of a State's chosen entry, one of which has its details below; its `head` opens them.

    Signals have the key of the entry and the place of the line: `changed` its other text, `copied` the form in which it
    is wanted, `filed` a text that names files, and its spec. `added` and `opening` are for one more line.
    """

    added = Signal()
    opening = Signal()
    changed = Signal(int, int, object)
    filed = Signal(int, int, str, object)
    removed = Signal(int, int)
    copied = Signal(int, int, str)
    used = Signal(int, int)
    listed = Signal(int, int)
    drawn = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entry: Entry | None = None
        self._entries: tuple[Entry, ...] = ()
        self._place = 0
        self._stepped: int | None = None
        self._color = QColor()
        self.rows: list[StepsRow] = []
        self.head, self._body, self.details = HeadButton(), QWidget(), StepsDetails()
        self.add, self.open = QToolButton(), QToolButton()
        self._lines = QVBoxLayout()
        # What scrolls has its range only after all in it has its place.
        self._coming = QTimer(self, singleShot=True, interval=0)
        self._coming.timeout.connect(self._come_into_view)
        self._describe()
        self._lay_out()
        self._connect()

    def show_state(self, state: State) -> None:
        """Show the steps of a state's chosen entry; what cannot be seen is left until it is opened."""
        before, self._entry = self._entry, state.current
        if before is None or before.key != self._entry.key:
            self._place = 0
            give_up_drafts(self._body)
            before = next((entry for entry in self._entries if entry.key == self._entry.key), None)
            self._fit_rows(0, 0)
        if before is not None and before.steps != self._entry.steps:
            self._follow(before.steps, self._entry.steps)
            if self._stepped == self._entry.key:
                self.head.setChecked(True)
        self._stepped = None
        self._entries = state.entries
        count = len(self._entry.steps)
        self.head.set_title(self.tr("Steps: {count}").format(count=count) if count else self.tr("Steps"))
        if self.head.isChecked():
            self._show()

    def set_color(self, color: QColor) -> None:
        """Have the marks in the colour of the schedule."""
        self._color = color
        for row in self.rows:
            row.set_color(color)

    @Slot(bool)
    def set_open(self, opened: bool) -> None:
        """Open it, or fold it."""
        self.head.setChecked(opened)

    @Slot(int)
    def expect(self, key: int) -> None:
        """Open once the steps below an entry are shown as a hand has made them, if it is the chosen one then."""
        self._stepped = key

    @Slot(str, str)
    def answer(self, text: str, reason: str) -> None:
        """Tell the line for which a text was typed that its files were read, or why they were not."""
        for row in self.rows:
            row.box.answer(text, reason)

    def _follow(self, before: tuple[StepsSpec, ...], now: tuple[StepsSpec, ...]) -> None:
        """Mean the line that has come or changed, if one has, and leave what is typed with the line it is typed for."""
        pairs = zip(before, now, strict=False)
        changed = next((place for place, (old, new) in enumerate(pairs) if old != new), min(len(before), len(now)))
        more = len(now) - len(before)
        if len(self.rows) == len(before):
            self._fit_rows(len(now), changed)
        if more >= 0:
            self._place = min(changed + max(more - 1, 0), len(now) - 1)
            self._coming.start()
        elif self._place > changed:
            self._place += more
        self._place = max(0, min(self._place, len(now) - 1))

    @Slot()
    def _come_into_view(self) -> None:
        """Have what is around scroll to the line that is meant, wherever the keys go."""
        if self.isVisible() and self._place < len(self.rows):
            come_into_view(self.rows[self._place])

    # making

    def _describe(self) -> None:
        self.head.setToolTip(self.tr("Ways to step down this schedule: spacings and lists of σ, τ or timesteps"))
        for button, text, tip in (
            (self.add, self.tr("Add"), self.tr("Add the steps that the sampler has, to be changed")),
            (
                self.open,
                self.tr("Open…"),
                self.tr("Add steps from a file: text, CSV, JSON or a scheduler_config.json"),
            ),
        ):
            button.setText(text)
            button.setToolTip(tip)

    def _lay_out(self) -> None:
        body = in_column(self._body)
        self._lines.setSpacing(4)
        body.addLayout(self._lines)
        body.addWidget(self.details)
        body.addLayout(in_row(self.add, self.open))
        whole = in_column(self)
        whole.addWidget(self._body)
        self.hide()

    def _connect(self) -> None:
        self.head.toggled.connect(self._fold)
        self.add.clicked.connect(self.added)
        self.open.clicked.connect(self.opening)
        details = self.details
        details.changed.connect(self._change_meant)
        details.copied.connect(self._copy)
        details.used.connect(self._use)
        details.listed.connect(self._list)
        details.drawn.connect(self._draw)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._look)

    # showing

    def _show(self) -> None:
        entry = self._entry
        if entry is None:
            return
        self._fit_rows(len(entry.steps), min(len(self.rows), len(entry.steps)))
        for row, spec in zip(self.rows, entry.steps, strict=True):
            row.show_steps(spec, row.place == self._place)
        self.add.setEnabled(len(entry.steps) < MAX_STEPS)
        self.open.setEnabled(len(entry.steps) < MAX_STEPS)
        self.details.setVisible(bool(entry.steps))
        if entry.steps:
            self.details.show_steps(entry.schedule, entry.steps[self._place], entry.laid_out[self._place])

    def _fit_rows(self, count: int, at: int) -> None:
        """Have so many rows: those that are too many go at a place, and others come there."""
        while len(self.rows) > count:
            row = self.rows.pop(at)
            row.hide()
            row.deleteLater()
        while len(self.rows) < count:
            row = StepsRow(at, self._read, self._schedule)
            row.chosen.connect(self._choose)
            row.changed.connect(self._change)
            row.filed.connect(self._read_files)
            row.removed.connect(self._remove)
            row.set_color(self._color)
            self._lines.insertWidget(at, row)
            self.rows.insert(at, row)
        for place, row in enumerate(self.rows):
            row.set_place(place)

    # hands

    @Slot(bool)
    def _fold(self, opened: bool) -> None:
        self.setVisible(opened)
        if opened:
            self._show()

    @Slot("QWidget*", "QWidget*")
    def _look(self, old: QWidget | None, now: QWidget | None) -> None:
        """Mean the line whose text the focus has come to."""
        if now is not None and self._body.isAncestorOf(now):
            for row in self.rows:
                if row.box.isAncestorOf(now) or row.box is now:
                    self._choose(row.place)

    @Slot(int)
    def _choose(self, place: int) -> None:
        if place != self._place:
            self._place = place
            self._show()
        else:
            self.rows[place].mark.setChecked(True)

    def _schedule(self) -> Schedule:
        assert self._entry is not None
        return self._entry.schedule

    def _read(self, text: str) -> str | StepsSpec:
        spec = typed_steps(text, self._schedule())
        return spec if spec.files else str(spec)

    @Slot(int, str)
    def _change(self, place: int, text: str) -> None:
        self._replace(place, StepsSpec.parse(text))

    @Slot(int, str, object)
    def _read_files(self, place: int, text: str, spec: StepsSpec) -> None:
        assert self._entry is not None
        self.filed.emit(self._entry.key, place, text, spec)

    @Slot(int)
    def _remove(self, place: int) -> None:
        assert self._entry is not None
        self.removed.emit(self._entry.key, place)

    @Slot(object)
    def _change_meant(self, spec: StepsSpec) -> None:
        self._replace(self._place, spec)

    def _replace(self, place: int, spec: StepsSpec) -> None:
        assert self._entry is not None
        self.changed.emit(self._entry.key, place, spec)

    @Slot(str)
    def _copy(self, form: str) -> None:
        assert self._entry is not None
        self.copied.emit(self._entry.key, self._place, form)

    @Slot()
    def _use(self) -> None:
        assert self._entry is not None
        self.used.emit(self._entry.key, self._place)

    @Slot()
    def _draw(self) -> None:
        assert self._entry is not None
        self.drawn.emit(self._entry.key, self._place)

    @Slot()
    def _list(self) -> None:
        assert self._entry is not None
        self.listed.emit(self._entry.key, self._place)
