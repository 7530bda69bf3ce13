"""Between two threads: one place for the newest of a kind of message."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class Mailbox(Generic[T]):
    """Holds the newest item or none. Only putting into an empty box is worth a wake-up, so one is in flight at most."""

    def __init__(self) -> None:
        self._item: T | None = None
        self._lock = threading.Lock()

    def put(self, item: T) -> bool:
        """Replace what nobody has taken yet; True when the box was empty, and the other side is to be woken."""
        with self._lock:
            was_empty, self._item = self._item is None, item
            return was_empty

    def take(self) -> T | None:
        """The newest item, which leaves the box, or None."""
        with self._lock:
            item, self._item = self._item, None
            return item

    @property
    def full(self) -> bool:
        """Whether the last item is still to be taken."""
        return self._item is not None
