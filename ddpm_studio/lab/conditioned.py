"""Conditioned: what a network of a sweep is told besides the noise level."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from ddpm_studio.checkpoints.wording import with_commas
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.run_settings import SETTINGS, check_guidance
from ddpm_studio.texts import Readable, Text

_CLASS = QT_TRANSLATE_NOOP("lab", "class {label}")
_PROMPT = QT_TRANSLATE_NOOP("lab", "“{prompt}”")
_AGAINST = QT_TRANSLATE_NOOP("lab", "against “{prompt}”")
_GUIDED = QT_TRANSLATE_NOOP("lab", "guidance {guidance}")


class Conditioned(NamedTuple):
    """What a network is told: one with classes a label, None for each in turn, one that takes text a prompt and a
    negative one, and both how strongly they are guided.
    """

    label: int | None = None
    guidance: float = 1.0
    prompt: str = ""
    negative_prompt: str = ""

    def check(self) -> None:
        """Raise SamplingError for what is out of bounds."""
        check_guidance(self.guidance)
        for name in ("label", "prompt", "negative_prompt"):
            SETTINGS[name].check(name, getattr(self, name))

    def parts(self, among: Collection[Conditioned] = ()) -> Iterator[Readable]:
        """It for people, one thing after another: what tells it from one without anything, and from those `among`."""
        if self.label is not None:
            yield Text(_CLASS, {"label": self.label})
        if self.prompt:
            yield Text(_PROMPT, {"prompt": self.prompt})
        if self.negative_prompt:
            yield Text(_AGAINST, {"prompt": self.negative_prompt})
        if self.guidance != 1 or len({each.guidance for each in among}) > 1:
            yield Text(_GUIDED, {"guidance": f"{self.guidance:g}"})

    @property
    def text(self) -> Readable:
        """It in a few words for people, "" for each class in turn without guidance.

        >>> str(Conditioned(3, 1.5).text), str(Conditioned(prompt="a cat").text), str(Conditioned().text)
        ('class 3, guidance 1.5', '“a cat”', '')
        """
        parts = [*self.parts()]
        return with_commas(parts) if parts else ""

    @property
    def written(self) -> dict[str, object]:
        """Its fields by name, without prompts that are not there.

        So what was written before conditions had any stays as it is.
        """
        return {name: value for name, value in self._asdict().items() if value != ""}
