"""Undoing of each action: what was there comes back, and then what it led to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.state.window import State
from tests.soak.trouble import Trouble

Step = Callable[[], None]

STEPS = 24
"""The most steps that one action of a soak may make, such as a drop of several files."""


def check_undoing(studio: Studio, before: State) -> None:
    """Raise Trouble unless the document of `before` can be come by, and the state is the same after undo and redo."""
    studio.leaving.emit()  # What is half typed is a step of its own.
    now = studio.state
    if _document(before) == _document(now):
        if now.undo is not None:
            _there_and_back(studio, studio.undo, studio.redo, lambda: True)
    elif not any(
        _there_and_back(studio, there, back, lambda: _document(studio.state) == _document(before))
        for there, back in ((studio.undo, studio.redo), (studio.redo, studio.undo))
    ):
        raise Trouble("The document has changed, and neither undo nor redo brings back what it was.")


def _there_and_back(studio: Studio, there: Step, back: Step, arrived: Callable[[], bool]) -> bool:
    """Whether what is sought lies there; Trouble if the way back leads to something else."""
    now, taken, found = studio.state, 0, False
    while taken < STEPS and not found:
        last = studio.state
        there()
        if studio.state is last:
            break
        taken, found = taken + 1, arrived()
    for _ in range(taken):
        back()
    _expect_same(now, studio.state)
    return found


def _document(state: State) -> State:
    """Without the checkpoint's path: one that cannot be opened gives way to the last one by itself."""
    document = state.document
    return replace(document, sampling=replace(document.sampling, checkpoint=""))


def _expect_same(now: State, again: State) -> None:
    """What is known of a checkpoint that was refused is not kept by undoing."""
    one, other = (replace(each, sampling=replace(each.sampling, refusal=None, trial=None)) for each in (now, again))
    if one != other:
        names = [name for name in vars(one) if getattr(one, name, None) != getattr(other, name, None)]
        changes = "; ".join(f"{name}: {getattr(one, name)!r} → {getattr(other, name)!r}" for name in names)
        raise Trouble(f"Undo and redo do not lead back to the same state: {changes}")
