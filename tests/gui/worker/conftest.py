"""A sampler over a gated machine, closed after the test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from ddpm_studio.gui.worker.sampler import Sampler
from tests.gui.worker.fakes import MANY, Ears, FakeBackend


@pytest.fixture
def backend() -> FakeBackend:
    """Its gate is shut."""
    return FakeBackend(permits=0)


@pytest.fixture
def sampler(qtbot: QtBot, backend: FakeBackend) -> Iterator[Sampler]:
    sampler = Sampler(backend=backend)
    yield sampler
    backend.gate.release(MANY)
    sampler.close()


@pytest.fixture
def ears(sampler: Sampler) -> Ears:
    return Ears(sampler)
