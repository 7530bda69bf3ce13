"""Worker of a cluster: what a process of Dask's does with a call that was sent to it."""

from __future__ import annotations

import pickle
import threading
from dataclasses import dataclass, is_dataclass, replace
from pathlib import Path
from typing import Any

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

    def here(self, argument: Any, place: Path | None) -> Any:
        """An argument as it is on this machine, where the checkpoint lies at `place`: a dataclass with the name
        that the checkpoint has where it comes from as its `path` has that place in it.
        """
        if self.carried is None or not is_dataclass(argument) or isinstance(argument, type):
            return argument
        named = getattr(argument, "path", None)
        return replace(argument, path=str(place)) if named == self.carried.named else argument


def answered_there(call: bytes, terms: Terms, content: CheckpointContent | None = None) -> bytes:
    """The outcome of a call as a pickle, ClusterError for another version of the program here.

    NotHereError for a checkpoint that is not on this machine and whose content was not sent.
    """
    with _turn:
        prepare_process()
        try:
            _check_version(terms.version)
            place = None if terms.carried is None else _place(terms.carried, content)
        except (ClusterError, NotHereError) as error:
            return pickle.dumps((False, error))
        if terms.threads is not None:
            import torch

            torch.set_num_threads(terms.threads)
        return answered(call, lambda argument: terms.here(argument, place))


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
