"""Points of a sweep: everything that decides one drawing of pictures, as one line of text with a key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Self

from ddpm_studio.errors import QT_TRANSLATE_NOOP, LabError, StudioError
from ddpm_studio.lab.conditioned import Conditioned
from ddpm_studio.lab.contender import Contender
from ddpm_studio.run_settings import SETTINGS

MEASUREMENT = 1
"""Raised by whoever changes what is drawn for the same point, so that nothing that was drawn before stands for it."""

LONGEST = 2 << 20
"""Letters of the longest text of a point that is read."""

_NO_POINT = QT_TRANSLATE_NOOP("errors", "“{text}” is no point of a sweep; it is damaged or of another program.")


@dataclass(frozen=True, kw_only=True)
class SweepPoint:
    """One drawing: `pictures` from the noise of `seed` with the checkpoint of this fingerprint in this way.

    `label` (None: each class in turn), `guidance`, `prompt` and `negative_prompt` are as in Conditioned, `clip` and
    `precision` as in RunSettings. Pictures are drawn `batch` at a time, always the same ones together, since networks
    round by batch. Raises SamplingError for numbers out of bounds, and all that Contender raises.
    """

    checkpoint: str
    way: Contender
    seed: int = 0
    pictures: int = 64
    batch: int = 16
    label: int | None = None
    guidance: float = 1.0
    prompt: str = ""
    negative_prompt: str = ""
    clip: float | None = None
    precision: str = "auto"

    def __post_init__(self) -> None:
        for name in ("seed", "pictures", "precision"):
            SETTINGS[name].check(name, getattr(self, name))
        self.told.check()
        SETTINGS["pictures"].check("batch", self.batch)

    @property
    def told(self) -> Conditioned:
        """What its network is told."""
        return Conditioned(self.label, self.guidance, self.prompt, self.negative_prompt)

    @cached_property
    def text(self) -> str:
        """All of it as one line of JSON, which `parse` reads back; prompts only if there are any."""
        missing = set(Conditioned._fields) - self.told.written.keys()
        told = {name: value for name, value in asdict(self).items() if name not in missing}
        return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @cached_property
    def key(self) -> str:
        """The SHA-256 of all that its pictures depend on, in hexadecimal digits."""
        return hashlib.sha256(f"{MEASUREMENT}\n{self.text}".encode()).hexdigest()

    @property
    def chunks(self) -> tuple[range, ...]:
        """The numbers of the pictures that are drawn together.

        >>> SweepPoint(checkpoint="", way=Contender("ddim", count=5), pictures=5, batch=2).chunks
        (range(0, 2), range(2, 4), range(4, 5))
        """
        starts = range(0, self.pictures, self.batch)
        return tuple(range(start, min(start + self.batch, self.pictures)) for start in starts)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The point of a text, which may be anybody's; LabError if it is not one that `text` writes."""
        try:
            point = cls._read(json.loads(text[: LONGEST + 1]))
        except (StudioError, TypeError, ValueError, KeyError, RecursionError) as error:
            raise LabError(_NO_POINT, text=text[:LONGEST]) from error
        if point.text != text:
            raise LabError(_NO_POINT, text=text[:LONGEST])
        return point

    @classmethod
    def _read(cls, told: Mapping[str, Any]) -> Self:
        return cls(**{**told, "way": Contender(**told["way"])})
