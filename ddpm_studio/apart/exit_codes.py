"""Exit codes of processes, as words."""

from __future__ import annotations

import signal

from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.texts import Readable, Text


def reason_of_exit(code: int) -> Readable:
    """How a process ended: by this exit code, or below 0 by a signal."""
    if code >= 0:
        return Text(QT_TRANSLATE_NOOP("errors", "exit code {code}"), {"code": code})
    try:
        return signal.Signals(-code).name
    except ValueError:
        return Text(QT_TRANSLATE_NOOP("errors", "signal {number}"), {"number": -code})
