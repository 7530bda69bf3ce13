"""Factory of a network, as the user names it. Calling it runs the user's code, because they asked for it."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import reduce
from pathlib import Path
from typing import Any

from torch import nn

from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError


def built(name: str) -> nn.Module:
    """The network that "package.module:factory" returns, on the CPU; modules in the working directory are found too.

    CheckpointError with the last line of what went wrong, and if it does not return a torch module.
    """
    module, _, factory = name.partition(":")
    try:
        with _working_directory():
            maker: Any = importlib.import_module(module)
            network = reduce(getattr, factory.split("."), maker)()
    except Exception as error:  # The user's code may raise anything.
        raise CheckpointError(
            QT_TRANSLATE_NOOP("errors", "{name} cannot be called without arguments: {reason}; name another factory."),
            name=name,
            reason=_reason(error),
        ) from error
    if not isinstance(network, nn.Module):
        raise CheckpointError(
            QT_TRANSLATE_NOOP("errors", "{name} returns {type}; it must return a torch.nn.Module."),
            name=name,
            type=type(network).__name__,
        )
    return network.cpu().float()


@contextmanager
def _working_directory() -> Iterator[None]:
    """Let modules be found in the working directory, after those that are installed."""
    folder = str(Path.cwd())
    sys.path.append(folder)
    try:
        yield
    finally:
        sys.path.remove(folder)


def _reason(error: Exception) -> str:
    lines = str(error).strip().splitlines() or [""]
    return f"{type(error).__name__}, {lines[0][:200]}".rstrip(",. ")
