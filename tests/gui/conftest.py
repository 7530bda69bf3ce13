"""What holds in every test of the window."""

from __future__ import annotations

import pytest

from ddpm_studio.gui.worker import sampling_thread


@pytest.fixture(autouse=True)
def closing_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that closes ends its process in the end; these tests live on, on machines however slow."""
    monkeypatch.setattr(sampling_thread, "PATIENCE_MS", 100_000)
