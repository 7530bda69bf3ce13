"""Whatever may take long is done beside the window, which goes on meanwhile and can be closed, and can be cancelled."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, QSize, Qt, QThread, QUrl
from PySide6.QtGui import QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QSpinBox
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.files.export import FORMATS, export_bytes
from ddpm_studio.gui.app import open_window
from ddpm_studio.gui.curves.curves_panel import CurvesPanel
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.picture.picture_panel import PicturePanel
from ddpm_studio.gui.projects.document import to_text, write_document
from ddpm_studio.gui.projects.session_folder import sessions_folder, set_aside_file
from ddpm_studio.gui.recent import RecentKind, remember_file
from ddpm_studio.gui.recent_menu import RecentMenu
from ddpm_studio.gui.schedules.schedules_panel import SchedulesPanel
from ddpm_studio.gui.state.shown_picture import Picture
from ddpm_studio.gui.state.studio import first_state
from ddpm_studio.gui.state.window import Entry
from ddpm_studio.gui.tasks import Task, TaskMonitor, TaskQueue
from ddpm_studio.gui.timeline.time_bar import TimeBar
from ddpm_studio.gui.values.values_panel import ValuesPanel
from ddpm_studio.gui.widgets.task_bar import TaskBar
from ddpm_studio.gui.widgets.typed.typed_line import TypedLine
from ddpm_studio.gui.worker import sampling_thread
from ddpm_studio.interruption import check
from tests.gui.finding import child
from tests.gui.test_main_window import Answers, action, answer, enter


class Gate:
    """Holds every task before its work until `opened` is set, or until it is cancelled."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.opened = Event()
        add = TaskQueue.add

        def add_held(queue: TaskQueue, task: Task) -> None:
            add(queue, replace(task, work=partial(self._wait, task.work)))

        monkeypatch.setattr(TaskQueue, "add", add_held)

    def _wait(self, work: Callable[[TaskMonitor], object], monitor: TaskMonitor) -> object:
        while not self.opened.wait(0.001):
            check()
        return work(monitor)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    return Gate(monkeypatch)


@dataclass
class Scene:
    """A window, a folder with files to open, and what there is to see of what was done."""

    window: MainWindow
    qtbot: QtBot
    folder: Path

    def wait(self) -> None:
        """Wait until nothing is done beside the window."""
        self.qtbot.waitUntil(lambda: not any(queue.busy for queue in self.window.desk.queues))

    def traces(self) -> tuple[object, ...]:
        """What the window may have changed: files, schedules, picture, background, clipboard."""
        state = self.window.studio.state
        files = {path.name: path.read_bytes() for path in self.folder.iterdir()}
        return files, state.entries, state.picture, state.background, QApplication.clipboard().text()

    def put_back(self, traces: tuple[object, ...]) -> None:
        """Have the traces be as they were."""
        while self.traces()[1:-1] != traces[1:-1] and self.window.studio.state.undo is not None:
            self.window.studio.undo()
        files, *_, clipboard = traces
        assert isinstance(files, dict)
        for path in self.folder.iterdir():
            if path.name not in files:
                path.unlink()
        QApplication.clipboard().setText(str(clipboard))

    def save(self, name: str, file: str, chosen: int = 0) -> None:
        """Choose an action that asks for a path."""
        answer(self.window, Answers(save=str(self.folder / file), chosen=chosen))
        action(self.window, name).trigger()

    def drop(self, *files: str) -> None:
        """Drop files of the folder on the window."""
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(self.folder / file)) for file in files])
        self._drop(mime)

    def _drop(self, mime: QMimeData) -> None:
        at, buttons = QPointF(5, 5), Qt.MouseButton.LeftButton
        no_key = Qt.KeyboardModifier.NoModifier
        self.window.dropEvent(QDropEvent(at, Qt.DropAction.CopyAction, mime, buttons, no_key))

    def paste(self) -> None:
        """Paste pixels."""
        image = QImage(4, 3, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        mime = QMimeData()
        mime.setImageData(image)
        assert self.window.desk.pictures.paste_mime(mime)

    def paste_text(self, text: str) -> None:
        """Drop a text."""
        mime = QMimeData()
        mime.setText(text)
        self._drop(mime)

    def open_project(self) -> None:
        """Open a project from the menu."""
        answer(self.window, Answers(opens=[str(self.folder / "work.ddpm")]))
        action(self.window, "open_project").trigger()

    def open_recent(self) -> None:
        """Open a project that was opened before."""
        remember_file(RecentKind.PROJECTS, str(self.folder / "work.ddpm"))
        menu = child(self.window, RecentMenu)
        menu.fill()
        next(action for action in menu.actions() if action.text() == "work.ddpm").trigger()

    def open_set_aside(self) -> None:
        """Open a session that was set aside."""
        sessions_folder().mkdir(parents=True, exist_ok=True)
        shutil.copy(self.folder / "work.ddpm", set_aside_file(sessions_folder()))
        action(self.window, "open_set_aside").trigger()

    @property
    def line(self) -> TypedLine:
        """The field with the selected schedule as one line."""
        return self.window.panel(SchedulesPanel).list.view.line

    def enter(self, file: str) -> str:
        """Type the schedule of a file of the folder as one line; it is returned."""
        spec = f"custom:path={self.folder / file}"
        enter(self.line, spec)
        return spec

    def copy_table(self) -> None:
        """Copy the numbers at t."""
        panel = self.window.panel(ValuesPanel)
        panel._now.show_state(self.window.studio.state, panel.tokens)
        panel._now_table.copy_all()

    def copy_curve(self) -> None:
        """Copy the numbers of a curve."""
        panel = self.window.panel(CurvesPanel)
        panel._menu.prepare(self.window.studio.state, "betas", zoomed=False)
        panel._menu.copy_values.trigger()


@pytest.fixture
def scene(qtbot: QtBot, tmp_path: Path, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    folder = tmp_path / "files"
    folder.mkdir()
    window = open_window([], [Schedule("linear", 30), Schedule("cosine", 20)], 3)
    window.studio.set_visible(window.studio.state.entries[1].key, False)
    qtbot.addWidget(window)
    window.share_out(QSize(1280, 800))
    with qtbot.waitExposed(window):
        window.show()
    Image.new("RGBA", (40, 20), (0, 0, 255, 100)).save(folder / "blue.png")
    for suffix in ("csv", "json", "npz"):
        (folder / f"betas.{suffix}").write_bytes(export_bytes([Schedule("jsd", 9)], None, suffix))
    project = replace(first_state(), entries=(Entry(0, Schedule("jsd", 9), 0),))
    (folder / "work.ddpm").write_text(to_text(write_document(project, folder)))
    QApplication.clipboard().setText("before")
    return Scene(window, qtbot, folder)


DEEDS: dict[str, Callable[[Scene], object]] = {
    **{
        f"export {form.name}": partial(Scene.save, name="export_schedules", file=f"out{form.suffix}", chosen=place)
        for place, form in enumerate(FORMATS.values())
    },
    "plots as PNG": lambda scene: scene.save("save_plots", "plots.png"),
    "plots as SVG": lambda scene: scene.save("save_plots", "plots.svg"),
    "pictures": lambda scene: scene.save("save_pictures", "sheet.png"),
    "save a project": lambda scene: scene.save("save_project", "new.ddpm"),
    "open a project": Scene.open_project,
    "drop a project": lambda scene: scene.drop("work.ddpm"),
    "open a recent project": Scene.open_recent,
    "open the session set aside": Scene.open_set_aside,
    "paste lines": lambda scene: scene.paste_text("jsd:T=9\ncosine:T=9"),
    "paste a table": lambda scene: scene.paste_text("betas\n0.1\n0.2"),
    "enter a line": lambda scene: scene.enter("betas.csv"),
    "open CSV": lambda scene: scene.drop("betas.csv"),
    "open JSON": lambda scene: scene.drop("betas.json"),
    "open NPZ": lambda scene: scene.drop("betas.npz"),
    "open a picture": lambda scene: scene.drop("blue.png"),
    "paste": Scene.paste,
    "background": lambda scene: scene.window.desk.pictures.set_background((1, 2, 3)),
    "copy as text": lambda scene: action(scene.window, "copy_spec").trigger(),
    "copy NumPy": lambda scene: action(scene.window, "copy_numpy").trigger(),
    "copy diffusers": lambda scene: action(scene.window, "copy_diffusers").trigger(),
    "copy a table": Scene.copy_table,
    "copy a curve": Scene.copy_curve,
}


@pytest.fixture(params=DEEDS.values(), ids=list(DEEDS))
def deed(request: pytest.FixtureRequest) -> Callable[[Scene], object]:
    found: Callable[[Scene], object] = request.param
    return found


def test_the_window_goes_on_and_it_is_cancelled_done_or_closed_upon(
    scene: Scene, gate: Gate, deed: Callable[[Scene], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = scene.traces()
    deed(scene)
    scene.window.studio.set_t(7)
    scene.qtbot.waitUntil(lambda: child(scene.window.panel(TimeBar), QSpinBox).value() == 7)
    assert scene.traces() == before, "while it is done"
    cancel(scene)
    assert scene.traces() == before, "once it is cancelled"
    deed(scene)
    gate.opened.set()
    scene.wait()
    assert scene.traces() != before, "once it is done"
    gate.opened.clear()
    scene.put_back(before)
    assert scene.traces() == before, "once it is put back"
    monkeypatch.setattr(sampling_thread, "PATIENCE_MS", 100)  # A project is waited for, and this one is held.
    deed(scene)
    assert scene.window.desk.busy
    scene.window.close()
    assert not scene.window.desk.busy
    assert not any(thread.isRunning() for thread in scene.window.findChildren(QThread))
    assert scene.traces() == before, "once the window is closed"


def test_what_a_panel_computes_has_no_bar_and_ends_with_the_window(scene: Scene, gate: Gate) -> None:
    window = scene.window
    window.bring_up("picture")
    window.studio.set_picture(Picture("large.png", np.zeros((320, 320, 3), np.float32), (320, 320)))
    window.studio.set_spectrum(True)
    scene.qtbot.waitUntil(lambda: window.panel(PicturePanel).spectrum.computing.under_way)
    assert window.desk.busy
    assert not any(queue.busy for queue in window.desk.queues)
    assert set(window.desk.queues) < set(window.desk.every_queue)
    window.close()
    assert not window.desk.busy
    assert not any(thread.isRunning() for thread in window.findChildren(QThread))


def cancel(scene: Scene) -> None:
    """Click on the button beside what is being done."""
    scene.qtbot.waitUntil(lambda: any(bar.isVisible() for bar in scene.window.findChildren(TaskBar)))
    (bar,) = (bar for bar in scene.window.findChildren(TaskBar) if bar.isVisible())
    QTest.mouseClick(bar.cancel, Qt.MouseButton.LeftButton)
    scene.wait()
    assert "was cancelled" in scene.window.toast.text
    assert not bar.isVisible()


def test_files_are_opened_in_the_order_in_which_they_came(scene: Scene, gate: Gate) -> None:
    Image.new("RGB", (5, 5)).save(scene.folder / "last.png")
    scene.drop("betas.csv", "blue.png", "betas.npz")
    scene.drop("last.png")
    scene.qtbot.waitUntil(lambda: scene.window.desk.pictures.opening.busy)
    assert len(scene.window.studio.state.entries) == 2
    gate.opened.set()
    scene.wait()
    state = scene.window.studio.state
    assert [Path(entry.schedule.path).name for entry in state.entries[2:]] == ["betas.csv", "betas.npz"]
    assert state.picture is not None
    assert state.picture.name == "last.png"


def test_a_background_chosen_while_a_picture_is_opened_is_behind_that(scene: Scene, gate: Gate) -> None:
    scene.drop("blue.png")
    scene.window.desk.pictures.set_background((0, 255, 0))
    gate.opened.set()
    scene.wait()
    state = scene.window.studio.state
    assert state.picture is not None
    assert (state.picture.name, state.background) == ("blue.png", (0, 255, 0))
    assert state.picture.pixels[0, 0, 1] > 0


def test_a_file_that_cannot_be_read_keeps_the_next_from_nothing(scene: Scene, gate: Gate) -> None:
    (scene.folder / "bad.csv").write_text("betas\nnone\n")
    gate.opened.set()
    scene.drop("bad.csv", "betas.csv")
    scene.wait()
    assert "bad.csv" in scene.window.toast.text
    assert len(scene.window.studio.state.entries) == 3


def specs(window: MainWindow) -> list[str]:
    return [str(entry.schedule) for entry in window.studio.state.entries]


@pytest.mark.parametrize("open_it", [Scene.open_project, lambda scene: scene.drop("work.ddpm")], ids=["menu", "drop"])
def test_a_project_opens_after_what_came_before_and_before_what_came_after(
    scene: Scene, gate: Gate, open_it: Callable[[Scene], object]
) -> None:
    scene.drop("betas.csv")
    open_it(scene)
    scene.drop("betas.npz")
    assert len(specs(scene.window)) == 2
    gate.opened.set()
    scene.wait()
    assert [entry.schedule.kind for entry in scene.window.studio.state.entries] == ["jsd", "custom"]
    assert scene.window.studio.state.project == str(scene.folder / "work.ddpm")
    assert str(scene.window.studio.state.undo) == "opening betas.npz"
    scene.window.studio.undo()
    assert str(scene.window.studio.state.undo) == "opening work.ddpm"
    scene.window.studio.undo()
    assert specs(scene.window)[:2] == ["linear:T=30", "cosine:T=20"]
    assert Path(scene.window.studio.state.entries[2].schedule.path).name == "betas.csv"


def test_what_changes_while_a_project_is_saved_is_not_saved(scene: Scene, gate: Gate) -> None:
    studio = scene.window.studio
    scene.save("save_project", "new.ddpm")
    assert not studio.state.project
    studio.set_parameter("T", 31)
    gate.opened.set()
    scene.wait()
    assert (studio.state.project, studio.state.changed) == (str(scene.folder / "new.ddpm"), True)
    assert "linear:T=30" in (scene.folder / "new.ddpm").read_text()
    studio.undo()
    assert not studio.state.changed


@pytest.mark.parametrize("name", ["save_project", "save_project_as", "open_project"])
def test_while_a_project_is_saved_none_is_saved_or_opened(scene: Scene, gate: Gate, name: str) -> None:
    scene.save("save_project", "new.ddpm")
    before = scene.traces()
    answer(scene.window, Answers(opens=[str(scene.folder / "work.ddpm")], save=str(scene.folder / "other.ddpm")))
    action(scene.window, name).trigger()
    assert "Another file is being saved" in scene.window.toast.text
    gate.opened.set()
    scene.wait()
    after = scene.traces()
    assert after[1:] == before[1:]
    assert not (scene.folder / "other.ddpm").exists()


def test_a_project_that_was_left_while_it_was_saved_does_not_become_that_of_the_next(scene: Scene, gate: Gate) -> None:
    scene.save("save_project", "new.ddpm")
    action(scene.window, "start_afresh").trigger()
    gate.opened.set()
    scene.wait()
    assert (scene.folder / "new.ddpm").exists()
    assert scene.window.studio.state.project == ""


def test_a_project_that_is_being_saved_is_written_before_the_window_closes(scene: Scene, gate: Gate) -> None:
    scene.save("save_project", "new.ddpm")
    gate.opened.set()
    scene.window.close()
    assert "linear:T=30" in (scene.folder / "new.ddpm").read_text()
    state = scene.window.studio.state
    assert (state.project, state.changed) == (str(scene.folder / "new.ddpm"), False)


def test_what_is_no_project_leaves_everything_and_keeps_the_next_from_nothing(scene: Scene, gate: Gate) -> None:
    (scene.folder / "bad.ddpm").write_text("{}")
    gate.opened.set()
    scene.drop("bad.ddpm", "betas.csv")
    scene.wait()
    assert "bad.ddpm" in scene.window.toast.text
    assert specs(scene.window)[:2] == ["linear:T=30", "cosine:T=20"]
    assert len(specs(scene.window)) == 3


def test_a_line_stays_as_it_was_entered_until_its_file_is_read(scene: Scene, gate: Gate) -> None:
    studio = scene.window.studio
    spec = scene.enter("betas.csv")
    studio.set_t(7)
    scene.qtbot.waitUntil(lambda: child(scene.window.panel(TimeBar), QSpinBox).value() == 7)
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_Return):
        QTest.keyClick(scene.line, key)
    assert (scene.line.text(), len(scene.window.desk.pictures.opening._waiting)) == (spec, 0)
    gate.opened.set()
    scene.wait()
    scene.qtbot.waitUntil(lambda: scene.line.text() == str(studio.state.current.schedule))
    assert studio.state.current.schedule == Schedule.parse(spec)
    assert str(studio.state.undo) == "change of the schedule"


def test_a_line_whose_file_cannot_be_read_is_refused_in_its_field(scene: Scene, gate: Gate) -> None:
    before = scene.window.studio.state.entries
    gate.opened.set()
    spec = scene.enter("none.csv")
    scene.wait()
    assert scene.line.text() == spec
    assert "There is no file" in scene.line.draft.reason
    assert scene.window.studio.state.entries == before
    scene.enter("betas.csv")
    scene.wait()
    assert not scene.line.draft.reason


def test_a_line_whose_reading_was_cancelled_can_be_entered_again(scene: Scene, gate: Gate) -> None:
    scene.drop("blue.png")
    spec = scene.enter("betas.csv")
    scene.window.desk.pictures.opening.cancel()
    scene.wait()
    assert scene.line.text() == spec
    assert "was cancelled" in scene.line.draft.reason
    gate.opened.set()
    QTest.keyClick(scene.line, Qt.Key.Key_Return)
    scene.wait()
    assert scene.window.studio.state.current.schedule == Schedule.parse(spec)


def test_a_line_is_taken_by_the_schedule_that_it_was_entered_for(scene: Scene, gate: Gate) -> None:
    studio = scene.window.studio
    spec = scene.enter("betas.csv")
    action(scene.window, "select_next").trigger()
    scene.qtbot.waitUntil(lambda: scene.line.text() == "cosine:T=20")
    gate.opened.set()
    scene.wait()
    assert [entry.schedule for entry in studio.state.entries] == [Schedule.parse(spec), Schedule("cosine", 20)]
    assert scene.line.text() == "cosine:T=20"


def test_a_line_that_was_left_before_it_is_refused_is_refused_by_a_message(scene: Scene, gate: Gate) -> None:
    scene.enter("none.csv")
    action(scene.window, "select_next").trigger()
    scene.qtbot.waitUntil(lambda: scene.line.text() == "cosine:T=20")
    gate.opened.set()
    scene.wait()
    assert "There is no file" in scene.window.toast.text
    assert not scene.line.draft.reason


def test_what_is_typed_while_a_line_is_read_stays(scene: Scene, gate: Gate) -> None:
    spec = scene.enter("betas.csv")
    scene.line.selectAll()
    QTest.keyClicks(scene.line, "jsd:T")
    gate.opened.set()
    scene.wait()
    assert scene.window.studio.state.current.schedule == Schedule.parse(spec)
    QTest.keyClicks(scene.line, "=5")
    QTest.keyClick(scene.line, Qt.Key.Key_Return)
    assert specs(scene.window) == ["jsd:T=5", "cosine:T=20"]


def test_a_line_for_a_schedule_that_is_gone_changes_none(scene: Scene, gate: Gate) -> None:
    scene.enter("betas.csv")
    action(scene.window, "remove").trigger()
    gate.opened.set()
    scene.wait()
    assert specs(scene.window) == ["cosine:T=20"]
    assert str(scene.window.studio.state.undo).startswith("removing")
