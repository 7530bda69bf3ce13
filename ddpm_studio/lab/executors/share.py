"""Share of this machine that one process of a pool works with: threads, and a GPU of its own if it has one."""

from __future__ import annotations

import os
from dataclasses import dataclass

from ddpm_studio.errors import QT_TRANSLATE_NOOP, StudioError

MOST_PROCESSES = 256
"""Of a pool: each takes some 300 MB before it has opened anything."""

DEFAULT_PROCESSES = 8
"""Of a pool of which nobody says how many it has; fewer where there are fewer cores, or one a GPU."""

_THREAD_LIMITS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
_VISIBLE = "CUDA_VISIBLE_DEVICES"


class PoolError(StudioError):
    """Processes that there cannot be on this machine, or that ended before they had done what they were to do."""


@dataclass(frozen=True)
class Share:
    """So many threads of torch's, and one GPU, as CUDA_VISIBLE_DEVICES names it, if it has one."""

    threads: int
    gpu: str | None = None

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the process: ours, with its threads, which torch's libraries read when they are loaded.

        Of the GPUs it sees its own alone, which is called cuda there.
        """
        threads = dict.fromkeys(_THREAD_LIMITS, str(self.threads))
        return {**os.environ, **threads, **({} if self.gpu is None else {_VISIBLE: self.gpu})}


def shared_out(workers: int | None = None, threads: int | None = None, *, device: str = "cpu") -> list[Share]:
    """The shares of so many processes that draw on this device: each has its part of the cores.

    On cuda there is one for each GPU, or for as many of them as asked; on any other device but the CPU one. Without
    `workers` there are as many as there are cores for, and no more than `DEFAULT_PROCESSES`. PoolError for more than
    there can be.
    """
    gpus = _gpus(device)
    count = _by_default(gpus, threads) if workers is None else workers
    _check(count, gpus)
    each = threads or max(1, cores_here() // count)
    return [Share(each, gpu) for gpu in (gpus[:count] if gpus else [None] * count)]


def cores_here() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _by_default(gpus: list[str | None], threads: int | None) -> int:
    return len(gpus) or max(1, min(DEFAULT_PROCESSES, cores_here() // (threads or 1)))


def _gpus(device: str) -> list[str | None]:
    """The names of the accelerators of which a process needs one for itself; none on the CPU.

    None stands for the one that there is, or the one that `device` names.
    """
    if device == "cpu":
        return []
    import torch

    from ddpm_studio.sampling.devices import device_named

    chosen = device_named(device)
    if chosen.type != "cuda":
        return [] if chosen.type == "cpu" else [None]
    visible = [name for name in os.environ.get(_VISIBLE, "").split(",") if name.strip()]
    names: list[str | None] = [*(visible or map(str, range(torch.cuda.device_count())))]
    return names if chosen.index is None else [names[chosen.index]]


def _check(count: int, gpus: list[str | None]) -> None:
    if count > MOST_PROCESSES or count < 1:
        raise PoolError(
            QT_TRANSLATE_NOOP("errors", "A pool has 1 to {most} processes, not {count}; have as many of them work."),
            most=MOST_PROCESSES,
            count=count,
        )
    if gpus and count > len(gpus):
        raise PoolError(
            QT_TRANSLATE_NOOP(
                "errors",
                "A GPU is for one process at a time and there are {there} of them, so {count} processes are too many; "
                "have as many work as there are.",
            ),
            there=len(gpus),
            count=count,
        )
