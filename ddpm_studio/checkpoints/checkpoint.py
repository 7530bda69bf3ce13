"""Checkpoint: an opened file or folder; and Family: a kind of checkpoint, with what recognises and reads it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ddpm_studio.checkpoints.answers import Answers
from ddpm_studio.checkpoints.remembered import Memory
from ddpm_studio.texts import Readable, SourceText, Text

if TYPE_CHECKING:
    from ddpm_studio.checkpoints.source import Source
    from ddpm_studio.diffusion import Schedule
    from ddpm_studio.sampling import Denoiser


@dataclass(frozen=True)
class Assumption(Text):
    """Something that a checkpoint does not say and that was filled in.

    `about` names the rows of the card that it fills in, such as "schedule"; `tried` says that it was tried out.
    """

    about: tuple[str, ...] = ()
    tried: bool = False


@dataclass(frozen=True)
class Fact:
    """Something known about a checkpoint: a key for programs, a label for the user, a value, and the value as text.

    Where `key` is a field of Denoiser or of Answers, `value` is the value of that field.
    """

    key: str
    label: SourceText
    value: object
    text: Readable


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """An opened checkpoint: the denoiser, its family, the class and size of its network, and what was assumed.

    `facts` are known to some families only; `by_name` has the keys of those that the file's name alone says. `answers`
    hold in place of what the file says or leaves out; those among them that the user said, now or earlier, are `given`,
    the others lie beside it. `memory` has the earlier ones.
    """

    denoiser: Denoiser
    family: str
    network: str
    parameters: int
    assumed: tuple[Assumption, ...] = ()
    facts: tuple[Fact, ...] = ()
    answers: Answers = field(default_factory=Answers)
    given: Answers = field(default_factory=Answers)
    memory: Memory = field(default_factory=Memory)
    by_name: tuple[str, ...] = ()


def _nothing_open(source: Source) -> tuple[Answers, ...]:
    return ()


def _unknown(source: Source) -> Schedule | None:
    return None


@dataclass(frozen=True)
class Family:
    """A family of checkpoints: how a source of this kind is recognised and read; the first that recognises it reads it.

    `recognises` looks at the name, the first bytes and what `Source` reads. `read` raises UnansweredError where the
    user has to say more, and StudioError for a source of this kind that cannot be opened. `candidates` are the answers
    between which neither the file nor the user decides; pictures show which one is right. `schedule` is the one that
    can be had without the networks, None where these have to be read.
    """

    name: str
    recognises: Callable[[Source], bool]
    read: Callable[[Source], Checkpoint]
    candidates: Callable[[Source], tuple[Answers, ...]] = _nothing_open
    schedule: Callable[[Source], Schedule | None] = _unknown


FAMILIES: dict[str, Family] = {}


def register(
    name: str,
    recognises: Callable[[Source], bool],
    first: bool = False,
    candidates: Callable[[Source], tuple[Answers, ...]] = _nothing_open,
    schedule: Callable[[Source], Schedule | None] = _unknown,
) -> Callable[[Callable[[Source], Checkpoint]], None]:
    """Register the decorated function, which reads checkpoints, under the name of their family.

    A family that is `first` takes precedence over those that were registered before, which a file may look like, too:
    one whose signs are more certain, or that the user asks for.
    """

    def enter(read: Callable[[Source], Checkpoint]) -> None:
        others = dict(FAMILIES)
        FAMILIES[name] = Family(name, recognises, read, candidates, schedule)
        if first:
            for other in others:
                FAMILIES[other] = FAMILIES.pop(other)

    return enter
