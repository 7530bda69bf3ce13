"""Worker of a cluster: what a process of Dask's does with a call that was sent to it."""

from __future__ import annotations

import pickle
import threading
from dataclasses import dataclass
from pathlib import Path

from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.lab.executors.answering import answered
from ddpm_studio.lab.executors.carried import CarriedCheckpoint, CheckpointContent
from ddpm_studio.lab.executors.cluster_address import ClusterError
from ddpm_studio.process import prepare_process
from ddpm_studio.release import version_here

_turn = threading.Lock()
"""Held by the one call that a process does at a time, however many threads Dask gives it."""


class NotHereError(Exception):
    """The checkpoint is not on this machine, which is to be sent it."""


@dataclass(frozen=True)
class Terms:
    """What holds for each call: the version of the program that asks, torch's threads, and the checkpoint it needs."""

    version: str
    threads: int | None = None
    carried: CarriedCheckpoint | None = None

    def is_checkpoint(self, argument: object) -> bool:
        """Whether an argument is the path of the checkpoint where it comes from."""
        return isinstance(argument, Path) and self.carried is not None and argument == self.carried.path


def answered_there(call: bytes, terms: Terms, content: CheckpointContent | None = None) -> bytes:
    """The outcome of a call as a pickle, ClusterError for another version of the program here.

    The path of the checkpoint, where it is an argument, is replaced by that on this machine: NotHereError for one that
    is not here and whose content was not sent.
    """
    with _turn:
        prepare_process()
        try:
            _check_version(terms.version)
            place = terms.carried and _place(terms.carried, content)
        except (ClusterError, NotHereError) as error:
            return pickle.dumps((False, error))
        if terms.threads is not None:
            import torch

            torch.set_num_threads(terms.threads)
        return answered(call, lambda argument: place if terms.is_checkpoint(argument) else argument)


def _check_version(asking: str) -> None:
    if version_here() != asking:
        raise ClusterError(
            QT_TRANSLATE_NOOP(
                "errors", "A worker of the cluster has ddpm-studio {here}, not {asking}; install the same one there."
            ),
            here=version_here(),
            asking=asking,
        )


def _place(carried: CarriedCheckpoint, content: CheckpointContent | None) -> Path:
    from distributed import get_worker

    folder = Path(get_worker().local_directory) / "checkpoints"
    place = carried.place(folder)
    if place is None and content is not None:
        carried.receive(content, folder)
        place = carried.place(folder)
    if place is None:
        raise NotHereError if content is None else _changed(carried)
    return place


def _changed(carried: CarriedCheckpoint) -> ClusterError:
    return ClusterError(
        QT_TRANSLATE_NOOP("errors", "{path} has changed since it was first read; start again."), path=carried.path
    )
