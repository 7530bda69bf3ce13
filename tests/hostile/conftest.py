"""Doors, one of each for all cases that one process tests."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from tests.hostile.doors import Server

collect_ignore = [] if sys.platform.startswith("linux") else ["mutations", "test_doors.py", "test_processes.py"]
"""Elsewhere there is no /proc to measure by."""


def _door(module: str) -> Iterator[Server]:
    server = Server(f"tests.hostile.{module}")
    yield server
    server.end()
    server.ground.remove()


@pytest.fixture(scope="session")
def shell() -> Iterator[Server]:
    yield from _door("shell_server")


@pytest.fixture(scope="session")
def window() -> Iterator[Server]:
    yield from _door("window_server")
