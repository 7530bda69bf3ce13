"""Deed: something that the palette offers to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Deed:
    """One offer of the palette, in the user's language. `id` is the same in every language and from day to day.

    `text` names it, `where` says where else it is found, and `detail` what it does; `key` is its shortcut as the
    platform writes it. It is found by its `words` as well, which are not shown. One that is not
    `available` has the reason as its detail.
    """

    id: str
    text: str
    run: Callable[[], object]
    where: str = ""
    detail: str = ""
    key: str = ""
    words: str = ""
    available: bool = True

    @property
    def spoken(self) -> str:
        """All of it in one line, for a screen reader."""
        return ", ".join(filter(None, (self.text, self.where, self.key, self.detail)))
