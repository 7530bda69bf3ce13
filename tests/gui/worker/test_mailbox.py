"""The mailbox holds the newest item, and only an empty one asks for a wake-up."""

from __future__ import annotations

import threading

from ddpm_studio.gui.worker.mailbox import Mailbox
from tests.patience import PATIENCE_S


def test_the_newest_replaces_what_nobody_took() -> None:
    box = Mailbox[str]()
    assert (box.take(), box.full) == (None, False)
    assert box.put("first")
    assert not box.put("second")
    assert box.full
    assert (box.take(), box.take(), box.full) == ("second", None, False)
    assert box.put("third")


def test_two_threads_lose_nothing_that_is_newest() -> None:
    """A taker that wakes as often as it is told sees items in order, and the last one in any case."""
    box, wakes, taken = Mailbox[int](), threading.Semaphore(0), list[int]()

    def put() -> None:
        for i in range(1, 5001):
            if box.put(i):
                wakes.release()

    producer = threading.Thread(target=put)
    producer.start()
    while not taken or taken[-1] < 5000:
        assert wakes.acquire(timeout=PATIENCE_S)
        item = box.take()
        assert item is not None, "a wake-up without an item"
        taken.append(item)
    producer.join()
    assert taken == sorted(set(taken))
    assert not wakes.acquire(blocking=False)
