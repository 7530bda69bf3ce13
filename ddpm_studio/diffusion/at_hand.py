"""Arrays at hand: those that can be computed again are kept for their next use, all together within a limit."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import RLock
from weakref import ref

from ddpm_studio.diffusion.noise_levels import Array

MOST_BYTES = 256 * 2**20
"""The most that the arrays of all schedules take, beside those of the one that is being computed: what a window needs
of thirty schedules of 100 000 steps, or of a full list of them with 16 000."""


@dataclass
class _Kept:
    """What one owner keeps: by name, so that an array that two threads have computed counts once."""

    owner: ref[object]
    sizes: dict[str, int] = field(default_factory=dict)


class AtHand:
    """Arrays kept as attributes of their owners, and no others; those of the owner that came first go first.

    An owner computes again what it no longer has. Arrays that somebody else still holds are not freed by it.
    """

    def __init__(self, most: int = MOST_BYTES) -> None:
        self.most, self.held = most, 0
        self._kept: dict[int, _Kept] = {}
        # An owner may vanish in the midst of any of this, in the same thread.
        self._lock = RLock()

    def keep(self, owner: object, name: str, array: Array) -> None:
        """Make an array the attribute of its owner, and let go of as many of others as no longer fit."""
        with self._lock:
            kept = self._kept_of(owner)
            self.held += array.nbytes - kept.sizes.get(name, 0)
            kept.sizes[name] = array.nbytes
            vars(owner)[name] = array
            while self.held > self.most and len(self._kept) > 1:
                self._let_go_of_first(id(owner))

    def _kept_of(self, owner: object) -> _Kept:
        key = id(owner)
        if key not in self._kept:
            self._kept[key] = _Kept(ref(owner, lambda _: self._forget(key)))
        return self._kept[key]

    def _let_go_of_first(self, busy: int) -> None:
        """Let go of all arrays of the owner that came first, leaving out the one that is at work."""
        first = next(key for key in self._kept if key != busy)
        kept = self._forget(first)
        owner = kept.owner()
        for name in () if owner is None else kept.sizes:
            vars(owner).pop(name, None)

    def _forget(self, key: int) -> _Kept:
        with self._lock:
            kept = self._kept.pop(key)
            self.held -= sum(kept.sizes.values())
            return kept


AT_HAND = AtHand()
"""The arrays of all schedules."""
