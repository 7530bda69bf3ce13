"""Ranking of deeds: which of them are found by what is typed, the likeliest first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ddpm_studio.gui.palette.deed import Deed
from ddpm_studio.gui.palette.letter_match import LetterMatch, match

_ELSEWHERE = 12
"""By so much less a word counts that is found in other words than the text."""


@dataclass(frozen=True)
class FoundDeed:
    """A deed, and the places of the letters of its text by which it was found."""

    deed: Deed
    places: frozenset[int] = frozenset()


def ranked(deeds: Sequence[Deed], typed: str, recent: Sequence[str]) -> list[FoundDeed]:
    """The deeds in which all typed words are found, each in any place; nothing typed finds all.

    First come those that are found by beginnings of words, among these the recent ones, by their ids, and then the
    others, the best match before the next.
    """
    places = {id: place for place, id in enumerate(recent)}
    found = [(deed, matches) for deed in deeds if (matches := _matches(deed, typed.split())) is not None]
    found.sort(key=lambda each: _rank(each[0], each[1], places))
    return [FoundDeed(deed, frozenset(_shown(matches))) for deed, matches in found]


def _rank(deed: Deed, matches: Sequence[tuple[LetterMatch, bool]], recent: dict[str, int]) -> tuple[float, ...]:
    close = all(match.close for match, _ in matches)
    score = sum(match.score - (0 if is_shown else _ELSEWHERE) for match, is_shown in matches)
    return (not close, recent.get(deed.id, len(recent)), -score, len(deed.text) if matches else 0)


def _matches(deed: Deed, words: Iterable[str]) -> list[tuple[LetterMatch, bool]] | None:
    """The match of each word, and whether it is in the text; None if one is nowhere."""
    found = []
    for word in words:
        shown = match(word, deed.text)
        other = None if shown is not None and shown.close else match(word, f"{deed.where} {deed.words}")
        if other is not None and (shown is None or other.close):
            found.append((other, False))
        elif shown is not None:
            found.append((shown, True))
        else:
            return None
    return found


def _shown(matches: Iterable[tuple[LetterMatch, bool]]) -> Iterable[int]:
    return (place for match, is_shown in matches if is_shown for place in match.places)
