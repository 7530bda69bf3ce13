"""Failures of an order, each as one sentence."""

from __future__ import annotations

from ddpm_studio.errors import QT_TRANSLATE_NOOP, SamplingError, StudioError
from ddpm_studio.files.logs import logged
from ddpm_studio.out_of_memory import is_out_of_memory


def explained(error: Exception) -> StudioError:
    """The sentence for `error`, without the traceback, which would keep tensors alive; an unforeseen one is logged."""
    if isinstance(error, StudioError):
        error.__cause__ = error.__context__ = None
        return error.with_traceback(None)
    if is_out_of_memory(error):
        return SamplingError(
            QT_TRANSLATE_NOOP("errors", "The memory ran out; draw fewer pictures or rows, or choose another device.")
        )
    logged(error, "Sampling")
    reason = (str(error).splitlines() or [""])[0]
    return SamplingError(
        QT_TRANSLATE_NOOP("errors", "The checkpoint's network failed with {type}: {reason}"),
        type=type(error).__name__,
        reason=reason or "–",
    )
