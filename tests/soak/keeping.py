"""Keeping of the state: what is only looked at, copied or written changes nothing of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from ddpm_studio.gui.state.window import State
from tests.soak.scene import Scene
from tests.soak.trouble import Trouble


def finish_typing(scene: Scene) -> None:
    """Have what is half typed taken or refused, which whatever has the keys next would do."""
    scene.window.studio.leaving.emit()
    scene.settle()


@contextmanager
def keeping(scene: Scene, what: str) -> Iterator[None]:
    """Raise Trouble if what is done meanwhile changes the document, or where it is looked at."""
    before = scene.window.studio.state
    yield
    now = scene.window.studio.state
    changed = [name for name, value in _kept(now).items() if value != _kept(before)[name]]
    if changed:
        raise Trouble(f"{what}, and this has changed: {', '.join(changed)}")


def _kept(state: State) -> dict[str, object]:
    document = state.document  # A checkpoint that cannot be opened gives way to the last one by itself.
    fields = vars(replace(document, sampling=replace(document.sampling, checkpoint="")))
    looked_at = {"selected": state.selected, "t": state.t, "moment": state.moment, "curve": state.curve}
    return {**{field: value for field, value in fields.items() if not field.startswith("_")}, **looked_at}
