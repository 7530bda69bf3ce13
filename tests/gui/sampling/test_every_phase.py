"""Every control of a run in every phase, by button, menu and key: it does what it says, or cannot be used."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from itertools import product

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from ddpm_studio.checkpoints import Answers
from ddpm_studio.gui.app import open_window
from ddpm_studio.gui.sampling import sampling_actions
from ddpm_studio.gui.sampling.sampling_panel import SamplingPanel
from ddpm_studio.gui.state.phase import Phase
from ddpm_studio.gui.timeline.time_bar import TimeBar
from ddpm_studio.gui.worker.sampling_thread import SamplingThread
from tests.gui.worker.fakes import MANY, FakeBackend

KEYS = {
    "run": (Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier),
    "step": (Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier),
    "pause": (Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier),
    "stop": (Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier),
}
DOORS = ("button", "menu", "key")
DONE = (Phase.IDLE, "3 of 3 calls")


class Desk:
    """The window over a machine whose gates are shut, and a person's ways to a run of three calls."""

    def __init__(self, qtbot: QtBot, backend: FakeBackend) -> None:
        self.qtbot, self.backend = qtbot, backend
        self.window = open_window([], [], None)
        qtbot.addWidget(self.window, before_close_func=lambda window: self.open_gates())
        self.window.share_out(QSize(1400, 900))
        with qtbot.waitExposed(self.window):
            self.window.show()
        self.window.bring_up("sampling")
        self.panel, self.samples = self.window.panel(SamplingPanel), self.window.desk.samples
        qtbot.waitUntil(lambda: self.window.studio.state.sampling.card is not None)
        self.samples.setup.change_line("steps", 3)

    @property
    def phase(self) -> Phase:
        return self.samples.phase

    def action(self, control: str) -> QAction:
        found = self.window.findChild(QAction, control)
        assert isinstance(found, QAction)
        return found

    def press(self, control: str, door: str = "menu") -> None:
        if door == "button":
            button = getattr(self.panel.run_bar.buttons, control)
            self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        elif door == "menu":
            self.action(control).trigger()
        else:
            self.panel.setFocus()
            self.qtbot.keyClick(self.panel, *KEYS[control])

    def offers(self, control: str) -> bool:
        """Whether a control can be used, in which its button and the menu are of one mind."""
        button, entry = getattr(self.panel.run_bar.buttons, control), self.action(control)
        assert button.isEnabled() == entry.isEnabled()
        return entry.isEnabled()

    def comes_to(self, phase: Phase, words: str) -> None:
        """The phase, and what is said of it."""
        self.qtbot.waitUntil(lambda: self.phase is phase and words in self.panel.status.whole)

    def shut(self) -> None:
        """Everything that is under way ends; then the gates are shut."""
        self.open_gates()
        self.press("stop")
        self.qtbot.waitUntil(lambda: self.phase is Phase.IDLE)
        self.backend.gate, self.backend.opening = threading.Semaphore(0), threading.Semaphore(0)
        self.backend.entered = threading.Semaphore(0)
        self.backend.errors.clear()

    def open_gates(self) -> None:
        self.backend.gate.release(MANY)
        self.backend.opening.release(MANY)

    # the ways into a phase

    def fail(self) -> None:
        self.backend.errors[self.backend.calls] = MemoryError("no room for 2 GB")
        self.press("run")
        self.backend.gate.release()
        self.qtbot.waitUntil(lambda: self.phase is Phase.IDLE and self.panel.note.label.property("role") == "error")

    def open_another(self) -> None:
        number = len(self.backend.opened)
        self.samples.checkpoints.choose("large")
        assert self.phase is Phase.OPENING, "at once, whatever the thread is at"
        self.qtbot.waitUntil(lambda: len(self.backend.opened) > number)

    def start(self, control: str) -> None:
        """A run that waits for its checkpoint."""
        self.open_another()
        self.press(control)

    def run(self) -> None:
        self.press("run")
        self.backend.wait_in_call()
        self.qtbot.waitUntil(lambda: self.phase is Phase.RUNNING)

    def stop(self) -> None:
        self.run()
        self.press("stop")

    def step(self) -> None:
        self.backend.gate.release()
        self.press("step")
        self.comes_to(Phase.PAUSED, "call 1 of 3")

    def try_out(self, paused: bool = False) -> None:
        self.samples.trials.try_out(Answers())
        self.backend.wait_in_call()
        if paused:
            self.press("pause")


ANEW = {"run": DONE, "step": (Phase.PAUSED, "call 1 of 3"), "pause": None, "stop": None}
"""What comes of each control where nothing is under way: the phase in the end, and words of the status, or None where
it cannot be used.
"""
STOPPED, AFTER_ONE = (Phase.IDLE, "Stopped."), (Phase.IDLE, "stopped after 1 of 3 calls")
TRIED, TRYING = (Phase.IDLE, "Everything that fits has been tried"), (Phase.PAUSED, "Trying")

Ends = dict[str, tuple[Phase, str] | None]
TABLE: dict[str, tuple[Callable[[Desk], None], Phase, Ends]] = {
    "idle": (lambda desk: None, Phase.IDLE, ANEW),
    "failed": (Desk.fail, Phase.IDLE, ANEW),
    "opening": (Desk.open_another, Phase.OPENING, ANEW | {"stop": STOPPED}),
    "starting": (
        lambda desk: desk.start("run"),
        Phase.STARTING,
        {"run": DONE, "step": (Phase.PAUSED, "call 1 of 3"), "pause": (Phase.PAUSED, "call 0 of 3"), "stop": STOPPED},
    ),
    "held": (
        lambda desk: desk.start("step"),
        Phase.HELD,
        {"run": DONE, "step": (Phase.PAUSED, "call 2 of 3"), "pause": DONE, "stop": STOPPED},
    ),
    "running": (
        Desk.run,
        Phase.RUNNING,
        {"run": DONE, "step": (Phase.PAUSED, "call 2 of 3"), "pause": (Phase.PAUSED, "call 1 of 3"), "stop": AFTER_ONE},
    ),
    "paused": (
        Desk.step,
        Phase.PAUSED,
        {"run": DONE, "step": (Phase.PAUSED, "call 2 of 3"), "pause": DONE, "stop": AFTER_ONE},
    ),
    "stopping": (Desk.stop, Phase.STOPPING, ANEW),
    "trying": (
        Desk.try_out,
        Phase.TRYING,
        {"run": DONE, "step": TRYING, "pause": TRYING, "stop": STOPPED},
    ),
    "trial paused": (
        partial(Desk.try_out, paused=True),
        Phase.PAUSED,
        {"run": DONE, "step": TRYING, "pause": TRIED, "stop": STOPPED},
    ),
}


@pytest.fixture
def desk(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Desk:
    backend = FakeBackend()
    monkeypatch.setattr(sampling_actions, "SamplingThread", partial(SamplingThread, backend=backend))
    return Desk(qtbot, backend)


def test_every_control_does_what_it_says_or_cannot_be_used(desk: Desk) -> None:
    for name, control, door in product(TABLE, KEYS, DOORS):
        enter, phase, ends = TABLE[name]
        desk.shut()
        enter(desk)
        assert desk.phase is phase, name
        end = ends[control]
        assert desk.offers(control) == (end is not None), (name, control)
        said = desk.panel.status.whole
        desk.press(control, door)
        if end is None:
            assert (desk.phase, desk.panel.status.whole) == (phase, said), (name, control, door)
            assert desk.window.panel(TimeBar).playing == (control == "pause" and door == "key"), "Space is for t"
            desk.window.panel(TimeBar).stop()
        else:
            desk.open_gates()
            desk.comes_to(*end)


def test_resume_is_offered_as_soon_as_a_run_is_to_pause(desk: Desk) -> None:
    desk.shut()
    desk.start("run")
    for name in ("Pause", "Resume", "Pause"):
        assert desk.panel.run_bar.buttons.pause.accessibleName() == name
        desk.press("pause", "button")


def test_stop_is_acknowledged_while_the_last_call_goes_on(desk: Desk) -> None:
    desk.shut()
    desk.run()
    desk.press("stop", "button")
    assert desk.panel.status.whole == "Stopping …"
    assert not desk.offers("stop")
