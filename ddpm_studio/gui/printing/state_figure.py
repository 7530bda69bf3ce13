"""Figures of a State: its visible schedules and chosen curves, as they are told apart in the window."""

from __future__ import annotations

from collections.abc import Iterator

from ddpm_studio.figures.figure import Figure, FigureLine
from ddpm_studio.figures.line_looks import look_at
from ddpm_studio.figures.page_settings import PageSettings
from ddpm_studio.gui.state.window import Entry, State


def figure_of(state: State, settings: PageSettings) -> Figure:
    """The figure of a state, over its axis, and compared with A if the plots are.

    Raises FigureError where there is nothing to show, or no room for it.
    """
    curves = state.curves if settings.whole else (state.curve,)
    lines = (line for entry in state.visible for line in _lines(state, entry))
    return settings.figure(lines, curves, state.axis, filter(state.is_log, curves), state.against)


def _lines(state: State, entry: Entry) -> Iterator[FigureLine]:
    """The lines of an entry: of a family only the member that is shown has the name, which is that of all."""
    look = look_at(entry.style)
    for member in entry.members:
        name = state.title(entry) if member == entry.schedule else ""
        yield FigureLine(member, name, look.colour, look.dash, entry.train)
