"""Folding of the curves, which make room for the contact sheet under them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QSplitter, QWidget


class Folding:
    """Folds one part of a splitter to as little as it needs, in favour of the next, and gives it back its share."""

    def __init__(self, splitter: QSplitter, part: QWidget, shares: Sequence[int]) -> None:
        """`shares` are those of all parts until the person has moved them."""
        self._splitter, self._part, self._shares = splitter, part, list(shares)
        self._folded = False

    def fold(self, folded: bool) -> None:
        """Fold the part, or unfold it."""
        if folded == self._folded:
            return
        self._folded = folded
        if not folded:
            self._splitter.setSizes(self._shares)
            return
        sizes, place = self._splitter.sizes(), self._splitter.indexOf(self._part)
        self._shares = sizes if any(sizes) else self._shares
        before, own, after, *rest = self._shares[:place], *self._shares[place:]
        self._splitter.setSizes([*before, 0, own + after, *rest])
