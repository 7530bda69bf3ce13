"""Factory of a network, as the user names it. Calling it runs the user's code, in a process of its own."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import reduce
from pathlib import Path
from typing import Any

from torch import nn


def built(name: str) -> object:
    """What "package.module:factory" returns, a network on the CPU in float32; raises whatever that code raises.

    Modules in the working directory are found too, also those called by their files, "module.py:factory".
    """
    module, _, factory = name.partition(":")
    with _working_directory():
        maker: Any = importlib.import_module(module.removesuffix(".py"))
        network: object = reduce(getattr, factory.split("."), maker)()
    return network.cpu().float() if isinstance(network, nn.Module) else network


@contextmanager
def _working_directory() -> Iterator[None]:
    """Let modules be found in the working directory, after those that are installed."""
    folder = str(Path.cwd())
    sys.path.append(folder)
    try:
        yield
    finally:
        sys.path.remove(folder)
