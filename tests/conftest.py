"""The ground that every test starts from: no display, a home folder of its own, nothing left behind."""

from __future__ import annotations

import gc
import shutil
import threading
from collections.abc import Generator, Iterator
from functools import partialmethod
from pathlib import Path

from tests.surroundings import HOME  # Before anything that looks at them.

# isort: split

import pytest
from hypothesis import settings
from PySide6.QtCore import QCoreApplication, QEvent, QThread
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from ddpm_studio.apart import begun
from ddpm_studio.apart.ahead import end_ahead
from ddpm_studio.checkpoints.trust import end_all_trust
from ddpm_studio.launch import Launch
from tests import tiers
from tests.checkpoints.families.forking import Forks
from tests.forked_program import ForkedProgram
from tests.no_window import in_place_of_the_window
from tests.patience import PATIENCE_S
from tests.skips import pytest_addoption, pytest_make_collect_report, pytest_runtest_makereport  # noqa: F401  # Hooks.

# No deadline, which would measure the neighbours on a shared machine, and the same examples in every run; new ones
# are looked for with --hypothesis-profile=explore.
settings.register_profile("explore", deadline=None)
settings.register_profile("studio", deadline=None, derandomize=True)
settings.load_profile("studio")

# A window alone has thousands of objects; with Python's own numbers every twelfth second of the run goes into the
# search for garbage.
gc.set_threshold(10_000, 20, 20)


def pytest_configure(config: pytest.Config) -> None:
    """Draw out what is repeated, before the modules that say how often are imported."""
    tiers.choose(config.option.markexpr)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out what the tier does not need; None leaves the rest to pytest."""
    return tiers.left_out(collection_path, config.option.markexpr) or None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests, before -m chooses among them."""
    for item in items:
        tiers.mark(item)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage while thousands of tests are made that stay to the end."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_collection_finish() -> None:
    """Leave what was imported, and stays to the end, out of every search for garbage."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """Remove the home folder of this process."""
    shutil.rmtree(HOME, ignore_errors=True)


class PatientBot(QtBot):
    """pytest-qt's, with our patience."""

    waitUntil = partialmethod(QtBot.waitUntil, timeout=1000 * PATIENCE_S)
    waitSignal = partialmethod(QtBot.waitSignal, timeout=1000 * PATIENCE_S)
    waitSignals = partialmethod(QtBot.waitSignals, timeout=1000 * PATIENCE_S)
    waitExposed = partialmethod(QtBot.waitExposed, timeout=1000 * PATIENCE_S)
    waitActive = partialmethod(QtBot.waitActive, timeout=1000 * PATIENCE_S)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """A patient one."""
    return PatientBot(request)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Launch]:
    """What the window was started with, in place of a window."""
    calls: list[Launch] = []

    def start(launch: Launch) -> int:
        calls.append(launch)
        return 0

    in_place_of_the_window(start, monkeypatch)
    return calls


@pytest.fixture(scope="session")
def program() -> Iterator[ForkedProgram]:
    """The program, ready to be run in processes of its own without importing everything anew."""
    program = ForkedProgram()
    yield program
    program.close()


@pytest.fixture(scope="session")
def forks() -> Iterator[Forks]:
    """The process from which processes apart are forked."""
    forks = Forks()
    yield forks
    forks.close()


@pytest.fixture
def forked(forks: Forks, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each process apart be there at once, without importing torch anew."""
    monkeypatch.setattr(begun, "_connected", forks.connected)


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    """Forget what a test has had the program keep, such as checkpoints that were opened last."""
    yield
    end_all_trust()
    for kind in ("config", "state"):
        shutil.rmtree(f"{HOME}/{kind}", ignore_errors=True)


def clear_away(app: QApplication) -> None:
    """Delete the windows that are closed, and the style sheet: each widget made under one is polished several times.

    So is what was copied: the next test is to find nothing, and without a screen Qt cannot end while there is any.
    """
    app.clipboard().clear()
    for widget in app.topLevelWidgets():
        if isinstance(widget, QMainWindow):
            widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    app.setStyleSheet("")


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a thread running or a window open."""
    threads = set(threading.enumerate())
    yield
    end_ahead()
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer) and thread.finished.is_set():
            thread.join()  # It was called off, and has only to notice.
    app = QApplication.instance()
    if isinstance(app, QApplication):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        open_windows = [widget for widget in app.topLevelWidgets() if widget.isVisible()]
        assert not open_windows, f"windows left open: {open_windows}"
        running = [thread for thread in app.findChildren(QThread) if thread.isRunning()]
        assert not running, f"QThreads left running: {running}"
        clear_away(app)
    left = [
        thread
        for thread in threading.enumerate()
        if thread not in threads and not thread.name.startswith(("tqdm", "ThreadPoolExecutor", "Dummy"))
    ]
    assert not left, f"threads left running: {left}"
