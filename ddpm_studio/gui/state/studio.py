"""Studio: the window's one state, everything that can be done to it, and the signal that it changed."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.kinds import Points
from ddpm_studio.diffusion.moment import LEVEL_SCALE
from ddpm_studio.diffusion.schedule_family import ScheduleFamily, Specified, shown_of
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.diffusion.training.objective import PLAIN, Objective
from ddpm_studio.diffusion.training.training_curves import ALL_CURVES
from ddpm_studio.errors import StudioError
from ddpm_studio.files.steps.opened_config import OpenedConfig
from ddpm_studio.files.steps.prediction_fields import objective_of_config
from ddpm_studio.gui.state import step_names
from ddpm_studio.gui.state.families import broken_up, why_not_break_up
from ddpm_studio.gui.state.given_names import bounded_name, checked_name
from ddpm_studio.gui.state.history import History, Visit, shown_at_first
from ddpm_studio.gui.state.limits import why_not_add, why_not_remove
from ddpm_studio.gui.state.sampling import Visited
from ddpm_studio.gui.state.showing import Alone, ticked, with_ticks
from ddpm_studio.gui.state.shown_picture import Picture
from ddpm_studio.gui.state.stepping import checked_steps
from ddpm_studio.gui.state.titles import Base
from ddpm_studio.gui.state.traces import Trace
from ddpm_studio.gui.state.window import Entry, Lab, Side, State, View
from ddpm_studio.gui.styles import least_used
from ddpm_studio.gui.translation import translated
from ddpm_studio.texts import Readable, SourceText, Text


class Studio(QObject):
    """Holds the State. Each method is one action of the user; `complained` reports what cannot be done.

    An action makes one new State or none, so that one that fails half way leaves the last good one. One that changes
    the state's document is a step that can be undone, and so is all that a slider does while it is held.

    `changed` comes once per turn of the event loop with the newest State, however often that changed in between.
    `leaving` comes at once, before the list or the choice in it changes, while what is typed still belongs to the old.
    `stepped` comes at once as well, with the key of an entry below which steps were added or moved by hand.

    During a visit the state is not the person's: theirs is kept aside, with its history, and nothing of the visit gets
    into it. `visit_over` says, at once, that it is back.
    """

    leaving = Signal()
    changed = Signal(object)
    complained = Signal(str)
    stepped = Signal(int)
    visit_over = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._keys = itertools.count(1)
        self._history = History()
        self._nested = False
        self._typing = False
        self._sweeping = False
        self._alone = Alone()
        self._held_for: Readable | None = None
        self._visit: Visit | None = None
        self.state = first_state(next(self._keys))
        self._announce = QTimer(self, singleShot=True, interval=0)
        self._announce.timeout.connect(self._emit_changed)

    # the list of schedules

    @Slot(object, str, object)
    def add(
        self, spec: Specified, origin: str = "", train: Objective = PLAIN, name: str = "", choose: bool = True
    ) -> None:
        """Append a schedule or a family and select it, unless another is to stay chosen.

        `origin` is what it is known as as long as it is not changed; a preset's name, for one. `train` is what networks
        are trained for along it, and `name` what a person called it.
        """
        self.leaving.emit()
        base = Base(origin, copy(shown_of(spec)), train) if origin else None
        added = Entry(0, shown_of(spec), 0, bounded_name(name), base=base, train=train)
        self._insert(len(self.state.entries), added.holding(spec), choose)

    @Slot(int)
    def duplicate(self, key: int) -> None:
        """Append a copy of an entry and select it."""
        self.leaving.emit()
        self._insert(len(self.state.entries), self.entry(key))

    @Slot(int)
    def duplicate_below(self, key: int) -> None:
        """Add a copy of an entry right below it and select it."""
        self.leaving.emit()
        entry = self.entry(key)
        self._insert(self.state.entries.index(entry) + 1, entry)

    def _insert(self, place: int, like: Entry, choose: bool = True) -> None:
        if full := why_not_add(self.state):
            self.complain(full)
            return
        entries = self.state.entries
        style = least_used(entry.style for entry in entries)
        entry = replace(like, key=next(self._keys), style=style, visible=True)
        added = replace(self.state, entries=(*entries[:place], entry, *entries[place:]))
        what = Text(step_names.ADDING, {"title": added.title(entry)})
        self._become(added.with_selected(entry.key) if choose else added, what)

    @Slot(int)
    def remove(self, key: int) -> None:
        """Take an entry off the list; the last one stays."""
        self.leaving.emit()
        entries = self.state.entries
        if alone := why_not_remove(self.state):
            self.complain(alone)
            return
        place = entries.index(self.entry(key))
        left = entries[:place] + entries[place + 1 :]
        chosen = left[min(place, len(left) - 1)] if key == self.state.selected else self.state.current
        sampling = self.state.sampling.without_entries(frozenset(entry.key for entry in left))
        what = Text(step_names.REMOVING, {"title": self.state.title(entries[place])})
        self._set(what, entries=left, selected=chosen.key, t=self.state.t_of(chosen), sampling=sampling)

    @Slot(int, str)
    def rename(self, key: int, name: str) -> None:
        """Give an entry a name of at most MAX_NAME characters; an empty one brings back the automatic title."""
        try:
            self._change_entry(step_names.RENAMING, key, name=checked_name(name))
        except StudioError as error:
            self.complain(error)

    @Slot(int, bool)
    def set_visible(self, key: int, visible: bool) -> None:
        """Show or hide an entry's curves and pictures."""
        self._change_entry(step_names.SHOWING if visible else step_names.HIDING, key, visible=visible)

    @Slot(object, bool)
    def sweep(self, keys: tuple[int, ...], visible: bool) -> None:
        """Show or hide the entries that the mouse came to so far; all until `end_sweep` is one step."""
        shown = ticked(self.state)
        swept = with_ticks(self.state, shown | set(keys) if visible else shown - set(keys))
        if swept.entries == self.state.entries:
            return
        show, hide = (step_names.SHOWING, step_names.HIDING) if len(keys) == 1 else step_names.SEVERAL
        titles = (self.state.title(entry) for entry in self.state.entries if entry.key in keys)
        what = Text(show if visible else hide, {"title": next(titles, "")})
        if self._sweeping and self._held_for is not None:
            self._history.rename(what)
            self._held_for = what
        self._sweeping = True
        self._become(swept, what)

    @Slot()
    def end_sweep(self) -> None:
        """Say that the mouse let go of the ticks."""
        self._sweeping, self._held_for = False, None

    @Slot(int)
    def show_only(self, key: int) -> None:
        """Show one entry alone; if it is alone already, what was shown before it, or else all."""
        if ticked(self.state) == {key}:
            self._become(with_ticks(self.state, self._alone.back(self.state)), step_names.SHOWING_OTHERS)
            return
        self._alone = self._alone.now(self.state, key)
        what = Text(step_names.SHOWING_ONLY, {"title": self.state.title(self.entry(key))})
        self._become(with_ticks(self.state, {key}), what)

    @Slot(int, int)
    def move(self, key: int, place: int) -> None:
        """Move an entry to another place in the list, 0 being the first."""
        self.leaving.emit()
        entry = self.entry(key)
        others = [other for other in self.state.entries if other is not entry]
        others.insert(place, entry)
        self._set(Text(step_names.MOVING, {"title": self.state.title(entry)}), entries=tuple(others))

    @Slot(int)
    def select(self, key: int) -> None:
        """Make an entry the one that the sliders change; the moment stays."""
        self.leaving.emit()
        self._become(self.state.with_selected(key))

    # the selected schedule

    @Slot(str)
    def set_kind(self, kind: str) -> None:
        """Turn the selected schedule into another kind's default; a family becomes one schedule."""
        self._try(step_names.CHANGE_OF_KIND, lambda entry: entry.schedule.with_kind(kind))

    @Slot(str, object)
    def set_parameter(self, key: str, value: float) -> None:
        """Set T, a parameter or an operator of the selected schedule; an invalid value leaves it as it was.

        In a family all members change, but where it is the value of its range: then it becomes one schedule.
        """
        what = step_names.change_of(step_names.symbol_of(self.state.current.schedule.kind, key))
        self._try(what, lambda entry: entry.with_value(key, float(value)))

    @Slot()
    def reset_parameters(self) -> None:
        """Reset the selected schedule to its kind's defaults; T stays."""
        self._try(step_names.RESETTING, lambda entry: entry.schedule.with_defaults())

    def set_schedule(self, spec: Specified, what: Readable = step_names.REPLACING, key: int | None = None) -> None:
        """Replace an entry's schedule, by default the selected one's, if it is still there; the moment stays."""
        self._become(self.state.with_schedule(spec, key), what)

    def take_line(self, key: int, spec: Specified, name: str | None) -> None:
        """Replace an entry's schedule, if it is still there, and at will its name, in one step with what was typed."""
        before = next((entry for entry in self.state.entries if entry.key == key), None)
        if before is None:
            return
        is_renamed = before.spec == spec and self._held_for != step_names.REPLACING
        renaming = Text(step_names.RENAMING, {"title": self.state.title(before)})
        taken = self.state.with_schedule(spec, key).with_name(key, before.name if name is None else name)
        self._become(taken, renaming if is_renamed else step_names.REPLACING)

    @Slot(str)
    def spread(self, key: str) -> None:
        """Make a family of the selected schedule, along a range of T, a parameter or an operator about its value."""
        what = step_names.change_of(step_names.symbol_of(self.state.current.schedule.kind, key))
        self._try(what, lambda entry: ScheduleFamily.around(entry.schedule, key))

    @Slot(float, float, int)
    def set_range(self, first: float, last: float, count: int) -> None:
        """Give the selected family another range of `count` members; an invalid one leaves it as it was."""
        family = self.state.current.family
        if family is not None:
            what = step_names.change_of(family.parameter.symbol)
            self._try(what, lambda _: family.along(first, last, count))

    @Slot(int)
    def show_member(self, place: int) -> None:
        """Show another member of the selected family, 0 being the first."""
        if 0 <= place < len(self.state.current.members):
            self._become(self.state.with_member(place), step_names.CHOOSING_A_MEMBER)

    @Slot(int, int)
    def choose_member(self, key: int, place: int) -> None:
        """Select an entry, and show a member of its family."""
        if key != self.state.selected:
            self.select(key)
        self.show_member(place)

    @Slot()
    def break_up(self) -> None:
        """Make lines of the members of the selected family, as many as there is room for."""
        self.leaving.emit()
        if why_not := why_not_break_up(self.state):
            self.complain(why_not)
            return
        what = Text(step_names.BREAKING_UP, {"title": self.state.title(self.state.current)})
        self._become(broken_up(self.state, partial(next, self._keys)), what)

    @Slot(int, object)
    def set_points(self, key: int, points: Points) -> None:
        """Give an entry's drawn schedule other points (u, log SNR), if it is still there; others leave it as it was."""
        self._redraw(key, step_names.CHANGE_OF_POINTS, lambda schedule: schedule.with_points(points))

    @Slot(int, bool)
    def set_flow(self, key: int, flow: bool) -> None:
        """Have an entry's drawn schedule be told as a flow, or not, if it is still there."""
        what = step_names.MAKING_A_FLOW if flow else step_names.MAKING_NO_FLOW
        self._redraw(key, what, lambda schedule: schedule.told_as_flow(flow))

    @Slot(int, str)
    def set_formula(self, key: int, formula: str) -> None:
        """Give an entry's schedule another formula, if it is still there; a wrong one leaves it as it was."""
        self._redraw(key, step_names.CHANGE_OF_FORMULA, lambda schedule: schedule.with_formula(formula))

    def _redraw(self, key: int, what: Readable, change: Callable[[Schedule], Schedule]) -> None:
        schedule = next((entry.schedule for entry in self.state.entries if entry.key == key), None)
        if schedule is not None:
            self._try(what, lambda _: change(schedule), key)

    @Slot()
    def take_back(self) -> None:
        """Take back what is held in the mouse, as if it had never begun."""
        if self._held_for is not None:
            self._travel(self._history.withdraw())

    @Slot(object)
    def set_objective(self, train: Objective, key: int | None = None) -> None:
        """Give an entry another training objective, by default the selected one, if it is still there."""
        key = self.state.selected if key is None else key
        self._become(self.state.with_objective(train, key), step_names.CHANGE_OF_OBJECTIVE)

    @Slot(object)
    def keep_config(self, config: OpenedConfig) -> None:
        """Say which config of a scheduler the selected entry came from, for it to be written again; it may say what is
        predicted.
        """
        train = objective_of_config(config.fields) or self.state.current.train
        self._change_entry(step_names.REPLACING, self.state.selected, config=config, train=train)

    # the steps of a schedule

    @Slot(object)
    def add_steps(self, spec: StepsSpec, key: int | None = None) -> None:
        """Put steps below an entry's schedule, by default the selected one's, if there is room."""
        key = self.state.selected if key is None else key
        if self._change_steps(key, lambda steps: (*steps, spec), step_names.ADDING_STEPS):
            self.stepped.emit(key)

    @Slot(int, int, object)
    def replace_steps(self, key: int, place: int, spec: StepsSpec) -> None:
        """Replace the steps at a place, 0 being the first, below an entry's schedule, if they are still there."""
        self._change_steps(key, lambda steps: _replaced(steps, place, (spec,)), step_names.CHANGE_OF_STEPS_BELOW)

    @Slot(int, int, object)
    def reshape_steps(self, key: int, place: int, spec: StepsSpec) -> None:
        """Replace steps below an entry's schedule as `replace_steps` does, and select it, for a hand on them."""
        if key != self.state.selected:
            self.select(key)
        self.replace_steps(key, place, spec)
        self.stepped.emit(key)

    @Slot(int, int)
    def remove_steps(self, key: int, place: int) -> None:
        """Take the steps at a place away, if they are still there."""
        self._change_steps(key, lambda steps: _replaced(steps, place, ()), step_names.REMOVING_STEPS)

    def _change_steps(
        self, key: int, change: Callable[[tuple[StepsSpec, ...]], tuple[StepsSpec, ...]], what: Readable
    ) -> bool:
        """Change the steps below an entry, if it is still there and they can be; False if not."""
        entry = next((entry for entry in self.state.entries if entry.key == key), None)
        if entry is None:
            return False
        try:
            self._become(self.state.with_steps(checked_steps(change(entry.steps)), key), what)
        except StudioError as error:
            self.complain(error)
            return False
        return True

    @Slot(object)
    def type_schedule(self, spec: Specified | None) -> None:
        """Show the selected entry as what is being typed; with None, typing has ended.

        All that is typed until then is one step.
        """
        self._typing = spec is not None
        if spec is not None:
            self.set_schedule(spec)
        else:
            self._held_for = None

    @Slot(bool)
    def set_adjusting(self, adjusting: bool) -> None:
        """Say that a slider is held (axes stay still) or released (axes settle)."""
        steady = (self.state.steady or self.state.visible) if adjusting else ()
        self._set(adjusting=adjusting, steady=steady)
        self._held_for = None

    # time

    @Slot(int)
    def set_t(self, t: int) -> None:
        """Go to step t of the selected schedule, kept within 0 … T."""
        self._become(self.state.at(t))

    @Slot(str)
    def set_scale(self, scale: str) -> None:
        """Choose on which of the SCALES the moments of all schedules are equal; the selected one's step stays."""
        self._become(self.state.at(self.state.t, scale), step_names.CHANGE_OF_MOMENT)

    # what is in view

    @Slot(object)
    def set_curves(self, names: tuple[str, ...]) -> None:
        """Choose which curves are plotted, one or more, kept in the order of ALL_CURVES."""
        chosen = tuple(name for name in ALL_CURVES if name in names)
        if chosen:
            self._set(step_names.CHOOSING_CURVES, curves=chosen)

    @Slot(str)
    def explain(self, name: str) -> None:
        """Choose the curve that the Explain panel describes."""
        self._set(curve=name)

    @Slot(str)
    def set_axis(self, axis: str) -> None:
        """Draw everything over one of the SCALES, and show all schedules where they are equal on it."""
        self._become(replace(self.state.at(self.state.t, axis), axis=axis), step_names.CHANGE_OF_X_AXIS)

    @Slot(str)
    def show_curve(self, name: str) -> None:
        """Have this curve among the plots, as the one that is explained."""
        with self.one_step(step_names.CHANGE_OF_PLOTS):
            if self.state.grid:
                self.set_curves((*self.state.curves, name))
            self.explain(name)

    @Slot(str)
    def show_over_levels(self, name: str) -> None:
        """Draw everything over log SNR, and have this curve among the plots, as the one that is explained."""
        with self.one_step(step_names.CHANGE_OF_PLOTS):
            self.show_curve(name)
            self.set_axis(LEVEL_SCALE)

    @Slot(str)
    def set_view(self, view: str) -> None:
        """Show values, differences from the first visible schedule, or ratios to it."""
        self._set(step_names.CHANGE_OF_VIEW, view=View(view))

    @Slot(object)
    def set_side(self, side: Side) -> None:
        """Turn the equation to another side."""
        self._set(step_names.CHANGE_OF_SIDE, side=side)

    @Slot(bool)
    def set_grid(self, grid: bool) -> None:
        """Give all curves a plot of the same size, or only the explained one a large plot."""
        self._set(step_names.CHANGE_OF_PLOTS, grid=grid)

    @Slot()
    def toggle_sheet(self) -> None:
        """Let the lanes grow over the plots, as a contact sheet, or bring the plots back."""
        sheet = not self.state.sheet
        self._set(step_names.SHOWING_SHEET if sheet else step_names.HIDING_SHEET, sheet=sheet)

    @Slot(str, bool)
    def set_log(self, name: str, log: bool) -> None:
        """Give one curve's plot a logarithmic or a linear y axis; from then on it does not choose itself."""
        logs, linear = self.state.log_curves - {name}, self.state.linear_curves - {name}
        what = Text(step_names.CHANGE_OF_Y_AXIS, {"symbol": ALL_CURVES[name].symbol})
        chosen = frozenset({name})
        self._set(what, log_curves=logs | chosen if log else logs, linear_curves=linear if log else linear | chosen)

    @Slot()
    def toggle_marks(self) -> None:
        """Mark the steps of the watched run on the curves of the schedule that was sampled, or no longer."""
        marks = not self.state.marks
        self._set(step_names.SHOWING_MARKS if marks else step_names.HIDING_MARKS, marks=marks)

    @Slot()
    def toggle_run_lanes(self) -> None:
        """Give runs lanes in the timeline, or no longer."""
        shown = not self.state.run_lanes
        self._set(step_names.SHOWING_RUNS if shown else step_names.HIDING_RUNS, run_lanes=shown)

    # the picture

    def set_picture(self, picture: Picture | None) -> None:
        """Look at another picture, or at another frame of the same."""
        turned = _is_another_frame(picture, self.state.picture)
        self._set(step_names.CHOOSING_A_FRAME if turned else step_names.CHOOSING_A_PICTURE, picture=picture)

    @Slot(object)
    def set_seed(self, seed: int) -> None:
        """Choose ε by its seed, 0 … 2⁶³ − 1."""
        self._set(step_names.CHANGE_OF_NOISE, seed=max(0, min(seed, 2**63 - 1)))

    def set_background(self, background: tuple[int, int, int]) -> None:
        """Choose the colour, RGB, that shows through where a picture is transparent."""
        self._set(step_names.CHANGE_OF_BACKGROUND, background=background)

    @Slot(bool)
    def set_histogram(self, shown: bool) -> None:
        """Show the histogram of pixel values beside each picture."""
        self._set(step_names.SHOWING_HISTOGRAMS if shown else step_names.HIDING_HISTOGRAMS, histogram=shown)

    @Slot(bool)
    def set_latents(self, noised: bool) -> None:
        """Noise the latents of the picture in place of its pixels, where the checkpoint has some."""
        self._set(step_names.NOISING_LATENTS if noised else step_names.NOISING_PIXELS, latents=noised)

    @Slot(bool)
    def set_spectrum(self, shown: bool) -> None:
        """Show the spectrum of the picture against the noise of each schedule."""
        self._set(step_names.SHOWING_SPECTRUM if shown else step_names.HIDING_SPECTRUM, spectrum=shown)

    # sampling

    def set_sampling(self, what: Readable | None = None, /, **changes: Any) -> None:
        """Change the setup of the next run: fields of Sampling. By default their names are the step's."""
        self._set(what or step_names.change_of_setup(changes), sampling=replace(self.state.sampling, **changes))

    def set_steps(self, text: str) -> None:
        """Have the chosen line visit the steps that a text describes, in one step; complain of one that has none.

        Lists in files have to be read before.
        """
        try:
            setup = self.state.sampling.with_steps(text)
        except StudioError as error:
            self.complain(error)
        else:
            self.set_sampling(step_names.CHANGE_OF_STEPS, lines=setup.lines)

    def learn(self, **changes: Any) -> None:
        """Keep what became known of a checkpoint: fields of Sampling. Nobody did that, so it cannot be undone."""
        known = replace(self.state, sampling=replace(self.state.sampling, **changes))
        self._become(self._history.named(known))

    def set_visited(self, visited: Visited | None) -> None:
        """Set the steps that the watched run visits."""
        self._set(visited=visited)

    def set_traces(self, traces: tuple[Trace, ...]) -> None:
        """Set the traces of the last run."""
        self._set(traces=traces)

    # the lab

    @Slot(str)
    def set_question(self, question: str) -> None:
        """Ask another question, the text of a sweep, or none."""
        self._set(step_names.CHANGE_OF_QUESTION, lab=replace(self.state.lab, question=question))

    def set_lab_folder(self, folder: str, question: str) -> None:
        """Look at the results in another folder, with the question that they answer; "" is the user's own."""
        what = step_names.OPENING_RESULTS if folder else step_names.CLOSING_RESULTS
        self._set(what, lab=Lab(question, folder))

    # files

    def open(self, document: State, what: Readable, project: str = "") -> None:
        """Become a state that was read from a file, from `project` if it is one. The checkpoint stays as it is."""
        self.end_visit()
        self.leaving.emit()
        now = self.state
        opened = replace(self._with_own_keys(document), visited=now.visited, project=project)
        sampling = opened.sampling.with_checkpoint(now.sampling)
        self._become(replace(opened, sampling=sampling, saved=opened.document.light()), what)

    def _with_own_keys(self, document: State) -> State:
        """The same document with entries by keys that no other has."""
        keys = {entry.key: next(self._keys) for entry in document.entries}
        return replace(
            document,
            entries=tuple(replace(entry, key=keys[entry.key]) for entry in document.entries),
            selected=keys[document.selected],
            sampling=document.sampling.for_entries(keys),
        )

    def set_up(self, document: State, what: Readable) -> None:
        """Become a state that a recipe describes, within the same project. The checkpoint stays as it is."""
        self.leaving.emit()
        now = self.state
        entries = document.entries
        keys = {entry.key: entry.key if entry in now.entries else next(self._keys) for entry in entries}
        sampling = document.sampling.for_entries(keys).with_checkpoint(now.sampling)
        self._become(
            replace(
                document,
                entries=tuple(replace(entry, key=keys[entry.key]) for entry in entries),
                selected=keys[document.selected],
                sampling=sampling,
            ),
            what,
        )

    def forget_saved(self) -> None:
        """Note that the project does not hold this document."""
        self._set(saved=None)

    def keep(self, project: str, written: State) -> None:
        """Note that the document is saved in this file as `written` has it, unless another was opened since."""
        if self._visit is not None:
            self._visit = self._visit.kept_in(project, written)
        elif self.state.saved is written.saved:
            self._history.name_project(self.state.project, project)
            self._set(project=project, saved=written.document.light())

    # visits

    @property
    def own(self) -> State:
        """The person's state: the one that is shown, or, during a visit, the one that is kept aside."""
        return self.state if self._visit is None else self._visit.own

    def visit(self, state: State) -> None:
        """Show a state that is not the person's, in the place of theirs or of another one that is visited."""
        self.leaving.emit()
        self.set_adjusting(False)
        self._visit = self._visit or Visit(self.state, self._history)
        self._history = History()
        self._become(shown_at_first(self._with_own_keys(state)))

    @Slot()
    def end_visit(self) -> None:
        """Go back to the person's own state, if another is visited."""
        if self._visit is None:
            return
        self.leaving.emit()
        visit, self._visit, self._held_for = self._visit, None, None
        self._history, self._typing, self._sweeping = visit.history, False, False
        self._become(visit.over(self.state))
        self.visit_over.emit()

    def keep_visited(self) -> None:
        """Take the schedules that are visited into the person's own list, in one step, and go back to it."""
        visited = self.state.entries
        if full := why_not_add(self.own, len(visited)):
            self.complain(full)
            return
        self.end_visit()
        with self.one_step(step_names.KEEPING):
            for entry in visited:
                self._insert(len(self.state.entries), entry)

    # undoing

    @Slot()
    def undo(self) -> None:
        """Go back to the state before the last step."""
        self.leaving.emit()
        self._travel(self._history.undo(self.state))

    @Slot()
    def redo(self) -> None:
        """Go forward again to the state before the last undo."""
        self.leaving.emit()
        self._travel(self._history.redo(self.state))

    def begin(self) -> None:
        """Forget every step: what is there now is where the user begins."""
        self._history = History()
        self._become(self._history.named(self.state))

    @contextmanager
    def one_step(self, what: Readable) -> Iterator[None]:
        """Make one step, named `what`, of all that is done meanwhile."""
        if self._nested:
            yield
            return
        before, self._nested = self.state, True
        try:
            yield
        finally:
            self._nested = False
            self.state = self._recorded(before, self.state, what)

    # underneath

    def entry(self, key: int) -> Entry:
        """The entry with this key."""
        return next(entry for entry in self.state.entries if entry.key == key)

    @Slot(object)
    def complain(self, error: StudioError) -> None:
        """Tell the user why something was not done, and let every panel show the last valid state again."""
        self.complained.emit(translated(error))
        self.announce()

    def announce(self) -> None:
        """Have every panel show the state, whether or not it has changed."""
        self._announce.start()

    def _try(self, what: Readable, change: Callable[[Entry], Specified], key: int | None = None) -> None:
        try:
            self.set_schedule(change(self.state.current), what, key)
        except StudioError as error:
            self.complain(error)

    def _change_entry(self, what: SourceText, key: int, **changes: Any) -> None:
        changed = replace(self.entry(key), **changes)
        named = Text(what, {"title": self.state.title(self.entry(key))})
        self._set(named, entries=tuple(changed if entry.key == key else entry for entry in self.state.entries))

    def _set(self, what: Readable | None = None, **changes: Any) -> None:
        self._become(replace(self.state, **changes), what)

    def _become(self, state: State, what: Readable | None = None) -> None:
        self.state = state if self._nested or what is None else self._recorded(self.state, state, what)
        self.announce()

    def _recorded(self, before: State, now: State, what: Readable) -> State:
        """`now`, after recording the step that led to it, if it is one and the slider that is held began none yet."""
        if now.document == before.document:
            return now
        if what != self._held_for:
            self._history.record(before, what)
            self._held_for = what if now.adjusting or self._typing or self._sweeping else None
        return self._history.named(now)

    def _travel(self, to: State | None) -> None:
        if to is not None:
            sampling = to.sampling.knowing(self.state.sampling)
            saved = self.state.saved if to.project == self.state.project else to.saved
            now = self.state
            travelled = replace(to, sampling=sampling, visited=now.visited, traces=now.traces, saved=saved)
            self.state, self._held_for = self._history.named(travelled), None
            self.announce()

    @Slot()
    def _emit_changed(self) -> None:
        self.changed.emit(self.state)


def _is_another_frame(picture: Picture | None, before: Picture | None) -> bool:
    if picture is None or before is None or not picture.source:
        return False
    return picture.source == before.source and picture.frame != before.frame


def _replaced(steps: tuple[StepsSpec, ...], place: int, by: tuple[StepsSpec, ...]) -> tuple[StepsSpec, ...]:
    return (*steps[:place], *by, *steps[place + 1 :]) if 0 <= place < len(steps) else steps


def first_state(key: int = 0) -> State:
    """The state of the first start: one schedule, the seed's."""
    first = Entry(key, Schedule(), style=0)
    return State(entries=(first,), selected=first.key).at(first.schedule.T // 3)
