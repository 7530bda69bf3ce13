"""Answering of a call in another process: what it returned or raised, as a pickle that passes between the two.

Both ends run this program with the same rights; nothing of a stranger's is read so.
"""

from __future__ import annotations

import pickle
import traceback
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

Answer = tuple[bool, Any]
"""Whether a call returned, and what it returned or raised."""


def pickled_call(fn: Callable[..., object], args: tuple[object, ...], kwargs: dict[str, object]) -> bytes:
    """A call as it is sent; what cannot be pickled raises here."""
    return pickle.dumps((fn, args, kwargs), pickle.HIGHEST_PROTOCOL)


def answered(call: bytes, told: Callable[[object], object] = lambda argument: argument) -> bytes:
    """The outcome of a call, as a pickle that can be read; each argument by its place is replaced by what `told` says
    that it is here.
    """
    outcome = _outcome(call, told)
    try:
        return _pickled(outcome)
    except Exception as error:  # Whatever an object has to say against being pickled.
        return _pickled((False, _plain(error if outcome[0] else outcome[1])))


def settle(future: Future[Any], answer: bytes) -> None:
    """Give a future the outcome that a pickle holds."""
    try:
        returned, value = pickle.loads(answer)
    except Exception as error:
        returned, value = False, error
    if returned:
        future.set_result(value)
    else:
        future.set_exception(value)


def _outcome(call: bytes, told: Callable[[object], object]) -> Answer:
    try:
        fn, args, kwargs = pickle.loads(call)
        return True, fn(*map(told, args), **kwargs)
    except Exception as error:
        error.add_note("".join(traceback.format_exception(error)))
        return False, error
    except BaseException as error:  # sys.exit() among them: it must not end whoever waits.
        return False, _plain(error)


def _pickled(outcome: Answer) -> bytes:
    """A pickle; of an exception one that can be read, too, which not every one can."""
    answer = pickle.dumps(outcome, pickle.HIGHEST_PROTOCOL)
    if not outcome[0]:
        pickle.loads(answer)
    return answer


def _plain(error: BaseException) -> RuntimeError:
    """An exception of Python's own that says the same."""
    return RuntimeError(f"{type(error).__name__}: {error}")
