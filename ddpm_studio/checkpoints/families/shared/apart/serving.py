"""Serving: what a process apart does, one request after another, with code that the user trusts."""

from __future__ import annotations

import os
import socket
import sys
import warnings
from typing import NoReturn

from ddpm_studio.apart.lifeline import hold, offer_for_ending
from ddpm_studio.first_import import importing_torch
from ddpm_studio.process import prepare_process


def serve(descriptor: int) -> NoReturn:
    """Answer requests on the socket `descriptor` until it is closed; standard input is the lifeline."""
    hold(sys.stdin.fileno())
    offer_for_ending()
    prepare_process()
    warnings.simplefilter("ignore")
    with importing_torch():  # After all that has to be done before.
        from ddpm_studio.checkpoints.families.shared.apart.framing import receive, send
        from ddpm_studio.checkpoints.families.shared.apart.host import Host
        from ddpm_studio.checkpoints.families.shared.apart.raised import told

    stream, host = socket.socket(fileno=descriptor), Host()
    while True:
        try:
            request = receive(stream)
        except EOFError:
            os._exit(0)
        try:
            reply, tensors = host.answer(request, stream)
        except BaseException as error:  # sys.exit() among them.
            reply, tensors = told(error), ()
        send(stream, reply, tensors)
