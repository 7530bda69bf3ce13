"""Endings of a process apart that nobody wanted, each as one sentence about the file whose code ran there."""

from __future__ import annotations

from pathlib import Path

from ddpm_studio.apart.exit_codes import reason_of_exit
from ddpm_studio.errors import QT_TRANSLATE_NOOP, StudioError
from ddpm_studio.files.budget import MIB


class EndedError(StudioError):
    """A process apart that has ended, before it answered or since it did."""


def ended(path: Path, code: int) -> EndedError:
    """The error for a process that ended by itself with this code, below 0 that of a signal."""
    return EndedError(
        QT_TRANSLATE_NOOP(
            "errors", "The code of {path} ended its process ({reason}); it has to be mended where it comes from."
        ),
        path=path,
        reason=reason_of_exit(code),
    )


def unstarted(path: Path, error: OSError) -> EndedError:
    """The error for a process that cannot begin."""
    return EndedError(
        QT_TRANSLATE_NOOP(
            "errors", "There can be no process for the code of {path}: {reason}; close other programs and try again."
        ),
        path=path,
        reason=error.strerror,
    )


def closed(path: Path) -> EndedError:
    """The error for a process that was ended earlier, such as by Stop."""
    return EndedError(
        QT_TRANSLATE_NOOP("errors", "The process with the code of {path} was ended; open it again."), path=path
    )


def too_large(path: Path, limit: int) -> EndedError:
    """The error for a process that took more than `limit` bytes of memory."""
    return EndedError(
        QT_TRANSLATE_NOOP(
            "errors",
            "The code of {path} took more than {limit} MiB of memory, so its process was ended; draw fewer pictures at "
            "once, or open it on a machine with more.",
        ),
        path=path,
        limit=limit // MIB,
    )


def too_slow(path: Path, seconds: float) -> EndedError:
    """The error for an opening that took longer than this."""
    return EndedError(
        QT_TRANSLATE_NOOP(
            "errors",
            "The code of {path} did not answer within {seconds:g} s, so its process was ended; call it by itself to "
            "see what takes so long.",
        ),
        path=path,
        seconds=seconds,
    )


def garbled(path: Path) -> EndedError:
    """The error for a process that sent something else than an answer."""
    return EndedError(
        QT_TRANSLATE_NOOP(
            "errors",
            "The code of {path} disturbed what its process sends, so the process was ended; it must not write to "
            "files that it did not open.",
        ),
        path=path,
    )
