"""Completion of a formula: the functions, variables and constants that fit where the caret stands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ddpm_studio.diffusion.formula.functions import CONSTANTS, FUNCTIONS, VARIABLES
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.gui.completing.offers import Completion
from ddpm_studio.gui.translation import translated
from ddpm_studio.texts import Text

A_FORMULA = QT_TRANSLATE_NOOP("completion", "a formula of u = t/T, t, T and parameters of any name")
A_CONSTANT = QT_TRANSLATE_NOOP("completion", "a constant, {value}")
MEANINGS = {
    "u": QT_TRANSLATE_NOOP("completion", "the share of the steps, t/T"),
    "t": QT_TRANSLATE_NOOP("completion", "the step, from 1 to T"),
    "T": QT_TRANSLATE_NOOP("completion", "the number of steps"),
}

_TYPED = re.compile(r"[A-Za-z]\w*$")


def formula_completions(text: str, start: int, caret: int) -> Iterator[Completion]:
    """What can stand where the caret does in a formula that starts at a place of the text."""
    found = _TYPED.search(text, start, max(start, caret))
    if found is None:
        yield Completion("u, t, T", translated(A_FORMULA))
        return
    typed, place = found[0], (found.start(), found.end())
    for name in VARIABLES:
        if name == typed:
            yield Completion(name, translated(MEANINGS[name]))
    for name, value in CONSTANTS.items():
        if name.startswith(typed):
            told = translated(Text(A_CONSTANT, {"value": f"{value:.6g}"}))
            yield Completion(name, told, name if name != typed else "", *place)
    yield from _functions(typed, place, has_argument=text[caret:].lstrip().startswith("("))


def _functions(typed: str, place: tuple[int, int], *, has_argument: bool) -> Iterator[Completion]:
    """The functions that start with what is typed, with parentheses unless these are there."""
    for name, function in FUNCTIONS.items():
        if not name.startswith(typed):
            continue
        if has_argument:
            yield Completion(name, function.meaning, name if name != typed else "", *place)
        else:
            yield Completion(f"{name}(…)", function.meaning, f"{name}()", *place, behind=1)
