"""SolverLine: the line in which a solver with its options is typed, one more to be compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtWidgets import QWidget

from ddpm_studio.diffusion.options import Option
from ddpm_studio.diffusion.solvers import SOLVERS
from ddpm_studio.gui.completing.offering_line import OfferingLine
from ddpm_studio.gui.completing.offers import Completion
from ddpm_studio.gui.translation import translated


class SolverLine(OfferingLine):
    """Offers the solvers, and behind the colon the options of one and their values."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.textEdited.connect(self.offer)

    def offers_at(self, text: str, caret: int) -> Sequence[Completion]:
        """Solvers, options or values."""
        return list(solver_completions(text, caret))


def solver_completions(text: str, caret: int) -> Iterator[Completion]:
    """What can stand where the caret does in a text such as “dpm-solver++:order=3”."""
    colon = text.find(":")
    if colon < 0 or caret <= colon:
        typed, end = text[:caret].strip().lower(), len(text) if colon < 0 else colon
        for solver in SOLVERS.values():
            if solver.name.startswith(typed):
                yield Completion(solver.name, translated(solver.paper), solver.name, 0, end)
        return
    found = SOLVERS.get(text[:colon].strip())
    start = max(colon, text.rfind(",", 0, caret)) + 1
    end = text.find(",", caret) % (len(text) + 1)
    for option in () if found is None else found.options:
        yield from _option(option, text[start:caret].strip(), start, end)


def _option(option: Option, typed: str, start: int, end: int) -> Iterator[Completion]:
    key, equals, value = (part.strip() for part in typed.partition("="))
    meaning = translated(option.meaning)
    if not equals and option.key.startswith(key):
        yield Completion(option.key, meaning, f"{option.key}=", start, end)
    elif equals and key == option.key:
        for choice in option.choices:
            if str(choice).startswith(value):
                yield Completion(str(choice), meaning, f"{key}={choice}", start, end)
