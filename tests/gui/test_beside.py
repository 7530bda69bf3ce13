"""Whatever may take long is done beside the window, which goes on meanwhile and can be closed, and can be cancelled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from threading import Event

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
from ddpm_studio.gui.tasks import Task, TaskMonitor, TaskQueue
from ddpm_studio.gui.time_bar import TimeBar
from ddpm_studio.gui.values.values_panel import ValuesPanel
from ddpm_studio.gui.widgets.task_bar import TaskBar
from tests.gui.finding import child
from tests.gui.test_main_window import Answers, action, answer


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
            monitor.check()
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

    def save(self, name: str, file: str, chosen: int = 0) -> None:
        """Choose an action that asks for a path."""
        answer(self.window, Answers(save=str(self.folder / file), chosen=chosen))
        action(self.window, name).trigger()

    def drop(self, *files: str) -> None:
        """Drop files of the folder on the window."""
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(self.folder / file)) for file in files])
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
def scene(qtbot: QtBot, tmp_path: Path, gate: Gate) -> Scene:
    window = open_window([], [Schedule("linear", 30), Schedule("cosine", 20)], 3)
    window.studio.set_visible(window.studio.state.entries[1].key, False)
    qtbot.addWidget(window)
    window.share_out(QSize(1280, 800))
    with qtbot.waitExposed(window):
        window.show()
    Image.new("RGBA", (40, 20), (0, 0, 255, 100)).save(tmp_path / "blue.png")
    for suffix in ("csv", "json", "npz"):
        (tmp_path / f"betas.{suffix}").write_bytes(export_bytes([Schedule("jsd", 9)], None, suffix))
    QApplication.clipboard().setText("before")
    return Scene(window, qtbot, tmp_path)


DEEDS: dict[str, Callable[[Scene], object]] = {
    **{
        f"export {form.name}": partial(Scene.save, name="export_schedules", file=f"out{form.suffix}", chosen=place)
        for place, form in enumerate(FORMATS.values())
    },
    "plots as PNG": lambda scene: scene.save("save_plots", "plots.png"),
    "plots as SVG": lambda scene: scene.save("save_plots", "plots.svg"),
    "pictures": lambda scene: scene.save("save_pictures", "sheet.png"),
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


def test_the_window_goes_on_and_then_it_is_done(scene: Scene, gate: Gate, deed: Callable[[Scene], object]) -> None:
    before = scene.traces()
    deed(scene)
    scene.window.studio.set_t(7)
    scene.qtbot.waitUntil(lambda: child(scene.window.panel(TimeBar), QSpinBox).value() == 7)
    assert scene.traces() == before
    gate.opened.set()
    scene.wait()
    assert scene.traces() != before


def test_cancel_leaves_everything_as_it_was(scene: Scene, deed: Callable[[Scene], object]) -> None:
    before = scene.traces()
    deed(scene)
    scene.qtbot.waitUntil(lambda: any(bar.isVisible() for bar in scene.window.findChildren(TaskBar)))
    (bar,) = (bar for bar in scene.window.findChildren(TaskBar) if bar.isVisible())
    QTest.mouseClick(bar.cancel, Qt.MouseButton.LeftButton)
    scene.wait()
    assert scene.traces() == before
    assert "was cancelled" in scene.window.toast.text
    assert not bar.isVisible()


def test_closing_the_window_ends_it(scene: Scene, deed: Callable[[Scene], object]) -> None:
    before = scene.traces()
    deed(scene)
    scene.window.close()
    assert not scene.window.desk.busy
    assert not any(thread.isRunning() for thread in scene.window.findChildren(QThread))
    assert scene.traces() == before


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
