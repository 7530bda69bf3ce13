"""Worker of a pool: the process that calls one function after another as it is told over a connection.

Both ends are the program's own, on one machine and with the same rights, so calls and results pass as pickles.
"""

from __future__ import annotations

import os
import pickle
import sys
import traceback
from multiprocessing.connection import Connection
from typing import Any, NoReturn

from ddpm_studio.apart.lifeline import hold, offer_for_ending
from ddpm_studio.process import prepare_process, quiet_libraries

Outcome = tuple[bool, Any]
"""Whether a call returned, and what it returned or raised."""


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
            connection.send_bytes(_answered(call))
        except (EOFError, OSError):  # Nobody is there any more.
            os._exit(0)


def _answered(call: bytes) -> bytes:
    """The outcome of a call, as a pickle that can be read."""
    outcome = _outcome(call)
    try:
        return _pickled(outcome)
    except Exception as error:  # Whatever an object has to say against being pickled.
        return _pickled((False, _plain(error if outcome[0] else outcome[1])))


def _outcome(call: bytes) -> Outcome:
    try:
        fn, args, kwargs = pickle.loads(call)
        return True, fn(*args, **kwargs)
    except Exception as error:
        error.add_note("".join(traceback.format_exception(error)))
        return False, error
    except BaseException as error:  # sys.exit() among them: it must not end whoever waits.
        return False, _plain(error)


def _pickled(outcome: Outcome) -> bytes:
    """A pickle; of an exception one that can be read, too, which not every one can."""
    answer = pickle.dumps(outcome, pickle.HIGHEST_PROTOCOL)
    if not outcome[0]:
        pickle.loads(answer)
    return answer


def _plain(error: BaseException) -> RuntimeError:
    """An exception of Python's own that says the same."""
    return RuntimeError(f"{type(error).__name__}: {error}")
