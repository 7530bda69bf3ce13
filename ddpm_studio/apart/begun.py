"""Begun: a process that serves whoever is at the other end of a connection, as one for code which the user trusts.

Importing this is quick.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import weakref
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

POLL_S = 0.02

SERVING = "ddpm_studio.checkpoints.families.shared.apart.serving"
"""The module that serves code which the user trusts."""

_SERVE = """
import sys
sys.path[:] = {path!r}
from {module} import serve
serve({number})
"""


class Begun:
    """A process that imports torch and then serves whoever is at the other end of `stream`; OSError if there is none.

    It ends with `end`, with this object, and with our own process whatever that dies of.
    """

    def __init__(self) -> None:
        self._surroundings = _surroundings()
        self.process, self.stream = _connected()
        self.end = weakref.finalize(self, _end, self.process, self.stream)

    @property
    def is_as_new(self) -> bool:
        """True if it is there, and another that begins now would find the same modules, folder and environment."""
        return self.end.alive and self.process.poll() is None and self._surroundings == _surroundings()


def _surroundings() -> object:
    folder = ""
    with suppress(OSError):  # It is gone.
        folder = str(Path.cwd())
    return [*sys.path], folder, dict(os.environ)


def _connected() -> tuple[subprocess.Popen[bytes], socket.socket]:
    """A process for code which the user trusts, and the connection with it."""
    process, ours = begin_serving(SERVING)
    ours.settimeout(POLL_S)
    return process, ours


def begin_serving(
    module: str, environment: Mapping[str, str] | None = None
) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """A process in which the function `serve` of a module is called with the number of its end of the connection that
    is returned beside it; OSError if there can be none.

    Its environment is ours, or the one that is given. Its standard input is a pipe into which nothing is ever written:
    its end is the end of our process. What it prints is dropped.
    """
    ours, its = socket.socketpair()
    try:
        with its:
            process = subprocess.Popen(
                [sys.executable, "-P", "-c", _SERVE.format(path=sys.path, module=module, number=its.fileno())],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[its.fileno()],
                env=environment,
                start_new_session=True,  # Signals from the terminal are for us, and what it starts ends with it.
            )
    except OSError:
        ours.close()
        raise
    return process, ours


def end_serving(process: subprocess.Popen[bytes]) -> None:
    """End such a process and all that it started, from any thread."""
    with suppress(OSError):  # It is gone, or was not yet waited for and takes no signal.
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert process.stdin is not None
    process.stdin.close()


def _end(process: subprocess.Popen[bytes], stream: socket.socket) -> None:
    stream.close()
    end_serving(process)
