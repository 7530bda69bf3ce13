"""A thread over a gated machine, closed after the test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from ddpm_studio.gui.worker.sampling_thread import SamplingThread
from tests.gui.worker.fakes import MANY, Ears, FakeBackend


@pytest.fixture
def backend() -> FakeBackend:
    """Its gate is shut."""
    return FakeBackend(permits=0)


@pytest.fixture
def thread(qtbot: QtBot, backend: FakeBackend) -> Iterator[SamplingThread]:
    thread = SamplingThread(backend=backend)
    yield thread
    backend.gate.release(MANY)
    thread.close()


@pytest.fixture
def ears(thread: SamplingThread) -> Ears:
    return Ears(thread)
