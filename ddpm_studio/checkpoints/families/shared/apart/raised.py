"""Exceptions of trusted code, told by the process in which they were raised and raised again in ours."""

from __future__ import annotations

from ddpm_studio.checkpoints.families.shared.apart.framing import Message
from ddpm_studio.out_of_memory import is_out_of_memory
from ddpm_studio.sampling.device_errors import is_broken

LONGEST = 4000
"""Characters of a message that are told: its first and last half."""


class ForeignError(RuntimeError):
    """An exception of trusted code, by its message; `kind` is the name of its class."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message or kind)
        self.kind, self.message = kind, message


def told(error: BaseException) -> Message:
    """The exception as data."""
    try:
        message = str(error)
    except Exception:  # Its class is foreign, too.
        message = ""
    short = message if len(message) <= LONGEST else message[: LONGEST // 2] + message[-LONGEST // 2 :]
    memory, broken = (isinstance(error, Exception) and is_that(error) for is_that in (is_out_of_memory, is_broken))
    return {"raised": type(error).__name__, "message": short, "memory": memory, "broken": broken}


def check_reply(reply: Message) -> None:
    """Raise what a reply tells of: ForeignError, or MemoryError if there was too little of it."""
    if "raised" in reply:
        kind, message = str(reply["raised"])[:LONGEST], str(reply.get("message", ""))[:LONGEST]
        raise MemoryError(message or kind) if reply.get("memory") else ForeignError(kind, message)
