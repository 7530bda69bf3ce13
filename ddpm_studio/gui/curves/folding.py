"""Folding of the curves, which make room for the contact sheet under them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QSplitter


class Folding:
    """Folds the first part of a splitter to as little as it needs, and gives it back its share."""

    def __init__(self, splitter: QSplitter, shares: Sequence[int]) -> None:
        """`shares` are those of the parts until the person has moved them."""
        self._splitter, self._shares = splitter, list(shares)
        self._folded = False

    def fold(self, folded: bool) -> None:
        """Fold the first part, or unfold it."""
        if folded == self._folded:
            return
        self._folded = folded
        if folded:
            sizes = self._splitter.sizes()
            self._shares = sizes if any(sizes) else self._shares
            self._splitter.setSizes([0, *(max(size, 1) for size in self._shares[1:])])
        else:
            self._splitter.setSizes(self._shares)
