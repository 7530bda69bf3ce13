"""Mnemonics of a menu: the letters that choose its actions while it is open, underlined, each of one action alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu


def underline(menu: QMenu) -> None:
    """Give the actions of a menu, and of the menus in it, a letter each that no other has there.

    Those whose text underlines one keep it. Some go without where there are more of them than letters.
    """
    actions = [action for action in menu.actions() if not action.isSeparator()]
    taken = {key for action in actions if (key := mnemonic(action.text()))}
    without = [action for action in actions if not mnemonic(action.text())]
    for action, text in zip(without, underlined([action.text() for action in without], taken), strict=True):
        action.setText(text)
    for action in actions:
        inner = action.menu()
        if isinstance(inner, QMenu):
            underline(inner)


def mnemonic(text: str) -> str:
    """The letter that a text underlines, in lower case; "" without one.

    >>> mnemonic("Re&name"), mnemonic("Salt && pepper")
    ('n', '')
    """
    return QKeySequence.mnemonic(text).toString().rpartition("+")[2].lower()


def underlined(texts: Sequence[str], taken: Iterable[str] = ()) -> list[str]:
    """Texts with one letter underlined in each that is not taken, and is no other's.

    >>> underlined(["Picture", "Plots", "Values"], taken={"v"})
    ['&Picture', 'P&lots', 'V&alues']
    """
    wishes = [[place for place in _places(text) if text[place].lower() not in set(taken)] for text in texts]
    holders: dict[str, tuple[int, int]] = {}
    for number in range(len(texts)):
        _seat(number, texts, wishes, holders, set())
    found = dict(holders.values())
    return [_with_mark(text, found.get(number)) for number, text in enumerate(texts)]


def _seat(
    number: int,
    texts: Sequence[str],
    wishes: Sequence[Sequence[int]],
    holders: dict[str, tuple[int, int]],
    tried: set[str],
) -> bool:
    """Find a text its letter, for which others have to move to another of theirs if none is free; False if none can."""
    wanted = [(texts[number][place].lower(), place) for place in wishes[number]]
    # A free letter comes before any that another has to give up.
    for letter, place in sorted(wanted, key=lambda each: each[0] in holders):
        if letter in tried:
            continue
        tried.add(letter)
        if letter not in holders or _seat(holders[letter][0], texts, wishes, holders, tried):
            holders[letter] = number, place
            return True
    return False


def _places(text: str) -> list[int]:
    """Where the letters of a text are, the best first: those on every keyboard, and of these the first of a word."""
    letters = [place for place, letter in enumerate(text) if letter.isalpha()]
    return sorted(letters, key=lambda place: (not text[place].isascii(), place > 0 and text[place - 1].isalpha()))


def _with_mark(text: str, place: int | None) -> str:
    return text if place is None else f"{text[:place]}&{text[place:]}"
