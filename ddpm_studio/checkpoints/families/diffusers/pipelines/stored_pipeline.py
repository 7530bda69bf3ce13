"""Stored pipelines: what is to be had of a pipeline part by part, however its parts are stored."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from ddpm_studio.checkpoints.checkpoint import Assumption
from ddpm_studio.checkpoints.families.shared.filling import Sentences, Tensors
from ddpm_studio.checkpoints.reading.json_settings import Settings
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import CheckpointError
from ddpm_studio.texts import SourceText


@dataclass(frozen=True, eq=False)
class PartWeights:
    """The tensors of a part, the file that they are from, and what was assumed of them."""

    tensors: Tensors
    path: Path
    assumed: tuple[Assumption, ...] = ()


def check_class(sentence: SourceText, name: str, known: Collection[str], path: Path) -> None:
    """Raise CheckpointError by a `sentence` for a part at `path` whose class is none of those `known`."""
    if name not in known:
        raise CheckpointError(sentence, path=path, name=name, known=", ".join(known))


@dataclass(frozen=True, eq=False)
class ClipWords:
    """The number of each token, the pairs that are merged, in order, and where they are from.

    `special` has the token at the ends of a text, and what it is filled up with, by transformers' names; `longest` is
    how many tokens a text may have, None where that is not said.
    """

    tokens: Mapping[str, int]
    merges: Sequence[tuple[str, str]]
    path: Path
    special: Mapping[str, str] = field(default_factory=dict)
    longest: int | None = None


@dataclass(frozen=True, eq=False)
class StoredSettings:
    """Settings, and the file that they are from, or that they are known of."""

    settings: Settings
    path: Path


class StoredPart(Protocol):
    """A part of a pipeline, by the name that diffusers gives its folder, or all of its parts by theirs."""

    def place(self, part: str) -> Path:
        """The file that says how a part is built."""

    def config(self, part: str) -> Settings:
        """How a part is built; CheckpointError if it is missing."""

    def weights(self, part: str, *names: str) -> PartWeights:
        """The tensors of a part, from files of these names if it is a folder; CheckpointError if there are none."""


class StoredPipeline(StoredPart, Protocol):
    """A pipeline whose parts have the names that diffusers gives their folders: unet, vae, text_encoder and so on."""

    @property
    def path(self) -> Path:
        """Where it is."""

    @property
    def schedule(self) -> Schedule | None:
        """The schedule that it was trained with, None where it does not say."""

    @property
    def settings(self) -> Settings:
        """What it says of the whole, as model_index.json does."""

    @property
    def scheduler(self) -> StoredSettings | None:
        """The config of its scheduler, None where there is none."""

    @property
    def sentences(self) -> Sentences:
        """What is said of tensors that are not those of its networks."""

    def vocabulary(self, part: str) -> ClipWords:
        """The tokens of a part; CheckpointError if they are missing or broken."""
