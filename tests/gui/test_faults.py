"""What nobody foresaw, in any thread: in the log and in a message, and the program goes on; crashes leave a trace."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSize, QTimer, QUrl
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.files import logs
from ddpm_studio.files.places import log_folder
from ddpm_studio.gui.curves.legend import Legend
from ddpm_studio.gui.faults import faults
from ddpm_studio.gui.faults.faults import Faults
from ddpm_studio.gui.file_actions import FileActions
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.worker import failures
from tests.gui.windows import active_window
from tests.patience import PATIENCE_S

# What is planted here is caught by the program, not by the tests; with anything else the program is heard of too.
pytestmark = pytest.mark.qt_no_exception_capture


@pytest.fixture
def watched(qapp: QApplication) -> Iterator[Faults]:
    watched = Faults()
    watched.watch()
    yield watched
    watched.end()


@pytest.fixture
def window(watched: Faults, qtbot: QtBot) -> Iterator[MainWindow]:
    with active_window(qtbot, QSize(1280, 800)) as window:
        window.faults.follow(watched)
        yield window


def log() -> str:
    return (log_folder() / "errors.log").read_text("utf-8")


def button(window: MainWindow, text: str) -> QToolButton:
    return next(one for one in window.toast.findChildren(QToolButton) if one.text() == text)


def failing(*_: Any, **__: Any) -> Any:
    raise LookupError("there is no such thing")


class Finalized:
    """An object whose end goes wrong."""

    def __del__(self) -> None:
        failing()


def in_a_slot(window: MainWindow, planting: pytest.MonkeyPatch) -> None:
    planting.setattr(FileActions, "open_paths", failing)
    planting.setattr(window.desk.files.dialogs, "open_many", lambda *_: ["a"])
    action = window.findChild(QAction, "open_files")
    assert action is not None
    action.trigger()


def in_a_thread(window: MainWindow, planting: pytest.MonkeyPatch) -> None:
    thread = threading.Thread(target=failing)
    thread.start()
    thread.join()


def in_a_finalizer(window: MainWindow, planting: pytest.MonkeyPatch) -> None:
    Finalized()
    gc.collect()


def in_painting(window: MainWindow, planting: pytest.MonkeyPatch) -> None:
    planting.setattr(Legend, "paint", failing)
    window.studio.set_grid(True)
    QApplication.processEvents()
    window.grab()


def in_a_panel(window: MainWindow, planting: pytest.MonkeyPatch) -> None:
    planting.setattr("ddpm_studio.gui.timeline.time_bar.numbers_at", failing)
    window.studio.set_t(7)
    QApplication.processEvents()


PLACES = (in_a_slot, in_a_thread, in_a_finalizer, in_painting, in_a_panel)


@pytest.mark.parametrize("act", PLACES, ids=[place.__name__ for place in PLACES])
def test_it_is_told_and_logged_once_and_the_program_goes_on(
    act: Callable[[MainWindow, pytest.MonkeyPatch], None],
    window: MainWindow,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert not (log_folder() / "errors.log").exists()
    with monkeypatch.context() as planting:
        for _ in range(3):
            act(window, planting)
        qtbot.waitUntil(lambda: "LookupError: there is no such thing" in window.toast.text)
    assert window.toast.isVisible()
    assert log().count("Traceback") == capfd.readouterr().err.count("Traceback") == 1
    assert "in failing" in log()
    button(window, "Copy").click()
    copied = QApplication.clipboard().text()
    assert copied in log()
    assert copied.startswith("ddpm-studio ")
    with qtbot.waitSignal(window.studio.changed):
        window.studio.set_schedule(Schedule("cosine", 20))
    window.grab()


def test_what_went_wrong_before_there_was_a_window_is_told_in_it(
    watched: Faults, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as planting:
        planting.setattr("ddpm_studio.gui.timeline.time_bar.numbers_at", failing)
        window: MainWindow = request.getfixturevalue("window")
    assert window.toast.isVisible()
    assert "LookupError" in window.toast.text


def test_an_action_that_fails_half_way_leaves_the_last_good_state_and_shows_it(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half way: the list has been changed, and what is to become of t has not been found out."""
    shown: list[object] = []
    window.studio.changed.connect(shown.append)
    before = window.studio.state
    monkeypatch.setattr(type(before), "t_of", failing)
    for name in ("duplicate", "duplicate"):
        action = window.findChild(QAction, name)
        assert action is not None
        action.trigger()
    assert window.studio.state is before
    monkeypatch.undo()
    qtbot.waitUntil(lambda: shown == [before])


def test_what_comes_again_later_is_told_again(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faults, "QUIET_S", 0.0)
    QTimer.singleShot(0, window, failing)
    qtbot.waitUntil(lambda: logged() == 1)
    QTimer.singleShot(0, window, failing)
    qtbot.waitUntil(lambda: logged() == 2)


def test_a_fault_that_quotes_a_whole_file_makes_a_message_of_one_line(window: MainWindow, qtbot: QtBot) -> None:
    def fail() -> None:
        raise LookupError("long " * 100_000)

    QTimer.singleShot(0, window, fail)
    qtbot.waitUntil(window.toast.isVisible)
    assert window.statusBar().rect().contains(window.toast.geometry())
    button(window, "Copy").click()
    assert len(QApplication.clipboard().text()) < 100_000


def logged() -> int:
    return log().count("Traceback") if (log_folder() / "errors.log").exists() else 0


@pytest.mark.parametrize("can", [True, False])
def test_the_log_is_shown_or_its_path_is_said(
    can: bool, window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []

    def open_url(url: QUrl) -> bool:
        opened.append(url)
        return can

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    QTimer.singleShot(0, window, failing)
    qtbot.waitUntil(window.toast.isVisible)
    button(window, "Show log").click()
    assert [Path(url.toLocalFile()) for url in opened] == [log_folder() / "errors.log"]
    assert (str(log_folder() / "errors.log") in window.toast.text) is not can


def test_without_a_place_for_a_log_it_is_told_all_the_same(window: MainWindow, qtbot: QtBot) -> None:
    (log_folder() / "errors.log").mkdir(parents=True)
    QTimer.singleShot(0, window, failing)
    qtbot.waitUntil(window.toast.isVisible)
    assert "LookupError" in window.toast.text


def test_what_the_sampling_thread_did_not_foresee_is_logged(watched: Faults) -> None:
    failures.explained(LookupError("there is no such thing"))
    assert "LookupError: there is no such thing" in log()


def test_the_log_is_bounded_however_much_goes_wrong(watched: Faults, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "QUIET_S", 0.0)
    for _ in range(100):
        failures.explained(LookupError("\U0001f600 " + "long " * 100_000))
    files = list(log_folder().glob("errors.log*"))
    assert len(files) == 1 + logs.OLDER
    # A character takes up to four bytes, and an entry is not broken in two.
    assert all(file.stat().st_size <= logs.LARGEST + 4 * logs.LONGEST for file in files)


# the program as a process

STARTED = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from ddpm_studio.gui import app
from ddpm_studio.launch import Launch

def plant():
    QTimer.singleShot(0, QApplication.closeAllWindows)
    {planted}

make = app.make_application

def making(arguments):
    made = make(arguments)
    QTimer.singleShot(0, made, plant)
    return made

app.make_application = making
sys.exit(app.start(Launch(restore=False)))
"""


def run(planted: str, folder: Path) -> tuple[int, str, list[Path]]:
    """A window, what is planted in it, and its end: the exit code, what was printed, and the logs that it left."""
    done = subprocess.run(
        [sys.executable, "-c", STARTED.format(planted=planted)],
        env={**os.environ, "XDG_STATE_HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    return done.returncode, done.stderr, sorted(folder.rglob("*.log*"))


def test_a_program_in_which_nothing_goes_wrong_leaves_no_log(tmp_path: Path) -> None:
    assert run("pass", tmp_path) == (0, "", [])


def test_a_program_in_which_something_goes_wrong_ends_as_it_was_told_to(tmp_path: Path) -> None:
    code, printed, files = run("raise LookupError('planted')", tmp_path)
    assert (code, [file.name for file in files]) == (0, ["errors.log"])
    assert "LookupError: planted" in printed
    assert "LookupError: planted" in files[0].read_text("utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_a_crash_leaves_a_trace(tmp_path: Path) -> None:
    code, _, files = run("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", tmp_path)
    assert code == -signal.SIGSEGV
    assert [file.name.partition("-")[0] for file in files] == ["crash"]
    trace = files[0].read_text("utf-8")
    assert trace.startswith("Fatal Python error: Segmentation fault")
    assert "in plant" in trace
