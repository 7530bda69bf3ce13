"""Closing the program, by a signal or a person: in order from any state, at once where that takes too long."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.patience import PATIENCE_S

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs the signals of POSIX")

CODES = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}

PROGRAM = """
import os, signal, sys, threading
from PySide6.QtCore import QEvent, QObject, QPoint, QTimer
from PySide6.QtWidgets import QApplication, QMenu, QMessageBox
from ddpm_studio import signals
from ddpm_studio.__main__ import main
from ddpm_studio.gui import app, closing, main_window

number = int(sys.argv.pop(1))

def signalled(times=1):
    # Later ones are not so soon as to be the same.
    for _ in range(times):
        before = signals._latest
        os.kill(os.getpid(), number)
        while signals._latest == before:
            os.sched_yield()
        signals._latest -= 1

class Window(main_window.MainWindow):
    def closeEvent(self, event):
        super().closeEvent(event)
        print("closed", event.isAccepted(), any(w.isVisible() for w in QApplication.topLevelWidgets()), flush=True)

def later(do):
    QTimer.singleShot(0, do)

def opened(*arguments):
    window = open_window(*arguments)
    later(lambda: act(window))
    return window

app.MainWindow, open_window = Window, app.open_window
app.open_window = opened
closing.GONE_WITHIN_S = 100  # On a busy machine what is shown is the order, and not the haste.
STATE
sys.exit(main())
"""
"""The program with a window that says when it has closed, in one of these states when the signal comes."""

STATES = {
    "at rest": """
def act(window):
    signalled()
""",
    "before the event loop": """
def act(window):
    pass
run = app.QApplication.exec
app.QApplication.exec = lambda *arguments: (signalled(), run())[1]
""",
    "a run that is to begin": """
def act(window):
    window.desk.samples.run()
    signalled()
""",
    "while torch is imported": """
def act(window):
    class Finder:
        def find_spec(self, name, path=None, target=None):
            if name == "torch":
                signalled()
    sys.meta_path.insert(0, Finder())
    window.desk.samples.run()
""",
    "during a run": """
def act(window):
    window.desk.samples.run()
    window.desk.samples.sampling_thread.frame_ready.connect(lambda: signalled())
""",
    "a paused run": """
def act(window):
    window.desk.samples.step()
    window.desk.samples.sampling_thread.frame_ready.connect(lambda: later(signalled))
""",
    "a modal dialog": """
def act(window):
    later(signalled)
    window.desk.files.open_files()
""",
    "a dialog over a dialog": """
def act(window):
    def ask():
        later(signalled)
        QMessageBox.question(window, "", "?")
    later(ask)
    window.desk.files.open_files()
""",
    "dialogs that do not block": """
def act(window):
    window.desk.help.show_about()
    later(signalled)
""",
    "a menu": """
def act(window):
    window.menuBar().findChildren(QMenu)[0].popup(QPoint(5, 5))
    later(signalled)
""",
    "while a picture is saved": """
def act(window):
    window.desk.pictures.dialogs.save = lambda title, suggestion, formats: (os.path.abspath("a.gif"), formats[0])
    window.desk.pictures.saving.progressed.connect(lambda name, done, total: signalled() if done == 2 else None)
    window.desk.pictures.save_path()
""",
    "a panel in a window of its own": """
def act(window):
    for action in window._zones.window_actions():
        action.trigger()
    later(signalled)
""",
}
OFTEN = ("at rest", "a modal dialog")


def interrupted(folder: Path, number: signal.Signals, state: str, *arguments: str) -> tuple[int, str, str]:
    """The exit code, and what was said on standard output and standard error."""
    code = PROGRAM.replace("STATE", state)
    command = [sys.executable, "-c", code, str(int(number)), *arguments]
    environment = {**os.environ, "HOME": str(folder)}
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE_S, env=environment, check=False
    )
    # The offscreen platform has neither a window manager nor a keyboard.
    said = [line for line in done.stderr.splitlines() if not line.startswith("This plugin does not support ")]
    return done.returncode, done.stdout, "\n".join(said)


@pytest.mark.parametrize(
    "state", [pytest.param(state, marks=() if state in OFTEN else pytest.mark.slow) for state in STATES]
)
def test_a_signal_closes_the_window_in_order(state: str, tmp_path: Path) -> None:
    assert interrupted(tmp_path, signal.SIGINT, STATES[state]) == (130, "closed True False\n", "")
    assert not [path for path in tmp_path.iterdir() if path.suffix in (".gif", ".tmp")]


@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGHUP, marks=pytest.mark.slow)])
def test_each_signal_has_its_exit_code(number: signal.Signals, tmp_path: Path) -> None:
    assert interrupted(tmp_path, number, STATES["at rest"]) == (CODES[number], "closed True False\n", "")


BUSY = """
def act(window):
    signalled(TIMES)
    threading.Event().wait()
"""


def test_a_second_signal_ends_a_busy_window_at_once(tmp_path: Path) -> None:
    state = BUSY.replace("TIMES", "2") + "closing.GONE_WITHIN_S = 1000\n"
    assert interrupted(tmp_path, signal.SIGINT, state) == (130, "", "")


@pytest.mark.slow
def test_a_busy_window_is_not_waited_for_without_end(tmp_path: Path) -> None:
    state = BUSY.replace("TIMES", "1") + "closing.GONE_WITHIN_S = 0.01\n"
    assert interrupted(tmp_path, signal.SIGINT, state) == (130, "", "")


@pytest.mark.slow
def test_two_signals_at_once_are_one(tmp_path: Path) -> None:
    """As `timeout` sends them."""
    state = "def act(window):\n    os.kill(os.getpid(), number), os.kill(os.getpid(), number)\nsignals.SAME_S = 1000"
    assert interrupted(tmp_path, signal.SIGTERM, state) == (143, "closed True False\n", "")


CLOSED = {
    "at rest": "",
    "while torch is imported": """
    class Finder:
        def find_spec(self, name, path=None, target=None):
            if name == "torch":
                threading.Event().wait()
    sys.meta_path.insert(0, Finder())
    window.desk.samples.run()
""",
    "beside a thread that never ends": "    threading.Thread(target=threading.Event().wait).start()\n",
    "beside a pool that never ends": """
    from concurrent.futures import ThreadPoolExecutor
    ThreadPoolExecutor(1).submit(threading.Event().wait)
""",
}


@pytest.mark.parametrize(
    "beside",
    [pytest.param(beside, marks=() if beside == "while torch is imported" else pytest.mark.slow) for beside in CLOSED],
)
def test_nothing_holds_up_a_window_that_is_closed(beside: str, tmp_path: Path) -> None:
    impatient = "from ddpm_studio.gui.worker import sampling_thread; sampling_thread.PATIENCE_MS = 10\n"
    state = f"{impatient}def act(window):\n{CLOSED[beside]}    later(window.close)\n"
    assert interrupted(tmp_path, signal.SIGINT, state) == (0, "closed True False\n", "")
