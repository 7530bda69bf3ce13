"""Checkpoint: an opened file or folder; and Family: a kind of checkpoint, with what recognises and reads it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ddpm_studio.checkpoints.answers import Answers

if TYPE_CHECKING:
    from ddpm_studio.checkpoints.source import Source
    from ddpm_studio.sampling import Denoiser


@dataclass(frozen=True)
class Assumption:
    """Something a checkpoint does not say and that was filled in; a template over values, to be translated.

    `about` names the rows of the card that it fills in, such as "schedule".
    """

    template: str
    values: dict[str, object] = field(default_factory=dict, hash=False)
    about: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.template.format(**self.values)


@dataclass(frozen=True)
class Fact:
    """A row of a checkpoint's card that only some families have: ("weights", "EMA"), ("heads", "4")."""

    name: str
    value: str


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """An opened checkpoint: the denoiser, its family, the class and size of its network, what was assumed.

    `answers` is what a person said about it, now or before, in the place of what the file says or does not.
    """

    denoiser: Denoiser
    family: str
    network: str
    parameters: int
    assumed: tuple[Assumption, ...] = ()
    facts: tuple[Fact, ...] = ()
    answers: Answers = field(default_factory=Answers)


def _nothing_open(source: Source) -> tuple[Answers, ...]:
    return ()


@dataclass(frozen=True)
class Family:
    """A family: whether a source is of this kind, and how to read it; no source is of two kinds.

    `recognises` looks at the name, the first bytes and what `Source` reads. `read` raises UnansweredError where a
    person has to say more, and StudioError for what is of this kind and yet cannot be opened. `candidates` are the
    answers among which neither the file nor the person decides, and of which pictures show which is right.
    """

    name: str
    recognises: Callable[[Source], bool]
    read: Callable[[Source], Checkpoint]
    candidates: Callable[[Source], tuple[Answers, ...]] = _nothing_open


FAMILIES: dict[str, Family] = {}


def register(
    name: str,
    recognises: Callable[[Source], bool],
    first: bool = False,
    candidates: Callable[[Source], tuple[Answers, ...]] = _nothing_open,
) -> Callable[[Callable[[Source], Checkpoint]], None]:
    """Enter the decorated function, which reads checkpoints, under the name of their family.

    A family that is `first` is one that a person asks for: it takes precedence over those that a file looks like.
    """

    def enter(read: Callable[[Source], Checkpoint]) -> None:
        others = dict(FAMILIES)
        FAMILIES[name] = Family(name, recognises, read, candidates)
        if first:
            for other in others:
                FAMILIES[other] = FAMILIES.pop(other)

    return enter
