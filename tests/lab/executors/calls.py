"""Functions that executors of the lab are given in tests: importable wherever they are called."""

from __future__ import annotations

import os
import signal
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import numpy as np

from ddpm_studio.errors import SamplingError
from ddpm_studio.texts import SourceText


class AwkwardError(Exception):
    """An exception that can be pickled and not be read again."""

    def __init__(self, one: object, two: object) -> None:
        super().__init__(one)


def drawn(seed: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Numbers that take some arithmetic, and follow from the seed alone."""
    matrix = np.random.default_rng(seed).standard_normal((24, 24))
    for _ in range(8):
        matrix = np.tanh(matrix @ matrix)
    return matrix


def refused(value: int) -> NoReturn:
    """A sentence, as a sampler has it."""
    raise SamplingError(SourceText("{value} is too much; take 3.", "errors"), value=value)


def awkward() -> NoReturn:
    """What cannot be read where it is waited for."""
    raise AwkwardError(1, 2)


def leaving() -> NoReturn:
    """The end of an interpreter."""
    sys.exit("enough")


def unsendable() -> threading.Lock:
    """What cannot be pickled."""
    return threading.Lock()


def dying(folder: Path, times: int) -> int:
    """The number of the call that survives, each of which leaves a file: so many die first."""
    number = told(folder, "died")
    if number <= times:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def told(folder: Path, name: str) -> int:
    """How often this has been called with that name, of which a file is left each time."""
    (folder / f"{name}-{len([*folder.glob(f'{name}-*')])}").touch()
    return len([*folder.glob(f"{name}-*")])


def forever(folder: Path) -> NoReturn:
    """What never ends, and says in a file in whose process it has begun."""
    (folder / f"process-{os.getpid()}").touch()
    while True:
        signal.pause()


def seen(name: str) -> str | None:
    """What the environment says."""
    return os.environ.get(name)


def process() -> int:
    """The process that calls."""
    return os.getpid()


def threads() -> int:
    """How many torch has."""
    import torch

    return torch.get_num_threads()


@dataclass(frozen=True)
class Placed:
    """A checkpoint, as it is given to what draws with it."""

    path: str


def read(placed: Placed) -> tuple[str, str]:
    """Where a checkpoint lies, and what is in it, or in its index."""
    path = Path(placed.path)
    file = path / "model_index.json" if path.is_dir() else path
    return placed.path, file.read_text(encoding="utf-8")


def until(file: Path) -> None:
    """What goes on until there is a file."""
    moment = threading.Event()
    while not file.exists():
        moment.wait(0.01)
