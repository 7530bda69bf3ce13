"""Matching of a few letters with a name: they have to be in it in their order, best where words begin."""

from __future__ import annotations

from dataclasses import dataclass

_LETTER, _NEXT, _START, _FIRST = 1, 5, 8, 2
"""What a letter counts anywhere, right behind the one before, where a word begins, and at the very beginning."""


@dataclass(frozen=True)
class LetterMatch:
    """How well letters match a name: a `score`, and the `places` of the letters in it, rising.

    It is `close` if each letter begins a word or follows the one before.
    """

    score: int
    places: tuple[int, ...]
    close: bool = True


def match(typed: str, name: str) -> LetterMatch | None:
    """The best match of a word that was typed with a name; None if its letters are not there in this order.

    >>> match("cn", "Copy as NumPy")
    LetterMatch(score=18, places=(0, 8), close=True)
    >>> match("opy", "Copy as Python").places, match("cpy", "Copy as Python").places, match("yc", "Copy")
    ((1, 2, 3), (0, 8, 9), None)
    """
    wanted, letters = _folded(typed), _folded(name)
    if not _has(letters, wanted):
        return None
    starts = _word_starts(name)
    ends: dict[int, LetterMatch] = {}
    for number, letter in enumerate(wanted):
        ends = _next_ends(ends, number == 0, [place for place, each in enumerate(letters) if each == letter], starts)
    return max(ends.values(), key=lambda each: (each.score, [-place for place in each.places]))


def _next_ends(
    ends: dict[int, LetterMatch], is_first: bool, places: list[int], starts: frozenset[int]
) -> dict[int, LetterMatch]:
    """The best matches of one letter more, by the place of that letter, from those of the letters before."""
    found = {}
    for place in places:
        if is_first:
            found[place] = _with_letter(LetterMatch(0, ()), place, starts)
        elif before := [_with_letter(each, place, starts) for last, each in ends.items() if last < place]:
            found[place] = max(before, key=lambda each: each.score)
    return found


def _with_letter(before: LetterMatch, place: int, starts: frozenset[int]) -> LetterMatch:
    follows = bool(before.places) and before.places[-1] == place - 1
    worth = _START if place in starts else _NEXT if follows else 0
    score = before.score + _LETTER + worth + (_FIRST if place == 0 else 0)
    return LetterMatch(score, (*before.places, place), before.close and (follows or place in starts))


def _word_starts(name: str) -> frozenset[int]:
    """The places at which a word begins: behind what is no letter, at a capital in a word, and at a digit."""
    pairs = enumerate(zip(f" {name}", name, strict=False))
    return frozenset(place for place, (before, each) in pairs if each.isalnum() and _begins(before, each))


def _begins(before: str, each: str) -> bool:
    return not before.isalnum() or (before.islower() and each.isupper()) or before.isdigit() != each.isdigit()


def _has(letters: str, wanted: str) -> bool:
    left = iter(letters)
    return bool(wanted) and all(letter in left for letter in wanted)


def _folded(text: str) -> str:
    """The text in small letters, each in its place."""
    return "".join(letter.lower()[0] for letter in text)
