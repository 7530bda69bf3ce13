"""Worker of a pool: the process that calls one function after another as it is told over a connection."""

from __future__ import annotations

import os
import sys
from multiprocessing.connection import Connection
from typing import NoReturn

from ddpm_studio.apart.lifeline import hold, offer_for_ending
from ddpm_studio.lab.executors.answering import answered
from ddpm_studio.process import prepare_process, quiet_libraries


def serve(descriptor: int) -> NoReturn:
    """Call what is received on the socket `descriptor` until it is closed; standard input is the lifeline."""
    hold(sys.stdin.fileno())
    offer_for_ending()
    prepare_process()
    quiet_libraries()
    connection = Connection(descriptor)
    while True:
        try:
            call = connection.recv_bytes()
            connection.send_bytes(answered(call))
        except (EOFError, OSError):  # Nobody is there any more.
            os._exit(0)
