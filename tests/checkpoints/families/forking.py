"""Forking: processes apart that come of one which has imported torch, where a test shows what is done in them.

That import takes a second or two. How real ones begin and end is shown in `shared/apart` and in the window.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import warnings
from pathlib import Path
from typing import Any, NoReturn, cast

from ddpm_studio.first_import import importing_torch
from ddpm_studio.process import prepare_process

MOST_BYTES = 2**17

SERVE = """
import sys
sys.path[:] = {path!r}
from tests.checkpoints.families.forking import serve_forks
serve_forks({number})
"""


def serve_forks(descriptor: int) -> NoReturn:
    """Fork whenever a connection and a lifeline come along, and say how those ended that are asked about."""
    prepare_process()
    warnings.simplefilter("ignore")
    with importing_torch():
        import ddpm_studio.checkpoints.families.shared.apart.host
        import ddpm_studio.checkpoints.families.shared.apart.raised  # noqa: F401
    with socket.socket(fileno=descriptor) as program:
        while True:
            message, descriptors, _, _ = socket.recv_fds(program, MOST_BYTES, 2)
            if not message:
                os._exit(0)
            request = json.loads(message)
            answer = _forked(program, request, *descriptors) if descriptors else os.waitpid(request, os.WNOHANG)
            program.send(json.dumps(answer).encode())


def _forked(program: socket.socket, surroundings: Any, stream: int, lifeline: int) -> int:
    """The number of a process that serves on this connection, in the surroundings of the program."""
    number = os.fork()
    if number == 0:
        os.setpgid(0, 0)
        program.close()
        path, folder, environment = surroundings
        _serve(path, folder, environment, stream, lifeline)
    os.setpgid(number, number)
    os.close(stream)
    os.close(lifeline)
    return number


def _serve(path: list[str], folder: str, environment: dict[str, str], stream: int, lifeline: int) -> NoReturn:
    try:
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor, place in ((lifeline, 0), (nothing, 1), (nothing, 2)):
            os.dup2(descriptor, place)
        os.close(lifeline)
        sys.path[:] = path
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        from ddpm_studio.checkpoints.families.shared.apart.serving import serve

        serve(stream)
    finally:
        os._exit(1)


class Forks:
    """The process that forks, and the connection with it."""

    def __init__(self) -> None:
        self._turn, self._asking = threading.RLock(), False
        self._connection, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with its:
            code = SERVE.format(path=sys.path, number=its.fileno())
            self._process = subprocess.Popen([sys.executable, "-P", "-c", code], pass_fds=[its.fileno()])

    def close(self) -> None:
        """End it, in order; those that came of it have ended, or end with their lifelines."""
        self._connection.close()
        self._process.wait()

    def connected(self) -> tuple[subprocess.Popen[bytes], socket.socket]:
        """A new process, and the connection with it, as `ddpm_studio.apart.begun` begins one."""
        ours, its = socket.socketpair()
        ours.settimeout(0.02)
        lifeline, end = os.pipe()
        with its:
            number = self.ask([sys.path, str(Path.cwd()), dict(os.environ)], its.fileno(), lifeline)
        os.close(lifeline)
        return cast("subprocess.Popen[bytes]", Forked(self, number, end)), ours

    def ask(self, request: object, *descriptors: int) -> Any:
        """The answer to a request.

        BlockingIOError in the middle of another one of this thread, where a process is ended as garbage is collected.
        """
        with self._turn:
            if self._asking:
                raise BlockingIOError
            self._asking = True
            try:
                socket.send_fds(self._connection, [json.dumps(request).encode()], descriptors)
                return json.loads(self._connection.recv(MOST_BYTES))
            finally:
                self._asking = False


class Forked:
    """A process that was forked, as far as it is used like a Popen."""

    def __init__(self, forks: Forks, pid: int, lifeline: int) -> None:
        self._forks, self.pid, self.returncode = forks, pid, cast("int | None", None)
        self.stdin = os.fdopen(lifeline, "wb")

    def poll(self) -> int | None:
        """How it ended, or None while it goes on."""
        if self.returncode is None:
            try:
                number, status = self._forks.ask(self.pid)
            except OSError:  # Nobody is left to ask, once the tests are over, or it was killed as garbage.
                number, status = self.pid, signal.SIGKILL
            self.returncode = os.waitstatus_to_exitcode(status) if number else None
        return self.returncode

    def wait(self) -> int:
        """How it ended, once it has."""
        moment = threading.Event()
        while self.poll() is None:
            moment.wait(0.001)
        assert self.returncode is not None
        return self.returncode
