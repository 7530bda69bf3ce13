"""What a checkpoint turns out to be, and what a format is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ddpm_studio.sampling import Denoiser


@dataclass(frozen=True)
class Assumption:
    """Something a checkpoint does not say and that was filled in; a template over values, to be translated."""

    template: str
    values: dict[str, object] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return self.template.format(**self.values)


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """An opened checkpoint: the denoiser, the format it was in, the class and size of its network, what was assumed."""

    denoiser: Denoiser
    format: str
    network: str
    parameters: int
    assumed: tuple[Assumption, ...] = ()


@dataclass(frozen=True)
class Format:
    """A format: whether a path is of this kind, by name and first bytes alone, and how to read it.

    `read` raises StudioError for what is of this kind and yet cannot be opened.
    """

    name: str
    recognises: Callable[[Path], bool]
    read: Callable[[Path], Checkpoint]


FORMATS: dict[str, Format] = {}


def register(name: str, recognises: Callable[[Path], bool]) -> Callable[[Callable[[Path], Checkpoint]], None]:
    """Enter the decorated function, which reads checkpoints, under the name of their format."""

    def enter(read: Callable[[Path], Checkpoint]) -> None:
        FORMATS[name] = Format(name, recognises, read)

    return enter
