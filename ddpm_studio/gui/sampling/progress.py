"""How a run goes: how fast, how long still, in numbers and in a sentence."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication


@dataclass(frozen=True)
class Progress:
    """`done` of `total` network calls of all rows, which took `seconds` without pauses, on `device`."""

    done: int
    total: int
    seconds: float
    device: str

    @property
    def rate(self) -> float:
        """Network calls a second."""
        return self.done / self.seconds if self.seconds > 0 else 0.0

    def going_on(self) -> str:
        """The status line of a run that goes on."""
        if not self.done:
            return self._filled(_tr("call {done} of {total} · NFE {total} · {device}"))
        text = _tr("call {done} of {total} · {rate} it/s · {left} left · NFE {total} · {device}")
        left = (self.total - self.done) / self.rate if self.rate else 0.0
        return self._filled(text, left=duration(left))

    def ended(self, stopped: bool) -> str:
        """The status line of a run that has ended."""
        text = _tr("{done} of {total} calls in {seconds} · {rate} it/s · NFE {total} · {device}")
        if stopped:
            text = _tr("stopped after {done} of {total} calls, {seconds} · {rate} it/s · {device}")
        return self._filled(text, seconds=duration(self.seconds))

    def _filled(self, text: str, **values: str) -> str:
        numbers = {"done": self.done, "total": self.total, "rate": _short(self.rate), "device": self.device}
        return text.format(**numbers, **values)


def _short(rate: float) -> str:
    """Three digits, and no exponent."""
    return f"{rate:.3g}" if rate < 100 else f"{rate:.0f}"


def duration(seconds: float) -> str:
    """0.4 s, 12 s, 3:05 min, 2:10 h."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d} min" if minutes < 60 else f"{minutes // 60}:{minutes % 60:02d} h"


def _tr(text: str) -> str:
    return QCoreApplication.translate("Progress", text)
