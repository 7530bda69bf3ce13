"""Rules of shift: from the size of a picture or video to the shift s of a flow, as published models have it.

A flow shifted by s has the SNR of the unshifted one divided by c = s², so that each rule gives a `snr_shift` as well.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from types import MappingProxyType

import numpy as np

from ddpm_studio.errors import QT_TRANSLATE_NOOP, ScheduleError
from ddpm_studio.texts import SourceText, Text

MAX_SIDE = 16384
"""Pixels of the longest side that is taken."""

MAX_FRAMES = 10000

_NAMES = {
    "width": QT_TRANSLATE_NOOP("errors", "width"),
    "height": QT_TRANSLATE_NOOP("errors", "height"),
    "frames": QT_TRANSLATE_NOOP("errors", "number of frames"),
}


@dataclass(frozen=True)
class ShiftRule:
    """A rule of a model whose tokens are squares of `side` pixels, of `frames` frames after the first; 0 for pictures.

    `law` gives s from the number of tokens; it was published for `low` to `high` of them.
    """

    name: str
    label: SourceText
    formula: str
    source: SourceText
    side: int
    law: Callable[[int], float]
    low: int
    high: int
    frames: int = 0

    def of_size(self, width: int, height: int, frames: int = 1) -> SizedShift:
        """What the rule gives for `width` × `height` pixels, each from `side` to MAX_SIDE, and 1 to MAX_FRAMES frames.

        What is left over beside the last token does not count, as in the pipelines of the models. Raises ScheduleError
        out of these bounds, and for several frames of a rule for pictures.

        >>> flux = SHIFT_RULES["flux"].of_size(1024, 1024)
        >>> flux.tokens, round(flux.shift, 4)
        (4096, 3.1582)
        """
        for what, value, low, high in (
            ("width", width, self.side, MAX_SIDE),
            ("height", height, self.side, MAX_SIDE),
            ("frames", frames, 1, MAX_FRAMES if self.frames else 1),
        ):
            if not low <= value <= high:
                raise self._out_of_bounds(what, value, low, high)
        layers = (frames - 1) // self.frames + 1 if self.frames else 1
        return SizedShift(self, width, height, width // self.side, height // self.side, layers)

    def _out_of_bounds(self, what: str, value: int, low: int, high: int) -> ScheduleError:
        if low == high:
            return ScheduleError(
                QT_TRANSLATE_NOOP("errors", "{rule} is for single pictures; it takes 1 frame and not {value}."),
                rule=self.label,
                value=value,
            )
        return ScheduleError(
            QT_TRANSLATE_NOOP("errors", "The {what} is {value}; {rule} takes {low} to {high}."),
            what=_NAMES[what],
            value=value,
            rule=self.label,
            low=low,
            high=high,
        )


@dataclass(frozen=True)
class SizedShift:
    """The shift of a rule for one size, of which it counts `columns` × `rows` tokens in each of `layers`."""

    rule: ShiftRule
    width: int
    height: int
    columns: int
    rows: int
    layers: int

    @property
    def tokens(self) -> int:
        """The number of tokens; a rule without a patch counts pixels."""
        return self.columns * self.rows * self.layers

    @cached_property
    def shift(self) -> float:
        """s of a flow; infinite where float64 cannot hold it."""
        with np.errstate(over="ignore"):
            return self.rule.law(self.tokens)

    @property
    def snr_shift(self) -> float:
        """c = s², by which the SNR of any other schedule is divided."""
        return self.shift * self.shift

    @property
    def extrapolated(self) -> bool:
        """Whether the size lies beyond those for which the rule was published."""
        return not self.rule.low <= self.tokens <= self.rule.high

    def warnings(self) -> tuple[Text, ...]:
        """What to know before the shift is used, in sentences."""
        rule, side = self.rule, self.rule.side
        said = []
        if self.extrapolated:
            template = QT_TRANSLATE_NOOP(
                "shift_rules",
                "{rule} was published for {small}² to {large}² pixels, {low} to {high} tokens; "
                "s = {shift:.4g} is extrapolated.",
            )
            ends = {"small": round(math.sqrt(rule.low) * side), "large": round(math.sqrt(rule.high) * side)}
            values = {"rule": rule.label, "low": rule.low, "high": rule.high, "shift": self.shift, **ends}
            said.append(Text(template, values))
        if self.width % side or self.height % side:
            template = QT_TRANSLATE_NOOP(
                "shift_rules", "Tokens are squares of {side} pixels, so that {width} × {height} are counted."
            )
            counted = {"side": side, "width": self.columns * side, "height": self.rows * side}
            said.append(Text(template, counted))
        return tuple(said)


def exponential(tokens: int, low: int, base: float, high: int, top: float) -> float:
    """s = e^μ, with μ on the line from `base` at `low` tokens to `top` at `high`: `calculate_shift` of diffusers.

    >>> round(exponential(4096, 256, 0.5, 4096, 1.15), 4)
    3.1582
    """
    return float(np.exp(base + (tokens - low) * (top - base) / (high - low)))


def square_root(tokens: int, reference: int, shift: float) -> float:
    """s = √(m/n) · s_n for m tokens, or pixels, where n have the shift s_n.

    So the noise that is left where the picture is reduced to n is the same: the mean of m/n pixels has 1/c of their
    noise, with c = s².

    >>> square_root(256, 4096, 3.0)
    0.75
    """
    return math.sqrt(tokens / reference) * shift


def _line(*ends: float) -> Callable[[int], float]:
    low, base, high, top = ends
    return partial(exponential, low=int(low), base=base, high=int(high), top=top)


_RULES = (
    ShiftRule(
        "sd3",
        QT_TRANSLATE_NOOP("shift_rules", "Stable Diffusion 3"),
        "s = 3 √(m/1024²)",
        QT_TRANSLATE_NOOP("shift_rules", "Esser et al. 2024, section 5.3.2, with s = 3 at 1024²"),
        16,
        partial(square_root, reference=4096, shift=3.0),
        256,
        4096,
    ),
    ShiftRule(
        "flux",
        QT_TRANSLATE_NOOP("shift_rules", "Flux"),
        "s = e^μ, μ = 0.5 … 1.15",
        QT_TRANSLATE_NOOP("shift_rules", "Black Forest Labs 2024, and diffusers: calculate_shift"),
        16,
        _line(256, 0.5, 4096, 1.15),
        256,
        4096,
    ),
    ShiftRule(
        "qwen_image",
        QT_TRANSLATE_NOOP("shift_rules", "Qwen-Image"),
        "s = e^μ, μ = 0.5 … 0.9",
        QT_TRANSLATE_NOOP("shift_rules", "Its scheduler config; when sampling it also ends at τ = 0.02"),
        16,
        _line(256, 0.5, 8192, 0.9),
        256,
        8192,
    ),
    ShiftRule(
        "ltx",
        QT_TRANSLATE_NOOP("shift_rules", "LTX-Video"),
        "s = e^μ, μ = 0.95 … 2.05",
        QT_TRANSLATE_NOOP("shift_rules", "Its scheduler config; when sampling it also ends at τ = 0.1"),
        32,
        _line(1024, 0.95, 4096, 2.05),
        1024,
        4096,
        frames=8,
    ),
    ShiftRule(
        "simple_diffusion",
        QT_TRANSLATE_NOOP("shift_rules", "Simple diffusion"),
        "c = (d/64)², s = d/64",
        QT_TRANSLATE_NOOP("shift_rules", "Hoogeboom et al. 2023, section 3.1, in pixels, with noise as of 64²"),
        1,
        partial(square_root, reference=64 * 64, shift=1.0),
        64 * 64,
        512 * 512,
    ),
)

SHIFT_RULES: Mapping[str, ShiftRule] = MappingProxyType({rule.name: rule for rule in _RULES})
"""Every rule by name, in display order."""
