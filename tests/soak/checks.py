"""Checks of what is on the screen: each number is that of the schedule and t that it names, and nothing is stale."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QSlider, QSpinBox

from ddpm_studio.diffusion.steps.spacings import spacing_named
from ddpm_studio.diffusion.steps.step_levels import StepLevels
from ddpm_studio.diffusion.steps.steps_spec import FILE, StepsSpec
from ddpm_studio.diffusion.training.objective import PLAIN, Objective
from ddpm_studio.diffusion.training.training_curves import ALL_CURVES
from ddpm_studio.gui.curves.curves_panel import CurvesPanel
from ddpm_studio.gui.curves.legend import LegendStrip
from ddpm_studio.gui.equation.equation_panel import EquationPanel
from ddpm_studio.gui.equation.training_side import TrainingSide
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.picture.picture_panel import PicturePanel
from ddpm_studio.gui.printing.figure_dialog import FigureDialog
from ddpm_studio.gui.sampling.pages.prediction_text import LEAST_KL, ROUNDING
from ddpm_studio.gui.sampling.sampling_panel import SamplingPanel
from ddpm_studio.gui.schedules.schedules_panel import SchedulesPanel
from ddpm_studio.gui.state.planning import table_of
from ddpm_studio.gui.state.shown_traces import ShownTrace
from ddpm_studio.gui.state.step_notes import StepNotes
from ddpm_studio.gui.state.window import Entry, Side, State, View
from ddpm_studio.gui.steps.steps_model import StepsModel
from ddpm_studio.gui.timeline.time_bar import TimeBar
from ddpm_studio.gui.timeline.timeline_panel import TimelinePanel
from ddpm_studio.gui.values.at_t import AtTModel
from ddpm_studio.gui.values.every_t import EveryTModel
from ddpm_studio.gui.values.explain_panel import ExplainPanel
from ddpm_studio.gui.values.values_panel import ValuesPanel
from ddpm_studio.numerals import MISSING
from tests.gui.finding import child
from tests.soak.gaussian import error_of_gaussian
from tests.soak.trouble import Trouble
from tests.soak.truth import (
    LEVELS,
    LOGARITHMS,
    Array,
    agree,
    agree_on_difference,
    agree_on_ratio,
    number,
    operands,
    true_value,
    truth_of,
)

READ_OUT = re.compile(r"(\w+)   ᾱ (\S+)   √ᾱ (\S+)   √\(1−ᾱ\) (\S+)   SNR (\S+) dB")
READ_OUT_NAMES = ("alphas_cumprod", "sqrt_alphas_cumprod", "sqrt_one_minus_alphas_cumprod", "snr_db")
WEIGHT = re.compile(r"(\w+) (\S+), t = (\d+)")
PREDICTED = re.compile(
    r"brightness off by (.+?), contrast of coarse details (.+?), of middle (.+?), of fine (.+?), KL (.+?) nats a value"
)
MOST_ROWS = 64
"""Network calls of a table that is gone through."""
NUMBER = re.compile(r"−?(?:\d+(?:\.\d+)?(?:e−?\d+)?|∞)")


def check_screen(window: MainWindow) -> None:
    """Raise Trouble for a panel in view that says something that is not so."""
    for check in CHECKS:
        check(window, window.studio.state)


def expect(holds: bool, sentence: str) -> None:
    """Raise Trouble with this sentence unless it holds."""
    if not holds:
        raise Trouble(sentence)


def expect_value(place: str, shown: str, name: str, spec: str, t: int, train: Objective = PLAIN) -> None:
    """Raise Trouble unless a number that is shown is this coefficient of this schedule at this t."""
    true = true_value(name, spec, t, train)
    if true is not None and not agree(number(shown), true, name in LOGARITHMS):
        raise Trouble(f"{place}: {name} of {spec}, {train}, at t = {t} is shown as {shown}, and is {true!r}.")


def expect_compared(place: str, state: State, entry: Entry, shown: str, name: str, t: int) -> None:
    """Raise Trouble unless a number that is shown is this coefficient of a schedule as the state compares it with A."""
    own, against = ((str(each.schedule), each.train) for each in (entry, state.reference))
    true = operands(name, own, against, state.moment.scale, t)
    ratio = state.view is View.RATIO and not ALL_CURVES[name].logarithm
    if true is not None and not (agree_on_ratio if ratio else agree_on_difference)(number(shown), *true):
        sign = "÷" if ratio else "−"
        raise Trouble(f"{place}: {name} of {own} at t = {t} {sign} {against} is shown as {shown}, of {true}.")


def expect_t(place: str, state: State, entry: Entry, t: int) -> None:
    """Raise Trouble unless this t of a schedule is at the moment that is looked at."""
    if entry.key == state.selected:
        expect(t == state.t, f"{place}: t of the selected schedule is said to be {t}, and is {state.t}.")
    moment = state.moment
    truth = truth_of(str(entry.schedule))
    right = truth is None or truth.is_nearest(moment.scale, moment.value, t)
    expect(right, f"{place}: t = {t} of {entry.schedule} is not where {moment.scale} is {moment.value}.")


def _words(text: str) -> str:
    """A text without the blanks and line breaks between which rich text makes no difference."""
    return " ".join(text.split())


# the checks


def _state(window: MainWindow, state: State) -> None:
    expect(not state.adjusting, "A slider is taken for held that nobody holds.")
    expect(any(entry.key == state.selected for entry in state.entries), "What is selected is not in the list.")
    expect_t("The state", state, state.current, state.t)


def _window(window: MainWindow, state: State) -> None:
    expect(window.isWindowModified() == state.changed, "The title bar does not say whether the project is saved.")
    for name, what in (("undo", state.undo), ("redo", state.redo)):
        action = window.menus.action(name)
        expect(action.isEnabled() == (what is not None), f"The menu offers the wrong {name}: {action.text()}")


def _zones(window: MainWindow, state: State) -> None:
    zones = window._zones
    for name, home in zones.homes.items():
        if home.apart:
            expect(home.content.isVisible(), f"The window of {name} is empty.")
    for name, zone in zones.zones.items():
        expect(zone.put_away or zone.content.isVisible(), f"The zone of {name} is open, and empty.")
    scales = window.panel(TimelinePanel).scales
    expect(scales.height() >= scales.minimumSizeHint().height(), "The scales are cut off.")


def _time_bar(window: MainWindow, state: State) -> None:
    bar = window.panel(TimeBar)
    T, letter = state.current.schedule.T, state.letter(state.current)
    slider, box = child(bar, QSlider), child(bar, QSpinBox)
    expect(slider.maximum() == box.maximum() == T, f"The time bar ends at {slider.maximum()}, the schedule at {T}.")
    expect(box.suffix() == f" / {T}", f"The time bar says{box.suffix()}, and T is {T}.")
    expect(slider.value() == box.value() == state.t, f"The time bar is at {slider.value()} in place of {state.t}.")
    text = bar.findChildren(QLineEdit)[-1].text()
    read = READ_OUT.fullmatch(text)
    expect(read is not None and read[1] == letter, f"The read-out is not of {letter}: {text}")
    assert read is not None
    for name, shown in zip(READ_OUT_NAMES, read.groups()[1:], strict=True):
        expect_value("The read-out", shown, name, str(state.current.schedule), box.value())


def _schedules(window: MainWindow, state: State) -> None:
    panel = window.panel(SchedulesPanel)
    if not panel.isVisible():
        return
    line, model = panel.list.view.line, panel.list.model
    if line.draft.text is None:
        expect(line.text() == str(state.current.spec), f"The line is {line.text()}, not the selected schedule.")
    expect(model.rowCount() == len(state.entries), f"The list has {model.rowCount()} lines.")
    for row, entry in enumerate(state.entries):
        index = model.index(row, 0)
        shown = model.line(index)
        text = str(entry.spec)
        expect(shown.text == text or shown.is_refused, f"Line {row + 1} of the list is {shown.text}, not {text}.")
        expect(shown.heading in (state.title(entry), ""), f"Line {row + 1} of the list is called {shown.heading}.")
        expect(
            entry.schedule in entry.members, f"Line {row + 1} of the list shows {entry.schedule}, no member of {text}."
        )
        ticked = Qt.CheckState(index.data(Qt.ItemDataRole.CheckStateRole)) is Qt.CheckState.Checked
        expect(ticked == entry.visible, f"Line {row + 1} of the list has the wrong tick.")


def _legend(window: MainWindow, state: State) -> None:
    panel = window.panel(CurvesPanel)
    if not (panel.grid.isVisible() and state.grid) or state.sheet:
        return
    text = child(panel, LegendStrip).accessibleDescription()
    name = state.curve if state.curve in state.curves else state.curves[0]
    for entry in state.visible:
        head = f"; {state.letter(entry)} {state.shown_title(entry)}, t = "
        expect(head in text, f"The legend does not have {head[2:]}: {text}")
        t, _, rest = text.partition(head)[2].partition(": ")
        expect_t("The legend", state, entry, int(t))
        _expect_shown("The legend", state, entry, rest.partition(";")[0], name, int(t))


def _expect_shown(place: str, state: State, entry: Entry, shown: str, name: str, t: int) -> None:
    if state.view is View.PLAIN:
        expect_value(place, shown, name, str(entry.schedule), t, entry.train)
    else:
        expect_compared(place, state, entry, shown, name, t)


def _numbers_in_the_plot(window: MainWindow, state: State) -> None:
    panel = window.panel(CurvesPanel)
    if not panel.grid.isVisible() or state.grid or state.sheet:
        return
    entries = {state.letter(entry): entry for entry in state.visible}
    (plot,) = panel.grid.plots()
    for label in plot._numbers.labels():
        shown, _, said = label.text.partition("  t ")
        letter, _, value = shown.partition(" ")
        if value.startswith("ends"):
            expect(not state.reaches(entries[letter]), f"The plot: {label.text}, which is not so.")
            continue
        t = int(said.partition("/")[0]) if said else state.t_of(entries[letter])
        expect_t("The plot", state, entries[letter], t)
        _expect_shown("The plot", state, entries[letter], value, state.curve, t)


def _equation(window: MainWindow, state: State) -> None:
    panel = window.panel(EquationPanel)
    side = panel.sides.side
    wanted = Side.FORWARD if panel.sides.both and state.side is Side.REVERSE else state.side
    expect(side is wanted, f"The equation shows {side}, of {state.side}.")
    expect(panel.training.isHidden() == (side is not Side.TRAINING), f"The equation does not show {side}.")
    expect(panel.forward.isHidden() == (side is not Side.FORWARD), f"The equation does not show {side}.")
    if side is Side.TRAINING:
        _expect_factors(panel.training, state)
        return
    for shown in panel.numbers():
        for said in shown.accessibleDescription().split("; "):
            read = WEIGHT.fullmatch(said)
            assert read is not None, said
            entry = next(entry for entry in state.entries if state.letter(entry) == read[1])
            expect_t("The equation", state, entry, int(read[3]))
            true = true_value(shown.weight.curve, str(entry.schedule), int(read[3]))
            if true is not None and read[2] != MISSING:
                true = math.sqrt(true) if shown.weight.root else true
                close = math.isclose(number(read[2]), true, rel_tol=6e-3, abs_tol=1e-300)
                expect(close, f"The equation: {shown.weight.curve} of {entry.schedule} is {read[2]}, of {true}.")


def _expect_factors(side: TrainingSide, state: State) -> None:
    """Raise Trouble unless W = p·w·c is that of each schedule that is listed, at its own t."""
    for factor in side.factors:
        said = [words.partition(" ")[::2] for words in factor.accessibleDescription().split("; ")]
        letters = [letter for letter, _ in said]
        expect(letters[0] == state.letter(state.current), f"The equation of training is of {letters}.")
        others = [state.letter(entry) for entry in state.visible if entry.key != state.selected]
        expect(letters[1:] == others[: len(letters) - 1], f"The equation of training is of {letters}, not {others}.")
        for letter, shown in said:
            entry = next(entry for entry in state.entries if state.letter(entry) == letter)
            true = true_value(factor.curve, str(entry.schedule), state.t_of(entry), entry.train)
            if true is not None and not (shown == MISSING and (math.isnan(true) or not state.reaches(entry))):
                what = f"{factor.curve} of {entry.schedule}, {entry.train}, at t = {state.t_of(entry)}"
                close = math.isclose(number(shown), true, rel_tol=6e-3, abs_tol=1e-300)
                expect(close, f"The equation: {what} is {shown}, of {true}.")
    for button, curve in ((side.as_is, "effective_weight"), (side.level, "relative_weight")):
        is_shown = state.curve == curve and state.axis == "log_snr"
        expect(button.isChecked() == is_shown, f"The button of {curve} over log SNR is down: {button.isChecked()}.")


def _objective(window: MainWindow, state: State) -> None:
    """What the card says that the selected schedule is trained for is so, as far as it is seen."""
    part, train = window.panel(SchedulesPanel).training, state.current.train
    if not part.head.isVisible():
        return
    for word in (train.predict, train.draw, train.weight):
        usual = word in ("epsilon", "uniform", "none")
        expect(usual or word in part.head.accessibleName(), f"The card says {part.head.text()}, of {train}.")
    if part.head.isChecked():
        chosen = [box.currentData() for box in part.findChildren(QComboBox)]
        expect(chosen == [train.predict, train.draw, train.weight], f"The card has {chosen}, of {train}.")
        shown = {key: slider.value for key, slider in part.sliders.items()}
        expect(shown == dict(train.values), f"The sliders of the card have {shown}, of {train}.")


def _predicted_error(window: MainWindow, state: State) -> None:
    """The error that a solver is said to have is that of Gaussian data that go through its table from the start."""
    views = window.panel(SamplingPanel).views
    state = views._for_network
    card = state.sampling.card
    said = views.solver.prediction
    if not said.isVisible():
        return
    measured = views._measured()
    if measured is None:
        expect(PREDICTED.search(said.text()) is None, f"An error is predicted of nothing: {said.text()}")
        return
    table, read = table_of(state, state.sampling.line), PREDICTED.search(said.text())
    expect(
        read is not None and measured.name in said.text(), f"No error is predicted of {measured.name}: {said.text()}"
    )
    assert read is not None
    if table.nfe <= MOST_ROWS:
        true = error_of_gaussian(table, measured.spectrum(card.shape if card else measured.shape))
        for what, shown, value in zip(
            ("brightness", "coarse", "middle", "fine", "KL"), read.groups(), true, strict=True
        ):
            told = number(shown.removesuffix(" %")) / (100 if shown.endswith("%") else 1)
            least = LEAST_KL if what == "KL" else ROUNDING
            close = math.isclose(told, value, rel_tol=0.06, abs_tol=least) or (math.isnan(told) and math.isnan(value))
            expect(close, f"The error of {table.solver} in {what} is said to be {shown}, of {value!r}.")


def _lanes(window: MainWindow, state: State) -> None:
    panel = window.panel(TimelinePanel)
    if not panel.isVisible():
        return
    for entry in state.visible:
        t, _, decibels = panel.lanes.values(entry)
        if t != MISSING:
            expect_t("A lane", state, entry, int(t))
            true = true_value("snr_db", str(entry.schedule), int(t))
            close = true is None or math.isclose(number(decibels), true, rel_tol=6e-3, abs_tol=6e-3)
            expect(close, f"The lane of {entry.schedule} at t = {t} shows {decibels} dB, of {true}.")


def _run_lanes(window: MainWindow, state: State) -> None:
    """Each note of a run is where its schedule has the noise level at which the network was called."""
    lanes, recording = window.panel(TimelinePanel).lanes, window.desk.samples._recording
    if not lanes.isVisible() or recording is None:
        return
    for row, shown in enumerate(lanes._lanes):
        if not isinstance(shown, ShownTrace) or shown.trace.run != recording.run:
            continue
        place, levels = lanes._run_place(row), recording.tables[shown.trace.row].log_snr
        expect(len(place.xs) == len(levels), f"A run of {len(levels)} calls has {len(place.xs)} notes.")
        done, nfe = lanes.runs.done(shown.trace), len(levels)
        expect(done <= nfe, f"{done} of {nfe} calls are said to be made.")
        spec = str(shown.host.schedule if shown.host is not None else shown.trace.schedule)
        for x, level in zip(place.xs, levels, strict=True):
            if not math.isnan(x) and math.isfinite(level):
                _expect_note(spec, state.axis, place.field.position(float(x)), float(level))


def _expect_note(spec: str, scale: str, position: float, level: float) -> None:
    """Raise Trouble unless a schedule has a log SNR at a position of an axis, as its steps are drawn there."""
    truth = truth_of(spec)
    if scale in LEVELS:
        drawn = {
            "log_snr": -level,
            "sigma": -0.5 * level / math.log(10),
            "tau": math.exp(-np.logaddexp(0, level / 2)),
        }[scale]
        expect(math.isclose(position, drawn, rel_tol=1e-6, abs_tol=1e-6), f"A note of {level} is at {position}.")
    elif truth is not None:
        t = position * (truth.T if scale == "t/T" else 1)
        around = truth.log_snr[[max(1, math.floor(t - 1e-6)) - 1, min(truth.T, math.ceil(t + 1e-6)) - 1]]
        inside = around[1] - 1e-6 <= level <= around[0] + 1e-6
        expect(bool(inside), f"A note of log SNR {level} is at t = {t} of {spec}, which has {around} there.")


def _steps_below(window: MainWindow, state: State) -> None:
    """What lines of steps lay out has the count that they say, and rows, notes and dots are those of the state."""
    for entry in state.entries:
        expect(len(entry.laid_out) == len(entry.steps), f"{len(entry.steps)} lines lay out {len(entry.laid_out)}.")
        for spec, levels in zip(entry.steps, entry.laid_out, strict=True):
            if isinstance(levels, StepLevels):
                _expect_count(spec, levels, str(entry.schedule))
    part = window.panel(SchedulesPanel).steps
    if part.isVisible():
        shown = [row.box.value for row in part.rows]
        expect(shown == list(map(str, state.current.steps)), f"The card has the steps {shown}.")
    lanes = window.panel(TimelinePanel).lanes
    if lanes.isVisible():
        for entry in state.visible:
            _expect_notes("A lane", state, [(each, each.positions(state.axis)) for each in lanes._bands.notes(entry)])
    grid = window.panel(CurvesPanel).grid
    for plot in grid.plots() if grid.isVisible() and not state.sheet else ():
        _expect_notes(plot.curve.name, state, [(line.notes, line.xs) for line in plot.steps.lines()])


def _expect_count(spec: StepsSpec, levels: StepLevels, schedule: str) -> None:
    table = StepsModel()
    table.show_levels(levels)
    rows = table.rowCount() - 1
    expect(rows == levels.count, f"The table of {spec} has {rows} steps, and {levels.count} are laid out.")
    expect(str(levels.schedule) == schedule, f"{spec} is laid out over {levels.schedule}, and stands below {schedule}.")
    if spec.applied or spec.source == FILE:
        return
    asked = len(spec.numbers) - (spec.source != "timesteps") if spec.is_list else spec.steps
    exact = spec.is_list or spacing_named(spec.source).exact
    expect(not exact or asked in (None, rows), f"{asked} steps of {spec} were asked for, and it has {rows}.")


def _expect_notes(where: str, state: State, shown: Sequence[tuple[StepNotes, Array]]) -> None:
    """Raise Trouble unless these are all the steps of the visible schedules that are near them, at their levels."""
    entries = {entry.key: entry for entry in state.visible}
    for notes, positions in shown:
        entry = entries.get(notes.key)
        text = f"{where}: {notes.spec}"
        expect(entry is not None and notes.place < len(entry.steps), f"{text} is shown, and is not there.")
        assert entry is not None
        expect(notes.levels is entry.laid_out[notes.place], f"{text} is shown, and has become something else.")
        expect(len(positions) <= notes.levels.count, f"{text} has {len(positions)} notes.")
        if len(positions) == notes.levels.count <= MOST_ROWS:
            for position, level in zip(positions.tolist(), notes.log_snr.tolist(), strict=True):
                if math.isfinite(level):
                    _expect_note(str(entry.schedule), state.axis, position, level)
    for entry in {notes.key: entries[notes.key] for notes, _ in shown}.values():
        wanted = sum(isinstance(each, StepLevels) for each in entry.laid_out)
        found = sum(notes.key == entry.key for notes, _ in shown)
        expect(found == wanted, f"{where}: {found} of {wanted} lines of steps of {entry.schedule} are shown.")


def _plots(window: MainWindow, state: State) -> None:
    panel = window.panel(CurvesPanel)
    if not panel.grid.isVisible() or state.sheet:
        return
    plots = panel.grid.plots()
    shown = tuple(plot.curve.name for plot in plots)
    chosen = state.curves if state.grid else (state.curve,)
    expect(shown == chosen, f"The plots are of {shown}, and {chosen} were chosen.")
    truth = truth_of(str(state.current.schedule))
    if truth is None:
        return
    place = state.time_axis.inside(float(truth.positions(state.axis)[state.t]))
    for plot in plots:
        cursor = plot._cursors.cursors()[-1][0]
        expect(abs(cursor - place) < 1e-6 * max(1, abs(place)), f"The cursor of {plot.curve.name} is at {cursor}.")


def _tiles(window: MainWindow, state: State) -> None:
    panel = window.panel(PicturePanel)
    if not panel.isVisible() or state.picture is None:
        return
    tiles = panel.gallery.tiles[1:]
    expect(len(tiles) == min(16, len(state.visible)), f"{len(tiles)} tiles for {len(state.visible)} schedules.")
    for entry, tile in zip(panel.gallery.entries, tiles, strict=True):
        place, spec = f"The tile of {state.letter(entry)}", _plain(tile.toolTip()).splitlines()[1]
        expect(
            tile.caption.title == f"{state.letter(entry)}  {state.shown_title(entry)}",
            f"{place} is {tile.caption.title}.",
        )
        expect(spec == str(entry.schedule), f"{place} says that it is of {spec}.")
        t = int(tile.caption.items[0].split()[-1])
        expect_t(place, state, entry, t)
        expect_value(place, tile.caption.items[1].split()[1], "snr_db", spec, t)


def _frame(window: MainWindow, state: State) -> None:
    panel = window.panel(PicturePanel)
    if not panel.isVisible() or window.desk.pictures.opening.busy:
        return
    box, frames = panel.header.frame, state.picture.frames if state.picture else 1
    expect(box.isVisible() == (frames > 1), f"The choice of one of {frames} frames is {box.isVisible()}.")
    if state.picture and frames > 1:
        expect(box.value() == state.picture.frame, f"Frame {state.picture.frame} is called {box.value()}.")


def _spectrum(window: MainWindow, state: State) -> None:
    """What is told to survive is where the spectrum crosses (1−ᾱ)/ᾱ = 1/SNR."""
    plot = window.panel(PicturePanel).spectrum
    if not plot.isVisible() or state.picture is None:
        return
    told = plot.told().split(" · ") if state.visible else []
    expect(len(told) == len(state.visible), f"The spectrum tells of {told}.")
    for entry, words in zip(state.visible, told, strict=True):
        letter, left, *_ = words.split()
        expect(letter == state.letter(entry), f"The spectrum tells of {letter} in place of {state.letter(entry)}.")
        snr = true_value("snr", str(entry.schedule), state.t_of(entry))
        if snr is not None and 1e-9 < snr < 1e9 and left != "nothing":
            cycles = plot.spectrum.side / number(left)
            near = np.interp(np.log(cycles), np.log(plot.spectrum.cycles), np.log(plot.spectrum.seen))
            holds = number(left) == 2 or abs(float(near) + math.log(snr)) < 0.5
            expect(holds, f"The spectrum tells of {words} at an SNR of {snr}.")


def _at_t(window: MainWindow, state: State) -> None:
    model, panel = child(window.panel(ValuesPanel), AtTModel), window.panel(ValuesPanel)
    if not panel.isVisible() or panel._tabs.currentIndex() != 0:
        return
    expect(model.columnCount() == 1 + len(state.visible), f"The table has {model.columnCount()} columns.")
    for column, entry in enumerate(state.visible, 1):
        head = str(model.headerData(column, Qt.Orientation.Horizontal))
        tip = str(model.headerData(column, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole))
        spec, t = _plain(tip).splitlines()[-1], int(head.split()[-1])
        expect(spec == str(entry.schedule), f"The table is of {spec} in place of {entry.schedule}.")
        expect_t("The table", state, entry, t)
        for row, name in enumerate(ALL_CURVES):
            expect_value("The table", str(model.index(row, column).data()), name, spec, t, entry.train)


def _every_t(window: MainWindow, state: State) -> None:
    model, panel = child(window.panel(ValuesPanel), EveryTModel), window.panel(ValuesPanel)
    if not panel.isVisible() or panel._tabs.currentIndex() != 1:
        return
    letter, schedule, train = state.letter(state.current), state.current.schedule, state.current.train
    expect(panel._tabs.tabText(1).endswith(letter), f"The table of every t is headed {panel._tabs.tabText(1)}.")
    expect(model.rowCount() == schedule.T, f"The table of every t has {model.rowCount()} rows.")
    for t in {1, max(1, state.t), schedule.T}:
        for column, name in enumerate(ALL_CURVES):
            shown = str(model.index(t - 1, column).data())
            expect_value("The table of every t", shown, name, str(schedule), t, train)


def _explained(window: MainWindow, state: State) -> None:
    panel = window.panel(ExplainPanel)
    if not panel.isVisible():
        return
    document = QTextDocument()
    document.setHtml(child(panel._numbers, QLabel).text())
    text = _words(document.toPlainText())
    for entry in state.visible or (state.current,):
        head = f"{state.letter(entry)} {_words(state.shown_title(entry))}, t = "
        expect(head in text, f"What is explained is not of {head}: {text}")
        said = re.match(r"(\d+) (.*?)(?: [A-Z]{1,2} .*, t = |$)", text.partition(head)[2])
        assert said is not None, text
        t = int(said[1])
        expect_t("The explanation", state, entry, t)
        true = true_value(state.curve, str(entry.schedule), t, entry.train) if t else None
        if true is not None and f"{{{state.curve}" in ALL_CURVES[state.curve].at_t:
            numbers = [number(shown) for shown in NUMBER.findall(said[2])]
            # A formula may take its sign apart.
            expect(
                any(agree(abs(shown), abs(true), state.curve in LOGARITHMS) for shown in numbers),
                f"{said[2]} does not have {true!r}.",
            )


def _plain(tip: str) -> str:
    """What is read in a tip, in which what others have written may be wrapped."""
    if not tip.startswith("<"):
        return tip
    document = QTextDocument()
    document.setHtml(tip)
    return document.toPlainText()


def _card(window: MainWindow, state: State) -> None:
    """The card is that of the state's checkpoint, with the answers that the state has."""
    setup = state.sampling
    expect(setup.card is None or setup.is_of(setup.card), f"The card is not that of {setup.subject}.")
    view = window.panel(SamplingPanel).views.model.card
    if view.isVisible():
        shown = {key: (row.row.value, row.row.origin) for key, row in view.rows.items()}
        known = {row.key: (row.value, row.origin) for row in setup.card.rows} if setup.card else {}
        expect(shown == known, f"The card shows {shown}, and known is {known}.")


def _figure_page(window: MainWindow, state: State) -> None:
    page = window.findChild(FigureDialog)
    if page is None or not page.isVisible():
        return
    if page.figure is None:
        expect(bool(page.preview.accessibleDescription()), "There is no figure, and nothing says why.")
        return
    wanted = [member for entry in state.visible for member in entry.members]
    expect([line.schedule for line in page.figure.lines] == wanted, "The figure has not the schedules that are ticked.")
    named = [line.name for line in page.figure.lines if line.name]
    expect(named == [state.title(entry) for entry in state.visible], f"The figure names {named}.")
    curves = state.curves if page.fields.settings.whole else (state.curve,)
    expect(page.figure.curves == curves, f"The figure has {page.figure.curves}, not {curves}.")
    expect(page.figure.axis == state.axis, f"The figure is over {page.figure.axis}, not {state.axis}.")
    for button in (page.save, page.copy, page.copy_script):
        expect(button.isEnabled(), f"There is a figure, and {button.text()} cannot be pressed.")


CHECKS: tuple[Callable[[MainWindow, State], None], ...] = (
    _state,
    _window,
    _zones,
    _time_bar,
    _schedules,
    _legend,
    _numbers_in_the_plot,
    _equation,
    _objective,
    _lanes,
    _run_lanes,
    _steps_below,
    _plots,
    _tiles,
    _frame,
    _spectrum,
    _at_t,
    _every_t,
    _explained,
    _card,
    _predicted_error,
    _figure_page,
)
"""Every check. Only panels that are in view are looked at: others show nothing."""
