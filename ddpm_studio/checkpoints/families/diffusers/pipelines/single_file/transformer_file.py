"""Transformer file: a pipeline of Flux or Stable Diffusion 3 whose other parts are in the same file, beside it, or in
the Hugging Face cache.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from ddpm_studio.checkpoints.families.diffusers.pipelines.folder_pipeline import FolderPipeline, tensors_in
from ddpm_studio.checkpoints.families.diffusers.pipelines.single_file.found_vocabulary import vocabulary_for
from ddpm_studio.checkpoints.families.diffusers.pipelines.single_file.one_file import SENTENCES
from ddpm_studio.checkpoints.families.diffusers.pipelines.single_file.original_part import NETWORK, OriginalPart
from ddpm_studio.checkpoints.families.diffusers.pipelines.stored_pipeline import (
    ClipWords,
    PartWeights,
    StoredPart,
    StoredSettings,
)
from ddpm_studio.checkpoints.families.shared.filling import Sentences
from ddpm_studio.checkpoints.families.shared.prefixes import under
from ddpm_studio.checkpoints.families.shared.transformer_files import KnownTransformer, PartPlace
from ddpm_studio.checkpoints.hub import fetched
from ddpm_studio.checkpoints.reading.json_settings import Settings
from ddpm_studio.checkpoints.source import Source
from ddpm_studio.checkpoints.unsupported import UnsupportedError
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import QT_TRANSLATE_NOOP, StudioError
from ddpm_studio.texts import Text

_LACKS = QT_TRANSLATE_NOOP(
    "errors", "the file has no {part}, and none is found; put {file} or the folder {folder} of {name} beside it"
)
_LACKS_FOLDER = QT_TRANSLATE_NOOP(
    "errors", "the file has no {part}, and none is found; put the folder {folder} of {name} beside it"
)
_BESIDE = ("", "text_encoders")
"""Folders beside the file in which there may be files of text encoders, as their makers published them."""

_WITHOUT_T5 = ("text_encoder_3", "tokenizer_3")
"""Parts that Stable Diffusion 3 does without where the first is nowhere."""


class TransformerFile:
    """A StoredPipeline in one file of this kind, which was trained along this `schedule` and is sampled as the config
    of a `scheduler` says.
    """

    def __init__(self, source: Source, kind: KnownTransformer, schedule: Schedule | None, scheduler: Settings) -> None:
        self.path: Path = source.path
        self.schedule = schedule
        self.scheduler: StoredSettings | None = StoredSettings(scheduler, source.path)
        self.sentences: Sentences = SENTENCES
        self._source, self._kind = source, kind
        self._parts: dict[str, StoredPart | None] = {}

    @property
    def settings(self) -> Settings:
        """Whether it has the part that may be missing, as model_index.json would say."""
        return {} if self._lacks_t5 else {_WITHOUT_T5[0]: ["transformers", "T5EncoderModel"]}

    def check_whole(self) -> None:
        """UnsupportedError for the first part that is nowhere."""
        for part in self._kind.parts:
            if not (self._lacks_t5 and part in _WITHOUT_T5):
                self._stored(part)

    def place(self, part: str) -> Path:
        """The file that says how a part is built."""
        return self._stored(part).place(part)

    def config(self, part: str) -> Settings:
        """How a part is built; CheckpointError if it is missing, or its shapes are not those of one."""
        return self._stored(part).config(part)

    def weights(self, part: str, *names: str) -> PartWeights:
        """The tensors of a part."""
        return self._stored(part).weights(part, *names)

    def vocabulary(self, part: str) -> ClipWords:
        """The tokens of CLIP, wherever they are found; CheckpointError if they are nowhere."""
        beside = next((folder for folder in self._folders if (folder.path / part).is_dir()), None)
        return beside.vocabulary(part) if beside else vocabulary_for(self.path, fills_with_ends=part == "tokenizer")

    def _stored(self, part: str) -> StoredPart:
        if (found := self._found(part)) is not None:
            return found
        place = self._kind.parts[part]
        values = {"part": place.name, "folder": part, "name": self._kind.cached[0], "file": next(iter(place.files), "")}
        reason = Text(_LACKS if place.files else _LACKS_FOLDER, values)
        raise UnsupportedError(self.path, self._kind.name, reason, self.schedule)

    def _found(self, part: str) -> StoredPart | None:
        """Where a part is, looked for once: a file beside is read for that, and may have ten gigabytes."""
        if part not in self._parts:
            self._parts[part] = next(self._places(part), None)
        return self._parts[part]

    @cached_property
    def _lacks_t5(self) -> bool:
        return _WITHOUT_T5[0] in self._kind.parts and self._found(_WITHOUT_T5[0]) is None

    def _places(self, part: str) -> Iterator[StoredPart]:
        tensors = self._source.tensors
        whole = PartPlace(self._kind.name, (self._kind.prefix(tensors),))
        place = whole if part == NETWORK else self._kind.parts[part]
        for prefix in place.prefixes:
            if inner := under(prefix, tensors):
                yield OriginalPart(inner, self.path, self._kind)
        alone = (self.path.parent / folder / name for name in place.files for folder in _BESIDE)
        yield from (OriginalPart(tensors_in(path), path, self._kind) for path in alone if path.is_file())
        yield from (folder for folder in self._folders if (folder.path / part).is_dir())

    @cached_property
    def _folders(self) -> tuple[FolderPipeline, ...]:
        """That of this file, and pipelines in the cache."""
        return (FolderPipeline(self.path.parent), *map(FolderPipeline, _cached(self._kind)))


def _cached(kind: KnownTransformer) -> Iterator[Path]:
    for name in kind.cached:
        with suppress(StudioError):
            yield fetched(name, download=False)
