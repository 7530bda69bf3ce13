"""The longest stretch in which the window does nothing but what it was asked for: its events have to wait so long."""

from __future__ import annotations

import contextlib
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PIL import Image
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QMimeData, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QImage
from PySide6.QtWidgets import QApplication

from ddpm_studio.diffusion import CURVES, Schedule, SolverTable, Steps, solver_table
from ddpm_studio.diffusion.moment import RELATIVE_SCALE, T_SCALE
from ddpm_studio.files.export import FORMATS, export_bytes
from ddpm_studio.gui import app as program
from ddpm_studio.gui.curves.curves_panel import CurvesPanel
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.picture.loading import load
from ddpm_studio.gui.projects.document import to_text, write_document
from ddpm_studio.gui.sampling.sampling_panel import SamplingPanel
from ddpm_studio.gui.state.window import Entry, State, View
from ddpm_studio.gui.theme import ThemeChoice
from ddpm_studio.gui.values.numbers_table import NumbersTable
from ddpm_studio.gui.values.values_panel import ValuesPanel
from ddpm_studio.gui.widgets.dialogs import SaveFormat
from tests.benchmarks.figure import Figure
from tests.benchmarks.yardstick import Yardstick

SIZE = QSize(1600, 1000)
TRIES = 3
LENGTHS = {1000: 100.0, 100_000: 300.0}
"""T and the bound, in milliseconds on the machine of reference."""

SHEET_MS = 400.0
"""The bound for what Qt's style sheet or layout takes by itself."""

FEW_AND_MANY_CALLS = 10, 4000
"""Those of the solver whose weights are shown at first, and then."""

TICK_MS, STILL_TICKS = 2, 60
SPECS = ("linear", "cosine", "sigmoid")


class Answers:
    """A person at the file dialogs who knows what to say."""

    def __init__(self) -> None:
        self.path, self.chosen = "", 0

    def open_one(self, title: str, filters: str) -> str:
        """The path."""
        return self.path

    def save(self, title: str, suggestion: str, formats: Sequence[SaveFormat]) -> tuple[str, SaveFormat]:
        """The path and the format."""
        return self.path, formats[self.chosen]


class Watch:
    """An event loop that notes when it gets to its timer; it ends when nothing has been going on for a while."""

    def __init__(self, busy: Callable[[], bool]) -> None:
        self._busy = busy
        self._loop = QEventLoop()
        self._timer = QTimer(interval=TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._ticks, self._still, self._worked = list[float](), 0, 0.0

    def longest(self, action: Callable[[], object]) -> float:
        """The longest time between two ticks from the action on, in milliseconds."""
        self._still = 0
        self._timer.start()
        QTimer.singleShot(0, lambda: self._begin(action))
        self._loop.exec()
        self._timer.stop()
        return 1e3 * float(np.diff(self._ticks).max())

    def _begin(self, action: Callable[[], object]) -> None:
        self._ticks = [time.perf_counter()]
        action()

    def _tick(self) -> None:
        worked = time.thread_time()  # Which other work on the machine does not add to, or no end would come beside it.
        calm = bool(self._ticks) and worked - self._worked < 5e-3 * TICK_MS and not self._busy()
        self._still = self._still + 1 if calm else 0
        self._worked = worked
        self._ticks.append(time.perf_counter())
        if self._still > STILL_TICKS:
            self._loop.quit()


@dataclass(frozen=True)
class Deed:
    """Something that is done in the window, what goes before it without being measured, and its bound if not T's."""

    name: str
    do: Callable[[], object]
    before: Callable[[], object] = lambda: None
    bound: float | None = None


class Room:
    """A window with three schedules of one length, all curves, and files to open and to write in a folder."""

    def __init__(self, T: int, folder: Path) -> None:
        self.T, self.folder = T, folder
        schedules = [Schedule(kind, T) for kind in SPECS]
        self.window: MainWindow = program.open_window([], schedules, T // 3)
        self.window.share_out(SIZE)
        self.window.show()
        self.studio, self.answers = self.window.studio, Answers()
        desk = self.window.desk
        desk.files.dialogs = desk.pictures.dialogs = desk.projects.dialogs = self.answers  # type: ignore[assignment]
        self.watch = Watch(self._busy)
        self.studio.set_curves(tuple(CURVES))
        self.watch.longest(lambda: None)
        self._first = self.studio.state

    def _busy(self) -> bool:
        return any(queue.busy for queue in self.window.desk.every_queue)

    def worst(self, deed: Deed) -> Figure:
        """The longest stretch of a deed, by the median of several tries between two yardsticks each."""
        tries, yardstick = [], Yardstick()
        for _ in range(TRIES):
            self.watch.longest(deed.before)
            yardstick.lay()
            tries.append(self.watch.longest(deed.do))
            yardstick.lay()
        label, bound = f"{deed.name}, T = {self.T}", deed.bound or LENGTHS[self.T]
        return Figure(label, statistics.median(tries), bound, "ms", yardstick.slowness)

    def trigger(self, name: str) -> None:
        """Choose an action of the menus."""
        action = self.window.findChild(QAction, name)
        assert action is not None, name
        action.trigger()

    def save(self, name: str, file: str, chosen: int = 0) -> None:
        """Choose an action that asks where to save."""
        self.answers.path, self.answers.chosen = str(self.folder / file), chosen
        self.trigger(name)

    def open(self, path: Path) -> None:
        """Open a file as from the menu."""
        self.window.desk.files.open_path(str(path))

    def go_back(self) -> None:
        """Show what was there at first."""
        self.studio.open(self._first, "going back")

    def keep_three(self) -> None:
        """Remove what was added."""
        while len(self.studio.state.entries) > len(SPECS):
            self.studio.remove(self.studio.state.entries[-1].key)
        self.studio.select(self.studio.state.entries[0].key)

    def add_another(self, schedule: Schedule) -> None:
        """Add a fourth schedule."""
        self.keep_three()
        self.studio.add(schedule)

    def bring_up(self, name: str, tab: int = 0) -> None:
        """Bring a tab to the front."""
        self.window.bring_up(name)
        if name == "values":
            self.window.panel(ValuesPanel)._tabs.setCurrentIndex(tab)

    def bring_up_solver(self, table: SolverTable) -> None:
        """Bring a solver's weights to the front."""
        self.bring_up("sampling")
        views = self.window.panel(SamplingPanel).views
        views.solver.show_table(table, "v_prediction")
        views.setCurrentWidget(views.solver)

    def copy_table(self) -> None:
        """Copy the numbers at every t."""
        table = self.window.panel(ValuesPanel)._tabs.currentWidget()
        assert isinstance(table, NumbersTable)
        table.copy_all()


def _files(folder: Path, T: int) -> dict[str, Path]:
    """A file of T betas in each format that opens, plain and as exported, a picture of 40 megapixels, and a project."""
    schedule = Schedule("linear", T)
    betas = schedule.betas.tolist()
    (folder / "betas.csv").write_text("betas\n" + "\n".join(map(repr, betas)))
    (folder / "betas.json").write_text(json.dumps(betas))
    np.save(folder / "betas.npy", schedule.betas)
    for suffix in ("csv", "json", "npz"):
        (folder / f"whole.{suffix}").write_bytes(export_bytes([schedule], None, suffix))
    noise = np.random.default_rng(0).integers(0, 255, (500, 800, 3), np.uint8)
    Image.fromarray(noise).resize((8000, 5000)).save(folder / "large.jpg")
    Image.fromarray(noise).resize((8000, 5000)).convert("RGBA").save(folder / "large.png", compress_level=1)
    (folder / "work.ddpm").write_text(to_text(write_document(_of_files(folder), folder)))
    return {path.name: path for path in folder.iterdir()}


def _of_files(folder: Path) -> State:
    """A state with a picture and three schedules that were read from files."""
    paths = (folder / f"betas.{suffix}" for suffix in ("csv", "json", "npy"))
    entries = [Entry(key, Schedule.parse(f"custom:path={path}"), key) for key, path in enumerate(paths)]
    picture = load(str(folder / "large.jpg"), (255, 255, 255))
    return State(entries=tuple(entries), picture=picture).at(1)


def _deeds(room: Room, files: dict[str, Path]) -> Iterator[Deed]:
    yield from _schedule_deeds(room)
    yield from _file_deeds(room, files)
    yield from _project_deeds(room, files)
    yield from _text_deeds(room, files)
    yield from _look_deeds(room)
    yield from _copy_deeds(room)
    yield from _picture_deeds(room, files)
    yield from _solver_deeds(room)


def _schedule_deeds(room: Room) -> Iterator[Deed]:
    studio, T = room.studio, room.T
    to_linear = partial(studio.set_kind, "linear")
    yield Deed("add a schedule", partial(studio.add, Schedule("exp", T)), room.keep_three)
    yield Deed("duplicate", partial(room.trigger, "duplicate"), room.keep_three)
    yield Deed("remove", partial(room.trigger, "remove"), partial(room.add_another, Schedule("exp", T)))
    yield Deed("select", partial(room.trigger, "select_next"), room.keep_three)
    for kind in ("cosine", "laplace", "sigmoid"):
        yield Deed(f"set the kind to {kind}", partial(studio.set_kind, kind), to_linear)
    yield Deed("move a slider", partial(studio.set_parameter, "beta_end", 0.015), to_linear)
    yield Deed("move the T slider", partial(studio.set_parameter, "T", T - 1), partial(studio.set_parameter, "T", T))
    yield Deed("set t", partial(studio.set_t, T // 2), partial(studio.set_t, T // 3))


def _file_deeds(room: Room, files: dict[str, Path]) -> Iterator[Deed]:
    for place, form in enumerate(FORMATS.values()):
        export = partial(room.save, "export_schedules", f"out{form.suffix}", place)
        yield Deed(f"export as {form.name}", export, room.keep_three)
    for name in (name for name in files if name.startswith(("betas", "whole"))):
        yield Deed(f"open {name}", partial(room.open, files[name]), room.keep_three)
    room.watch.longest(room.keep_three)
    yield Deed("save plots as PNG", partial(room.save, "save_plots", "plots.png"))
    yield Deed("save plots as SVG", partial(room.save, "save_plots", "plots.svg"))


def _project_deeds(room: Room, files: dict[str, Path]) -> Iterator[Deed]:
    work = files["work.ddpm"]
    yield Deed("open a project", partial(room.open, work), room.go_back)
    yield Deed("save a project", partial(room.trigger, "save_project"), partial(room.open, work))
    room.watch.longest(room.go_back)


def _text_deeds(room: Room, files: dict[str, Path]) -> Iterator[Deed]:
    desk, mime = room.window.desk, QMimeData()
    mime.setText(files["betas.csv"].read_text())
    yield Deed("paste betas", partial(desk.files.take, mime), room.keep_three)
    room.watch.longest(room.keep_three)
    for name in ("betas.csv", "whole.json"):
        enter = partial(desk.schedules.enter_spec, f"custom:path={files[name]}")
        yield Deed(f"enter custom:path={name}", enter, room.go_back)
    room.watch.longest(room.go_back)


def _look_deeds(room: Room) -> Iterator[Deed]:
    window, studio, grid = room.window, room.studio, room.window.panel(CurvesPanel).grid
    light, dark = (partial(window.set_theme, choice) for choice in (ThemeChoice.LIGHT, ThemeChoice.DARK))
    yield Deed("switch the theme", dark, light, SHEET_MS)
    yield Deed("reset the layout", window.reset_layout, bound=SHEET_MS)
    yield Deed("resize", partial(window.resize, SIZE - QSize(100, 100)), partial(window.resize, SIZE))
    yield Deed("show ratios", partial(studio.set_view, View.RATIO), partial(studio.set_view, View.PLAIN))
    room.watch.longest(partial(studio.set_view, View.PLAIN))
    yield Deed("show t/T", partial(studio.set_axis, RELATIVE_SCALE), partial(studio.set_axis, T_SCALE))
    room.watch.longest(partial(studio.set_axis, T_SCALE))
    yield Deed("show every curve", partial(studio.set_curves, tuple(CURVES)), partial(studio.set_curves, ("snr",)))
    yield Deed("zoom", partial(grid.zoom, 2.0), grid.reset_zoom)
    for tab, name in enumerate(("at t", "at every t")):
        yield Deed(f"show values {name}", partial(room.bring_up, "values", tab), partial(room.bring_up, "picture"))


def _copy_deeds(room: Room) -> Iterator[Deed]:
    menu = room.window.panel(CurvesPanel)._menu
    yield Deed("copy the values at every t", room.copy_table, partial(room.bring_up, "values", 1))
    menu.prepare(room.studio.state, "snr", zoomed=False)
    yield Deed("copy a curve's values", menu.copy_values.trigger)
    yield Deed("copy a plot", menu.copy_plot.trigger)
    custom = Schedule.from_betas(Schedule("linear", room.T).betas)
    for name in ("copy_spec", "copy_numpy", "copy_diffusers"):
        yield Deed(f"{name} of a kind", partial(room.trigger, name), room.keep_three)
        yield Deed(f"{name} of betas from a file", partial(room.trigger, name), partial(room.add_another, custom))
    room.watch.longest(room.keep_three)


def _picture_deeds(room: Room, files: dict[str, Path]) -> Iterator[Deed]:
    studio, pictures = room.studio, room.window.desk.pictures
    room.watch.longest(partial(room.bring_up, "picture"))
    for name in ("large.jpg", "large.png"):
        yield Deed(f"open {name}, 40 megapixels", partial(room.open, files[name]), pictures.show_first_picture)
    yield Deed("show histograms", partial(studio.set_histogram, True), partial(studio.set_histogram, False))
    yield Deed("new noise", pictures.new_noise)
    mime, pasted = QMimeData(), QImage(8000, 5000, QImage.Format.Format_ARGB32)
    pasted.fill(Qt.GlobalColor.red)
    mime.setImageData(pasted)
    yield Deed("paste 40 megapixels", partial(pictures.paste_mime, mime), pictures.show_first_picture)
    yield Deed("choose another background", partial(pictures.set_background, (0, 255, 0)))
    yield Deed("save pictures", partial(room.save, "save_pictures", "sheet.png"), pictures.show_first_picture)


def _solver_deeds(room: Room) -> Iterator[Deed]:
    page = room.window.panel(SamplingPanel).views.solver
    few, many = (solver_table("ddim", Steps.from_spacing(Schedule("linear", T), T)) for T in FEW_AND_MANY_CALLS)
    room.watch.longest(partial(room.bring_up_solver, few))
    show_few = partial(page.show_table, few, "v_prediction")
    yield Deed(f"show the weights of {many.nfe} calls", partial(page.show_table, many, "v_prediction"), show_few)


def benchmark() -> Iterator[Figure]:
    """The longest stretch of each deed at each T."""
    app = QApplication.instance() or program.make_application(["benchmark"])
    for T in LENGTHS:
        with tempfile.TemporaryDirectory() as name, contextlib.closing(_Open(T, Path(name))) as opened:
            for deed in _deeds(opened.room, opened.files):
                yield opened.room.worst(deed)
    del app


class _Open:
    """A room and its files until it is closed."""

    def __init__(self, T: int, folder: Path) -> None:
        self.files = _files(folder, T)
        self.room = Room(T, folder)

    def close(self) -> None:
        """Close the window, and delete it: a style sheet or a font would be given to its widgets, too."""
        self.room.window.close()
        self.room.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
