"""Mailbox between two threads: room for the newest message of one kind."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class Mailbox(Generic[T]):
    """Holds the newest item or none. Only filling an empty box needs a wake-up, so at most one is in flight."""

    def __init__(self) -> None:
        self._item: T | None = None
        self._lock = threading.Lock()

    def put(self, item: T) -> bool:
        """Put in an item, replacing one not taken yet; True if the box was empty and the other side has to be woken."""
        with self._lock:
            was_empty, self._item = self._item is None, item
            return was_empty

    def take(self) -> T | None:
        """Remove and return the newest item, or None."""
        with self._lock:
            item, self._item = self._item, None
            return item

    @property
    def full(self) -> bool:
        """True if the last item has not been taken yet."""
        return self._item is not None
