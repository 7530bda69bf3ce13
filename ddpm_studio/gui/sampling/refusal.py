"""A checkpoint that was not opened, and what a person can do about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePath

from ddpm_studio.checkpoints import Answers, Misfit
from ddpm_studio.diffusion import Schedule


@dataclass(frozen=True)
class Refusal:
    """Why the checkpoint at `path` is not open, `sentence`, and whether that is a failure or only a question.

    `asked` names the fields of Answers that a person may fill in, `said` what they said so far. `report` are the
    tensors that don't fit a network, `schedule` is what can be taken of a checkpoint that is not sampled.
    """

    path: str
    sentence: str
    failed: bool = True
    asked: tuple[str, ...] = ()
    said: Answers = field(default_factory=Answers)
    report: Misfit | None = None
    schedule: Schedule | None = None

    @property
    def name(self) -> str:
        """What a person calls the file or folder."""
        return PurePath(self.path).name or self.path

    @property
    def remediable(self) -> bool:
        """Whether there is anything to be done but to read the sentence."""
        return bool(self.asked) or self.schedule is not None
