"""Something in the place of the window, for what comes before it."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable

import pytest


def in_place_of_the_window(start: Callable[..., int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the program call this where it would open its window."""
    app = types.ModuleType("ddpm_studio.gui.app")
    monkeypatch.setattr(app, "start", start, raising=False)
    monkeypatch.setitem(sys.modules, "ddpm_studio.gui.app", app)
