"""Offline libraries: those of Hugging Face reach the network for a download that was asked for, and nothing else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

_YES = ("1", "ON", "YES", "TRUE")


def stay_offline() -> None:
    """Keep the libraries of Hugging Face from the network, and from telling how they are used, in this process.

    Only a download that is `asked_for` reaches the hub after it. ImportError without its client.
    """
    from huggingface_hub import constants

    constants.HF_HUB_OFFLINE = constants.HF_HUB_DISABLE_TELEMETRY = True


@contextmanager
def asked_for() -> Iterator[None]:
    """A block that may reach the hub, unless whoever started the program said that nothing may."""
    from huggingface_hub import constants

    before = constants.HF_HUB_OFFLINE
    constants.HF_HUB_OFFLINE = os.environ.get("HF_HUB_OFFLINE", "").upper() in _YES
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = before
