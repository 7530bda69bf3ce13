"""Sentences about objectives of other lines that are the same as that of the chosen one, up to a factor."""

from __future__ import annotations

from itertools import islice

from ddpm_studio.diffusion.training.sameness import told_of
from ddpm_studio.gui.state.alike_entries import trained_alike
from ddpm_studio.gui.state.window import State
from ddpm_studio.texts import Readable

MOST = 8
"""Lines that are told of."""


def said_of_same(state: State) -> tuple[Readable, ...]:
    """A sentence for each of the first lines whose objective, in all its members, is that of the chosen one."""
    this = state.current
    found = islice(trained_alike(this, state.entries), MOST)
    return tuple(told_of(factor, state.letter(this), state.letter(other)) for other, factor in found)
