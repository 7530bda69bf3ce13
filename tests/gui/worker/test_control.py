"""The reins of a run: pause, resume, single steps, and a cancel that wakes who waits."""

from __future__ import annotations

import threading

import pytest

from ddpm_studio.gui.worker.control import Control
from tests.patience import PATIENCE_S


class Rider:
    """A thread that takes every turn it is given, and says so."""

    def __init__(self, control: Control) -> None:
        self.turns, self.waiting = threading.Semaphore(0), threading.Semaphore(0)
        self._control = control
        self._thread = threading.Thread(target=self._ride)
        self._thread.start()

    def _ride(self) -> None:
        while self._control.wait_turn(self.waiting.release):
            self.turns.release()

    def join(self) -> None:
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()


@pytest.fixture
def control() -> Control:
    return Control()


def unexpected() -> None:
    pytest.fail("nothing was to be waited for")


def test_turns_are_taken_until_cancelled(control: Control) -> None:
    assert control.wait_turn(unexpected)
    assert control.wait_turn(unexpected)
    control.cancel()
    assert control.cancelled
    assert not control.wait_turn(unexpected)


def test_single_steps_then_resume_then_cancel(control: Control) -> None:
    control.pause()
    rider = Rider(control)
    for _ in range(3):
        assert rider.waiting.acquire(timeout=PATIENCE_S)
        control.step()
        assert rider.turns.acquire(timeout=PATIENCE_S)
    assert rider.waiting.acquire(timeout=PATIENCE_S)
    assert not rider.turns.acquire(blocking=False)
    assert control.paused
    control.resume()
    assert rider.turns.acquire(timeout=PATIENCE_S)
    control.cancel()
    rider.join()


def test_cancel_wakes_a_pause_and_outlasts_every_other_wish(control: Control) -> None:
    control.pause()
    rider = Rider(control)
    assert rider.waiting.acquire(timeout=PATIENCE_S)
    control.cancel()
    rider.join()
    for wish in (control.resume, control.step, control.pause):
        wish()
        assert not control.wait_turn(unexpected)


def test_steps_asked_for_while_one_is_under_way_are_done(control: Control) -> None:
    control.step()
    control.step()
    assert control.wait_turn(unexpected)
    assert control.wait_turn(unexpected)
    control.resume()
    control.step()
    control.resume()
    assert not control.paused


def test_what_is_cancelled_before_it_began_never_begins(control: Control) -> None:
    assert not control.cancel()
    assert not control.begin()
    begun = Control()
    assert begun.begin()
    assert begun.cancel()
