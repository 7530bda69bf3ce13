"""What tests of several families share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ddpm_studio.apart import begun
from tests.checkpoints.families.forking import Forks


@pytest.fixture(scope="session")
def forks() -> Iterator[Forks]:
    """The process from which others are forked."""
    forks = Forks()
    yield forks
    forks.close()


@pytest.fixture
def forked(forks: Forks, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each process apart be there at once, without importing torch anew."""
    monkeypatch.setattr(begun, "_connected", forks.connected)
