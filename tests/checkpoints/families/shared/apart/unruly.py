"""Code that a person trusts and should not have: it never ends, ends its process, or takes all memory.

What says that it is busy writes its process's number into the file that the environment names, first of all.
"""

from __future__ import annotations

import ctypes
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NoReturn

import torch
from torch import Tensor, nn

from tests.checkpoints.families.small import Table

BUSY = "DDPM_STUDIO_TEST_BUSY"
"""The variable of the environment."""


def busy() -> None:
    """Say that this process is busy from now on."""
    if BUSY in os.environ:
        path = Path(os.environ[BUSY])
        path.with_suffix(".new").write_text(str(os.getpid()))
        path.with_suffix(".new").replace(path)


def endless() -> NoReturn:
    busy()
    while True:
        pass


def locked() -> object:
    """A loop in C that keeps the interpreter's lock."""
    busy()
    return re.fullmatch(r"(a+)+", "a" * 64 + "b")


def scripted() -> object:
    """A loop in torch's interpreter."""
    script = torch.jit.script(Endless())
    busy()
    return script(torch.zeros(1), torch.zeros(1))


def with_a_child() -> NoReturn:
    """A loop beside a process that would outlive it."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])
    Path(os.environ[BUSY]).with_suffix(".child").write_text(str(process.pid))
    endless()


def crash() -> object:
    return ctypes.string_at(0)


def leave() -> NoReturn:
    os._exit(3)


def leave_in_order() -> NoReturn:
    sys.exit("enough")


def break_the_device() -> NoReturn:
    raise RuntimeError("CUDA error: device-side assert triggered")


def chatter() -> NoReturn:
    """Write on whatever is open, and return nothing."""
    for number in range(3, 64):
        try:
            os.write(number, b"\0\0\0\7nothing" * 20)
        except OSError:
            continue
    endless()


def hoard() -> int:
    """Take 3 GiB."""
    kept = []
    for _ in range(3 * 64):
        kept.append(bytearray(b"\1") * (16 << 20))
    return len(kept)


def printing() -> nn.Module:
    print("on standard output")
    print("on standard error", file=sys.stderr)
    os.write(1, b"on descriptor 1\n")
    return Table()


class Endless(nn.Module):
    """Never returns."""

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        while True:
            x = x + 0.0
        return x


class Later(Table):
    """Does something unruly, but not for the three pictures, and the one, with which a network is tried out."""

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        if len(x) not in (1, 3):
            self.act(x)
        return super().forward(x, t)

    def act(self, x: Tensor) -> Any:
        return endless()


class Tiring(Later):
    """Returns twice."""

    calls = 0

    def act(self, x: Tensor) -> Any:
        self.calls += 1
        return endless() if self.calls == 3 else None


class Crashing(Later):
    def act(self, x: Tensor) -> Any:
        return crash()


class Frugal(Later):
    """Has no memory for more than four pictures."""

    def act(self, x: Tensor) -> Any:
        if len(x) > 4:
            raise MemoryError


class Busy(Table):
    """Never returns."""

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        return endless()
