"""Progress of a run: its speed and the time left, in numbers and as a status line."""

from __future__ import annotations

from dataclasses import dataclass

from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.gui.translation import translated
from ddpm_studio.texts import SourceText, Text


@dataclass(frozen=True)
class Progress:
    """`done` of `total` network calls of all samplers, made in `seconds`, pauses excluded, on `device`."""

    done: int
    total: int
    seconds: float
    device: str

    @property
    def rate(self) -> float:
        """Network calls per second."""
        return self.done / self.seconds if self.seconds > 0 else 0.0

    def going_on(self) -> str:
        """The status line of a run in progress."""
        if not self.done:
            return self._filled(QT_TRANSLATE_NOOP("Progress", "call {done} of {total} · NFE {total} · {device}"))
        left = (self.total - self.done) / self.rate if self.rate else 0.0
        text = QT_TRANSLATE_NOOP(
            "Progress", "call {done} of {total} · {rate} it/s · {left} left · NFE {total} · {device}"
        )
        return self._filled(text, left=duration(left))

    def ended(self, stopped: bool) -> str:
        """The status line of a run that has ended."""
        text = QT_TRANSLATE_NOOP(
            "Progress", "{done} of {total} calls in {seconds} · {rate} it/s · NFE {total} · {device}"
        )
        if stopped:
            text = QT_TRANSLATE_NOOP(
                "Progress", "stopped after {done} of {total} calls, {seconds} · {rate} it/s · {device}"
            )
        return self._filled(text, seconds=duration(self.seconds))

    def _filled(self, text: SourceText, **values: str) -> str:
        numbers = {"done": self.done, "total": self.total, "rate": _short(self.rate), "device": self.device}
        return translated(Text(text, {**numbers, **values}))


def _short(rate: float) -> str:
    """Three significant digits without an exponent."""
    return f"{rate:.3g}" if rate < 100 else f"{rate:.0f}"


def duration(seconds: float) -> str:
    """A duration as text: 0.4 s, 12 s, 3:05 min, 2:10 h."""
    minutes, rest = divmod(round(seconds), 60)
    if seconds < 90:
        text = Text(QT_TRANSLATE_NOOP("Progress", "{number} s"), {"number": f"{seconds:.{int(seconds < 10)}f}"})
    elif minutes < 60:
        text = Text(QT_TRANSLATE_NOOP("Progress", "{minutes}:{seconds:02} min"), {"minutes": minutes, "seconds": rest})
    else:
        values = {"hours": minutes // 60, "minutes": minutes % 60}
        text = Text(QT_TRANSLATE_NOOP("Progress", "{hours}:{minutes:02} h"), values)
    return translated(text)
