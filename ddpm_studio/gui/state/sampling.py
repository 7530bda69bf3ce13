"""Setup of the next run, as one frozen value in the window's state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np

from ddpm_studio.checkpoints import DEFAULT, Answers, Memory, Misfit
from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.steps.bare_lists import with_its_name
from ddpm_studio.gui.state.run import CheckpointCard, Said, SamplerSpec, Trial, own_number, steps_of
from ddpm_studio.run_settings import RunSettings, SamplerSettings, settings_in
from ddpm_studio.texts import visible_name


@dataclass(frozen=True)
class Line(SamplerSettings):
    """One line of the comparison, which becomes a `SamplerSpec` of a run.

    Where the text of its steps has a number of its own, `steps` waits for one that has none.
    `along` is the key of an entry of the schedules list; with None the noise levels are those of the checkpoint's own
    schedule. `key` tells the lines of a setup apart, and never changes.
    """

    along: int | None = None
    key: int = 0

    @property
    def own_number(self) -> int | None:
        """How many steps the text lays out by itself; None where `steps` says that."""
        return own_number(self.spacing)

    def sampler(self, along: Schedule | None) -> SamplerSpec:
        """The sampler that visits the levels of `along`."""
        return SamplerSpec(**settings_in(self), along=along, key=self.key)

    def among(self, samplers: Sequence[SamplerSpec]) -> int | None:
        """The number of the sampler of a run that this line became; None where it is not among them."""
        return next((number for number, sampler in enumerate(samplers) if sampler.key == self.key), None)


@dataclass(frozen=True)
class Sampling(RunSettings):
    """The setup of the next run: what a `RunSpec` needs, `chosen`, the line that the controls change, and `live`.

    `answers` are all that the user has said about `checkpoint`, None as long as they leave it to what is remembered.
    `card` describes it once it has been opened in this way, `refusal` another checkpoint that could not be opened yet,
    and `trial` is a trial in progress of either.
    """

    checkpoint: str = DEFAULT
    answers: Answers | None = None
    card: CheckpointCard | None = None
    refusal: Refusal | None = None
    trial: Trial | None = None
    lines: tuple[Line, ...] = (Line(),)
    chosen: int = 0
    live: bool = False

    @property
    def line(self) -> Line:
        """The line that the controls change."""
        return self.lines[self.chosen]

    @property
    def settings(self) -> dict[str, Any]:
        """The settings of a run by name, as the checkpoint that is open has them; all that is chosen without any."""
        chosen = settings_in(self)
        return chosen if self.card is None else self.card.fitted(chosen)

    @property
    def choices(self) -> Self:
        """The user's choices for the next run, without the checkpoint it is for and what is known of that."""
        return replace(self, chosen=0, live=False).with_checkpoint(Sampling(checkpoint=""))

    @property
    def document(self) -> Self:
        """What can be undone: the choices, the checkpoint they are for, and what was said about it."""
        return replace(self.choices, checkpoint=self.checkpoint, answers=self.answers)

    @property
    def subject(self) -> tuple[str, Answers | None]:
        """What has to be open: the checkpoint, and the answers with which it is."""
        return self.checkpoint, self.answers

    @property
    def said(self) -> Said:
        """What is to be said about the checkpoint so that it opens as it did, whatever is remembered since."""
        answers = self.answers if self.card is None else self.card.answers
        return Said() if answers is None else Said(answers, alone=True)

    def is_of(self, card: CheckpointCard) -> bool:
        """True if this is the checkpoint, opened with these answers."""
        return card.path == self.checkpoint and self.answers in (None, card.answers)

    def knowing(self, now: Self) -> Self:
        """The same choices with what is `now` known of the checkpoint, if it is the same and opened with the same
        answers, and with live as it is.
        """
        known = now if now.subject == self.subject else replace(self, trial=None)
        return replace(self, card=known.card, refusal=known.refusal, trial=known.trial, live=now.live)

    def with_checkpoint(self, other: Sampling) -> Self:
        """The same choices for the checkpoint of another setup."""
        return replace(
            self,
            checkpoint=other.checkpoint,
            answers=other.answers,
            card=other.card,
            refusal=other.refusal,
            trial=other.trial,
        )

    def for_entries(self, keys: Mapping[int, int]) -> Self:
        """The same setup with lines along entries by their new keys."""
        lines = (replace(line, along=None if line.along is None else keys[line.along]) for line in self.lines)
        return replace(self, lines=tuple(lines))

    def with_line(self, **changes: Any) -> Self:
        """The same setup with the chosen line changed."""
        lines = list(self.lines)
        lines[self.chosen] = replace(self.line, **changes)
        return replace(self, lines=tuple(lines))

    def with_steps(self, text: str) -> Self:
        """The same setup with other steps of the chosen line, of a text or a bare list; StudioError if it has none.

        Lists in files have to be read before.
        """
        named = with_its_name(text, None if self.card is None else self.card.schedule)
        changed = self.with_line(spacing=str(steps_of(named)))
        changed.line.sampler(None)  # StudioError for what no sampler takes.
        return changed

    def without_entries(self, present: frozenset[int]) -> Self:
        """The same setup, with lines along removed schedules returned to the checkpoint's own."""
        if all(line.along is None or line.along in present for line in self.lines):
            return self
        kept = (line if line.along in present else replace(line, along=None) for line in self.lines)
        return replace(self, lines=tuple(kept))


@dataclass(frozen=True)
class Visited:
    """The steps t = index + 1 of `schedule`, possibly fractional, at which a run calls the network."""

    schedule: Schedule
    times: tuple[float, ...]

    def on(self, schedule: Schedule) -> tuple[float, ...]:
        """The steps of another schedule with the same noise levels; levels it does not reach are left out."""
        if schedule == self.schedule:
            return self.times
        own, other = self.schedule.coefficients.log_snr, schedule.coefficients.log_snr
        levels = np.interp(self.times, np.arange(1, len(own) + 1), own)
        inside = levels[(levels <= other[0]) & (levels >= other[-1])]
        steps = np.arange(len(other), 0, -1)
        return tuple(float(t) for t in np.interp(inside, other[::-1], steps))


@dataclass(frozen=True)
class Refusal:
    """The reason why the checkpoint at `path` is not open, `sentence`, and whether it is a failure or a question.

    `asked` names the fields of Answers that the user may fill in, `said` holds those filled in so far, and `proposed`
    likely ones. `report` lists
    the tensors that don't fit a network, `schedule` is what can be taken from a checkpoint that is not sampled,
    `memory` has the remembered answers with which it failed, and `untrusted` is the SHA-256 of a program that runs only
    if the user trusts it.
    """

    path: str
    sentence: str
    failed: bool = True
    asked: tuple[str, ...] = ()
    said: Answers = field(default_factory=Answers)
    proposed: Answers = field(default_factory=Answers)
    report: Misfit | None = None
    schedule: Schedule | None = None
    memory: Memory | None = None
    untrusted: str = ""

    @property
    def name(self) -> str:
        """The name of the file or folder, as it can be shown."""
        return visible_name(self.path)

    @property
    def remediable(self) -> bool:
        """True if there is anything to do besides reading the sentence."""
        return bool(self.asked or self.untrusted) or self.schedule is not None or self.memory is not None
